/* SPDX-License-Identifier: GPL-2.0-or-later
 * The loader that firmware without boot variables finds: which is chosen, what is copied.
 */
#include <config.h>

#include "test-action.h"
#include "v2v-esp-fallback.h"

#define STEP "esp-fallback: {}"

typedef struct {
  const char *arch, *distro;
  const char *names;  /* below EFI, split by blanks */
  const char *copies; /* "from>to from>to", or why there are none, after "!" */
} Row;

static const Row rows[] = {
  /* Debian, by grub-install with secure boot. */
  { "x86_64", "debian",
    "debian debian/BOOTX64.CSV debian/fbx64.efi debian/grub.cfg debian/grubx64.efi "
    "debian/mmx64.efi debian/shimx64.efi",
    "debian/shimx64.efi>BOOT/BOOTX64.EFI debian/grubx64.efi>BOOT/grubx64.efi "
    "debian/mmx64.efi>BOOT/mmx64.efi" },
  /* Without it, or of another architecture. */
  { "x86_64", "debian", "debian debian/grubx64.efi debian/grub.cfg",
    "debian/grubx64.efi>BOOT/BOOTX64.EFI" },
  { "aarch64", "ubuntu", "ubuntu ubuntu/shimaa64.efi ubuntu/grubaa64.efi ubuntu/grubx64.efi",
    "ubuntu/shimaa64.efi>BOOT/BOOTAA64.EFI ubuntu/grubaa64.efi>BOOT/grubaa64.efi" },
  { "i386", "debian", "debian debian/grubia32.efi", "debian/grubia32.efi>BOOT/BOOTIA32.EFI" },
  /* FAT keeps letters and does not tell them apart. */
  { "x86_64", "amzn", "AMZN AMZN/GRUBX64.EFI AMZN/SHIMX64.EFI Boot",
    "AMZN/SHIMX64.EFI>Boot/BOOTX64.EFI AMZN/GRUBX64.EFI>Boot/GRUBX64.EFI" },
  /* What is there stays. */
  { "x86_64", "debian", "boot boot/BootX64.efi debian debian/grubx64.efi", "" },
  { "x86_64", "rocky", "BOOT BOOT/GRUBX64.EFI BOOT/grub.cfg rocky rocky/shimx64.efi rocky/grubx64.efi",
    "rocky/shimx64.efi>BOOT/BOOTX64.EFI" },
  { "x86_64", "debian", "BOOT BOOT/BOOTIA32.EFI debian debian/grubx64.efi",
    "debian/grubx64.efi>BOOT/BOOTX64.EFI" },
  /* SUSE's names have no architecture, and its GRUB reads the file beside it. */
  { "x86_64", "sles", "sles sles/shim.efi sles/grub.efi sles/MokManager.efi sles/grub.cfg sles/boot.csv",
    "sles/shim.efi>BOOT/BOOTX64.EFI sles/grub.efi>BOOT/grub.efi "
    "sles/MokManager.efi>BOOT/MokManager.efi sles/grub.cfg>BOOT/grub.cfg" },
  { "x86_64", "sles", "BOOT BOOT/GRUB.CFG sles sles/shim.efi sles/grub.efi sles/grub.cfg",
    "sles/shim.efi>BOOT/BOOTX64.EFI sles/grub.efi>BOOT/grub.efi" },
  /* Several vendors: the guest's own; a name that differs from its ID. */
  { "x86_64", "fedora", "debian debian/grubx64.efi fedora fedora/grubx64.efi",
    "fedora/grubx64.efi>BOOT/BOOTX64.EFI" },
  { "x86_64", "rhel", "Microsoft Microsoft/Boot Microsoft/Boot/bootmgfw.efi centos centos/grubx64.efi "
    "redhat redhat/grubx64.efi", "redhat/grubx64.efi>BOOT/BOOTX64.EFI" },
  { "x86_64", "arch", "debian debian/grubx64.efi fedora fedora/grubx64.efi",
    "!has loaders of 2 systems, and none of the directories is this guest's" },
  /* One of them has none for this machine. */
  { "x86_64", "arch", "GRUB GRUB/grubx64.efi old old/grubia32.efi",
    "GRUB/grubx64.efi>BOOT/BOOTX64.EFI" },
  /* shim alone starts nothing. */
  { "x86_64", "debian", "debian debian/shimx64.efi", "!has no shim, GRUB or systemd-boot to copy" },
  { "x86_64", "arch", "systemd systemd/systemd-bootx64.efi Linux Linux/arch.efi",
    "systemd/systemd-bootx64.efi>BOOT/BOOTX64.EFI" },
  { "x86_64", "fedora", "systemd systemd/systemd-bootx64.efi fedora fedora/grubx64.efi",
    "fedora/grubx64.efi>BOOT/BOOTX64.EFI" },
  { "x86_64", NULL, "Linux Linux/arch.efi", "!has no shim, GRUB or systemd-boot to copy" },
  { "x86_64", NULL, "", "!has no shim, GRUB or systemd-boot to copy" },
  { "s390x", "debian", "debian debian/grubx64.efi",
    "!is for an architecture whose loaders are not known ('s390x')" },
  { NULL, "debian", "debian debian/grubx64.efi",
    "!is for an architecture whose loaders are not known ('unknown')" },
};

static char *
choose (const Row *row)
{
  g_auto (GStrv) split = g_strsplit (row->names, " ", -1);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) copies = NULL;
  g_autofree char *why = NULL;
  GString *out = g_string_new (NULL);

  for (char **name = split; *name != NULL; name++)
    g_ptr_array_add (names, *name);
  copies = v2v_esp_fallback (names, row->arch, row->distro, &why);
  g_assert_true ((copies == NULL) == (why != NULL));
  if (copies == NULL)
    g_string_append_printf (out, "!%s", why);
  for (guint i = 0; copies != NULL && i < copies->len; i++) {
    const V2vEspCopy *copy = g_ptr_array_index (copies, i);

    g_string_append_printf (out, "%s%s>%s", i > 0 ? " " : "", copy->from, copy->to);
  }
  return g_string_free (out, FALSE);
}

static void
test_choice (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *got = choose (&rows[i]);

    if (!g_str_equal (got, rows[i].copies))
      g_error ("'%s': '%s', not '%s'", rows[i].names, got, rows[i].copies);
  }
}

/* A UEFI guest whose ESP is at @mountpoint. */
static Tree *
uefi_tree (const char *mountpoint)
{
  Tree *tree = tree_new ();
  V2vMount *mount;
  V2vFilesystem *fs = v2v_guest_add_filesystem (tree->guest);

  fs->device = g_strdup ("/dev/sda15");
  fs->type = g_strdup ("vfat");
  tree->guest->firmware = V2V_FIRMWARE_UEFI;
  tree->guest->arch = g_strdup ("x86_64");
  tree->guest->distro = g_strdup ("debian");
  if (mountpoint == NULL)
    return tree;
  mount = v2v_guest_add_mount (tree->guest);
  mount->mountpoint = g_strdup (mountpoint);
  mount->device = g_strdup ("/dev/sda15");
  mount->vfstype = g_strdup ("vfat");
  return tree;
}

static void
assert_warned (const Tree *tree, const char *text)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vDraft) draft = assert_step (tree, STEP, "", warnings);

  if (text == NULL) {
    g_assert_cmpuint (warnings->len, ==, 0);
    return;
  }
  g_assert_cmpuint (warnings->len, ==, 1);
  if (strstr (warnings->pdata[0], text) == NULL)
    g_error ("'%s' does not say '%s'", (char *) warnings->pdata[0], text);
}

static void
test_copies (void)
{
  static const char *const places[] = { "/boot/efi", "/efi", "/boot" };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (Tree) tree = uefi_tree (places[i]);
    g_autofree char *shim = g_strconcat (places[i], "/efi/debian/SHIMX64.EFI", NULL);
    g_autofree char *grub = g_strconcat (places[i], "/efi/debian/grubx64.efi", NULL);
    g_autofree char *to = g_strconcat (places[i], "/efi/BOOT/BOOTX64.EFI", NULL);
    g_autofree char *expected = g_strdup_printf ("+ %s\n+ %s/efi/BOOT/grubx64.efi\n", to, places[i]);
    g_autoptr (V2vDraft) draft = NULL;

    tree_write (tree, shim, "shim");
    tree_write (tree, grub, "grub");
    draft = assert_step (tree, STEP, expected, NULL);
    assert_draft_text (draft, to, "shim");
  }
}

/* Loaders have NUL bytes and are larger than what a draft keeps in memory. */
static void
test_large (void)
{
  g_autoptr (Tree) tree = uefi_tree ("/boot/efi");
  gsize length = V2V_DRAFT_MEMORY_MAX * 3 + 7;
  g_autofree char *data = g_malloc0 (length);
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  memcpy (data, "MZ", 2);
  data[length - 1] = 'E';
  tree_write_bytes (tree, "/boot/efi/EFI/debian/grubx64.efi", data, length);
  draft = assert_step (tree, STEP, "+ /boot/efi/EFI/BOOT/BOOTX64.EFI\n", NULL);
  bytes = v2v_fs_read (v2v_draft_fs (draft), "/boot/efi/EFI/BOOT/BOOTX64.EFI", length, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, length);
}

static void
test_bios (void)
{
  g_autoptr (Tree) tree = uefi_tree ("/boot/efi");
  g_autoptr (V2vDraft) draft = NULL;
  V2vBootloader *bootloader = v2v_guest_set_bootloader (tree->guest, "grub2");

  tree->guest->firmware = V2V_FIRMWARE_BIOS;
  tree_write (tree, "/boot/efi/EFI/debian/grubx64.efi", "grub");
  assert_warned (tree, NULL);
  /* A disk that can do both. */
  bootloader->esp_loader = TRUE;
  draft = assert_step (tree, STEP, "+ /boot/efi/EFI/BOOT/BOOTX64.EFI\n", NULL);
  /* Nobody asked for the second way: no word when it cannot be had. */
  g_free (tree->guest->arch);
  tree->guest->arch = g_strdup ("s390x");
  assert_warned (tree, NULL);
  tree->guest->firmware = V2V_FIRMWARE_UEFI;
  assert_warned (tree, "('s390x')");
  bootloader->esp_fallback = TRUE;
  assert_warned (tree, NULL);
}

static void
test_warnings (void)
{
  g_autoptr (Tree) nowhere = uefi_tree (NULL);
  g_autoptr (Tree) absent = uefi_tree ("/boot/efi");
  g_autoptr (Tree) empty = uefi_tree ("/boot/efi");
  g_autoptr (Tree) full = uefi_tree ("/boot/efi");
  V2vFilesystem *fs = g_ptr_array_index (full->guest->filesystems, 0);

  assert_warned (nowhere, "it is not known where the EFI system partition is mounted");
  assert_warned (absent, "has no directory EFI");
  tree_mkdir (empty, "/boot/efi/EFI/debian/x");
  assert_warned (empty, "has no shim, GRUB or systemd-boot to copy");
  tree_write (full, "/boot/efi/EFI/debian/grubx64.efi", "grub");
  fs->size = 1024 * 1024;
  fs->free = 1000;
  assert_warned (full, "has no room for a copy of its loader");
}

/* /boot with another file system is not the ESP, and one that did not come along is none. */
static void
test_not_esp (void)
{
  g_autoptr (Tree) tree = uefi_tree ("/boot");
  V2vMount *mount = g_ptr_array_index (tree->guest->mounts, 0);

  tree_write (tree, "/boot/EFI/debian/grubx64.efi", "grub");
  g_free (mount->vfstype);
  mount->vfstype = g_strdup ("ext4");
  assert_warned (tree, "it is not known where");
  g_free (mount->vfstype);
  mount->vfstype = g_strdup ("vfat");
  g_clear_pointer (&mount->device, g_free);
  assert_warned (tree, "it is not known where");
}

/* No FAT has such things; a guest that calls another file system its ESP may. */
static void
test_hostile (void)
{
  g_autoptr (Tree) link = uefi_tree ("/boot/efi");
  g_autoptr (Tree) directory = uefi_tree ("/boot/efi");
  g_autoptr (Tree) many = uefi_tree ("/boot/efi");

  tree_mkdir (link, "/boot/efi/EFI/debian");
  tree_link (link, "/boot/efi/EFI/debian/grubx64.efi", "/nothing");
  assert_step_refused (link, STEP, "/boot/efi/EFI/debian/grubx64.efi");
  tree_mkdir (directory, "/boot/efi/EFI/debian/grubx64.efi");
  assert_step_refused (directory, STEP, "/boot/efi/EFI/debian/grubx64.efi");
  for (guint i = 0; i < 5001; i++) {
    g_autofree char *path = g_strdup_printf ("/boot/efi/EFI/debian/%u", i);

    tree_write (many, path, "");
  }
  assert_step_refused (many, STEP, "5000");
}

static void
test_parse (void)
{
  assert_parse_error ("esp-fallback: {directory: debian}", "directory");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esp-fallback/choice", test_choice);
  g_test_add_func ("/esp-fallback/copies", test_copies);
  g_test_add_func ("/esp-fallback/large", test_large);
  g_test_add_func ("/esp-fallback/bios", test_bios);
  g_test_add_func ("/esp-fallback/warnings", test_warnings);
  g_test_add_func ("/esp-fallback/not-esp", test_not_esp);
  g_test_add_func ("/esp-fallback/hostile", test_hostile);
  g_test_add_func ("/esp-fallback/parse", test_parse);
  return g_test_run ();
}
