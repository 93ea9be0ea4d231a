using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Serilog;
using Sxp;
using Xend.DeviceModel;
using Xend.Domains;

namespace Xend.Persistence;

/// <summary>What the daemon knows of each running domain, in a file a domain, so that the next daemon knows it too.</summary>
/// <remarks>The files lie where a reboot of the machine removes them, as it ends the domains.</remarks>
public sealed class DomainRecords(string directory, IDurableFiles files, ILogger log)
{
    /// <summary>What a record has of a domain; null where none is kept, as of one that is being made for the first time.</summary>
    public static DomainEntry? Kept(DomainEntry entry)
    {
        // A life that is being made is known to the journal, and taken away by it.
        var runtime = entry.Runtime.InMaking ? DomainRuntime.None : entry.Runtime;
        return entry.Foreign || (runtime.Id is null && entry.State is not (DomainState.Restarting or DomainState.Waiting))
            ? null
            : entry with
            {
                Runtime = runtime,
                Next = null,
                LastStart = null,
                EndsForGood = false,
                ShutdownAsked = null,
                DeviceModelLost = false,
                Operation = null,
            };
    }

    /// <exception cref="XendError">The record could not be read again; the old one stands.</exception>
    public void Save(DomainEntry entry)
    {
        if (Kept(entry) is not { Config: { } config, Runtime: { } runtime })
        {
            return;
        }
        List<SValue> record =
        [
            "record",
            SList.Of("managed", entry.Managed ? 1 : 0),
            SList.Of("state", entry.State.ToString()),
            SList.Of("restart_count", entry.RestartCount),
            SList.Of("restarts_in_a_row", entry.RestartsInARow),
            SList.Of("short_lives_in_a_row", entry.ShortLivesInARow),
            SList.Of("paused_by_admin", entry.PausedByAdmin ? 1 : 0),
            SList.Of("reboot_wanted", entry.RebootWanted ? 1 : 0),
        ];
        Add("domid", runtime.Id);
        Add("store_port", runtime.StorePort);
        Add("store_frame", runtime.StoreFrame);
        Add("console_port", runtime.ConsolePort);
        Add("console_frame", runtime.ConsoleFrame);
        if (runtime.DeviceModel is { } process)
        {
            Add("device_model_pid", (ulong)process.Id);
            Add("device_model_start", process.StartTicks);
        }
        if (runtime.Vnc is { } vnc)
        {
            record.Add(SList.Of("vnc_host", vnc.Host));
            Add("vnc_port", (ulong)vnc.Port);
        }
        if (!runtime.Terminals.IsEmpty)
        {
            record.Add(new SList(["terminals", .. runtime.Terminals.Select(SValue (pair) => SList.Of($"{pair.Key}", pair.Value))]));
        }
        if (runtime.StartTime is { } start)
        {
            record.Add(SList.Of("start_time", start.ToString("R", CultureInfo.InvariantCulture)));
        }
        if (entry.Note is { } note)
        {
            record.Add(note.Describe());
        }
        if (entry.Departure is { } departure)
        {
            record.Add(
                SList.Of(
                    "departure",
                    SList.Of("host", departure.Host),
                    SList.Of("port", departure.Port),
                    SList.Of("tls", departure.IsSecure ? 1 : 0),
                    SList.Of("session", departure.Session.ToString()),
                    SList.Of("change_home", departure.ChangesHome ? 1 : 0)
                )
            );
        }
        if (entry.SetAsideFrom is { } original)
        {
            record.Add(SList.Of("set_aside_from", original.ToString()));
        }
        record.Add(DomainConfigWriter.Write(config));
        var text = SxpWriter.OneLine(new SList(record)) + "\n";
        ReadBack.Check(entry.Name, text, Read);
        AtomicFile.Write(files, FileOf(entry.Uuid), Encoding.UTF8.GetBytes(text));

        void Add(string key, ulong? number)
        {
            if (number is { } value)
            {
                record.Add(SList.Of(key, value.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    public void Delete(Guid uuid)
    {
        // Deleting what is not there is no error, but its directory must be.
        if (Directory.Exists(directory))
        {
            File.Delete(FileOf(uuid));
        }
    }

    /// <summary>All records that can be read. One that cannot is kept aside under another name, and said.</summary>
    public IReadOnlyList<DomainEntry> LoadAll()
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        var entries = new List<DomainEntry>();
        foreach (var file in Directory.EnumerateFiles(directory, "*.sxp").Order(StringComparer.Ordinal))
        {
            try
            {
                entries.Add(Read(File.ReadAllText(file)));
            }
            catch (Exception error) when (error is XendError or SxpException or IOException)
            {
                var reason = error is IOException ? FileFailure.Reason(error) : error.Message;
                log.Warning(
                    "The record {File} of a running domain cannot be read ({Reason}); it is kept as {File}.bad",
                    file,
                    reason,
                    file
                );
                File.Move(file, file + ".bad", overwrite: true);
            }
        }
        return entries;
    }

    public bool Has(Guid uuid) => File.Exists(FileOf(uuid));

    /// <summary>All files that lie with the records, whatever they are.</summary>
    public IReadOnlyList<RecordFile> Files() =>
        Directory.Exists(directory)
            ?
            [
                .. Directory
                    .EnumerateFiles(directory)
                    .Order(StringComparer.Ordinal)
                    .Select(path => new RecordFile(
                        path,
                        path.EndsWith(".sxp", StringComparison.Ordinal)
                        && Guid.TryParse(Path.GetFileNameWithoutExtension(path), out var uuid)
                            ? uuid
                            : null
                    )),
            ]
            : [];

    private static DomainEntry Read(string text)
    {
        if (SxpReader.Read(text) is not SList { Name: "record" } record || record.Child("vm") is not { } vm)
        {
            throw DomainConfigReader.Invalid("it is not a record");
        }
        // The configuration was complete when it was written, so no default is left to supply.
        var config = new DomainConfigReader(defaultVifScript: "vif-bridge").Read(vm);
        return new DomainEntry
        {
            Uuid = config.Uuid,
            Name = config.Name,
            Config = config,
            State = Enum.TryParse<DomainState>(DomainConfigReader.Text(record, "state"), out var state) ? state : DomainState.Running,
            Managed = Number(record, "managed") == 1,
            RestartCount = (int)(Number(record, "restart_count") ?? 0),
            RestartsInARow = (int)(Number(record, "restarts_in_a_row") ?? 0),
            ShortLivesInARow = (int)(Number(record, "short_lives_in_a_row") ?? 0),
            Note = RestartNote.Read(record),
            SetAsideFrom = Guid.TryParse(DomainConfigReader.Text(record, "set_aside_from"), out var original) ? original : null,
            Departure = ReadDeparture(record),
            PausedByAdmin = Number(record, "paused_by_admin") == 1,
            RebootWanted = Number(record, "reboot_wanted") == 1,
            Runtime = new DomainRuntime(
                (uint?)Number(record, "domid"),
                (uint?)Number(record, "store_port"),
                Number(record, "store_frame"),
                (uint?)Number(record, "console_port"),
                Number(record, "console_frame"),
                double.TryParse(
                    DomainConfigReader.Text(record, "start_time"),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out var start
                )
                    ? start
                    : null,
                Number(record, "device_model_pid") is <= int.MaxValue and { } process && Number(record, "device_model_start") is { } ticks
                    ? new DeviceModelProcess((int)process, ticks)
                    : null,
                DomainConfigReader.Text(record, "vnc_host") is { } host && Number(record, "vnc_port") is <= ushort.MaxValue and { } port
                    ? new VncAddress(host, (int)port)
                    : null
            )
            {
                Terminals = ReadTerminals(record),
            },
        };
    }

    private static Departure? ReadDeparture(SList record) =>
        record.Child("departure") is { } departure
        && DomainConfigReader.Text(departure, "host") is { } host
        && Number(departure, "port") is <= ushort.MaxValue and { } port
        && Guid.TryParse(DomainConfigReader.Text(departure, "session"), out var session)
            ? new Departure(host, (int)port, Number(departure, "tls") == 1, session) { ChangesHome = Number(departure, "change_home") == 1 }
            : null;

    private static ImmutableSortedDictionary<uint, string> ReadTerminals(SList record)
    {
        var terminals = ImmutableSortedDictionary.CreateBuilder<uint, string>();
        foreach (var pair in record.Child("terminals")?.Items.Skip(1).OfType<SList>() ?? [])
        {
            if (
                pair.Count == 2
                && uint.TryParse(pair[0].AsText(), NumberStyles.None, CultureInfo.InvariantCulture, out var channel)
                && pair[1].AsText() is { } terminal
            )
            {
                terminals[channel] = terminal;
            }
        }
        return terminals.ToImmutable();
    }

    private static ulong? Number(SList record, string key) =>
        ulong.TryParse(DomainConfigReader.Text(record, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private string FileOf(Guid uuid) => Path.Combine(directory, $"{uuid}.sxp");
}
