# A fully virtualized guest: Windows XP with a CD drive and a VNC display.
# hvmloader and the device model are found by their base names in the places of
# the running Xen version; the two paths here are those of old.

kernel       = '/usr/lib/xen/boot/hvmloader'
builder      = 'hvm'
device_model = '/usr/lib/xen/bin/qemu-dm'
memory       = '1024'
vcpus        = '2'
disk         = [ 'phy:/dev/vg01/winxp0,hda,w', 'phy:/dev/loop0,ioemu:hdc:cdrom,r' ]
name         = 'winxp'
dhcp         = 'dhcp'
vif          = [ 'bridge=eth0,mac=00:16:3e:38:d4:15' ]
on_poweroff  = 'destroy'
on_reboot    = 'restart'
on_crash     = 'restart'
boot         = 'c'
vnc = 1
vncviewer = 0
vnclisten = ''
sdl = 0
