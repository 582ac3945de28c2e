/* SPDX-License-Identifier: GPL-2.0-or-later
 * Works on the disks that tests/component/test-guest.sh makes in the current
 * directory: gpt.raw mbr.raw blank.raw and, if they could be made, lvm.raw btrfs.raw.
 */
#include <config.h>

#include <string.h>

#include "test-guest.h"
#include "v2v-appliance-private.h"

static void
start (Shared *s)
{
  V2vDrive drives[5] = { { "gpt.raw", "raw" }, { "mbr.raw", "raw" }, { "blank.raw", "raw" } };
  g_autoptr (GError) error = NULL;
  gint64 begin;
  guint calls;
  guint n = 3;

  if (g_file_test ("lvm.raw", G_FILE_TEST_EXISTS)) {
    s->lvm = g_strdup ("/dev/vg-x/root");
    drives[n++] = (V2vDrive){ "lvm.raw", "raw" };
  }
  if (g_file_test ("btrfs.raw", G_FILE_TEST_EXISTS)) {
    s->btrfs = g_strdup_printf ("/dev/sd%c", 'a' + (char) n);
    drives[n++] = (V2vDrive){ "btrfs.raw", "raw" };
  }
  s->appliance = v2v_appliance_launch (drives, n, FALSE, NULL, &error);
  g_assert_no_error (error);
  s->guest = v2v_guest_new ();
  calls = v2v_appliance_calls (s->appliance);
  begin = g_get_monotonic_time ();
  assert_ok (v2v_disks_read (s->appliance, s->guest, &error), error);
  g_test_message ("measured: launch %.1f s (%s), v2v_disks_read %.2f s, %u calls, %u disks",
                  v2v_appliance_launch_seconds (s->appliance),
                  v2v_appliance_accel (s->appliance),
                  (double) (g_get_monotonic_time () - begin) / G_TIME_SPAN_SECOND,
                  v2v_appliance_calls (s->appliance) - calls, n);
  s->fs = v2v_fs_new_appliance (s->appliance);
}

static const V2vPartition *
find_partition (const Shared *s, const char *device)
{
  for (guint i = 0; i < s->guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (s->guest->partitions, i);

    if (g_str_equal (part->device, device))
      return part;
  }
  g_error ("no partition %s", device);
}

static void
test_disks (gconstpointer data)
{
  const Shared *s = data;
  const V2vDiskFact *gpt = g_ptr_array_index (s->guest->disks, 0);
  const V2vDiskFact *mbr = g_ptr_array_index (s->guest->disks, 1);
  const V2vDiskFact *blank = g_ptr_array_index (s->guest->disks, 2);

  g_assert_cmpstr (gpt->device, ==, "/dev/sda");
  g_assert_cmpuint (gpt->size, ==, 900 * 1024 * 1024);
  g_assert_cmpstr (gpt->table, ==, "gpt");
  g_assert_true (gpt->grub_in_mbr);
  g_assert_cmpstr (mbr->table, ==, "msdos");
  g_assert_false (mbr->grub_in_mbr);
  g_assert_null (blank->table);
  g_assert_cmpuint (blank->index, ==, 2);
}

/* What was asked at once is what each device says for itself. */
static void
test_one_by_one (gconstpointer data)
{
  const Shared *s = data;
  guint n_drives = s->appliance->n_drives;
  guint calls = v2v_appliance_calls (s->appliance);
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autofree char *at_once = describe_disks (s->guest);
  g_autofree char *each = NULL;
  g_autoptr (GError) error = NULL;

  s->appliance->n_drives = 99; /* the answer for all does not fit */
  assert_ok (v2v_disks_read (s->appliance, guest, &error), error);
  s->appliance->n_drives = n_drives;
  g_assert_cmpuint (v2v_appliance_calls (s->appliance) - calls, >,
                    guest->disks->len + guest->partitions->len);
  each = describe_disks (guest);
  g_assert_cmpstr (at_once, ==, each);
}

/* A content that cannot be told is an unknown fact; the partition is known. */
static void
test_twofold (gconstpointer data)
{
  const Shared *s = data;
  const V2vPartition *gpt = find_partition (s, "/dev/sda6");
  const V2vPartition *mbr = find_partition (s, "/dev/sdb3");

  g_assert_cmpuint (s->guest->unknown->len, ==, 2);
  g_assert_cmpstr (((V2vUnknown *) s->guest->unknown->pdata[0])->fact, ==,
                   "filesystem:/dev/sda6");
  g_assert_cmpstr (((V2vUnknown *) s->guest->unknown->pdata[1])->fact, ==,
                   "filesystem:/dev/sdb3");
  g_assert_cmpuint (gpt->start, ==, (guint64) 730 << 20);
  g_assert_cmpuint (gpt->size, ==, 16 << 20);
  g_assert_cmpstr (gpt->partuuid, ==, "aaaaaaaa-0000-4000-8000-00000000000a");
  g_assert_cmpstr (gpt->type_guid, ==, "0FC63DAF-8483-4772-8E79-3D69D8477DE4");
  g_assert_cmpstr (gpt->partlabel, ==, "twofold");
  g_assert_cmpuint (mbr->start, ==, (guint64) 460 << 20);
  g_assert_cmpint (mbr->mbr_type, ==, 0x8e);
  g_assert_null (v2v_guest_find_filesystem (s->guest, "/dev/sda6"));
}

static void
test_partitions (gconstpointer data)
{
  const Shared *s = data;
  const V2vPartition *bios = find_partition (s, "/dev/sda1");
  const V2vPartition *root = find_partition (s, ROOT);
  const V2vPartition *esp = find_partition (s, "/dev/sda4");
  const V2vPartition *extended = find_partition (s, "/dev/sdb2");
  const V2vPartition *logical = find_partition (s, "/dev/sdb5");

  g_assert_cmpuint (s->guest->partitions->len, ==, 10);
  g_assert_cmpstr (bios->type_guid, ==, "21686148-6449-6E6F-744E-656564454649");
  g_assert_cmpuint (root->disk, ==, 0);
  g_assert_cmpuint (root->number, ==, 2);
  g_assert_cmpuint (root->start, ==, 2 * 1024 * 1024);
  g_assert_cmpuint (root->size, ==, 300 * 1024 * 1024);
  g_assert_cmpint (root->mbr_type, ==, -1);
  g_assert_cmpstr (root->partuuid, ==, "aaaaaaaa-0000-4000-8000-000000000001");
  g_assert_cmpstr (root->type_guid, ==, "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709");
  g_assert_cmpstr (root->partlabel, ==, "root 'one' $x");
  g_assert_cmpstr (esp->type_guid, ==, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B");
  g_assert_cmpint (extended->mbr_type, ==, 5);
  g_assert_cmpint (logical->mbr_type, ==, 0x82);
  g_assert_null (logical->type_guid);
  g_assert_cmpuint (logical->disk, ==, 1);
  g_assert_cmpuint (logical->number, ==, 5);
  g_assert_cmpstr (logical->partuuid, ==, "deadbeef-05");
  g_assert_cmpstr (find_partition (s, "/dev/sdb1")->partuuid, ==, "deadbeef-01");
}

static void
assert_filesystem (const Shared *s, const char *device, const char *type, const char *label,
                   const char *uuid, const char *version)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (s->guest, device);

  if (fs == NULL)
    g_error ("no file system on %s", device);
  g_assert_cmpstr (fs->type, ==, type);
  g_assert_cmpstr (fs->label, ==, label);
  if (uuid != NULL)
    g_assert_cmpstr (fs->uuid, ==, uuid);
  g_assert_cmpstr (fs->version, ==, version);
}

static void
test_filesystems (gconstpointer data)
{
  const Shared *s = data;

  assert_filesystem (s, ROOT, "ext4", "cloudimg-root", "11111111-2222-4333-8444-555555555555",
                     NULL);
  assert_filesystem (s, "/dev/sda3", "xfs", "data", "99999999-2222-4333-8444-555555555555",
                     "5");
  assert_filesystem (s, "/dev/sda4", "vfat", "ESP", "ABCD-1234", NULL);
  assert_filesystem (s, "/dev/sda5", "swap", NULL, "77777777-2222-4333-8444-555555555555",
                     NULL);
  assert_filesystem (s, "/dev/sdb1", "xfs", "data", "99999999-2222-4333-8444-555555555555",
                     "5");
  g_assert_null (v2v_guest_find_filesystem (s->guest, "/dev/sda1"));
  g_assert_null (v2v_guest_find_filesystem (s->guest, "/dev/sdc"));
}

static void
test_lvm (gconstpointer data)
{
  const Shared *s = data;
  g_autofree char *text = NULL;

  if (s->lvm == NULL) {
    g_test_skip ("the LVM disk could not be made: it needs root");
    return;
  }
  assert_filesystem (s, s->lvm, "ext4", "lvroot", NULL, NULL);
  mount_at (s, s->lvm, "/");
  text = v2v_fs_read_text (s->fs, "/fstab", NULL);
  g_assert_cmpstr (text, ==, "UUID=x / ext4 defaults 0 1\n");
  unmount (s);
}

/* Two volumes of one snapshot, both wanted. */
static void
test_duplicate_uuid (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;
  guint64 size;
  guint64 free_bytes;

  mount_at (s, "/dev/sda3", "/");
  unmount (s);
  mount_at (s, ROOT, "/");
  mount_at (s, "/dev/sda3", "/srv");
  mount_at (s, "/dev/sdb1", "/usr/lib");
  assert_ok (v2v_disks_usage (s->appliance, "/srv", &size, &free_bytes, &error), error);
  g_assert_cmpuint (size, >, 200 * 1024 * 1024);
  g_assert_cmpuint (free_bytes, >, 100 * 1024 * 1024);
  g_assert_cmpuint (free_bytes, <, size);
  unmount (s);
}

static void
test_mount_fails (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (v2v_disks_mount (s->appliance, "/dev/sda5", "/", NULL, FALSE, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_true (g_str_has_prefix (error->message, "mounting '/dev/sda5' on '/': "));
  g_clear_error (&error);
  mount_at (s, ROOT, "/");
  g_assert_false (v2v_disks_mount (s->appliance, "/dev/sda4", "/none", NULL, FALSE, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  /* A link as a mount point leads inside the guest, not inside the appliance. */
  mount_at (s, "/dev/sda4", "/outside");
  g_assert_false (v2v_fs_is_file (s->fs, "/usr/lib/a"));
  unmount (s);
}

static void
assert_code (const Shared *s, const char *path, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = v2v_fs_read (s->fs, path, 1000, &error);

  g_assert_null (bytes);
  g_assert_error (error, V2V_ERROR, code);
}

static void
test_read (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) nul = NULL;
  g_autoptr (GBytes) nine = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  mount_at (s, ROOT, "/");
  text = v2v_fs_read_text (s->fs, "/abs/a", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "a\n");
  line = v2v_fs_read_text (s->fs, "/lib/new\nline", &error);
  g_assert_cmpstr (line, ==, "nl");
  nul = v2v_fs_read (s->fs, "/etc/nul", 3, &error);
  g_assert_cmpmem (g_bytes_get_data (nul, NULL), g_bytes_get_size (nul), "x\0y", 3);
  nine = v2v_fs_read (s->fs, "/nine", 10 << 20, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (nine), ==, 9 << 20);
  g_assert_cmpint (((const char *) g_bytes_get_data (nine, NULL))[(9 << 20) - 1], ==, 'v');

  assert_code (s, "/nine", V2V_ERROR_REFUSED);
  assert_code (s, "/big", V2V_ERROR_REFUSED);
  assert_code (s, "/fifo", V2V_ERROR_REFUSED);
  assert_code (s, "/etc", V2V_ERROR_REFUSED);
  assert_code (s, "etc/fstab", V2V_ERROR_REFUSED);
  assert_code (s, "/loop1", V2V_ERROR_NOT_FOUND);
  assert_code (s, "/dangling", V2V_ERROR_NOT_FOUND);
  assert_code (s, "/absent", V2V_ERROR_NOT_FOUND);
  assert_code (s, "/etc/fstab/x", V2V_ERROR_NOT_FOUND);
  /* Files of the appliance or of this host, which the guest's links point at. */
  assert_code (s, "/up", V2V_ERROR_NOT_FOUND);
  assert_code (s, "/shadow", V2V_ERROR_NOT_FOUND);
  assert_code (s, "/appliance", V2V_ERROR_NOT_FOUND);
  g_assert_true (v2v_fs_is_dir (s->fs, "/lib"));
  g_assert_false (v2v_fs_is_dir (s->fs, "/loop1"));
  g_assert_true (v2v_fs_is_file (s->fs, "/lib/a"));
  unmount (s);
}

static void
test_read_head (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) four = NULL;
  g_autoptr (GBytes) short_one = NULL;

  mount_at (s, ROOT, "/");
  four = v2v_fs_read_head (s->fs, "/nine", 4, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_bytes_get_data (four, NULL), ==, "vvvv");
  short_one = v2v_fs_read_head (s->fs, "/abs/a", V2V_FS_HEAD_MAX, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_bytes_get_data (short_one, NULL), ==, "a\n");
  g_assert_null (v2v_fs_read_head (s->fs, "/fifo", 4, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  unmount (s);
}

static void
test_stat_and_list (gconstpointer data)
{
  const Shared *s = data;
  const char *paths[] = { "/etc/fstab", "/lib", "/none/x", "/etc/none", "/",
                          "/loop1/x",   "/abs/a", "/etc/..", "/fifo",     NULL };
  const V2vFileKind want[]
    = { V2V_FILE_REGULAR, V2V_FILE_SYMLINK, V2V_FILE_ABSENT,    V2V_FILE_ABSENT,
        V2V_FILE_DIRECTORY, V2V_FILE_ABSENT, V2V_FILE_REGULAR, V2V_FILE_DIRECTORY,
        V2V_FILE_OTHER };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) many = NULL;
  guint calls;

  mount_at (s, ROOT, "/");
  {
    g_autoptr (GPtrArray) empty = v2v_fs_list (s->fs, "/boot/efi", &error);

    g_assert_no_error (error);
    g_assert_cmpuint (empty->len, ==, 0);
  }
  rows = v2v_fs_stat_many (s->fs, paths, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    g_assert_cmpstr (((V2vFileInfo *) rows->pdata[i])->name, ==, paths[i]);
    g_assert_cmpint (((V2vFileInfo *) rows->pdata[i])->kind, ==, want[i]);
  }
  g_assert_cmpuint (((V2vFileInfo *) rows->pdata[0])->mode, ==, 0640);
  g_assert_cmpuint (((V2vFileInfo *) rows->pdata[0])->size, ==, 27);
  g_assert_cmpstr (((V2vFileInfo *) rows->pdata[1])->link, ==, "usr/lib");

  calls = v2v_appliance_calls (s->appliance);
  many = v2v_fs_list (s->fs, "/many", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (many->len, ==, 1500);
  g_assert_cmpstr (((V2vFileInfo *) many->pdata[0])->name, ==, "link-1");
  g_assert_cmpstr (((V2vFileInfo *) many->pdata[0])->link, ==, "target-1");
  /* Three calls; libguestfs makes the two long ones in parts. */
  g_assert_cmpuint (v2v_appliance_calls (s->appliance) - calls, <=, 9);
  g_assert_null (v2v_fs_list (s->fs, "/absent", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  unmount (s);
}

static void
test_find (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = NULL;

  mount_at (s, ROOT, "/");
  names = v2v_fs_find (s->fs, "/abs", 2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (names->len, ==, 2);
  g_assert_cmpstr (names->pdata[0], ==, "a");
  g_assert_cmpstr (names->pdata[1], ==, "new\nline");
  {
    g_autoptr (GPtrArray) all = v2v_fs_find (s->fs, "/", 5000, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (all->len, >, 1500);
    g_assert_cmpstr (all->pdata[0], ==, "abs");
  }
  g_assert_null (v2v_fs_find (s->fs, "/", 100, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (v2v_fs_find (s->fs, "/absent", 9, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_assert_true (v2v_fs_is_file (s->fs, "/etc/fstab"));
  unmount (s);
}

static void
test_write (gconstpointer data)
{
  const Shared *s = data;
  g_autofree char *nine = g_strnfill (9 << 20, 'w');
  g_autoptr (GError) error = NULL;

  mount_at (s, ROOT, "/");
  assert_ok (v2v_fs_write (s->fs, "/etc/fstab", "written in place\n", 17, &error), error);
  assert_ok (v2v_fs_write (s->fs, "/nine", nine, 9 << 20, &error), error);
  g_assert_false (v2v_fs_write (s->fs, "/absent", "x", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (v2v_fs_is_file (s->fs, "/absent"));
  g_assert_false (v2v_fs_write (s->fs, "/dangling", "x", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (v2v_fs_write (s->fs, "/etc", "x", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  assert_ok (v2v_fs_remove (s->fs, "/dangling", &error), error);
  assert_ok (v2v_fs_remove (s->fs, "/dangling", &error), error);
  g_assert_false (v2v_fs_remove (s->fs, "/etc", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  unmount (s);
}

static void
test_read_only_mount (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;

  assert_ok (v2v_disks_drop_caches (s->appliance, &error), error);
  assert_ok (v2v_disks_mount (s->appliance, ROOT, "/", NULL, TRUE, &error), error);
  g_assert_false (v2v_fs_write (s->fs, "/etc/fstab", "x", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  unmount (s);
}

static void
test_close (gconstpointer data)
{
  Shared *s = (Shared *) data;
  g_autoptr (GError) error = NULL;

  mount_at (s, ROOT, "/");
  v2v_fs_free (s->fs);
  assert_ok (v2v_appliance_close (s->appliance, &error), error);
  v2v_guest_free (s->guest);
  g_free (s->lvm);
  g_free (s->btrfs);
  *s = (Shared){ 0 };
}

int
main (int argc, char **argv)
{
  Shared shared = { 0 };

  v2v_accel_prepare ();
  g_test_init (&argc, &argv, NULL);
  start (&shared);
  g_test_add_data_func ("/guest/disks", &shared, test_disks);
  g_test_add_data_func ("/guest/one-by-one", &shared, test_one_by_one);
  g_test_add_data_func ("/guest/partitions", &shared, test_partitions);
  g_test_add_data_func ("/guest/twofold", &shared, test_twofold);
  g_test_add_data_func ("/guest/filesystems", &shared, test_filesystems);
  g_test_add_data_func ("/guest/lvm", &shared, test_lvm);
  g_test_add_data_func ("/guest/duplicate-uuid", &shared, test_duplicate_uuid);
  g_test_add_data_func ("/guest/mount-fails", &shared, test_mount_fails);
  g_test_add_data_func ("/guest/read", &shared, test_read);
  g_test_add_data_func ("/guest/read-head", &shared, test_read_head);
  g_test_add_data_func ("/guest/stat-and-list", &shared, test_stat_and_list);
  g_test_add_data_func ("/guest/find", &shared, test_find);
  g_test_add_data_func ("/guest/write", &shared, test_write);
  test_guest_add_edit (&shared);
  g_test_add_data_func ("/guest/read-only-mount", &shared, test_read_only_mount);
  g_test_add_data_func ("/guest/close", &shared, test_close);
  return g_test_run ();
}
