using Linux.Interop;
using Xend.Build;
using Xend.Build.Saving;
using Xend.DeviceModel.Vnc;
using Xend.Hosting;
using Xend.Hypervisor;

// Before anything is opened: it would take the place of a stream that the caller closed.
StandardDescriptors.Fill();

// The daemon's own children come first: they pay for nothing that they do not need.
if (args is ["--helper", "build"])
{
    return BuildHelper.Run(Console.OpenStandardInput(), Console.OpenStandardOutput());
}
if (args is ["--helper", "save"])
{
    return SaveHelper.Run(Console.OpenStandardInput(), Console.OpenStandardOutput());
}
if (args is ["--helper", "vnc"])
{
    return await VncGateway.RunAsync(Console.In, Console.Out);
}
if (args is ["--helper", "dump", var domain, var path])
{
    return DumpHelper.Run(domain, path, Console.Out);
}
return await new CommandLine(XendPaths.FromEnvironment(), DaemonCore.StartAsync).RunAsync(args);
