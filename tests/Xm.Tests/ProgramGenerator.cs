using System.Globalization;
using System.Text;

namespace Xm.Tests;

/// <summary>
/// Writes random programs of the configuration language, of constructs that mean the same in Python 2 and 3: whole numbers divide with //,
/// strings
/// compare with strings only, lists are made of what can be compared. They may fail; both sides then have to fail alike.
/// </summary>
internal sealed partial class ProgramGenerator(int seed)
{
    private enum Kind
    {
        Number,
        Text,
        List,
        Dict,
        Truth,
    }

    /// <summary>Python 3 has no socket.error of its own any more.</summary>
    private const string OldName = ".replace('OSError', 'error')";

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, Kind> _names = [];
    private readonly List<(string Name, Kind Result)> _functions = [];
    private readonly List<string> _classes = [];
    private int _fresh;

    public string Write()
    {
        Line("", "import fnmatch, hashlib, math, os, random, re, socket, struct");
        for (var i = _random.Next(3, 12); i > 0; i--)
        {
            // Most failures are caught and noted, so that the rest of the program counts too.
            if (_random.Next(20) == 0)
            {
                Statement("", 0);
                continue;
            }
            Line("", "try:");
            Statement("    ", 0);
            Line("    ", "pass");
            Line("", $"except Exception as e_{_fresh}:");
            Line("    ", $"x{_fresh} = e_{_fresh++}.__class__.__name__{OldName}");
        }
        return _text.ToString();
    }

    private void Line(string indent, string text) => _text.Append(indent).Append(text).Append('\n');

    private Kind AnyKind() => (Kind)_random.Next(5);

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private void Statement(string indent, int depth)
    {
        switch (_random.Next(depth > 2 ? 4 : 16))
        {
            case 0 or 1 or 2:
                var kind = AnyKind();
                // A name keeps its kind, whichever branch gave it its value.
                var name = $"{"ntldb"[(int)kind]}{_random.Next(5)}";
                Line(indent, $"{name} = {Value(kind, 0)}");
                _names[name] = kind;
                break;
            case 3:
                if (Known(Kind.Number) is { } number)
                {
                    Line(indent, $"{number} {Pick("+=", "-=", "*=", "//=", "%=", "|=", "&=", "^=")} {Value(Kind.Number, 1)}");
                }
                break;
            case 4:
                Line(indent, $"if {Value(Kind.Truth, 0)}:");
                Statement(indent + "    ", depth + 1);
                Line(indent + "    ", "pass");
                Line(indent, "else:");
                Statement(indent + "    ", depth + 1);
                Line(indent + "    ", "pass");
                break;
            case 5:
                var item = $"i{_fresh++}";
                Line(
                    indent,
                    $"for {item} in {Pick($"list({Value(Kind.List, 1)})", $"range({_random.Next(5)})", $"sorted({Value(Kind.Dict, 1)})")}:"
                );
                Line(indent + "    ", Pick("pass", $"if {Value(Kind.Truth, 1)}: break", $"if {Value(Kind.Truth, 1)}: continue"));
                Statement(indent + "    ", depth + 1);
                Line(indent, "else:");
                Line(indent + "    ", $"w{_fresh++} = {Value(AnyKind(), 1)}");
                break;
            case 6:
                Line(indent, "try:");
                Line(indent + "    ", $"g{_fresh} = {Value(AnyKind(), 0)}");
                Statement(indent + "    ", depth + 1);
                Line(
                    indent,
                    $"except {Pick("Exception", "ValueError", "(TypeError, KeyError)", "ZeroDivisionError", "IndexError")} as e_{_fresh}:"
                );
                Line(indent + "    ", $"g{_fresh} = e_{_fresh}.__class__.__name__{OldName}");
                Line(indent, Pick("else:", "finally:"));
                Line(indent + "    ", $"u{_fresh++} = {Value(AnyKind(), 1)}");
                break;
            case 7:
                Function(indent, depth);
                break;
            case 8:
                if (Known(Kind.List) is { } list)
                {
                    Line(
                        indent,
                        Pick(
                            $"{list}.append({Value(Kind.Number, 1)})",
                            $"{list}.extend({Value(Kind.List, 1)})",
                            $"{list}.insert({Whole()}, {Value(Kind.Number, 1)})",
                            $"{list}.pop()",
                            $"{list}.reverse()",
                            $"{list}.sort()",
                            $"{list}[{Whole()}] = {Value(Kind.Number, 1)}",
                            $"del {list}[{Whole()}]",
                            $"{list}[{Bounds()}] = {Value(Kind.List, 1)}",
                            $"del {list}[{Bounds()}]",
                            $"{list} += {Value(Kind.List, 1)}",
                            $"{list}.remove({Whole()})"
                        )
                    );
                }
                break;
            case 10:
                Class(indent, depth);
                break;
            case 13 or 14:
                Jump(indent, depth);
                break;
            case 12:
                // What is never reached is never refused, whatever it would do.
                Line(
                    indent,
                    Pick(
                        "if 0: import subprocess, nosuch",
                        "if False: os.popen('x').read()",
                        $"while 0: open('/none', 'w').write({Value(Kind.Text, 1)})",
                        $"d{_fresh++}_ = lambda: nosuch.attribute({Value(Kind.Number, 1)})",
                        $"h{_fresh++} = True or os.system('x')",
                        $"for d{_fresh++}_ in []: exec({Value(Kind.Text, 1)})"
                    )
                );
                break;
            case 11:
                // Seeded by a whole number, and not by a hash, both draw alike, as long as no range is asked for.
                Line(indent, $"random.seed(int({Value(Kind.Number, 1)}))");
                Line(indent, $"q{_fresh++} = [random.random(), random.uniform(-3, {Whole()})]");
                break;
            case 9:
                if (Known(Kind.Dict) is { } dict)
                {
                    Line(
                        indent,
                        Pick(
                            $"{dict}[{Value(Kind.Text, 1)}] = {Value(Kind.Number, 1)}",
                            $"{dict}.update({Value(Kind.Dict, 1)})",
                            $"del {dict}[{Value(Kind.Text, 1)}]",
                            $"p{_fresh++} = {dict}.pop({Value(Kind.Text, 1)}, 'none')",
                            $"s{_fresh++} = {dict}.setdefault({Value(Kind.Text, 1)}, 7)"
                        )
                    );
                }
                break;
            default:
                var (a, b) = ($"a{_fresh}", $"b{_fresh++}");
                Line(
                    indent,
                    Pick(
                        $"{a}, {b} = {Value(Kind.Number, 1)}, {Value(Kind.Text, 1)}",
                        $"({a}, {b}) = [{Value(Kind.List, 1)}, 1]",
                        $"{a} = {b} = {Value(Kind.Text, 1)}",
                        $"{a}, {b} = {Value(Kind.List, 1)}"
                    )
                );
                break;
        }
    }

    private void Function(string indent, int depth)
    {
        if (depth > 0)
        {
            return;
        }
        var name = $"f{_fresh++}";
        var kind = AnyKind();
        var outer = new Dictionary<string, Kind>(_names);
        _names.Clear();
        _names["x"] = Kind.Number;
        _names["y"] = Kind.Text;
        Line(indent, $"def {name}(x, y={Value(Kind.Text, 2)}, *rest, **more):");
        Line(indent + "    ", $"if {Value(Kind.Truth, 1)}: return {Value(kind, 1)}");
        Line(indent + "    ", $"z = {Value(Kind.Number, 1)}");
        _names["z"] = Kind.Number;
        Line(indent + "    ", $"return {Value(kind, 0)}");
        _names.Clear();
        foreach (var (known, its) in outer)
        {
            _names[known] = its;
        }
        _functions.Add((name, kind));
    }

    private void Class(string indent, int depth)
    {
        if (depth > 0)
        {
            return;
        }
        var (name, instance) = ($"C{_fresh}", $"o{_fresh}_");
        var outer = new Dictionary<string, Kind>(_names);
        _names.Clear();
        Line(indent, $"class {name}({Pick("object", _classes.Count > 0 ? _classes[^1] : "object")}):");
        Line(indent + "    ", $"kept = {Value(Kind.Text, 1)}");
        Line(indent + "    ", $"def __init__(self, x={Value(Kind.Number, 2)}): self.x, self.y = x, {Value(Kind.Text, 2)}");
        Line(indent + "    ", "def sum(self, *more): return self.x + len(more)");
        Line(indent + "    ", Pick("@staticmethod", "@classmethod", "@property"));
        Line(indent + "    ", $"def other(self=None): return {Value(Kind.Number, 2)}");
        Line(indent + "    ", Pick("pass", "def __str__(self): return self.kept", "def __call__(self, a): return a, self.y"));
        foreach (var (known, its) in outer)
        {
            _names[known] = its;
        }
        _classes.Add(name);
        Line(indent, $"{instance} = {name}({Pick("", Value(Kind.Number, 1))})");
        Line(indent, $"{instance}.{Pick("x", "y", "z")} {Pick("=", "=", "+=")} {Value(Kind.Number, 1)}");
        Line(
            indent,
            $"r{_fresh++} = [{instance}.x, {instance}.kept, {instance}.sum(1, 2), isinstance({instance}, {Pick(_classes.ToArray())}), "
                + $"getattr({instance}, {Pick("'z'", "'y'", "'kept'")}, None), "
                + $"{Pick($"{instance}.other()", $"{instance}(1)", $"sorted(vars({instance}))")}]"
        );
    }

    private string? Known(Kind kind)
    {
        var fitting = _names.Where(name => name.Value == kind).Select(name => name.Key).ToArray();
        return fitting.Length > 0 ? fitting[_random.Next(fitting.Length)] : null;
    }

    private string Whole() => _random.Next(-6, 12).ToString(CultureInfo.InvariantCulture);

    private string Bounds() =>
        Pick($"{Whole()}:{Whole()}", $":{Whole()}", $"{Whole()}:", ":", $"{Whole()}:{Whole()}:{Pick("1", "2", "-1", "-2", "3")}", "::-1");

    private string Value(Kind kind, int depth)
    {
        if (
            depth < 3
            && _random.Next(12) == 0
            && _functions.Where(function => function.Result == kind).Select(function => function.Name).FirstOrDefault() is { } function
        )
        {
            return Pick(
                $"{function}({Value(Kind.Number, depth + 1)})",
                $"{function}({Value(Kind.Number, depth + 1)}, {Value(Kind.Text, depth + 1)})",
                $"{function}(y={Value(Kind.Text, depth + 1)}, x={Whole()})",
                $"{function}({Whole()}, 'q', 3, k=4)",
                $"{function}()"
            );
        }
        if (_random.Next(3) == 0 && Known(kind) is { } name)
        {
            return name;
        }
        if (depth >= 3)
        {
            return Leaf(kind);
        }
        return kind switch
        {
            Kind.Number => _random.Next(4) == 0 ? LibraryNumber(depth + 1) : Number(depth + 1),
            Kind.Text => _random.Next(3) == 0 ? LibraryText(depth + 1) : TextValue(depth + 1),
            Kind.List => _random.Next(4) == 0 ? LibraryList(depth + 1) : ListValue(depth + 1),
            Kind.Dict => DictValue(depth + 1),
            _ => _random.Next(4) == 0 ? LibraryTruth(depth + 1) : Truth(depth + 1),
        };
    }

    private string Leaf(Kind kind) =>
        kind switch
        {
            Kind.Number => Pick(
                Whole(),
                _random.Next(100000).ToString(CultureInfo.InvariantCulture),
                "2147483648",
                "0x1f",
                "1.5",
                "-0.25",
                "1e3"
            ),
            Kind.Text => Pick("'a'", "'abc'", "''", "'A b'", "'x,y,z'", "'12'", "\"it's\"", "'a\\nb'", "'%s'", "'%d-%s'"),
            Kind.List => Pick("[]", "[1]", "[3, 1, 2]", "[1, 1.5]", "[0] * 3"),
            Kind.Dict => Pick("{}", "{'a': 1}", "{'a': 1, 'x': 2}"),
            _ => Pick("True", "False"),
        };

    private string Number(int depth)
    {
        string N() => Value(Kind.Number, depth);
        return _random.Next(18) switch
        {
            16 => $"struct.unpack('{StructFormat()}', struct.pack('{StructFormat()}', {N()}))[0]",
            17 => $"struct.calcsize('{Pick("<iH", "3sB", "bi", "!2q", "hl", "x?d")}')",
            0 or 1 => $"({N()} {Pick("+", "-", "*")} {N()})",
            2 => $"({N()} {Pick("//", "%")} {N()})",
            3 => $"(int({N()}) {Pick("&", "|", "^")} int({N()}))",
            4 => $"(int({N()}) {Pick("<<", ">>")} {_random.Next(-1, 40)})",
            5 => $"({N()} ** {_random.Next(0, 5)})",
            6 => $"len({Value(Pick3(), depth)})",
            7 => $"{Pick("max", "min", "sum")}({Value(Kind.List, depth)})",
            8 => $"{Pick("abs", "int", "float")}({N()})",
            9 => $"{Value(Kind.List, depth)}[{Whole()}]",
            10 => $"{Value(Kind.Text, depth)}.{Pick("find", "rfind", "count", "index")}({Value(Kind.Text, depth)})",
            11 => $"({N()} if {Value(Kind.Truth, depth)} else {N()})",
            12 => $"{Value(Kind.Dict, depth)}[{Value(Kind.Text, depth)}]",
            13 => $"int({Value(Kind.Text, depth)})",
            14 => $"(-{N()})",
            _ => $"divmod({N()}, {N()})[{_random.Next(2)}]",
        };
    }

    private string StructFormat() => Pick("<i", ">H", "!I", "=q", "<b", ">d");

    private Kind Pick3() => (Kind)_random.Next(1, 4);

    private string TextValue(int depth)
    {
        string T() => Value(Kind.Text, depth);
        return _random.Next(23) switch
        {
            17 => $"hashlib.{Pick("md5", "sha1", "sha256")}({T()}.encode('utf-8')).hexdigest()[{Bounds()}]",
            18 => $"socket.inet_ntoa(socket.inet_aton({Pick("'10.0.0.1'", "'127.1'", "'1.2.3.256'", T(), "'0x7f.1'")}))",
            19 => $"os.path.{Pick("relpath", "join")}('/a/' + {T()}, '/b/' + {T()})",
            21 => $"str({T()}.encode('{Pick("utf-8", "ascii", "latin-1")}').decode('{Pick("utf-8", "ascii", "latin-1")}'))",
            20 => $"os.path.{Pick("normpath", "expandvars", "basename", "dirname")}({T()} + '/' + {T()})",
            0 or 1 => $"({T()} + {T()})",
            2 => $"({T()} * {_random.Next(-1, 4)})",
            3 => $"{T()}.{Pick("upper", "lower", "strip", "title", "capitalize", "swapcase", "lstrip", "rstrip")}()",
            4 => $"{T()}[{Whole()}]",
            5 => $"{T()}[{Bounds()}]",
            6 => $"{T()}.replace({T()}, {T()}{Pick("", ", 1")})",
            7 => $"{T()}.join({Pick("['a', 'b']", "'xyz'", "[]", $"{T()}.split({T()})", "sorted({'k': 1, 'j': 2})")})",
            8 => $"('{Pick("%d", "%5d", "%-5d|", "%05d", "%x", "%+d", "%o", "%s")}' % int({Value(Kind.Number, depth)}))",
            9 => $"('{Pick("%s", "%5s", "%-5s|", "%.2s", "%r")}' % {T()})",
            10 => $"('{Pick("%.2f", "%8.3f", "%e", "%g", "%.10g", "%G")}' % {Value(Kind.Number, depth)})",
            11 => $"repr({Value(Pick("a", "b") == "a" ? Kind.Text : Kind.Truth, depth)})",
            12 => $"'{Pick("{0}-{1}", "{}{}", "{1!r}{0}", "{0:>6}|{1:<4}|")}'.format({T()}, {T()})",
            13 =>
                $"'{Pick("{:5d}", "{:05d}", "{:x}", "{:,}", "{:+d}", "{:^7}", "{:b}", "{:*>8}")}'.format(int({Value(Kind.Number, depth)}))",
            14 => $"{T()}.{Pick("center", "ljust", "rjust", "zfill")}({_random.Next(8)})",
            15 => $"('%(a)g' % {Value(Kind.Dict, depth)})",
            16 => $"({T()} {Pick("or", "and")} {T()})",
            _ => $"{T()}.partition({T()})[{_random.Next(3)}]",
        };
    }

    private string ListValue(int depth)
    {
        string L() => Value(Kind.List, depth);
        var item = $"c{_fresh++}_";
        return _random.Next(12) switch
        {
            0 or 1 => $"[{string.Join(", ", Enumerable.Range(0, _random.Next(5)).Select(_ => Value(Kind.Number, depth)))}]",
            2 => $"({L()} + {L()})",
            3 => $"{L()}[{Bounds()}]",
            4 => $"[{item} * 2 for {item} in {L()}]",
            5 => $"[{item} for {item} in {L()} if {item} {Pick("<", ">", "==", "!=", ">=")} {Whole()}]",
            6 => $"sorted({L()}{Pick("", ", reverse=True", ", key=lambda k: -k")})",
            7 => $"list({Pick("map", "filter")}(lambda {item}: {item} {Pick("+ 1", "* 2", "% 3", "> 1")}, {L()}))",
            8 => $"list(range({_random.Next(-3, 6)}, {_random.Next(-3, 9)}, {Pick("1", "2", "-1")}))",
            9 => $"[len({item}) for {item} in {Value(Kind.Text, depth)}.split()]",
            10 => $"list({Pick("reversed", "tuple", "sorted")}({L()}))",
            _ => $"sorted(set({L()}))",
        };
    }

    private string DictValue(int depth)
    {
        var item = $"d{_fresh++}_";
        return _random.Next(5) switch
        {
            // Keys that cannot fail: Python 2 works out the value first, Python 3 the key.
            0 => $"{{{Leaf(Kind.Text)}: {Value(Kind.Number, depth)}, {Leaf(Kind.Text)}: {Value(Kind.Number, depth)}}}",
            1 => $"dict(a={Value(Kind.Number, depth)}, b=2)",
            2 => $"dict(zip('abc', {Value(Kind.List, depth)}))",
            3 => $"{{str({item}): {item} for {item} in range({_random.Next(4)})}}",
            _ => $"dict([({Value(Kind.Text, depth)}, {Value(Kind.Number, depth)})])",
        };
    }

    private string Truth(int depth)
    {
        string N() => Value(Kind.Number, depth);
        return _random.Next(10) switch
        {
            0 or 1 => $"{N()} {Pick("<", "<=", "==", "!=", ">", ">=")} {N()}",
            2 => $"{N()} < {N()} <= {N()}",
            3 => $"(not {Value(AnyKind(), depth)})",
            4 => $"({Value(Kind.Truth, depth)} {Pick("and", "or")} {Value(Kind.Truth, depth)})",
            5 => $"({Value(Kind.Text, depth)} {Pick("in", "not in")} {Pick(Value(Kind.Text, depth), Value(Kind.Dict, depth))})",
            6 => $"({N()} {Pick("in", "not in")} {Value(Kind.List, depth)})",
            7 => $"{Value(Kind.Text, depth)}.{Pick("startswith", "endswith")}({Value(Kind.Text, depth)})",
            8 => $"{Pick("any", "all", "bool")}({Value(Kind.List, depth)})",
            _ => $"{Value(Kind.List, depth)} {Pick("<", "==", "!=", ">")} {Value(Kind.List, depth)}",
        };
    }
}
