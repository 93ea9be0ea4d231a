namespace Xend.Build.Bootloaders;

/// <summary>The words with which boot loaders are started, as old xend started them.</summary>
internal static class BootloaderArguments
{
    /// <summary>
    /// Programs of stock Xen that can be told where to put their files, and know an answer in which nothing can be forged.
    /// </summary>
    private static readonly string[] Stock = ["pygrub", "xenpvnetboot"];

    public static bool IsStock(string program) => Stock.Contains(Path.GetFileName(program));

    /// <param name="call">What to run.</param>
    /// <param name="answer">Where it is to write what it chose.</param>
    /// <param name="directory">Where it may put files.</param>
    public static List<string> Of(BootloaderCall call, string answer, string directory)
    {
        List<string> words = [];
        Add("--kernel=", call.Kernel);
        Add("--ramdisk=", call.Ramdisk);
        Add("--args=", call.CommandLine);
        words.Add("--output=" + answer);
        if (IsStock(call.Program))
        {
            words.Add("--output-format=simple0");
            words.Add("--output-directory=" + directory);
        }
        words.AddRange(ShellWords.Split(call.Arguments));
        words.Add(call.Disk);
        return words;

        void Add(string option, string value)
        {
            if (value.Length > 0)
            {
                words.Add(option + value);
            }
        }
    }
}
