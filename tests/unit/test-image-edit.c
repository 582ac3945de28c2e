/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-image.h"

static const Newc linked[] = {
  { .name = "a1", .ino = 7, .nlink = 3 },
  { .name = "b1", .ino = 8, .nlink = 2, .content = "B" },
  { .name = "a2", .ino = 7, .nlink = 3 },
  { .name = "b2", .ino = 8, .nlink = 2 },
  { .name = "a3", .ino = 7, .nlink = 3, .content = "A" },
  { .name = "both1", .ino = 9, .nlink = 2, .content = "C" },
  { .name = "both2", .ino = 9, .nlink = 2, .content = "C" },
  { NULL },
};

/* Content that stands with a name that goes moves to another one. */
static void
test_hard_links (void)
{
  static const struct {
    const char *remove;
    const char *put;
    const char *want;
    const char *names; /* in their order */
  } rows[] = {
    { "a3", NULL, "a1=644:A a2=644:A b1=644:B b2=644:B both1=644:C both2=644:C ",
      "a1 b1 b2 a2 both1 both2 " },
    { "a3 a2", NULL, "a1=644:A b1=644:B b2=644:B both1=644:C both2=644:C ",
      "b1 b2 a1 both1 both2 " },
    { "b1", NULL, "a1=644:A a2=644:A a3=644:A b2=644:B both1=644:C both2=644:C ",
      "a1 b2 a2 a3 both1 both2 " },
    { "a1", NULL, "a2=644:A a3=644:A b1=644:B b2=644:B both1=644:C both2=644:C ",
      "b1 a2 b2 a3 both1 both2 " },
    { "a1 a2 a3 b1 b2 both1", NULL, "both2=644:C ", "both2 " },
    { "", "a3", "a1=644:A a2=644:A a3=600:new b1=644:B b2=644:B both1=644:C both2=644:C ",
      "a1 b1 b2 a3 a2 both1 both2 " },
    { "", "b2", "a1=644:A a2=644:A a3=644:A b1=644:B b2=600:new both1=644:C both2=644:C ",
      "a1 b1 a2 b2 a3 both1 both2 " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) image = make_one (linked, "gzip");
    g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
    g_autoptr (GBytes) result = NULL;
    g_auto (GStrv) remove = g_strsplit (rows[i].remove, " ", -1);
    g_autofree char *all = NULL;
    g_autofree char *oracle = NULL;
    g_auto (GStrv) lines = NULL;
    g_autoptr (GString) names = g_string_new (NULL);

    for (guint j = 0; remove[j] != NULL && *remove[j] != '\0'; j++)
      v2v_image_edit_remove (edit, remove[j]);
    if (rows[i].put != NULL)
      put (edit, rows[i].put, 0600, "new");
    result = write_ok (image, edit);
    all = describe (result);
    g_assert_cmpstr (all, ==, rows[i].want);
    oracle = describe_by_libarchive (result, 0);
    lines = g_strsplit (oracle, "|", -1);
    for (guint j = 0; *lines[j] != '\0'; j++)
      g_string_append_printf (names, "%.*s ", (int) strcspn (lines[j], " "), lines[j]);
    g_assert_cmpstr (names->str, ==, rows[i].names);
  }
}

static void
test_checksums (void)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GBytes) result = NULL;
  g_autofree char *all = NULL;
  const char *data;

  newc_add (plain, &(Newc){ .name = "x", .content = "content", .has_check = TRUE });
  newc_end (plain, TRUE);
  image = newc_bytes (plain);
  put (edit, "x", 0644, "other");
  put (edit, "dir/y", 0644, "new");
  result = write_ok (image, edit);
  all = describe (result);
  g_assert_cmpstr (all, ==, "dir=755 dir/y=644:new x=644:other ");
  data = g_bytes_get_data (result, NULL);
  g_assert_null (g_strstr_len (data, 6, "070701"));
  g_assert_null (memmem (data, g_bytes_get_size (result), "070701", 6));
}

/* The kernel makes a file only in a directory that is there already. */
static void
test_directories (void)
{
  g_autoptr (GBytes) image = make_image ("zstd");
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) result = NULL;
  g_autofree char *second = NULL;

  put (edit, "etc/modules-load.d/virtio.conf", 0644, "virtio_blk\n");
  put (edit, "etc/modules-load.d/more.conf", 0644, "sd_mod\n");
  put (edit, "lib/modules/6.1/x/y.ko", 0644, "Y");
  result = write_ok (image, edit);
  second = describe_by_libarchive (result, 1);
  g_assert_true (g_str_has_suffix (second, "a.ko 100644 0:0 0 ELF|"
                                           "etc 40755 0:0 0 |"
                                           "etc/modules-load.d 40755 0:0 0 |"
                                           "etc/modules-load.d/virtio.conf 100644 0:0 0 virtio_blk\n|"
                                           "etc/modules-load.d/more.conf 100644 0:0 0 sd_mod\n|"
                                           "usr/lib/modules/6.1/x 40755 0:0 0 |"
                                           "usr/lib/modules/6.1/x/y.ko 100644 0:0 0 Y|"));
}

static void
test_links (void)
{
  static const Newc entries[] = {
    { .name = "lib", .content = "/usr/lib", .mode = S_IFLNK | 0777 },
    { .name = "usr/lib", .content = "../real/./lib64", .mode = S_IFLNK | 0777 },
    { .name = "real/lib64", .mode = S_IFDIR | 0755 },
    { .name = "up", .content = "../../..", .mode = S_IFLNK | 0777 },
    { .name = "a", .content = "b/c", .mode = S_IFLNK | 0777 },
    { .name = "b", .content = "a", .mode = S_IFLNK | 0777 },
    { .name = "self", .content = "self/self", .mode = S_IFLNK | 0777 },
    { .name = "file", .content = "x" },
    { .name = "empty", .mode = S_IFLNK | 0777 },
    { NULL },
  };
  g_autoptr (GBytes) image = make_one (entries, "none");
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) result = NULL;
  g_autoptr (V2vImage) read = NULL;

  put (edit, "lib/x/y", 0644, "1");
  put (edit, "up/z", 0644, "2");
  result = write_ok (image, edit);
  read = read_all (result);
  g_assert_nonnull (v2v_image_find (read, "real/lib64/x/y"));
  g_assert_nonnull (v2v_image_find (read, "z"));
  for (guint i = 0; i < 4; i++) {
    static const char *const bad[] = { "a/x", "self/x", "file/x", "empty/x" };
    static const char *const why[] = { "do not end", "do not end", "is a file", "is a file" };
    g_autoptr (V2vImageEdit) refused = v2v_image_edit_new ();

    put (refused, bad[i], 0644, "x");
    assert_refused (image, refused, why[i]);
  }
}

static void
test_unfit_paths (void)
{
  static const char *const rows[]
    = { "",  ".",      "/etc/x", "../x", "a/../b", "a//b", "./x", "x/", "TRAILER!!!", "etc",
        "etc/fstab/x" };
  g_autoptr (GBytes) image = make_image ("gzip");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();

    put (edit, rows[i], 0644, "x");
    assert_refused (image, edit, "cannot be put into it");
  }
}

/* A file and a directory of one name, asked for together. */
static void
test_conflicts (void)
{
  g_autoptr (GBytes) image = make_image ("gzip");
  g_autoptr (V2vImageEdit) one = v2v_image_edit_new ();
  g_autoptr (V2vImageEdit) two = v2v_image_edit_new ();
  g_autoptr (V2vImageEdit) twice = v2v_image_edit_new ();
  g_autoptr (GBytes) result = NULL;
  g_autofree char *all = NULL;

  put (one, "new", 0644, "x");
  put (one, "new/x", 0644, "x");
  assert_refused (image, one, "is a file");
  put (two, "new/x", 0644, "x");
  put (two, "new", 0644, "x");
  assert_refused (image, two, "is a file");
  put (twice, "new", 0644, "x");
  put (twice, "new", 0600, "y");
  put (twice, "init", 0600, "first");
  put (twice, "init", 0600, "last");
  v2v_image_edit_remove (twice, "new");
  v2v_image_edit_remove (twice, "init");
  result = write_ok (image, twice);
  all = describe (result);
  g_assert_nonnull (strstr (all, " init=600:last "));
  g_assert_nonnull (strstr (all, " new=600:y "));
}

/* A link that goes leads nowhere: the next edit of the kind would not find it. */
static void
test_removed_links (void)
{
  g_autoptr (GBytes) image = make_image ("gzip");
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) result = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (V2vImage) read = NULL;

  put (edit, "lib/x", 0644, "x");
  v2v_image_edit_remove (edit, "lib");
  result = write_ok (image, edit);
  read = read_all (result);
  g_assert_nonnull (v2v_image_find (read, "lib/x"));
  g_assert_cmpuint (v2v_image_find (read, "lib")->mode, ==, S_IFDIR | 0755);
  g_assert_null (v2v_image_find (read, "usr/lib/x"));
  again = write_ok (result, edit);
  g_assert_true (again == result);
}

/* Two of a name in one segment and one in another: all go; of what is put the last counts. */
static void
test_duplicates (void)
{
  static const Newc first[] = { { .name = "x", .content = "1" },
                                { .name = "./x", .content = "2" },
                                { .name = "y", .content = "1" },
                                { NULL } };
  static const Newc second[] = { { .name = "x", .content = "3" },
                                 { .name = "y", .content = "2" },
                                 { NULL } };
  g_autoptr (GByteArray) bytes = newc_archive (first);
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GBytes) result = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;

  newc_pack_archive (bytes, second, "xz");
  image = newc_bytes (bytes);
  v2v_image_edit_remove (edit, "x");
  put (edit, "y", 0644, "new");
  result = write_ok (image, edit);
  one = describe_by_libarchive (result, 0);
  two = describe_by_libarchive (result, 1);
  g_assert_cmpstr (one, ==, "y 100644 0:0 0 1|");
  g_assert_cmpstr (two, ==, "y 100644 0:0 0 new|");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/hard-links", test_hard_links);
  g_test_add_func ("/image/checksums", test_checksums);
  g_test_add_func ("/image/directories", test_directories);
  g_test_add_func ("/image/links", test_links);
  g_test_add_func ("/image/unfit-paths", test_unfit_paths);
  g_test_add_func ("/image/conflicts", test_conflicts);
  g_test_add_func ("/image/duplicates", test_duplicates);
  g_test_add_func ("/image/removed-links", test_removed_links);
  return g_test_run ();
}
