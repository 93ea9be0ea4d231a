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
    [InlineData("a = 1\nexec('a = 2')", 2, 1, "'exec' is refused")]
    [InlineData("class A:\n    def __cmp__(self, other): return 0", 1, 1, "class A has __cmp__, which is not understood")]
    [InlineData("class A(dict): pass", 1, 1, "class A goes on from <type 'dict'>, which is not understood")]
    [InlineData("class A(ValueError):\n    def f(self): pass", 1, 1, "class A is an exception with methods of its own")]
    [InlineData("import urllib\nclass A(urllib.FancyURLopener): pass", 2, 15, "urllib.FancyURLopener uses the network, which")]
    [InlineData("a = [1]\nb = [*a, 2]", 2, 6, "a star before an element is not understood")]
    [InlineData("a, *b = [1, 2]", 1, 4, "a star before an element is not understood")]
    [InlineData("a = {**{}}", 1, 5, "'**' within braces is not understood")]
    [InlineData("if (a := 1): pass", 1, 5, "':=' is not understood")]
    [InlineData("def f(a, *, b): pass", 1, 1, "parameters that go only by place or only by name are not understood")]
    [InlineData("async def f(): pass", 1, 1, "'async' is not understood")]
    [InlineData("match 1:\n    case 1:\n        a = 1\n", 1, 1, "'match' is not understood")]
    [InlineData("try:\n    pass\nexcept* ValueError:\n    pass", 1, 1, "'except*' is not understood")]
    [InlineData("a = [1][0:1, 0:1]", 1, 8, "several slices side by side are not understood")]
    [InlineData("a = 'x'.encode('bz2')", 1, 15, "the codec 'bz2' is not part of the configuration language")]
    [InlineData("a = 'x'.encode('zip')", 1, 15, "the codec 'zip' is not part of the configuration language")]
    [InlineData("a = 'x'.decode('cp1252')", 1, 15, "the codec 'cp1252' is not part of the configuration language")]
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

    /// <summary>What Python reads is read, be it of Python 2 or 3; it is refused only where it is reached.</summary>
    [Theory]
    [InlineData("class A(B, metaclass=C):\n        def f(self): return self.x")]
    [InlineData("@one\n    @two(3).four\n    class A: pass")]
    [InlineData("exec code in d, e")]
    [InlineData("async def f():\n        async with a as b:\n            await c\n        return await d")]
    [InlineData("match a:\n        case [1, *b]:\n            pass\n        case _:\n            pass")]
    [InlineData("type X = int")]
    [InlineData("try:\n        pass\n    except* (A, B) as e:\n        pass")]
    [InlineData("with (open(a) as b, open(c) as d,):\n        pass")]
    [InlineData("with open(a) as b, open(c):\n        pass")]
    [InlineData("def f(a: int, /, b: str = 'x', *args: int, c=1, **d: int) -> int:\n        return a")]
    [InlineData("def f(a, (b, (c, d)), *e): print >>f, a,")]
    [InlineData("x: int = 5\n    y: str")]
    [InlineData("a, *b = *c, d\n    e = [*f, *g]\n    h = {**i, 'j': 1, **k}\n    l = {*m}")]
    [InlineData("while (n := f()): pass")]
    [InlineData("a = b @ c\n    a @= b")]
    [InlineData("a = 3.5j + 1_000 + 0x_ff if False else 1_0.5e1_0")]
    [InlineData("a = b[...]\n    c = b[1:2, ::3, 4]\n    c[1:2, 3] = 1")]
    [InlineData("from . import a\n    from ..b.c import d\n    from ... import e")]
    [InlineData("a = lambda (b, c), d=1, *e, **f: (yield)")]
    [InlineData("print >>f, 'x', 'y',\n    print(*a, sep='')\n    a = print\n    b.exec(1)\n    c.print()")]
    [InlineData("raise A, 'b', c\n    raise D from e")]
    [InlineData("def f():\n        x = yield\n        y = yield x, 1\n        yield from z\n        return [(yield)]")]
    [InlineData("a = `b` <> c\n    a = 0777L")]
    [InlineData("global z\n    del (a), b[0], c.d")]
    [InlineData("[x for x in 1, 2, 3 if x]\n    a = {x: y for x, y in z}\n    b = {x for x in y}")]
    [InlineData("a.b.c = d.e['f'].g\n    a.b.c[0] += 1")]
    public void What_is_never_reached_is_no_error(string unseen)
    {
        var result = LanguageHost.Run($"if 0:\n    {unseen}\nmemory = 64\n");
        Assert.Equal("", string.Join('\n', result.Problems.Select(problem => $"{problem.At.Line}:{problem.At.Column} {problem.Message}")));
        Assert.Equal(64, ((Config.Values.IntValue)result.Names["memory"]).Number);
    }
}
