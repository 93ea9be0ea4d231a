using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>One call of posix_spawn: which descriptor becomes which, default signals, an own session, and nothing else inherited.</summary>
internal static unsafe class SpawnCall
{
    /// <summary>Starts the child and returns its process id; it runs its own program by then.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="input">Becomes 0; -1 for /dev/null. All given descriptors lie above those that they become.</param>
    /// <param name="output">Becomes 1; -1 for /dev/null.</param>
    /// <param name="error">Becomes 2; -1 for /dev/null.</param>
    /// <param name="extra">Become 3 and on.</param>
    public static int Run(ChildStart start, int input, int output, int error, ReadOnlySpan<int> extra)
    {
        using var memory = new NativeStrings();
        var actions = stackalloc byte[SpawnStructureSize];
        var attributes = stackalloc byte[SpawnStructureSize];
        Require(posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", start);
        Require(posix_spawnattr_init(attributes), "posix_spawnattr_init", start);
        try
        {
            if (start.Terminal is { } terminal)
            {
                // Without O_NOCTTY: the first terminal that the leader of a new session opens becomes its controlling terminal.
                Require(
                    posix_spawn_file_actions_addopen(actions, 0, memory.Add(terminal), O_RDWR, 0),
                    "posix_spawn_file_actions_addopen",
                    start
                );
                Require(posix_spawn_file_actions_adddup2(actions, 0, 1), "posix_spawn_file_actions_adddup2", start);
            }
            else
            {
                Place(actions, input, 0, O_RDONLY, memory, start);
                Place(actions, output, 1, O_RDWR, memory, start);
            }
            Place(actions, error, 2, O_RDWR, memory, start);
            for (var i = 0; i < extra.Length; i++)
            {
                Require(posix_spawn_file_actions_adddup2(actions, extra[i], 3 + i), "posix_spawn_file_actions_adddup2", start);
            }
            // Descriptors of native libraries may lack FD_CLOEXEC; one that leaks into a script keeps its device or pipe alive.
            Require(posix_spawn_file_actions_addclosefrom_np(actions, 3 + extra.Length), "posix_spawn_file_actions_addclosefrom_np", start);
            if (start.WorkingDirectory is { } directory)
            {
                Require(
                    posix_spawn_file_actions_addchdir_np(actions, memory.Add(directory)),
                    "posix_spawn_file_actions_addchdir_np",
                    start
                );
            }

            // The runtime ignores SIGPIPE and handles others; a child must start as if a shell had started it.
            sigset_t all,
                none;
            // Not sigfillset, which leaves out the two signals that glibc uses itself: a child inherits them ignored.
            new Span<byte>(&all, sizeof(sigset_t)).Fill(0xFF);
            _ = sigemptyset(&none);
            Require(posix_spawnattr_setsigdefault(attributes, &all), "posix_spawnattr_setsigdefault", start);
            Require(posix_spawnattr_setsigmask(attributes, &none), "posix_spawnattr_setsigmask", start);
            Require(posix_spawnattr_setpgroup(attributes, 0), "posix_spawnattr_setpgroup", start);
            var group = start.NewSession ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
            var flags = (short)(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | group);
            Require(posix_spawnattr_setflags(attributes, flags), "posix_spawnattr_setflags", start);

            int pid;
            var argv = memory.Add([start.Name ?? start.Path, .. start.Arguments]);
            var environment = memory.Add(EnvironmentOf(start));
            Require(posix_spawn(&pid, memory.Add(start.Path), actions, attributes, argv, environment), "posix_spawn", start);
            Limit(pid, RLIMIT_FSIZE, start.LargestFile);
            Limit(pid, RLIMIT_AS, start.MostMemory);
            return pid;
        }
        finally
        {
            _ = posix_spawnattr_destroy(attributes);
            _ = posix_spawn_file_actions_destroy(actions);
        }
    }

    /// <summary>
    /// posix_spawn knows no limits, so they come a moment after the start: before an interpreter has so much as loaded its script.
    /// </summary>
    private static void Limit(int pid, int resource, ulong? most)
    {
        if (most is { } value)
        {
            var limit = new rlimit_t { current = value, maximum = value };
            _ = prlimit(pid, resource, &limit, null); // ESRCH: it has ended already.
        }
    }

    private static void Place(byte* actions, int descriptor, int target, int flags, NativeStrings memory, ChildStart start)
    {
        var result =
            descriptor >= 0
                ? posix_spawn_file_actions_adddup2(actions, descriptor, target)
                : posix_spawn_file_actions_addopen(actions, target, memory.Add("/dev/null"), flags, 0);
        Require(result, "posix_spawn_file_actions", start);
    }

    private static void Require(int errno, string call, ChildStart start)
    {
        if (errno == 0)
        {
            return;
        }

        var explanation = errno switch
        {
            2 when start.WorkingDirectory is { } directory && !Directory.Exists(directory) => $"no such directory: {directory}",
            2 when File.Exists(start.Path) => "the interpreter that its first line names does not exist",
            8 => "it is no program, and no script whose first line names an interpreter",
            _ => null,
        };
        throw new NativeCallException(call, start.Path, new Errno(errno), explanation);
    }

    private static string[] EnvironmentOf(ChildStart start)
    {
        if (start.Environment is { } own)
        {
            return [.. own.Select(pair => $"{pair.Key}={pair.Value}")];
        }

        var inherited = new List<string>();
        foreach (System.Collections.DictionaryEntry pair in Environment.GetEnvironmentVariables())
        {
            inherited.Add($"{pair.Key}={pair.Value}");
        }

        return [.. inherited];
    }

    /// <summary>C strings and arrays of them, freed together.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public byte* Add(string text)
        {
            if (text.Contains('\0', StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    $"a zero byte in a program's path, argument or environment: {text.Replace('\0', '?')}",
                    nameof(text)
                );
            }

            var length = Encoding.UTF8.GetByteCount(text);
            var block = Allocate(length + 1);
            Encoding.UTF8.GetBytes(text, new Span<byte>(block, length));
            block[length] = 0;
            return block;
        }

        public byte** Add(string[] texts)
        {
            var array = (byte**)Allocate((texts.Length + 1) * sizeof(byte*));
            for (var i = 0; i < texts.Length; i++)
            {
                array[i] = Add(texts[i]);
            }

            array[texts.Length] = null;
            return array;
        }

        public void Dispose() => _blocks.ForEach(block => NativeMemory.Free((void*)block));

        private byte* Allocate(int size)
        {
            var block = NativeMemory.Alloc((nuint)size);
            _blocks.Add((nint)block);
            return (byte*)block;
        }
    }
}
