using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace XmlRpc;

/// <summary>Reads XML-RPC messages. Strict about the structure, loose where old clients differ.</summary>
/// <remarks>
/// Types: nil, boolean, int, i4, i8 (up to 64 bits), double, string or bare text, array, struct; base64 is read as the string of its
/// bytes, dateTime.iso8601 as its text. Hostile input costs time and memory linear in its length and ends in
/// <see cref="XmlRpcFormatException"/>.
/// </remarks>
public static class XmlRpcReader
{
    /// <summary>Deepest nesting of arrays and structs accepted, the same as that of s-expressions.</summary>
    public const int MaxDepth = SxpReader.MaxDepth;

    /// <summary>Reads a <c>methodCall</c>.</summary>
    /// <exception cref="XmlRpcFormatException">The bytes are something else.</exception>
    public static XmlRpcCall ReadCall(ReadOnlySpan<byte> message)
    {
        var xml = new XmlScanner(message);
        xml.ExpectStart("methodCall"u8);
        xml.ExpectStart("methodName"u8);
        var method = xml.TextAndNextTag().Trim();
        xml.RequireEnd("methodName"u8);
        if (method.Length == 0)
        {
            throw xml.Error("the method has no name");
        }
        var arguments = ImmutableArray.CreateBuilder<SValue>();
        xml.NextTag();
        if (xml.IsStart("params"u8))
        {
            xml.NextTag();
            while (xml.IsStart("param"u8))
            {
                xml.ExpectStart("value"u8);
                arguments.Add(ReadValue(ref xml, 0));
                xml.ExpectEnd("param"u8);
                xml.NextTag();
            }
            xml.RequireEnd("params"u8);
            xml.NextTag();
        }
        xml.RequireEnd("methodCall"u8);
        xml.ExpectEndOfDocument();
        return new XmlRpcCall(method, arguments.DrainToImmutable());
    }

    /// <summary>Reads a <c>methodResponse</c>: a result or a fault.</summary>
    /// <exception cref="XmlRpcFormatException">The bytes are something else.</exception>
    public static XmlRpcResponse ReadResponse(ReadOnlySpan<byte> message)
    {
        var xml = new XmlScanner(message);
        xml.ExpectStart("methodResponse"u8);
        xml.NextTag();
        XmlRpcResponse response;
        if (xml.IsStart("fault"u8))
        {
            xml.ExpectStart("value"u8);
            response = FaultFrom(ReadValue(ref xml, 0)) ?? throw xml.Error("a fault needs faultCode and faultString");
            xml.ExpectEnd("fault"u8);
        }
        else
        {
            xml.RequireStart("params"u8);
            xml.ExpectStart("param"u8);
            xml.ExpectStart("value"u8);
            response = new XmlRpcResult(ReadValue(ref xml, 0));
            xml.ExpectEnd("param"u8);
            xml.ExpectEnd("params"u8);
        }
        xml.ExpectEnd("methodResponse"u8);
        xml.ExpectEndOfDocument();
        return response;
    }

    private static XmlRpcFault? FaultFrom(SValue value) =>
        value is SStruct fault
        && fault.Value("faultCode").AsInt() is >= int.MinValue and <= int.MaxValue and var code
        && fault.Value("faultString").AsText() is { } text
            ? new XmlRpcFault((int)code, text)
            : null;

    /// <summary>Reads from after <c>&lt;value&gt;</c> to after <c>&lt;/value&gt;</c>.</summary>
    private static SValue ReadValue(ref XmlScanner xml, int depth)
    {
        var text = xml.TextAndNextTag();
        if (xml.IsEndOf("value"u8))
        {
            return new SString(text);
        }
        if (!string.IsNullOrWhiteSpace(text))
        {
            throw xml.Error("a value has text and an element");
        }
        if (xml.IsEnd)
        {
            throw xml.Error("</value> was expected");
        }
        var type = xml.Name;
        SValue value;
        if (type.SequenceEqual("array"u8))
        {
            value = ReadArray(ref xml, Deeper(ref xml, depth));
        }
        else if (type.SequenceEqual("struct"u8))
        {
            value = ReadStruct(ref xml, Deeper(ref xml, depth));
        }
        else
        {
            var content = xml.TextAndNextTag();
            xml.RequireEnd(type);
            value = Scalar(ref xml, type, content);
        }
        xml.ExpectEnd("value"u8);
        return value;
    }

    private static int Deeper(ref XmlScanner xml, int depth) =>
        depth < MaxDepth ? depth + 1 : throw xml.Error($"values are nested too deeply: at most {MaxDepth} levels");

    private static SList ReadArray(ref XmlScanner xml, int depth)
    {
        var items = ImmutableArray.CreateBuilder<SValue>();
        xml.ExpectStart("data"u8);
        xml.NextTag();
        while (xml.IsStart("value"u8))
        {
            items.Add(ReadValue(ref xml, depth));
            xml.NextTag();
        }
        xml.RequireEnd("data"u8);
        xml.ExpectEnd("array"u8);
        return items.Count == 0 ? SList.Empty : new SList(items.DrainToImmutable());
    }

    private static SStruct ReadStruct(ref XmlScanner xml, int depth)
    {
        var members = ImmutableArray.CreateBuilder<KeyValuePair<string, SValue>>();
        xml.NextTag();
        while (xml.IsStart("member"u8))
        {
            xml.ExpectStart("name"u8);
            var name = xml.TextAndNextTag();
            xml.RequireEnd("name"u8);
            xml.ExpectStart("value"u8);
            members.Add(KeyValuePair.Create(name, ReadValue(ref xml, depth)));
            xml.ExpectEnd("member"u8);
            xml.NextTag();
        }
        xml.RequireEnd("struct"u8);
        return new SStruct(members.DrainToImmutable());
    }

    private static SValue Scalar(ref XmlScanner xml, ReadOnlySpan<byte> type, string content)
    {
        if (type.SequenceEqual("string"u8) || type.SequenceEqual("dateTime.iso8601"u8))
        {
            return new SString(content);
        }
        var text = content.AsSpan().Trim();
        if (type.SequenceEqual("int"u8) || type.SequenceEqual("i4"u8) || type.SequenceEqual("i8"u8))
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? new SInt(number)
                : throw xml.Error("an int is not a number of at most 64 bits");
        }
        if (type.SequenceEqual("boolean"u8))
        {
            return text switch
            {
                "1" or "true" => new SBool(true),
                "0" or "false" => new SBool(false),
                _ => throw xml.Error("a boolean is neither 0 nor 1"),
            };
        }
        if (type.SequenceEqual("double"u8))
        {
            return PythonFloat.TryParse(text, out var number) ? new SFloat(number) : throw xml.Error("a double is not a number");
        }
        if (type.SequenceEqual("nil"u8))
        {
            return text.IsEmpty ? SNone.Instance : throw xml.Error("a nil has content");
        }
        if (type.SequenceEqual("base64"u8))
        {
            var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(content.Length)];
            return Convert.TryFromBase64String(content, bytes, out var count)
                ? new SString(ByteText.FromBytes(bytes.AsSpan(0, count)))
                : throw xml.Error("a base64 value is malformed");
        }
        throw xml.Error($"<{System.Text.Encoding.UTF8.GetString(type)}> is no type of value");
    }
}
