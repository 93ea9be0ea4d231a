using System.Text;
using Xm.Host;

namespace Xm.Output;

/// <summary>
/// stdout or stderr: text is gathered and written at once, as UTF-8. (Console.Out costs a tenth of the whole running time of a short
/// command.)
/// </summary>
internal sealed class TextSink(Func<Stream> open)
{
    private readonly StringBuilder _pending = new();
    private Stream? _stream;

    /// <summary>Why output was lost, or null. A reader that has gone away (<c>xm list | head -1</c>) is no reason to complain.</summary>
    public string? Failure { get; private set; }

    public bool IsClosed { get; private set; }

    public void Write(string text) => _pending.Append(text);

    public void WriteLine(string text = "") => _pending.Append(text).Append('\n');

    public void Flush()
    {
        if (_pending.Length == 0 || IsClosed)
        {
            return;
        }
        var bytes = Encoding.UTF8.GetBytes(_pending.ToString());
        _pending.Clear();
        try
        {
            _stream ??= open();
            _stream.Write(bytes);
            _stream.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            IsClosed = true;
            var reason = Errno.Text(error);
            Failure = reason == Errno.Text(32) ? null : reason;
        }
    }
}
