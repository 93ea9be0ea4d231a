using System.Globalization;
using System.Text;

namespace Simulation;

/// <summary>What the simulated store answers: a payload or an error word.</summary>
internal readonly record struct StoreAnswer(byte[] Payload, string? Error)
{
    private static readonly byte[] OkPayload = "OK\0"u8.ToArray();

    public static StoreAnswer Ok => new(OkPayload, null);

    public static StoreAnswer Failed(string error) => new([], error);

    public static StoreAnswer Bytes(byte[] payload) => new(payload, null);

    public static StoreAnswer Text(string text) => new(Encoding.ASCII.GetBytes(text + '\0'), null);

    public static StoreAnswer Number(uint number) => Text(number.ToString(CultureInfo.InvariantCulture));
}

/// <summary>The strings of a request's payload.</summary>
internal static class StoreArguments
{
    /// <summary>The strings, where every one ends with a NUL; else null.</summary>
    public static string[]? Strings(byte[] payload) =>
        payload.Length > 0 && payload[^1] == 0 ? Encoding.Latin1.GetString(payload, 0, payload.Length - 1).Split('\0') : null;

    /// <summary>The only string; null where there are more or its NUL is missing.</summary>
    public static string? Single(byte[] payload) => Strings(payload) is [var only] ? only : null;

    public static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
