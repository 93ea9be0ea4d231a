using Simulation.Xen;
using Sxp;
using Xend.Api;
using Xend.Domains;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Domains in the daemon's keeping.</summary>
public sealed class ManagedTests
{
    [Fact]
    public async Task A_managed_domain_is_known_from_new_to_delete_whether_it_runs_or_not()
    {
        await using var host = await StartHostAsync();
        var empty = host.Dump();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Sample.Linux(), Guests.Root, default);
        Assert.Equal("linux - Halted", Describe(xend));
        await xend.Toolstack.StartAsync("linux", paused: true, Guests.Root, default);
        Assert.Equal("linux 1 Paused", Describe(xend));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal("linux - Halted", Describe(xend));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        Assert.Equal("linux 2 Running", Describe(xend));
        await RefusedAsync("Domain is already running", xend.Toolstack.StartAsync("linux", false, Guests.Root, default));
        await RefusedAsync("Domain is not halted.", xend.Toolstack.DeleteAsync("linux", Guests.Root, default));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        await xend.Toolstack.DeleteAsync("linux", Guests.Root, default);
        Assert.Equal("", Describe(xend));
        Assert.Equal(empty, host.Dump());
    }

    [Fact]
    public async Task A_name_that_a_halted_domain_has_is_taken()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Sample.Linux(), Guests.Root, default);
        await RefusedAsync("VM name 'linux' already exists", xend.Toolstack.CreateAsync(Guests.Linux(), Guests.Root, default));
        await RefusedAsync("VM name 'linux' already exists", xend.Toolstack.NewAsync(Guests.Linux(), Guests.Root, default));
        await xend.Toolstack.CreateAsync(Guests.Small("small"), Guests.Root, default);
        await RefusedAsync(
            "VM name 'small' already exists as domain 1",
            xend.Toolstack.RenameAsync("linux", "small", Guests.Root, default)
        );
        await RefusedAsync(
            "VM name 'small' already exists as domain 1",
            xend.Toolstack.NewAsync(Guests.Small("small"), Guests.Root, default)
        );
        await RefusedAsync("Invalid VM Name", xend.Toolstack.RenameAsync("linux", "../x", Guests.Root, default));
        await RefusedAsync("Invalid VM Name", xend.Toolstack.RenameAsync("linux", "..", Guests.Root, default));
    }

    [Fact]
    public async Task A_new_name_is_everywhere_and_kept()
    {
        await using var host = await StartHostAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await Sample.StartAsync(host, xend.Toolstack);
            await xend.Toolstack.RenameAsync("linux", "linus", Guests.Root, default);
            var refusal = await Assert.ThrowsAsync<XendError>(() =>
                xend.Toolstack.CreateAsync(Guests.Linux("thief", "file:/images/a.img", mac: "00:16:3e:00:00:09"), Guests.Root, default)
            );
            Assert.Contains("already used by domain linus as", refusal.Message);
        }
        await using var guests = host.Store.Client();
        Assert.Equal("linus", await guests.ReadAsync("/local/domain/1/name"));
        await using var next = await host.StartXendAsync();
        Assert.Equal("linus 1 Running", Describe(next));
        await next.Toolstack.DestroyAsync("linus", Guests.Root, default);
        await using var last = await host.StartXendAsync();
        Assert.Equal("linus - Halted", Describe(last));
    }

    [Fact]
    public async Task Create_of_a_managed_domains_UUID_gives_it_the_files_configuration_and_starts_it()
    {
        await using var host = await StartHostAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.NewAsync(Sample.Linux(), Guests.Root, default);
            await xend.Toolstack.CreateAsync(Named("linus", Sample.Linux(memory: 300)), Guests.Root, default);
            Assert.Equal("linus 1 Paused", Describe(xend));
            await RefusedAsync(
                "Domain 'linux' already exists with ID '1'",
                xend.Toolstack.CreateAsync(Sample.Linux(), Guests.Root, default)
            );
            await xend.Toolstack.DestroyAsync("linus", Guests.Root, default);
        }
        await using var next = await host.StartXendAsync();
        Assert.Equal(("linus - Halted", 300u), (Describe(next), next.Toolstack.FindDomain("linus").Config!.MemoryMib));
    }

    [Fact]
    public async Task Create_that_fails_leaves_a_managed_domain_as_it_was()
    {
        await using var host = await StartHostAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.NewAsync(Sample.Linux(), Guests.Root, default);
            await xend.Toolstack.NewAsync(Guests.Small("other"), Guests.Root, default);
            await RefusedAsync(
                "VM name 'other' already exists",
                xend.Toolstack.CreateAsync(Named("other", Sample.Linux()), Guests.Root, default)
            );
            await Assert.ThrowsAsync<XendError>(() =>
                xend.Toolstack.CreateAsync(Named("linus", Sample.Linux(memory: 1_000_000)), Guests.Root, default)
            );
            await xend.Toolstack.DeleteAsync("other", Guests.Root, default);
        }
        await using var next = await host.StartXendAsync();
        Assert.Equal(("linux - Halted", 256u), (Describe(next), next.Toolstack.FindDomain("linux").Config!.MemoryMib));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task New_while_a_domain_runs_is_for_its_next_start_whether_or_not_xend_lives_till_then(bool restart)
    {
        await using var host = await StartHostAsync();
        var xend = await host.StartXendAsync();
        await Sample.StartAsync(host, xend.Toolstack);
        await xend.Toolstack.NewAsync(Sample.Linux(memory: 300), Guests.Root, default);
        await AgainAsync();
        Assert.Equal(256u, xend.Toolstack.FindDomain("linux").Config!.MemoryMib);
        // Its own restarts are no start.
        await xend.Toolstack.ResetAsync("linux", Guests.Root, default);
        await xend.Toolstack.RenameAsync("linux", "linus", Guests.Root, default);
        await xend.Toolstack.SetMemoryAsync("linus", 100, Guests.Root, default);
        await AgainAsync();
        Assert.Equal(("linus 2 Running", 100u), (Describe(xend), xend.Toolstack.FindDomain("linus").Config!.MemoryMib));
        await xend.Toolstack.DestroyAsync("linus", Guests.Root, default);
        await AgainAsync();
        Assert.Equal(("linus - Halted", 300u), (Describe(xend), xend.Toolstack.FindDomain("linus").Config!.MemoryMib));
        await xend.DisposeAsync();

        async Task AgainAsync()
        {
            if (restart)
            {
                await xend.DisposeAsync();
                xend = await host.StartXendAsync();
            }
        }
    }

    [Fact]
    public async Task New_of_a_domain_that_was_only_created_keeps_it()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await RefusedAsync(
            "Domain 'linus' already exists with ID '1'",
            xend.Toolstack.NewAsync(Named("linus", Sample.Linux()), Guests.Root, default)
        );
        await xend.Toolstack.NewAsync(Sample.Linux(memory: 300), Guests.Root, default);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(("linux - Halted", 300u), (Describe(xend), xend.Toolstack.FindDomain("linux").Config!.MemoryMib));
    }

    [Fact]
    public async Task A_directory_of_old_xend_is_taken_over_as_it_is()
    {
        await using var host = await StartHostAsync();
        const string Uuid = "7e19da7c-8dd7-415f-cebb-290b3c42ec1c";
        WriteConfig(host, Uuid, OldFile);
        await using var xend = await host.StartXendAsync();
        var config = xend.Toolstack.FindDomain("linux").Config!;
        Assert.Equal((256u, 512u, 2u, 300, 50), (config.MemoryMib, config.MaxMemoryMib, config.Vcpus, config.CpuWeight, config.CpuCap));
        Assert.Equal("root=/dev/xvda1 console=hvc0", config.Image.CommandLine);
        Assert.Equal(DomainAction.RenameRestart, config.OnCrash);
        Assert.Equal(2, config.Devices.Length);
        Assert.Equal(OldFile, File.ReadAllText(Path.Combine(host.ManagedDirectory, Uuid, "config.sxp")));
        await xend.Toolstack.StartAsync("linux", false, Guests.Root, default);
        Assert.Equal("linux 1 Running", Describe(xend));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("(domain (name", "cut short")]
    [InlineData("(domain (name linux) (memory lots))", "wrong")]
    [InlineData("(domain (name linux) (uuid 11111111-8dd7-415f-cebb-290b3c42ec1c) (image (linux (kernel /boot/vmlinux))))", "another's")]
    public async Task A_file_that_cannot_be_read_is_left_alone_and_hurts_no_other(string text, string what)
    {
        await using var host = await StartHostAsync();
        const string Uuid = "7e19da7c-8dd7-415f-cebb-290b3c42ec1c";
        WriteConfig(host, Uuid, text);
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Guests.Small("other"), Guests.Root, default);
        Assert.Equal("other - Halted", Describe(xend));
        Assert.True(text == File.ReadAllText(Path.Combine(host.ManagedDirectory, Uuid, "config.sxp")), what);
    }

    [Fact]
    public async Task What_could_not_be_read_again_is_refused_and_nothing_of_it_is_kept()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var options = string.Join(' ', Enumerable.Range(0, 300).Select(number => $"(option{number} {new string('x', 4000)})"));
        var domain = (SList)SxpReader.Read($"(vm (name a) (memory 16) (image (linux (kernel /boot/vmlinux) {options})))");
        await RefusedAsync("The configuration of a cannot be kept.", xend.Toolstack.NewAsync(domain, Guests.Root, default));
        Assert.Equal("", Describe(xend));
        Assert.False(Directory.Exists(host.ManagedDirectory) && Directory.EnumerateFileSystemEntries(host.ManagedDirectory).Any());
    }

    [Fact]
    public async Task More_vcpus_for_a_halted_domain_that_is_pinned_are_kept()
    {
        // Its list of CPUs had stayed as long as it was, and the next daemon could not read the file.
        await using var host = await StartHostAsync();
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.NewAsync(Guests.Small("a", vcpus: 2), Guests.Root, default);
            await xend.Toolstack.PinVcpuAsync("a", 1, [0], Guests.Root, default);
            await xend.Toolstack.SetVcpusAsync("a", 4, Guests.Root, default);
        }
        await using var next = await host.StartXendAsync();
        Assert.Equal(["", "0", "", ""], next.Toolstack.FindDomain("a").Config!.Cpus.Select(cpus => string.Join(',', cpus)));
    }

    /// <summary>Any sequence of commands, with the daemon killed in between: what is listed in full is the same before and after.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Any_sequence_of_commands_lists_the_same_before_and_after_a_restart_of_xend(int seed)
    {
        var random = new Random(seed);
        await using var host = await StartHostAsync();
        var xend = await host.StartXendAsync();
        string[] names = ["a", "b", "c", "d"];
        (string Command, Func<Toolstack, string, Task> Run)[] commands =
        [
            ("create", (toolstack, name) => toolstack.CreateAsync(Guests.Small(name, vcpus: 4), Guests.Root, default)),
            ("new", (toolstack, name) => toolstack.NewAsync(Guests.Small(name, 16 + random.Next(8), vcpus: 4), Guests.Root, default)),
            ("new again", (toolstack, name) => toolstack.NewAsync(Known(toolstack, name, 16 + random.Next(8)), Guests.Root, default)),
            ("create again", (toolstack, name) => toolstack.CreateAsync(Known(toolstack, name, 16 + random.Next(8)), Guests.Root, default)),
            ("start", (toolstack, name) => toolstack.StartAsync(name, random.Next(2) == 0, Guests.Root, default)),
            ("destroy", (toolstack, name) => toolstack.DestroyAsync(name, Guests.Root, default)),
            ("delete", (toolstack, name) => toolstack.DeleteAsync(name, Guests.Root, default)),
            ("rename", (toolstack, name) => toolstack.RenameAsync(name, names[random.Next(names.Length)], Guests.Root, default)),
            ("pause", (toolstack, name) => toolstack.PauseAsync(name, Guests.Root, default)),
            ("unpause", (toolstack, name) => toolstack.UnpauseAsync(name, Guests.Root, default)),
            ("reset", (toolstack, name) => toolstack.ResetAsync(name, Guests.Root, default)),
            ("mem-set", (toolstack, name) => toolstack.SetMemoryAsync(name, 8 + random.Next(16), Guests.Root, default)),
            ("mem-max", (toolstack, name) => toolstack.SetMaxMemoryAsync(name, 16 + random.Next(16), Guests.Root, default)),
            ("vcpu-set", (toolstack, name) => toolstack.SetVcpusAsync(name, 1 + random.Next(4), Guests.Root, default)),
            ("vcpu-pin", (toolstack, name) => toolstack.PinVcpuAsync(name, random.Next(4), [random.Next(2)], Guests.Root, default)),
            ("sched-credit2", (toolstack, name) =>
                toolstack.SetSchedulingAsync(name, 1 + random.Next(1000), random.Next(100), Guests.Root, default)
            ),
        ];
        var done = new HashSet<string>();
        for (var turn = 0; turn < 300; turn++)
        {
            var (command, run) = commands[random.Next(commands.Length)];
            if (await SucceedsAsync(() => run(xend.Toolstack, names[random.Next(names.Length)])))
            {
                done.Add(command);
            }
            if (random.Next(4) == 0)
            {
                var before = Long(xend);
                await xend.DisposeAsync();
                xend = await host.StartXendAsync();
                Assert.Equal(before, Long(xend));
            }
        }
        await xend.DisposeAsync();
        Assert.Empty(commands.Select(command => command.Command).Except(done));
    }

    private const string OldFile = """
        (domain
            (vcpus_params ((cap 50) (weight 300)))
            (PV_args 'root=/dev/xvda1 console=hvc0')
            (memory_static_min 0)
            (HVM_boot_policy '')
            (PV_bootloader '')
            (pool_name Pool-0)
            (auto_power_on False)
            (memory_static_max 536870912)
            (cpus (() ()))
            (actions_after_shutdown destroy)
            (vcpu_avail 3)
            (platform ((nomigrate 0) (tsc_mode 0)))
            (VCPUs_max 2)
            (s3_integrity 1)
            (Description '')
            (vcpus 2)
            (on_poweroff destroy)
            (on_crash rename-restart)
            (uuid 7e19da7c-8dd7-415f-cebb-290b3c42ec1c)
            (bootloader_args '')
            (name linux)
            (on_reboot restart)
            (maxmem 512)
            (memory 256)
            (shadow_memory 0)
            (features '')
            (on_xend_start ignore)
            (on_xend_stop ignore)
            (start_time 1795198884.85)
            (image
                (linux
                    (kernel /boot/vmlinux)
                    (args 'root=/dev/xvda1 console=hvc0')
                    (superpages 0)
                    (nomigrate 0)
                    (tsc_mode 0)
                )
            )
            (device
                (vif
                    (bridge eth0)
                    (mac 00:16:3e:38:d4:07)
                    (script /etc/xen/scripts/vif-bridge)
                    (uuid 468fc6f8-3d23-7731-9c99-0e8cf2df0cd9)
                    (backend 0)
                )
            )
            (device
                (vbd
                    (uuid 5e6bc60a-de9f-e676-843f-91eafb550aa3)
                    (bootable 1)
                    (dev xvda:disk)
                    (uname file:/images/a.img)
                    (mode w)
                    (backend 0)
                    (VDI '')
                )
            )
        )

        """;

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        return host;
    }

    private static void WriteConfig(SimulatedHost host, string uuid, string text)
    {
        var home = Path.Combine(host.ManagedDirectory, uuid);
        Directory.CreateDirectory(home);
        File.WriteAllText(Path.Combine(home, "config.sxp"), text);
    }

    private static SList Named(string name, SList config) =>
        new(config.Items.Select(item => item is SList { Name: "name" } ? SList.Of("name", name) : item));

    private static string Describe(SimulatedXend xend) =>
        string.Join(
            ", ",
            xend.Toolstack.ListDomains()
                .Where(domain => domain.Id != 0)
                .Select(domain => $"{domain.Name} {domain.Id?.ToString() ?? "-"} {DomainStatus.Of(domain)}")
        );

    /// <summary>A guest with the UUID of one that is known.</summary>
    private static SList Known(Toolstack toolstack, string name, int memory) =>
        new([.. Guests.Small(name, memory, vcpus: 4).Items, SList.Of("uuid", toolstack.FindDomain(name).Uuid.ToString())]);

    private static string Long(SimulatedXend xend) =>
        string.Join('\n', xend.Toolstack.ListDomains().Select(domain => SxpWriter.Pretty(DomainSxp.Describe(domain, withDevices: true))));

    private static async Task RefusedAsync(string sentence, Task request) =>
        Assert.Equal(sentence, (await Assert.ThrowsAsync<XendError>(() => request)).Message);

    /// <summary>False where it was not possible just then.</summary>
    private static async Task<bool> SucceedsAsync(Func<Task> request)
    {
        try
        {
            await request();
            return true;
        }
        catch (XendError)
        {
            return false;
        }
    }
}
