using FsCheck;
using FsCheck.Fluent;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Sxp;
using Xend.Api.XmlRpc;
using Xend.Operations;
using XmlRpc;

namespace Xend.Tests.Api;

public class CallTests
{
    private readonly FakeToolstack _toolstack = new();
    private readonly CollectingSink _log = new();

    [Fact]
    public async Task The_methods_are_those_that_the_documentation_names() =>
        Assert.Equal(
            """
            system.listMethods
            system.methodHelp
            system.methodSignature
            xend.domain
            xend.domain.create
            xend.domain.delete
            xend.domain.destroy
            xend.domain.destroyDevice
            xend.domain.device_configure
            xend.domain.device_create
            xend.domain.dump
            xend.domain.getBlockDeviceClass
            xend.domain.getDeviceSxprs
            xend.domain.getRestartCount
            xend.domain.getVCPUInfo
            xend.domain.getVNC
            xend.domain.getpauseflag
            xend.domain.maxmem_set
            xend.domain.migrate
            xend.domain.migrate_rehearse
            xend.domain.new
            xend.domain.pause
            xend.domain.pincpu
            xend.domain.reset
            xend.domain.restore
            xend.domain.resume
            xend.domain.save
            xend.domain.sched_credit2_get
            xend.domain.sched_credit2_set
            xend.domain.sched_credit_get
            xend.domain.sched_credit_set
            xend.domain.send_sysrq
            xend.domain.setMemoryTarget
            xend.domain.setName
            xend.domain.setVCpuCount
            xend.domain.setpauseflag
            xend.domain.shutdown
            xend.domain.start
            xend.domain.suspend
            xend.domain.unpause
            xend.domain.usb_add
            xend.domain.usb_del
            xend.domain.waitForConsole
            xend.domain.waitForDevices
            xend.domains
            xend.domains_with_state
            xend.node.audit
            xend.node.dmesg.clear
            xend.node.dmesg.info
            xend.node.info
            xend.node.log
            xend.node.pciinfo
            xend.node.send_debug_keys
            xend.node.stopGuests
            xend.node.usb_devices
            xend.task.cancel
            xend.task.ended
            xend.task.list
            """,
            string.Join('\n', ((SList)await ResultAsync("system.listMethods")).Items)
        );

    [Theory]
    [InlineData("linux")]
    [InlineData("1")]
    [InlineData(1)]
    [InlineData("7e19da7c-8dd7-415f-cebb-290b3c42ec1c")]
    public async Task A_domain_is_named_by_name_number_or_uuid(object reference)
    {
        SValue argument = reference is int id ? id : (string)reference;
        Assert.Equal(new SString("linux"), ((SList)await ResultAsync("xend.domain", argument)).Value("name"));
    }

    [Fact]
    public async Task Devices_are_told_when_asked_for_by_number_flag_or_string()
    {
        foreach (var full in new SValue[] { 1, true, "1" })
        {
            Assert.NotNull(((SList)await ResultAsync("xend.domain", "linux", full)).Child("device"));
        }
        foreach (var full in new SValue[] { 0, false, "0", SNone.Instance })
        {
            Assert.Null(((SList)await ResultAsync("xend.domain", "linux", full)).Child("device"));
        }
        Assert.Null(((SList)await ResultAsync("xend.domain", "linux")).Child("device"));
    }

    [Fact]
    public async Task Lists_come_by_id_and_lists_of_names_sorted()
    {
        _toolstack.Domains.Add(SampleDomains.Linux with { Name = "alpha", Id = 2 });
        Assert.Equal("(Domain-0 alpha linux)", SxpWriter.OneLine(await ResultAsync("xend.domains", 0)));
        var details = (SList)await ResultAsync("xend.domains_with_state", true, "all", 0);
        Assert.Equal(["Domain-0", "linux", "alpha"], details.Items.Select(domain => ((SList)domain).Value("name")!.ToString()));
    }

    [Theory]
    [InlineData("all", "(Domain-0 linux)")]
    [InlineData("RUNNING", "(Domain-0)")]
    [InlineData("paused", "(linux)")]
    [InlineData("crashed", "()")]
    [InlineData("nonsense", "()")]
    public async Task Lists_are_filtered_by_state(string state, string expected)
    {
        _toolstack.Domains[1] = SampleDomains.Linux with { Info = SampleDomains.Linux.Info! with { Paused = true } };
        Assert.Equal(expected, SxpWriter.OneLine(await ResultAsync("xend.domains_with_state", false, state, false)));
    }

    [Fact]
    public async Task The_filter_may_be_a_number() =>
        Assert.Equal("(Domain-0 linux)", SxpWriter.OneLine(await ResultAsync("xend.domains_with_state", 0, 2, 0)));

    [Fact]
    public async Task Create_hands_the_configuration_on_with_what_the_options_supply_and_answers_with_devices()
    {
        var created = (SList)await ResultAsync("xend.domain.create", Guest("linux"));
        Assert.Equal(["create linux 256 /etc/xen/scripts/vif-nat"], _toolstack.Calls);
        Assert.NotNull(created.Child("device"));
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_read_does_not_reach_the_handler()
    {
        var fault = Assert.IsType<XmlRpcFault>(await AskAsync("xend.domain.create", SList.Of("vm", SList.Of("name", ".."))));
        Assert.Equal(2, fault.Code);
        Assert.Empty(_toolstack.Calls);
    }

    [Fact]
    public async Task A_device_is_read_for_the_domain_that_it_is_for()
    {
        var disc = SList.Of("vbd", SList.Of("uname", "file:/d.iso"), SList.Of("dev", "hdc:cdrom"), SList.Of("mode", "r"));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.device_configure", "linux", SList.Of("device", disc)));
        Assert.Equal([$"device_configure {SampleDomains.Linux.Uuid} vbd"], _toolstack.Calls);
    }

    private static SList Guest(string name) =>
        (SList)SxpReader.Read($"(vm (name {name}) (memory 256) (image (linux (kernel /k))) (device (vif (bridge xenbr0))))");

    [Fact]
    public async Task Changes_reach_the_handler_and_answer_nothing()
    {
        Assert.IsType<SNone>(await ResultAsync("xend.domain.waitForDevices", "linux"));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.unpause", "linux"));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.pause", 1));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.setpauseflag", 1, true));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.shutdown", "linux", "halt"));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.shutdown", "linux"));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.destroy", "linux"));
        Assert.Equal(
            [
                "waitForDevices linux",
                "unpause linux",
                "pause 1",
                "setpauseflag 1 True",
                "shutdown linux halt",
                "shutdown linux poweroff",
                "destroy linux",
            ],
            _toolstack.Calls
        );
    }

    [Fact]
    public async Task Changes_of_domains_in_xends_keeping_reach_the_handler()
    {
        Assert.IsType<SNone>(await ResultAsync("xend.domain.new", Guest("kept")));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.start", "kept"));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.start", "kept", false));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.setName", "kept", "held"));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.reset", "held"));
        Assert.IsType<SNone>(await ResultAsync("xend.domain.delete", "held"));
        Assert.IsType<SNone>(await ResultAsync("xend.node.stopGuests", 60));
        Assert.IsType<SNone>(await ResultAsync("xend.node.stopGuests", 60, "/srv/saved"));
        Assert.Equal(
            [
                "new kept",
                "start kept True",
                "start kept False",
                "rename kept held",
                "reset held",
                "delete held",
                "stopGuests 60",
                "stopGuests 60 /srv/saved",
            ],
            _toolstack.Calls
        );
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_the_one_fault_in_a_fault_that_old_xend_had()
    {
        _toolstack.Failure = XendError.NoSuchDomain("x");
        var fault = Assert.IsType<XmlRpcFault>(await AskAsync("xend.domain.delete", "x"));
        Assert.Equal(2, fault.Code);
        Assert.StartsWith("<Fault 3: 'x'>", fault.Text);
    }

    [Fact]
    public async Task Pause_tells_the_former_state_to_those_who_ask() =>
        Assert.Equal(new SInt(2), await ResultAsync("xend.domain.pause", "linux", true));

    [Fact]
    public async Task Small_answers_have_their_types()
    {
        Assert.Equal(new SInt(3), await ResultAsync("xend.domain.getRestartCount", "linux"));
        Assert.Equal(new SBool(false), await ResultAsync("xend.domain.getpauseflag", "linux"));
        Assert.Equal(
            "(domain (domid 1) (name linux) (vcpu_count 2) (vcpu (number 0) (online 1) (blocked 1) (running 0) (cpu_time 46.25) (cpu "
                + "0) (cpumap (0 1))) "
                + "(vcpu (number 1) (online 0) (blocked 0) (running 0) (cpu_time 0.0) (cpu 1) (cpumap (1))))",
            SxpWriter.OneLine(await ResultAsync("xend.domain.getVCPUInfo", "linux"))
        );
    }

    [Fact]
    public async Task A_text_that_is_the_whole_answer_is_escaped()
    {
        _toolstack.LogText = "it's \"a\" line\\\n\té";
        Assert.Equal(new SString("""it's "a" line\\\n\t\xc3\xa9"""), await ResultAsync("xend.node.log"));
        Assert.Equal(new SString("""(XEN) one\n(XEN) two\n"""), await ResultAsync("xend.node.dmesg.info"));
        await ResultAsync("xend.node.dmesg.clear");
        Assert.Equal(["ring False", "ring True"], _toolstack.Calls);
    }

    [Fact]
    public async Task The_hosts_information_comes_in_old_xends_order()
    {
        var info = (SList)await ResultAsync("xend.node.info", 1);
        Assert.Equal(
            "system host release version machine nr_cpus nr_nodes cores_per_socket threads_per_core cpu_mhz hw_caps virt_caps "
                + "total_memory free_memory free_cpus "
                + "cpu_topology numa_info xen_major xen_minor xen_extra xen_caps xen_scheduler xen_pagesize platform_params "
                + "xen_changeset xen_commandline "
                + "cc_compiler cc_compile_by cc_compile_domain cc_compile_date xend_config_format",
            string.Join(' ', info.Items.Select(pair => ((SList)pair).Name))
        );
        Assert.Equal(new SString("178bf3ff:f6f8320b:00000000:00000001:00000002:00000003:00000004:00000005"), info.Value("hw_caps"));
        Assert.Equal(new SString("virt_start=0xffff800000000000"), info.Value("platform_params"));
        Assert.Equal(new SString("hvm"), info.Value("virt_caps"));
        Assert.Equal(new SInt(2400), info.Value("cpu_mhz"));
        Assert.Equal(new SInt(1464), info.Value("free_memory"));
        Assert.Equal(new SString("xen-3.0-x86_64 hvm-3.0-x86_32 "), info.Value("xen_caps"));
        Assert.Null(((SList)await ResultAsync("xend.node.info", 0)).Child("cpu_topology"));
    }

    [Fact]
    public async Task An_unknown_method_is_answered_by_a_struct_as_of_old() =>
        Assert.Equal(
            SStruct.Of(("Status", "Failure"), ("ErrorDescription", SList.Of("MESSAGE_METHOD_UNKNOWN", "xend.domain.resumeDomain"))),
            await ResultAsync("xend.domain.resumeDomain", 1)
        );

    [Fact]
    public async Task An_unknown_domain_is_fault_3_with_just_its_name() =>
        Assert.Equal(new XmlRpcFault(3, "nope"), await AskAsync("xend.domain", "nope"));

    [Fact]
    public async Task A_failure_is_fault_2_with_its_sentence_and_hint()
    {
        _toolstack.Failure = new XendError(ErrorCode.Hotplug, "Device 0 (vif) could not be connected.", "no bridge", "Make it.");
        Assert.Equal(
            new XmlRpcFault(2, "Device 0 (vif) could not be connected.\n  no bridge\n  hint: Make it."),
            await AskAsync("xend.domain.create", Guest("linux"))
        );
    }

    [Theory]
    [InlineData("xend.domain.pause", "xend.domain.pause takes 1 to 2 arguments; 0 were given.")]
    [InlineData("xend.domain.destroy", "xend.domain.destroy takes 1 arguments; 0 were given.")]
    public async Task A_wrong_number_of_arguments_is_fault_1(string method, string sentence) =>
        Assert.Equal(new XmlRpcFault(1, sentence), await AskAsync(method));

    [Fact]
    public async Task A_wrong_argument_is_named()
    {
        Assert.Equal(
            new XmlRpcFault(2, "xend.domain.create: argument 1 must be an s-expression."),
            await AskAsync("xend.domain.create", "(vm)")
        );
        Assert.Equal(
            new XmlRpcFault(2, "xend.domain.pause: argument 1 must be a domain's name, id or UUID."),
            await AskAsync("xend.domain.pause", SList.Of("a"))
        );
        Assert.Equal(
            new XmlRpcFault(2, "xend.domain: argument 2 must be true or false."),
            await AskAsync("xend.domain", "linux", SList.Of("a"))
        );
    }

    [Fact]
    public async Task A_defect_shows_a_sentence_and_an_id_and_the_log_has_the_rest()
    {
        _toolstack.Failure = new InvalidOperationException("Sequence contains no elements");
        var fault = Assert.IsType<XmlRpcFault>(await AskAsync("xend.domain.destroy", "linux"));
        Assert.Equal(1, fault.Code);
        Assert.Matches(
            "^xend\\.domain\\.destroy failed for an internal reason: see /var/log/xen/xend\\.log, error [0-9a-f]{8}\\.$",
            fault.Text
        );
        var logged = Assert.Single(_log.Events, entry => entry.Level == LogEventLevel.Error);
        Assert.Same(_toolstack.Failure, logged.Exception);
        Assert.Contains(fault.Text.Split(' ')[^1].TrimEnd('.'), logged.RenderMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_never_more_than_a_format_error()
    {
        Prop.ForAll<byte[]>(bytes =>
            {
                var answer = Answer(bytes);
                return answer.IsFaulted && answer.Exception!.InnerException is XmlRpcFormatException;
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_call_cut_off_anywhere_is_a_format_error()
    {
        var whole = XmlRpcWriter.ToBytes(XmlRpcCall.Of("xend.domain", "linux", 1));
        for (var length = 0; length < whole.AsSpan().TrimEnd((byte)'\n').Length; length++)
        {
            Assert.IsType<XmlRpcFormatException>(Answer(whole[..length]).Exception?.InnerException);
        }
    }

    private Task<byte[]> Answer(byte[] bytes) =>
        new Dispatcher(
            _toolstack,
            new CurrentOptions(new XendOptions { VifScript = "vif-nat" }),
            Logger(),
            TimeProvider.System
        ).AnswerAsync(bytes, Requester.Daemon, CancellationToken.None);

    private async Task<XmlRpcResponse> AskAsync(string method, params SValue[] arguments) =>
        XmlRpcReader.ReadResponse(await Answer(XmlRpcWriter.ToBytes(new XmlRpcCall(method, [.. arguments]))));

    private async Task<SValue> ResultAsync(string method, params SValue[] arguments) =>
        Assert.IsType<XmlRpcResult>(await AskAsync(method, arguments)).Value;

    private Logger Logger() => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(_log).CreateLogger();

    private sealed class CollectingSink : ILogEventSink
    {
        public List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }
}
