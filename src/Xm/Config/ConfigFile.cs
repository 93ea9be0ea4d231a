using Sxp;
using Xm.CommandLine;
using Xm.Config.Evaluation;
using Xm.Config.Language;
using Xm.Config.Modules;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config;

/// <summary>A configuration file: where it is looked for, and what it sets.</summary>
/// <param name="path">The path as it is announced: a relative one starts with <c>./</c>.</param>
/// <param name="place">Where the file really is.</param>
/// <param name="surroundings">What the file's functions see of the world.</param>
internal sealed class ConfigFile(string path, string place, Surroundings surroundings)
{
    private SourceText? _source;

    public string Path { get; } = path;

    /// <summary>The file's text. It is read once: the file may be a pipe.</summary>
    /// <exception cref="CommandError">It cannot be read.</exception>
    public SourceText Source => _source ??= new SourceText(Path, Read());

    /// <summary>Looks for the name itself, then in each directory of a colon list.</summary>
    /// <returns>The first that exists, or null.</returns>
    public static ConfigFile? Find(string name, string directories, Surroundings surroundings)
    {
        if (name.Contains('\0') || directories.Contains('\0'))
        {
            return null;
        }
        foreach (var directory in new[] { "" }.Concat(directories.Split(':')))
        {
            var path = directory.Length > 0 ? System.IO.Path.Combine(directory, name) : name;
            if (!path.StartsWith('/'))
            {
                if (surroundings.WorkingDirectory is null)
                {
                    // It has been removed: nothing can be found there, but in the other directories.
                    continue;
                }
                path = "./" + path;
            }
            var place = surroundings.Resolve(path);
            if (File.Exists(place) || Directory.Exists(place))
            {
                return new ConfigFile(path, place, surroundings);
            }
        }
        return null;
    }

    /// <summary>Works the file out as a program.</summary>
    /// <param name="given">Variables of the command line that nobody declared: the file sees them as strings.</param>
    /// <param name="goOn">Whether to go on behind a statement that failed, to find all that is wrong.</param>
    /// <exception cref="CommandError">The file cannot be read.</exception>
    public EvaluationResult Run(IReadOnlyDictionary<string, string> given, bool goOn)
    {
        if (Source.Text.StartsWith('<'))
        {
            throw new CommandError($"{Path} is an XML configuration of the Xen-API, which this version of xm does not read.");
        }
        var names = new Dictionary<string, Value>(StringComparer.Ordinal)
        {
            ["xm_file"] = Path,
            ["xm_help"] = 0,
            ["xm_vars"] = new GuestVars(Path),
            ["Vars"] = GuestVars.Type(),
        };
        foreach (var (name, text) in given)
        {
            names[name] = text;
        }
        return Evaluator.Run(Source, names, surroundings, goOn);
    }

    private string Read()
    {
        try
        {
            using var stream = File.OpenRead(place);
            var bytes = new byte[SourceText.MaxLength + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= SourceText.MaxLength
                ? ByteText.FromBytes(bytes.AsSpan(0, length))
                : throw new CommandError($"Cannot read file {Path}: it is larger than 1 MiB, which no configuration is.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var reason = Directory.Exists(place) ? "Is a directory" : Errno.Text(error);
            throw new CommandError($"Cannot read file {Path}: {reason}");
        }
    }
}
