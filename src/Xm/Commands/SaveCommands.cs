using Xm.CommandLine;

namespace Xm.Commands;

/// <summary><c>xm save</c>: a guest goes into a file of this host.</summary>
internal sealed class SaveCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2, 3);
        var (options, words) = call.Options("c", "checkpoint");
        if (words.Count != 2)
        {
            throw new UsageError("Wrong number of parameters");
        }
        var domain = call.Xend.Domain(words[0]);
        var file = call.Surroundings.FullPath(words[1]);
        if (!Directory.Exists(call.Surroundings.HostFile(Path.GetDirectoryName(file) ?? "/")))
        {
            throw new CommandError($"xm save: Unable to create file {file}");
        }
        call.Xend.Call("xend.domain.save", domain.Id() is { } id ? (int)id : domain.Name(), file, options.Count > 0);
        return 0;
    }
}

/// <summary><c>xm restore</c>: a saved guest goes on.</summary>
internal sealed class RestoreCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1, 2);
        var (options, words) = call.Options("p", "paused");
        if (words.Count != 1)
        {
            throw new UsageError("Wrong number of parameters");
        }
        var file = call.Surroundings.FullPath(words[0]);
        if (!File.Exists(call.Surroundings.HostFile(file)))
        {
            throw new CommandError($"xm restore: Unable to read file {file}");
        }
        call.Xend.Call("xend.domain.restore", file, options.Count > 0);
        return 0;
    }
}
