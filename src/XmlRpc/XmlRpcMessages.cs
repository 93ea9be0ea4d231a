using System.Collections.Immutable;
using Sxp;

namespace XmlRpc;

/// <summary>A request: a method and its arguments. Values are those of s-expressions; an s-expression travels as nested arrays.</summary>
public sealed record XmlRpcCall(string Method, ImmutableArray<SValue> Params)
{
    public static XmlRpcCall Of(string method, params ReadOnlySpan<SValue> arguments) => new(method, [.. arguments]);

    public bool Equals(XmlRpcCall? other) => other is not null && Method == other.Method && Params.SequenceEqual(other.Params);

    public override int GetHashCode() => HashCode.Combine(Method, Params.Length);
}

/// <summary>An answer: a result or a fault.</summary>
public abstract record XmlRpcResponse;

/// <summary>The call succeeded. A method without result answers <see cref="SNone"/>.</summary>
public sealed record XmlRpcResult(SValue Value) : XmlRpcResponse
{
    /// <summary>
    /// The result as xend sends it: a string that is the whole result is escaped like the inside of a Python literal (xm undoes it);
    /// every other value goes as it is.
    /// </summary>
    public static XmlRpcResult AsXendSends(SValue value) =>
        new(value is SString text ? new SString(WholeResultText.Encode(text.Value)) : value);

    /// <summary>The value meant, where the result was sent by xend: undoes <see cref="AsXendSends"/>.</summary>
    public SValue AsXendMeant() => Value is SString text ? new SString(WholeResultText.Decode(text.Value)) : Value;
}

/// <summary>
/// The call failed. xend's codes: 1 internal error, 2 refused or failed, 3 no such domain (the text is then only what was asked for).
/// </summary>
public sealed record XmlRpcFault(int Code, string Text) : XmlRpcResponse;
