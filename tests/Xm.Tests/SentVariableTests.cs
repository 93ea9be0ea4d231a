using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Model;
using Model.Devices;
using Model.Domains;
using Sxp;
using Xm.Config.Lint;

namespace Xm.Tests;

/// <summary>What xm sends of a variable makes a difference to xend, or is said to make none.</summary>
public sealed partial class SentVariableTests : IDisposable
{
    private const string Uuid = "00000000-0000-0000-0000-000000000001";

    /// <summary>Without these every domain would be another.</summary>
    private const string Same = $"uuid = '{Uuid}'\n";

    private static readonly Dictionary<string, string> Types = new()
    {
        ["linux"] = Same + "kernel = '/boot/vmlinuz'\n",
        ["pvh"] = Same + "kernel = '/boot/vmlinuz'\nbuilder = 'pvh'\n",
        ["hvm"] = Same + "kernel = 'hvmloader'\nbuilder = 'hvm'\n",
    };

    /// <summary>Values of variables whose lines in <see cref="VariableTests"/> say what is so anyway.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["sdl"] = "sdl = 1",
        ["serial"] = "serial = 'none'",
        ["hap"] = "hap = 0",
    };

    /// <summary>Sent as of old, and acted upon by xm itself.</summary>
    private static readonly string[] OfXm = ["vncconsole"];

    private readonly XmRun _xm = new XmRun()
        .WithFile("/boot/vmlinuz")
        .WithFile("/boot/other")
        .WithFile("/boot/initrd")
        .WithFile("/sys/bus/scsi/devices/2:0:0:0/block/sda/size");

    public void Dispose() => _xm.Dispose();

    public static TheoryData<string, string> Lines
    {
        get
        {
            var lines = new TheoryData<string, string>();
            foreach (var row in VariableTests.Variables)
            {
                var name = (string)row[0];
                lines.Add(name, Others.GetValueOrDefault(name, (string)row[2]));
            }
            return lines;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_variable_that_is_sent_is_read_or_is_said_to_have_no_effect(string name, string line)
    {
        var rule = VariableRules.Of(name)!;
        var without = string.Join('\n', line.Split("; ").Where(statement => !statement.StartsWith(name + " =", StringComparison.Ordinal)));
        var read = new List<string>();
        foreach (var (type, file) in Types)
        {
            var before = Send(file + without);
            var after = Send(file + line);
            if (before.ToString() == after.ToString())
            {
                continue;
            }
            if (Read(before) != Read(after))
            {
                read.Add(type);
            }
            else if (!rule.IsForHvm || type == "hvm")
            {
                Assert.True(rule.HasNoEffect || OfXm.Contains(name), $"{name} is sent for {type}, and xend does not read it");
            }
        }
        Assert.True(read.Count > 0 || rule.HasNoEffect || OfXm.Contains(name), $"{name} has no effect on a domain of any type");
    }

    [Fact]
    public void The_compatibility_page_lists_what_has_no_effect()
    {
        var page = File.ReadAllText(Repository.File("docs/compatibility.md"));
        var list = page.Split("**Settings without effect**")[1].Split("Without effect are also")[0].Split("at their default:")[1];
        Assert.Equal(
            VariableRules.Names.Where(name => VariableRules.Of(name)!.HasNoEffect).Order(StringComparer.Ordinal),
            Name().Matches(list).Select(match => match.Groups[1].Value)
        );
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Lint_says_what_has_no_effect(string name, string line)
    {
        if (!VariableRules.Of(name)!.HasNoEffect)
        {
            return;
        }
        _xm.WithFile("/etc/xen/x", Types["hvm"] + line + "\n");
        var told = _xm.Run("lint", "x").Out;
        Assert.True(
            told.Contains($"{name} is accepted and has no effect", StringComparison.Ordinal)
                || told.Contains($"{name} is deprecated.", StringComparison.Ordinal),
            told
        );
    }

    [Theory]
    [InlineData("vif", "mac=00:16:3e:00:00:01")]
    [InlineData("vif", "bridge=br0")]
    [InlineData("vif", "ip=10.0.0.2")]
    [InlineData("vif", "script=vif-route")]
    [InlineData("vif", "type=netfront")]
    [InlineData("vif", "model=e1000")]
    [InlineData("vif", "vifname=web0")]
    [InlineData("vif", "rate=10Mb/s")]
    [InlineData("vif", "backend=1")]
    [InlineData("vfb", "vnc=1")]
    [InlineData("vfb", "sdl=1")]
    [InlineData("vfb", "type=vnc")]
    [InlineData("vfb", "vnclisten=0.0.0.0")]
    [InlineData("vfb", "vncunused=0")]
    [InlineData("vfb", "vncdisplay=3")]
    [InlineData("vfb", "vncpasswd=x")]
    [InlineData("vfb", "display=:1")]
    [InlineData("vfb", "xauthority=/x")]
    [InlineData("vfb", "keymap=de")]
    public void A_key_of_a_device_is_read(string variable, string pair)
    {
        foreach (var (_, file) in Types)
        {
            Assert.NotEqual(Read(Send($"{file}{variable} = ['']")), Read(Send($"{file}{variable} = ['{pair}']")));
        }
    }

    private SList Send(string text)
    {
        _xm.WithFile("/etc/xen/x", text + "\n");
        var outcome = _xm.Run("create", "-qn", "x");
        Assert.True(outcome.Status == 0, outcome.Errors);
        return (SList)SxpReader.Read(outcome.Out);
    }

    /// <summary>What xend makes of an s-expression, as a text; or its refusal.</summary>
    private static string Read(SList sent)
    {
        try
        {
            return Describe(new DomainConfigReader("vif-bridge").Read(sent));
        }
        catch (XendError error)
        {
            return error.Message;
        }
    }

    /// <summary>All that a configuration says, but for what was only kept as it came.</summary>
    private static string Describe(object? value) =>
        value switch
        {
            null => "null",
            string or Guid or SValue => value.ToString()!,
            IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Describe))}]",
            _ when value.GetType().IsPrimitive || value.GetType().IsEnum => value.ToString()!,
            _ => value
                .GetType()
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetIndexParameters().Length == 0 && !IsKeptOnly(property))
                .Aggregate(new StringBuilder(), (text, property) => text.Append($"{property.Name}={Describe(property.GetValue(value))};"))
                .ToString(),
        };

    private static bool IsKeptOnly(PropertyInfo property) =>
        property.Name == nameof(ImageConfig.Platform) || (property.Name == "Source" && property.DeclaringType == typeof(VfbConfig));

    [GeneratedRegex("`([a-z][a-z0-9_]+)`")]
    private static partial Regex Name();
}
