using Xend.Build;
using Xend.DeviceModel.Vnc;
using Xend.Hosting;

// The daemon's own children come first: they pay for nothing that they do not need.
if (args is ["--helper", "build"])
{
    return BuildHelper.Run(Console.OpenStandardInput(), Console.OpenStandardOutput());
}
if (args is ["--helper", "vnc"])
{
    return await VncGateway.RunAsync(Console.In, Console.Out);
}
return await new CommandLine(XendPaths.FromEnvironment(), DaemonCore.StartAsync).RunAsync(args);
