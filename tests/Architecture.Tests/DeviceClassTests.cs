using System.Runtime.CompilerServices;
using Model.Devices;
using Xend.Devices;

namespace Architecture.Tests;

/// <summary>
/// A device class has two halves, its shape in Model and what it does on the host in xend, in two tables of the same names.
/// </summary>
public sealed class DeviceClassTests
{
    private static readonly string Sources = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../src"));

    [Fact]
    public void The_two_tables_have_the_same_classes() =>
        Assert.Equal(DeviceClasses.All.Select(shape => shape.Name), BackendClasses.All.Select(backend => backend.Name));

    [Fact]
    public void No_class_is_twice_in_a_table_and_none_has_an_old_name_of_another() =>
        Assert.Distinct(DeviceClasses.All.SelectMany(shape => shape.OldNames.Append(shape.Name)));

    [Fact]
    public void No_two_classes_claim_a_directory_of_backends() =>
        Assert.Distinct(BackendClasses.All.SelectMany(backend => backend.Directories));

    [Fact]
    public void Both_halves_of_a_class_are_in_folders_of_the_same_name() => Assert.Equal(Folders("Model/Devices"), Folders("Xend/Devices"));

    [Fact]
    public void Every_class_is_in_its_table()
    {
        Assert.Equal(Written(typeof(DeviceClass)), DeviceClasses.All.Select(shape => shape.GetType().Name).Distinct().Order());
        Assert.Equal(Written(typeof(BackendClass)), BackendClasses.All.Select(backend => backend.GetType().Name).Distinct().Order());
    }

    private static IEnumerable<string> Written(Type half) =>
        half.Assembly.GetTypes().Where(type => type.IsSubclassOf(half) && !type.IsAbstract).Select(type => type.Name).Order();

    private static IEnumerable<string> Folders(string room) =>
        Directory.EnumerateDirectories(Path.Combine(Sources, room)).Select(folder => Path.GetFileName(folder)!).Order();

    private static string Here([CallerFilePath] string file = "") => file;
}
