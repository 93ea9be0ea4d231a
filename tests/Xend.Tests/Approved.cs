using System.Runtime.CompilerServices;

namespace Xend.Tests;

/// <summary>Texts that users see, kept as files beside the tests.</summary>
internal static class Approved
{
    /// <summary>
    /// Compares with the file of that name. With XM_APPROVE=1 in the environment the file is written instead, to be looked at in the diff.
    /// </summary>
    public static void Match(string name, string text, [CallerFilePath] string here = "")
    {
        for (var directory = Path.GetDirectoryName(here); ; directory = Path.GetDirectoryName(directory))
        {
            if (Directory.Exists(Path.Combine(directory!, "approved")))
            {
                Match(new FileInfo(Path.Combine(directory!, "approved", name)), text + "\n");
                return;
            }
        }
    }

    private static void Match(FileInfo file, string text)
    {
        if (Environment.GetEnvironmentVariable("XM_APPROVE") == "1")
        {
            file.Directory!.Create();
            File.WriteAllText(file.FullName, text);
        }
        Assert.True(
            file.Exists || File.Exists(file.FullName),
            $"There is no {file.FullName}; run the test with XM_APPROVE=1 and look at it."
        );
        Assert.Equal(File.ReadAllText(file.FullName), text);
    }
}
