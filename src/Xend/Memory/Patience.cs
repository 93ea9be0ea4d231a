namespace Xend.Memory;

/// <summary>Waiting that goes on while the amount waited for gets less, and ends when it has not for dom0-balloon-timeout.</summary>
internal sealed class Patience(HostServices host)
{
    private long _since = host.Clock.GetTimestamp();
    private ulong _least = ulong.MaxValue;

    public TimeSpan Limit => host.Options.Dom0BalloonTimeout;

    public bool Continues(ulong amount)
    {
        if (amount < _least)
        {
            (_least, _since) = (amount, host.Clock.GetTimestamp());
        }
        return host.Clock.GetElapsedTime(_since) < Limit;
    }
}
