using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Module <c>socket</c>: the host's own name, and addresses as text. Nothing that uses the network.</summary>
internal static class SocketModule
{
    private const string Network =
        "uses the network, which a configuration must not: write the value out, or give it as NAME=VALUE on the command line of xm create";

    public static IEnumerable<(string, Value)> All() =>
        [
            ("AF_INET", new IntValue(2)),
            ("error", ExceptionType.Find("socket.error")!),
            .. Functions().Select(function => (function.Name, (Value)function)),
            .. new[]
            {
                "socket",
                "gethostbyname",
                "gethostbyaddr",
                "getaddrinfo",
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
            new("htonl(x)", call => new IntValue(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((uint)call.Whole(0)))),
            new("ntohl(x)", call => new IntValue(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((uint)call.Whole(0)))),
        ];
}
