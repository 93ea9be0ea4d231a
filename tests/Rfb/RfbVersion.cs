namespace Rfb;

/// <summary>The versions of the protocol (RFC 6143, 7.1.1).</summary>
public enum RfbVersion
{
    /// <summary>The server decides how clients prove themselves.</summary>
    V33 = 3,

    /// <summary>The client chooses from a list.</summary>
    V37 = 7,

    /// <summary>A refusal has a reason, and no authentication has a result as well.</summary>
    V38 = 8,
}
