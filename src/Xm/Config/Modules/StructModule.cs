using System.Buffers.Binary;
using System.Numerics;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Module <c>struct</c>: values as bytes and back.</summary>
internal static class StructModule
{
    /// <summary>One letter of a format, with its size and where it begins.</summary>
    private readonly record struct Field(char Code, int Count, int Size, int At);

    /// <param name="Size">Of all fields together.</param>
    private sealed record Layout(IReadOnlyList<Field> Fields, int Size, bool IsLittle);

    public static IEnumerable<(string, Value)> All() =>
        [
            ("error", ExceptionType.Find("struct.error")!),
            .. Functions().Select(function => (function.Name, (Value)function)),
            ("pack_into", new RefusedFunction("is not part of the configuration language: use struct.pack")),
        ];

    private static Builtin[] Functions() =>
        [
            new("calcsize(format)", call => new IntValue(LayoutOf(call).Size)),
            new("pack(format, *values)", call => Bytes.Raw(Pack(LayoutOf(call), call.Rest))),
            new("unpack(format, string)", call =>
            {
                var (layout, bytes) = (LayoutOf(call), Bytes.Of(call[1]));
                return bytes.Length == layout.Size
                    ? Unpack(layout, bytes)
                    : throw Wrong($"unpack requires a string argument of length {layout.Size}");
            }),
            new("unpack_from(format, string, offset=0)", call =>
            {
                var (layout, bytes, from) = (LayoutOf(call), Bytes.Of(call[1]), call.Whole(2, 0));
                from = from < 0 ? from + bytes.Length : from;
                return from >= 0 && from + layout.Size <= bytes.Length
                    ? Unpack(layout, bytes[(int)from..((int)from + layout.Size)])
                    : throw Wrong($"unpack_from requires a buffer of at least {layout.Size} bytes");
            }),
        ];

    private static Raised Wrong(string what) => Raised.Of("struct.error", what);

    private static Layout LayoutOf(Arguments call)
    {
        var format = call.Text(0);
        var isNative = format is not ['=' or '<' or '>' or '!', ..];
        var isLittle = format is not ['>' or '!', ..];
        var fields = new List<Field>();
        var at = 0L;
        for (var i = format is ['@' or '=' or '<' or '>' or '!', ..] ? 1 : 0; i < format.Length; i++)
        {
            if (StrMethods.IsBlank(format[i]))
            {
                continue;
            }
            var count = 1L;
            if (char.IsAsciiDigit(format[i]))
            {
                for (count = 0; i < format.Length && char.IsAsciiDigit(format[i]); i++)
                {
                    count = Math.Min(count * 10 + (format[i] - '0'), int.MaxValue);
                }
                if (i == format.Length)
                {
                    throw Wrong("repeat count given without format specifier");
                }
            }
            var size = SizeOf(format[i], isNative);
            at += isNative ? (size - at % size) % size : 0;
            call.Machine.Budget.Text(at + count * size);
            var isText = format[i] is 's' or 'p';
            for (var one = 0L; one < (isText || format[i] == 'x' ? Math.Min(count, 1) : count); one++)
            {
                call.Machine.Budget.Step();
                fields.Add(new Field(format[i], (int)count, size, (int)(at + one * size)));
            }
            // A text of no length still takes a value.
            if (isText && count == 0)
            {
                fields.Add(new Field(format[i], 0, size, (int)at));
            }
            at += count * size;
        }
        return new Layout(fields, (int)at, isLittle);
    }

    private static int SizeOf(char code, bool isNative) =>
        code switch
        {
            'x' or 'c' or 'b' or 'B' or '?' or 's' or 'p' => 1,
            'h' or 'H' => 2,
            'i' or 'I' or 'f' => 4,
            'l' or 'L' => isNative ? 8 : 4,
            'q' or 'Q' or 'd' => 8,
            'P' when isNative => 8,
            _ => throw Wrong("bad char in struct format"),
        };

    private static byte[] Pack(Layout layout, IReadOnlyList<Value> values)
    {
        var fields = layout.Fields.Where(field => field.Code != 'x').ToList();
        if (fields.Count != values.Count)
        {
            throw Wrong($"pack expected {fields.Count} items for packing (got {values.Count})");
        }
        var bytes = new byte[layout.Size];
        for (var i = 0; i < fields.Count; i++)
        {
            Put(bytes.AsSpan(fields[i].At), fields[i], values[i], layout.IsLittle);
        }
        return bytes;
    }

    private static void Put(Span<byte> place, Field field, Value value, bool isLittle)
    {
        switch (field.Code)
        {
            case 's' or 'p':
                var text = Text.Is(value) ? Bytes.Of(value) : throw Wrong($"argument for '{field.Code}' must be a string");
                var start = field.Code == 'p' ? 1 : 0;
                var length = Math.Min(text.Length, Math.Max(0, field.Count - start));
                text.AsSpan(0, length).CopyTo(field.Count > 0 ? place[start..] : place);
                if (start == 1 && field.Count > 0)
                {
                    place[0] = (byte)Math.Min(length, 255);
                }
                break;
            case 'c':
                place[0] = Text.Is(value) && Bytes.Of(value) is [var one] ? one : throw Wrong("char format require string of length 1");
                break;
            case '?':
                place[0] = value.IsTrue ? (byte)1 : (byte)0;
                break;
            case 'f' or 'd':
                PutReal(
                    place,
                    field.Size,
                    Number.Is(value) ? Number.Real(value) : throw Wrong("required argument is not a float"),
                    isLittle
                );
                break;
            default:
                PutWhole(place[..field.Size], field, Number.Whole(value) ?? throw Wrong("cannot convert argument to integer"), isLittle);
                break;
        }
    }

    private static void PutReal(Span<byte> place, int size, double number, bool isLittle)
    {
        if (size == 4)
        {
            if (double.IsFinite(number) && float.IsInfinity((float)number))
            {
                throw Raised.Of("OverflowError", "float too large to pack with f format");
            }
            BinaryPrimitives.WriteSingleLittleEndian(place, (float)number);
        }
        else
        {
            BinaryPrimitives.WriteDoubleLittleEndian(place, number);
        }
        if (!isLittle)
        {
            place[..size].Reverse();
        }
    }

    private static void PutWhole(Span<byte> place, Field field, BigInteger number, bool isLittle)
    {
        var isSigned = char.IsAsciiLetterLower(field.Code);
        var bits = field.Size * 8;
        var (least, most) = isSigned
            ? (-(BigInteger.One << (bits - 1)), (BigInteger.One << (bits - 1)) - 1)
            : (BigInteger.Zero, (BigInteger.One << bits) - 1);
        if (number < least || number > most)
        {
            throw Wrong($"'{field.Code}' format requires {least} <= number <= {most}");
        }
        number = number.Sign < 0 ? number + (BigInteger.One << bits) : number;
        for (var i = 0; i < field.Size; i++, number >>= 8)
        {
            place[isLittle ? i : field.Size - 1 - i] = (byte)(number & 0xff);
        }
    }

    private static TupleValue Unpack(Layout layout, byte[] bytes) =>
        new([.. layout.Fields.Where(field => field.Code != 'x').Select(field => Get(bytes.AsSpan(field.At), field, layout.IsLittle))]);

    private static Value Get(ReadOnlySpan<byte> place, Field field, bool isLittle)
    {
        switch (field.Code)
        {
            case 's':
                return Bytes.ToText(place[..field.Count]);
            case 'p':
                return Bytes.ToText(field.Count == 0 ? [] : place.Slice(1, Math.Min(place[0], field.Count - 1)));
            case 'c':
                return Bytes.Raw(place[..1]);
            case '?':
                return BoolValue.Of(place[0] != 0);
        }
        Span<byte> ordered = stackalloc byte[field.Size];
        place[..field.Size].CopyTo(ordered);
        if (!isLittle)
        {
            ordered.Reverse();
        }
        return field.Code switch
        {
            'f' => new FloatValue(BinaryPrimitives.ReadSingleLittleEndian(ordered)),
            'd' => new FloatValue(BinaryPrimitives.ReadDoubleLittleEndian(ordered)),
            _ => Number.Of(new BigInteger(ordered, isUnsigned: !char.IsAsciiLetterLower(field.Code))),
        };
    }
}
