using System.Globalization;
using LibXc.Interop;

namespace Xend.Build.Saving;

/// <summary>The child's end of the talk with the daemon, from the one thread that works.</summary>
internal sealed class SaveTalk(TextReader reader, TextWriter writer) : IDomainSaver
{
    /// <summary>A line for each part of so many hundred; more would only cost time.</summary>
    private const ulong ProgressParts = 200;

    private ulong _lastPart = ulong.MaxValue;

    public bool Suspend() => IsDone(BuildLine.Of(SaveLine.Suspend));

    public bool TrackDeviceModel(bool enable) => IsDone(BuildLine.Of(SaveLine.Track, enable ? SaveLine.Yes : SaveLine.No));

    /// <summary>The file that the device model wrote, empty where there is none, and the notes.</summary>
    public (string StatePath, string Notes) AskForState()
    {
        Tell(BuildLine.Of(SaveLine.State));
        return Ask() is [SaveLine.State, var path, var notes] ? (path, notes) : throw new SaveFileException("it was given up");
    }

    public void Log(XenLogLine line)
    {
        if (line.Progress is not var (done, total))
        {
            Tell(BuildLine.Of(BuildLine.Log, ((int)line.Level).ToString(CultureInfo.InvariantCulture), line.ToString()));
        }
        else if (done * ProgressParts / Math.Max(total, 1) is var part && part != _lastPart)
        {
            _lastPart = part;
            Tell(BuildLine.Of(SaveLine.Progress, $"{done}", $"{total}"));
        }
    }

    public void Tell(string line)
    {
        try
        {
            writer.WriteLine(line);
        }
        catch (IOException)
        {
            throw new DaemonGoneException();
        }
    }

    /// <summary>The next line of the daemon.</summary>
    public string[] Ask()
    {
        try
        {
            return BuildLine.Words(reader.ReadLine() ?? throw new DaemonGoneException());
        }
        catch (IOException)
        {
            throw new DaemonGoneException();
        }
    }

    private bool IsDone(string question)
    {
        Tell(question);
        return Ask() is [SaveLine.Done];
    }
}

/// <summary>The daemon closed its end: nobody is left to tell.</summary>
internal sealed class DaemonGoneException : Exception;
