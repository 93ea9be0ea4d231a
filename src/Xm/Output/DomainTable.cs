namespace Xm.Output;

/// <summary>
/// The table of <c>xm list</c>: the columns of Xen 3.0.3, the name's narrowed. Too long a name pushes the others to the right.
/// </summary>
internal static class DomainTable
{
    private const int NameWidth = 19;

    public static string Header => Line("Name", "ID", "Mem(MiB)", "VCPUs", "State", PythonText.Right("Time(s)", 9));

    /// <summary>One domain. One that is not running has no id and no state, so that its line has four words.</summary>
    public static string Row(DomainRow row) =>
        Line(
            row.Name,
            row.Id,
            PythonText.Right(row.Memory, 0),
            PythonText.Right(row.Cpus, 0),
            row.State,
            PythonText.Right(PythonText.Tenths(row.CpuSeconds), 8)
        );

    public static string LabelHeader => Header + " " + PythonText.Left("Label", 10);

    public static string LabelRow(DomainRow row) => Row(row) + " " + PythonText.Right(row.Label, 10);

    private static string Line(string name, string id, string memory, string cpus, string state, string time) =>
        $"{PythonText.Left(name, NameWidth)} {PythonText.Right(id, 3)} {PythonText.Right(memory, 8)} {PythonText.Right(cpus, 5)} "
        + $"{PythonText.Right(state, 5)} {time}";
}
