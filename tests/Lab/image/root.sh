# Sourced by make-image.sh: the root file system of dom0.

# Debian's archives as this machine's apt knows them, for the wanted suite: one "deb" line each. Empty on a machine that has none.
debian_sources() {
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  if [ -z "$codename" ]; then return 0; fi
  known_archives | grep -q . || apt-get -q update >&2
  # $1 archive, $2 release (bookworm, bookworm-security), $3 component, $4 who publishes it
  known_archives | awk -F'|' -v old="$codename" -v new="$suite" '
    $3 == "main" && $4 == "Debian" && $1 ~ /^https?:/ && index($2, old) == 1 {
      print "deb", $1, new substr($2, length(old) + 1), "main"
    }' | sort -u
}

known_archives() {
  apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)' 'Created-By: Packages'
}

# How this machine's apt reaches them (proxies, retries, checks), as options for another apt.
apt_options() {
  apt-config dump | grep -E '^Acquire::(https?::|Retries |Check-|Max-)' | grep -v ' "";$' || true
}

make_root() {
  local -a options=()
  local option mirrors
  while IFS= read -r option; do options+=(--aptopt="$option"); done < <(apt_options)
  mirrors=$(debian_sources)
  # INITRD=No: Debian's ramdisk takes half a minute to make and seconds to unpack, and dom0 boots from our own.
  printf '%s\n' "$mirrors" | INITRD=No mmdebstrap --mode=root --variant=minbase \
    --include="$(echo $packages | tr ' ' ,)" "${options[@]}" \
    --aptopt='Apt::Install-Recommends "0"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$suite" "$root" ${mirrors:+-}
}

# Units that only cost time in a host that lives for minutes, has one user and no clock to keep.
masked_units='
  getty@tty1 getty-static serial-getty@hvc0 systemd-logind systemd-user-sessions systemd-update-utmp systemd-update-utmp-runlevel
  systemd-random-seed systemd-firstboot systemd-machine-id-commit systemd-journal-flush systemd-binfmt systemd-repart
  systemd-pcrphase systemd-pcrphase-sysinit systemd-tpm2-setup systemd-tpm2-setup-early systemd-hibernate-clear
  openvswitch-switch ovsdb-server ovs-vswitchd ovs-record-hostname uuidd uuidd.socket
  systemd-journal-catalog-update systemd-hwdb-update systemd-sysusers ldconfig systemd-remount-fs
  lvm2-monitor blk-availability e2scrub_reap xendomains networking keyboard-setup console-setup
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer
  nbd-server nbd-client open-iscsi iscsid iscsid.socket
  lvm2-lvmpolld.socket dm-event.socket systemd-initctl.socket systemd-journald-audit.socket
  dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount
  sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount'

configure_root() {
  local unit
  for unit in $masked_units; do
    case $unit in *.*) ;; *) unit=$unit.service ;; esac
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  rm -f "$root/etc/apt/apt.conf.d/99mmdebstrap"

  cp -rT "$here/dom0" "$root"
  chmod -R go-w "$root/etc/xen" "$root/root"
  chmod 755 "$root"/usr/local/sbin/*
  chroot "$root" systemctl enable lab-setup.service lab-ready.service

  : >"$root/etc/fstab"
  echo dom0 >"$root/etc/hostname"
  printf '127.0.0.1 localhost dom0\n' >"$root/etc/hosts"
  chroot "$root" systemd-machine-id-setup
  mkdir -p "$root/var/log/xen/console" "$root/mnt/publish"
}

# After the ramdisks are made: a guest with emulated hardware needs some of what dom0 can do without.
trim_root() {
  local modules module
  local -a scsi=()
  # Of SCSI what carries disks of iSCSI stays, and a disk without hardware; other drivers of it are for hardware.
  for module in scsi_mod scsi_common sd_mod scsi_transport_iscsi libiscsi libiscsi_tcp iscsi_tcp scsi_debug; do
    scsi+=(! -name "$module.ko*")
  done
  # Drivers of hardware that the emulator never shows.
  modules=$(echo "$root"/lib/modules/*/kernel)
  rm -rf "$modules"/sound "$modules"/drivers/{media,gpu,infiniband,iio,hwmon,staging,hid,ata,mtd,mmc,isdn,bluetooth,input} \
    "$modules"/drivers/usb/{atm,class,gadget,image,misc,mon,musb,phy,serial,storage,typec,usbip} \
    "$modules"/drivers/net/{ethernet,wireless,usb,can,phy,wwan} "$modules"/net/{wireless,mac80211,bluetooth,can,rxrpc,sctp} \
    "$modules"/fs/{btrfs,xfs,ocfs2,gfs2,nfs,nfsd,cifs,smb,ceph,afs,jfs,reiserfs,f2fs,ubifs,ntfs3,dlm,bcachefs}
  find "$modules"/drivers/scsi -name '*.ko*' "${scsi[@]}" -delete
  chroot "$root" depmod "$(basename "$root"/lib/modules/*)"
}

make_keys() {
  ssh-keygen -q -t ed25519 -N '' -C lab -f "$out/id_ed25519"
  rm -f "$root"/etc/ssh/ssh_host_*
  ssh-keygen -q -t ed25519 -N '' -C dom0 -f "$root/etc/ssh/ssh_host_ed25519_key"
  install -D -m 600 "$out/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
  chmod 700 "$root/root" "$root/root/.ssh"
  echo "dom0 $(cut -d' ' -f1,2 "$root/etc/ssh/ssh_host_ed25519_key.pub")" >"$out/known_hosts"
}
