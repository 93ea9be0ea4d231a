namespace Xend.Memory;

/// <summary>Why memory could not be promised: old xend's sentences, and below them the sum, line by line.</summary>
internal static class MemoryRefusal
{
    /// <param name="name">The domain.</param>
    /// <param name="need">All that it is to have.</param>
    /// <param name="wantedKib">What of it it does not have yet.</param>
    /// <param name="sum">What there is.</param>
    /// <param name="mayShrink">Whether dom0 may be asked for memory.</param>
    public static XendError Explain(string name, MemoryNeed need, ulong wantedKib, MemorySum sum, bool mayShrink) =>
        new(
            ErrorCode.NoMemory,
            Sentence(wantedKib, sum, mayShrink),
            Lines(name, need, wantedKib, sum),
            Hint(need, wantedKib, sum, mayShrink)
        );

    /// <summary>The sum promised it, but dom0's kernel did not give what it was asked for.</summary>
    public static XendError Dom0GaveTooLittle(
        string name,
        MemoryNeed need,
        ulong wantedKib,
        MemorySum sum,
        ulong dom0TargetKib,
        TimeSpan limit
    ) =>
        new(
            ErrorCode.NoMemory,
            $"Not enough memory is available, and dom0 cannot be shrunk any further.  I need {wantedKib} KiB but only have "
                + $"{Math.Max(0, sum.UncoveredKib)}.",
            $"{Lines(name, need, wantedKib, sum)}\ndom0:      it was told to go down to {dom0TargetKib} KiB, stands at {sum.Dom0Kib} "
                + $"KiB and has not moved for {limit.TotalSeconds:0} s",
            "Its kernel cannot free more: raise dom0-min-mem in xend-config.sxp to what dom0 really needs, or stop something in dom0."
        );

    /// <summary>dom0 is to grow, and nobody gives for that.</summary>
    public static XendError Dom0CannotGrow(ulong wantedKib, MemorySum sum)
    {
        var others = sum with { Dom0MayGiveKib = 0, OwedKib = sum.OwedKib - sum.Dom0GrowthKib, Dom0GrowthKib = 0 };
        return new XendError(
            ErrorCode.NoMemory,
            $"Not enough memory is available for Domain-0 to grow.  I need {wantedKib} KiB but only have {others.AvailableKib}.",
            Lines("Domain-0", new MemoryNeed(sum.Dom0Kib + wantedKib, 0), wantedKib, others),
            $"xm mem-set Domain-0 {(sum.Dom0Kib + others.AvailableKib) / 1024} would fit; or stop a guest."
        );
    }

    private static string Sentence(ulong wantedKib, MemorySum sum, bool mayShrink)
    {
        if (!mayShrink)
        {
            return $"Not enough free memory and enable-dom0-ballooning is False, so I cannot release any more.  I need {wantedKib} "
                + $"KiB but only have {sum.AvailableKib}.";
        }
        return sum.Dom0MayGiveKib == 0
            ? $"Not enough memory is available, and dom0 cannot be shrunk any further.  I need {wantedKib} KiB but only have "
                + $"{sum.AvailableKib}."
            : $"I need {wantedKib} KiB, but dom0_min_mem is {sum.Dom0FloorKib} and shrinking to {sum.Dom0FloorKib} KiB would leave "
                + $"only {sum.AvailableKib} KiB free.";
    }

    private static string Lines(string name, MemoryNeed need, ulong wantedKib, MemorySum sum)
    {
        var shadow = need.ShadowKib > 0 ? $" + {need.ShadowKib} shadow" : "";
        var slop = need.OverheadKib > 0 ? $" + {need.OverheadKib} slop" : "";
        var has = need.TotalKib > wantedKib ? $" - {need.TotalKib - wantedKib} that it has" : "";
        var missing = wantedKib > sum.AvailableKib ? wantedKib - sum.AvailableKib : 0;
        return $"""
            needed:    {wantedKib, 10} KiB = {need.GuestKib} guest {name}{shadow}{slop}{has}
            available: {sum.AvailableKib, 10} KiB = {sum.FreeKib} free + {sum.ScrubKib} being scrubbed - {sum.ClaimedKib} claimed - {sum.PromisedKib} promised to others - {sum.OwedKib} that guests may still take + {sum.Dom0MayGiveKib} that dom0 ({sum.Dom0Kib}) may give
            missing:   {missing, 10} KiB
            """;
    }

    private static string Hint(MemoryNeed need, ulong wantedKib, MemorySum sum, bool mayShrink)
    {
        var missingMib = (wantedKib - sum.AvailableKib + 1023) / 1024;
        var fits = need.GuestKib / 1024 > missingMib ? need.GuestKib / 1024 - missingMib : 0;
        var free = mayShrink
            ? $"free {missingMib} MiB: stop a guest, or lower dom0-min-mem in xend-config.sxp."
            : $"free {missingMib} MiB: stop a guest, or shrink dom0 (xm mem-set Domain-0 ...).";
        return fits > 0 ? $"memory = {fits} would fit; or {free}" : $"F{free[1..]}";
    }
}
