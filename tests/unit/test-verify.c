/* SPDX-License-Identifier: GPL-2.0-or-later
 * A guest that would boot, and the same with one fault each: the right check, and no other,
 * rejects it.
 */
#include <config.h>

#include "test-verify.h"

/* What is changed in the good guest, before it is looked at. */
typedef struct {
  const char *name;
  const char *bus;
  enum { IN_FILES, IN_IMAGE, CUT, NO_GRUB } where;
  const char *path;
  const char *text; /* NULL: it is not there */
  gboolean uefi;
  V2vCheckState state;
  const char *id;
  const char *evidence;
} Fault;

#define GRUB(ROOT) \
  "menuentry 'Debian' {\nlinux /boot/vmlinuz-" K " " ROOT " ro\ninitrd " INITRD "\n}\n"
#define ROOT_LINE "UUID=root-uuid / ext4 defaults 0 1\n"
#define ESP_LINE "UUID=ABCD-0001 /boot/efi vfat defaults 0 2\n"
#define FSTAB(LINE) ROOT_LINE ESP_LINE LINE "\n"
#define RECORD(PATH, BEFORE) \
  "{\"rules\": [{\"changes\": [{\"path\": \"" PATH "\", \"before\": {\"kind\": \"" BEFORE "\"}," \
  "\"after\": {\"kind\": \"file\"}}]}]}"

static const Fault faults[] = {
  /* The ten that the project promises to see. */
  { "missing-sd-mod", "scsi", IN_IMAGE, "usr/" M "kernel/s/sd_mod.ko", NULL, FALSE,
    V2V_CHECK_FAILED, "kernel-drivers", "sd_mod is neither in " INITRD " nor built in" },
  { "half-of-scsi", "virtio", IN_IMAGE, "usr/" M "kernel/s/sd_mod.ko", NULL, FALSE,
    V2V_CHECK_WARNING, "kernel-drivers", "would not start from virtio-scsi" },
  { "stale-index", "virtio", IN_IMAGE, "usr/" M "modules.dep",
    "kernel/v/virtio_pci.ko: kernel/v/virtio.ko\nkernel/v/virtio.ko:\n", FALSE,
    V2V_CHECK_FAILED, "kernel-drivers", "is stale: it does not know virtio_blk" },
  { "wrong-root", "virtio", IN_FILES, "/boot/grub/grub.cfg", GRUB ("root=/dev/xvda1"), FALSE,
    V2V_CHECK_FAILED, "boot-entries", "root=/dev/xvda1: it is the source's name" },
  { "dangling-initrd", "virtio", IN_FILES, "/boot/grub/grub.cfg",
    "menuentry 'Debian' {\nlinux /boot/vmlinuz-" K " root=UUID=root-uuid\n"
    "initrd /boot/initrd.img-gone\n}\n",
    FALSE, V2V_CHECK_FAILED, "boot-entries", "the initramfs '/boot/initrd.img-gone' is not there" },
  { "unresolvable-fstab", "virtio", IN_FILES, "/etc/fstab",
    FSTAB ("UUID=gone /srv ext4 defaults 0 2"), FALSE, V2V_CHECK_FAILED, "fstab",
    "UUID=gone for /srv: no given disk holds it; the boot ends in emergency mode" },
  { "truncated-cpio", "virtio", CUT, NULL, NULL, FALSE, V2V_CHECK_FAILED, "initramfs-sound",
    "" },
  { "unlabelled-file", "virtio", IN_FILES, OUR_DIR "/unlabelled", "x", FALSE, V2V_CHECK_FAILED,
    "labels", "it has no SELinux label" },
  { "pinned-mac", "virtio", IN_FILES, "/etc/netplan/90-default.yaml",
    "network:\n  ethernets:\n    eth0:\n      match: {macaddress: '06:aa:bb:cc:dd:ee'}\n"
    "      set-name: eth0\n      dhcp4: true\n",
    FALSE, V2V_CHECK_FAILED, "network", "pinned to MAC address 06:aa:bb:cc:dd:ee" },
  { "pinned-mac-below-vlan", "virtio", IN_FILES, "/etc/netplan/90-default.yaml",
    "network:\n  ethernets:\n    ens5:\n      match: {macaddress: '06:aa:bb:cc:dd:ee'}\n"
    "  vlans:\n    storage: {id: 10, link: ens5, dhcp4: true}\n",
    FALSE, V2V_CHECK_FAILED, "network", "pinned to MAC address 06:aa:bb:cc:dd:ee" },
  { "half-sshd-edit", "virtio", IN_FILES, "/etc/ssh/sshd_config.d/60-eic.conf",
    "AuthorizedKeysCommand /usr/bin/keys %u\n", FALSE, V2V_CHECK_FAILED, "sshd",
    "AuthorizedKeysCommand is set without AuthorizedKeysCommandUser" },
  { "missing-loader-bios", "virtio", NO_GRUB, NULL, NULL, FALSE, V2V_CHECK_FAILED, "loader",
    "its first sector holds no boot loader" },
  { "missing-loader-modules", "virtio", IN_FILES, "/boot/grub/i386-pc/normal.mod", NULL, FALSE,
    V2V_CHECK_FAILED, "loader", "normal.mod, without which it shows no menu, is not beside" },
  { "empty-kernel", "virtio", IN_FILES, "/boot/vmlinuz-" K, "", FALSE, V2V_CHECK_FAILED,
    "boot-entries", "the kernel '/boot/vmlinuz-" K "' is empty" },
  { "missing-loader-uefi", "virtio", IN_FILES, "/boot/efi/EFI/BOOT/BOOTX64.EFI", NULL, TRUE,
    V2V_CHECK_FAILED, "loader", "EFI/BOOT/BOOTX64.EFI is missing; a loader of the vendor's" },
  /* Others of the same checks. */
  { "missing-dependency", "virtio", IN_IMAGE, "usr/" M "kernel/v/virtio.ko", NULL, FALSE,
    V2V_CHECK_FAILED, "kernel-drivers", "virtio_blk needs virtio, which is neither in" },
  { "no-index", "virtio", IN_IMAGE, "usr/" M "modules.dep", NULL, FALSE, V2V_CHECK_FAILED,
    "kernel-drivers", "has no module index (modules.dep)" },
  { "index-without-file", "scsi", IN_IMAGE, "usr/" M "modules.dep",
    "kernel/v/virtio_pci.ko:\nkernel/v/virtio_scsi.ko:\nkernel/x/sd_mod.ko:\n", FALSE,
    V2V_CHECK_FAILED, "kernel-drivers", "it takes sd_mod from 'kernel/x/sd_mod.ko'" },
  { "kmod-without-binary-index", "virtio", IN_IMAGE, "usr/bin/kmod", "x", FALSE,
    V2V_CHECK_FAILED, "kernel-drivers", "has no module index (modules.dep.bin)" },
  { "squashed", "virtio", IN_IMAGE, "squashfs-root.img", "x", FALSE, V2V_CHECK_FAILED,
    "kernel-drivers", "which is not read" },
  { "no-ahci", "sata", IN_IMAGE, "x", "x", FALSE, V2V_CHECK_FAILED, "kernel-drivers",
    "ahci is neither in" },
  { "no-network-driver", "virtio", IN_FILES, "/" M "modules.dep",
    "kernel/v/virtio_pci.ko: kernel/v/virtio.ko\nkernel/v/virtio_blk.ko: kernel/v/virtio.ko\n",
    FALSE, V2V_CHECK_FAILED, "kernel-drivers", "virtio_net is neither below" },
  { "devexists-nvme", "virtio", IN_IMAGE,
    "var/lib/dracut/hooks/initqueue/finished/devexists-\\x2fdev\\x2fnvme0n1p1.sh", "x", FALSE,
    V2V_CHECK_FAILED, "initramfs-waits", "dracut waits for '/dev/nvme0n1p1'" },
  { "devexists-gone", "virtio", IN_IMAGE,
    "lib/dracut/hooks/initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-uuid\\x2fgone.sh", "x",
    FALSE, V2V_CHECK_FAILED, "initramfs-waits", "no given disk has this UUID" },
  { "unit-nvme", "virtio", IN_IMAGE,
    "etc/systemd/system/initrd.target.wants/dev-nvme0n1p1.device", "x", FALSE, V2V_CHECK_FAILED,
    "initramfs-waits", "systemd waits for '/dev/nvme0n1p1'" },
  { "unit-gone", "virtio", IN_IMAGE,
    "usr/lib/systemd/system/initrd.target.requires/dev-disk-by\\x2duuid-gone.device", "x", FALSE,
    V2V_CHECK_FAILED, "initramfs-waits", "systemd waits for '/dev/disk/by-uuid/gone'" },
  { "resume-nvme", "virtio", IN_IMAGE, "conf/conf.d/resume", "RESUME=/dev/nvme0n1p3\n", FALSE,
    V2V_CHECK_WARNING, "initramfs-waits", "RESUME=/dev/nvme0n1p3" },
  { "baked-root", "virtio", IN_IMAGE, "etc/cmdline.d/95root-dev.conf",
    " root=/dev/xvda1 rootfstype=ext4\n", FALSE, V2V_CHECK_WARNING, "initramfs-waits",
    "the boot entry's own root= comes first" },
  { "lvm-devices-in-image", "virtio", IN_IMAGE, "etc/lvm/devices/system.devices",
    "IDTYPE=sys_wwid IDNAME=nvme.1d0f DEVNAME=/dev/nvme0n1p2 PVID=x\n", FALSE,
    V2V_CHECK_WARNING, "initramfs-waits", "LVM leaves all others alone" },
  { "lvm-wwid-in-image", "scsi", IN_IMAGE, "etc/lvm/devices/system.devices",
    "# nvme\nIDTYPE=sys_wwid IDNAME=naa.6000c29 DEVNAME=/dev/sda2 PVID=x PART=2\n", FALSE,
    V2V_CHECK_WARNING, "initramfs-waits", "LVM leaves all others alone" },
  { "mdadm-in-image", "virtio", IN_IMAGE, "etc/mdadm/mdadm.conf", "DEVICE /dev/nvme*n1p1\n", FALSE,
    V2V_CHECK_WARNING, "initramfs-waits", "look at the source's disks only" },
  { "mdadm", "virtio", IN_FILES, "/etc/mdadm.conf", "DEVICE /dev/xvdf /dev/xvdg\n", FALSE,
    V2V_CHECK_WARNING, "fstab", "look at the source's disks only" },
  { "mdadm-continued", "virtio", IN_FILES, "/etc/mdadm.conf", "DEVICE\n  /dev/nvme1n1\n", FALSE,
    V2V_CHECK_WARNING, "fstab", "look at the source's disks only" },
  { "mdadm-known-by-disks", "virtio", IN_FILES, "/etc/mdadm.conf",
    "ARRAY /dev/md0\n  devices=/dev/nvme1n1,/dev/nvme2n1\n", FALSE, V2V_CHECK_WARNING, "fstab",
    "knows an array by names of the source's disks only" },
  { "mdadm-directory", "virtio", IN_FILES, "/etc/mdadm/mdadm.conf.d/data.conf",
    "DEVICE /dev/xvdf /dev/xvdg\n", FALSE, V2V_CHECK_WARNING, "fstab",
    "look at the source's disks only" },
  { "mdadm-directory-in-image", "virtio", IN_IMAGE, "etc/mdadm.conf.d/data.conf",
    "DEVICE /dev/nvme0n1p1\n", FALSE, V2V_CHECK_WARNING, "initramfs-waits",
    "etc/mdadm.conf.d/data.conf lets mdadm look at the source's disks only" },
  { "crypttab-in-image", "virtio", IN_IMAGE, "cryptroot/crypttab", "luks /dev/xvdb none\n", FALSE,
    V2V_CHECK_FAILED, "initramfs-waits", "opens '/dev/xvdb'" },
  { "dangling-kernel", "virtio", IN_FILES, "/boot/grub/grub.cfg",
    "menuentry 'a' {\nlinux /boot/vmlinuz-gone root=UUID=root-uuid\ninitrd " INITRD "\n}\n", FALSE,
    V2V_CHECK_FAILED, "boot-entries", "the kernel '/boot/vmlinuz-gone' is not there" },
  { "no-menu", "virtio", IN_FILES, "/boot/grub/grub.cfg", NULL, TRUE, V2V_CHECK_FAILED,
    "boot-entries", "nothing says which kernel it starts" },
  { "other-root", "virtio", IN_FILES, "/boot/grub/grub.cfg", GRUB ("root=UUID=ABCD-0001"), FALSE,
    V2V_CHECK_FAILED, "boot-entries", "is /dev/sda15, but the system is on /dev/sda1" },
  { "gone-root", "virtio", IN_FILES, "/boot/grub/grub.cfg", GRUB ("root=LABEL=gone"), FALSE,
    V2V_CHECK_FAILED, "boot-entries", "no given disk has this label" },
  { "uuid-without-initramfs", "virtio", IN_FILES, "/boot/grub/grub.cfg",
    "menuentry 'a' {\nlinux /boot/vmlinuz-" K " root=UUID=root-uuid\n}\n", FALSE,
    V2V_CHECK_FAILED, "boot-entries", "only with an initramfs" },
  { "root-by-place", "scsi", IN_FILES, "/boot/grub/grub.cfg", GRUB ("root=/dev/sda1"), FALSE,
    V2V_CHECK_WARNING, "boot-entries", "by its place" },
  { "sda-on-virtio", "virtio", IN_FILES, "/boot/grub/grub.cfg", GRUB ("root=/dev/sda1"), FALSE,
    V2V_CHECK_FAILED, "boot-entries", "on the target it is /dev/vdX" },
  { "no-root", "virtio", IN_FILES, "/boot/grub/grub.cfg", GRUB ("quiet"), FALSE,
    V2V_CHECK_WARNING, "boot-entries", "it has no root=" },
  { "resume-xvd", "virtio", IN_FILES, "/boot/grub/grub.cfg",
    GRUB ("root=UUID=root-uuid resume=/dev/xvdb"), FALSE, V2V_CHECK_WARNING, "boot-entries",
    "resume=/dev/xvdb" },
  { "fstab-nvme", "virtio", IN_FILES, "/etc/fstab",
    ROOT_LINE "/dev/nvme0n1p15 /boot/efi vfat defaults 0 2\n", FALSE, V2V_CHECK_FAILED, "fstab",
    "which the target does not have" },
  { "fstab-swap", "virtio", IN_FILES, "/etc/fstab", FSTAB ("UUID=gone none swap sw 0 0"), FALSE,
    V2V_CHECK_WARNING, "fstab", "there is no such swap" },
  { "fstab-root", "virtio", IN_FILES, "/etc/fstab", "LABEL=gone / ext4 nofail 0 1\n" ESP_LINE, FALSE,
    V2V_CHECK_FAILED, "fstab", "the system needs it" },
  { "crypttab", "virtio", IN_FILES, "/etc/crypttab", "# x\n\nd /dev/xvdf none luks\n", FALSE,
    V2V_CHECK_FAILED, "fstab", "/dev/xvdf: it is the source's name" },
  /* With a new key at each boot, what is there is lost. */
  { "crypttab-swap-on-data", "virtio", IN_FILES, "/etc/crypttab",
    "s UUID=ABCD-0001 /dev/urandom swap\n", FALSE, V2V_CHECK_FAILED, "fstab",
    "UUID=ABCD-0001 is /dev/sda15, which each boot would write over: '/dev/sda15' holds vfat" },
  { "crypttab-tmp-on-data", "virtio", IN_FILES, "/etc/crypttab",
    "s\t/dev/disk/by-uuid/ABCD-0001 /dev/urandom cipher=x,tmp=ext4,nofail\n", FALSE,
    V2V_CHECK_FAILED, "fstab", "'/dev/sda15' holds vfat" },
  { "lvm-devices", "virtio", IN_FILES, "/etc/lvm/devices/system.devices", "DEVNAME=/dev/nvme0n1p2",
    FALSE, V2V_CHECK_WARNING, "fstab", "LVM leaves all others alone" },
  { "lvm-serial", "virtio", IN_FILES, "/etc/lvm/devices/system.devices",
    "VERSION=1.1.2\nIDTYPE=sys_serial IDNAME=vol01 DEVNAME=/dev/sda2 PVID=x\n", FALSE,
    V2V_CHECK_WARNING, "fstab", "LVM leaves all others alone" },
  { "lvm-vpd", "virtio", IN_FILES, "/etc/lvm/devices/system.devices",
    "IDTYPE=wwid_t10 IDNAME=t10.ATA DEVNAME=/dev/sda2 PVID=x\n", FALSE,
    V2V_CHECK_WARNING, "fstab", "LVM leaves all others alone" },
  { "driver-ena", "virtio", IN_FILES, "/etc/netplan/90-default.yaml",
    "network: {ethernets: {a: {match: {driver: [ena, ixgbevf]}, dhcp4: yes}}}\n", FALSE,
    V2V_CHECK_FAILED, "network", "is for drivers ena ixgbevf, not for virtio_net" },
  { "named-ens5", "virtio", IN_FILES, "/etc/netplan/90-default.yaml",
    "network: {ethernets: {ens5: {dhcp4: yes}}}\n", FALSE, V2V_CHECK_WARNING, "network",
    "it is for ens5" },
  { "no-network", "virtio", IN_FILES, "/etc/netplan/90-default.yaml", NULL, FALSE,
    V2V_CHECK_WARNING, "network", "no configuration" },
  { "sshd-without-value", "virtio", IN_FILES, "/etc/ssh/sshd_config.d/60-eic.conf",
    "AuthorizedKeysCommandUser\n", FALSE, V2V_CHECK_FAILED, "sshd", "line 1" },
  { "sshd-drop-in", "virtio", IN_FILES,
    "/usr/lib/systemd/system/ssh.service.d/ec2-instance-connect.conf",
    "[Service]\nExecStart=\nExecStart=/usr/sbin/sshd -D -o \"AuthorizedKeysCommand /x\" "
    "-o \"AuthorizedKeysCommandUser y\"\n",
    FALSE, V2V_CHECK_WARNING, "sshd", "it starts sshd with AuthorizedKeysCommand" },
  { "sshd-half-drop-in", "virtio", IN_FILES, "/etc/systemd/system/ssh.service.d/eic.conf",
    "[Service]\nExecStart=/usr/sbin/sshd -D -o \"AuthorizedKeysCommand /x\"\n", FALSE,
    V2V_CHECK_FAILED, "sshd", "without AuthorizedKeysCommandUser" },
  { "recorded-unlabelled", "virtio", IN_FILES, OUR_DIR "/record-1.json",
    RECORD ("/etc/unlabelled-of-the-owner", "absent"), FALSE, V2V_CHECK_FAILED, "labels",
    "it has no SELinux label" },
  { "edited-unlabelled", "virtio", IN_FILES, OUR_DIR "/record-1.json",
    RECORD ("/etc/unlabelled-of-the-owner", "file"), FALSE, V2V_CHECK_FAILED, "labels",
    "it has no SELinux label" },
  { "disabled-unlabelled", "virtio", IN_FILES, OUR_DIR "/disabled/unlabelled", "x", FALSE,
    V2V_CHECK_FAILED, "labels", "it has no SELinux label" },
  { "only-ec2", "virtio", IN_FILES, "/etc/cloud/cloud.cfg", "datasource_list: [ Ec2 ]\n", FALSE,
    V2V_CHECK_WARNING, "cloud-init", "Ec2 is the only datasource" },
};

static void
apply (Guest *guest, const Fault *fault)
{
  GHashTable *table = fault->where == IN_FILES ? guest->files : guest->image;

  guest->target.bus = fault->bus;
  guest->target.uefi = fault->uefi;
  if (fault->where == CUT)
    guest->cut = 200;
  else if (fault->where == NO_GRUB)
    guest->grub_in_mbr = FALSE;
  else if (fault->text == NULL)
    g_assert_true (g_hash_table_remove (table, fault->path));
  else
    put_text (table, fault->path, fault->text);
}

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  apply (guest, fault);
  verdict = guest_verify (guest);
  assert_only (verdict, fault->state, fault->id, fault->evidence);
  assert_none (verdict, fault->state == V2V_CHECK_FAILED ? V2V_CHECK_WARNING
                                                         : V2V_CHECK_FAILED);
}

/* The good guest itself, on each bus that it has the drivers for, and both firmwares. */
static void
test_good (void)
{
  static const struct {
    const char *bus;
    gboolean uefi;
  } rows[] = { { "virtio", FALSE }, { "scsi", FALSE }, { "virtio", TRUE }, { "scsi", TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;

    guest->target.bus = rows[i].bus;
    guest->target.uefi = rows[i].uefi;
    verdict = guest_verify (guest);
    assert_none (verdict, V2V_CHECK_FAILED);
    assert_none (verdict, V2V_CHECK_WARNING);
    assert_none (verdict, V2V_CHECK_SKIPPED);
  }
}

/* Layers of the guest's own, and a name that LVM looks for elsewhere too. */
static void
test_good_lvm_devices (void)
{
  static const char text[] = "# was /dev/nvme0n1p2, IDTYPE=sys_wwid\n"
                             "IDTYPE=crypt_uuid IDNAME=CRYPT-a DEVNAME=/dev/dm-0 PVID=x\n"
                             "IDTYPE=md_uuid IDNAME=b DEVNAME=/dev/md0 PVID=y\n"
                             "IDTYPE=devname IDNAME=/dev/sda2 DEVNAME=/dev/sda2 PVID=z\n";
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  put_text (guest->files, "/etc/lvm/devices/system.devices", text);
  put_text (guest->image, "etc/lvm/devices/system.devices", text);
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
  assert_none (verdict, V2V_CHECK_WARNING);
}

/* What systemd in the initramfs waits for, and finds; and what is said of a device that nothing
 * waits for. */
static void
test_good_units (void)
{
  static const char *const paths[] = {
    "etc/systemd/system/initrd.target.wants/dev-disk-by\\x2duuid-root\\x2duuid.device",
    "etc/systemd/system/dev-nvme0n1p1.device.d/timeout.conf",
    "etc/systemd/system/initrd.target.wants/dev-nvme0n1p1.service",
    "etc/systemd/system/initrd.target.wants/x.device",
    "etc/initrd.target.wants/dev-nvme0n1p1.device",
  };
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    put_text (guest->image, paths[i], "x");
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
  assert_none (verdict, V2V_CHECK_WARNING);
}

/* What is made inside of a volume, or behind what has the id, takes nothing away. */
static void
test_good_crypttab (void)
{
  static const char *const lines[] = {
    "s UUID=ABCD-0001 /etc/key luks,swap\n",
    "s UUID=ABCD-0001 /dev/urandom swap,offset=2048\n",
    "p UUID=ABCD-0001 /etc/key plain\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;

    put_text (guest->files, "/etc/crypttab", lines[i]);
    verdict = guest_verify (guest);
    assert_none (verdict, V2V_CHECK_FAILED);
    assert_none (verdict, V2V_CHECK_WARNING);
  }
}

/* Nothing is known to be on the partition: the source wrote there at each boot, too, and only
 * what starts the guest is never meant. */
static void
test_crypttab_types (void)
{
  static const struct {
    const char *guid;
    int mbr;
    V2vCheckState state;
  } rows[] = {
    { "0FC63DAF-8483-4772-8E79-3D69D8477DE4", 0, V2V_CHECK_PASSED },  /* Linux */
    { "7EC6F557-3BC5-4ACA-B293-16EF5DF639D1", 0, V2V_CHECK_WARNING }, /* /var/tmp */
    { "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7", 0, V2V_CHECK_WARNING }, /* basic data */
    { "21686148-6449-6E6F-744E-656564454649", 0, V2V_CHECK_FAILED },  /* BIOS boot */
    { "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", 0, V2V_CHECK_FAILED },  /* ESP */
    { "9E1A2D38-C612-4316-AA26-8B49521E5A8B", 0, V2V_CHECK_FAILED },  /* PReP */
    { NULL, 0x83, V2V_CHECK_PASSED },
    { NULL, 0xda, V2V_CHECK_WARNING }, /* non-FS data */
    { NULL, 0xef, V2V_CHECK_FAILED },  /* ESP */
    { NULL, 0x41, V2V_CHECK_FAILED },  /* PReP */
    { NULL, 0x05, V2V_CHECK_FAILED },  /* extended: a table */
    { NULL, 0x0f, V2V_CHECK_FAILED },
    { NULL, 0x85, V2V_CHECK_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;

    guest->spare_guid = rows[i].guid;
    guest->spare_mbr = rows[i].mbr;
    put_text (guest->files, "/etc/crypttab", "tmp PARTUUID=spare-07 /dev/urandom tmp\n");
    verdict = guest_verify (guest);
    if (rows[i].state != V2V_CHECK_PASSED)
      assert_only (verdict, rows[i].state, "fstab", "'/dev/sda7' is no partition for data");
    if (rows[i].state != V2V_CHECK_FAILED)
      assert_none (verdict, V2V_CHECK_FAILED);
    if (rows[i].state != V2V_CHECK_WARNING)
      assert_none (verdict, V2V_CHECK_WARNING);
  }
}

/* What an encrypted volume holds that nobody opened is not known: a UUID or label may well be in
 * it, but the root, which was opened, is not. */
static void
test_closed (void)
{
  static const struct {
    const char *path, *text;
    gboolean in_image;
    V2vCheckState state; /* with the volume; without it, FAILED */
    const char *id, *evidence;
  } rows[] = {
    { "/etc/fstab", ROOT_LINE ESP_LINE "UUID=inside /srv xfs defaults 0 2\n", FALSE, V2V_CHECK_SKIPPED, "fstab",
      "UUID=inside for /srv: " },
    { "/etc/fstab", ROOT_LINE ESP_LINE "LABEL=inside /srv xfs defaults 0 2\n", FALSE, V2V_CHECK_SKIPPED, "fstab",
      "LABEL=inside for /srv: " },
    { "/etc/fstab", ROOT_LINE ESP_LINE "PARTUUID=gone /srv xfs defaults 0 2\n", FALSE, V2V_CHECK_FAILED, "fstab",
      "PARTUUID=gone for /srv: " },
    { "/etc/fstab", "UUID=inside / xfs defaults 0 1\n" ESP_LINE, FALSE, V2V_CHECK_FAILED, "fstab",
      "UUID=inside for /: " },
    { "/etc/crypttab", "inner UUID=inside none luks\n", FALSE, V2V_CHECK_SKIPPED, "fstab", "UUID=inside: " },
    { "lib/dracut/hooks/initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-uuid\\x2finside.sh", "x",
      TRUE, V2V_CHECK_PASSED, "initramfs-waits", "dracut waits for '/dev/disk/by-uuid/inside'" },
    { "/boot/grub/grub.cfg",
      "menuentry 'a' {\nlinux /boot/vmlinuz-" K " root=UUID=inside\ninitrd " INITRD "\n}\n", FALSE,
      V2V_CHECK_FAILED, "boot-entries", "root=UUID=inside: " },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;
    gsize row = i / 2;

    guest->closed = i % 2 == 1;
    put_text (rows[row].in_image ? guest->image : guest->files, rows[row].path, rows[row].text);
    verdict = guest_verify (guest);
    if (!guest->closed)
      assert_only (verdict, V2V_CHECK_FAILED, rows[row].id, rows[row].evidence);
    else if (rows[row].state != V2V_CHECK_PASSED)
      assert_only (verdict, rows[row].state, rows[row].id, rows[row].evidence);
    if (guest->closed && rows[row].state != V2V_CHECK_FAILED)
      assert_none (verdict, V2V_CHECK_FAILED);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/good", test_good);
  g_test_add_func ("/verify/good-crypttab", test_good_crypttab);
  g_test_add_func ("/verify/good-lvm-devices", test_good_lvm_devices);
  g_test_add_func ("/verify/good-units", test_good_units);
  g_test_add_func ("/verify/crypttab-types", test_crypttab_types);
  g_test_add_func ("/verify/closed", test_closed);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree char *path = g_strconcat ("/verify/fault/", faults[i].name, NULL);

    g_test_add_data_func (path, &faults[i], test_fault);
  }
  return g_test_run ();
}
