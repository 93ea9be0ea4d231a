using Linux.Interop;

namespace Xend.Hypervisor;

/// <summary>Dumps in a child, <c>xend --helper dump DOMID PATH</c>, whose death the daemon survives.</summary>
public sealed class ChildCoreDumper : ICoreDumper
{
    /// <summary>Beside the domain's memory: tables of pages, and what others write meanwhile.</summary>
    private const ulong SpareBytes = 64 * 1024 * 1024;

    /// <summary>How long a core may be neither written nor computed: a disk that hangs is not waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What a part of a core is called.</summary>
    public const string IncompleteSuffix = "-incomplete";

    public async Task DumpAsync(CoreDumpRequest request, CancellationToken cancellation)
    {
        var what = $"The core of domain {request.DomainId} cannot be written to {request.Path}";
        var partial = request.Path + IncompleteSuffix;
        try
        {
            var directory = Path.GetDirectoryName(request.Path)!;
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            RequireRoom(directory, request, what);
            await RunAsync(request, partial, what, cancellation).ConfigureAwait(false);
            File.Move(partial, request.Path, overwrite: true);
        }
        catch (TimeoutException stalled)
        {
            throw new XendError(
                ErrorCode.Timeout,
                $"{what}: after {SizeOf(partial) / 1024} KiB {stalled.Message}.",
                hint: $"What there is of it is {partial}.",
                cause: stalled
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{what}: {FileFailure.Reason(error)}",
                hint: FileFailure.Hint(error),
                cause: error
            );
        }
        catch (NativeCallException error)
        {
            throw new XendError(ErrorCode.HostResource, what, error.Message, cause: error);
        }
    }

    private static void RequireRoom(string directory, CoreDumpRequest request, string what)
    {
        var need = request.MemoryKib * 1024 + SpareBytes;
        if (PosixFile.AvailableBytes(directory) is var room && room < need)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{what}: there is too little room.",
                $"{need / 1024} KiB are needed and {room / 1024} KiB are free.",
                $"Make room in {directory}, or give the guest an action without a core."
            );
        }
    }

    private static async Task RunAsync(CoreDumpRequest request, string partial, string what, CancellationToken cancellation)
    {
        var complaints = new Complaints();
        using var child = ChildProcess.Spawn(
            new ChildStart
            {
                Path = CurrentProcess.Executable,
                Arguments = ["--helper", "dump", $"{request.DomainId}", partial],
                PipeInput = true,
                Output = ChildOutput.Lines(complaints.Add),
                Error = ChildOutput.WithOutput,
            }
        );
        // Where a guest has no memory (below 4 GiB, PVH and HVM) libxenguest (xg_core.c) tries a million pages one by one: only its
        // processor time grows.
        var status = await ProgressWait
            .ForAsync(
                TimeProvider.System,
                child.WaitAsync,
                () => SizeOf(partial) + (long)(ProcessStat.Of(child.Id)?.ProcessorTicks ?? 0),
                Patience,
                cancellation
            )
            .ConfigureAwait(false);
        if (!status.Success)
        {
            throw new XendError(ErrorCode.Hypervisor, $"{what}: {status}", complaints.Text);
        }
    }

    private static long SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>The first lines of what the child says.</summary>
    private sealed class Complaints
    {
        private const int Most = 10;

        private readonly List<string> _lines = [];

        public string Text
        {
            get
            {
                lock (_lines)
                {
                    return string.Join('\n', _lines);
                }
            }
        }

        public void Add(string line)
        {
            lock (_lines)
            {
                if (_lines.Count < Most)
                {
                    _lines.Add(line);
                }
            }
        }
    }
}
