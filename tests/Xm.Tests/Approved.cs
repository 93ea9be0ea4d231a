namespace Xm.Tests;

/// <summary>Texts that users see, kept as files beside the tests.</summary>
internal static class Approved
{
    /// <summary>
    /// Compares with the file of that name. With XM_APPROVE=1 in the environment the file is written instead, to be looked at in the diff.
    /// </summary>
    public static void Match(string name, string text)
    {
        var path = Repository.File("tests/Xm.Tests/approved/" + name);
        if (Environment.GetEnvironmentVariable("XM_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        Assert.True(File.Exists(path), $"There is no approved text {name}; run the test with XM_APPROVE=1 and look at the file.");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
