# A paravirtualized Linux guest.

kernel = '/mnt/xen/linux/vmlinux'
memory = '256'
vcpus  = '2'
root   = '/dev/xvda1'
disk   = [ 'phy:/dev/vg01/linux0,xvda,w' ]
name   = 'linux'
vif    = [ 'bridge=eth0,mac=00:16:3e:38:d4:07' ]
on_poweroff = 'destroy'
on_reboot   = 'restart'
on_crash    = 'restart'
extra  = 'console=hvc0 init=/sbin/init rootfstype=ext4 rootflags=nobarrier'
