using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using Linux.Interop;

namespace Xend.Hosting;

/// <summary>xend's command line. Texts and exit codes are those of old xend.</summary>
public sealed class CommandLine(XendPaths paths, DaemonCoreFactory makeCore)
{
    private const string Usage = "usage: xend {start|stop|reload|restart|status}";
    private const int Failure = 1;
    private static readonly string Stars = new('*', 70);

    /// <summary>Where usage and complaints go; the process's own streams unless a test wants them.</summary>
    public TextWriter Output { get; init; } = StandardStream.Output();

    public TextWriter Errors { get; init; } = StandardStream.Errors();

    /// <summary>Whether root runs this.</summary>
    public bool IsRoot { get; init; } = CurrentProcess.IsRoot;

    /// <summary>How this program is started again as the daemon.</summary>
    public (string Executable, IReadOnlyList<string> Arguments) Self { get; init; } =
        (Environment.ProcessPath ?? CurrentProcess.Executable, ["--foreground"]);

    /// <summary>xm, which is installed beside this program.</summary>
    public string Xm { get; init; } = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath ?? CurrentProcess.Executable) ?? "", "xm");

    /// <summary>Does what the words say. Whatever fails is told in a sentence.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] words)
    {
        try
        {
            return await DoAsync(words).ConfigureAwait(false);
        }
        catch (XendError error)
        {
            await Errors.WriteLineAsync($"xend: {error.Text}").ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await Errors.WriteLineAsync($"xend: {OfItsOwn(error)}").ConfigureAwait(false);
        }
        return Failure;
    }

    /// <summary>No text of .NET's reaches a user.</summary>
    private static string OfItsOwn(Exception error) =>
        error is OutOfMemoryException
            ? "xend has too little memory: the limit on its address space (ulimit -v) or on its threads (ulimit -u) is too low."
            : $"xend failed for an internal reason ({error.GetType().Name}); see its log.";

    private async Task<int> DoAsync(string[] words)
    {
        if (!IsRoot)
        {
            await Errors.WriteLineAsync($"{Stars}\n*** Xend must be run as root.\n{Stars}").ConfigureAwait(false);
            return Failure;
        }
        if (words.Length == 0)
        {
            await Output.WriteLineAsync(Usage).ConfigureAwait(false);
            return Failure;
        }
        var parsed = Words().Parse(words);
        if (parsed.Errors.Count > 0)
        {
            await Errors.WriteLineAsync($"not an option: {parsed.UnmatchedTokens.Append(words[0]).First()}").ConfigureAwait(false);
            return Failure;
        }
        return await parsed
            .InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = Output,
                    Error = Errors,
                }
            )
            .ConfigureAwait(false);
    }

    private RootCommand Words()
    {
        var verbs = new Verbs(paths, Errors);
        var foreground = new Option<bool>("--foreground") { Description = "Serve in the foreground: for systemd, and to watch." };
        var root = new RootCommand("The daemon of Xen's dom0 that owns the life of every guest.") { foreground };
        root.SetAction(
            async (parsed, _) =>
            {
                if (parsed.GetValue(foreground))
                {
                    return await ServeAsync().ConfigureAwait(false);
                }
                await Output.WriteLineAsync(Usage).ConfigureAwait(false);
                return Failure;
            }
        );
        Add(root, "start", "Start the daemon; returns when it serves.", cancellation => StartAsync(verbs, cancellation));
        Add(root, "stop", "Stop the daemon; guests go on.", verbs.StopAsync);
        Add(root, "restart", "Stop and start the daemon; guests go on.", async cancellation =>
        {
            var stopped = await verbs.StopAsync(cancellation).ConfigureAwait(false);
            return stopped != 0 ? stopped : await StartAsync(verbs, cancellation).ConfigureAwait(false);
        });
        Add(root, "reload", "Have the daemon read its configuration again.", _ => Task.FromResult(verbs.Reload()));
        var limit = new Option<int>("--limit")
        {
            Description =
                "Seconds that each guest may take to go by itself; XENDOMAINS_STOP_MAXWAIT of the environment, or 300, where it is "
                + "not given.",
            DefaultValueFactory = _ => StopLimit(Environment.GetEnvironmentVariable("XENDOMAINS_STOP_MAXWAIT")),
        };
        var saved = new Option<string>("--saved")
        {
            Description = "Where guests are saved; XENDOMAINS_SAVE of the environment, or nowhere, where it is not given.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("XENDOMAINS_SAVE") ?? "",
        };
        var stopGuests = new Command("stop-guests", "End or save all guests, those first that were started last: the host goes down.")
        {
            limit,
            saved,
        };
        stopGuests.SetAction((parsed, _) => Task.Run(() => verbs.StopGuests(parsed.GetValue(limit), parsed.GetValue(saved)!)));
        root.Add(stopGuests);
        var directory = new Option<string>("--directory")
        {
            Description = "Where the configuration files are; XENDOMAINS_AUTO of the environment, or /etc/xen/auto, where it is not given.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("XENDOMAINS_AUTO") ?? "/etc/xen/auto",
        };
        var restored = new Option<string>("--saved")
        {
            Description =
                "Where saved guests are, which go on first; XENDOMAINS_SAVE of the environment, or nowhere, where it is not given "
                + "or XENDOMAINS_RESTORE says false.",
            DefaultValueFactory = _ =>
                Environment.GetEnvironmentVariable("XENDOMAINS_RESTORE") is "false"
                    ? ""
                    : Environment.GetEnvironmentVariable("XENDOMAINS_SAVE") ?? "",
        };
        var startGuests = new Command(
            "start-guests",
            "Let saved guests go on, and start those of the host's directory of configuration files that do not run yet."
        )
        {
            directory,
            restored,
        };
        startGuests.SetAction(
            (parsed, cancellation) =>
                verbs.StartGuestsAsync(Xm, parsed.GetValue(directory)!, parsed.GetValue(restored)!, Output, cancellation)
        );
        root.Add(startGuests);
        Add(root, "status", "Exit code 0 if the daemon runs, 3 if not.", _ => Task.FromResult(verbs.Status()));
        return root;
    }

    private static void Add(RootCommand root, string name, string description, Func<CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        command.SetAction((_, cancellation) => run(cancellation));
        root.Add(command);
    }

    /// <summary>XEND_DEBUG=1 stays in the foreground, as of old.</summary>
    private Task<int> StartAsync(Verbs verbs, CancellationToken cancellation) =>
        Debugging ? ServeAsync() : verbs.StartAsync(Self.Executable, Self.Arguments, cancellation);

    private async Task<int> ServeAsync()
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop);
        var notifier = ServiceNotifier.TakeFromEnvironment();
        var daemon = new Daemon(paths, makeCore)
        {
            Complaints = Errors,
            LogToStderr = Debugging || !Console.IsErrorRedirected,
            Notifier = notifier,
        };
        try
        {
            return await daemon.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (XendError error)
        {
            notifier.Failed(error.Text);
            throw;
        }
        catch (Exception error)
        {
            var sentence = OfItsOwn(error);
            notifier.Failed(sentence);
            throw new XendError(ErrorCode.Internal, sentence, cause: error);
        }

        void OnStop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>The stock xendomains script's setting means the same here.</summary>
    internal static int StopLimit(string? setting) =>
        int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 300;

    private static bool Debugging => Environment.GetEnvironmentVariable("XEND_DEBUG") is "1";
}
