using Xend.Build;
using Xend.Hosting;

// The daemon's own children come first: they pay for nothing that they do not need.
if (args is ["--helper", "build"])
{
    return BuildHelper.Run(Console.OpenStandardInput(), Console.OpenStandardOutput());
}
return await new CommandLine(XendPaths.FromEnvironment(), DaemonCore.StartAsync).RunAsync(args);
