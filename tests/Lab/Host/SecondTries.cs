namespace Lab.Host;

/// <summary>What was tried again within a test, for the end of the run, which prints how many and each by its name.</summary>
internal static class SecondTries
{
    /// <param name="test">The test.</param>
    /// <param name="why">What made the first try worthless; a fault of the product never does.</param>
    public static void Tell(string test, string why)
    {
        if (Environment.GetEnvironmentVariable("XEN_LAB_SECOND_TRIES") is { Length: > 0 } path)
        {
            File.AppendAllText(path, $"{test}: {why}\n");
        }
    }
}
