/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-initramfs-tree.h - a guest with one kernel and an initramfs as Nitro leaves it
 */
#pragma once

#include "linux/v2v-inject-private.h"
#include "test-action.h"
#include "test-linux-tree.h"
#include "test-newc.h"

#define MODULES "/lib/modules/6.1/"
#define INITRD "/boot/initrd.img-6.1"
#define IN "usr/lib/modules/6.1/"
#define MIB ((guint64) 1024 * 1024)

#define DEP \
  "k/virtio.ko.xz:\n" \
  "k/virtio_pci.ko.xz: k/virtio.ko.xz\n" \
  "k/virtio_blk.ko.xz: k/virtio.ko.xz\n" \
  "k/scsi_mod.ko.xz:\n" \
  "k/virtio_scsi.ko.xz: k/scsi_mod.ko.xz k/virtio.ko.xz\n" \
  "k/sd_mod.ko.xz: k/scsi_mod.ko.xz\n" \
  "k/nvme.ko.xz:\n"

static const char *const names[]
  = { "virtio", "virtio_pci", "virtio_blk", "scsi_mod", "virtio_scsi", "sd_mod", "nvme" };

static const Newc nitro[] = {
  { .name = "conf", .mode = S_IFDIR | 0755 },
  { .name = "conf/initramfs.conf", .content = "MODULES=dep\n" },
  { .name = "conf/modules", .content = "nvme\n" },
  { .name = "conf/conf.d/resume", .content = "RESUME=/dev/nvme0n1p3\n" },
  { .name = "etc/lvm/devices/system.devices", .content = "IDTYPE=sys_wwid IDNAME=nvme.1d0f\n" },
  { .name = "lib", .content = "usr/lib", .mode = S_IFLNK | 0777 },
  { .name = IN "k/nvme.ko.xz", .content = "module nvme" },
  { .name = IN "modules.dep", .content = "k/nvme.ko.xz:\n" },
  { .name = IN "modules.dep.bin", .content = "old" },
  { .name = IN "modules.alias.bin", .content = "old" },
  { .name = IN "modules.builtin.bin", .content = "old" },
  { .name = NULL },
};

static const Newc ready[] = {
  { .name = "lib/modules/6.1/k/virtio.ko.xz" },
  { .name = "lib/modules/6.1/k/virtio_pci.ko.xz" },
  { .name = "lib/modules/6.1/k/virtio_blk.ko.xz" },
  { .name = "lib/modules/6.1/k/scsi_mod.ko.xz" },
  { .name = "lib/modules/6.1/k/virtio_scsi.ko.xz" },
  { .name = "lib/modules/6.1/k/sd_mod.ko.xz" },
  { .name = "lib/modules/6.1/modules.dep", .content = DEP },
  { .name = NULL },
};

static inline void
write_image (const Tree *tree, const char *path, const Newc *entries, const char *codec)
{
  g_autoptr (GByteArray) image = g_byte_array_new ();

  newc_pack_archive (image, entries, codec);
  tree_write_bytes (tree, path, image->data, image->len);
}

static inline V2vKernel *
add_kernel (const Tree *tree, const char *version, gboolean is_default)
{
  V2vKernel *kernel = v2v_guest_add_kernel (tree->guest);

  kernel->version = g_strdup (version);
  kernel->vmlinuz = g_strconcat ("/boot/vmlinuz-", version, NULL);
  kernel->initrd = g_strconcat ("/boot/initrd.img-", version, NULL);
  kernel->modules_dir = g_strconcat ("/lib/modules/", version, NULL);
  kernel->is_default = is_default;
  return kernel;
}

static inline void
write_modules (const Tree *tree)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_strconcat (MODULES "k/", names[i], ".ko.xz", NULL);
    g_autofree char *text = g_strconcat ("module ", names[i], NULL);

    tree_write (tree, path, text);
  }
  tree_write (tree, MODULES "modules.dep", DEP);
  tree_write (tree, MODULES "modules.dep.bin", "bin\n" DEP);
  tree_write (tree, MODULES "modules.alias", "alias scsi:t-0x00* sd_mod\n");
  tree_write (tree, MODULES "modules.alias.bin", "new alias");
  tree_write (tree, MODULES "modules.builtin.bin", "new builtin");
  tree_write (tree, MODULES "modules.order", "order");
}

static inline Tree *
new_tree (void)
{
  static const File nothing[] = { { NULL, NULL } };
  Tree *tree = tree_on_disk (nothing, "ext4", TRUE, TRUE);

  add_partition (tree, 3, LINUX_GUID, "swap", "swap-uuid", NULL);
  write_modules (tree);
  write_image (tree, INITRD, nitro, "gzip");
  add_kernel (tree, "6.1", TRUE);
  return tree;
}

static inline V2vFilesystem *
root_fs (const Tree *tree)
{
  return (V2vFilesystem *) v2v_guest_find_filesystem (tree->guest, "/dev/sda1");
}

static inline V2vImage *
read_image (V2vDraft *draft, const char *path)
{
  static const char *const all[] = { "*", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = v2v_fs_read (v2v_draft_fs (draft), path, 1 << 20, &error);
  V2vImage *image;

  g_assert_no_error (error);
  image = v2v_image_read (bytes, all, path, NULL, &error);
  g_assert_no_error (error);
  return image;
}

static inline void
assert_entry (const V2vImage *image, const char *path, const char *text)
{
  const V2vImageEntry *entry = v2v_image_find (image, path);
  const char *data;
  gsize size;

  g_test_message ("%s", path);
  if (text == NULL) {
    g_assert_null (entry);
    return;
  }
  g_assert_nonnull (entry);
  data = g_bytes_get_data (entry->data, &size);
  g_assert_cmpmem (data, size, text, strlen (text));
}

/* Runs the step; notes and warnings are joined by "; ". */
static inline char *
apply_with (const Tree *tree, const char *option, V2vDraft **out_draft, char **out_changes)
{
  g_auto (Step) step = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) changes = NULL;
  V2vDraft *draft = v2v_draft_new (tree->fs);

  g_assert_true (step_parse (&step, "initramfs: {}", &error));
  v2v_draft_begin (draft);
  step_apply_with (&step, tree, draft, option, notes, notes, &error);
  g_assert_no_error (error);
  changes = v2v_draft_end (draft);
  *out_changes = changes_text (changes);
  if (out_draft != NULL)
    *out_draft = draft;
  else
    v2v_draft_free (draft);
  g_ptr_array_add (notes, NULL);
  return g_strjoinv ("; ", (char **) notes->pdata);
}

static inline void
assert_says (const char *notes, const char *text)
{
  if (strstr (notes, text) == NULL)
    g_error ("'%s' does not say '%s'", notes, text);
}
