namespace Xend.Requests;

/// <summary>What becomes of a guest whose memory was dumped.</summary>
public enum AfterDump
{
    /// <summary>It goes on, unless it was held before.</summary>
    GoOn,

    Destroy,

    Reset,
}
