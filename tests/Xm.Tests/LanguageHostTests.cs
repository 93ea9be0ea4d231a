namespace Xm.Tests;

/// <summary>What a configuration file sees of the host, and the host's answers to xm.</summary>
public sealed class LanguageHostTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("xm-language");

    public void Dispose() => _root.Delete(recursive: true);

    private LanguageHostTests With(string path, string text)
    {
        var place = Path.Combine(_root.FullName, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, text);
        return this;
    }

    private string Value(string text, string name = "a")
    {
        var result = LanguageHost.Run(text, root: _root.FullName);
        return result.Problems.Count > 0 ? result.Problems[0].Message : LanguageCaseTests.Show(result.Names[name]);
    }

    [Theory]
    [InlineData("open('/etc/xen/common').read()", @"'x = 1\ny = 2\n'")]
    [InlineData("open('common').readlines()", @"['x = 1\n', 'y = 2\n']")]
    [InlineData("[line.strip() for line in open('common')]", "['x = 1', 'y = 2']")]
    [InlineData("open('/nope').read()", "[Errno 2] No such file or directory: '/nope'")]
    [InlineData("open('/etc/xen')", "[Errno 21] Is a directory: '/etc/xen'")]
    [InlineData(
        "os.path.exists('/etc/xen/common'), os.path.isfile('common'), os.path.isdir('/etc/xen'), os.path.exists('/no')",
        "(True, True, True, False)"
    )]
    [InlineData("os.listdir('/etc/xen')", "['a.cfg', 'b.cfg', 'common']")]
    [InlineData("os.listdir('/no')", "[Errno 2] No such file or directory: '/no'")]
    [InlineData("__import__", "__import__ is refused: a configuration does not run text as a program. Write the value out")]
    [InlineData(
        "os.environ['GUEST'], os.environ.get('NO', 'd'), os.getenv('HOME'), os.getenv('NO'), 'GUEST' in os.environ",
        "('web', 'd', '/root', None, True)"
    )]
    [InlineData("os.environ['NO']", "'NO'")]
    [InlineData("'%(GUEST)s' % os.environ", "'web'")]
    [InlineData("os.uname()[0], os.uname()[1], socket.gethostname()", "('Linux', 'dom0', 'dom0')")]
    [InlineData("os.getcwd(), os.path.abspath('x')", "('/etc/xen', '/etc/xen/x')")]
    [InlineData("get_defaultroute()", "['10.0.0.1', 'eth0']")]
    [InlineData("get_current_ipaddr(), get_current_ipmask('eth0'), get_current_ipgw()", "('10.0.0.5', '255.255.255.0', '10.0.0.1')")]
    [InlineData("get_current_ipaddr('eth9')", "None")]
    [InlineData(
        "inet_ntoa(inet_aton('10.0.0.1') + 1), add_offset_to_ip('10.0.0.250', 10), check_subnet('10.0.0.7', '10.0.0.0', '255.255.255.0')",
        "('10.0.0.2', '10.0.1.4', True)"
    )]
    public void The_host_is_seen_through_functions(string expression, string expected)
    {
        With("/etc/xen/common", "x = 1\ny = 2\n").With("/etc/xen/a.cfg", "").With("/etc/xen/b.cfg", "");
        With("/proc/sys/kernel/ostype", "Linux\n").With("/proc/sys/kernel/hostname", "dom0\n");
        With(
            "/proc/net/route",
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\neth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\n"
        );
        With("/proc/net/fib_trie", "Main:\n  |-- 0.0.0.0\n      /0 universe UNICAST\n        |-- 10.0.0.5\n           /32 host LOCAL\n");
        Assert.Equal(expected, Value("a = " + expression));
    }

    [Fact]
    public void A_file_that_only_Python_3_reads_keeps_the_order_of_its_dictionaries()
    {
        const string text = "d = {'zeta': 1, 'alpha': 2, 'mid': 3}\nd['beta'] = 4\ndel d['alpha']\na = list(d)\n";
        Assert.Equal("['beta', 'zeta', 'mid']", Value(text));
        Assert.Equal("['zeta', 'mid', 'beta']", Value(text + "b = f'{a}'\n"));
    }

    [Theory]
    [InlineData("sys.argv", "['/usr/sbin/xm', 'create', 'web.cfg', 'vmid=1']")]
    [InlineData("sys.version_info.major, sys.version_info[1]", "(2, 7)")]
    [InlineData("os.path.expandvars('/x/$GUEST.img'), os.path.expandvars('${GUEST}$NO-${NO}$')", "('/x/web.img', 'web$NO-${NO}$')")]
    [InlineData(
        "os.path.expanduser('~/x'), os.path.expanduser('~bob/x'), os.path.expanduser('~no/x')",
        "('/root/x', '/home/bob/x', '~no/x')"
    )]
    [InlineData(
        "os.path.getmtime('/etc/xen/common'), os.stat('common').st_mtime, os.stat('common')[8]",
        "(1000000000.0, 1000000000.0, 1000000000)"
    )]
    [InlineData("os.stat('common').st_size, os.path.getsize('common'), os.stat('common')[6]", "(6, 6, 6)")]
    [InlineData("oct(os.stat('common').st_mode), oct(os.stat('/etc/xen').st_mode & 0170000)", "('0100640', '040000')")]
    [InlineData("os.stat('common').st_uid", "os.stat(...).st_uid is not known to xm: mode, size, atime and mtime are")]
    [InlineData("os.stat('/no')", "[Errno 2] No such file or directory: '/no'")]
    [InlineData("os.path.getmtime('/no')", "[Errno 2] No such file or directory: '/no'")]
    [InlineData("os.path.relpath('/etc/xen/x'), os.path.relpath('/etc/y')", "('x', '../y')")]
    [InlineData("os.path.lexists('dangling'), os.path.exists('dangling')", "(True, False)")]
    [InlineData(
        "os.access('common', os.R_OK), os.access('common', os.W_OK), os.access('common', os.X_OK), os.access('/no', os.F_OK)",
        "(True, True, False, False)"
    )]
    [InlineData(
        "add_offset_to_ip('10.0.0.1', -11), check_subnet('10.1', '10.0.0.0', '255.0.0.0'), inet_ntoa(0x7f000001)",
        "('9.255.255.246', True, '127.0.0.1')"
    )]
    [InlineData("add_offset_to_ip('255.255.255.255', 1)", "'I' format requires 0 <= number <= 4294967295")]
    [InlineData("open('common', 'q')", "mode string must begin with one of 'r', 'w', 'a' or 'U', not 'q'")]
    [InlineData("open('latin', encoding='latin-1').read()", "u'\\xe9'")]
    [InlineData("[open('common').readline(3), next(open('common')), next(iter([]), 'd')]", "['x =', 'x = 1\\n', 'd']")]
    public void Surroundings_are_looked_at_without_effects(string expression, string expected)
    {
        With("/etc/xen/common", "x = 1\n").With("/etc/passwd", "root:x:0:0::/root:/bin/sh\nbob:x:1:1::/home/bob:/bin/sh\n");
        var place = Path.Combine(_root.FullName, "etc/xen");
        File.WriteAllBytes(Path.Combine(place, "latin"), [0xe9]);
        File.SetUnixFileMode(Path.Combine(place, "common"), (UnixFileMode)0b110_100_000);
        File.SetLastWriteTimeUtc(Path.Combine(place, "common"), DateTime.UnixEpoch.AddSeconds(1_000_000_000));
        File.CreateSymbolicLink(Path.Combine(place, "dangling"), "nowhere");
        var value = Value("a = " + expression);
        Assert.Equal(expected, value is "'\\xc3\\xa9'" ? "u'\\xe9'" : value);
    }

    [Theory]
    [InlineData("a = 1\nsys.exit(0)\na = 2", "1")]
    [InlineData("a = 1\nsys.exit()\na = 2", "1")]
    [InlineData("a = 1\nif a:\n    raise SystemExit\na = 2", "1")]
    [InlineData("a = 1\nsys.exit(3)", "the file ended itself with sys.exit(3)")]
    [InlineData("a = 1\nsys.exit('no disk')", "no disk")]
    public void A_file_may_end_itself(string text, string expected) => Assert.Equal(expected, Value(text));

    [Fact]
    public void What_the_network_installer_of_Debian_asks_for_is_had_from_xm_vars()
    {
        const string text = """
            def check_bool(name, value):
                return str(value).lower() in ('t', 'tr', 'tru', 'true')

            global with_default
            def with_default(default, var, val):
                return val or default

            xm_vars.var('install', use='Install Debian, default: false', check=check_bool)
            xm_vars.var('install-method', use='network or cdrom', check=lambda var, val: with_default('network', var, val))
            xm_vars.var('install-kernel', use='Where the kernel is')
            xm_vars.check()
            if not xm_vars.env.get('install'):
                bootloader = 'pygrub'
            elif xm_vars.env['install-method'] == 'network':
                import urllib
                class Opener(urllib.FancyURLopener):
                    def http_error_default(self, url, fp, errcode, errmsg, headers):
                        raise IOError('%s %s' % (errcode, errmsg))
                kernel, _ = Opener().retrieve('http://example.org/vmlinuz')
            elif xm_vars.env['install-method'] == 'cdrom':
                bootloader = 'pygrub'
                bootargs = '--kernel=/install/vmlinuz'
            memory = xm_vars.env.get('install-kernel', 512)
            xm_vars.env['vcpus'] = 2
            """;
        var plain = LanguageHost.Run(text);
        Assert.Empty(plain.Problems);
        Assert.Equal("pygrub", ((Config.Values.StrValue)plain.Names["bootloader"]).Text);
        Assert.Equal("2", plain.Names["vcpus"].ToString());
        Assert.Equal("512", plain.Names["memory"].ToString());
        var cdrom = LanguageHost.Run(text, given: new Dictionary<string, string> { ["install"] = "true", ["install-method"] = "cdrom" });
        Assert.Equal("--kernel=/install/vmlinuz", ((Config.Values.StrValue)cdrom.Names["bootargs"]).Text);
        var network = LanguageHost.Run(text, given: new Dictionary<string, string> { ["install"] = "true" });
        Assert.StartsWith("urllib.FancyURLopener uses the network", Assert.Single(network.Problems).Message);
    }

    [Fact]
    public void Files_are_found_by_patterns() =>
        Assert.Equal(
            "['/etc/xen/a.cfg', '/etc/xen/b.cfg']",
            With("/etc/xen/a.cfg", "")
                .With("/etc/xen/b.cfg", "")
                .With("/etc/xen/c", "")
                .Value("import glob\na = glob.glob('/etc/*/[ab].cfg')")
        );

    [Fact]
    public void A_file_that_is_run_by_another_sets_names_and_is_named_in_its_errors()
    {
        With("/etc/xen/common", "base = 5\ndef f(x):\n    return x + base\n")
            .With("/etc/xen/bad", "a = 1\nb = nope\n")
            .With("/etc/xen/worse", "a = = 1\n")
            .With("/etc/xen/loop", "execfile('/etc/xen/loop')");
        Assert.Equal("7", Value("execfile('/etc/xen/common')\na = f(2)"));
        var problem = Assert.Single(LanguageHost.Run("\n\n\nexecfile('/etc/xen/bad')", root: _root.FullName).Problems);
        Assert.Equal(
            "name 'nope' is not defined\n\tb = nope\n\t    ^\n  in /etc/xen/bad, line 2, column 5",
            new Config.Language.SourceText("./main", "x").Explain(problem)
        );
        Assert.Contains(
            "line 1 while processing worse",
            new Config.Language.SourceText("./main", "x").Explain(
                Assert.Single(LanguageHost.Run("execfile('worse')", root: _root.FullName).Problems)
            )
        );
        Assert.StartsWith("files that run each other", Value("execfile('loop')"));
    }

    [Fact]
    public void A_pipe_and_a_large_file_are_refused()
    {
        With("/etc/large", new string('x', (1 << 20) + 1));
        Assert.Equal("/etc/large is refused: only regular files of at most 1 MiB are read", Value("a = open('/etc/large').read()"));
        // Nobody will ever write into it.
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_root.FullName, "etc/pipe"));
        mkfifo.WaitForExit();
        Assert.Equal("/etc/pipe cannot be read within five seconds: only regular files are read", Value("a = open('/etc/pipe').read()"));
    }

    [Fact]
    public void What_a_file_prints_goes_to_stdout()
    {
        using var output = new MemoryStream();
        LanguageHost.Run(
            "import sys\nprint 'a', 1,\nprint\nprint('b')\nprint('c', 'd', sep='-', end='!\\n')\nsys.stdout.write('e\\n')\nprint "
                + "('f', 1)\nprint >>sys.stderr, 'g'",
            output: output
        );
        Assert.Equal("a 1 \nb\nc-d!\ne\n('f', 1)\ng\n", LanguageHost.TextOf(output));
    }

    [Theory]
    [InlineData("2", "name = VM2", "")]
    [InlineData(null, "", "vmid - int() argument must be a string or a number, not 'NoneType'")]
    [InlineData("0", "", "vmid - ")]
    [InlineData("x", "", "vmid - invalid literal for int() with base 10: 'x'")]
    public void Variables_that_a_file_asks_for_are_checked(string? given, string expected, string error)
    {
        var result = LanguageHost.Run(
            """
            def check_vmid(var, val):
                val = int(val)
                if val <= 0:
                    raise ValueError
                return val

            xm_vars.var('vmid',
                        use="Virtual machine id. Integer greater than 0.",
                        check=check_vmid)
            xm_vars.check()
            name = "VM%d" % vmid
            """,
            given: given is null ? null : new Dictionary<string, string> { ["vmid"] = given }
        );
        Assert.Equal(error, result.Problems.Count > 0 ? result.Problems[0].Message : "");
        Assert.Equal(expected, result.Names.TryGetValue("name", out var name) ? "name = " + ((Config.Values.StrValue)name).Text : "");
    }

    [Fact]
    public void All_that_is_wrong_can_be_had_at_once_with_the_places_of_the_names()
    {
        var result = LanguageHost.Run("a = 1\nb = nope\nimport os\nc = os.system('x')\na = 2\nd = [1][5]\ne = '3' > 2\n", goOn: true);
        Assert.Equal([2, 4, 6], result.Problems.Select(problem => problem.At.Line));
        Assert.Equal(5, result.Positions["a"].Line);
        Assert.Equal(7, Assert.Single(result.Warnings).At.Line);
        Assert.False(result.Positions.ContainsKey("b"));
        Assert.Single(LanguageHost.Run("b = nope\nc = nope\n").Problems);
    }
}
