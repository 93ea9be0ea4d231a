using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Architecture.Tests;

/// <summary>Which types a type uses: what it derives from, holds, takes, gives, and what the bodies of its methods name.</summary>
/// <remarks>What the compiler makes of a type (lambdas, state machines) counts as the type that a person wrote.</remarks>
internal static class Uses
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>Every pair of types in which the first, of this assembly, uses the second.</summary>
    public static IReadOnlyCollection<(Type User, Type Used)> Of(Assembly assembly)
    {
        var pairs = new HashSet<(Type, Type)>();
        foreach (var type in assembly.GetTypes())
        {
            var user = Written(type);
            foreach (var used in Named(type).SelectMany(Parts).Select(Written))
            {
                if (used != user)
                {
                    pairs.Add((user, used));
                }
            }
        }
        return pairs;
    }

    /// <summary>Every method that a method of these types names, with the type that a person wrote it in.</summary>
    public static IEnumerable<(Type User, MethodBase Caller, MethodBase Called)> Calls(IEnumerable<Type> types) =>
        from type in types
        from caller in type.GetMembers(Declared).OfType<MethodBase>()
        from called in Members(caller).OfType<MethodBase>()
        select (Written(type), caller, called);

    /// <summary>The outermost type around a type.</summary>
    public static Type Written(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }
        return type;
    }

    /// <summary>Made by the compiler or by one of its generators.</summary>
    public static bool IsGenerated(Type type) =>
        type.Name.StartsWith('<')
        || type.IsDefined(typeof(CompilerGeneratedAttribute))
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static IEnumerable<Type> Named(Type type)
    {
        if (type.BaseType is { } parent)
        {
            yield return parent;
        }
        foreach (var one in type.GetInterfaces())
        {
            yield return one;
        }
        foreach (var field in type.GetFields(Declared))
        {
            yield return field.FieldType;
        }
        foreach (var method in type.GetMembers(Declared).OfType<MethodBase>())
        {
            if (method is MethodInfo { ReturnType: var result })
            {
                yield return result;
            }
            foreach (var one in method.GetParameters().Select(parameter => parameter.ParameterType).Concat(InBody(method)))
            {
                yield return one;
            }
        }
    }

    private static IEnumerable<Type> InBody(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            yield break;
        }
        foreach (var local in body.LocalVariables)
        {
            yield return local.LocalType;
        }
        foreach (var clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause))
        {
            yield return clause.CatchType!;
        }
        foreach (var member in Members(method))
        {
            switch (member)
            {
                case Type type:
                    yield return type;
                    break;
                case FieldInfo field:
                    yield return field.DeclaringType!;
                    yield return field.FieldType;
                    break;
                case MethodBase called:
                    yield return called.DeclaringType!;
                    foreach (var argument in called.IsGenericMethod ? called.GetGenericArguments() : [])
                    {
                        yield return argument;
                    }
                    break;
            }
        }
    }

    /// <summary>The types, fields and methods that a method's body names.</summary>
    private static IEnumerable<MemberInfo> Members(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            return [];
        }
        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return Tokens(code).Select(token => method.Module.ResolveMember(token, typeArguments, methodArguments)!);
    }

    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length; )
        {
            short value = code[at++];
            if (value == 0xFE)
            {
                value = unchecked((short)(0xFE00 | code[at++]));
            }
            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                yield return BitConverter.ToInt32(code, at);
            }
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    /// <summary>The type itself, and what it is made of: elements of arrays and references, arguments of generics.</summary>
    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.IsGenericParameter)
        {
            return [];
        }
        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }
        return type.IsConstructedGenericType
            ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
            : [type];
    }
}
