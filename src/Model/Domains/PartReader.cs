namespace Model.Domains;

/// <summary>One thing for which a configuration is refused.</summary>
/// <param name="Setting">The key of the s-expression that it is about: uuid, boot, mac.</param>
/// <param name="Device">The place of its <c>(device ...)</c> among all of them, from 0; null for what is the domain's own.</param>
/// <param name="Error">What is wrong.</param>
public sealed record ConfigProblem(string Setting, int? Device, XendError Error);

/// <summary>
/// How the parts of a configuration are read. xend stops at the first that is wrong; whoever examines a configuration is told of each, and
/// a default stands in for it.
/// </summary>
public sealed class PartReader
{
    private readonly List<ConfigProblem>? _problems;
    private readonly int? _device;

    private PartReader(List<ConfigProblem>? problems, int? device) => (_problems, _device) = (problems, device);

    /// <summary>The first part that is wrong ends the reading: its error is thrown.</summary>
    public static PartReader Strict { get; } = new(null, null);

    /// <summary>Each part that is wrong is added to the list.</summary>
    public static PartReader Collecting(List<ConfigProblem> problems) => new(problems, null);

    /// <summary>The same for the parts of one device.</summary>
    /// <param name="place">Its place among all devices, from 0.</param>
    public PartReader ForDevice(int place) => _problems is null ? this : new PartReader(_problems, place);

    /// <summary>Reads one part.</summary>
    /// <param name="setting">Its key.</param>
    /// <param name="otherwise">What stands in for it.</param>
    /// <param name="read">Reads it, or throws what is wrong.</param>
    public T Read<T>(string setting, T otherwise, Func<T> read)
    {
        if (_problems is null)
        {
            return read();
        }
        try
        {
            return read();
        }
        catch (XendError error)
        {
            _problems.Add(new ConfigProblem(setting, _device, error));
            return otherwise;
        }
    }

    /// <summary>Checks what has no value of its own.</summary>
    public void Check(string setting, Action check) => Read(setting, false, () =>
        {
            check();
            return true;
        });
}
