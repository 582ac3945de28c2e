/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "v2v-engine-litter.h"
#include "v2v-error.h"

typedef struct {
  char *root;
  V2vFs *fs;
  V2vReport *report;
} Fixture;

static void
put (Fixture *f, const char *path, const char *text)
{
  g_autofree char *full = g_build_filename (f->root, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_assert_true (g_file_set_contents (full, text, -1, NULL));
}

static gboolean
exists (Fixture *f, const char *path)
{
  g_autofree char *full = g_build_filename (f->root, path, NULL);

  return g_file_test (full, G_FILE_TEST_EXISTS);
}

static void
setup (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  (void) data;
  f->root = g_dir_make_tmp ("v2v-litter-XXXXXX", NULL);
  put (f, "etc/fstab", "UUID=1 / ext4 defaults 0 1\n# end\n");
  put (f, "etc/old.augsave", "the user's own");
  put (f, "boot/initrd.img-6.1", "initrd");
  f->fs = v2v_fs_new_directory (f->root, &error);
  g_assert_no_error (error);
  f->report = v2v_report_new ();
}

static void
teardown (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->root);

  (void) data;
  v2v_fs_free (f->fs);
  v2v_report_free (f->report);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->root);
}

static void
test_only_new (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = v2v_litter_list (f->fs, &error);

  (void) data;
  g_assert_no_error (error);
  g_assert_cmpuint (before->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (before, 0), ==, "/etc/old.augsave");

  put (f, "etc/fstab.augsave", "x");
  put (f, "etc/initramfs-tools/modules.augsave", "x");
  put (f, "etc/augsave", "not litter");
  put (f, "boot/initrd.img-6.1.pre-v2v", "x");
  put (f, "boot/pre-v2v/keep", "not litter");
  put (f, "etc/directory.augsave/keep", "not litter");
  put (f, "home/user/notes.augsave", "not ours");
  g_assert_true (v2v_litter_remove_new (f->fs, before, f->report, &error));
  g_assert_no_error (error);

  g_assert_false (exists (f, "etc/fstab.augsave"));
  g_assert_false (exists (f, "etc/initramfs-tools/modules.augsave"));
  g_assert_false (exists (f, "boot/initrd.img-6.1.pre-v2v"));
  g_assert_true (exists (f, "etc/old.augsave"));
  g_assert_true (exists (f, "etc/augsave"));
  g_assert_true (exists (f, "etc/fstab"));
  g_assert_true (exists (f, "boot/pre-v2v/keep"));
  g_assert_true (exists (f, "boot/initrd.img-6.1"));
  g_assert_true (exists (f, "etc/directory.augsave/keep"));
  g_assert_true (exists (f, "home/user/notes.augsave"));
  g_assert_cmpuint (f->report->changes->len, ==, 3);
}

static void
test_twice (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) before = v2v_litter_list (f->fs, NULL);

  (void) data;
  put (f, "etc/fstab.augsave", "x");
  g_assert_true (v2v_litter_remove_new (f->fs, before, f->report, NULL));
  g_assert_true (v2v_litter_remove_new (f->fs, before, f->report, NULL));
  g_assert_cmpuint (f->report->changes->len, ==, 1);
}

static void
test_windows_has_none (Fixture *f, gconstpointer data)
{
  g_autofree char *empty = g_build_filename (f->root, "windows", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vFs) fs = NULL;
  g_autoptr (GPtrArray) list = NULL;

  (void) data;
  g_assert_cmpint (g_mkdir (empty, 0755), ==, 0);
  fs = v2v_fs_new_directory (empty, NULL);
  list = v2v_litter_list (fs, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 0);
}

static void
test_fstab_same (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_true (v2v_engine_check_fstab (f->fs, "UUID=1 / ext4 defaults 0 1\n# end\n",
                                         f->report, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (f->report->changes->len, ==, 0);
  g_assert_true (v2v_engine_check_fstab (f->fs, NULL, f->report, &error));
}

static void
test_fstab_damaged (Fixture *f, gconstpointer data)
{
  const char *ours = "UUID=1 / ext4 defaults 0 1\n/dev/nvme0n1p2 /x ext4 nofail 0 0\n# end\n";
  g_autofree char *path = g_build_filename (f->root, "etc/fstab", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  const V2vChange *change;

  (void) data;
  put (f, "etc/fstab",
       "UUID=1 / ext4 defaults 0 1\n/dev/nvme0n12 /x ext4 nofail 0 0\n# end\n");
  g_assert_true (v2v_engine_check_fstab (f->fs, ours, f->report, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, ours);
  g_assert_cmpuint (f->report->changes->len, ==, 1);
  change = g_ptr_array_index (f->report->changes, 0);
  g_assert_cmpstr (change->before, ==, "/dev/nvme0n12 /x ext4 nofail 0 0");
  g_assert_cmpstr (change->after, ==, "/dev/nvme0n1p2 /x ext4 nofail 0 0");
}

static void
test_fstab_emptied (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "etc/fstab", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  (void) data;
  put (f, "etc/fstab", "");
  put (f, "boot/efi/EFI/x/grub.cfg", "");
  g_assert_true (v2v_engine_check_fstab (f->fs, "a b c\n", f->report, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "a b c\n");
  g_assert_cmpuint (f->report->changes->len, ==, 2);
}

static void
test_fstab_gone (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "etc/fstab", NULL);
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_false (v2v_engine_check_fstab (f->fs, "x\n", f->report, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_INTERNAL);
}

#define STUB "search.fs_uuid 1 root\nset prefix=($root)'/boot/grub'\n" \
             "configfile $prefix/grub.cfg\n"

/* Seen with virt-v2v 2.2.0 and a disk that boots by BIOS and UEFI. */
static void
test_snapshot (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) whole = g_string_new ("configfile mentioned\n");
  g_autofree char *stub_path = g_build_filename (f->root, "boot/efi/EFI/BOOT/grub.cfg", NULL);
  g_autofree char *whole_path
    = g_build_filename (f->root, "boot/efi/EFI/whole/grub.cfg", NULL);
  g_autofree char *stub = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (V2vSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  (void) data;
  while (whole->len < 5000)
    g_string_append (whole, "menuentry\n");
  put (f, "boot/efi/EFI/BOOT/grub.cfg", STUB);
  put (f, "boot/efi/EFI/debian/grub.cfg", STUB);
  put (f, "boot/efi/EFI/small/grub.cfg", "linux /vmlinuz\n");
  put (f, "boot/efi/EFI/empty/grub.cfg", "");
  put (f, "boot/efi/EFI/whole/grub.cfg", whole->str);
  snapshot = v2v_snapshot_take (f->fs, &error);
  g_assert_no_error (error);

  put (f, "boot/efi/EFI/BOOT/grub.cfg", whole->str);
  put (f, "boot/efi/EFI/small/grub.cfg", "linux /vmlinuz-2\n");
  put (f, "boot/efi/EFI/whole/grub.cfg", "new");
  put (f, "etc/fstab", "damaged\n");
  put (f, "etc/fstab.augsave", "x");
  g_assert_true (v2v_snapshot_restore (snapshot, f->fs, f->report, &error));
  g_assert_no_error (error);

  g_assert_true (g_file_get_contents (stub_path, &stub, NULL, NULL));
  g_assert_cmpstr (stub, ==, STUB);
  g_assert_true (g_file_get_contents (whole_path, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "new");
  g_assert_false (exists (f, "etc/fstab.augsave"));
  /* One backup, two lines of fstab, its last empty one, one stub. */
  g_assert_cmpuint (f->report->changes->len, ==, 5);
}

static void
test_prepare (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "etc/initramfs-tools/modules", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_true (v2v_engine_prepare_guest (f->fs, f->report, &error));
  g_assert_no_error (error);
  put (f, "etc/initramfs-tools/modules", "nvme\n xen-blkfront\n");
  g_assert_true (v2v_engine_prepare_guest (f->fs, f->report, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "nvme\nxen-blkfront\n");
  g_assert_cmpuint (f->report->changes->len, ==, 1);
}

/* Nothing behind a NUL may be lost. */
static void
test_prepare_binary (Fixture *f, gconstpointer data)
{
  static const char binary[] = " nvme\n\0rest\n";
  g_autofree char *path = g_build_filename (f->root, "etc/initramfs-tools/modules", NULL);
  g_autofree char *text = NULL;
  gsize length;

  (void) data;
  put (f, "etc/initramfs-tools/modules", "");
  g_assert_true (g_file_set_contents (path, binary, sizeof binary - 1, NULL));
  g_assert_true (v2v_engine_prepare_guest (f->fs, f->report, NULL));
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpmem (text, length, binary, sizeof binary - 1);
}

static void
test_stub_gone (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "boot/efi/EFI/BOOT/grub.cfg", NULL);
  g_autoptr (V2vSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  (void) data;
  put (f, "boot/efi/EFI/BOOT/grub.cfg", STUB);
  snapshot = v2v_snapshot_take (f->fs, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_false (v2v_snapshot_restore (snapshot, f->fs, f->report, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_INTERNAL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, setup, func, teardown)
  ADD ("/engine-litter/only-new", test_only_new);
  ADD ("/engine-litter/twice", test_twice);
  ADD ("/engine-litter/windows-has-none", test_windows_has_none);
  ADD ("/engine-litter/fstab-same", test_fstab_same);
  ADD ("/engine-litter/fstab-damaged", test_fstab_damaged);
  ADD ("/engine-litter/fstab-emptied", test_fstab_emptied);
  ADD ("/engine-litter/fstab-gone", test_fstab_gone);
  ADD ("/engine-litter/snapshot", test_snapshot);
  ADD ("/engine-litter/prepare", test_prepare);
  ADD ("/engine-litter/prepare-binary", test_prepare_binary);
  ADD ("/engine-litter/stub-gone", test_stub_gone);
  return g_test_run ();
}
