using System.Runtime.CompilerServices;

namespace Xm.Config.Values;

/// <summary>
/// What one configuration file may use up. Everything that takes time or memory is charged here, so that no file makes xm hang or grow.
/// </summary>
internal sealed class Budget
{
    /// <summary>Statements, operators, calls and elements handled: about a second's work.</summary>
    public const long MaxSteps = 5_000_000;

    /// <summary>Characters, and four for each element of a list, that are made in all, whether still needed or not.</summary>
    public const long MaxCells = 16 << 20;

    /// <summary>Characters of one string, elements of one list.</summary>
    public const int MaxSize = 1 << 20;

    /// <summary>Bits of one whole number: some 5000 decimal digits.</summary>
    public const int MaxBits = 1 << 14;

    /// <summary>Functions within each other, as Python's own limit.</summary>
    public const int MaxCalls = 1000;

    private const int CellsOfElement = 4;

    private long _steps;
    private long _cells;
    private int _calls;

    public void Step(long count = 1)
    {
        _steps += count;
        if (_steps > MaxSteps)
        {
            throw new Refused("this takes too long: a configuration may do five million steps");
        }
    }

    /// <summary>A string of that length is about to be made.</summary>
    public void Text(long length)
    {
        if (length > MaxSize)
        {
            throw new Refused("this string grows too large: a string may have 1048576 characters");
        }
        Cells(length);
    }

    /// <summary>A list of that many elements is about to be made, or grows by <paramref name="added"/>.</summary>
    public void Elements(long count, long added)
    {
        if (count > MaxSize)
        {
            throw new Refused("this list grows too large: a list may have 1048576 elements");
        }
        Cells(added * CellsOfElement);
    }

    public void Elements(long count) => Elements(count, count);

    private void Cells(long count)
    {
        _cells += count;
        if (_cells > MaxCells)
        {
            throw new Refused("this needs too much memory: a configuration may make 16 million characters or 4 million elements");
        }
        Step(count >> 4);
    }

    /// <summary>A number of that many bits is about to be made.</summary>
    public void Bits(long count)
    {
        if (count > MaxBits)
        {
            throw new Refused("this number grows too large: a number may have some 5000 digits");
        }
        Step((count >> 10) * (count >> 10));
    }

    /// <summary>One call more within the others.</summary>
    public void Enter()
    {
        if (++_calls > MaxCalls)
        {
            throw Raised.Of("RuntimeError", "maximum recursion depth exceeded");
        }
    }

    public void Leave() => _calls--;

    /// <summary>Refuses values that contain each other so deep that the stack would not do.</summary>
    public void Nest()
    {
        Step();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new Refused("this goes too deep: too many values, calls or expressions within each other");
        }
    }
}
