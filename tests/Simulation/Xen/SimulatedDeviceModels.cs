using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Xend;
using Xend.DeviceModel;
using Xend.DeviceModel.Vnc;
using Xend.Host;
using XenStore;

namespace Simulation.Xen;

/// <summary>
/// qemu, in effect: a process that says in xenstore that it runs, makes its taps, listens for VNC viewers and takes orders.
/// </summary>
public sealed partial class SimulatedDeviceModels(IXenStore store, SimulatedMachine machine) : IDeviceModels
{
    private readonly Lock _lock = new();
    private readonly SimulatedMachine _machine = machine;
    private readonly ConcurrentDictionary<(uint Domain, string Id), byte> _closing = new();
    private readonly ConcurrentDictionary<uint, Task> _lastWords = new();
    private readonly ConcurrentDictionary<(uint Domain, string Id), byte> _asked = new();
    private int _nextProcess = 1000;
    private bool _keepsCards;

    public event Action? Ended;

    /// <summary>What runs now, by domain.</summary>
    public ConcurrentDictionary<uint, Running> Processes { get; } = new();

    /// <summary>What was started, in order.</summary>
    public ConcurrentQueue<DeviceModelStart> Started { get; } = new();

    /// <summary>Orders that were given: <c>eject 5632</c>.</summary>
    public ConcurrentQueue<string> Orders { get; } = new();

    /// <summary>What is in the CD drives, by domain and number of the device: the path, or nothing.</summary>
    public ConcurrentDictionary<(uint Domain, uint Device), string> Discs { get; } = new();

    /// <summary>What the guests are shown on buses that know coming and going, by domain and name.</summary>
    public ConcurrentDictionary<(uint Domain, string Id), string> Plugged { get; } = new();

    /// <summary>Those that stand still.</summary>
    public ConcurrentDictionary<uint, byte> Stopped { get; } = new();

    /// <summary>The formats of images that it was built without.</summary>
    public ConcurrentBag<DiskFormat> Unknown { get; } = [];

    /// <summary>The guest lets go of no card; of those that it was asked for meanwhile, once it is over with that.</summary>
    public bool KeepsCards
    {
        get => _keepsCards;
        set
        {
            _keepsCards = value;
            foreach (var device in value ? [] : _asked.Keys)
            {
                Remove(device);
            }
        }
    }

    /// <summary>What goes wrong with each that is started from now on.</summary>
    public DeviceModelFault Fault { get; set; }

    /// <summary>Each is killed where it should end by itself, so that its sockets stay.</summary>
    public bool IsKilled { get; set; }

    /// <summary>What it wrote last.</summary>
    public string Words { get; set; } = "";

    /// <summary>The guest holds the tray of its CD drives shut.</summary>
    public bool TrayLocked { get; set; }

    /// <summary>The discs in the drives and the devices on the buses, as text.</summary>
    public string Dump() =>
        string.Join(
            '\n',
            Discs
                .Select(disc => $"domain {disc.Key.Domain} drive {disc.Key.Device}: {disc.Value}")
                .Concat(Stopped.Keys.Select(domain => $"domain {domain} stands still"))
                .Concat(Plugged.Select(device => $"domain {device.Key.Domain} {device.Key.Id}: {device.Value}"))
                .Order()
        );

    public DeviceModelProcess Start(DeviceModelStart start)
    {
        Started.Enqueue(start);
        var process = new DeviceModelProcess(Interlocked.Increment(ref _nextProcess), 1);
        var running = new Running(process, start, TakePort(start));
        if (Fault != DeviceModelFault.EndsAtOnce)
        {
            Processes[start.DomainId] = running;
            _machine.Running[process.Id] = new GuestProcess(process.Id, 0, start.DomainId, GuestProcessKind.DeviceModel, false);
            foreach (var drive in start.Arguments.Select(argument => CdDrive().Match(argument)).Where(drive => drive.Success))
            {
                Discs[(start.DomainId, uint.Parse(drive.Groups["device"].Value, CultureInfo.InvariantCulture))] = drive
                    .Groups["file"]
                    .Value;
            }
            foreach (var device in start.Arguments.Select(argument => PluggedDevice().Match(argument)).Where(device => device.Success))
            {
                Plugged[(start.DomainId, device.Groups["id"].Value)] = "from the start";
            }
            foreach (var path in SocketsOf(start))
            {
                _machine.AddSocket(path, isServed: true);
            }
            foreach (var argument in start.Arguments.Where(argument => argument.StartsWith("type=tap", StringComparison.Ordinal)))
            {
                _machine.Interfaces[
                    argument.Split(',').First(part => part.StartsWith("ifname=", StringComparison.Ordinal))["ifname=".Length..]
                ] = "";
            }
        }
        if (Fault == DeviceModelFault.None)
        {
            _lastWords[start.DomainId] = BecomeReadyAsync(start.DomainId);
        }
        return process;
    }

    public bool IsAlive(DeviceModelProcess process) => Processes.Values.Any(running => running.Process == process);

    public bool Serves(uint domainId) => Processes.ContainsKey(domainId);

    public long WorkDone(DeviceModelProcess process) => 0;

    public async Task WaitForEndAsync(DeviceModelProcess process, CancellationToken cancellation)
    {
        while (IsAlive(process))
        {
            await Task.Delay(5, cancellation);
        }
    }

    public async Task<string?> StopAsync(uint domainId)
    {
        End(domainId, IsKilled);
        // A process that has ended writes nothing any more.
        if (_lastWords.TryRemove(domainId, out var words))
        {
            await words.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return null;
    }

    /// <summary>It dies by itself.</summary>
    public void Kill(uint domainId)
    {
        End(domainId, isKilled: true);
        Ended?.Invoke();
    }

    public string LastLines(string domain) => Words;

    public Task<VncAddress> StartVncGatewayAsync(uint domainId, VncGatewaySetting setting, CancellationToken cancellation)
    {
        Orders.Enqueue($"gateway {setting.Password}");
        lock (_lock)
        {
            var port = Enumerable.Range(setting.FirstPort, 100).First(port => Processes.Values.All(running => running.VncPort != port));
            Processes[domainId] = Processes[domainId] with { VncPort = port };
            return Task.FromResult(new VncAddress(setting.Address, port));
        }
    }

    public Task<IQmpSession> ConnectAsync(uint domainId, CancellationToken cancellation) =>
        Processes.TryGetValue(domainId, out var running)
            ? Task.FromResult<IQmpSession>(new Session(this, running))
            : throw new QmpException("connect", "nobody listens");

    [GeneratedRegex(@"^if=none,readonly=on,id=ide-(?<device>\d+)(,file=(?<file>[^,]*))?")]
    private static partial Regex CdDrive();

    [GeneratedRegex(@"^[a-z0-9-]+,id=(?<id>(nic|scsi-)\d+|usb-host-[^,]+),")]
    private static partial Regex PluggedDevice();

    [GeneratedRegex("^pty,id=(?<id>.+)$")]
    private static partial Regex Terminal();

    [GeneratedRegex("^socket,id=libxl-channel[0-9]+,path=(?<path>.+),server=on,wait=off$")]
    private static partial Regex ChannelSocket();

    private static IEnumerable<string> SocketsOf(DeviceModelStart start) =>
        start
            .Arguments.Select(argument => ChannelSocket().Match(argument))
            .Where(socket => socket.Success)
            .Select(socket => socket.Groups["path"].Value.Replace(",,", ","));

    /// <summary>It opens the images and controllers that it finds, and then says that it runs.</summary>
    private async Task BecomeReadyAsync(uint domainId)
    {
        foreach (var served in new[] { "qdisk", "qusb" })
        {
            var backends = $"/local/domain/0/backend/{served}/{domainId}";
            foreach (var device in await store.ListAsync(backends) ?? [])
            {
                await SimulatedBackends.OpenOrCloseAsync(store, $"{backends}/{device}");
            }
        }
        await store.WriteAsync($"/local/domain/0/device-model/{domainId}/state", "running");
    }

    private void End(uint domainId, bool isKilled)
    {
        if (Processes.TryRemove(domainId, out var running))
        {
            Stopped.TryRemove(domainId, out _);
            foreach (var path in SocketsOf(running.Start))
            {
                _machine.Listeners.TryRemove(path, out _);
                if (!isKilled)
                {
                    _machine.Files.TryRemove(path, out _);
                }
            }
            _machine.Running.TryRemove(running.Process.Id, out _);
            foreach (var drive in Discs.Keys.Where(drive => drive.Domain == domainId))
            {
                Discs.TryRemove(drive, out _);
            }
            foreach (var device in Plugged.Keys.Where(device => device.Domain == domainId))
            {
                Remove(device);
            }
            foreach (
                var tap in _machine.Interfaces.Keys.Where(name =>
                    name.StartsWith($"vif{domainId}.", StringComparison.Ordinal) && name.EndsWith("-emu", StringComparison.Ordinal)
                )
            )
            {
                _machine.Interfaces.TryRemove(tap, out _);
            }
        }
    }

    private void Remove((uint Domain, string Id) device)
    {
        _asked.TryRemove(device, out _);
        Plugged.TryRemove(device, out _);
        Hide(device.Domain, device.Id);
    }

    /// <summary>The first port from the wanted one on that no other has; null without a display.</summary>
    private int? TakePort(DeviceModelStart start)
    {
        lock (_lock)
        {
            var vnc = start.Arguments.SkipWhile(argument => argument != "-vnc").Skip(1).FirstOrDefault("none");
            if (vnc == "none" || vnc.StartsWith("unix:", StringComparison.Ordinal))
            {
                return null;
            }
            var first = 5900 + int.Parse(vnc.Split(',')[0].Split(':')[^1], CultureInfo.InvariantCulture);
            return Enumerable.Range(first, 100).First(port => Processes.Values.All(running => running.VncPort != port));
        }
    }

    public sealed record Running(DeviceModelProcess Process, DeviceModelStart Start, int? VncPort);

    private sealed class Session(SimulatedDeviceModels owner, Running running) : IQmpSession
    {
        public Task<VncAddress?> QueryVncAsync(CancellationToken cancellation) =>
            Task.FromResult(running.VncPort is { } port ? new VncAddress("127.0.0.1", port) : null);

        public Task<IReadOnlyDictionary<string, string>> QueryTerminalsAsync(CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(
                running
                    .Start.Arguments.Select(argument => Terminal().Match(argument))
                    .Where(terminal => terminal.Success)
                    .Select((terminal, index) => (terminal.Groups["id"].Value, $"/dev/pts/{8 + index}"))
                    .Append(("serial0", "/dev/pts/7"))
                    .ToDictionary()
            );

        public Task StopAsync(CancellationToken cancellation) => Hold("stop", true);

        public Task ContinueAsync(CancellationToken cancellation) => Hold("cont", false);

        public Task TrackPagesAsync(bool isOn, CancellationToken cancellation)
        {
            owner.Orders.Enqueue(isOn ? "track" : "track no more");
            return Task.CompletedTask;
        }

        public async Task SaveStateAsync(string path, CancellationToken cancellation)
        {
            owner.Orders.Enqueue("save");
            await File.WriteAllTextAsync(path, $"the state of domain {Domain}", cancellation);
        }

        public Task EjectAsync(uint deviceId, CancellationToken cancellation) =>
            owner.TrayLocked
                ? throw new QmpException(
                    "eject",
                    $"Device 'ide-{deviceId}' is locked and force was not specified, wait for tray to open and try again"
                )
                : Order($"eject {deviceId}", deviceId, "");

        public Task InsertAsync(uint deviceId, string path, CancellationToken cancellation) =>
            Order($"insert {deviceId} {path}", deviceId, path);

        public Task TryImageAsync(BlockSource source, bool isBlockDevice, CancellationToken cancellation) =>
            owner.Unknown.Contains(source.Format)
                ? throw new QmpException("blockdev-add", $"Unknown driver '{source.Format.DriverOf()}'")
                : Task.CompletedTask;

        public Task PlugDiskAsync(
            string id,
            int position,
            BlockSource source,
            bool isBlockDevice,
            bool isReadOnly,
            CancellationToken cancellation
        ) =>
            Plug(
                "scsi disk",
                id,
                $"{(source.Format == DiskFormat.Raw ? "" : $"{source.Format.Said()} ")}{source.Path} at {position}{(isBlockDevice ? " (device)" : "")}{(isReadOnly ? " (read only)" : "")}"
            );

        public Task AddNetworkAsync(uint deviceId, string tap, CancellationToken cancellation)
        {
            owner._machine.Interfaces[tap] = "";
            return Task.CompletedTask;
        }

        public Task PlugNicAsync(uint deviceId, string id, string model, string mac, CancellationToken cancellation) =>
            Plug("card", id, $"{model} {mac}");

        public Task PlugUsbAsync(HostUsbDevice device, CancellationToken cancellation) => Plug("usb", device.Id, $"{device}");

        public Task<IReadOnlySet<string>> ListPluggedAsync(CancellationToken cancellation) =>
            Task.FromResult<IReadOnlySet<string>>(
                owner.Plugged.Keys.Where(device => device.Domain == Domain).Select(device => device.Id).ToHashSet()
            );

        public Task PlugPciAsync(string id, PciAddress function, string? place, CancellationToken cancellation)
        {
            owner.Show(Domain, id, function, place);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyDictionary<string, int>> ListPciAsync(CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyDictionary<string, int>>(owner.PlacesOf(Domain));

        public Task UnplugAsync(string id, CancellationToken cancellation)
        {
            owner.Orders.Enqueue($"unplug {id}");
            if (!owner.Plugged.ContainsKey((Domain, id)))
            {
                throw new QmpException("device_del", $"Device '{id}' not found");
            }
            if (!owner._asked.TryAdd((Domain, id), default))
            {
                throw new QmpException("device_del", $"Device {id} is already in the process of unplug");
            }
            if (!owner.KeepsCards && !owner.Keeps.Contains(id))
            {
                owner.Remove((Domain, id));
            }
            return Task.CompletedTask;
        }

        public Task RemoveNetworkAsync(uint deviceId, CancellationToken cancellation) =>
            owner._machine.Interfaces.TryRemove($"vif{Domain}.{deviceId}-emu", out _)
                ? Task.CompletedTask
                : throw new QmpException("netdev_del", $"Device 'net{deviceId}' not found");

        /// <summary>As the real one: a moment after the disk has gone its data is still in use.</summary>
        public Task RemoveDiskAsync(string id, CancellationToken cancellation) =>
            owner._closing.TryAdd((Domain, id), default) ? throw new QmpException("blockdev-del", $"Node {id} is in use")
            : owner._closing.TryRemove((Domain, id), out _) ? Task.CompletedTask
            : throw new QmpException("blockdev-del", $"Failed to find node with node-name='{id}'");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private uint Domain => running.Start.DomainId;

        private Task Hold(string order, bool stops)
        {
            owner.Orders.Enqueue(order);
            if (stops)
            {
                owner.Stopped[Domain] = default;
            }
            else
            {
                owner.Stopped.TryRemove(Domain, out _);
            }
            return Task.CompletedTask;
        }

        private Task Plug(string what, string id, string facts)
        {
            owner.Plugged[(Domain, id)] = facts;
            owner.Orders.Enqueue($"plug {what} {id} {facts}");
            return Task.CompletedTask;
        }

        private Task Order(string order, uint deviceId, string disc)
        {
            owner.Discs[(running.Start.DomainId, deviceId)] = disc;
            owner.Orders.Enqueue(order);
            return Task.CompletedTask;
        }
    }
}

public enum DeviceModelFault
{
    None,
    EndsAtOnce,
    NeverReady,
}
