using System.Runtime.InteropServices;
using System.Text;

namespace Linux.Interop;

/// <summary>Takes bytes as they arrive. Called on the child's own watching thread, never twice at a time; must be quick.</summary>
public delegate void ChildBytes(ReadOnlySpan<byte> bytes);

/// <summary>Where a child's stdout or stderr goes.</summary>
public sealed class ChildOutput
{
    private readonly Func<ChildBytes>? _receiver;

    private ChildOutput(Func<ChildBytes>? receiver = null, SafeHandle? descriptor = null)
    {
        _receiver = receiver;
        Descriptor = descriptor;
    }

    /// <summary>To /dev/null.</summary>
    public static ChildOutput Discard { get; } = new();

    /// <summary>For stderr: to the same place as stdout, in the order in which both were written.</summary>
    public static ChildOutput WithOutput { get; } = new();

    /// <summary>To an open file, pipe or socket; the caller keeps ownership, and may close it once the child runs.</summary>
    public static ChildOutput To(SafeHandle descriptor) => new(descriptor: descriptor);

    /// <summary>Through a pipe, as raw bytes.</summary>
    public static ChildOutput Bytes(ChildBytes receiver) => new(() => receiver);

    /// <summary>Through a pipe, line by line, without line ends. A last line without an end counts.</summary>
    /// <param name="receiver">Called on the child's watching thread; bytes that are not UTF-8 arrive as U+FFFD.</param>
    /// <param name="longest">Bytes; what a line has beyond is dropped.</param>
    public static ChildOutput Lines(Action<string> receiver, int longest = 4096) => new(() => new LineSplitter(receiver, longest).Take);

    internal SafeHandle? Descriptor { get; }

    internal bool IsPiped => _receiver is not null;

    /// <summary>A receiver for one child. An empty span tells it that nothing follows.</summary>
    internal ChildBytes NewReceiver() => _receiver!();

    private sealed class LineSplitter(Action<string> receiver, int longest)
    {
        private readonly List<byte> _line = [];
        private bool _open;

        public void Take(ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty && _open)
            {
                Finish();
            }

            while (!bytes.IsEmpty)
            {
                var end = bytes.IndexOf((byte)'\n');
                var part = end < 0 ? bytes : bytes[..end];
                _line.AddRange(part[..Math.Min(part.Length, longest - _line.Count)]);
                _open = true;
                if (end < 0)
                {
                    return;
                }

                Finish();
                bytes = bytes[(end + 1)..];
            }
        }

        private void Finish()
        {
            if (_line is [.., (byte)'\r'])
            {
                _line.RemoveAt(_line.Count - 1);
            }

            var text = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(_line));
            _line.Clear();
            _open = false;
            receiver(text);
        }
    }
}
