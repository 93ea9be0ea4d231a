using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Module <c>socket</c>: the host's own name, and addresses as text and as bytes. Nothing that uses the network.</summary>
internal static class SocketModule
{
    private const string Network =
        "uses the network, which a configuration must not: write the value out, or give it as NAME=VALUE on the command line of xm create";

    private const int Inet = 2;
    private const int Inet6 = 10;

    public static IEnumerable<(string, Value)> All() =>
        [
            ("AF_INET", new IntValue(Inet)),
            ("AF_INET6", new IntValue(Inet6)),
            ("AF_UNIX", new IntValue(1)),
            ("SOCK_DGRAM", new IntValue(2)),
            ("SOCK_STREAM", new IntValue(1)),
            ("error", ExceptionType.Find("socket.error")!),
            ("gaierror", ExceptionType.Find("socket.gaierror")!),
            ("herror", ExceptionType.Find("socket.herror")!),
            ("timeout", ExceptionType.Find("socket.timeout")!),
            .. Functions().Select(function => (function.Name, (Value)function)),
            .. new[]
            {
                "socket",
                "gethostbyname",
                "gethostbyaddr",
                "getaddrinfo",
                "getnameinfo",
                "create_connection",
                "fromfd",
                "gethostbyname_ex",
            }.Select(name => (name, (Value)new RefusedFunction(Network))),
        ];

    private static Builtin[] Functions() =>
        [
            new("getfqdn(name='')", call =>
                call.Text(0, "") is { Length: > 0 } name ? new StrValue(name) : new StrValue(OsModule.HostName(call.Machine))
            ),
            new("gethostname()", call => new StrValue(OsModule.HostName(call.Machine))),
            new("htonl(x)", call => Number.Of(BinaryPrimitives.ReverseEndianness((uint)Within(call, uint.MaxValue)), isLong: true)),
            new("htons(x)", call => new IntValue(BinaryPrimitives.ReverseEndianness((ushort)Within(call, ushort.MaxValue)))),
            new("inet_aton(ip)", call => Packed(Address(call, 0))),
            new("inet_ntoa(packed)", call =>
                Bytes.Of(call[0]) is { Length: 4 } bytes
                    ? new StrValue(new IPAddress(bytes).ToString())
                    : throw Raised.Of("socket.error", "packed IP wrong length")
            ),
            new("inet_ntop(family, packed)", call =>
                Bytes.Of(call[1]) is var bytes && bytes.Length == (IsInet6(call) ? 16 : 4)
                    ? new StrValue(new IPAddress(bytes).ToString())
                    : throw Raised.Argument("invalid length of packed IP address string")
            ),
            new("inet_pton(family, ip)", ToPacked),
            new("ntohl(x)", call => Number.Of(BinaryPrimitives.ReverseEndianness((uint)Within(call, uint.MaxValue)), isLong: true)),
            new("ntohs(x)", call => new IntValue(BinaryPrimitives.ReverseEndianness((ushort)Within(call, ushort.MaxValue)))),
        ];

    /// <summary>An argument as the C library's inet_aton reads it.</summary>
    public static uint Address(Arguments call, int place) =>
        Parse(call.Text(place)) ?? throw Raised.Of("socket.error", "illegal IP address string passed to inet_aton");

    private static long Within(Arguments call, long most) =>
        call.Whole(0) is var number && number >= 0 && number <= most
            ? number
            : throw Raised.Of("OverflowError", $"an integer from 0 to {most} is required");

    private static StrValue Packed(uint address)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return Bytes.Raw(bytes);
    }

    private static bool IsInet6(Arguments call) =>
        call.Whole(0) switch
        {
            Inet => false,
            Inet6 => true,
            _ => throw new Raised(
                new ExceptionValue(ExceptionType.Find("socket.error")!, [97, "Address family not supported by protocol"])
            ),
        };

    /// <summary>Strict where inet_aton is not: four decimal numbers, or an address of IPv6 without a scope.</summary>
    private static StrValue ToPacked(Arguments call)
    {
        var (isInet6, text) = (IsInet6(call), call.Text(1));
        var isWell = isInet6
            ? text.Contains(':') && !text.AsSpan().ContainsAny("[]%/")
            : text.Split('.') is { Length: 4 } parts
                && parts.All(part => part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0'));
        return isWell && IPAddress.TryParse(text, out var address)
            ? Bytes.Raw(address.GetAddressBytes())
            : throw Raised.Of("socket.error", "illegal IP address string passed to inet_pton");
    }

    /// <summary>
    /// One to four numbers, decimal, octal or hexadecimal; the last one fills what is left. What follows a blank is not read.
    /// </summary>
    private static uint? Parse(string text)
    {
        var parts = string.Concat(text.TakeWhile(letter => !StrMethods.IsBlank(letter))).Split('.');
        if (parts.Length > 4)
        {
            return null;
        }
        var address = 0L;
        for (var i = 0; i < parts.Length; i++)
        {
            var most = i < parts.Length - 1 ? 255 : (1L << (8 * (5 - parts.Length))) - 1;
            if (Part(parts[i]) is not { } number || number > most)
            {
                return null;
            }
            address += i < parts.Length - 1 ? number << (24 - 8 * i) : number;
        }
        return (uint)address;
    }

    private static long? Part(string part)
    {
        if (part.Length is 0 or > 12)
        {
            return null;
        }
        if (part.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(part.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        }
        if (part[0] == '0')
        {
            return part.All(c => c is >= '0' and <= '7') ? Convert.ToInt64(part, 8) : null;
        }
        return long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
