using System.Collections.Frozen;

namespace Xend.Hosting.Configuration;

/// <summary>One option of xend-config.sxp.</summary>
/// <param name="Name">As it is written in the file.</param>
/// <param name="Kind">What values it takes.</param>
/// <param name="Apply">Puts the value where the daemon looks; null where this version has no use for it.</param>
internal sealed record Option(string Name, OptionKind Kind, Func<XendOptions, OptionValue, XendOptions>? Apply = null);

/// <summary>All options that xend ever had, and those of ours. The order is that of config/xend-config.sxp.</summary>
internal static class OptionTable
{
    /// <summary>The names and what becomes of their values.</summary>
    /// <remarks>Names, kinds and units as in Xen 4.1's XendOptions. A name that is not used yet is still checked for its kind.</remarks>
    public static readonly FrozenDictionary<string, Option> All = new Option[]
    {
        // The log.
        new("logfile", OptionKind.Text, (o, v) => o with { LogFile = v.Text }),
        new("loglevel", OptionKind.LogLevel, (o, v) => o with { LogLevel = v.Text }),
        // Interfaces.
        new("xend-unix-xmlrpc-server", OptionKind.Flag, (o, v) => o with { UnixXmlRpcServer = v.Flag }),
        new("xen-api-server", OptionKind.List),
        new("xend-http-server", OptionKind.Flag),
        new("xend-unix-server", OptionKind.Flag),
        new("xend-tcp-xmlrpc-server", OptionKind.Flag),
        new("xend-unix-path", OptionKind.Text),
        new("xend-address", OptionKind.Text),
        new("xend-port", OptionKind.Number),
        new("xend-tcp-xmlrpc-server-address", OptionKind.Text),
        new("xend-tcp-xmlrpc-server-port", OptionKind.Number),
        new("xend-tcp-xmlrpc-server-ssl-key-file", OptionKind.Text),
        new("xend-tcp-xmlrpc-server-ssl-cert-file", OptionKind.Text),
        new("xend-udev-event-server", OptionKind.Flag),
        // Relocation.
        new("xend-relocation-server", OptionKind.Flag, (o, v) => o with { RelocationServer = v.Flag }),
        new("xend-relocation-port", OptionKind.Number, (o, v) => o with { RelocationPort = (int)v.Number }),
        new("xend-relocation-address", OptionKind.Text, (o, v) => o with { RelocationAddress = v.Text }),
        new("xend-relocation-hosts-allow", OptionKind.Text, (o, v) => o with { RelocationHostsAllow = v.Text }),
        new("xend-relocation-ssl-server", OptionKind.Flag, (o, v) => o with { RelocationSslServer = v.Flag }),
        new("xend-relocation-ssl-port", OptionKind.Number, (o, v) => o with { RelocationSslPort = (int)v.Number }),
        new("xend-relocation-server-ssl-key-file", OptionKind.Text, (o, v) => o with { RelocationSslKeyFile = v.Text }),
        new("xend-relocation-server-ssl-cert-file", OptionKind.Text, (o, v) => o with { RelocationSslCertificateFile = v.Text }),
        new("xend-relocation-ssl-ca-file", OptionKind.Text, (o, v) => o with { RelocationSslAuthorityFile = v.Text }),
        new("xend-relocation-ssl", OptionKind.Flag, (o, v) => o with { RelocationSsl = v.Flag }),
        new("external-migration-tool", OptionKind.Text),
        // Devices.
        new("console-limit", OptionKind.Number, (o, v) => o with { ConsoleLimitBytes = v.Number * 1024L }),
        new("network-script", OptionKind.Text, (o, v) => o with { NetworkScript = v.Text }),
        new("vif-script", OptionKind.Text, (o, v) => o with { VifScript = v.Text }),
        new("device-create-timeout", OptionKind.Number, (o, v) => o with { DeviceCreateTimeout = TimeSpan.FromSeconds(v.Number) }),
        new("device-destroy-timeout", OptionKind.Number, (o, v) => o with { DeviceDestroyTimeout = TimeSpan.FromSeconds(v.Number) }),
        new("pci-passthrough-strict-check", OptionKind.Flag),
        new("pscsi-device-mask", OptionKind.List),
        // Memory and CPUs of dom0.
        new("dom0-min-mem", OptionKind.Number, (o, v) => o with { Dom0MinMemoryMib = (uint)v.Number }),
        new("enable-dom0-ballooning", OptionKind.Flag, (o, v) => o with { Dom0Ballooning = v.Flag }),
        new("total_available_memory", OptionKind.Number),
        new("dom0-cpus", OptionKind.Number, (o, v) => o with { Dom0Cpus = (uint)v.Number }),
        // Limits of waiting that old xend did not have.
        new("dom0-balloon-timeout", OptionKind.Number, (o, v) => o with { Dom0BalloonTimeout = TimeSpan.FromSeconds(v.Number) }),
        new("operation-wait-timeout", OptionKind.Number, (o, v) => o with { OperationWaitTimeout = TimeSpan.FromSeconds(v.Number) }),
        new("domain-destroy-timeout", OptionKind.Number, (o, v) => o with { DomainDestroyTimeout = TimeSpan.FromSeconds(v.Number) }),
        // Display.
        new("vnc-listen", OptionKind.Text, (o, v) => o with { VncListen = v.Text }),
        new("vncpasswd", OptionKind.Text, (o, v) => o with { VncPassword = v.Text.Length == 0 ? null : v.Text }),
        new("vnc-tls", OptionKind.Truth),
        new("vnc-x509-cert-dir", OptionKind.Text),
        new("vnc-x509-verify", OptionKind.Truth),
        new("keymap", OptionKind.Text, (o, v) => o with { Keymap = v.Text }),
        new("qemu-dm-logrotate-count", OptionKind.Number, (o, v) => o with { DeviceModelLogs = (int)Math.Clamp((long)v.Number, 0, 100) }),
        // Crashes and security.
        new("enable-dump", OptionKind.Flag, (o, v) => o with { DumpCrashes = v.Flag }),
        new("xsm_module_name", OptionKind.Text),
        new("resource-label-change-script", OptionKind.Text),
        // State on disk.
        new("xend-domains-path", OptionKind.Text, (o, v) => o with { DomainsPath = v.Text }),
        new("xend-state-path", OptionKind.Text),
        new("xend-storage-path", OptionKind.Text),
        new("xend-security-path", OptionKind.Text),
    }.ToFrozenDictionary(option => option.Name);

    /// <summary>Names that distributions' files have and no upstream version knew, or misspelt; read past without a word.</summary>
    private static readonly FrozenSet<string> Tolerated = new[]
    {
        "xend-domain-lock",
        "xend-domain-lock-path",
        "xend-domain-lock-utility",
        // The stock file of 3.1 and 3.2 has it so.
        "xen-tcp-xmlrpc-server-address",
    }.ToFrozenSet();

    public static bool IsTolerated(string name) => Tolerated.Contains(name);

    /// <summary>The known name that an unknown one most likely stands for, or null where none is near.</summary>
    public static string? Nearest(string unknown)
    {
        var (name, distance) = All
            .Keys.Select(known => (known, Distance(unknown, known)))
            .OrderBy(candidate => candidate.Item2)
            .ThenBy(candidate => candidate.known, StringComparer.Ordinal)
            .First();
        return distance <= Math.Max(2, unknown.Length / 4) ? name : null;
    }

    /// <summary>Levenshtein's distance, with - and _ taken as the same.</summary>
    private static int Distance(string left, string right)
    {
        left = left.Length > 64 ? left[..64] : left;
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = diagonal + (Fold(left[i - 1]) == Fold(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }

    private static char Fold(char character) => character == '_' ? '-' : char.ToLowerInvariant(character);
}
