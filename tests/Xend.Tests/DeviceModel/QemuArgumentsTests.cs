using Sxp;
using Xend.DeviceModel;
using Xend.Domains;
using Xend.Tests.Operations;

namespace Xend.Tests.DeviceModel;

public sealed class QemuArgumentsTests
{
    [Fact]
    public void The_users_windows_guest_gets_the_argument_list_that_libxl_would_give_it()
    {
        Assert.Equal(
            "-xen-domid 5 -no-shutdown "
                + "-chardev socket,id=libxl-cmd,path=/var/run/xen/qmp-libxl-5,server=on,wait=off -mon chardev=libxl-cmd,mode=control "
                + "-chardev socket,id=libxenstat-cmd,path=/var/run/xen/qmp-libxenstat-5,server=on,wait=off -mon "
                + "chardev=libxenstat-cmd,mode=control "
                + "-nodefaults -no-user-config -name winxp -vnc 127.0.0.1:0,to=99 -display none "
                + "-serial pty -device cirrus-vga,vgamem_mb=8 -boot order=c -smp 2,maxcpus=2 "
                + "-device rtl8139,id=nic0,netdev=net0,mac=00:16:3e:38:d4:15 -netdev "
                + "type=tap,id=net0,ifname=vif5.0-emu,script=no,downscript=no "
                + "-machine xenfv,suppress-vmdesc=on -m 1024 "
                + "-drive if=ide,index=0,media=disk,file=/dev/vg01/winxp0,format=raw,cache=writeback "
                + "-drive if=none,readonly=on,id=ide-5632,file=/dev/loop0,format=raw -device "
                + "ide-cd,id=ide-5632,drive=ide-5632,bus=ide.1,unit=0",
            Line(Guests.WinXp())
        );
    }

    [Fact]
    public void A_display_with_a_password_is_reached_through_the_gateway_and_the_password_is_never_named()
    {
        var line = Line(Guests.Hvm("(vnc 1) (vncpasswd geheim) (vnclisten 0.0.0.0) (vncdisplay 3) (vncunused 0)"), password: true);
        Assert.Contains("-vnc unix:/var/run/xen/xend-vnc-5 -display none", line);
        Assert.DoesNotContain("geheim", line);
    }

    [Fact]
    public void A_display_that_must_have_its_number_takes_no_other() =>
        Assert.Contains("-vnc 0.0.0.0:3 -display none", Line(Guests.Hvm("(vnc 1) (vnclisten 0.0.0.0) (vncdisplay 3) (vncunused 0)")));

    [Theory]
    [InlineData("(stdvga 1) (videoram 32)", "-device VGA,vgamem_mb=32")]
    [InlineData("(usb 1) (usbdevice tablet)", "-usb -device usb-tablet")]
    [InlineData("(usbdevice host:046d:c016)", "-usb -device usb-host,id=usb-host-046d-c016,vendorid=0x046d,productid=0xc016")]
    [InlineData("(usbdevice host:1.3)", "-device usb-host,id=usb-host-1.3,hostbus=1,hostaddr=3")]
    [InlineData("(soundhw all)", "-device sb16 -device ES1370")]
    [InlineData("(soundhw hda)", "-device intel-hda -device hda-duplex")]
    [InlineData("(serial (pty file:/tmp/x))", "-serial pty -serial file:/tmp/x")]
    [InlineData("(serial none)", "-serial null")]
    [InlineData("(serial vc)", "-serial vc")]
    [InlineData("(serial vc:80Cx24C)", "-serial vc:80Cx24C")]
    [InlineData("(serial stdio)", "-serial stdio")]
    [InlineData("(serial file:/var/log/guest.log)", "-serial file:/var/log/guest.log")]
    [InlineData("(serial pipe:/run/guest)", "-serial pipe:/run/guest")]
    [InlineData("(serial /dev/ttyS0)", "-serial /dev/ttyS0")]
    [InlineData("(serial unix:/run/guest)", "-serial unix:/run/guest")]
    [InlineData("(serial 'unix:/run/guest,server,nowait')", "-serial unix:/run/guest,server=on,wait=off")]
    [InlineData("(serial tcp:log.example.org:4555)", "-serial tcp:log.example.org:4555")]
    [InlineData("(serial 'tcp::4555,server,nodelay')", "-serial tcp::4555,nodelay=on,server=on,wait=off")]
    [InlineData("(serial 'telnet:127.0.0.1:4555,server,nowait')", "-serial telnet:127.0.0.1:4555,server=on,wait=off")]
    [InlineData("(serial udp:10.0.0.1:4555@:4556)", "-serial udp:10.0.0.1:4555@:4556")]
    [InlineData("(parallel /dev/lp0)", "-parallel /dev/lp0")]
    [InlineData("(monitor_path 'unix:/run/mon,server,nowait')", "-monitor unix:/run/mon,server=on,wait=off")]
    [InlineData("(acpi 0)", "-machine xenfv,suppress-vmdesc=on,acpi=off")]
    [InlineData("(xen_platform_pci 0)", "-machine pc,accel=xen,suppress-vmdesc=on")]
    [InlineData("(boot dca)", "-boot order=dca")]
    [InlineData("(fda /img/floppy)", "-drive if=floppy,index=0,file=/img/floppy,format=raw")]
    [InlineData("(keymap de) (vnc 1)", "-k de")]
    [InlineData("(vnc 1) (vnclisten ::1)", "-vnc [::1]:0,to=99")]
    [InlineData("(nographic 1) (vnc 1)", "-vnc none -display none -nographic")]
    [InlineData("(monitor 1)", "-monitor vc")]
    public void An_option_of_the_image_becomes_the_argument_of_today(string image, string argument) =>
        Assert.Contains(argument, Line(Guests.Hvm(image)));

    [Fact]
    public void Scsi_and_ahci_disks_an_empty_drive_and_a_name_with_a_comma_have_their_form()
    {
        var line = Line(
            Guests.Hvm(
                "(hdtype ahci)",
                """
                (device (vbd (uname file:/img/a,b.img) (dev hda) (mode w)))
                (device (vbd (uname file:/img/c.img) (dev sda) (mode w)))
                (device (vbd (uname '') (dev hdc:cdrom) (mode r)))
                (device (vbd (uname file:/img/e.img) (dev xvde) (mode w)))
                """
            )
        );
        Assert.Contains("-device ahci,id=ahci0", line);
        Assert.Contains(
            "-drive if=none,id=ahcidisk-0,file=/img/a,,b.img,format=raw,cache=writeback -device ide-hd,bus=ahci0.0,unit=0,drive=ahcidisk-0",
            line
        );
        Assert.Contains("-device lsi53c895a", line);
        Assert.Contains("-device scsi-hd,id=scsi-2048,drive=scsi0-hd0,scsi-id=0", line);
        Assert.Contains("-drive if=none,readonly=on,id=ide-5632 -device ide-cd", line);
        // It has a PV side only.
        Assert.DoesNotContain(
            "/img/e.img,format=raw,cache=writeback -device ide-hd,bus=ahci0.4",
            Line(Guests.Hvm("", "(device (vbd (uname file:/img/e.img) (dev xvde) (mode w)))"))
        );
    }

    [Fact]
    public void An_interface_that_is_pv_only_has_no_emulated_card()
    {
        var line = Line(Guests.Hvm("", "(device (vif (bridge eth0) (type netfront)))"));
        Assert.Contains("-net none", line);
        Assert.DoesNotContain("-netdev", line);
    }

    [Fact]
    public void A_direct_kernel_is_given_with_its_ramdisk_and_words_and_hvmloader_is_none()
    {
        var config = new DomainConfigReader("vif-bridge").Read(
            (SList)
                SxpReader.Read(
                    "(vm (name h) (memory 64) (image (hvm (kernel /boot/vmlinuz) (ramdisk /boot/initrd) (args 'console=ttyS0'))))"
                )
        );
        Assert.Contains("-kernel /boot/vmlinuz -initrd /boot/initrd -append console=ttyS0", Line(config));
        Assert.DoesNotContain("-append", Line(Guests.WinXp()));
    }

    [Fact]
    public void A_pv_guest_with_a_framebuffer_is_attached_to_and_has_no_machine_of_its_own()
    {
        var line = Line(
            (SList)
                SxpReader.Read(
                    "(vm (name p) (memory 64) (image (linux (kernel /boot/vmlinux) (args ''))) (device (vkbd)) (device (vfb (vnc 1) "
                        + "(vncdisplay 2) (keymap fr))))"
                )
        );
        Assert.Contains("-xen-attach -name p -vnc 127.0.0.1:2,to=99 -display none -k fr -machine xenpv", line);
        Assert.DoesNotContain("-serial", line);
    }

    [Fact]
    public void SDL_is_given_only_where_there_is_a_display()
    {
        var config = new DomainConfigReader("vif-bridge").Read(Guests.Hvm("(sdl 1)"));
        Assert.Contains(
            "-display sdl",
            string.Join(' ', QemuArguments.For(new DeviceModelSetting(1, config, "", "", false, HasXDisplay: true)))
        );
        Assert.Contains(
            "-display none",
            string.Join(' ', QemuArguments.For(new DeviceModelSetting(1, config, "", "", false, HasXDisplay: false)))
        );
    }

    [Theory]
    [InlineData("(serial 'pty -device evil')", "serial is")]
    [InlineData("(serial mon:stdio)", "serial is 'mon:stdio'; it can be pty, none, vc")]
    [InlineData("(serial chardev:evil)", "serial is")]
    [InlineData("(serial file:relative)", "serial is")]
    [InlineData("(serial tcp:host)", "serial is")]
    [InlineData("(serial tcp:host:70000)", "serial is")]
    [InlineData("(serial 'tcp::4555,server,path=/x')", "serial is")]
    [InlineData("(serial udp:a:1@b:2@c:3)", "serial is")]
    [InlineData("(serial (stdio stdio))", "serial: only one port can be stdio.")]
    [InlineData("(parallel 'pty,x')", "parallel is")]
    [InlineData("(monitor_path relative)", "monitor_path is")]
    [InlineData("(keymap 'de,evil')", "keymap")]
    [InlineData("(vnclisten '0.0.0.0,evil=1')", "vnclisten")]
    [InlineData("(boot 'c,strict=on')", "boot is")]
    [InlineData("(usbdevice 'tablet,evil')", "usbdevice is")]
    [InlineData("(soundhw piano)", "soundhw is")]
    [InlineData("(bios coreboot)", "bios is")]
    [InlineData("(fda floppy.img)", "Floppy file floppy.img does not exist.")]
    [InlineData("(cpuid ((1 ((efx 1)))))", "none of eax")]
    [InlineData("(cpuid ((d ((eax 0x1)))))", "cpuid: 'd' is no leaf.")]
    public void What_would_change_the_list_or_cannot_be_is_refused(string image, string sentence)
    {
        var error = Assert.Throws<XendError>(() => new DomainConfigReader("vif-bridge").Read(Guests.Hvm(image)));
        Assert.Contains(sentence, error.Message);
    }

    [Fact]
    public void The_model_of_a_card_cannot_smuggle_arguments()
    {
        var error = Assert.Throws<XendError>(() =>
            new DomainConfigReader("vif-bridge").Read(Guests.Hvm("", "(device (vif (model 'e1000,id=x')))"))
        );
        Assert.Contains("no model of a network card", error.Message);
    }

    private static string Line(SList config, bool password = false) => Line(new DomainConfigReader("vif-bridge").Read(config), password);

    private static string Line(DomainConfig config, bool password = false) =>
        string.Join(' ', QemuArguments.For(new DeviceModelSetting(5, config, "127.0.0.1", "", password, HasXDisplay: false)));
}
