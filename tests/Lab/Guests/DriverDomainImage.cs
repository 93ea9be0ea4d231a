namespace Lab.Guests;

/// <summary>
/// The disk of a guest that serves disks and interfaces to others: dom0's own programs and scripts, and the backend drivers of its kernel.
/// Shell lines for dom0.
/// </summary>
internal static class DriverDomainImage
{
    public const string Path = "/mnt/xen/images/driver.img";

    /// <summary>The bridge in it, and its address there.</summary>
    public const string Bridge = "inner";

    public const string Address = "192.168.140.1";

    /// <summary>The file in it that it can serve.</summary>
    public const string Served = "/run/served.img";

    /// <summary>
    /// The stock scripts want bash and the real stat, ip, losetup and flock, and /dev/stdin, which udev makes elsewhere; for the rest there
    /// is busybox.
    /// </summary>
    public const string Make = $$"""
        set -e
        tree=$(mktemp -d /mnt/xen/driver.XXXXXX)
        cd "$tree"
        mkdir -p bin sbin usr/bin usr/sbin proc sys dev run tmp root modules etc/xen var/lib/xen var/log/xen
        ln -s ../run var/run
        ln -s ../run var/lock
        cp /bin/busybox bin/
        ln -s busybox bin/sh
        xl=$(ls /usr/lib/xen-4.*/bin/xl)
        programs="/bin/bash /sbin/losetup /usr/bin/flock /usr/bin/stat /sbin/ip $xl"
        for name in read write rm exists list; do programs="$programs /usr/bin/xenstore-$name"; done
        cp -L --parents $programs $(ldd $programs | grep -o '=> /[^ ]*\|	/[^ ]*' | grep -o '/.*' | grep -v ':$' | sort -u) .
        ln -s "$xl" usr/sbin/xl
        cp -a /etc/xen/scripts etc/xen/
        number=10
        modprobe -D -a xen-privcmd xen-gntdev xen-evtchn xen-netback xen-blkback bridge loop | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
        while read -r path; do
          case $path in
            *.xz) xz -dc "$path" >"modules/$number-$(basename "$path" .xz)" ;;
            *) cp "$path" "modules/$number-$(basename "$path")" ;;
          esac
          number=$((number + 1))
        done
        cat >etc/inittab <<'END'
        hvc0::respawn:/bin/sh
        null::respawn:/usr/sbin/xl devd -F
        END
        cat >start <<'END'
        #!/bin/sh
        /bin/busybox --install -s
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        mount -t tmpfs tmpfs /run
        mkdir -p /run/xen
        ln -s /proc/self/fd /dev/fd
        ln -s fd/0 /dev/stdin
        for module in /modules/*; do insmod "$module"; done
        ip link add {{Bridge}} type bridge
        ip address add {{Address}}/24 dev {{Bridge}}
        ip link set {{Bridge}} up
        truncate -s 16M {{Served}}
        exec /sbin/init
        END
        chmod 755 start
        truncate -s 64M {{Path}}
        mkfs.ext4 -q -F -d "$tree" -E lazy_itable_init=1 {{Path}}
        cd /
        rm -rf "$tree"
        """;
}
