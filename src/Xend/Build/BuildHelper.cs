using System.Text;
using LibXc.Interop;
using Linux.Interop;
using Tmds.Linux;
using Xend.Build.Hvm;
using Xend.Build.Pv;
using Xend.Build.Pvh;
using Xend.Hypervisor;

namespace Xend.Build;

/// <summary>The builder's side: the program <c>xend --helper build</c>, which waits for one request, does it, and ends.</summary>
public static class BuildHelper
{
    /// <summary>
    /// Runs until the build is done or the daemon is gone, and returns the exit status: 0, also after a failed build that was told.
    /// </summary>
    /// <param name="input">The daemon's requests (stdin); its end means that there is nothing to build any more.</param>
    /// <param name="output">Our answers (stdout).</param>
    public static int Run(Stream input, Stream output)
    {
        // A build does not look at stdin, so that the end of file alone would let it outlive the daemon.
        return CurrentProcess.DieWithParent(CurrentProcess.ParentId, LibC.SIGKILL) ? Serve(input, output) : 0;
    }

    internal static int Serve(Stream input, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        using var reader = new StreamReader(input, new UTF8Encoding(false));
        var report = new BuildReport(writer);
        try
        {
            Answer(reader, report);
            return 0;
        }
        catch (IOException)
        {
            return 1; // The daemon closed its end: nobody is left to tell.
        }
    }

    private static void Answer(TextReader reader, BuildReport report)
    {
        XenControl? xen = null;
        ImageBuildException? unable = null;
        try
        {
            // Before the request comes: the time that this takes is not the guest's.
            xen = XenControl.Open(XenLibraries.Load(), report.Log);
        }
        catch (XenLibraryException e)
        {
            unable = new ImageBuildException("dlopen", e.Message, null);
        }
        catch (XenCallException e)
        {
            unable = new ImageBuildException(e.Call, $"{e.Subject}: {e.Reason}", e.Detail);
        }

        using (xen)
        {
            if (reader.ReadLine() is not { } line)
            {
                return;
            }

            if (BuildLine.TryParse(BuildLine.Words(line)) is not var (request, kernelCache))
            {
                unable = new ImageBuildException("build", "the request is not one that this version of xend understands", null);
            }
            else if (xen is not null)
            {
                unable = Build(xen, request, kernelCache, report);
            }
        }
        if (unable is not null)
        {
            report.Failed(unable);
        }
    }

    /// <summary>Null where it was built, and told so.</summary>
    private static ImageBuildException? Build(XenControl xen, ImageBuildRequest request, string? kernelCache, BuildReport report)
    {
        var cache = kernelCache is null ? null : new KernelCache(kernelCache);
        try
        {
            switch (request.Type)
            {
                case GuestType.Hvm:
                    new HvmImage(xen, request, report).Build();
                    break;
                case GuestType.Pvh:
                    new PvhImage(xen, request, report, cache).Build();
                    break;
                default:
                    new PvImage(xen, request, report, cache).Build();
                    break;
            }
            return null;
        }
        catch (ImageBuildException e)
        {
            return e;
        }
        catch (XenCallException e)
        {
            return new ImageBuildException(e.Call, BuildFailure.Explain(e, request), e.Detail);
        }
    }
}
