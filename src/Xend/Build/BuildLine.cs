using System.Globalization;
using Xend.Hypervisor;

namespace Xend.Build;

/// <summary>What daemon and builder say to each other: one line a message, words with a space between, each percent-escaped.</summary>
/// <remarks>
/// The daemon sends one <c>build</c> line. The builder answers with <c>log</c>, <c>step</c> and <c>progress</c> lines and, at the end, one
/// line <c>built</c> or <c>failed</c>.
/// </remarks>
internal static class BuildLine
{
    public const string Build = "build";

    /// <summary>Level and text of a message of libxc.</summary>
    public const string Log = "log";

    /// <summary>The library call that begins.</summary>
    public const string Step = "step";

    /// <summary>A sentence for a person who waits.</summary>
    public const string Progress = "progress";

    /// <summary>The frames of the store and the console ring.</summary>
    public const string Built = "built";

    /// <summary>Call, reason, and what libxc logged (or nothing).</summary>
    public const string Failed = "failed";

    /// <summary>Longer than any request: a PV command line has at most 1024 bytes, and a path 4096; escaping trebles that.</summary>
    public const int Longest = 64 * 1024;

    public static string Of(params ReadOnlySpan<string> words)
    {
        var escaped = new string[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            escaped[i] = Uri.EscapeDataString(words[i]);
        }

        return string.Join(' ', escaped);
    }

    public static string[] Words(string line) => Array.ConvertAll(line.Split(' '), Uri.UnescapeDataString);

    public static string Of(ImageBuildRequest request, string? kernelCache) =>
        Of(
            Build,
            Text(request.DomainId),
            request.Type.ToString(),
            Text(request.MemoryMib),
            Text(request.MaxVcpus),
            request.KernelPath,
            request.RamdiskPath ?? "",
            request.CommandLine,
            request.Features,
            Text(request.StoreEventChannel),
            Text(request.ConsoleEventChannel),
            Text(request.StoreDomainId),
            Text(request.ConsoleDomainId),
            Text(request.MaxMemoryMib),
            Text(request.OnlineVcpus),
            request.Apic ? "1" : "0",
            request.FirmwarePath ?? "",
            kernelCache ?? ""
        );

    /// <summary>Null where the words are no request.</summary>
    public static (ImageBuildRequest Request, string? KernelCache)? TryParse(string[] words)
    {
        if (words.Length != 18 || words[0] != Build || !Enum.TryParse(words[2], out GuestType type))
        {
            return null;
        }

        Span<uint> numbers = stackalloc uint[10];
        int[] places = [1, 3, 4, 9, 10, 11, 12, 13, 14, 15];
        for (var i = 0; i < places.Length; i++)
        {
            if (!uint.TryParse(words[places[i]], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }
        var request = new ImageBuildRequest
        {
            DomainId = numbers[0],
            Type = type,
            MemoryMib = numbers[1],
            MaxVcpus = numbers[2],
            KernelPath = words[5],
            RamdiskPath = words[6].Length == 0 ? null : words[6],
            CommandLine = words[7],
            Features = words[8],
            StoreEventChannel = numbers[3],
            ConsoleEventChannel = numbers[4],
            StoreDomainId = numbers[5],
            ConsoleDomainId = numbers[6],
            MaxMemoryMib = numbers[7],
            OnlineVcpus = numbers[8],
            Apic = numbers[9] != 0,
            FirmwarePath = words[16].Length == 0 ? null : words[16],
        };
        return (request, words[17].Length == 0 ? null : words[17]);
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
