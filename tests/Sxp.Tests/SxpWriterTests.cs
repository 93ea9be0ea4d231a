namespace Sxp.Tests;

public sealed class SxpWriterTests
{
    public static TheoryData<string> Samples =>
        [
            .. Directory
                .GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples"))
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The samples are what xm 4.1 printed for <c>xm create --dryrun</c> and <c>xm list --long</c>.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public void What_old_xm_printed_is_read_and_printed_again_byte_for_byte(string sample)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", sample));
        Assert.Equal(text, SxpWriter.Pretty(SxpReader.Read(text)));
    }

    [Fact]
    public void All_samples_are_there() => Assert.Equal(5, Samples.Count);

    [Fact]
    public void Numbers_and_strings_print_alike_in_the_sample_of_the_first_seed()
    {
        var config = SList.Of(
            "vm",
            SList.Of("memory", 256),
            SList.Of("start_time", 1795198884.85),
            SList.Of("cpus", SList.Of(SList.Empty, SList.Empty)),
            SList.Of("args", "console=hvc0 ro"),
            SList.Of("fda", ""),
            SList.Of("pci", SList.Empty)
        );
        Assert.Equal(
            "(vm (memory 256) (start_time 1795198884.85) (cpus (() ())) (args 'console=hvc0 ro') (fda '') (pci ()))",
            SxpWriter.OneLine(config)
        );
    }

    [Theory]
    [InlineData("linux", "linux")]
    [InlineData("a.b-c_d:e/f~", "a.b-c_d:e/f~")]
    [InlineData("@", "@")]
    [InlineData("", "''")]
    [InlineData("@a", "'@a'")]
    [InlineData("w!", "'w!'")]
    [InlineData("tap:aio:/img/a.img", "tap:aio:/img/a.img")]
    [InlineData("0-3,^1", "'0-3,^1'")]
    [InlineData("a=b", "'a=b'")]
    [InlineData("a b", "'a b'")]
    [InlineData("#", "'#'")]
    [InlineData("(", "'('")]
    [InlineData("é", @"'\xc3\xa9'")]
    [InlineData("４", @"'\xef\xbc\x94'")]
    public void Strings_are_bare_where_old_xend_left_them_bare(string text, string printed) =>
        Assert.Equal(printed, SxpWriter.OneLine(text));

    [Fact]
    public void Other_atoms_print_as_Python_prints_them()
    {
        var list = SList.Of(true, false, SNone.Instance, -5, 3.0, SList.Empty, long.MaxValue);
        Assert.Equal("(True False 'None' -5 3.0 () 9223372036854775807)", SxpWriter.OneLine(list));
    }

    [Fact]
    public void A_struct_prints_as_its_pairs() =>
        Assert.Equal("((weight 256) (cap 0))", SxpWriter.OneLine(SStruct.Of(("weight", 256), ("cap", 0))));

    [Fact]
    public void A_list_stands_on_one_line_if_it_ends_at_the_width_and_not_beyond()
    {
        var fits = SList.Of("a", new string('x', 76));
        Assert.Equal($"(a {new string('x', 76)})\n", SxpWriter.Pretty(fits));
        var tooLong = SList.Of("a", new string('x', 77));
        Assert.Equal($"(a\n    {new string('x', 77)}\n)\n", SxpWriter.Pretty(tooLong));
        Assert.Equal($"(a\n    {new string('x', 76)}\n)\n", SxpWriter.Pretty(fits, SxpWriter.FileWidth));
        Assert.Equal($"(a {new string('x', 74)})\n", SxpWriter.Pretty(SList.Of("a", new string('x', 74)), SxpWriter.FileWidth));
    }

    [Fact]
    public void The_width_counts_from_the_column_of_the_list()
    {
        var inner = SList.Of("b", new string('x', 72));
        Assert.Equal($"(a\n    (b {new string('x', 72)})\n    c\n)\n", SxpWriter.Pretty(SList.Of("a", inner, "c")));
        inner = SList.Of("b", new string('x', 73));
        Assert.Equal($"(a\n    (b\n        {new string('x', 73)}\n    )\n    c\n)\n", SxpWriter.Pretty(SList.Of("a", inner, "c")));
    }

    /// <summary>The shape of <c>xm block-list --long</c>.</summary>
    [Fact]
    public void A_list_at_the_head_of_a_list_stays_on_its_line()
    {
        var device = SList.Of(
            "768",
            SList.Of(
                SList.Of("backend-id", 0),
                SList.Of("virtual-device", 768),
                SList.Of("device-type", "disk"),
                SList.Of("backend", "/local/domain/0/backend/vbd/1/768")
            )
        );
        Assert.Equal(
            """
            (768
                ((backend-id 0)
                    (virtual-device 768)
                    (device-type disk)
                    (backend /local/domain/0/backend/vbd/1/768)
                )
            )

            """,
            SxpWriter.Pretty(device)
        );
    }

    [Fact]
    public void Deep_lists_beyond_the_width_still_print_and_read_back()
    {
        SValue value = "x";
        for (var i = 0; i < SxpReader.MaxDepth; i++)
        {
            value = SList.Of("name", value);
        }
        Assert.Equal(value, SxpReader.Read(SxpWriter.Pretty(value)));
    }

    [Fact]
    public void An_atom_alone_prints_with_a_line_end() => Assert.Equal("'a b'\n", SxpWriter.Pretty("a b"));
}
