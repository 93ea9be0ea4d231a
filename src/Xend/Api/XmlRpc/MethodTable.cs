using System.Collections.Frozen;
using System.Collections.Immutable;
using Sxp;
using Xend.Domains;
using Xend.Host;
using Xend.Operations;
using Xend.Requests;

namespace Xend.Api.XmlRpc;

/// <summary>All methods of the legacy XML-RPC interface. Names, arguments and answers are those of Xen 4.1's XMLRPCServer.</summary>
internal static class MethodTable
{
    private static readonly ImmutableArray<Method> Methods =
    [
        // Domains: reading.
        Method.Read("xend.domain", 1, 2, "domain(dom, full=0): the domain's s-expression, with its devices if full.", call =>
            DomainSxp.Describe(call.Toolstack.FindDomain(call.Arguments.Domain(0)), call.Arguments.Flag(1, false))
        ),
        Method.Read(
            "xend.domains",
            0,
            2,
            "domains(detail=1, full=0): the running domains' s-expressions, or their names without detail.",
            // xm shutdown -w waits until a name leaves this list, and what the guest held must be free by then.
            call =>
                Domains(
                    call,
                    call.Arguments.Flag(0, true),
                    domain => domain.Ending || DomainStatus.Of(domain) == PowerState.Running,
                    call.Arguments.Flag(1, false)
                )
        ),
        Method.Read(
            "xend.domains_with_state",
            0,
            3,
            "domains_with_state(detail, state, full): as domains, in a state: all halted paused running suspended crashed.",
            call =>
            {
                var state = call.Arguments.State(1, "all");
                return Domains(
                    call,
                    call.Arguments.Flag(0, true),
                    domain => DomainStatus.Matches(domain, state),
                    call.Arguments.Flag(2, false)
                );
            }
        ),
        Method.Read("xend.domain.getVCPUInfo", 1, 1, "getVCPUInfo(dom): each vCPU's state, time, place and pinning.", call =>
            VcpuSxp.Describe(call.Toolstack.FindDomain(call.Arguments.Domain(0)), call.Toolstack.GetVcpus(call.Arguments.Domain(0)))
        ),
        Method.Read("xend.domain.getRestartCount", 1, 1, "getRestartCount(dom): how often the domain was restarted.", call =>
            call.Toolstack.GetRestartCount(call.Arguments.Domain(0))
        ),
        Method.Read(
            "xend.domain.getVNC",
            1,
            2,
            "getVNC(dom, password=0): (vnc (host H) (port P)) of the domain's display, with its password if asked for.",
            call => Vnc(call.Toolstack.GetVnc(call.Arguments.Domain(0)), call.Arguments.Flag(1, false))
        ),
        Method.Read("xend.domain.getpauseflag", 1, 1, "getpauseflag(dom): whether the administrator paused the domain.", call =>
            call.Toolstack.GetPauseFlag(call.Arguments.Domain(0))
        ),
        // Domains: changing.
        new("xend.domain.create", true, 1, 1, "create(config): a new domain, left paused; answers its s-expression.", async call =>
            DomainSxp.Describe(
                await call.Toolstack.CreateAsync(call.Config(0), call.Requester, call.Stopping).ConfigureAwait(false),
                withDevices: true
            )
        ),
        Method.Change("xend.domain.waitForDevices", 1, 1, "waitForDevices(dom): returns when the devices are connected.", call =>
            call.Toolstack.WaitForDevicesAsync(call.Arguments.Domain(0), call.Stopping)
        ),
        Method.Change("xend.domain.waitForConsole", 1, 1, "waitForConsole(dom): returns when the console can be opened.", call =>
            call.Toolstack.WaitForConsoleAsync(call.Arguments.Domain(0), call.Stopping)
        ),
        Method.Change("xend.domain.destroy", 1, 1, "destroy(dom): ends the domain at once.", call =>
            call.Toolstack.DestroyAsync(call.Arguments.Domain(0), call.Requester, call.Stopping)
        ),
        new(
            "xend.domain.shutdown",
            true,
            1,
            2,
            "shutdown(dom, reason='poweroff'): asks the guest: poweroff halt reboot suspend crash; answers what there is to know "
                + "about the way.",
            async call =>
                await call
                    .Toolstack.ShutdownAsync(call.Arguments.Domain(0), call.Arguments.Text(1, "poweroff"), call.Requester, call.Stopping)
                    .ConfigureAwait(false)
                    is { } notice
                    ? notice
                    : SNone.Instance
        ),
        Method.Change(
            "xend.domain.save",
            2,
            3,
            "save(dom, path, checkpoint=0): writes the domain into a file of this host and takes it away, or lets it go on.",
            call =>
                call.Toolstack.SaveAsync(
                    call.Arguments.Domain(0),
                    call.Arguments.Text(1, ""),
                    call.Arguments.Flag(2, false),
                    call.Requester,
                    call.Stopping
                )
        ),
        new(
            "xend.domain.restore",
            true,
            1,
            2,
            "restore(path, paused=0): makes a domain of such a file; answers its s-expression.",
            async call =>
                DomainSxp.Describe(
                    await call
                        .Toolstack.RestoreAsync(call.Arguments.Text(0, ""), call.Arguments.Flag(1, false), call.Requester, call.Stopping)
                        .ConfigureAwait(false),
                    withDevices: true
                )
        ),
        new(
            "xend.domain.migrate",
            true,
            2,
            8,
            "migrate(dom, host, live=0, port=0, node=-1, ssl=nil, change_home=0, never_stand=0): moves the domain to another host; answers what "
                + "there is to know of it.",
            MigrationCalls.MigrateAsync
        ),
        new(
            "xend.domain.migrate_rehearse",
            false,
            2,
            8,
            "migrate_rehearse(as migrate): asks the other host, and changes nothing: ((blockers B ...) (notices N ...)).",
            MigrationCalls.RehearseAsync
        ),
        Method.Change(
            "xend.domain.suspend",
            1,
            1,
            "suspend(dom): a managed domain's memory is kept, and it is gone until it is resumed.",
            call => call.Toolstack.SuspendAsync(call.Arguments.Domain(0), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.resume", 1, 2, "resume(dom, paused=0): a suspended domain goes on.", call =>
            call.Toolstack.ResumeAsync(call.Arguments.Domain(0), call.Arguments.Flag(1, false), call.Requester, call.Stopping)
        ),
        Method.Change(
            "xend.domain.dump",
            1,
            5,
            "dump(dom, path=nil, live=0, crash=0, reset=0): writes the domain's memory to a file of this host; it is held meanwhile unless "
                + "live, and destroyed or reset afterwards if asked for.",
            call =>
                call.Toolstack.DumpAsync(
                    call.Arguments.Domain(0),
                    call.Arguments.Text(1, "") is { Length: > 0 } path ? path : null,
                    call.Arguments.Flag(2, false),
                    call.Arguments.Flag(3, false) ? AfterDump.Destroy
                        : call.Arguments.Flag(4, false) ? AfterDump.Reset
                        : AfterDump.GoOn,
                    call.Requester,
                    call.Stopping
                )
        ),
        Method.Change(
            "xend.domain.device_configure",
            2,
            3,
            "device_configure(dom, device, dev): another disc for a CD drive: (vbd (uname U) (dev hdc:cdrom) (mode r)); a PCI device that comes "
                + "or goes: (pci (dev (bus 0x7) (slot 0x0) (func 0x0)) (state Initialising)), or Closing; another USB device in a port of "
                + "controller dev: (vusb (port (1 1-2))); a SCSI device that comes (state 1) or goes (state 5): "
                + "(vscsi (feature-host 0) (dev (state 1) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev 0:0:0:0))).",
            call => DeviceMethods.ConfigureAsync(call)
        ),
        new(
            "xend.domain.device_create",
            true,
            2,
            2,
            "device_create(dom, device): another device, connected on the host's side; answers (vbd (dom 3 id 51728)).",
            DeviceMethods.AttachAsync
        ),
        Method.Change(
            "xend.domain.destroyDevice",
            3,
            5,
            "destroyDevice(dom, class, dev, force=nil, rm_cfg): takes a device away; with '-f' or '--force' without asking the guest. "
                + "A vTPM goes by its UUID too.",
            call => DeviceMethods.DetachAsync(call)
        ),
        new(
            "xend.domain.getBlockDeviceClass",
            false,
            2,
            2,
            "getBlockDeviceClass(dom, dev): vbd, or nil where the domain has no such disk.",
            DeviceMethods.BlockClassAsync
        ),
        new(
            "xend.domain.getDeviceSxprs",
            false,
            2,
            2,
            "getDeviceSxprs(dom, class): each device's number and what its guest's end has; of one that does not run, its configuration.",
            DeviceMethods.ListAsync
        ),
        new(
            "xend.domain.pause",
            true,
            1,
            2,
            "pause(dom, state=0): stops the domain's vCPUs; answers its former state if asked to.",
            PauseAsync
        ),
        Method.Change("xend.domain.unpause", 1, 1, "unpause(dom): lets the domain's vCPUs run.", call =>
            call.Toolstack.UnpauseAsync(call.Arguments.Domain(0), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.new", 1, 1, "new(config): a domain in xend's keeping, not started.", call =>
            call.Toolstack.NewAsync(call.Config(0), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.delete", 1, 1, "delete(dom): takes a halted domain out of xend's keeping.", DeleteAsync),
        Method.Change("xend.domain.start", 1, 2, "start(dom, paused=1): starts a domain in xend's keeping.", call =>
            call.Toolstack.StartAsync(call.Arguments.Domain(0), call.Arguments.Flag(1, true), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.setName", 2, 2, "setName(dom, name): gives a domain another name.", call =>
            call.Toolstack.RenameAsync(call.Arguments.Domain(0), call.Arguments.Text(1, ""), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.reset", 1, 1, "reset(dom): ends a domain at once and starts it again.", call =>
            call.Toolstack.ResetAsync(call.Arguments.Domain(0), call.Requester, call.Stopping)
        ),
        Method.Change(
            "xend.domain.setpauseflag",
            1,
            2,
            "setpauseflag(dom, flag=0): marks the domain as paused by the administrator.",
            call => call.Toolstack.SetPauseFlagAsync(call.Arguments.Domain(0), call.Arguments.Flag(1, false), call.Stopping)
        ),
        // What a domain has.
        Method.Change("xend.domain.setMemoryTarget", 2, 2, "setMemoryTarget(dom, mib): the memory that the domain has now.", call =>
            call.Toolstack.SetMemoryAsync(call.Arguments.Domain(0), call.Arguments.Number(1), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.maxmem_set", 2, 2, "maxmem_set(dom, mib): the most memory that the domain may be given.", call =>
            call.Toolstack.SetMaxMemoryAsync(call.Arguments.Domain(0), call.Arguments.Number(1), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.setVCpuCount", 2, 2, "setVCpuCount(dom, n): how many vCPUs the domain uses.", call =>
            call.Toolstack.SetVcpusAsync(call.Arguments.Domain(0), call.Arguments.Number(1), call.Requester, call.Stopping)
        ),
        new(
            "xend.domain.pincpu",
            true,
            3,
            3,
            "pincpu(dom, vcpu, cpumap): the CPUs ('0,1,3') that a vCPU (a number or 'all') may run on.",
            call =>
                Zero(
                    call.Toolstack.PinVcpuAsync(
                        call.Arguments.Domain(0),
                        call.Arguments.Vcpu(1),
                        call.Arguments.Cpus(2),
                        call.Requester,
                        call.Stopping
                    )
                )
        ),
        Method.Read("xend.domain.sched_credit_get", 1, 1, "sched_credit_get(dom): weight and cap.", call => Shares(call, withCap: true)),
        new("xend.domain.sched_credit_set", true, 1, 3, "sched_credit_set(dom, weight, cap): nil leaves as is.", call =>
            Zero(
                call.Toolstack.SetSchedulingAsync(
                    call.Arguments.Domain(0),
                    call.Arguments.NumberOrNone(1),
                    call.Arguments.NumberOrNone(2),
                    call.Requester,
                    call.Stopping
                )
            )
        ),
        Method.Read("xend.domain.sched_credit2_get", 1, 1, "sched_credit2_get(dom): the weight.", call => Shares(call, withCap: false)),
        new("xend.domain.sched_credit2_set", true, 1, 2, "sched_credit2_set(dom, weight).", call =>
            Zero(
                call.Toolstack.SetSchedulingAsync(
                    call.Arguments.Domain(0),
                    call.Arguments.NumberOrNone(1),
                    null,
                    call.Requester,
                    call.Stopping
                )
            )
        ),
        Method.Change("xend.domain.usb_add", 2, 2, "usb_add(dom, device): gives the guest a USB device: host:1.4, host:046d:c016.", call =>
            call.Toolstack.AddUsbAsync(call.Arguments.Domain(0), call.Arguments.Text(1, ""), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.usb_del", 2, 2, "usb_del(dom, device): takes a USB device from the guest.", call =>
            call.Toolstack.RemoveUsbAsync(call.Arguments.Domain(0), call.Arguments.Text(1, ""), call.Requester, call.Stopping)
        ),
        Method.Change("xend.domain.send_sysrq", 2, 2, "send_sysrq(dom, key): presses a magic SysRq key in the domain.", call =>
            call.Toolstack.PressSysrqAsync(call.Arguments.Domain(0), call.Arguments.Text(1, ""), call.Requester, call.Stopping)
        ),
        // Operations under way.
        Method.Read("xend.task.list", 0, 0, "list(): the operations that have not ended.", call =>
            TaskSxp.Describe(call.Toolstack.ListTasks())
        ),
        Method.Read("xend.task.ended", 0, 0, "ended(): the latest operations that have ended, and how; the last one last.", call =>
            TaskSxp.Describe(call.Toolstack.ListEndedTasks())
        ),
        new(
            "xend.task.cancel",
            true,
            1,
            1,
            "cancel(task or dom): gives an operation up; answers, when it is undone, with a sentence.",
            async call =>
                await call.Toolstack.CancelTaskAsync(call.Arguments.Domain(0), call.Requester, call.Stopping).ConfigureAwait(false)
        ),
        // The host.
        new("xend.node.audit", true, 0, 1, "audit(fix=0): what is on the host and should not be, and puts it in order.", async call =>
            AuditSxp.Describe(
                await call.Toolstack.AuditAsync(call.Arguments.Flag(0, false), call.Requester, call.Stopping).ConfigureAwait(false)
            )
        ),
        new(
            "xend.node.pciinfo",
            false,
            0,
            0,
            "pciinfo(): the PCI devices that can be given to a domain; nil where dom0 has no driver for that.",
            PciCalls.AssignableAsync
        ),
        new("xend.node.send_debug_keys", true, 1, 1, "send_debug_keys(keys): presses keys on Xen's console.", call =>
        {
            call.Toolstack.SendDebugKeys(call.Arguments.Text(0, ""));
            return Task.FromResult<SValue>(SNone.Instance);
        }),
        Method.Read("xend.node.info", 0, 1, "info(show_numa=1): what xm info prints.", call =>
            NodeInfo.Describe(HostName.Read(), call.Toolstack.GetPhysicalInfo(), call.Toolstack.GetXenInfo(), call.Arguments.Flag(0, true))
        ),
        Method.Change(
            "xend.node.stopGuests",
            0,
            2,
            "stopGuests(limit=300, saved=''): the host goes down: ends all guests, those first that were started last; limit in seconds, for "
                + "each. Where saved is a directory, they are saved there instead, as far as they can be.",
            call =>
                call.Toolstack.StopGuestsAsync(call.Arguments.Seconds(0, 300), call.Arguments.Text(1, ""), call.Requester, call.Stopping)
        ),
        Method.Read("xend.node.log", 0, 0, "log(): the end of xend.log.", call => call.Toolstack.ReadLog()),
        Method.Read("xend.node.dmesg.info", 0, 0, "info(): Xen's console ring.", call => call.Toolstack.ReadConsoleRing(clear: false)),
        new("xend.node.dmesg.clear", true, 0, 0, "clear(): empties Xen's console ring; answers what was in it.", call =>
            Task.FromResult<SValue>(call.Toolstack.ReadConsoleRing(clear: true))
        ),
        Method.Read(
            "xend.node.usb_devices",
            0,
            0,
            "usb_devices(): the host's USB devices: (usb (bus 1-2) (vendor 046d) (product c016) (info I) (domain D)).",
            UsbCalls.Devices
        ),
        // The interface itself.
        Method.Read("system.listMethods", 0, 0, "listMethods(): the names of all methods.", _ => Names()),
        Method.Read("system.methodHelp", 1, 1, "methodHelp(name): what a method does.", call =>
            Find(call.Arguments.Text(0, ""))?.Help ?? ""
        ),
        Method.Read("system.methodSignature", 1, 1, "methodSignature(name): not told, as of old.", _ => "signatures not supported"),
    ];

    private static readonly FrozenDictionary<string, Method> ByName = Methods.ToFrozenDictionary(method => method.Name);

    public static Method? Find(string name) => ByName.GetValueOrDefault(name);

    private static SList Names() => new(ByName.Keys.Order(StringComparer.Ordinal).Select(SValue (name) => name));

    /// <summary>Details come in the handler's order, by id; names are sorted, as of old.</summary>
    private static SList Domains(Call call, bool detail, Func<DomainView, bool> wanted, bool full)
    {
        var domains = call.Toolstack.ListDomains().Where(wanted);
        return detail
            ? new SList(domains.Select(SValue (domain) => DomainSxp.Describe(domain, full)))
            : new SList(domains.Select(domain => domain.Name).Order(StringComparer.Ordinal).Select(SValue (name) => name));
    }

    private static SList Vnc(VncView vnc, bool withPassword) =>
        withPassword
            ? SList.Of("vnc", SList.Of("host", vnc.Host), SList.Of("port", vnc.Port), SList.Of("password", vnc.Password))
            : SList.Of("vnc", SList.Of("host", vnc.Host), SList.Of("port", vnc.Port));

    private static async Task DeleteAsync(Call call)
    {
        try
        {
            await call.Toolstack.DeleteAsync(call.Arguments.Domain(0), call.Requester, call.Stopping).ConfigureAwait(false);
        }
        catch (XendError error) when (error.Code == ErrorCode.NoSuchDomain)
        {
            // Old xend wrapped this one fault in another; xm's exit status is 1 for it, not 3.
            throw new XendError(ErrorCode.InvalidRequest, $"<Fault 3: '{error.Message}'>", "No domain of that name is in xend's keeping.");
        }
    }

    /// <summary>Old xend answered with libxc's return value.</summary>
    private static async Task<SValue> Zero(Task change)
    {
        await change.ConfigureAwait(false);
        return 0;
    }

    private static SStruct Shares(Call call, bool withCap)
    {
        var shares = call.Toolstack.GetScheduling(call.Arguments.Domain(0));
        return withCap ? SStruct.Of(("weight", shares.Weight), ("cap", shares.Cap)) : SStruct.Of(("weight", shares.Weight));
    }

    private static async Task<SValue> PauseAsync(Call call)
    {
        var domain = call.Arguments.Domain(0);
        SValue former = call.Arguments.Flag(1, false) ? (int)DomainStatus.Of(call.Toolstack.FindDomain(domain)) : SNone.Instance;
        await call.Toolstack.PauseAsync(domain, call.Requester, call.Stopping).ConfigureAwait(false);
        return former;
    }
}
