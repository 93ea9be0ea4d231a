namespace Simulation.Contracts;

/// <summary>A seam does not do what its contract says.</summary>
public sealed class ContractBrokenException(string message) : Exception(message);

/// <summary>Expectations for contract cases, which run under more than one test framework.</summary>
internal static class ContractExpect
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ContractBrokenException($"{what}: expected {Shown(expected)}, got {Shown(actual)}");
        }
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T>? actual, string what)
    {
        if (actual is null || !expected.SequenceEqual(actual))
        {
            throw new ContractBrokenException(
                $"{what}: expected [{string.Join(", ", expected)}], got {(actual is null ? "null" : $"[{string.Join(", ", actual)}]")}"
            );
        }
    }

    public static void True(bool condition, string what)
    {
        if (!condition)
        {
            throw new ContractBrokenException(what);
        }
    }

    public static async Task<TException> ThrowsAsync<TException>(Func<Task> action, string what)
        where TException : Exception
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (TException expected)
        {
            return expected;
        }
        catch (Exception other)
        {
            throw new ContractBrokenException($"{what}: expected {typeof(TException).Name}, got {other.GetType().Name}: {other.Message}");
        }

        throw new ContractBrokenException($"{what}: expected {typeof(TException).Name}, and nothing was thrown");
    }

    private static string Shown<T>(T value) => value is null ? "null" : $"\"{value}\"";
}
