using System.Collections.Immutable;
using Sxp;

namespace Xend.Hosting.Configuration;

/// <summary>Reads xend-config.sxp.</summary>
/// <remarks>
/// <c>(name value)</c>, as often as wanted; the first occurrence of a name wins; <c>(name)</c> and <c>(name )</c> leave the default.
/// Unknown names are passed over with a warning, as other versions' files are to be usable; wrong values are not.
/// </remarks>
public static class ConfigFile
{
    /// <summary>The options of a file, or the defaults where there is none.</summary>
    /// <exception cref="XendError">The file cannot be read, or has values that cannot be: one line each, with the place.</exception>
    public static Configured Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Configured(new XendOptions(), [$"Config file does not exist: {path}"], []);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Reading config file {path}: it cannot be read.",
                hint: "Is it a plain file that root may read?",
                cause: error
            );
        }
        return Parse(path, bytes);
    }

    /// <summary>As <see cref="Read"/>, from bytes; the path only names the place in messages.</summary>
    public static Configured Parse(string path, ReadOnlySpan<byte> bytes)
    {
        var reading = new Reading(path);
        try
        {
            foreach (var (expression, line) in SxpReader.ReadLocated(bytes))
            {
                reading.Take(expression, line);
            }
        }
        catch (SxpException error)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Reading config file {path}: line {error.Line}, column {error.Column}: {error.Message}",
                cause: error
            );
        }
        return reading.Finish();
    }

    private sealed class Reading(string path)
    {
        private readonly HashSet<string> _seen = [];
        private readonly List<string> _warnings = [];
        private readonly List<string> _wrong = [];
        private readonly List<string> _unused = [];
        private XendOptions _options = new();

        public void Take(SValue expression, int line)
        {
            if (expression is not SList { Name: { } name } pair)
            {
                _wrong.Add($"{path}:{line}: expected (name value): {Shorten(SxpWriter.OneLine(expression))}");
                return;
            }
            if (!_seen.Add(name))
            {
                _warnings.Add($"{path}:{line}: {name} is set a second time; the first one counts.");
                return;
            }
            if (OptionTable.All.TryGetValue(name, out var option))
            {
                Apply(option, pair, line);
            }
            else if (!OptionTable.IsTolerated(name))
            {
                var nearest = OptionTable.Nearest(name);
                _warnings.Add(
                    $"{path}:{line}: unknown option {Shorten(name)}, ignored." + (nearest is null ? "" : $" Is {nearest} meant?")
                );
            }
        }

        public Configured Finish()
        {
            if (_wrong.Count > 0)
            {
                throw new XendError(ErrorCode.InvalidRequest, $"The config file {path} cannot be used.", string.Join('\n', _wrong));
            }
            // Old xend's rule: whoever names a floor wants dom0 to shrink to it.
            var options = _seen.Contains("enable-dom0-ballooning")
                ? _options
                : _options with
                {
                    Dom0Ballooning = _options.Dom0MinMemoryMib != 0,
                };
            return new Configured(options, [.. _warnings], [.. _unused]);
        }

        private void Apply(Option option, SList pair, int line)
        {
            if (pair.Count == 1)
            {
                _seen.Remove(option.Name);
                return;
            }
            if (OptionValue.TryRead(option.Kind, pair[1], out var reason) is not { } value)
            {
                _wrong.Add(
                    $"{path}:{line}: invalid xend config {option.Name}: "
                        + $"{(option.Name == "vncpasswd" ? "expected string" : Shorten(reason))}"
                );
                return;
            }
            if (pair.Count > 2)
            {
                _warnings.Add($"{path}:{line}: {option.Name}: only the first word counts; put quotes around a value with blanks.");
            }
            if (option.Apply is { } apply)
            {
                _options = apply(_options, value);
            }
            else if (value.Flag)
            {
                _unused.Add(option.Name);
            }
        }

        private static string Shorten(string text) => text.Length <= 120 ? text : text[..117] + "...";
    }
}

/// <summary>A configuration file, read.</summary>
/// <param name="Options">What the daemon uses.</param>
/// <param name="Warnings">Whole sentences with file and line.</param>
/// <param name="Unused">Options that are set and that this version has no use for.</param>
public sealed record Configured(XendOptions Options, ImmutableArray<string> Warnings, ImmutableArray<string> Unused);
