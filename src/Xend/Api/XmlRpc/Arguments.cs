using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace Xend.Api.XmlRpc;

/// <summary>
/// A call's arguments, read as loosely as old clients send them: flags as numbers, numbers as strings, the last ones missing.
/// </summary>
internal sealed class Arguments(string method, ImmutableArray<SValue> values)
{
    public int Count => values.Length;

    /// <summary>A domain by name, id or UUID; ids come as numbers and as strings.</summary>
    public string Domain(int index) =>
        values[index].AsText() is { Length: > 0 } reference ? reference : throw Wrong(index, "a domain's name, id or UUID");

    public string Text(int index, string otherwise) =>
        Given(index) is not { } value ? otherwise : value.AsText() ?? throw Wrong(index, "a string");

    public bool Flag(int index, bool otherwise) =>
        Given(index) is not { } value ? otherwise : value.AsFlag() ?? throw Wrong(index, "true or false");

    /// <summary>True or false; null where the argument is missing or nil.</summary>
    public bool? FlagOrNone(int index) => Given(index) is null ? null : Flag(index, false);

    /// <summary>A state's name or number, as text.</summary>
    public string State(int index, string otherwise) => Text(index, otherwise);

    public int Number(int index) => NumberOrNone(index) ?? throw Wrong(index, "a number");

    /// <summary>A number; null where the argument is missing or nil.</summary>
    public int? NumberOrNone(int index)
    {
        if (Given(index) is not { } value)
        {
            return null;
        }
        return int.TryParse(value.AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong(index, "a number");
    }

    /// <summary>A vCPU's number, or null for <c>all</c>.</summary>
    public int? Vcpu(int index) => values[index].AsText() == "all" ? null : Number(index);

    /// <summary>Physical CPUs: <c>"0,1,3"</c>, one number, or a list of numbers.</summary>
    public IReadOnlyCollection<int> Cpus(int index)
    {
        const int Most = 4096;
        var words = values[index] is SList list
            ? list.Items.Select(item => item.AsText() ?? "")
            : (values[index].AsText() ?? "").Split(',');
        var cpus = new List<int>();
        foreach (var word in words.Take(Most))
        {
            cpus.Add(
                int.TryParse(word.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var cpu)
                    ? cpu
                    : throw Wrong(index, "CPUs as in 0,1,3")
            );
        }
        return cpus;
    }

    /// <summary>The name of a class of devices; <c>tap</c> and <c>tap2</c> are disks.</summary>
    public string DeviceClass(int index) => DeviceClasses.Named(Text(index, "")).Name;

    /// <summary>A device's number, as its class knows it.</summary>
    /// <param name="classIndex">The argument with the class.</param>
    /// <param name="index">The argument with the number.</param>
    public uint DeviceNumber(int classIndex, int index) => DeviceNumber(DeviceClass(classIndex), index);

    /// <summary>
    /// A device's number: of a disk also <c>xvdb</c>, <c>/dev/xvdb</c>, <c>0xca10</c>, <c>vbd/51728</c>, and what its line in a guest file
    /// says, <c>hdc:cdrom</c>.
    /// </summary>
    public uint DeviceNumber(string deviceClass, int index)
    {
        var word = values[index].AsText() ?? "";
        word = word.StartsWith(deviceClass + "/", StringComparison.Ordinal) ? word[(deviceClass.Length + 1)..] : word;
        return uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : deviceClass == "vbd" ? VirtualDevice.Read(word).Number
            : throw Wrong(index, "a device's number");
    }

    /// <summary>A UUID, or null where the argument is none: <c>7e19da7c-8dd7-415f-cebb-290b3c42ec1c</c>.</summary>
    public Guid? Uuid(int index) => Guid.TryParseExact(values[index].AsText(), "D", out var uuid) ? uuid : null;

    /// <summary>Old clients send the option as it was typed.</summary>
    public bool IsForce(int index) => Given(index)?.AsText() is "-f" or "--force" or "1";

    public SList Expression(int index) => values[index] as SList ?? throw Wrong(index, "an s-expression");

    /// <summary>A time in whole seconds, at most a day.</summary>
    public TimeSpan Seconds(int index, int otherwise) =>
        Given(index) is not { } value ? TimeSpan.FromSeconds(otherwise)
        : int.TryParse(
            value.AsText(),
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out var seconds
        )
        && seconds <= 86400
            ? TimeSpan.FromSeconds(seconds)
        : throw Wrong(index, "a number of seconds");

    /// <summary>The argument, or null where it is missing or nil.</summary>
    private SValue? Given(int index) => index < values.Length && values[index] is not SNone ? values[index] : null;

    private XendError Wrong(int index, string expected) =>
        new(ErrorCode.InvalidRequest, $"{method}: argument {index + 1} must be {expected}.");
}
