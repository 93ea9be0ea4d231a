using FsCheck;
using FsCheck.Fluent;
using XenStore.Wire;

namespace XenStore.Tests;

/// <summary>Whatever a server sends, a caller gets an answer or a typed exception, in bounded time.</summary>
public sealed class DecoderFuzzTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Any_bytes_lead_to_an_answer_or_a_typed_exception() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Survives(bytes)));

    [Fact]
    public void Any_messages_lead_to_an_answer_or_a_typed_exception() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Messages().ToArbitrary(), bytes => Survives(bytes)));

    /// <summary>Well-framed messages with types, numbers and payloads that are near to right, cut somewhere.</summary>
    private static Gen<byte[]> Messages()
    {
        var payloads = Gen.OneOf(
            Gen.Elements(
                "v",
                "OK\0",
                "ENOENT\0",
                "ENOENT",
                string.Empty,
                "\0",
                "/w\0" + "1\0",
                "/w\0",
                "n0\0r1\0",
                "1\0a\0\0",
                "7\0",
                "T\0"
            ),
            Gen.Choose(0, 255).ListOf(20).Select(bytes => string.Concat(bytes.Select(one => (char)one)))
        );
        var message =
            from type in Gen.OneOf(Gen.Choose(0, 23), Gen.Choose(0, int.MaxValue))
            from id in Gen.Choose(0, 8)
            from payload in payloads
            from lie in Gen.Frequency((20, Gen.Constant(0)), (1, Gen.Choose(-20, 20)))
            select ScriptedConnection.Bytes((uint)type, (uint)id, 0, payload, (uint)Math.Max(0, payload.Length + lie));
        return from messages in message.ListOf()
            from cut in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(0, 15)))
            let all = messages.SelectMany(bytes => bytes).ToArray()
            select all[..Math.Max(0, all.Length - cut)];
    }

    private static bool Survives(byte[] bytes)
    {
        SurvivesAsync(bytes).WaitAsync(Patience).GetAwaiter().GetResult();
        return true;
    }

    private static async Task SurvivesAsync(byte[] bytes)
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client(attempts: 1);
        Task[] asked =
        [
            store.ReadAsync("/a"),
            store.ListAsync("/a"),
            store.WriteAsync("/a", "v"),
            store.GetPermissionsAsync("/a"),
            store.TransactAsync(inside => inside.WriteAsync("/b", "v")),
            store.WatchAsync("/w"),
            store.IsDomainIntroducedAsync(1),
        ];
        var connection = await script.AcceptAsync();
        connection.Raw(bytes);
        connection.Drop();
        foreach (var caller in asked)
        {
            var ending = RefuseFurtherAsync(script);
            try
            {
                await caller;
            }
            catch (Exception typed) when (typed is XenStoreException or XenStoreConnectionException)
            {
                // One of the two endings that are allowed.
            }
        }

        static async Task RefuseFurtherAsync(ScriptedXenStored script) => (await script.AcceptAsync()).Drop();
    }

    [Fact]
    public void A_message_is_the_same_however_it_is_cut_into_pieces() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(1, 40).ListOf().ToArbitrary(), pieces =>
            {
                byte[] all =
                [
                    .. ScriptedConnection.Bytes(2, 1, 0, "value"),
                    .. ScriptedConnection.Bytes(15, 0, 0, "/w\0" + "1\0"),
                    .. ScriptedConnection.Bytes(11, 2, 9, "OK\0"),
                ];
                var whole = Types(all, []);
                return whole.SequenceEqual([(2u, 1u, 5), (15u, 0u, 5), (11u, 2u, 3)]) && Types(all, pieces).SequenceEqual(whole);
            }));

    private static List<(uint Type, uint Id, int Length)> Types(byte[] all, IEnumerable<int> pieces)
    {
        var buffer = new XenStoreMessageBuffer();
        var seen = new List<(uint, uint, int)>();
        var at = 0;
        foreach (var piece in pieces.Append(all.Length))
        {
            var count = Math.Min(piece, all.Length - at);
            all.AsSpan(at, count).CopyTo(buffer.Free().Span);
            buffer.Filled(count);
            at += count;
            while (buffer.TryTake(out var header, out var payload))
            {
                seen.Add(((uint)header.Type, header.RequestId, payload.Length));
            }
        }

        return seen;
    }
}
