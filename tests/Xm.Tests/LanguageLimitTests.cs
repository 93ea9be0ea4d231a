using System.Diagnostics;

namespace Xm.Tests;

/// <summary>No file makes xm hang or grow, and what is refused is refused by name.</summary>
public class LanguageLimitTests
{
    [Theory]
    [InlineData("while True: pass", "this takes too long")]
    [InlineData("for i in xrange(10 ** 12): pass", "this takes too long")]
    [InlineData("try:\n    while 1: pass\nexcept:\n    a = 1", "this takes too long")]
    [InlineData("a = 10 ** 10 ** 10", "this number grows too large")]
    [InlineData("a = 1 << 10 ** 9", "this number grows too large")]
    [InlineData("a = 3\nwhile 1: a = a * a", "this number grows too large")]
    [InlineData("a = 'x' * 10 ** 9", "this string grows too large")]
    [InlineData("a = [0] * 10 ** 9", "this list grows too large")]
    [InlineData("a = range(10 ** 9)", "this list grows too large")]
    [InlineData("a = list(xrange(10 ** 9))", "this list grows too large")]
    [InlineData("a = [1]\nfor i in a: a.append(i)", "this ")]
    [InlineData("a = '%1000000000d' % 1", "this string grows too large")]
    [InlineData("a = '{:1000000000d}'.format(1)", "this string grows too large")]
    [InlineData("a = 'x'\nwhile 1: a += a", "this string grows too large")]
    [InlineData("a = 'x' * 1000000\nb = a.replace('x', a)", "this string grows too large")]
    [InlineData("a = []\nwhile 1: a.append('x' * 1000000)", "this needs too much memory")]
    [InlineData("a = []\nfor i in range(60): a = [a, a]\nb = repr(a)", "this ")]
    [InlineData("a = []; b = []\nfor i in range(60): a = [a, a]; b = [b, b]\nc = a == b", "this takes too long")]
    [InlineData("a = ()\nfor i in range(60): a = (a, a)\nb = {a: 1}", "this takes too long")]
    [InlineData("a = [1]\nfor i in range(60): a = [a, a]", "a has lists too deep within each other, or contains itself")]
    [InlineData("a = []\na.append(a)", "a has lists too deep within each other, or contains itself")]
    [InlineData("a = []\nfor i in range(100000): a = [a]\nb = repr(a)", "this ")]
    [InlineData("a = ()\nfor i in range(100000): a = (a,)\nb = {a: 1}", "this goes too deep")]
    [InlineData("a = iter([])\nfor i in range(100000): a = (x for x in a)\nb = list(a)", "this goes too deep")]
    [InlineData("def f(x): return f(x)\nf(1)", "maximum recursion depth exceeded")]
    [InlineData("f = lambda: [f() for x in [1]]\nf()", "maximum recursion depth exceeded")]
    [InlineData("def f():\n    while 1: yield 1\na = f()", "this ")]
    [InlineData("import re\na = re.match('(?=a)(a|aa)+$', 'a' * 60 + '!')", "this regular expression takes more than a second")]
    [InlineData("import math\na = math.factorial(10 ** 6)", "this number grows too large")]
    [InlineData("while 1: print 'x' * 1000", "this prints too much")]
    [InlineData("a = [0] * 100000\nwhile 1: a.insert(0, 1)", "this ")]
    [InlineData("a = 'x' * 100000\nwhile 1: a.find('y')", "this takes too long")]
    public void What_would_never_end_is_ended(string text, string expected)
    {
        var watch = Stopwatch.StartNew();
        var result = LanguageHost.Run(text);
        Assert.StartsWith(expected, Assert.Single(result.Problems).Message);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData(
        "import os\na = os.system('id')",
        2,
        7,
        "os.system runs a program, which a configuration must not: write its result out, or give it as NAME=VALUE on the command line "
            + "of xm create"
    )]
    [InlineData("from os import popen", 1, 1, "os.popen runs a program, which")]
    [InlineData("import subprocess\na = subprocess.check_output(['id'])", 2, 15, "subprocess.check_output runs a program, which")]
    [InlineData("import commands\na = commands.getoutput('id')", 2, 13, "commands.getoutput runs a program, which")]
    [InlineData("import socket\nsocket.gethostbyname('x')", 2, 7, "socket.gethostbyname uses the network, which")]
    [InlineData("import urllib2\nurllib2.urlopen('x')", 2, 8, "urllib2.urlopen uses the network, which")]
    [InlineData("os.remove('/x')", 1, 3, "os.remove changes the host, which")]
    [InlineData("a = open('/tmp/x', 'w')", 1, 9, "writing files is refused")]
    [InlineData("a = eval('1')", 1, 5, "eval is refused: a configuration does not run text as a program")]
    [InlineData("exec 'a = 1'", 1, 1, "'exec' is refused")]
    [InlineData("class A: pass", 1, 1, "'class' is not understood: use functions, lists and dictionaries.")]
    [InlineData("@f\ndef g(): pass", 1, 1, "Decorators are not understood")]
    [InlineData("a = raw_input()", 1, 5, "raw_input is refused: nobody may be there to answer")]
    [InlineData("import time\ntime.sleep(1)", 2, 5, "time.sleep is refused")]
    [InlineData("os.environ['A'] = 'b'", 1, 11, "the environment is refused to be changed")]
    [InlineData("a = open('/dev/zero').read()", 1, 9, "/dev/zero is refused: only regular files are read")]
    public void What_has_effects_is_refused_by_name_at_its_place(string text, int line, int column, string expected)
    {
        var problem = Assert.Single(LanguageHost.Run(text).Problems);
        Assert.StartsWith(expected, problem.Message);
        Assert.Equal((line, column), (problem.At.Line, problem.At.Column));
    }
}
