using System.Text;

namespace Linux.Interop.Tests;

public sealed class OutputTailTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abcd", "abcd")]
    [InlineData("abcde", "bcde")]
    [InlineData("abcdefghijklmnop", "mnop")]
    public void The_end_is_kept_in_whatever_pieces_it_comes(string written, string kept)
    {
        for (var size = 1; size <= 16; size++)
        {
            var tail = new OutputTail(4);
            foreach (var piece in Encoding.ASCII.GetBytes(written).Chunk(size))
            {
                tail.Append(piece);
            }
            Assert.Equal(kept, Encoding.ASCII.GetString(tail.Bytes()));
        }
    }
}
