using Sxp;

namespace Xm.Tests;

/// <summary>block-* and network-*: what is sent, and what is printed of the answers.</summary>
public sealed class DeviceCommandTests : IDisposable
{
    private readonly XmRun _xm = new();

    public void Dispose() => _xm.Dispose();

    [Theory]
    [InlineData("block-attach linux phy:/dev/a xvdb w", "xend.domain.device_create linux (vbd (uname phy:/dev/a) (dev xvdb) (mode w))")]
    [InlineData(
        "block-attach linux tap:aio:/a.img /dev/xvdb r 0",
        "xend.domain.device_create linux (tap (uname tap:aio:/a.img) (dev /dev/xvdb) (mode r) (backend 0))"
    )]
    [InlineData("block-attach 3 file:/a.img 51728 w", "xend.domain.device_create 3 (vbd (uname file:/a.img) (dev 51728) (mode w))")]
    [InlineData("network-attach linux", "xend.domain.device_create linux (vif)")]
    [InlineData(
        "network-attach linux mac=00:16:3e:0:0:1 bridge=eth0 rate=1Mb/s",
        "xend.domain.device_create linux (vif (mac 00:16:3e:0:0:1) (bridge eth0) (rate 1Mb/s))"
    )]
    [InlineData("block-detach linux xvdb", "xend.domain.destroyDevice linux vbd xvdb 'None' True")]
    [InlineData("block-detach linux xvdb -f", "xend.domain.destroyDevice linux vbd xvdb -f True")]
    [InlineData("network-detach linux 1 --force", "xend.domain.destroyDevice linux vif 1 --force True")]
    [InlineData("vtpm-attach linux backend=tpm", "xend.domain.device_create linux (vtpm (backend tpm))")]
    [InlineData(
        "vtpm-attach linux uuid=0a1b2c3d-0000-4000-8000-0123456789ab backend=3",
        "xend.domain.device_create linux (vtpm (uuid 0a1b2c3d-0000-4000-8000-0123456789ab) (backend 3))"
    )]
    [InlineData("vtpm-detach linux 0", "xend.domain.destroyDevice linux vtpm 0 'None' True")]
    [InlineData(
        "vtpm-detach linux 0a1b2c3d-0000-4000-8000-0123456789ab -f",
        "xend.domain.destroyDevice linux vtpm 0a1b2c3d-0000-4000-8000-0123456789ab -f True"
    )]
    [InlineData("usb-hc-create linux 2 2", "xend.domain.device_create linux (vusb (usb-ver 2) (num-ports 2) (port (1 '') (2 '')))")]
    [InlineData("usb-hc-destroy linux 0", "xend.domain.destroyDevice linux vusb 0 'None' True")]
    [InlineData("usb-attach linux 0 2 1-2.3", "xend.domain.device_configure linux (vusb (port (2 1-2.3))) 0")]
    [InlineData(
        "scsi-attach linux sda 1:0:0:2",
        "xend.domain.device_configure linux (vscsi (feature-host 0) (dev (state 1) (devid 1) (p-dev 2:0:0:0) (p-devname sda) (v-dev 1:0:0:2)))"
    )]
    [InlineData(
        "scsi-attach linux 2:0:1:0 0:0:0:0 0",
        "xend.domain.device_configure linux "
            + "(vscsi (feature-host 0) (dev (state 1) (devid 0) (p-dev 2:0:1:0) (p-devname st0) (v-dev 0:0:0:0)) (backend 0))"
    )]
    [InlineData(
        "scsi-attach linux /dev/sda host",
        "xend.domain.device_configure linux (vscsi (feature-host 1) (dev (state 1) (devid 2) (p-dev 2:0:0:0) (p-devname sda) (v-dev 2:0:0:0)) "
            + "(dev (state 1) (devid 2) (p-dev 2:0:1:0) (p-devname st0) (v-dev 2:0:1:0)))"
    )]
    [InlineData(
        "scsi-detach linux 1:0:0:2",
        "xend.domain.device_configure linux "
            + "(vscsi (feature-host 0) (dev (state 5) (devid 1) (p-dev 'None') (p-devname 'None') (v-dev 1:0:0:2)))"
    )]
    [InlineData("usb-detach linux 0 2", "xend.domain.device_configure linux (vusb (port (2 ''))) 0")]
    public void The_words_are_sent_as_of_old(string words, string call)
    {
        var outcome = AddScsiUnits().Run(words.Split(' '));
        Assert.Equal((0, "", ""), (outcome.Status, outcome.Errors, outcome.Out));
        Assert.Equal(call, _xm.Xend.Calls[^1]);
    }

    [Theory]
    [InlineData("network-attach linux foo=1", "Error: Invalid argument: foo=1")]
    [InlineData("network-attach linux bridge=", "Error: Invalid argument: bridge=")]
    [InlineData("network-attach linux mac=1:2", "Error: Cannot create a new virtual network interface - MAC address is not valid!")]
    [InlineData("vtpm-attach linux", "Error: 'xm vtpm-attach' requires between 2 and 3 arguments.")]
    [InlineData("vtpm-attach linux tpm", "Error: Invalid argument: tpm")]
    [InlineData("vtpm-attach linux backend=tpm instance=1", "Error: Invalid argument: instance=1")]
    [InlineData("vtpm-attach linux backend=", "Error: Invalid argument: backend=")]
    [InlineData("vtpm-attach linux uuid=u", "Error: No backend=<BackDomain> given: dom0 serves no vTPMs")]
    [InlineData("scsi-attach linux sdz 0:0:0:0", "Error: Cannot find device 'sdz'")]
    [InlineData("scsi-attach linux sda 0:0:0", "Error: Invalid argument: 0:0:0")]
    [InlineData("scsi-detach linux host", "Error: Invalid argument: host")]
    [InlineData("scsi-detach linux x:0:0:0", "Error: Invalid argument.")]
    [InlineData("scsi-list", "Error: 'xm scsi-list' requires between 1 and 2 arguments.")]
    [InlineData("scsi-list linux other", "Error: No multiple domain parameters allowed")]
    [InlineData("network-detach linux 00:16:3e:00:00:09", "Error: Cannot find device '00:16:3e:00:00:09' in domain 'linux'")]
    public void Wrong_words_are_told(string words, string error)
    {
        var outcome = AddScsiUnits().Run(words.Split(' '));
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith(error, outcome.Errors);
        Assert.DoesNotContain(_xm.Xend.Calls, call =>
            call.Contains("device_create") || call.Contains("device_configure") || call.Contains("destroyDevice")
        );
    }

    [Fact]
    public void Another_third_word_is_told_and_passed_over()
    {
        var outcome = _xm.Run("block-detach", "linux", "xvdb", "force");
        Assert.Equal((0, "Ignoring option force\n"), (outcome.Status, outcome.Out));
        Assert.Equal("xend.domain.destroyDevice linux vbd xvdb 'None' True", _xm.Xend.Calls[^1]);
    }

    [Fact]
    public void Usb_controllers_are_listed_with_what_is_in_their_ports()
    {
        AnswerUsb();
        Assert.Equal(
            "Idx BE  state usb-ver  BE-path                       \n"
                + "0   0   4     USB2.0  /local/domain/0/backend/qusb/3/0  \n"
                + "port 1: 1-1 [ID 0781:5567 SanDisk Cruzer]\n"
                + "port 2: \n",
            _xm.Run("usb-list", "linux").Out
        );
    }

    [Fact]
    public void SCSI_devices_are_listed_in_the_order_of_the_guests_addresses()
    {
        Assert.Equal((0, ""), (_xm.Run("scsi-list", "linux").Status, _xm.Run("scsi-list", "linux").Out));
        _xm.Xend.Answer("xend.domain.getDeviceSxprs", _ => SxpReader.Read(
                """
                ((0 ((devs ((dev (state 4) (devid 0) (p-dev 2:0:1:0) (p-devname st0) (v-dev 0:0:10:0) (frontstate 4))
                            (dev (state 1) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev 0:0:2:0))))
                     (state 4) (backend-id 0) (backend /local/domain/0/backend/vscsi/3/0) (feature-host 0)))
                 (1 ((devs ((dev (devid 1) (p-dev 10:0:0:0) (p-devname '') (v-dev 1:0:0:0)))) (feature-host 1))))
                """
            ));
        Assert.Equal(
            "Idx BE  state host  phy-hctl   phy   vir-hctl   devstate\n"
                + "0   0   4     0     2:0:0:0    sda   0:0:2:0    None\n"
                + "0   0   4     0     2:0:1:0    st0   0:0:10:0   4   \n"
                + "1   -1  -1    1     10:0:0:0         1:0:0:0    None\n",
            _xm.Run("scsi-list", "linux").Out
        );
        Assert.StartsWith("(0\n    ((devs\n", _xm.Run("scsi-list", "--long", "linux").Out);
    }

    /// <summary>A disk and a tape of one adapter.</summary>
    private XmRun AddScsiUnits()
    {
        _xm.WithFile("/sys/bus/scsi/devices/2:0:0:0/block/sda/size").WithFile("/sys/bus/scsi/devices/2:0:1:0/scsi_tape/st0/dev");
        return _xm;
    }

    [Fact]
    public void Usb_devices_that_no_domain_has_are_listed()
    {
        AnswerUsb();
        Assert.Equal("1-2.4        : ID 046d:c016 Mouse\n", _xm.Run("usb-list-assignable-devices").Out);
    }

    [Fact]
    public void A_controller_has_sixteen_ports_at_most() =>
        Assert.StartsWith("Error: Invalid number of ports: 17 (1 to 16)", _xm.Run("usb-hc-create", "linux", "2", "17").Errors);

    private void AnswerUsb()
    {
        _xm.Xend.Answer("xend.domain.getDeviceSxprs", _ =>
            SxpReader.Read(
                "((0 ((backend-id 0) (state 4) (backend /local/domain/0/backend/qusb/3/0) (usb-ver 2) (num-ports 2) (port (1 1-1) (2 '')))))"
            )
        );
        _xm.Xend.Answer("xend.node.usb_devices", _ =>
            SxpReader.Read(
                "((usb (bus 1-1) (vendor 0781) (product 5567) (info 'SanDisk Cruzer') (domain linux)) "
                    + "(usb (bus 1-2.4) (vendor 046d) (product c016) (info Mouse) (domain '')))"
            )
        );
    }

    /// <summary>In the columns of xm 4.1: with a driver in the guest, without one, and with one that writes anything.</summary>
    [Fact]
    public void Virtual_TPMs_are_listed_in_the_old_columns()
    {
        Assert.Equal((0, "", ""), Listed());
        _xm.Xend.Answer("xend.domain.getDeviceSxprs", _ => SxpReader.Read(
                """
                ((0 ((backend-id 1) (handle 0) (state 4) (backend /local/domain/1/backend/vtpm/2/0) (ring-ref 8) (event-channel 9)
                     (feature-protocol-v2 1)))
                 (1 ((backend-id 12) (handle 1) (state 1) (backend /local/domain/12/backend/vtpm/2/1)))
                 (12 ((backend-id 1) (handle '1 2') (state x) (ring-ref -7))))
                """
            ));
        Assert.Equal(
            (
                0,
                "Idx  BE handle state evt-ch ring-ref BE-path\n"
                    + "0     1    0     4      9      8     /local/domain/1/backend/vtpm/2/0  \n"
                    + "1     12   1     1      -1     -1    /local/domain/12/backend/vtpm/2/1  \n"
                    + "12    1    0     -1     -1     -1    ??                              \n",
                ""
            ),
            Listed()
        );
        // Who says so in short means what it meant before there were others of that name.
        Assert.Equal(Listed().Out, _xm.Run("vt", "linux").Out);
        Assert.Equal("xend.domain.getDeviceSxprs linux vtpm", _xm.Xend.Calls[^1]);
        Assert.StartsWith(
            "(0\n    ((backend-id 1)\n        (handle 0)\n        (state 4)\n        (backend /local/domain/1/backend/vtpm/2/0)\n",
            _xm.Run("vtpm-list", "linux", "--long").Out
        );

        (int Status, string Out, string Errors) Listed()
        {
            var outcome = _xm.Run("vtpm-list", "linux");
            return (outcome.Status, outcome.Out, outcome.Errors);
        }
    }

    [Fact]
    public void Several_domains_are_listed_in_one_table()
    {
        _xm.Xend.Answer("xend.domain.getDeviceSxprs", arguments =>
            SxpReader.Read(
                $"((768 ((backend-id 0) (virtual-device 768) (state 4) (backend /local/domain/0/backend/vbd/{arguments[0].AsText()}/768))))"
            )
        );
        Assert.Equal(
            "Vdev  BE handle state evt-ch ring-ref BE-path\n"
                + "768    0    0     4      -1     -1    /local/domain/0/backend/vbd/1/768  \n"
                + "768    0    0     4      -1     -1    /local/domain/0/backend/vbd/2/768  \n"
                + "768    0    0     4      -1     -1    /local/domain/0/backend/vbd/3/768  \n",
            _xm.Run("block-list", "1", "2", "3").Out
        );
        Assert.StartsWith("Error: 'xm network-list' requires between 1 and 2 arguments.\n", _xm.Run("network-list").Errors);
        Assert.StartsWith("Error: No domain parameter given", _xm.Run("network-list", "-l").Errors);
    }

    [Fact]
    public void Lists_have_the_old_columns_and_nothing_at_all_is_printed_where_there_is_nothing()
    {
        Assert.Equal((0, ""), (_xm.Run("block-list", "linux").Status, _xm.Run("block-list", "linux").Out));
        _xm.Xend.Answer(
            "xend.domain.getDeviceSxprs",
            SxpReader.Read("((768 ((backend-id 0) (virtual-device 768) (state 1) (backend /local/domain/0/backend/vbd/1/768))))")
        );
        Assert.Equal(
            "Vdev  BE handle state evt-ch ring-ref BE-path\n"
                + "768    0    0     1      -1     -1    /local/domain/0/backend/vbd/1/768  \n",
            _xm.Run("block-list", "linux").Out
        );
        _xm.Xend.Answer(
            "xend.domain.getDeviceSxprs",
            SxpReader.Read("((0 ((backend-id 0) (mac 00:16:3e:38:d4:15) (handle 0) (state 1) (backend /local/domain/0/backend/vif/1/0))))")
        );
        Assert.Equal(
            "Idx BE     MAC Addr.     handle state evt-ch tx-/rx-ring-ref BE-path\n"
                + "0   0  00:16:3e:38:d4:15    0     1      -1    -1   /-1      /local/domain/0/backend/vif/1/0  \n",
            _xm.Run("network-list", "linux").Out
        );
        Assert.StartsWith("(0\n    ((backend-id 0)\n        (mac 00:16:3e:38:d4:15)\n", _xm.Run("network-list", "linux", "--long").Out);
        _xm.Run("network-detach", "linux", "00:16:3E:38:d4:15");
        Assert.Equal("xend.domain.destroyDevice linux vif 0 'None' True", _xm.Xend.Calls[^1]);
    }
}
