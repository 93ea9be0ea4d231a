using System.Globalization;
using LibXc.Interop;

namespace Xend.Build.Saving;

/// <summary>The child's end of the talk with the daemon, from the one thread that works.</summary>
internal sealed class SaveTalk(TextReader reader, TextWriter writer) : IDomainSaver
{
    /// <summary>A line for each part of so many hundred; more would only cost time.</summary>
    private const ulong ProgressParts = 200;

    private ulong _lastPart = ulong.MaxValue;

    public bool Suspend()
    {
        Tell(BuildLine.Of(SaveLine.Suspend));
        return Ask() is [SaveLine.Done];
    }

    public bool TrackPages(bool isOn)
    {
        Tell(BuildLine.Of(SaveLine.Track, isOn ? SaveLine.Yes : SaveLine.No));
        return Ask() is [SaveLine.Done];
    }

    public void EndRound(uint round, long dirtyPages) =>
        Tell(BuildLine.Of(SaveLine.Round, round.ToString(CultureInfo.InvariantCulture), dirtyPages.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The file that the device model wrote; empty where there is none.</summary>
    public string AskForState()
    {
        Tell(BuildLine.Of(SaveLine.State));
        return Ask() is [SaveLine.State, var path] ? path : throw new SaveFileException("it was given up");
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
}

/// <summary>The daemon closed its end: nobody is left to tell.</summary>
internal sealed class DaemonGoneException : Exception;
