namespace Model;

/// <summary>The options of xend-config.sxp that the daemon uses. Defaults are those of old xend.</summary>
public sealed record XendOptions
{
    public string LogFile { get; init; } = "/var/log/xen/xend.log";

    public string LogLevel { get; init; } = "DEBUG";

    /// <summary>Bytes that xenconsoled may buffer for a guest; the option is in KiB.</summary>
    public long ConsoleLimitBytes { get; init; } = 1024 * 1024;

    /// <summary>The script that prepares the host's network, with its words, as written; empty for none.</summary>
    public string NetworkScript { get; init; } = "";

    /// <summary>The default vif script with its words, as written.</summary>
    public string VifScript { get; init; } = "vif-bridge";

    /// <summary>MiB that dom0 keeps.</summary>
    public uint Dom0MinMemoryMib { get; init; }

    public bool Dom0Ballooning { get; init; }

    public uint Dom0Cpus { get; init; }

    /// <summary>How long dom0 may give nothing of the memory that it was asked for.</summary>
    public TimeSpan Dom0BalloonTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request waits for the operation before it on the same domain.</summary>
    public TimeSpan OperationWaitTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a destroyed domain may stay listed by Xen as dying until that is told.</summary>
    public TimeSpan DomainDestroyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public bool UnixXmlRpcServer { get; init; } = true;

    /// <summary>Limit for a device to come up.</summary>
    public TimeSpan DeviceCreateTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Limit for a backend to go.</summary>
    public TimeSpan DeviceDestroyTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Every crash is dumped before its action.</summary>
    public bool DumpCrashes { get; init; }

    /// <summary>Where cores go. No option: scripts look there.</summary>
    public string DumpPath { get; init; } = "/var/xen/dump";

    /// <summary>Where device models write their state for a moment when a guest is saved. No option: libxl has the same place.</summary>
    public string DeviceModelStateDirectory { get; init; } = "/var/lib/xen";

    public string DomainsPath { get; init; } = "/var/lib/xend/domains";

    /// <summary>Guests of other hosts are taken.</summary>
    public bool RelocationServer { get; init; }

    public int RelocationPort { get; init; } = 8002;

    /// <summary>Where it listens; empty for everywhere.</summary>
    public string RelocationAddress { get; init; } = "";

    /// <summary>Regular expressions of who may, with blanks between them; empty for all.</summary>
    public string RelocationHostsAllow { get; init; } = "";

    /// <summary>Guests of other hosts are taken by TLS.</summary>
    public bool RelocationSslServer { get; init; }

    public int RelocationSslPort { get; init; } = 8003;

    public string RelocationSslKeyFile { get; init; } = "";

    public string RelocationSslCertificateFile { get; init; } = "";

    /// <summary>Who has signed the certificates of all hosts.</summary>
    public string RelocationSslAuthorityFile { get; init; } = "";

    /// <summary>Guests go by TLS where nothing else is asked for.</summary>
    public bool RelocationSsl { get; init; }

    public string? VncPassword { get; init; }

    public string VncListen { get; init; } = "127.0.0.1";

    public string Keymap { get; init; } = "";

    /// <summary>How many earlier logs of a guest's device model are kept.</summary>
    public int DeviceModelLogs { get; init; } = 10;
}
