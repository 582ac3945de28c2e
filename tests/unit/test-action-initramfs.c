/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

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

static void
write_image (const Tree *tree, const char *path, const Newc *entries, const char *codec)
{
  g_autoptr (GByteArray) image = g_byte_array_new ();

  newc_pack_archive (image, entries, codec);
  tree_write_bytes (tree, path, image->data, image->len);
}

static V2vKernel *
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

static void
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

static Tree *
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

static V2vFilesystem *
root_fs (const Tree *tree)
{
  return (V2vFilesystem *) v2v_guest_find_filesystem (tree->guest, "/dev/sda1");
}

static V2vImage *
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

static void
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

/* Runs the step; notes and warnings are joined by "; ". */
static char *
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

static void
assert_says (const char *notes, const char *text)
{
  if (strstr (notes, text) == NULL)
    g_error ("'%s' does not say '%s'", notes, text);
}

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

static void
test_unified (void)
{
  g_autoptr (Tree) tree = new_tree ();
  V2vKernel *kernel = g_ptr_array_index (tree->guest->kernels, 0);
  V2vBootEntry *entry;

  g_clear_pointer (&kernel->initrd, g_free);
  g_free (kernel->vmlinuz);
  kernel->vmlinuz = g_strdup ("/boot/efi/EFI/Linux/linux-6.1.efi");
  assert_step_refused (tree, "initramfs: {}", "unified kernel image");
  g_clear_pointer (&kernel->modules_dir, g_free);
  set_builtin (kernel);
  v2v_draft_free (assert_step (tree, "initramfs: {}", "", NULL));
  v2v_guest_set_bootloader (tree->guest, "systemd-boot");
  entry = v2v_bootloader_add_entry (tree->guest->bootloader);
  entry->kernel = g_strdup (kernel->vmlinuz);
  entry->cmdline = g_strdup ("ro root=/dev/nvme0n1p1");
  assert_step_refused (tree, "initramfs: {}", "unified kernel image");
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
  g_test_add_func ("/action-initramfs/keeps-old", test_keeps_old);
  g_test_add_func ("/action-initramfs/space", test_space);
  g_test_add_func ("/action-initramfs/space-for-default", test_space_for_default);
  g_test_add_func ("/action-initramfs/signed", test_signed);
  g_test_add_func ("/action-initramfs/keep-mode", test_keep_mode);
  g_test_add_func ("/action-initramfs/inject-mode", test_inject_mode);
  g_test_add_func ("/action-initramfs/builtin-mode", test_builtin_mode);
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
  g_test_add_func ("/action-initramfs/two-kernels", test_two_kernels);
  g_test_add_func ("/action-initramfs/no-kernels", test_no_kernels);
  g_test_add_func ("/action-initramfs/link", test_link);
  g_test_add_func ("/action-initramfs/parse", test_parse);
  return g_test_run ();
}
