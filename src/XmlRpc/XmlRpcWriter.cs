using System.Buffers;
using System.Globalization;
using System.Text;
using Sxp;

namespace XmlRpc;

/// <summary>Writes XML-RPC messages in the layout of Python's xmlrpclib, which simple old clients search as text.</summary>
/// <remarks>
/// A whole number outside signed 32 bits, which <c>int</c> cannot carry, is written as a string of its digits: old clients convert.
/// Characters that XML cannot carry (control characters, lone surrogates): in a call they are an error, for the caller can correct it;
/// in a response each becomes U+FFFD, for an answer must arrive, and guests can put such characters into what is listed.
/// </remarks>
public static class XmlRpcWriter
{
    /// <summary>Writes a <c>methodCall</c>.</summary>
    /// <exception cref="XmlRpcFormatException">A string has a character that XML cannot carry. Nothing sensible was written.</exception>
    public static void WriteCall(XmlRpcCall call, IBufferWriter<byte> output)
    {
        var xml = new Writer(output, strict: true);
        xml.Raw("<?xml version='1.0'?>\n<methodCall>\n<methodName>"u8);
        xml.Text(call.Method);
        xml.Raw("</methodName>\n<params>\n"u8);
        foreach (var argument in call.Params)
        {
            xml.Raw("<param>\n"u8);
            xml.Value(argument);
            xml.Raw("</param>\n"u8);
        }
        xml.Raw("</params>\n</methodCall>\n"u8);
    }

    /// <summary>Writes a <c>methodResponse</c>. The value is written as it is; see <see cref="XmlRpcResult.AsXendSends"/>.</summary>
    public static void WriteResponse(XmlRpcResponse response, IBufferWriter<byte> output)
    {
        var xml = new Writer(output, strict: false);
        xml.Raw("<?xml version='1.0'?>\n<methodResponse>\n"u8);
        switch (response)
        {
            case XmlRpcResult result:
                xml.Raw("<params>\n<param>\n"u8);
                xml.Value(result.Value);
                xml.Raw("</param>\n</params>\n"u8);
                break;
            case XmlRpcFault fault:
                xml.Raw("<fault>\n"u8);
                xml.Value(SStruct.Of(("faultCode", fault.Code), ("faultString", fault.Text)));
                xml.Raw("</fault>\n"u8);
                break;
            default:
                throw new ArgumentException($"{response.GetType().Name} is no XML-RPC response.", nameof(response));
        }
        xml.Raw("</methodResponse>\n"u8);
    }

    /// <inheritdoc cref="WriteCall"/>
    public static byte[] ToBytes(XmlRpcCall call)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        WriteCall(call, output);
        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc cref="WriteResponse"/>
    public static byte[] ToBytes(XmlRpcResponse response)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        WriteResponse(response, output);
        return output.WrittenSpan.ToArray();
    }

    private readonly struct Writer(IBufferWriter<byte> output, bool strict)
    {
        public void Raw(ReadOnlySpan<byte> xml) => output.Write(xml);

        public void Value(SValue value)
        {
            switch (value)
            {
                case SString text:
                    Raw("<value><string>"u8);
                    Text(text.Value);
                    Raw("</string></value>\n"u8);
                    break;
                case SInt { Value: >= int.MinValue and <= int.MaxValue } number:
                    Scalar("int"u8, number.Value.ToString(CultureInfo.InvariantCulture));
                    break;
                case SInt number:
                    Scalar("string"u8, number.Value.ToString(CultureInfo.InvariantCulture));
                    break;
                case SFloat number:
                    Scalar("double"u8, PythonFloat.Repr(number.Value));
                    break;
                case SBool truth:
                    Scalar("boolean"u8, truth.Value ? "1" : "0");
                    break;
                case SNone:
                    Raw("<value><nil/></value>"u8); // xmlrpclib has no line end here.
                    break;
                case SList list:
                    Raw("<value><array><data>\n"u8);
                    foreach (var item in list.Items)
                    {
                        Value(item);
                    }
                    Raw("</data></array></value>\n"u8);
                    break;
                case SStruct members:
                    Raw("<value><struct>\n"u8);
                    foreach (var member in members.Members)
                    {
                        Raw("<member>\n<name>"u8);
                        Text(member.Key);
                        Raw("</name>\n"u8);
                        Value(member.Value);
                        Raw("</member>\n"u8);
                    }
                    Raw("</struct></value>\n"u8);
                    break;
                default:
                    throw new ArgumentException($"{value.GetType().Name} has no XML-RPC type.", nameof(value));
            }
        }

        public void Text(string text)
        {
            if (strict && !XmlCharacters.AllowsAll(text))
            {
                throw new XmlRpcFormatException(
                    $"The text {PythonString.Repr(text)} cannot be sent: XML-RPC carries neither control characters nor bytes that "
                        + $"are not UTF-8."
                );
            }
            var rest = text.AsSpan();
            while (!rest.IsEmpty)
            {
                // Runs without special characters are converted at once.
                var plain = rest.IndexOfAnyExceptInRange(' ', '~') is var end && end < 0 ? rest.Length : end;
                plain = rest[..plain].IndexOfAny('&', '<', '>') is var special && special < 0 ? plain : special;
                Encoding.UTF8.GetBytes(rest[..plain], output);
                rest = rest[plain..];
                if (!rest.IsEmpty)
                {
                    rest = rest[Character(rest)..];
                }
            }
        }

        /// <returns>How many UTF-16 units the character has.</returns>
        private int Character(ReadOnlySpan<char> text)
        {
            switch (text[0])
            {
                case '&':
                    Raw("&amp;"u8);
                    return 1;
                case '<':
                    Raw("&lt;"u8);
                    return 1;
                case '>':
                    Raw("&gt;"u8);
                    return 1;
                // A bare return would be read as a newline.
                case '\r':
                    Raw("&#13;"u8);
                    return 1;
            }
            Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            var allowed = XmlCharacters.Allows(rune.Value) ? rune : Rune.ReplacementChar;
            output.Advance(allowed.EncodeToUtf8(output.GetSpan(4)));
            return consumed;
        }

        private void Scalar(ReadOnlySpan<byte> type, string text)
        {
            Raw("<value><"u8);
            Raw(type);
            Raw(">"u8);
            Encoding.UTF8.GetBytes(text, output);
            Raw("</"u8);
            Raw(type);
            Raw("></value>\n"u8);
        }
    }
}
