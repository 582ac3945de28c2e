/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-initramfs-tree.h"
#include "test-uki.h"

static void
test_nitro (void)
{
  g_autoptr (Tree) tree = new_tree ();
  g_autoptr (V2vDraft) draft = assert_step (tree, "initramfs: {}", "~ " INITRD "\n", NULL);
  g_autoptr (V2vImage) image = read_image (draft, INITRD);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_strconcat (IN "k/", names[i], ".ko.xz", NULL);
    g_autofree char *text = g_strconcat ("module ", names[i], NULL);

    assert_entry (image, path, text);
  }
  assert_entry (image, IN "modules.dep", DEP);
  assert_entry (image, IN "modules.dep.bin", "bin\n" DEP);
  assert_entry (image, IN "modules.alias", "alias scsi:t-0x00* sd_mod\n");
  assert_entry (image, IN "modules.alias.bin", "new alias");
  assert_entry (image, IN "modules.builtin.bin", "new builtin");
  assert_entry (image, IN "modules.order", NULL);
  assert_entry (image, IN "modules.symbols", NULL);
  assert_entry (image, "conf/modules", "nvme\nvirtio_pci\nvirtio_blk\nvirtio_scsi\nsd_mod\n");
  assert_entry (image, "conf/conf.d/resume", "RESUME=UUID=swap-uuid\n");
  assert_entry (image, "etc/lvm/devices/system.devices", NULL);
  assert_entry (image, "lib", "usr/lib");
}

static void
test_nothing (void)
{
  g_autoptr (Tree) tree = new_tree ();

  write_image (tree, INITRD, ready, "zstd");
  v2v_draft_free (assert_step (tree, "initramfs: {}", "", NULL));
}

/* Only what waits for the old hardware goes; no module is read. */
static void
test_leftover_only (void)
{
  static const Newc hook[] = {
    { .name = "usr/lib/dracut/hooks/initqueue/finished/devexists-\\x2fdev\\x2fnvme0n1p1.sh" },
    { .name = NULL },
  };
  g_autoptr (Tree) tree = new_tree ();
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (V2vImage) after = NULL;

  newc_pack_archive (image, ready, "none");
  newc_pack_archive (image, hook, "xz");
  tree_write_bytes (tree, INITRD, image->data, image->len);
  draft = assert_step (tree, "initramfs: {}", "~ " INITRD "\n", NULL);
  after = read_image (draft, INITRD);
  assert_entry (after, hook[0].name, NULL);
  assert_entry (after, "lib/modules/6.1/k/sd_mod.ko.xz", "");
}

typedef struct {
  const char *name;
  const char *path, *text; /* text NULL: the file is removed */
  const char *error;
} BrokenRow;

static const BrokenRow broken_rows[] = {
  { "no-dep", MODULES "modules.dep", NULL, "'modules.dep' is not there" },
  { "truncated-dep", MODULES "modules.dep", "k/virtio_pci.ko.xz:\nk/vir", "line 2 has no ':'" },
  { "half-dep", MODULES "modules.dep", "k/virtio_pci.ko.xz:\n", "would find no disk" },
  { "stale-dep", MODULES "k/sd_mod.ko.xz", NULL, "k/sd_mod.ko.xz', which is not there" },
  { "empty-module", MODULES "k/virtio_blk.ko.xz", "", "k/virtio_blk.ko.xz', which is empty" },
  { "stale-binary", MODULES "modules.dep.bin", "k/nvme.ko.xz:\n", "does not know" },
  { "no-binary", MODULES "modules.dep.bin", NULL, "'modules.dep.bin' is not there" },
  { "no-alias", MODULES "modules.alias.bin", NULL, "'modules.alias.bin' is not there" },
  { "no-image", INITRD, NULL, INITRD },
  { "no-cpio", INITRD, "not an image at all", INITRD },
  { "no-cpio-advice", INITRD, "not an image at all", "make it anew in the guest" },
};

static void
test_broken (gconstpointer data)
{
  const BrokenRow *row = data;
  g_autoptr (Tree) tree = new_tree ();

  if (row->text != NULL)
    tree_write (tree, row->path, row->text);
  else {
    g_autofree char *host = tree_host_path (tree, row->path);

    g_assert_cmpint (g_unlink (host), ==, 0);
  }
  assert_step_refused (tree, "initramfs: {}", row->error);
}

static void
test_nul_bytes (void)
{
  g_autoptr (Tree) tree = new_tree ();

  tree_write_bytes (tree, MODULES "modules.dep", "a\0b", 3);
  assert_step_refused (tree, "initramfs: {}", "NUL bytes");
}

static void
test_squash (void)
{
  static const Newc squash[] = { { .name = "squash-root.img" }, { .name = NULL } };
  g_autoptr (Tree) tree = new_tree ();

  write_image (tree, INITRD, squash, "gzip");
  assert_step_refused (tree, "initramfs: {}", "--omit squash");
}

static void
set_builtin (V2vKernel *kernel)
{
  for (guint i = 0; i < kernel->drivers->len; i++)
    ((V2vDriver *) g_ptr_array_index (kernel->drivers, i))->where = V2V_DRIVER_BUILTIN;
}

static void
test_without_image (void)
{
  g_autoptr (Tree) tree = new_tree ();
  V2vKernel *kernel = g_ptr_array_index (tree->guest->kernels, 0);

  g_clear_pointer (&kernel->initrd, g_free);
  assert_step_refused (tree, "initramfs: {}", "no initramfs to load them from");
  g_clear_pointer (&kernel->modules_dir, g_free);
  set_builtin (kernel);
  v2v_draft_free (assert_step (tree, "initramfs: {}", "", NULL));
}

static const Newc ready_and_waiting[] = {
  { .name = "lib/modules/6.1/k/virtio.ko.xz" },
  { .name = "lib/modules/6.1/k/virtio_pci.ko.xz" },
  { .name = "lib/modules/6.1/k/virtio_blk.ko.xz" },
  { .name = "lib/modules/6.1/k/scsi_mod.ko.xz" },
  { .name = "lib/modules/6.1/k/virtio_scsi.ko.xz" },
  { .name = "lib/modules/6.1/k/sd_mod.ko.xz" },
  { .name = "lib/modules/6.1/modules.dep", .content = DEP },
  { .name = "etc/lvm/devices/system.devices", .content = "IDTYPE=sys_wwid IDNAME=nvme.1d0f\n" },
  { .name = NULL },
};

static void
write_unified (const Tree *tree, const char *path, const Newc *entries)
{
  g_autoptr (GByteArray) initrd = g_byte_array_new ();
  g_autoptr (GByteArray) image = NULL;

  newc_pack_archive (initrd, entries, "zstd");
  {
    const UkiSection sections[] = { { ".linux", "kernel", 6 },
                                    { ".initrd", initrd->data, initrd->len },
                                    { NULL, NULL, 0 } };

    image = uki_new (sections);
  }
  tree_write_bytes (tree, path, image->data, image->len);
}

/* One that has virtio is left alone; others have to be made anew by who can sign them. */
static void
test_unified (void)
{
  g_autoptr (Tree) tree = new_tree ();
  V2vKernel *kernel = g_ptr_array_index (tree->guest->kernels, 0);
  V2vBootEntry *entry;

  g_free (kernel->initrd);
  g_free (kernel->vmlinuz);
  kernel->vmlinuz = g_strdup ("/boot/efi/EFI/Linux/linux-6.1.efi");
  kernel->initrd = g_strdup (kernel->vmlinuz);
  write_unified (tree, kernel->vmlinuz, nitro);
  assert_step_refused (tree, "initramfs: {}", "from outside, and lacks virtio drivers: make");
  write_unified (tree, kernel->vmlinuz, ready_and_waiting);
  assert_step_refused (tree, "initramfs: {}", "waits for the old hardware");
  write_unified (tree, kernel->vmlinuz, ready);
  v2v_draft_free (assert_step (tree, "initramfs: {}", "", NULL));

  v2v_guest_set_bootloader (tree->guest, "systemd-boot");
  entry = v2v_bootloader_add_entry (tree->guest->bootloader);
  entry->kernel = g_strdup (kernel->vmlinuz);
  entry->cmdline = g_strdup ("ro root=/dev/nvme0n1p1");
  assert_step_refused (tree, "initramfs: {}", "its root is named as the old hardware did");
  tree_write (tree, kernel->vmlinuz, "MZ, and no more");
  g_clear_pointer (&entry->cmdline, g_free);
  assert_step_refused (tree, "initramfs: {}", "its PE header is damaged");
}

/* A name alone makes no unified image: Pop!_OS calls its kernels so. */
static void
test_efi_name (void)
{
  g_autoptr (Tree) tree = new_tree ();
  V2vKernel *kernel = g_ptr_array_index (tree->guest->kernels, 0);

  g_free (kernel->vmlinuz);
  kernel->vmlinuz = g_strdup ("/boot/efi/EFI/Pop_OS/vmlinuz.efi");
  v2v_draft_free (assert_step (tree, "initramfs: {}", "~ " INITRD "\n", NULL));
}

/* The default one is served; the other one's modules are gone. */
static void
test_two_kernels (void)
{
  g_autoptr (Tree) tree = new_tree ();
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  V2vKernel *other = add_kernel (tree, "5.10", FALSE);

  write_image (tree, other->initrd, nitro, "gzip");
  v2v_draft_free (assert_step (tree, "initramfs: {}", "~ " INITRD "\n", warnings));
  g_assert_cmpuint (warnings->len, ==, 2);
  g_assert_nonnull (strstr (g_ptr_array_index (warnings, 0), "no virtio_net"));
  g_assert_nonnull (strstr (g_ptr_array_index (warnings, 1), "kernel '5.10', which is not"));
  ((V2vKernel *) g_ptr_array_index (tree->guest->kernels, 0))->is_default = FALSE;
  assert_step_refused (tree, "initramfs: {}", "modules.dep");
  other->is_default = TRUE;
  assert_step_refused (tree, "initramfs: {}", "modules.dep");
}

static void
test_no_kernels (void)
{
  g_autoptr (Tree) tree = new_tree ();
  V2vKernel *kernel = g_ptr_array_index (tree->guest->kernels, 0);

  g_clear_pointer (&kernel->vmlinuz, g_free);
  assert_step_refused (tree, "initramfs: {}", "no kernel");
}

/* Not in place of the link: where it leads to. */
static void
test_link (void)
{
  g_autoptr (Tree) tree = new_tree ();
  V2vKernel *kernel = g_ptr_array_index (tree->guest->kernels, 0);

  tree_link (tree, "/initrd.img", "boot/initrd.img-6.1");
  g_free (kernel->initrd);
  kernel->initrd = g_strdup ("/initrd.img");
  v2v_draft_free (assert_step (tree, "initramfs: {}", "~ " INITRD "\n", NULL));
}

static void
test_parse (void)
{
  assert_parse_error ("initramfs: {mode: inject}", "does not know 'mode'");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action-initramfs/nitro", test_nitro);
  g_test_add_func ("/action-initramfs/nothing", test_nothing);
  g_test_add_func ("/action-initramfs/leftover-only", test_leftover_only);
  for (gsize i = 0; i < G_N_ELEMENTS (broken_rows); i++) {
    g_autofree char *path = g_strconcat ("/action-initramfs/broken/", broken_rows[i].name, NULL);

    g_test_add_data_func (path, &broken_rows[i], test_broken);
  }
  g_test_add_func ("/action-initramfs/nul-bytes", test_nul_bytes);
  g_test_add_func ("/action-initramfs/squash", test_squash);
  g_test_add_func ("/action-initramfs/without-image", test_without_image);
  g_test_add_func ("/action-initramfs/unified", test_unified);
  g_test_add_func ("/action-initramfs/efi-name", test_efi_name);
  g_test_add_func ("/action-initramfs/two-kernels", test_two_kernels);
  g_test_add_func ("/action-initramfs/no-kernels", test_no_kernels);
  g_test_add_func ("/action-initramfs/link", test_link);
  g_test_add_func ("/action-initramfs/parse", test_parse);
  return g_test_run ();
}
