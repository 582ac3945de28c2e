# SPDX-License-Identifier: GPL-2.0-or-later
# Twins that a conversion leaves broken: a rule of this test spoils something after all others
# have run, and verify/ must refuse the guest before the commit.  Each guest gets one of the
# faults in turn.  V2V_E2E_BROKEN="RECIPE:FAULT ..." chooses; V2V_E2E_MATRIX=1 takes all guests.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-img

faults=(drivers root initramfs fstab sshd menu)
guests=${V2V_E2E_BROKEN:-debian12-ec2:drivers debian12-ec2:root debian12-ec2-dracut:initramfs
  debian12-ec2-dracut:sshd amzn2023-ec2:fstab amzn2023-ec2:menu}
if [ -n "${V2V_E2E_MATRIX:-}" ]; then
  guests='' n=0
  for guest in $(matrix_guests); do
    guests+=" ${guest%:*}:${faults[$((n++ % ${#faults[@]}))]}"
  done
  guests+=" debian12-ec2-md:array"
fi

fault () { # name: writes $T/rules, sets options and the check that must fail
  local steps
  mkdir -p "$T/rules"
  rm -f "$T/rules"/*
  options=()
  case $1 in
    drivers) # the images stay as EC2 made them
      options=(--disable drivers-virtio-initramfs) check=kernel-drivers
      return ;;
    root) # nothing is wrong with the disk, but the kernel is told another one
      steps='kernel-args: {remove: "root=*", add: root=UUID=0badc0de-0000-4000-8000-000000000000}' check=boot-entries ;;
    initramfs) # the menu names an image that is gone
      steps='remove: [/boot/initrd.img-*, /boot/initramfs-*.img]' check='boot-entries|kernel-drivers' ;;
    fstab) # a file system that nobody has, and no nofail
      steps='line: {file: /etc/fstab, text: "UUID=0badc0de-0000-4000-8000-000000000000 /srv/gone ext4 defaults 0 2"}' check=fstab ;;
    sshd) # half an edit: sshd does not start with it
      steps='line: {file: /etc/ssh/sshd_config, text: "AuthorizedKeysCommand /bin/true"}' check=sshd ;;
    array) # mdadm leaves all disks of the target alone
      steps='line: {file: /etc/mdadm/mdadm.conf, text: "DEVICE /dev/nvme0n1p1 /dev/nvme1n1p1"}' check=fstab ;;
    menu) # nothing to boot
      steps='remove: [/boot/grub/grub.cfg, /boot/loader/entries/*.conf]' check=boot-entries ;;
  esac
  printf 'rules: 1\n---\nid: test-fault\ntitle: Spoil it\nwhy: To see it refused.\nphase: firstboot\ndo:\n  - %s\n' "$steps" >"$T/rules/fault.yaml"
  options=(--rules "$T/rules")
}

for guest in $guests; do
  recipe=${guest%:*} name=${guest#*:}
  if ! disk=$(guest_copy "$recipe" guest); then
    _result 1 "$recipe: can be made"
    continue
  fi
  disks=("$disk")
  [ ! -e "$T/guest-disk1.raw" ] || disks+=("$T/guest-disk1.raw")
  fault "$name"
  before=$(sha "${disks[@]}")
  timed "$recipe with fault '$name'" timeout -k 10 300 \
    "$V2V" convert --engine native "${options[@]}" --name guest -o "$T/out" "${disks[@]}" 2>"$T/err"
  is "$recipe: a conversion that leaves the fault '$name' is refused" $? 4
  like "$recipe: the check that found it is named" "$T/err" "error: the converted guest would not do: ($check)"
  is "$recipe: the disks are as they were" "$(sha "${disks[@]}")" "$before"
  not_ok_cmd "$recipe: no description was written" test -e "$T/out/guest.yaml"
  rm -rf "$T"/guest*.raw "$T/guest.key" "$T/out"
done
done_testing
