using System.Reflection;

namespace Architecture.Tests;

/// <summary>What holds for whole assemblies.</summary>
public sealed class AssemblyTests
{
    private static readonly string[] Ours = ["Sxp", "Model", "XmlRpc", "XenStore", "Linux.Interop", "LibXc.Interop", "xend", "xm"];

    public static TheoryData<string> All => [.. Ours];

    [Theory]
    [InlineData("Sxp", "")]
    // What a guest is to be, and by which rules; s-expressions are its form on the wire and on disk.
    [InlineData("Model", "Sxp")]
    [InlineData("XenStore", "")]
    [InlineData("Linux.Interop", "")]
    [InlineData("LibXc.Interop", "Linux.Interop")]
    // S-expressions travel as nested arrays, so that their values are XML-RPC's values.
    [InlineData("XmlRpc", "Sxp")]
    [InlineData("xm", "Linux.Interop Model Sxp XmlRpc")]
    [InlineData("xend", "LibXc.Interop Linux.Interop Model Sxp XenStore XmlRpc")]
    public void Each_refers_to_no_more_of_the_others_than_it_should(string name, string expected)
    {
        var referenced = Assembly.Load(name).GetReferencedAssemblies().Select(one => one.Name!).Where(Ours.Contains).Order();
        Assert.Equal(expected, string.Join(' ', referenced));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Native_functions_are_declared_in_Linux_Interop_alone(string name)
    {
        var native =
            from type in Assembly.Load(name).GetTypes()
            from method in type.GetMethods(EveryMember)
            where method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)
            select $"{type.FullName}.{method.Name}";
        if (name == "Linux.Interop")
        {
            Assert.NotEmpty(native);
        }
        else
        {
            Assert.Empty(native);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Nothing_static_can_change(string name)
    {
        var mutable =
            from type in Assembly.Load(name).GetTypes()
            // The compiler keeps the delegates that it made for lambdas.
            where !type.Name.StartsWith('<')
            from field in type.GetFields(EveryMember)
            where field is { IsStatic: true, IsLiteral: false, IsInitOnly: false }
            select $"{type.FullName}.{field.Name}";
        Assert.Empty(mutable);
    }

    private const BindingFlags EveryMember =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
}
