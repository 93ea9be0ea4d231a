using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sxp;

namespace XmlRpc.Tests;

public sealed class XmlRpcPropertyTests
{
    // Whatever XML can carry: no control characters, no lone surrogates.
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements("", "linux", "<&>", "]]>", "&amp;", "\r\n\t", "it's \"x\"", "é€😀", " "),
        Gen.ArrayOf(Gen.Choose(0x20, 0x2ff).Select(c => (char)c)).Select(chars => new string(chars))
    );

    private static Gen<SValue> Values(int size)
    {
        var atom = Gen.OneOf(
            Text.Select(text => (SValue)text),
            Gen.Elements<long>(0, 1, -1, int.MaxValue, int.MinValue).Select(number => (SValue)number),
            ArbMap.Default.GeneratorFor<double>().Select(number => (SValue)number),
            ArbMap.Default.GeneratorFor<bool>().Select(truth => (SValue)truth),
            Gen.Constant((SValue)SNone.Instance)
        );
        if (size == 0)
        {
            return atom;
        }
        var items = Gen.ArrayOf(Values(size / 3)).Resize(6);
        return Gen.Frequency(
            (3, atom),
            (2, items.Select(values => (SValue)SList.Of(values))),
            (1, items.Select(values => (SValue)new SStruct([.. values.Select((value, i) => KeyValuePair.Create("<" + i, value))])))
        );
    }

    private static void Check(Func<SValue, bool> property) =>
        Prop.ForAll(Gen.Sized(Values).ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Calls_read_back_equal() =>
        Check(value =>
            XmlRpcReader.ReadCall(XmlRpcWriter.ToBytes(XmlRpcCall.Of("xend.m", value, value))).Equals(XmlRpcCall.Of("xend.m", value, value))
        );

    [Fact]
    public void Results_read_back_equal() =>
        Check(value => XmlRpcReader.ReadResponse(XmlRpcWriter.ToBytes(new XmlRpcResult(value))).Equals(new XmlRpcResult(value)));

    [Fact]
    public void Results_as_xend_sends_them_mean_the_same() =>
        Check(value =>
            ((XmlRpcResult)XmlRpcReader.ReadResponse(XmlRpcWriter.ToBytes(XmlRpcResult.AsXendSends(value)))).AsXendMeant().Equals(value)
        );

    [Fact]
    public void A_whole_text_survives_whatever_it_contains() =>
        Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b)).ToArbitrary(), bytes =>
            {
                var text = ByteText.FromBytes(bytes);
                var encoded = WholeResultText.Encode(text);
                return WholeResultText.Decode(encoded) == text && encoded.All(c => c is >= ' ' and <= '~');
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Responses_can_be_written_and_read_whatever_the_strings_contain() =>
        Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 0xffff).Select(c => (char)c)).ToArbitrary(), chars =>
            {
                var bytes = XmlRpcWriter.ToBytes(new XmlRpcResult(SList.Of(new string(chars))));
                return XmlRpcReader.ReadResponse(bytes) is XmlRpcResult { Value: SList { Count: 1 } };
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Mutated_messages_are_read_or_refused()
    {
        var random = new Random(20070311);
        byte[][] seeds =
        [
            XmlRpcWriter.ToBytes(
                XmlRpcCall.Of("xend.domain.create", SList.Of("vm", SList.Of("name", "é<&>"), SList.Of("memory", 256), SNone.Instance))
            ),
            XmlRpcWriter.ToBytes(new XmlRpcResult(SStruct.Of(("weight", 256.5), ("cap", true), ("list", SList.Of("a", "b"))))),
            XmlRpcWriter.ToBytes(new XmlRpcFault(3, "linux")),
            [
                .. "<methodResponse><params><param><value a='1'>a<![CDATA[b]]>&#65;"u8,
                .. "<!-- c --></value></param></params></methodResponse>"u8,
            ],
        ];
        byte[][] pieces =
        [
            .. "<,>,/,&,;,&#x,<!--,-->,<![CDATA[,]]>,<?,?>,<value>,</value>,<nil/>,<!DOCTYPE,\",',\0,\r,<array><data>,</data></array>,<struct>,<i8>"
                .Split(',')
                .Select(Encoding.UTF8.GetBytes),
            [0xff],
            [0xc3],
            [0xf0, 0x9f],
        ];
        var read = 0;
        for (var i = 0; i < 120_000; i++)
        {
            var message = Mutated(random, seeds[i % seeds.Length], pieces);
            try
            {
                _ = i % seeds.Length == 0 ? XmlRpcReader.ReadCall(message).Method : XmlRpcReader.ReadResponse(message).ToString();
                read++;
            }
            catch (XmlRpcFormatException e)
            {
                Assert.EndsWith(".", e.Message);
            }
        }
        Assert.InRange(read, 1, 119_999);
    }

    private static byte[] Mutated(Random random, byte[] seed, byte[][] pieces)
    {
        var message = seed.ToList();
        for (var n = random.Next(1, 5); n > 0 && message.Count > 0; n--)
        {
            var at = random.Next(message.Count);
            switch (random.Next(5))
            {
                case 0:
                    message[at] = (byte)random.Next(256);
                    break;
                case 1:
                    message.RemoveRange(at, Math.Min(random.Next(1, 20), message.Count - at));
                    break;
                case 2:
                    message.InsertRange(at, pieces[random.Next(pieces.Length)]);
                    break;
                case 3:
                    message.RemoveRange(at, message.Count - at);
                    break;
                default:
                    message.InsertRange(at, seed[random.Next(seed.Length)..]);
                    break;
            }
        }
        return [.. message];
    }
}
