using Xend.Host;

namespace Xend.Tests.Host;

/// <summary>Targets in a tree of the shape of configfs, whose kernel makes and refuses what LIO does.</summary>
public sealed class ScsiTargetsTests : IDisposable
{
    private const string Name = "naa.30e4d15c00070001";

    private static readonly ScsiTarget Target = new(7, 0, 1);

    private static readonly ScsiFacts Disk = new(ScsiAddress.Parse("2:0:1:3")!.Value, "sdb", new DiskIdentity("dev 8:16"));

    private readonly string _root = Directory.CreateTempSubdirectory("configfs-").FullName;

    private readonly FakeConfigFiles _kernel;

    private readonly ScsiTargets _targets;

    public ScsiTargetsTests()
    {
        Directory.CreateDirectory($"{_root}/config/target/core/alua");
        Directory.CreateDirectory($"{_root}/sys/bus/xen-backend/drivers/vscsi");
        _kernel = new FakeConfigFiles($"{_root}/config/target");
        _targets = new ScsiTargets($"{_root}/sys", $"{_root}/config", _kernel);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_backend_is_there_with_its_driver_and_its_targets()
    {
        Assert.True(_targets.HasBackend);
        Directory.Delete($"{_root}/sys/bus/xen-backend/drivers/vscsi");
        Assert.False(_targets.HasBackend);
    }

    [Fact]
    public void A_target_is_made_in_the_order_that_the_kernel_wants_and_goes_in_the_reverse()
    {
        Assert.Null(_targets.Make(Target, Disk));
        const string Store = "core/pscsi_2147942401/xend-7-0-1";
        const string Port = $"xen-pvscsi/{Name}/tpgt_1";
        Assert.Equal(
            [
                "mkdir core/pscsi_2147942401",
                $"mkdir {Store}",
                $"{Store}/control = scsi_host_id=2,scsi_channel_id=0,scsi_target_id=1,scsi_lun_id=3",
                $"{Store}/udev_path = /dev/sdb",
                $"{Store}/enable = 1",
                "mkdir xen-pvscsi",
                $"mkdir xen-pvscsi/{Name}",
                $"mkdir {Port}",
                $"mkdir {Port}/lun/lun_0",
                $"{Port}/lun/lun_0/xend-7-0-1 -> {Store}",
                $"{Port}/nexus = naa.30e4d15d00070001",
            ],
            _kernel.Course
        );
        Assert.Equal([Target], _targets.All());
        _kernel.Course.Clear();
        Assert.Null(_targets.Make(Target, Disk));
        Assert.Empty(_kernel.Course);
        Assert.Null(_targets.Remove(Target));
        Assert.Equal(
            [
                $"rm {Port}/lun/lun_0/xend-7-0-1",
                $"{Port}/nexus = NULL",
                $"rmdir {Port}/lun/lun_0",
                $"rmdir {Port}",
                $"rmdir xen-pvscsi/{Name}",
                $"rmdir {Store}",
                "rmdir core/pscsi_2147942401",
            ],
            _kernel.Course
        );
        Assert.Empty(_targets.All());
    }

    [Fact]
    public void Whatever_there_is_of_a_target_is_found_and_goes()
    {
        for (var acts = 0; acts <= 11; acts++)
        {
            // The fabric itself stays; each round begins without it.
            if (Directory.Exists($"{_root}/config/target/xen-pvscsi"))
            {
                Directory.Delete($"{_root}/config/target/xen-pvscsi");
            }
            _kernel.Left = acts;
            var isWhole = _targets.Make(Target, Disk) is null;
            Assert.Equal(acts == 11, isWhole);
            Assert.Equal(acts > 0 ? [Target] : [], _targets.All());
            _kernel.Left = int.MaxValue;
            Assert.Null(_targets.Remove(Target));
            Assert.Empty(_targets.All());
            Assert.Equal(["alua"], Directory.EnumerateDirectories($"{_root}/config/target/core").Select(Path.GetFileName));
        }
    }

    [Fact]
    public void What_the_driver_has_still_stays_and_that_is_told()
    {
        Assert.Null(_targets.Make(Target, Disk));
        _kernel.Busy = $"xen-pvscsi/{Name}/tpgt_1/nexus";
        Assert.Equal($"xen-pvscsi/{Name}/tpgt_1/nexus is busy", _targets.Remove(Target));
        Assert.True(Directory.Exists($"{_root}/config/target/xen-pvscsi/{Name}/tpgt_1"));
        Assert.Equal([Target], _targets.All());
    }

    [Fact]
    public void Targets_of_others_are_told_from_ours_and_whose_device_they_have()
    {
        var store = $"{_root}/config/target/core/pscsi_3/tape";
        Directory.CreateDirectory(store);
        Directory.CreateDirectory($"{_root}/config/target/xen-pvscsi/naa.600140512a981c66");
        File.WriteAllText(
            $"{store}/info",
            "Status: ACTIVATED  Max Queue Depth: 32  SectorSize: 512  HwMaxSectors: 1024\n"
                + "        SCSI Device Bus Location: Channel ID: 0 Target ID: 1 LUN: 3 Host ID: 2\n"
        );
        Assert.Empty(_targets.All());
        File.WriteAllText($"{store}/enable", "0\n");
        Assert.Null(_targets.ServedBy(Disk));
        File.WriteAllText($"{store}/enable", "1\n");
        Assert.Equal("target/core/pscsi_3/tape", _targets.ServedBy(Disk));
        Assert.Null(_targets.ServedBy(Disk with { Address = ScsiAddress.Parse("2:0:1:2")!.Value }));
    }

    [Theory]
    [InlineData("pscsi_0")]
    [InlineData("pscsi_99999999999")]
    [InlineData("pscsi_")]
    [InlineData("iblock_2147942401")]
    public void An_adapter_of_another_name_is_none_of_ours(string name) => Assert.Null(ScsiTarget.FromAdapter(name));

    [Theory]
    [InlineData("naa.30e4d15c0007000")]
    [InlineData("naa.30e4d15c000700011")]
    [InlineData("naa.30e4d15c0007000g")]
    [InlineData("naa.6001405000700011")]
    public void A_target_of_another_name_is_none_of_ours(string name) => Assert.Null(ScsiTarget.FromName(name));

    [Theory]
    [InlineData(1u, 0, 0)]
    [InlineData(32751u, 255, 255)]
    public void Names_lead_back_to_the_target(uint domain, byte device, byte number)
    {
        var target = new ScsiTarget(domain, device, number);
        Assert.Equal(target, ScsiTarget.FromName(target.Name));
        Assert.Equal(target, ScsiTarget.FromAdapter(target.Adapter));
    }

    [Fact]
    public void Devices_of_the_host_are_read_from_sysfs()
    {
        foreach (
            var (path, text) in new[]
            {
                ("2:0:1:3/block/sdb/dev", "8:16\n"),
                ("2:0:0:0/scsi_tape/st0/dev", ""),
                ("2:0:0:0/scsi_tape/nst0/x", ""),
            }
        )
        {
            Directory.CreateDirectory(Path.GetDirectoryName($"{_root}/devices/{path}")!);
            File.WriteAllText($"{_root}/devices/{path}", text);
        }
        Directory.CreateDirectory($"{_root}/devices/host2");
        Directory.CreateDirectory($"{_root}/devices/target2:0:0");
        Directory.CreateDirectory($"{_root}/devices/10:0:0:0");
        Assert.Equal(["2:0:0:0 (nst0)", "2:0:1:3 (sdb)", "10:0:0:0"], ScsiDevices.Read($"{_root}/devices").Select(device => $"{device}"));
        Assert.Equal(Disk, ScsiDevices.Read($"{_root}/devices").Single(device => device.Disk is not null));
    }

    [Fact]
    public void What_the_real_kernel_refuses_is_told_in_words()
    {
        var files = new ConfigFiles();
        Directory.CreateDirectory($"{_root}/full/below");
        Assert.Equal($"dom0's kernel knows no {_root}/absent", files.Write($"{_root}/absent", "1"));
        Assert.Equal($"dom0's kernel does not remove {_root}/full: ENOTEMPTY", files.RemoveDirectory($"{_root}/full"));
        Assert.Null(files.RemoveDirectory($"{_root}/full/below"));
        Assert.Null(files.MakeDirectory($"{_root}/made"));
        Assert.Null(files.Link($"{_root}/link", $"{_root}/made"));
        Assert.Null(files.Unlink($"{_root}/link"));
        Assert.True(Directory.Exists($"{_root}/made"));
        Assert.Null(files.RemoveDirectory($"{_root}/made"));
    }

    /// <summary>A kernel that makes what belongs to an object with it, and takes that away again.</summary>
    private sealed class FakeConfigFiles(string root) : IConfigFiles
    {
        public List<string> Course { get; } = [];

        /// <summary>So many acts succeed; those behind them fail.</summary>
        public int Left { get; set; } = int.MaxValue;

        /// <summary>A file that takes no word.</summary>
        public string? Busy { get; set; }

        public string? MakeDirectory(string path) => Do($"mkdir {Short(path)}", () =>
            {
                Directory.CreateDirectory(path);
                var parts = Short(path).Split('/');
                if (parts is ["core", _, _])
                {
                    File.WriteAllText($"{path}/enable", "0\n");
                    File.WriteAllText($"{path}/control", "");
                    File.WriteAllText($"{path}/udev_path", "");
                }
                if (parts is ["xen-pvscsi", _, _])
                {
                    Directory.CreateDirectory($"{path}/lun");
                    File.WriteAllText($"{path}/nexus", "");
                }
            });

        public string? RemoveDirectory(string path) => Do($"rmdir {Short(path)}", () =>
            {
                Assert.Equal(
                    [],
                    Directory
                        .EnumerateDirectories(path)
                        .Where(below => Path.GetFileName(below) != "lun" || Directory.GetDirectories(below).Length > 0)
                );
                Directory.Delete(path, recursive: true);
            });

        public string? Write(string path, string text) => Short(path) == Busy ? $"{Busy} is busy" : Do($"{Short(path)} = {text}", () =>
                {
                    Assert.True(File.Exists(path));
                    File.WriteAllText(path, text == "NULL" ? "" : text);
                });

        public string? Link(string path, string target) =>
            Do($"{Short(path)} -> {Short(target)}", () => Directory.CreateSymbolicLink(path, target));

        public string? Unlink(string path) => Do($"rm {Short(path)}", () => File.Delete(path));

        private string? Do(string what, Action act)
        {
            if (Left <= 0)
            {
                return "no more";
            }
            Left--;
            Course.Add(what);
            act();
            return null;
        }

        private string Short(string path) => path[(root.Length + 1)..];
    }
}
