using System.Reflection;
using System.Runtime.ExceptionServices;
using Xend.DeviceModel;

namespace Simulation.Xen;

/// <summary>A dead daemon gives no order to a device model; the device models themselves go on.</summary>
public class MortalDeviceModels : DispatchProxy
{
    private object? _inner;
    private Task? _death;

    internal static IDeviceModels Of(IDeviceModels inner, Task death) => Mortal<IDeviceModels>(inner, death);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var isOrder = _inner is IQmpSession && typeof(Task).IsAssignableFrom(targetMethod!.ReturnType);
        if (isOrder && _death!.IsCompleted)
        {
            return Never(targetMethod!.ReturnType);
        }
        try
        {
            var result = targetMethod!.Invoke(_inner, args);
            return result is Task<IQmpSession> session ? OpenAsync(session, _death!) : result;
        }
        catch (TargetInvocationException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }

    private static async Task<IQmpSession> OpenAsync(Task<IQmpSession> session, Task death) => Mortal<IQmpSession>(await session, death);

    private static T Mortal<T>(T inner, Task death)
        where T : class
    {
        var proxy = Create<T, MortalDeviceModels>();
        ((MortalDeviceModels)(object)proxy)._inner = inner;
        ((MortalDeviceModels)(object)proxy)._death = death;
        return proxy;
    }

    /// <summary>A task of that type that never ends.</summary>
    private static object Never(Type task)
    {
        if (!task.IsGenericType)
        {
            return new TaskCompletionSource().Task;
        }
        var source = typeof(TaskCompletionSource<>).MakeGenericType(task.GetGenericArguments()[0]);
        return source.GetProperty("Task")!.GetValue(Activator.CreateInstance(source))!;
    }
}
