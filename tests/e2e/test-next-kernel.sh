# SPDX-License-Identifier: GPL-2.0-or-later
# The next kernel: a converted guest that runs on virtio-blk installs another one, whose
# initramfs its own tools make there.  It must boot on virtio-scsi, of which that machine had
# no disk: what it needs for that comes from the drop-in and from nowhere else.  The twin has
# the drop-in taken away before the installation, and must not boot so.
# V2V_E2E_NEXT_KERNEL="RECIPE ..." chooses; both tools by default.
# Matrix only.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3

recipes=${V2V_E2E_NEXT_KERNEL:-debian12-ec2-next-kernel debian12-ec2-next-kernel-dracut}
persistence='/etc/initramfs-tools/modules /etc/dracut.conf.d/90-v2v-wrapper.conf'

install_kernel () { # DISK NAME COMMANDS-BEFORE: boots the disk for writing, and installs in it
  boot "$1" --write --bus virtio-blk --nic virtio-net --until login --timeout 600 --hostfwd $SSH_PORT:22 \
    --exec "$(in_guest "$2" "$3 sudo dpkg -i /root/next-kernel.deb; echo installed \$?; sudo sync")"
}

# dracut packs all of virtio when it runs under qemu, as here it does: told not to, it packs
# what this machine has, and what it was told to add.
no_qemu='echo "omit_dracutmodules+=\" qemu \"" | sudo tee /etc/dracut.conf.d/99-no-qemu.conf;'

for recipe in $recipes; do
  before=''
  [[ $recipe != *dracut* ]] || before=$no_qemu
  disk=$(guest_copy "$recipe" guest) || { _result 1 "$recipe: can be made"; continue; }
  ok "$recipe: does not boot on virtio-blk before" boot "$disk" --bus virtio-blk --until fail --timeout 300
  "$V2V" convert --engine native --name guest -o "$T/out" "$disk" >"$T/convert.out" 2>"$T/convert.log"
  is "$recipe: converts" $? 0
  cp --sparse=always "$disk" "$T/twin.raw"

  ok "$recipe: another kernel is installed in the running guest" timed "$recipe: install" \
    install_kernel "$disk" guest "$before uname -r; ls /boot;"
  like "$recipe: its package says so" "$T/guest.said" '^installed 0$'
  grep -aE '^[0-9.]+-|update-initramfs|dracut' "$T/guest.said" | sed 's/^/# guest: /' | head
  ok "$recipe: the next kernel boots on virtio-scsi" timed "$recipe: boot the next kernel" \
    "$IMAGES/boot-image" "$disk" --bus virtio-scsi --until root --timeout 400 --log "$T/next.log"
  like "$recipe: and it is the next kernel" "$T/next.log" 'Linux version [0-9.-]+-cloud-amd64'

  cp "$T/guest.key" "$T/twin.key"
  ok "$recipe: twin without the drop-in: the same is installed" timed "$recipe: install in the twin" \
    install_kernel "$T/twin.raw" twin "$before sudo rm -f $persistence;"
  like "$recipe: twin: its package says so" "$T/twin.said" '^installed 0$'
  ok "$recipe: twin: the next kernel does not boot on virtio-scsi" \
    boot "$T/twin.raw" --bus virtio-scsi --until fail --timeout 400
  rm -f "$disk" "$T/twin.raw"
done
done_testing
