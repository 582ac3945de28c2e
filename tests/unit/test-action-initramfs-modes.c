/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-initramfs-tree.h"

static void
test_keeps_old (void)
{
  g_autoptr (Tree) tree = new_tree ();
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (V2vImage) old = NULL;
  g_autofree char *notes = NULL;
  g_autofree char *changes = NULL;
  g_autofree char *again = NULL;
  g_autofree char *same = NULL;

  root_fs (tree)->size = 1024 * MIB;
  root_fs (tree)->free = 64 * MIB;
  draft = assert_step (tree, "initramfs: {}",
                       "~ " INITRD "\n+ " INITRD ".v2v-wrapper-old\n", NULL);
  old = read_image (draft, INITRD ".v2v-wrapper-old");
  assert_entry (old, IN "modules.dep", "k/nvme.ko.xz:\n");
  assert_entry (old, IN "k/virtio_blk.ko.xz", NULL);
  notes = apply_with (tree, NULL, NULL, &changes);
  assert_says (notes, "the old image is kept as '" INITRD ".v2v-wrapper-old'");
  /* The guest has one of an earlier conversion, which is nearer to what it was. */
  tree_write (tree, INITRD ".v2v-wrapper-old", "first");
  again = apply_with (tree, NULL, NULL, &same);
  g_assert_cmpstr (same, ==, "~ " INITRD "\n");
  assert_says (again, INITRD ".v2v-wrapper-old' is there already and stays");
}

/* The root is a subvolume; what is free is known of its file system. */
static void
test_keeps_old_on_btrfs (void)
{
  g_autoptr (Tree) tree = new_tree ();

  root_fs (tree)->size = 1024 * MIB;
  root_fs (tree)->free = 64 * MIB;
  g_free (tree->guest->root);
  tree->guest->root = g_strdup_printf ("btrfsvol:%s/@/root", root_fs (tree)->device);
  v2v_draft_free (assert_step (tree, "initramfs: {}",
                               "~ " INITRD "\n+ " INITRD ".v2v-wrapper-old\n", NULL));
}

static void
test_space (void)
{
  g_autoptr (Tree) tree = new_tree ();
  V2vMount *mount = v2v_guest_add_mount (tree->guest);
  V2vFilesystem *boot = v2v_guest_add_filesystem (tree->guest);

  root_fs (tree)->size = 1024 * MIB;
  root_fs (tree)->free = 512 * MIB;
  boot->device = g_strdup ("/dev/sda2");
  boot->size = 100 * MIB;
  boot->free = 8 * MIB;
  mount->mountpoint = g_strdup ("/boot");
  mount->device = g_strdup ("/dev/sda2");
  v2v_draft_free (assert_step (tree, "initramfs: {}", "~ " INITRD "\n", NULL));
  {
    g_autofree char *changes = NULL;
    g_autofree char *notes = apply_with (tree, NULL, NULL, &changes);

    assert_says (notes, "the old '" INITRD "' is not kept");
  }
  boot->free = 4096;
  assert_step_fails (tree, "initramfs: {}", V2V_ERROR_STORAGE, "1 MiB more must be free");
}

/* Of the one image, in bytes. */
static gsize
growth_of (const Tree *tree)
{
  g_autoptr (V2vDraft) draft = assert_step (tree, "initramfs: {}", "~ " INITRD "\n", NULL);
  g_autoptr (GBytes) before = v2v_fs_read (tree->fs, INITRD, MIB, NULL);
  g_autoptr (GBytes) after = v2v_fs_read (v2v_draft_fs (draft), INITRD, MIB, NULL);

  return g_bytes_get_size (after) - g_bytes_get_size (before);
}

/* The kernel that boots gets the room that there is. */
static void
test_space_for_default (void)
{
  g_autoptr (Tree) tree = new_tree ();
  g_autofree char *changes = NULL;
  g_autofree char *said = NULL;
  gsize growth = growth_of (tree);
  V2vKernel *other = add_kernel (tree, "7.0", FALSE);

  /* Newer kernels come first in the list of facts. */
  g_ptr_array_insert (tree->guest->kernels, 0,
                      g_ptr_array_steal_index (tree->guest->kernels, 1));
  g_free (other->modules_dir);
  other->modules_dir = g_strdup ("/lib/modules/6.1");
  write_image (tree, other->initrd, nitro, "gzip");
  root_fs (tree)->size = 1024 * MIB;
  root_fs (tree)->free = MIB + growth + growth / 2;
  said = apply_with (tree, NULL, NULL, &changes);
  g_assert_cmpstr (changes, ==, "~ " INITRD "\n");
  assert_says (said, "kernel '7.0', which is not the default, cannot boot on virtio and is left "
                     "as it is: the file system of '/boot/initrd.img-7.0' is full");
}

static void
test_signed (void)
{
  g_autoptr (Tree) tree = new_tree ();

  tree_write (tree, INITRD ".sig", "signature");
  assert_step_refused (tree, "initramfs: {}", "'" INITRD ".sig' signs an initramfs");
  write_image (tree, INITRD, ready, "zstd");
  v2v_draft_free (assert_step (tree, "initramfs: {}", "", NULL));
}

/* verify/ judges what that comes to. */
static void
test_keep_mode (void)
{
  g_autoptr (Tree) tree = new_tree ();
  g_autofree char *changes = NULL;
  g_autofree char *notes = NULL;
  g_autofree char *again = NULL;

  notes = apply_with (tree, "initramfs=keep", NULL, &changes);
  g_assert_cmpstr (changes, ==, "");
  assert_says (notes, "every image is left as it is");
  /* Not even one that cannot be read is in the way. */
  tree_write (tree, INITRD, "not an image at all");
  g_free (apply_with (tree, "initramfs=keep", NULL, &again));
  g_assert_cmpstr (again, ==, "");
}

/* The image finds its disk; virtio_net is wanted in it all the same. */
static void
test_inject_mode (void)
{
  g_autoptr (Tree) tree = new_tree ();
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (V2vImage) image = NULL;
  g_autofree char *nothing = NULL;
  g_autofree char *changes = NULL;
  g_autofree char *why = NULL;
  g_autofree char *notes = NULL;

  tree_write (tree, MODULES "modules.dep", DEP "k/virtio_net.ko.xz: k/virtio.ko.xz\n");
  tree_write (tree, MODULES "modules.dep.bin", DEP "k/virtio_net.ko.xz: k/virtio.ko.xz\n");
  tree_write (tree, MODULES "k/virtio_net.ko.xz", "module virtio_net");
  write_image (tree, INITRD, ready, "zstd");
  why = apply_with (tree, "initramfs=auto", NULL, &nothing);
  g_assert_cmpstr (nothing, ==, "");
  assert_says (why, "kernel '6.1': nothing to add, it has the virtio drivers");
  notes = apply_with (tree, "initramfs=inject", &draft, &changes);
  g_assert_cmpstr (changes, ==, "~ " INITRD "\n");
  assert_says (notes, "added virtio_net");
  image = read_image (draft, INITRD);
  assert_entry (image, "lib/modules/6.1/k/virtio_net.ko.xz", "module virtio_net");
}

static void
test_builtin_mode (void)
{
  g_autoptr (Tree) tree = new_tree ();
  g_autofree char *changes = NULL;
  g_autofree char *notes = NULL;

  tree_write (tree, MODULES "modules.dep", "k/nvme.ko.xz:\n");
  tree_write (tree, MODULES "modules.builtin",
              "k/virtio_pci.ko\nk/virtio_blk.ko\nk/virtio_scsi.ko\nk/sd_mod.ko\n");
  write_image (tree, INITRD, ready, "gzip");
  notes = apply_with (tree, "initramfs=inject", NULL, &changes);
  g_assert_cmpstr (changes, ==, "");
  assert_says (notes, "nothing to add, its virtio drivers are built in");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action-initramfs-modes/keeps-old", test_keeps_old);
  g_test_add_func ("/action-initramfs-modes/keeps-old-on-btrfs", test_keeps_old_on_btrfs);
  g_test_add_func ("/action-initramfs-modes/space", test_space);
  g_test_add_func ("/action-initramfs-modes/space-for-default", test_space_for_default);
  g_test_add_func ("/action-initramfs-modes/signed", test_signed);
  g_test_add_func ("/action-initramfs-modes/keep-mode", test_keep_mode);
  g_test_add_func ("/action-initramfs-modes/inject-mode", test_inject_mode);
  g_test_add_func ("/action-initramfs-modes/builtin-mode", test_builtin_mode);
  return g_test_run ();
}
