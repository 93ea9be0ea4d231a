namespace Xm.Host;

/// <summary>What xm says of a failure that nothing in it was made for: a sentence, never a stack trace.</summary>
internal static class LastWords
{
    /// <summary>Prints it, behind what was printed so far. Returns the exit status.</summary>
    public static int Say(Exception error, Surroundings surroundings)
    {
        surroundings.Out.Flush();
        surroundings.Errors.WriteLine(
            error is OutOfMemoryException
                ? "Error: xm has too little memory: the limit on its address space (ulimit -v) or on its threads (ulimit -u) is too low."
                : $"Error: xm failed for a reason of its own ({error.GetType().Name}). What was asked of xend may have been done."
        );
        surroundings.Errors.Flush();
        return 1;
    }
}
