using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Sxp.Tests;

public sealed class SxpPropertyTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements("name", "linux", "", "@", "w!", "it's", "\"", "a\\b", "\\", "\\x41", "#", "(", "1.5", "é€😀", "\0", "\uDCFF", "None"),
        Gen.ArrayOf(Gen.Choose(0, 0x2ff).Select(c => (char)c)).Select(chars => new string(chars))
    );

    private static Gen<SValue> Values(int size)
    {
        var atom = Text.Select(text => (SValue)text);
        return size == 0
            ? atom
            : Gen.Frequency((2, atom), (1, Gen.ArrayOf(Values(size / 3)).Resize(6).Select(items => (SValue)SList.Of(items))));
    }

    private static void Check(Func<SValue, bool> property) =>
        Prop.ForAll(Gen.Sized(Values).ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void What_is_written_on_one_line_reads_back_equal() => Check(value => SxpReader.Read(SxpWriter.OneLine(value)).Equals(value));

    [Fact]
    public void What_is_written_in_lines_reads_back_equal_at_every_width() =>
        Check(value =>
            new[] { 1, 20, SxpWriter.FileWidth, SxpWriter.ScreenWidth }.All(width =>
                SxpReader.Read(SxpWriter.Pretty(value, width)).Equals(value)
            )
        );

    [Fact]
    public void The_output_is_printable_ASCII() => Check(value => SxpWriter.OneLine(value).All(c => c is >= ' ' and <= '~'));

    [Fact]
    public void Pretty_and_one_line_differ_in_blanks_only() =>
        Check(value => Compact(SxpWriter.Pretty(value, 30)) == Compact(SxpWriter.OneLine(value)));

    [Fact]
    public void Random_and_mutated_text_is_read_or_refused_with_a_place_inside_it()
    {
        var random = new Random(20070311);
        var seeds = new[]
        {
            "(vm (name linux) (memory 256) (image (linux (kernel /boot/vmlinuz) (args 'root=/dev/xvda1 \\'x\\' \\x41\\303'))))",
            "# comment\n(xen-api-server ((9363 pam '^localhost$ example\\\\.com$') (unix none)))\n(vncpasswd '')",
        };
        const string alphabet = "()\"'\\#x0179af \n\t;{}[]<>@é\0\u0004\uD83D\uDE00";
        for (var i = 0; i < 40_000; i++)
        {
            var text = i % 3 == 0 ? RandomText(random, alphabet) : Mutated(random, seeds[i % 2], alphabet);
            text = ByteText.FromBytes(ByteText.ToBytes(text)); // A mutation may have split a pair of surrogates, which no file can.
            try
            {
                foreach (var value in SxpReader.ReadMany(text))
                {
                    Assert.Equal(value, SxpReader.Read(SxpWriter.OneLine(value)));
                }
            }
            catch (SxpException e)
            {
                var lines = text.Split('\n');
                Assert.InRange(e.Line, 1, lines.Length);
                Assert.InRange(e.Column, 1, lines[e.Line - 1].Length + 1);
                Assert.EndsWith(".", e.Message);
            }
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused()
    {
        var random = new Random(4);
        var bytes = new byte[60];
        for (var i = 0; i < 30_000; i++)
        {
            random.NextBytes(bytes);
            Assert.Equal(bytes, ByteText.ToBytes(ByteText.FromBytes(bytes)));
            try
            {
                SxpReader.ReadMany(bytes.AsSpan(0, random.Next(bytes.Length)));
            }
            catch (SxpException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private static string Compact(string text) => text.Replace("\n", "").Replace(" ", "");

    private static string RandomText(Random random, string alphabet) =>
        new([.. Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)])]);

    private static string Mutated(Random random, string seed, string alphabet)
    {
        var text = new StringBuilder(seed);
        for (var n = random.Next(1, 6); n > 0; n--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0:
                    text[at] = alphabet[random.Next(alphabet.Length)];
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
                    break;
                case 2:
                    text.Insert(at, alphabet[random.Next(alphabet.Length)]);
                    break;
                default:
                    text.Insert(at, seed[random.Next(seed.Length)..]);
                    break;
            }
            if (text.Length == 0)
            {
                break;
            }
        }
        return text.ToString();
    }
}
