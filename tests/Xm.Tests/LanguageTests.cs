using System.Globalization;
using Xm.Config.Evaluation;
using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Tests;

public class LanguageTests
{
    [Theory]
    // Strings and their quotes
    [InlineData("'a'", "'a'")]
    [InlineData("\"a'b\"", "'a'b'")]
    [InlineData("'a' \"b\"   'c'", "'abc'")]
    [InlineData("('a'\n  'b')", "'ab'")]
    [InlineData("'''a\nb'''", "'a\nb'")]
    [InlineData("\"\"\"a\"b\"\"\"", "'a\"b'")]
    [InlineData("''", "''")]
    [InlineData("''''''", "''")]
    [InlineData("'#()[],:='", "'#()[],:='")]
    [InlineData("'a\\\nb'", "'ab'")]
    [InlineData(@"'\n\t\r\\\'\""\a\b\f\v'", "'\n\t\r\\'\"\a\b\f\v'")]
    [InlineData(@"'\x41\101\0\60'", "'AA\00'")]
    [InlineData(@"'\q\8'", @"'\q\8'")]
    [InlineData(@"r'\n\'x'", @"'\n\'x'")]
    [InlineData(@"b'x' B""y""", "'xy'")]
    [InlineData(@"u'\u00e9'", "u'é'")]
    [InlineData(@"ur'\n'", @"u'\n'")]
    [InlineData(@"'\xc3\xa9'", "'é'")]
    [InlineData("'é'", "'é'")]
    // Numbers
    [InlineData("10", "10")]
    [InlineData("-10", "-10")]
    [InlineData("--10", "10")]
    [InlineData("+0x1F", "31")]
    [InlineData("0755", "493")]
    [InlineData("0o755", "493")]
    [InlineData("0b101", "5")]
    [InlineData("0", "0")]
    [InlineData("00", "0")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.", "1")]
    [InlineData(".5e1", "5")]
    [InlineData("09.5", "9.5")]
    [InlineData("-1e3", "-1000")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9223372036854775808", "9223372036854775808L")]
    [InlineData("10L", "10L")]
    // Lists and other brackets
    [InlineData("[]", "[]")]
    [InlineData("[1, 'a', [2]]", "[1, 'a', [2]]")]
    [InlineData("[1, 2, ]", "[1, 2]")]
    [InlineData("[\n\n 1, # one\n\t2\n]", "[1, 2]")]
    [InlineData("[\r\n1,\r\n2]\r\n", "[1, 2]")]
    [InlineData("(1)", "1")]
    [InlineData("(1,)", "(1)")]
    [InlineData("1, 2", "(1, 2)")]
    [InlineData("()", "()")]
    // What is worked out
    [InlineData("True", "True")]
    [InlineData("None", "None")]
    [InlineData("1 + 2 + 3", "6")]
    [InlineData("'a' + 'b'", "'ab'")]
    [InlineData("[1] + [2]", "[1, 2]")]
    [InlineData("1 + 1.5", "2.5")]
    [InlineData("not ''", "True")]
    [InlineData("1 + \\\n 2", "3")]
    // What long runs of LanguageDifferentialTests found.
    [InlineData("['ab'.find('', 2, 1), 'ab'.rfind('', -1, 0), 'ab'.count('', 2, 1), 'ab'.find('', 2)]", "[-1, -1, 0, 2]")]
    [InlineData("['ab'.startswith('', 2, 1), 'ab'.endswith('', 3), 'ab'.startswith('', 2)]", "[False, False, True]")]
    [InlineData("[os.path.normpath(path) for path in ['//a/../b', '///a', '//', '/..']]", "['//b', '/a', '//', '/']")]
    [InlineData("socket.inet_ntoa(socket.inet_aton('127.1 # loopback'))", "'127.0.0.1'")]
    public void Values_are_as_Python_2_has_them(string text, string expected) => Assert.Equal(expected, Show(Evaluate("a = " + text)["a"]));

    [Fact]
    public void A_hypotenuse_is_right_to_the_last_digit() =>
        Assert.Equal(
            "'[3221225472.0001554, 5.0, 0.0, inf, 1e-320]'",
            Show(
                Evaluate(
                    "import math\na = repr([math.hypot(3221225472.0, 1e3), math.hypot(-3, 4), math.hypot(0, 0), math.hypot(1e999, 1), "
                        + "math.hypot(1e-320, 0)])"
                )["a"]
            )
        );

    [Theory]
    [InlineData("'%c' % 256", "OverflowError", "unsigned byte integer is greater than maximum")]
    [InlineData("'%c' % -1", "OverflowError", "unsigned byte integer is less than minimum")]
    [InlineData("math.pow(0, -1)", "ValueError", "math domain error")]
    [InlineData("math.pow(-8, 0.5)", "ValueError", "math domain error")]
    [InlineData("math.hypot(1e308, 1.7e308)", "OverflowError", "math range error")]
    [InlineData("math.pow(10, 400)", "OverflowError", "math range error")]
    public void Failures_are_as_Python_2_has_them(string text, string kind, string message)
    {
        var problem = Assert.Single(LanguageHost.Run("import math\na = " + text).Problems);
        Assert.Equal((kind, message), (problem.Kind, problem.Message));
    }

    [Theory]
    [InlineData("a = 1; b = 2;", "a=1 b=2")]
    [InlineData("# comment\n\n   # indented comment\na = 1 # trailing\n", "a=1")]
    [InlineData("\tpass\n", "line 1 column 2: This line must not be indented.")]
    [InlineData("a = b = 'x'", "a='x' b='x'")]
    [InlineData("a, b = 1, 2", "a=1 b=2")]
    [InlineData("[a, b] = 1, 2", "a=1 b=2")]
    [InlineData("a = 'x'\na += 'y'\nb = a + '!'", "a='xy' b='xy!'")]
    [InlineData("\uFEFFa = 1", "a=1")]
    [InlineData("a = 1\rb = 2", "a=1 b=2")]
    [InlineData("", "")]
    [InlineData("pass", "")]
    [InlineData("'just a string'\n1", "")]
    public void Statements_set_names(string text, string expected) => Assert.Equal(expected, Outcome(text));

    [Theory]
    [InlineData("a = = 3", "line 1 column 5: A value was expected here, not '='.")]
    [InlineData("a = ", "line 1 column 5: A value was expected here, not the end of the line.")]
    [InlineData("a = 'x", "line 1 column 5: This string is not closed at the end of its line.")]
    [InlineData("a = '''x\n", "line 1 column 5: This string is never closed.")]
    [InlineData("a = [1,\n2", "line 1 column 5: '[' is never closed.")]
    [InlineData("a = [1, 2)", "line 1 column 10: ')' cannot close the '[' of line 1.")]
    [InlineData("a = 1]", "line 1 column 6: ']' closes nothing.")]
    [InlineData("a = [1 2]", "line 1 column 8: ',' or ']' was expected here, not a number.")]
    [InlineData("a = 1 2", "line 1 column 7: The end of the line was expected here, not a number.")]
    [InlineData("a 1", "line 1 column 3: The end of the line was expected here, not a number.")]
    [InlineData("1 = 2", "line 1 column 1: Only a name can be given a value; the left side of '=' is none.")]
    [InlineData("a = 09", "line 1 column 5: '09' starts with 0 and so is an octal number, but 9 is no octal digit.")]
    [InlineData("a = 12abc", "line 1 column 5: A number cannot go on with 'a'; text belongs in quotes.")]
    [InlineData("a = /dev/sda", "line 1 column 5: A value was expected here, not '/'.")]
    [InlineData("a = $x", "line 1 column 5: '$' has no place here; text belongs in quotes.")]
    [InlineData("a = 1 \\ 2", "line 1 column 7: A backslash continues a line only as its very last character.")]
    [InlineData("a = 1\n  b = 2", "line 2 column 3: This line must not be indented.")]
    [InlineData(@"a = '\xz'", "line 1 column 6: This escape needs 2 hexadecimal digits.")]
    [InlineData("a = 5j", "line 1 column 5: Imaginary numbers mean nothing in a configuration.")]
    [InlineData("a = class", "line 1 column 5: A value was expected here, but 'class' is a reserved word.")]
    [InlineData("a = b", "line 1 column 5: name 'b' is not defined")]
    [InlineData("a = 'x' + 1", "line 1 column 9: cannot concatenate 'str' and 'int' objects")]
    [InlineData("a = 1 + 'x'", "line 1 column 7: unsupported operand type(s) for +: 'int' and 'str'")]
    [InlineData("a = -'x'", "line 1 column 5: bad operand type for unary -: 'str'")]
    [InlineData("a, b = 1", "line 1 column 1: 'int' object is not iterable")]
    [InlineData("a, b = 1, 2, 3", "line 1 column 1: too many values to unpack")]
    [InlineData("a, b = [1]", "line 1 column 1: need more than 1 value to unpack")]
    [InlineData("a = 1\nif a:\nb = 2", "line 3 column 1: An indented line was expected here.")]
    [InlineData("return 1", "line 1 column 1: 'return' outside function")]
    [InlineData("break", "line 1 column 1: 'break' outside loop")]
    [InlineData("def f(a=1, b): pass", "line 1 column 12: non-default argument follows default argument")]
    public void What_is_wrong_is_told_with_its_place(string text, string expected) => Assert.Equal(expected, Outcome(text));

    [Theory]
    [InlineData("a.b[1:2, ](x, y=3, *z, **w) if not c in d and e is not f else lambda x, y=1: x ** -y")]
    [InlineData("[x for x, y in z if x if y for w in x]")]
    [InlineData("{'a': 1, 'b': [2], } or `x` <> 3 << 2 & 1 | 4 ^ ~5 // 6 % 7")]
    [InlineData("f(x for x in y)[::2][:][1:][:1][a:b:c] not in ()")]
    [InlineData("a[b[1:2]][c[3:]:d[:4]]")]
    public void The_whole_expression_grammar_is_read(string text) =>
        Assert.Single(StatementParser.Parse("a = " + text.Replace("[1:2, ]", "[1:2]")));

    [Theory]
    [InlineData("1 - 2 - 3", "((1-2)-3)")]
    [InlineData("1 + 2 * 3 % 4", "(1+((2*3)%4))")]
    [InlineData("-2 ** -2", "-((2**-(2)))")]
    [InlineData("2 ** 3 ** 2", "(2**(3**2))")]
    [InlineData("1 or 2 and not 3", "(1or(2andnot(3)))")]
    [InlineData("1 | 2 ^ 3 & 4 << 5", "(1|(2^(3&(4<<5))))")]
    public void Operators_bind_as_in_Python(string text, string expected) =>
        Assert.Equal(expected, Show(((ExpressionStatement)StatementParser.Parse(text)[0]).Expression));

    [Fact]
    public void Indented_blocks_give_tokens_of_their_own()
    {
        var kinds = Lexer.Tokenize("if a:\n\tb\n        c\n\n  # no block\nd\n").Select(token => token.Kind.ToString());
        Assert.Equal("Keyword Name Operator Newline Indent Name Newline Name Newline Dedent Name Newline End", string.Join(' ', kinds));
        var error = Assert.Throws<ConfigError>(() => Lexer.Tokenize("if a:\n    b\n  c\n"));
        Assert.Equal(new Position(3, 3), error.At);
    }

    [Fact]
    public void What_nests_too_deep_is_refused()
    {
        foreach (var opening in new[] { "(", "[", "-", "not ", "f(", "a[", "{1:", "`", "lambda:", "1**" })
        {
            var text = "a = " + string.Concat(Enumerable.Repeat(opening, 20_000));
            Assert.Throws<ConfigError>(() => StatementParser.Parse(text));
        }
        Assert.Throws<ConfigError>(() => Evaluate("a = 0" + string.Concat(Enumerable.Repeat("+1", 20_000))));
        Assert.Throws<ConfigError>(() => Evaluate("a = 'x'\n" + string.Concat(Enumerable.Repeat("a = a + a\n", 100))));
        Assert.Throws<ConfigError>(() => Evaluate("a = " + new string('9', 20_000)));
    }

    [Fact]
    public void The_caret_stands_under_the_place_even_behind_tabs()
    {
        var source = new SourceText("./bad", "a = 1\r\n\tb\t= $\u0007\r\n");
        var error = ConfigError.Syntax("what", new Position(2, 6));
        Assert.Equal(
            "Errors were found at line 2 while processing ./bad:\n\t\tb\t= $?\n\t\t \t  ^\n  column 6: what",
            source.Explain(error)
        );
    }

    internal static IReadOnlyDictionary<string, Value> Evaluate(string text)
    {
        var result = LanguageHost.Run(text);
        return result.Problems.Count == 0 ? result.Names : throw result.Problems[0];
    }

    private static string Outcome(string text)
    {
        try
        {
            return string.Join(' ', Evaluate(text).Select(name => $"{name.Key}={Show(name.Value)}"));
        }
        catch (ConfigError error)
        {
            return $"line {error.At.Line} column {error.At.Column}: {error.Message}";
        }
    }

    private static string Show(Value value) =>
        value switch
        {
            StrValue text => $"'{text.Text}'",
            UnicodeValue text => $"u'{text.Text}'",
            LongValue number => number.Number + "L",
            FloatValue number => number.Number.ToString(CultureInfo.InvariantCulture),
            BoolValue truth => truth.Truth ? "True" : "False",
            ListValue list => $"[{string.Join(", ", list.Items.Select(Show))}]",
            TupleValue tuple => $"({string.Join(", ", tuple.Items.Select(Show))})",
            NoneValue => "None",
            _ => value.ToString(),
        };

    private static string Show(Expression expression) =>
        expression switch
        {
            Literal literal => Show(literal.Value),
            Binary binary => $"({Show(binary.Left)}{binary.Operator}{Show(binary.Right)})",
            Unary unary => $"{unary.Operator}({Show(unary.Operand)})",
            _ => expression.GetType().Name,
        };
}
