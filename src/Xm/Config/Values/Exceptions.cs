using Xm.Config.Language;

namespace Xm.Config.Values;

/// <summary>One of Python's exception classes.</summary>
internal sealed record ExceptionType(string Name, ExceptionType? Base) : Value, INamedValue
{
    public override string TypeName => "type";
    public override bool IsTrue => true;

    public bool Is(ExceptionType other)
    {
        for (var type = this; type is not null; type = type.Base)
        {
            if (type.Name == other.Name)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The class of that name, or null. Those of Python 3 that Python 2 has under another name are the same class.</summary>
    public static ExceptionType? Find(string name) =>
        name switch
        {
            "BaseException" => new(name, null),
            "Exception" or "SystemExit" or "KeyboardInterrupt" or "GeneratorExit" => new(name, Find("BaseException")),
            "StandardError" or "StopIteration" or "Warning" => new(name, Find("Exception")),
            "ArithmeticError"
            or "AssertionError"
            or "AttributeError"
            or "EnvironmentError"
            or "EOFError"
            or "ImportError"
            or "LookupError"
            or "MemoryError"
            or "NameError"
            or "RuntimeError"
            or "SyntaxError"
            or "TypeError"
            or "ValueError"
            or "SystemError" => new(name, Find("StandardError")),
            "ZeroDivisionError" or "OverflowError" or "FloatingPointError" => new(name, Find("ArithmeticError")),
            "IndexError" or "KeyError" => new(name, Find("LookupError")),
            "IOError" or "OSError" => new(name, Find("EnvironmentError")),
            "UnboundLocalError" => new(name, Find("NameError")),
            "NotImplementedError" => new(name, Find("RuntimeError")),
            "UnicodeError" => new(name, Find("ValueError")),
            "UnicodeDecodeError" or "UnicodeEncodeError" => new(name, Find("UnicodeError")),
            "socket.error" => new(name, Find("IOError")),
            "socket.gaierror" or "socket.herror" or "socket.timeout" => new(name, Find("socket.error")),
            "struct.error" or "zlib.error" => new(name, Find("Exception")),
            "binascii.Error" => new(name, Find("Exception")),
            "re.error" => new(name, Find("Exception")),
            "ModuleNotFoundError" => Find("ImportError"),
            "FileNotFoundError" or "PermissionError" or "IsADirectoryError" => Find("IOError"),
            _ => null,
        };
}

/// <summary>An exception as the file sees it: its class and what it was made with.</summary>
internal sealed record ExceptionValue(ExceptionType Type, IReadOnlyList<Value> Arguments) : Value
{
    public override string TypeName => Type.Name;
    public override bool IsTrue => true;

    public bool Equals(ExceptionValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Type.Name;
}

/// <summary>An exception of the configuration language on its way: the file may catch it.</summary>
internal sealed class Raised(ExceptionValue value) : Exception
{
    public ExceptionValue Value { get; } = value;

    /// <summary>Where it was raised, once that is known.</summary>
    public Position? At { get; set; }

    public SourceText? File { get; set; }

    public static Raised Of(string type, string message) => new(new ExceptionValue(ExceptionType.Find(type)!, [message]));

    public static Raised Type(string message) => Of("TypeError", message);

    public static Raised Argument(string message) => Of("ValueError", message);

    public static Raised Index(string message) => Of("IndexError", message);

    public static Raised Attribute(Value value, string name) =>
        Of("AttributeError", $"'{value.TypeName}' object has no attribute '{name}'");
}

/// <summary>The file asks for more than xm allows, or for what xm refuses to do; it cannot catch this.</summary>
internal sealed class Refused(string message) : Exception(message);
