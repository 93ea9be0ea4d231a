namespace Xm.Tests;

/// <content>Calls of the library, and statements that jump.</content>
internal sealed partial class ProgramGenerator
{
    /// <summary>A number that a function of a module or a method gives.</summary>
    private string LibraryNumber(int depth)
    {
        string N() => Value(Kind.Number, depth);
        string T() => Value(Kind.Text, depth);
        string L() => Value(Kind.List, depth);
        return _random.Next(14) switch
        {
            // Within what a float holds: Python 2's floor of a larger number is the nearest float's.
            0 => $"int(math.{Pick("floor", "ceil", "trunc", "fabs", "sqrt")}(({N()}) % 1000003))",
            1 => $"math.{Pick("hypot", "fmod", "pow", "atan2")}({N()}, {N()})",
            2 => $"math.factorial({Whole()})",
            3 => $"ord({T()})",
            4 => $"({L()}).{Pick("count", "index")}({N()})",
            5 => $"{Value(Kind.Dict, depth)}.get({T()}, {N()})",
            6 => $"sum({L()}, {N()})",
            7 => $"{Pick("max", "min")}({L()}, key=lambda k: {Pick("-k", "k % 3", "(k > 1, k)")})",
            8 => $"{T()}.{Pick("find", "rfind", "count", "rindex")}({T()}, {Whole()}{Pick("", $", {Whole()}")})",
            9 => $"sum(k * k for k in {L()} if k {Pick("<", ">", "!=")} {Whole()})",
            10 => $"int({T()}, {Pick("2", "8", "10", "16", "36")})",
            11 => $"float({T()})",
            12 => $"len(set({L()}) {Pick("|", "&", "-", "^")} set({L()}))",
            _ => $"[k_ for k_, v_ in enumerate({L()}) if v_ {Pick(">", "<=")} {Whole()}][{Whole()}]",
        };
    }

    private string LibraryText(int depth)
    {
        string T() => Value(Kind.Text, depth);
        string N() => Value(Kind.Number, depth);
        return _random.Next(21) switch
        {
            0 => $"re.sub({Pattern(mayBeEmpty: false)}, {Pick("'<\\\\g<0>>'", "'-'", "''", "lambda m: m.group(0).upper()")}, "
                + $"{T()}{Pick("", ", 1")})",
            1 => $"(re.{Pick("match", "search")}({Pattern()}, {T()}) or re.match('', '')).group(0)",
            2 => $"'|'.join(re.split({Pattern(mayBeEmpty: false)}, {T()}))",
            3 => $"'|'.join([repr(k_) for k_ in re.findall({Pattern()}, {T()})])",
            4 => $"re.escape({T()}).replace('\\\\', '')",
            5 => $"{T()}.{Pick("strip", "lstrip", "rstrip")}({Pick("'a'", "' b'", "'xyz,'", T())})",
            6 => $"'|'.join({T()}.{Pick("split", "rsplit")}({Pick("None", "','", "' '", T())}, {Pick("-1", "0", "1", "2")}))",
            7 => $"'|'.join({T()}.{Pick("partition", "rpartition")}({T()}))",
            8 => $"'|'.join(({T()} + '\\r\\n' + {T()} + '\\n').splitlines({Pick("", "True")}))",
            9 => $"({T()} + '\\t' + {T()}).expandtabs({Pick("", "4", "0", "-1")})",
            10 => $"{T()}.{Pick("center", "ljust", "rjust")}({_random.Next(9)}, '{Pick("*", "-", "0")}')",
            11 => $"('{Pick("%i", "%u", "%#x", "% d", "%-+6d|", "%.3d", "%08.3f", "%-8.2e|", "%%%d")}' % int({N()}))",
            19 => $"('{Pick("%c", "%5c|", "%-2c|")}' % ({Pick($"32 + int({N()}) % 95", T())}))",
            12 => $"('{Pick("%*d", "%-*d|", "%.*d", "%s:%d")}' % ({_random.Next(7)}, int({N()})))",
            13 => $"'{Pick("{:.3f}", "{:10.2e}|", "{:+.1f}", "{:<9.2f}|", "{:%}", "{:,.2f}", "{:g}", "{:=+8.1f}")}'.format(float({N()}))",
            14 => $"'{Pick("{:{}}|", "{:>{}}|", "{0:^{1}}|", "{!r:>{}}|")}'.format({T()}, {_random.Next(1, 9)})",
            15 => $"'{Pick("{a}{b}", "{a!r:>6}{b}", "{0[0]}{a}", "{{{a}}}", "{b}{c}")}'.format({T()}, a={T()}, b={T()})",
            16 => $"'|'.join(os.path.{Pick("split", "splitext")}({T()} + {Pick("'.x'", "'/a.b'", "'/.c'", "''")}))",
            17 => $"os.path.commonprefix([{T()}, {T()}])",
            // What is blank below 32 is another question to each of them.
            18 => $"{Pick("chr(32 + int({0}) % 95)", "hex(int({0}) % 1000).rstrip('L')", "bin(int({0}) % 100)").Replace("{0}", N())}",
            _ => $"'|'.join([k_ + {T()} for k_ in sorted({Value(Kind.Dict, depth)})])",
        };
    }

    private string LibraryList(int depth)
    {
        string L() => Value(Kind.List, depth);
        var id = _fresh++;
        return _random.Next(9) switch
        {
            // Comprehensions within each other share no name: Python 2 lets it out of the inner one.
            0 => $"[x{id}_ + y{id}_ for x{id}_ in {L()} for y{id}_ in {L()} if x{id}_ {Pick("<", "!=")} y{id}_]",
            1 => $"[k{id}_ * v{id}_ for k{id}_, v{id}_ in zip({L()}, {L()})]",
            2 => $"(lambda *all: list(all)[{Bounds()}])(*{L()})",
            3 => $"sorted(set({L()}).{Pick("union", "intersection", "difference", "symmetric_difference")}({L()}))",
            4 => $"[v{id}_ for k{id}_, v{id}_ in sorted({Value(Kind.Dict, depth)}.items())]",
            5 => $"sorted({L()}, key=lambda k: ({Pick("k % 2", "-k", "k > 1")}, k))",
            6 => $"list({L()}) * {Whole()}",
            7 => $"[ord(k_) for k_ in {Value(Kind.Text, depth)}]",
            _ => $"[int(k_) for k_ in re.findall('[0-9]', {Value(Kind.Text, depth)})]",
        };
    }

    private string LibraryTruth(int depth)
    {
        string T() => Value(Kind.Text, depth);
        return _random.Next(7) switch
        {
            0 => $"{T()}.{Pick("isalnum", "isalpha", "isdigit", "islower", "isspace", "istitle", "isupper")}()",
            1 => $"{T()}.{Pick("startswith", "endswith")}(({T()}, {T()}))",
            2 => $"bool(re.{Pick("match", "search")}({Pattern()}, {T()}, {Pick("0", "re.I", "re.M", "re.S")}))",
            3 => $"fnmatch.fnmatchcase({T()}, {Pick("'*'", "'a*'", "'?[!b]*'", "'[a-c]'", "'*,*'")})",
            4 => $"set({Value(Kind.List, depth)}).{Pick("issubset", "issuperset", "isdisjoint")}({Value(Kind.List, depth)})",
            5 => $"os.path.isabs({T()})",
            _ => $"isinstance({Value(AnyKind(), depth)}, {Pick("str", "(list, dict)", "bool", "float")})",
        };
    }

    /// <summary>A pattern. Since 3.7 Python treats a match of nothing otherwise where it splits and replaces.</summary>
    private string Pattern(bool mayBeEmpty = true) =>
        mayBeEmpty && _random.Next(4) == 0
            ? Pick("'\\d*'", "'b*?$'", "'(?:x|)'", "'^'")
            : Pick(
                "'a'",
                "'[a-c]+'",
                "'(a|b)(.?)'",
                "'^\\w+'",
                "'\\s|,'",
                "'(?i)B'",
                "'(?P<n>x?),'",
                "'[^,]+'",
                "'(?<=,).'",
                "'a(?!b)'",
                "'(.)\\1'",
                "'.{1,2}'"
            );

    /// <summary>Loops that are left early, errors that are raised, and functions within functions.</summary>
    private void Jump(string indent, int depth)
    {
        var inside = indent + "    ";
        var count = $"k{_fresh++}";
        switch (_random.Next(4))
        {
            case 0:
                Line(indent, $"{count} = {_random.Next(6)}");
                Line(indent, $"while {count} > 0:");
                Line(inside, $"{count} -= {Pick("1", "2")}");
                Line(inside, $"if {Value(Kind.Truth, 1)}: {Pick("break", "continue")}");
                Statement(inside, depth + 1);
                Line(indent, "else:");
                Line(inside, $"{count} = {Value(Kind.Text, 1)}");
                break;
            case 1:
                Line(indent, "try:");
                Line(inside, $"raise {Pick("ValueError", "KeyError", "TypeError", "Exception", "IndexError")}({Value(Kind.Text, 1)}, 2)");
                Line(indent, $"except {Pick("ValueError", "LookupError", "(TypeError, IndexError)", "Exception")} as e_{_fresh}:");
                Line(inside, $"{count} = [e_{_fresh}.__class__.__name__{OldName}, len(e_{_fresh++}.args) > 0]");
                Line(indent, "finally:");
                Line(inside, $"m{_fresh++} = {Value(AnyKind(), 1)}");
                break;
            case 2:
                Line(indent, $"def {count}_(x, *rest):");
                Line(inside, $"def inner(y, z={Pick("x", "2", "rest")}): return [x, y, z, len(rest)]");
                Line(inside, "for k in rest:");
                Line(inside + "    ", "try:");
                Line(inside + "        ", $"if k {Pick(">", "==", "<")} {Whole()}: return inner(k)");
                Line(inside + "    ", $"finally: {Pick("x += 1", "rest = rest[1:]", "pass")}");
                Line(inside, $"return inner({Pick("x", "x, 3", "z=1, y=0")})");
                Line(indent, $"{count} = {count}_({Value(Kind.Number, 1)}, *{Value(Kind.List, 1)})");
                break;
            default:
                Line(indent, $"{count} = []");
                Line(indent, $"for (i{_fresh}, j{_fresh}) in enumerate({Value(Kind.List, 1)}):");
                Line(inside, $"if j{_fresh} {Pick("<", ">=")} {Whole()}: {Pick("continue", "break")}");
                Line(inside, $"{count} += [(i{_fresh}, j{_fresh++})]");
                break;
        }
    }
}
