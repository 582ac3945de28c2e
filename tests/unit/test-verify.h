/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-verify.h - a small guest that would boot on virtio, to be broken in one place
 */
#pragma once

#include "test-linux-tree.h"
#include "v2v-fs-private.h"
#include "v2v-verify.h"

#define K "6.1.0-18-cloud-amd64"
#define INITRD "/boot/initrd.img-" K
#define M "lib/modules/" K "/"
#define OUR_DIR "/var/lib/v2v-wrapper"

typedef struct {
  GHashTable *files; /* guest path to text, as in File */
  GHashTable *image; /* name in the initramfs to text */
  GHashTable *bytes; /* the same to GBytes; NULL = none */
  gsize cut;         /* bytes that are missing at its end */
  gboolean encrypted; /* the root is in a LUKS volume */
  gboolean closed;    /* there is a LUKS volume that nobody opened */
  gboolean mixed;     /* it is on LVM: on a disk, an array, and a LUKS volume */
  const char *spare_guid; /* /dev/sda7, PARTUUID=spare-07, empty, is of this type; NULL */
  int spare_mbr;          /* or of this one; 0 */
  const char *level; /* of the array that the root is on; NULL: it is on none */
  gboolean grub_in_mbr;
  V2vVerifyTarget target;
  V2vFsOps ops;
  Tree *tree;
} Guest;

/* As Debian 12 has it, converted. */
static const File good_files[] = {
  { "/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_ID=\"12\"\nID=debian\n" },
  { "/usr/bin/true", "#elf" },
  { "/etc/fstab", "UUID=root-uuid / ext4 defaults 0 1\nUUID=ABCD-0001 /boot/efi vfat defaults 0 2\n"
                  "tmpfs /tmp tmpfs defaults 0 0\n/dev/nvme1n1 /data ext4 nofail 0 2\n" },
  { "/etc/systemd/system/multi-user.target.wants/ssh.service", "@/lib/systemd/system/ssh.service" },
  { "/boot/vmlinuz-" K, "kernel" },
  { "/boot/grub/grub.cfg", "menuentry 'Debian' {\nlinux /boot/vmlinuz-" K
                           " root=UUID=root-uuid ro quiet\ninitrd " INITRD "\n}\n" },
  { "/boot/efi/EFI/BOOT/BOOTX64.EFI", "x" },
  { "/boot/efi/EFI/debian/grubx64.efi", "x" },
  { "/" M "modules.builtin", "kernel/drivers/tty/tty.ko\nkernel/drivers/virtio/virtio_ring.ko\n" },
  { "/" M "modules.dep", "kernel/v/virtio_pci.ko: kernel/v/virtio.ko\n"
                         "kernel/v/virtio.ko:\nkernel/v/virtio_blk.ko: kernel/v/virtio.ko\n"
                         "kernel/v/virtio_scsi.ko: kernel/v/virtio.ko kernel/s/scsi_mod.ko\n"
                         "kernel/s/scsi_mod.ko:\nkernel/s/sd_mod.ko: kernel/s/scsi_mod.ko\n"
                         "kernel/v/virtio_net.ko: kernel/v/virtio.ko\nkernel/n/e1000e.ko:\n" },
  { "/" M "kernel/v/virtio_net.ko", "x" },
  { "/" M "kernel/n/e1000e.ko", "x" },
  { "/etc/netplan/90-default.yaml", "network:\n  version: 2\n  ethernets:\n"
                                    "    all: {match: {name: e*}, dhcp4: true}\n" },
  { "/etc/ssh/sshd_config", "# x\nInclude /etc/ssh/sshd_config.d/*.conf\nPort 22\n"
                            "Match User git\n  AuthorizedKeysCommand /usr/bin/git-keys\n" },
  { "/etc/ssh/sshd_config.d/60-eic.conf",
    "authorizedkeyscommand /usr/bin/keys %u\nAuthorizedKeysCommandUser=nobody\n" },
  { "/etc/ssh/ssh_host_ed25519_key", "secret" },
  { "/etc/selinux/config", "# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=default\n" },
  { OUR_DIR "/record-1.json",
    "{\"format\": 1, \"rules\": [{\"id\": \"a\", \"changes\": ["
    "{\"path\": \"/etc/new.conf\", \"before\": {\"kind\": \"absent\"}, \"after\": {\"kind\": \"file\"}},"
    "{\"path\": \"/etc/edited\", \"before\": {\"kind\": \"file\"}, \"after\": {\"kind\": \"file\"}},"
    "{\"path\": \"/etc/unlabelled-removed\", \"before\": {\"kind\": \"file\"}, \"after\": {\"kind\": \"absent\"}},"
    "{\"path\": \"/boot/efi/unlabelled-fat\", \"before\": {\"kind\": \"absent\"}, \"after\": {\"kind\": \"file\"}},"
    "{\"path\": \"/etc/unlabelled-gone\", \"before\": {\"kind\": \"absent\"}, \"after\": {\"kind\": \"file\"}}"
    "]}]}\n" },
  { "/etc/new.conf", "x" },
  { "/boot/grub/i386-pc/normal.mod", "x" },
  { "/etc/edited", "x" },
  { "/etc/unlabelled-of-the-owner", "x" },
  { "/etc/unlabelled-removed", "of the owner's by now" },
  { "/boot/efi/unlabelled-fat", "x" },
  { "/etc/cloud/cloud.cfg", "datasource_list: [NoCloud, ConfigDrive]\n" },
  { NULL, NULL },
};

static const File good_image[] = {
  { "init", "x" },
  { "conf/conf.d/resume", "RESUME=UUID=root-uuid\n" },
  { "usr/" M "kernel/v/virtio.ko", "x" },
  { "usr/" M "kernel/v/virtio_pci.ko", "x" },
  { "usr/" M "kernel/v/virtio_blk.ko", "x" },
  { "usr/" M "kernel/v/virtio_scsi.ko", "x" },
  { "usr/" M "kernel/s/scsi_mod.ko", "x" },
  { "usr/" M "kernel/s/sd_mod.ko", "x" },
  { "usr/" M "modules.dep", "kernel/v/virtio_pci.ko: kernel/v/virtio.ko\nkernel/v/virtio.ko:\n"
                            "kernel/v/virtio_blk.ko: kernel/v/virtio.ko\n"
                            "kernel/v/virtio_scsi.ko: kernel/v/virtio.ko kernel/s/scsi_mod.ko\n"
                            "kernel/s/scsi_mod.ko:\nkernel/s/sd_mod.ko: kernel/s/scsi_mod.ko\n" },
  { NULL, NULL },
};

static inline void
put_text (GHashTable *table, const char *name, const char *text)
{
  g_hash_table_replace (table, g_strdup (name), g_strdup (text));
}

static inline Guest *
guest_new (void)
{
  Guest *guest = g_new0 (Guest, 1);

  guest->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guest->image = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; good_files[i].path != NULL; i++)
    put_text (guest->files, good_files[i].path, good_files[i].text);
  for (guint i = 0; good_image[i].path != NULL; i++)
    put_text (guest->image, good_image[i].path, good_image[i].text);
  guest->grub_in_mbr = TRUE;
  guest->target.bus = "scsi";
  return guest;
}

static inline void
guest_free (Guest *guest)
{
  g_hash_table_unref (guest->files);
  g_hash_table_unref (guest->image);
  if (guest->bytes != NULL)
    g_hash_table_unref (guest->bytes);
  if (guest->tree != NULL)
    tree_free (guest->tree);
  g_free (guest);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Guest, guest_free)

static inline void
add_newc_file (GByteArray *out, const char *name, const void *text, guint size)
{
  static const guint8 zeros[4];
  g_autofree char *header
    = g_strdup_printf ("070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1,
                       text == NULL ? 0 : 0100644, 0, 0, 1, 0, size, 0, 0, 0, 0,
                       (guint) strlen (name) + 1, 0);

  g_byte_array_append (out, (const guint8 *) header, 110);
  g_byte_array_append (out, (const guint8 *) name, (guint) strlen (name) + 1);
  g_byte_array_append (out, zeros, -out->len & 3);
  g_byte_array_append (out, text, size);
  g_byte_array_append (out, zeros, -out->len & 3);
}

static inline void
write_image (const Guest *guest)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  GHashTableIter iter;
  gpointer name, text;

  g_hash_table_iter_init (&iter, guest->image);
  while (g_hash_table_iter_next (&iter, &name, &text))
    add_newc_file (out, name, text, (guint) strlen (text));
  if (guest->bytes != NULL) {
    g_hash_table_iter_init (&iter, guest->bytes);
    while (g_hash_table_iter_next (&iter, &name, &text))
      add_newc_file (out, name, g_bytes_get_data (text, NULL), (guint) g_bytes_get_size (text));
  }
  add_newc_file (out, "TRAILER!!!", NULL, 0);
  g_assert_cmpuint (guest->cut, <, out->len);
  if (g_hash_table_size (guest->image) > 0)
    tree_write_bytes (guest->tree, INITRD, out->data, out->len - guest->cut);
}

/* A file has a label unless its name says otherwise: only root can give one. */
static inline gboolean
fake_get_xattr (V2vFs *fs, const char *path, const char *name, GBytes **out_value,
                GError **error)
{
  static const char label[] = "system_u:object_r:etc_t:s0";
  const char *const paths[] = { path, NULL };
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (fs, paths, error);

  g_assert_cmpstr (name, ==, "security.selinux");
  if (rows == NULL)
    return FALSE;
  if (((V2vFileInfo *) rows->pdata[0])->kind == V2V_FILE_ABSENT)
    return v2v_fs_set_errno (error, ENOENT);
  if (strstr (path, "unlabelled") == NULL)
    *out_value = g_bytes_new_static (label, sizeof label);
  return TRUE;
}

static inline void
add_physical (V2vGuest *facts, const char *device, const char *container)
{
  V2vFilesystem *fs = v2v_guest_add_filesystem (facts);

  fs->device = g_strdup (device);
  fs->type = g_strdup ("LVM2_member");
  fs->container = g_strdup (container);
}

/* The root is on LVM now, whose physical volumes are a disk, an array and an encrypted volume. */
static inline void
mix_layers (V2vGuest *facts)
{
  static const char logical[] = "/dev/vg0/root";
  V2vArray *array = v2v_guest_add_array (facts);

  for (guint i = 0; i < facts->filesystems->len; i++) {
    V2vFilesystem *fs = g_ptr_array_index (facts->filesystems, i);

    if (g_strcmp0 (fs->device, facts->root) == 0) {
      g_free (fs->device);
      fs->device = g_strdup (logical);
    }
  }
  for (guint i = 0; i < facts->mounts->len; i++) {
    V2vMount *mount = g_ptr_array_index (facts->mounts, i);

    if (g_strcmp0 (mount->device, facts->root) == 0) {
      g_free (mount->device);
      mount->device = g_strdup (logical);
    }
  }
  g_free (facts->root);
  facts->root = g_strdup (logical);
  array->device = g_strdup ("/dev/md127");
  array->level = g_strdup ("raid1");
  array->wanted = 2;
  add_physical (facts, "/dev/sda8", NULL);
  add_physical (facts, "/dev/md127", NULL);
  add_physical (facts, "/dev/mapper/luks-9", "/dev/sda9");
}

/* Writes the guest to a directory, inspects it, and verifies. */
static inline V2vVerdict *
guest_verify (Guest *guest)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer path, text;
  V2vVerdict *verdict;
  static const File none = { NULL, NULL };

  g_clear_pointer (&guest->tree, tree_free); /* of an earlier verdict */
  guest->tree = tree_on_disk (&none, "ext4", TRUE, TRUE);
  g_hash_table_iter_init (&iter, guest->files);
  while (g_hash_table_iter_next (&iter, &path, &text)) {
    const File file[] = { { path, text }, { NULL, NULL } };

    add_files (guest->tree, file);
  }
  write_image (guest);
  ((V2vDiskFact *) guest->tree->guest->disks->pdata[0])->grub_in_mbr = guest->grub_in_mbr;
  inspect (guest->tree);
  if (guest->encrypted) {
    V2vGuest *facts = guest->tree->guest;

    for (guint i = 0; i < facts->filesystems->len; i++) {
      V2vFilesystem *fs = g_ptr_array_index (facts->filesystems, i);

      if (g_strcmp0 (fs->device, facts->root) == 0)
        fs->container = g_strdup ("/dev/sda9");
    }
  }
  if (guest->spare_guid != NULL || guest->spare_mbr != 0) {
    V2vPartition *part = v2v_guest_add_partition (guest->tree->guest);

    part->device = g_strdup ("/dev/sda7");
    part->number = 7;
    part->partuuid = g_strdup ("spare-07");
    part->type_guid = g_strdup (guest->spare_guid);
    part->mbr_type = guest->spare_guid != NULL ? -1 : guest->spare_mbr;
  }
  if (guest->level != NULL) {
    V2vArray *array = v2v_guest_add_array (guest->tree->guest);

    array->device = g_strdup (guest->tree->guest->root);
    array->level = g_strdup (guest->level);
    array->wanted = 2;
  }
  if (guest->mixed)
    mix_layers (guest->tree->guest);
  if (guest->closed) {
    V2vFilesystem *fs = v2v_guest_add_filesystem (guest->tree->guest);

    fs->device = g_strdup ("/dev/sda8");
    fs->type = g_strdup ("crypto_LUKS");
    fs->uuid = g_strdup ("luks-8");
  }
  guest->ops = *guest->tree->fs->ops;
  guest->ops.get_xattr = fake_get_xattr;
  guest->tree->fs->ops = &guest->ops;
  verdict = v2v_verify (guest->tree->fs, guest->tree->guest, &guest->target, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (verdict);
  return verdict;
}

/* "id subject: evidence" of all rows of a state. */
static inline char *
rows_of (const V2vVerdict *verdict, V2vCheckState state)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < verdict->checks->len; i++) {
    const V2vCheck *check = g_ptr_array_index (verdict->checks, i);

    if (check->state == state)
      g_string_append_printf (out, "%s %s: %s\n", check->id, check->subject, check->evidence);
  }
  return g_string_free (out, FALSE);
}

/* One row only is of @state, of the check @id, and its evidence holds @words. */
static inline void
assert_only (const V2vVerdict *verdict, V2vCheckState state, const char *id, const char *words)
{
  g_autofree char *rows = rows_of (verdict, state);
  guint n = 0;

  for (guint i = 0; i < verdict->checks->len; i++) {
    const V2vCheck *check = g_ptr_array_index (verdict->checks, i);

    if (check->state != state)
      continue;
    n++;
    if (!g_str_equal (check->id, id) || strstr (check->evidence, words) == NULL)
      g_test_message ("got: %s", rows);
    g_assert_cmpstr (check->id, ==, id);
    g_assert_nonnull (strstr (check->evidence, words));
  }
  if (n != 1)
    g_test_message ("got: %s", rows);
  g_assert_cmpuint (n, ==, 1);
}

static inline void
assert_none (const V2vVerdict *verdict, V2vCheckState state)
{
  g_autofree char *rows = rows_of (verdict, state);

  g_assert_cmpstr (rows, ==, "");
}
