using System.Globalization;
using System.Text;
using LibXc.Interop;
using Linux.Interop;
using Tmds.Linux;

namespace Xend.Build.Saving;

/// <summary>The child's side: the program <c>xend --helper save</c>, which takes one request, does it, and ends.</summary>
public static class SaveHelper
{
    /// <summary>What the daemon has put there for a guest that goes or comes.</summary>
    private const int StreamDescriptor = 3;

    /// <summary>Returns the exit status: 0, also after a failure that was told.</summary>
    public static int Run(Stream input, Stream output)
    {
        return CurrentProcess.DieWithParent(CurrentProcess.ParentId, LibC.SIGKILL) ? Serve(input, output) : 0;
    }

    internal static int Serve(Stream input, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        using var reader = new StreamReader(input, new UTF8Encoding(false));
        var talk = new SaveTalk(reader, writer);
        try
        {
            Answer(talk.Ask(), talk);
            return 0;
        }
        catch (DaemonGoneException)
        {
            return 1;
        }
    }

    private static void Answer(string[] words, SaveTalk talk)
    {
        try
        {
            if (SaveLine.ReadSave(words) is { } save)
            {
                Save(save, talk);
            }
            else if (SaveLine.ReadRestore(words) is { } restore)
            {
                Restore(restore, talk);
            }
            else if (SaveLine.ReadSend(words) is { } send)
            {
                Send(send, talk);
            }
            else if (SaveLine.ReadReceive(words) is { } receive)
            {
                Receive(receive, talk);
            }
            else if (words is [SaveLine.Inspect, var path])
            {
                talk.Tell(SaveLine.Of(SaveFileReader.Read(path)));
            }
            else
            {
                throw new SaveFileException("the request is not one that this version of xend understands");
            }
        }
        catch (SaveFileException error)
        {
            talk.Tell(BuildLine.Of(SaveLine.Failed, error.Message, error.Detail ?? "", error.Hint ?? ""));
        }
        catch (Exception error) when (error is XenLibraryException or NativeCallException)
        {
            talk.Tell(BuildLine.Of(SaveLine.Failed, error.Message, "", ""));
        }
        catch (XenCallException error)
        {
            talk.Tell(BuildLine.Of(SaveLine.Failed, $"{error.Call}: {error.Reason}", error.Detail ?? "", ""));
        }
        catch (OutOfMemoryException)
        {
            talk.Tell(BuildLine.Of(SaveLine.Failed, "dom0 has too little memory for it", "", ""));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            talk.Tell(BuildLine.Of(SaveLine.Failed, FileFailure.Reason(error), "", FileFailure.Hint(error)));
        }
    }

    private static void Save(GuestSaveRequest request, SaveTalk talk)
    {
        using var xen = XenControl.Open(XenLibraries.Load(), talk.Log);
        using var file = new SaveFileWriter(request.Path, request.Configuration);
        if (PosixFile.AvailableBytes(Path.GetDirectoryName(request.Path)!) is var room && room < (ulong)request.NeededBytes)
        {
            throw new SaveFileException(
                "there is too little room",
                $"{request.NeededBytes / 1024} KiB are needed and {room / 1024} KiB are free.",
                "Make room on the file system."
            );
        }
        file.WriteMemory(descriptor => DomainStreams.Save(xen, descriptor, request.DomainId, isLive: false, talk));
        if (talk.AskForState() is { Length: > 0 } state)
        {
            file.WriteDeviceModel(state);
        }
        talk.Tell(BuildLine.Of(SaveLine.Saved, file.Finish().ToString(CultureInfo.InvariantCulture)));
    }

    private static void Restore(GuestRestoreRequest request, SaveTalk talk)
    {
        using var xen = XenControl.Open(XenLibraries.Load(), talk.Log);
        using var file = File.OpenHandle(request.Path);
        PosixFile.Seek(file, request.MemoryOffset);
        Tell(talk, DomainStreams.Restore(xen, (int)file.DangerousGetHandle(), request.DomainId, request.StorePort, request.ConsolePort));
    }

    private static void Send(GuestSendRequest request, SaveTalk talk)
    {
        using var xen = XenControl.Open(XenLibraries.Load(), talk.Log);
        DomainStreams.Save(xen, StreamDescriptor, request.DomainId, request.IsLive, talk);
        talk.Tell(BuildLine.Of(SaveLine.Sent));
    }

    private static void Receive(GuestReceiveRequest request, SaveTalk talk)
    {
        using var xen = XenControl.Open(XenLibraries.Load(), talk.Log);
        Tell(talk, DomainStreams.Restore(xen, StreamDescriptor, request.DomainId, request.StorePort, request.ConsolePort));
    }

    private static void Tell(SaveTalk talk, RestoredFrames frames) =>
        talk.Tell(
            BuildLine.Of(
                SaveLine.Restored,
                frames.StoreFrame.ToString(CultureInfo.InvariantCulture),
                frames.ConsoleFrame.ToString(CultureInfo.InvariantCulture)
            )
        );
}
