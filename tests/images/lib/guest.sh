# SPDX-License-Identifier: GPL-2.0-or-later
# Turns an unpacked root file system in $M into a guest with a past: what the
# owner, the distribution's image and EC2's first boot have left there.

INSTANCE_ID=i-0c1a2b3c4d5e6f708
INSTANCE_MAC=0a:ff:c0:11:22:33
INSTANCE_HOST=ip-172-31-5-9
ROOT_PASSWORD=v2v-test

put () { # path [mode], contents on stdin; parents are made
  mkdir -p "$(dirname "$M$1")"
  cat >"$M$1"
  chmod "${2:-644}" "$M$1"
}

guest_users () { # public key
  echo "root:$ROOT_PASSWORD" | chroot "$M" chpasswd
  chroot "$M" useradd -m -s /bin/bash -c Debian -G adm,audio,cdrom,dialout,dip,floppy,sudo,video,plugdev admin
  echo 'admin ALL=(ALL) NOPASSWD:ALL' | put /etc/sudoers.d/90-cloud-init-users 440
  install -d -m 700 "$M/home/admin/.ssh"
  put /home/admin/.ssh/authorized_keys 600 <"$1"
  chroot "$M" chown -R admin:admin /home/admin/.ssh
  # The tarball is shared by many guests, the identity of one of them is not.
  rm -f "$M"/etc/ssh/ssh_host_*
  chroot "$M" ssh-keygen -A >/dev/null
  printf '%s\n' "$(recipe_uuid machine | tr -d -)" | put /etc/machine-id 444
}

guest_network () {
  local host=$INSTANCE_HOST
  [ "$R_EC2" = yes ] || host=debian
  echo "$host" | put /etc/hostname
  printf '127.0.1.1 %s\n127.0.0.1 localhost\n::1 localhost ip6-localhost\n' "$host" | put /etc/hosts
  case $R_NETWORK-$R_EC2 in
    netplan-yes) guest_netplan_pinned ;;
    netplan-no) guest_netplan_any ;;
    ifupdown-yes) guest_ifupdown ens5; guest_persistent_net ens5 ;;
    ifupdown-no) guest_ifupdown_any ;;
    networkd-yes) guest_networkd_ena ;;
    networkd-no) guest_networkd_any ;;
  esac
}

guest_netplan_pinned () {
  put /etc/netplan/50-cloud-init.yaml 600 <<F
# This file is generated from information provided by the datasource.  Changes
# to it will not persist across an instance reboot.
network:
    ethernets:
        ens5:
            dhcp4: true
            dhcp6: false
            match:
                macaddress: $INSTANCE_MAC
            set-name: ens5
    version: 2
F
  enable systemd-networkd.service systemd-resolved.service
}

guest_netplan_any () {
  put /etc/netplan/90-default.yaml 600 <<'F'
network:
    version: 2
    ethernets:
        all-en:
            match:
                name: en*
            dhcp4: true
        all-eth:
            match:
                name: eth*
            dhcp4: true
F
  enable systemd-networkd.service systemd-resolved.service
}

# As Amazon Linux 2023: by the driver of EC2's cards, so that no other is served.
guest_networkd_ena () {
  printf '[Match]\nDriver=ena ixgbevf vif\n\n[Link]\nMTUBytes=9001\n\n[Network]\nDHCP=yes\n' \
    | put /usr/lib/systemd/network/80-ec2.network
  enable systemd-networkd.service systemd-resolved.service
}

guest_networkd_any () {
  printf '[Match]\nName=en* eth*\n\n[Network]\nDHCP=yes\n' | put /etc/systemd/network/80-dhcp.network
  enable systemd-networkd.service systemd-resolved.service
}

guest_ifupdown () { # interface
  printf 'auto lo\niface lo inet loopback\n\nsource /etc/network/interfaces.d/*\n' | put /etc/network/interfaces
  put /etc/network/interfaces.d/50-cloud-init <<F
# This file is generated from information provided by the datasource.  Changes
# to it will not persist across an instance reboot.
auto lo
iface lo inet loopback

auto $1
iface $1 inet dhcp
F
}

guest_ifupdown_any () {
  put /etc/network/interfaces <<'F'
auto lo
iface lo inet loopback

auto /en*=en
iface en inet dhcp

auto /eth*=eth
iface eth inet dhcp
F
}

guest_persistent_net () { # interface
  put /etc/udev/rules.d/70-persistent-net.rules <<F
SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="$INSTANCE_MAC", NAME="$1"
F
}

guest_cloud_init () {
  # minbase has no generated locale, so cloud-init's default one would fail.
  printf 'locale: C.UTF-8\n' | put /etc/cloud/cloud.cfg.d/02_locale.cfg
  put /etc/cloud/cloud.cfg.d/01_debian_cloud.cfg <<'F'
apt_preserve_sources_list: true
manage_etc_hosts: true
system_info:
  default_user:
    name: admin
    lock_passwd: true
    gecos: Debian
    groups: [adm, audio, cdrom, dialout, dip, floppy, plugdev, sudo, video]
    sudo: ["ALL=(ALL) NOPASSWD:ALL"]
    shell: /bin/bash
F
  [ "$R_EC2" = yes ] || return 0
  printf 'network: {config: disabled}\n' | put /etc/cloud/cloud.cfg.d/99-disable-network-config.cfg
  # One entry makes ds-identify use it unseen, so away from EC2 every boot waits
  # for the metadata service: for 120 s in a real guest.  Here for IMDS_WAIT
  # seconds, long enough to be seen in the journal and short enough to be tested.
  put /etc/cloud/cloud.cfg.d/90_dpkg.cfg <<F
# to update this file, run dpkg-reconfigure cloud-init
datasource_list: [ Ec2 ]
F
  put /etc/cloud/cloud.cfg.d/95_ec2_wait.cfg <<F
datasource:
  Ec2:
    max_wait: $R_IMDS_WAIT
    timeout: $(((R_IMDS_WAIT + 1) / 2))
F
  guest_cloud_init_past
}

# What the first boot on EC2 has left in /var/lib/cloud.
guest_cloud_init_past () {
  local d=/var/lib/cloud/instances/$INSTANCE_ID s
  echo "DataSourceEc2Local: DataSourceEc2Local" | put $d/datasource
  printf '#cloud-config\n' | put $d/cloud-config.txt 600
  printf '' | put $d/user-data.txt 600
  printf '' | put $d/vendor-data.txt 600
  printf '46.31 - Tue, 04 Mar 2025 09:12:44 +0000 - v. 22.4.2\n' | put $d/boot-finished
  for s in config_ssh config_set_passwords config_users_groups config_locale config_grub_dpkg \
    config_apt_configure config_ssh_import_id config_scripts_user; do
    printf '1234: 1741079560.12\n' | put $d/sem/$s
  done
  ln -sfn "instances/$INSTANCE_ID" "$M/var/lib/cloud/instance"
  echo $INSTANCE_ID | put /var/lib/cloud/data/instance-id
  echo NO_PREVIOUS_INSTANCE_ID | put /var/lib/cloud/data/previous-instance-id
  echo "DataSourceEc2Local: DataSourceEc2Local" | put /var/lib/cloud/data/previous-datasource
  printf '%s\n' "$INSTANCE_HOST.eu-central-1.compute.internal" | put /var/lib/cloud/data/previous-hostname
  printf '{\n "v1": {\n  "datasource": "DataSourceEc2Local",\n  "errors": []\n }\n}\n' | put /var/lib/cloud/data/result.json
  printf '2025-03-04 09:12:40,101 - __init__.py[DEBUG]: Seeing if we can get any data from <class %s>\n' \
    "'cloudinit.sources.DataSourceEc2.DataSourceEc2Local'" | put /var/log/cloud-init.log 640
}

guest_time () {
  [ "$R_EC2" = yes ] || return 0
  # As Amazon tells owners to do it: its server only, no pool beside it.
  sed -i '/^pool /d' "$M/etc/chrony/chrony.conf"
  echo 'server 169.254.169.123 prefer iburst minpoll 4 maxpoll 4' | put /etc/chrony/sources.d/ec2.sources
}

# What "vgimportdevices" writes on a Nitro instance: the volume is known by the serial
# number of its EBS volume (boot-image gives its NVMe disk the same one), so that on any
# other disk LVM does not see it.
guest_devices_file () {
  local pvid
  pvid=$(blkid -p -s UUID -o value "${DISK}p1" | tr -d -)
  [ ${#pvid} = 32 ] || die "no physical volume on ${DISK}p1"
  printf 'devices {\n\tuse_devicesfile = 1\n}\n' | put /etc/lvm/lvmlocal.conf
  put /etc/lvm/devices/system.devices 600 <<F
# LVM uses devices listed in this file.
# Created by LVM command vgimportdevices pid 812 at Tue Mar  4 09:15:02 2025
VERSION=1.1.1
IDTYPE=sys_serial IDNAME=vol0123456789abcdef0 DEVNAME=/dev/nvme0n1p1 PVID=$pvid PART=1
F
}

# Another kernel, to be installed in the booted guest, which has no network then.  GRUB
# sorts the cloud kernel above the generic one of the same version: it is the next default.
guest_next_kernel () {
  cp -a "$M/etc/resolv.conf" "$W/resolv.conf" 2>/dev/null || true
  rm -f "$M/etc/resolv.conf"
  cp /etc/resolv.conf "$M/etc/resolv.conf"
  # shellcheck disable=SC2016 # for the inner shell
  chroot "$M" sh -euc 'cd /root
    apt-get -qq update
    apt-get -qq download "$(apt-cache depends linux-image-cloud-amd64 | sed -n "s/.* Depends: //p" | head -n 1)"
    mv linux-image-*.deb next-kernel.deb'
  rm "$M/etc/resolv.conf"
  [ ! -L "$W/resolv.conf" ] && [ ! -e "$W/resolv.conf" ] || mv "$W/resolv.conf" "$M/etc/resolv.conf"
}

# After everything else: the labels are those of the policy, and the first boot enforces it.
guest_selinux () {
  printf 'SELINUX=enforcing\nSELINUXTYPE=default\nSETLOCALDEFS=0\n' | put /etc/selinux/config
  chroot "$M" setfiles -F -e /proc -e /sys -e /dev -e /run \
    /etc/selinux/default/contexts/files/file_contexts /
  getfattr --only-values -n security.selinux "$M/etc/shadow" | grep -q ':shadow_t:' || die "nothing was labelled"
}

enable () {
  chroot "$M" systemctl --quiet enable "$@"
}

guest_services () {
  enable ssh.service serial-getty@ttyS0.service
  chroot "$M" systemctl --quiet set-default multi-user.target
}

# Enough of a second system to be found and named by an inspection: it does not boot.
guest_second_root () { # mounted directory
  mkdir -p "$1"/{bin,boot,dev,etc,home,lib/systemd,proc,root,run,sbin,sys,tmp,usr/bin,usr/lib,var/lib/dpkg,var/log}
  sed -e 's/bookworm/bullseye/g; s/12/11/g' "$M/usr/lib/os-release" >"$1/usr/lib/os-release"
  ln -s ../usr/lib/os-release "$1/etc/os-release"
  echo 11.11 >"$1/etc/debian_version"
  echo rescue >"$1/etc/hostname"
  printf 'UUID=%s / ext4 errors=remount-ro 0 1\n' "$(recipe_uuid root2)" >"$1/etc/fstab"
  cp "$M/usr/bin/dash" "$1/bin/sh"
  cp -a "$M/etc/passwd" "$M/etc/group" "$1/etc/"
  sed '/^$/q' "$M/var/lib/dpkg/status" >"$1/var/lib/dpkg/status"
}
