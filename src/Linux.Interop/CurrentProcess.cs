using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>What this process asks the kernel about itself.</summary>
public static class CurrentProcess
{
    public static bool IsRoot => UserId == 0;

    /// <summary>The effective user.</summary>
    public static uint UserId => geteuid();

    public static int ParentId => getppid();

    /// <summary>Ends at once, as a crash would: nothing is cleaned up.</summary>
    public static void Kill() => _ = kill(getpid(), SIGKILL);

    /// <summary>Our own executable, whatever has since been put in its place.</summary>
    public static string Executable => "/proc/self/exe";

    /// <summary>
    /// Asks for a signal when the thread that started us ends (PR_SET_PDEATHSIG); a <see cref="ChildProcess"/> is started by a thread that
    /// lives as long as its process.
    /// </summary>
    /// <param name="parent">Who started us; where it is gone already, false comes back and no signal would follow.</param>
    /// <param name="signal">SIGKILL, for one.</param>
    public static bool DieWithParent(int parent, int signal)
    {
        if (prctl(PR_SET_PDEATHSIG, (nuint)signal, 0, 0, 0) < 0)
        {
            throw new NativeCallException("prctl", "PR_SET_PDEATHSIG", Errno.Last);
        }

        return ParentId == parent;
    }
}
