/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib/gstdio.h>
#include <string.h>

#include "v2v-journal.h"

#define DISK                                                                              \
  "{\"path\": \"/srv/a%0Ab%FF.img\", \"format\": \"raw\", \"block\": false, "             \
  "\"size\": \"18446744073709551615\", \"device\": \"65024\", \"inode\": \"42\", "        \
  "\"born\": \"17\", \"done\": true}"
#define HEAD "{\"v2v-wrapper-journal\": 1, \"state\": \"committing\", \"disks\": ["

static V2vJournal *
parse (const char *text, GError **error)
{
  return v2v_journal_parse (text, strlen (text), "journal.json", error);
}

static void
test_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vJournal) journal = parse (HEAD DISK "]}", &error);
  const V2vJournalDisk *disk;

  g_assert_no_error (error);
  g_assert_cmpint (journal->state, ==, V2V_JOURNAL_COMMITTING);
  g_assert_cmpuint (journal->disks->len, ==, 1);
  disk = g_ptr_array_index (journal->disks, 0);
  g_assert_cmpstr (disk->path, ==, "/srv/a\nb\xff.img");
  g_assert_cmpstr (disk->format, ==, "raw");
  g_assert_false (disk->id.block);
  g_assert_cmpuint (disk->id.size, ==, G_MAXUINT64);
  g_assert_cmpuint (disk->id.device, ==, 65024);
  g_assert_cmpuint (disk->id.inode, ==, 42);
  g_assert_cmpint (disk->id.born, ==, 17);
  g_assert_null (disk->id.serial);
  g_assert_true (disk->done);
}

static void
test_round_trip (void)
{
  g_autoptr (V2vJournal) journal = v2v_journal_new ();
  g_autoptr (V2vJournal) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  V2vJournalDisk *disk = v2v_journal_add (journal);
  const V2vJournalDisk *got;

  disk->path = g_strdup ("/a [b] {c} \"d\"\\ 100%\t\xfe");
  disk->format = g_strdup ("qcow2");
  disk->id = (V2vDiskId){ .block = TRUE, .size = 1, .device = 2, .inode = 3, .born = -4,
                          .serial = g_strdup ("loop/backing_file /x\n[y]") };
  text = v2v_journal_to_string (journal);
  again = parse (text, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->state, ==, V2V_JOURNAL_PREPARED);
  got = g_ptr_array_index (again->disks, 0);
  g_assert_cmpstr (got->path, ==, disk->path);
  g_assert_cmpstr (got->id.serial, ==, disk->id.serial);
  g_assert_cmpint (got->id.born, ==, -4);
  g_assert_true (v2v_disk_id_is_same (&got->id, &disk->id));
  g_assert_false (got->done);
}

/* Each row is one way to be wrong; every one is refused, none is taken for "no
 * journal", which would let the overlays be thrown away. */
static void
test_refused (void)
{
  static const char *const rows[] = {
    "",
    "{",
    "[]",
    "null",
    "{}",
    "{\"v2v-wrapper-journal\": 2, \"state\": \"prepared\", \"disks\": [" DISK "]}",
    "{\"v2v-wrapper-journal\": \"1\", \"state\": \"prepared\", \"disks\": [" DISK "]}",
    "{\"v2v-wrapper-journal\": 1, \"state\": \"finished\", \"disks\": [" DISK "]}",
    "{\"v2v-wrapper-journal\": 1, \"disks\": [" DISK "]}",
    "{\"v2v-wrapper-journal\": 1, \"state\": \"prepared\"}",
    "{\"v2v-wrapper-journal\": 1, \"state\": \"prepared\", \"disks\": {}}",
    HEAD "]}",
    HEAD "null]}",
    HEAD "{}]}",
    HEAD "{\"path\": 1}]}",
    HEAD "{\"path\": \"relative\", \"format\": \"raw\"}]}",
    HEAD "{\"path\": \"/bad%zz\", \"format\": \"raw\"}]}",
    HEAD "{\"path\": \"/nul%00\", \"format\": \"raw\"}]}",
    HEAD "{\"path\": \"/a\", \"format\": \"json:\"}]}",
    HEAD "{\"path\": \"/a\", \"format\": \"raw\", \"block\": \"no\"}]}",
    HEAD "{\"path\": \"/a\", \"format\": \"raw\", \"block\": true, \"done\": true, "
         "\"size\": 5}]}",
    HEAD "{\"path\": \"/a\", \"format\": \"raw\", \"block\": true, \"done\": true, "
         "\"size\": \"-5\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (V2vJournal) journal = parse (rows[i], &error);

    g_assert_null (journal);
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_assert_nonnull (strstr (error->message, "journal.json"));
  }
}

/* A quarter of this depth ends json-glib's parser by a stack overflow. */
static void
test_deep (void)
{
  g_autofree char *text = g_strnfill (V2V_JOURNAL_MAX_SIZE, '[');
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_nul_inside (void)
{
  static const char text[] = HEAD DISK "]}\0more";
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_journal_parse (text, sizeof text - 1, "j", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_files (void)
{
  g_autofree char *dir = g_dir_make_tmp ("v2v-journal-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "journal.json", NULL);
  g_autoptr (V2vJournal) journal = NULL;
  g_autoptr (V2vJournal) loaded = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_journal_load (file, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);

  journal = parse (HEAD DISK "]}", &error);
  g_assert_no_error (error);
  g_assert_true (v2v_journal_save (journal, file, &error));
  g_assert_no_error (error);
  loaded = v2v_journal_load (file, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (loaded->disks->len, ==, 1);
  g_unlink (file);
  g_rmdir (dir);
  g_assert_false (v2v_journal_save (journal, file, &error));
  g_assert_nonnull (error);
}

static void
test_same_disk (void)
{
  V2vDiskId file = { .size = 512, .device = 1, .inode = 2, .born = 3 };
  V2vDiskId other = file;

  g_assert_true (v2v_disk_id_is_same (&file, &other));
  other.device = 9; /* mounted again, under another number */
  g_assert_true (v2v_disk_id_is_same (&file, &other));
  other.born = 0; /* a file system that does not know */
  g_assert_false (v2v_disk_id_is_same (&file, &other));
  other.device = 1;
  g_assert_true (v2v_disk_id_is_same (&file, &other));
  other.born = 4; /* deleted, and the inode number given to a copy */
  g_assert_false (v2v_disk_id_is_same (&file, &other));
  other = file;
  other.size = 1024;
  g_assert_false (v2v_disk_id_is_same (&file, &other));
  other = file;
  other.inode = 7;
  g_assert_false (v2v_disk_id_is_same (&file, &other));
}

static void
test_same_device (void)
{
  char a[] = "wwid 1", b[] = "wwid 2";
  V2vDiskId disk = { .block = TRUE, .size = 512, .device = 1, .serial = a };
  V2vDiskId other = { .block = TRUE, .size = 512, .device = 2, .serial = a };

  g_assert_true (v2v_disk_id_is_same (&disk, &other));
  other.device = 1;
  other.serial = b;
  g_assert_false (v2v_disk_id_is_same (&disk, &other));
  other.serial = NULL;
  g_assert_true (v2v_disk_id_is_same (&disk, &other));
  other.device = 2;
  g_assert_false (v2v_disk_id_is_same (&disk, &other));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal/read", test_read);
  g_test_add_func ("/journal/round-trip", test_round_trip);
  g_test_add_func ("/journal/refused", test_refused);
  g_test_add_func ("/journal/deep", test_deep);
  g_test_add_func ("/journal/nul-inside", test_nul_inside);
  g_test_add_func ("/journal/files", test_files);
  g_test_add_func ("/disk-id/same-disk", test_same_disk);
  g_test_add_func ("/disk-id/same-device", test_same_device);
  return g_test_run ();
}
