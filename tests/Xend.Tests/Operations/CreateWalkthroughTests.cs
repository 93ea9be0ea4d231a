using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sxp;
using Xend.Domains;
using Xend.Operations;
using Xend.Operations.Plans;

namespace Xend.Tests.Operations;

/// <summary>docs/walkthroughs/create.md tells the steps of a create as the plans have them.</summary>
public sealed partial class CreateWalkthroughTests
{
    private static readonly List<(string Name, string Undo)> Told = [.. ReadRows()];

    private static readonly List<List<Step>> Plans =
    [
        .. new[]
        {
            Guests.Linux(),
            Guests.WinXp(),
            Guests.Pvh(),
            Guests.Hvm("(localtime 1)"),
            Guests.Linux(uname: "tap:qcow2:/a.qcow2"),
            Read("(vm (name cards) (memory 16) (image (linux (kernel /k))) (device (pci (dev (bus 0x07) (slot 0x00) (func 0x0)))))"),
            Guests.Hvm("", "(device (vbd (uname phy:/dev/a) (dev hda) (mode w))) (device (pci (dev (bus 0x07) (slot 0x00) (func 0x0))))"),
            Read("(vm (name disks) (memory 16) (image (linux (kernel /k))) (device (vscsi (dev (p-dev 2:0:0:0) (v-dev 0:0:0:0)))))"),
            Read(
                "(vm (name grubbed) (memory 16) (bootloader pygrub) (image (linux)) (device (vbd (uname file:/a.img) (dev xvda) (mode w))))"
            ),
        }.Select(config => CreatePlan.For(new DomainConfigReader("vif-bridge").Read(config)).ToList()),
    ];

    [Fact]
    public void Every_step_is_told_and_every_one_told_is_a_step()
    {
        var names = Plans.SelectMany(plan => plan).Select(TellName).ToHashSet();
        Assert.Equal(names.Order(), Told.Select(row => row.Name).Distinct().Order());
    }

    [Fact]
    public void They_are_told_in_the_order_in_which_they_are_taken()
    {
        var main = Told.Select(row => row.Name).TakeWhile(name => name != "check-bootloader").Distinct().ToList();
        foreach (var plan in Plans)
        {
            var taken = plan.Select(TellName).Distinct().ToList();
            // A boot loader's steps stand in a table of their own, and its check of the image comes later; so do devices of HVM guests.
            var common = taken
                .Where(name =>
                    main.Contains(name)
                    && !(taken.Contains("run-bootloader") && name == "check-image")
                    && !(taken.Contains("plug-pci") && name == "give-pci")
                )
                .ToList();
            Assert.Equal(main.Where(common.Contains), common);
        }
    }

    [Fact]
    public void How_a_step_is_undone_is_told_of_those_that_undo_something()
    {
        foreach (var step in Plans.SelectMany(plan => plan).DistinctBy(TellName))
        {
            var told = Told.First(row => row.Name == TellName(step)).Undo;
            var undoes = step.GetType().GetMethod(nameof(Step.UndoAsync))!.DeclaringType != typeof(Step);
            // "(goes with the domain)", and the names of other steps, are another's undoing.
            Assert.True(undoes == (told != "" && told[0] is not ('(' or '`')), $"{step.Name}: '{told}', and it undoes: {undoes}");
            Assert.All(OtherStep().Matches(told), other => Assert.Contains(other.Groups[1].Value, Told.Select(row => row.Name)));
        }
    }

    private static SList Read(string text) => (SList)SxpReader.Read(text);

    private static string TellName(Step step) =>
        step.Name.StartsWith("connect-tap-", StringComparison.Ordinal) ? "connect-tap-N"
        : step.Name.StartsWith("try-image-", StringComparison.Ordinal) ? "try-image-N"
        : Device().Replace(step.Name, "connect-CLASS-ID");

    /// <summary>The first and last cells of the tables' rows that begin with a step's name.</summary>
    private static IEnumerable<(string Name, string Undo)> ReadRows([CallerFilePath] string here = "") =>
        from line in File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/walkthroughs/create.md"))
        where line.StartsWith("| `", StringComparison.Ordinal)
        let cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries)
        select (cells[0].Trim('`'), cells[^1]);

    [GeneratedRegex("^connect-(?!tap)[a-z]+-[0-9]+$")]
    private static partial Regex Device();

    [GeneratedRegex("^`([a-z-]+)`$")]
    private static partial Regex OtherStep();
}
