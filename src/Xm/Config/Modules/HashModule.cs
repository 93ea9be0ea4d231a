using System.Security.Cryptography;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>A hash with what it was given so far.</summary>
internal sealed record DigestValue(string Name, Func<byte[], byte[]> Function, int BlockSize, List<byte> Given) : Value
{
    public override string TypeName => "HASH";
    public override bool IsTrue => true;

    public bool Equals(DigestValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public byte[] Digest() => Function([.. Given]);

    public Value? Member(string name) =>
        name switch
        {
            "name" => new StrValue(Name),
            "digest_size" or "digestsize" => new IntValue(Digest().Length),
            "block_size" => new IntValue(BlockSize),
            _ => null,
        };
}

/// <summary>Modules <c>hashlib</c>, <c>md5</c> and <c>sha</c>, from which files make addresses and UUIDs that last.</summary>
internal static class HashModule
{
    private const string NotHere = "is not part of the configuration language: use hashlib.sha256";

    public static IEnumerable<(string, Value)> All() =>
        [
            .. Names.Select(name => (name, (Value)Maker(name, name))),
            ("algorithms", new TupleValue([.. Names.Select(name => (Value)new StrValue(name))])),
            (
                "new",
                new Builtin("new(name, string='')", call =>
                    Names.Contains(call.Text(0).ToLowerInvariant())
                        ? Make(call.Machine, call.Text(0).ToLowerInvariant(), call.IsGiven(1) ? call[1] : null)
                        : throw Raised.Argument($"unsupported hash type {call.Text(0)}")
                )
            ),
            ("sha224", new RefusedFunction(NotHere)),
        ];

    /// <summary>The old modules, of one function each.</summary>
    public static IEnumerable<(string, Value)> Old(string module, string name) =>
        [("new", Maker("new", name)), (module, Maker(module, name)), ("digest_size", new IntValue(name == "md5" ? 16 : 20))];

    public static Builtin[] Methods() =>
        [
            // A signature is what calls are checked against.
            new("copy()", call => Of(call) with { Given = [.. Of(call).Given] }),
            new("digest()", call => Bytes.Raw(Digest(call))),
            new("hexdigest()", call => new StrValue(Convert.ToHexStringLower(Digest(call)))),
            new("update(string)", call =>
            {
                Update(call.Machine, Of(call), call[0]);
                return NoneValue.Instance;
            }),
        ];

    private static string[] Names => ["md5", "sha1", "sha256", "sha384", "sha512"];

    private static DigestValue Of(Arguments call) => (DigestValue)call.Self;

    private static byte[] Digest(Arguments call)
    {
        call.Machine.Budget.Step(10 + Of(call).Given.Count / 16);
        return Of(call).Digest();
    }

    private static Builtin Maker(string shown, string name) =>
        new($"{shown}(string='')", call => Make(call.Machine, name, call.IsGiven(0) ? call[0] : null));

    private static DigestValue Make(Machine machine, string name, Value? text)
    {
        Func<byte[], byte[]> function = name switch
        {
            "md5" => MD5.HashData,
            "sha1" => SHA1.HashData,
            "sha256" => SHA256.HashData,
            "sha384" => SHA384.HashData,
            _ => SHA512.HashData,
        };
        var digest = new DigestValue(name, function, name is "sha384" or "sha512" ? 128 : 64, []);
        if (text is not null)
        {
            Update(machine, digest, text);
        }
        return digest;
    }

    private static void Update(Machine machine, DigestValue digest, Value text)
    {
        var bytes = Text.Is(text) ? Bytes.Of(text) : throw Raised.Type($"must be string or buffer, not {text.TypeName}");
        machine.Budget.Text(bytes.Length);
        digest.Given.AddRange(bytes);
    }
}
