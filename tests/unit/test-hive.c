/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib/gstdio.h>
#include <unistd.h>

#include "test-hive-maker.h"
#include "v2v-file.h"
#include "v2v-hive.h"
#include "v2v-process.h"

typedef struct {
  char *dir;
  char *path;
} File;

static void
file_free (File *file)
{
  g_remove (file->path);
  g_rmdir (file->dir);
  g_free (file->path);
  g_free (file->dir);
  g_free (file);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (File, file_free)

static File *
file_new (const void *data, gsize length)
{
  File *file = g_new0 (File, 1);

  file->dir = g_dir_make_tmp ("v2v-hive-XXXXXX", NULL);
  file->path = g_build_filename (file->dir, "SYSTEM", NULL);
  g_assert_true (g_file_set_contents (file->path, data, (gssize) length, NULL));
  return file;
}

static HiveKey *
sample (void)
{
  static const guint8 lone[] = { 'a', 0, 0, 0xd8, 'b', 0 };
  static const guint64 qword = G_GUINT64_CONSTANT (5000000000);
  HiveKey *root = hive_new ("ROOT");

  hive_set_dword (root, "Select", "Current", 1);
  hive_set_sz (root, "ControlSet001\\Control\\ComputerName\\ComputerName", "ComputerName",
               "EC2AMAZ-CAF\xc3\x89");
  hive_set_sz (root, "Text", "plain", "x");
  hive_set_sz (root, "Text", "astral", "\xf0\x9f\x98\x80");
  hive_set_text (root, "Text", "multi", HIVE_MULTI_SZ, "xenfilt|scsifilt|");
  hive_set (root, "Text", "lone", HIVE_SZ, lone, sizeof lone);
  hive_set (root, "Text", "empty", HIVE_SZ, "", 0);
  hive_set (root, "Text", "binary", HIVE_BINARY, "12345678", 8);
  hive_set (root, "Text", "short", HIVE_DWORD, "12", 2);
  hive_set (root, "Text", "qword", HIVE_QWORD, &qword, sizeof qword);
  hive_set_dword (root, "Text", "", 77);
  hive_key (root, "ControlSet002");
  return root;
}

static const V2vHiveQuery queries[] = {
  { "Select", "Current" },
  { "CONTROLSET001\\control\\ComputerName\\ComputerName", "computername" },
  { "Text", "plain" },
  { "Text", "astral" },
  { "Text", "multi" },
  { "Text", "lone" },
  { "Text", "empty" },
  { "Text", "binary" },
  { "Text", "short" },
  { "Text", "" },
  { "", NULL },
  { "Select", NULL },
  { "Select", "Nothing" },
  { "Nothing\\Deeper", "x" },
  { "Nothing", NULL },
};

static const char *const answers[] = {
  "1", "EC2AMAZ-CAF\xc3\x89", "x", "\xf0\x9f\x98\x80", "xenfilt\nscsifilt",
  "a\xef\xbf\xbd" "b", "", NULL, NULL, "77",
  "Select\nControlSet001\nText\nControlSet002", "", NULL, NULL, NULL,
};

static void
test_read (void)
{
  for (int dirty = 0; dirty < 2; dirty++) {
    g_autoptr (HiveKey) root = sample ();
    g_autoptr (GByteArray) bytes = hive_bytes (root, dirty != 0);
    g_autoptr (File) file = file_new (bytes->data, bytes->len);
    g_autoptr (GError) error = NULL;
    char *values[G_N_ELEMENTS (queries)] = { NULL };
    gboolean got_dirty = !dirty;
    gboolean ok = v2v_hive_read_many (file->path, queries, G_N_ELEMENTS (queries), values,
                                      &got_dirty, &error);

    g_assert_no_error (error);
    g_assert_true (ok);
    g_assert_cmpint (got_dirty, ==, dirty);
    for (gsize i = 0; i < G_N_ELEMENTS (queries); i++) {
      g_assert_cmpstr (values[i], ==, answers[i]);
      g_free (values[i]);
    }
  }
}

static void
assert_refused (const void *data, gsize length)
{
  g_autoptr (File) file = file_new (data, length);
  g_autoptr (GError) error = NULL;
  char *value = NULL;
  gboolean dirty = FALSE;

  g_assert_false (v2v_hive_read_many (file->path, queries, 1, &value, &dirty, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_null (value);
}

static void
test_not_a_hive (void)
{
  static const char zeros[8192];
  g_autoptr (GByteArray) cut = g_byte_array_new ();

  assert_refused ("", 0);
  assert_refused ("regf", 4);
  assert_refused (zeros, sizeof zeros);
  g_byte_array_append (cut, (const guint8 *) "regf", 4);
  g_byte_array_append (cut, (const guint8 *) zeros, sizeof zeros);
  assert_refused (cut->data, cut->len);
}

static void
test_absent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) directory = NULL;
  char *value = NULL;
  gboolean dirty;

  g_assert_false (v2v_hive_read_many ("/nonexistent/SYSTEM", queries, 1, &value, &dirty, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_assert_false (v2v_hive_read_many ("/", queries, 1, &value, &dirty, &directory));
  g_assert_error (directory, V2V_ERROR, V2V_ERROR_REFUSED);
}

/* Whatever is done to a hive, the answer is values or REFUSED, soon. */
static void
assert_survives (const void *data, gsize length)
{
  g_autoptr (File) file = file_new (data, length);
  g_autoptr (GError) error = NULL;
  char *values[G_N_ELEMENTS (queries)] = { NULL };
  gboolean dirty;

  if (!v2v_hive_read_many (file->path, queries, G_N_ELEMENTS (queries), values, &dirty, &error))
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    g_free (values[i]);
}

static void
test_damaged (void)
{
  g_autoptr (HiveKey) root = sample ();
  g_autoptr (GByteArray) bytes = hive_bytes (root, FALSE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20);

  for (gsize length = 0; length < bytes->len; length += 509)
    assert_survives (bytes->data, length);
  for (guint i = 0; i < 100; i++) {
    g_autoptr (GByteArray) copy = g_byte_array_new ();

    g_byte_array_append (copy, bytes->data, bytes->len);
    for (guint j = 0; j < 8; j++)
      copy->data[g_rand_int_range (rand, HIVE_BASE + 32, (gint32) copy->len)]
        ^= (guint8) (1u << g_rand_int_range (rand, 0, 8));
    assert_survives (copy->data, copy->len);
  }
}

/* (nullable): a real hive, unpacked. */
static File *
real_hive (const char *name)
{
  const char *shared = g_getenv ("V2V_SHARED");
  const char *srcdir = g_getenv ("V2V_SRCDIR");
  g_autofree char *base = shared != NULL
                            ? g_strdup (shared)
                            : g_build_filename (srcdir != NULL ? srcdir : ".", "../shared", NULL);
  g_autofree char *packed = g_strdup_printf ("%s/data/hives/%s.xz", base, name);
  g_autoptr (File) file = NULL;
  g_autofree char *script = NULL;
  const char *argv[] = { "sh", "-c", NULL, NULL };
  const V2vProcess process = { .argv = argv };

  if (!g_file_test (packed, G_FILE_TEST_EXISTS))
    return NULL;
  file = file_new ("", 0);
  script = g_strdup_printf ("xz -dc '%s' > '%s'", packed, file->path);
  argv[2] = script;
  if (!v2v_process_check (&process, NULL, NULL))
    return NULL;
  return g_steal_pointer (&file);
}

static void
check_real (const char *name, const V2vHiveQuery *q, const char *const *want, guint n,
            gboolean want_dirty)
{
  g_autoptr (File) file = real_hive (name);
  g_autoptr (GError) error = NULL;
  char *values[8] = { NULL };
  gboolean dirty = !want_dirty;
  gboolean ok;

  if (file == NULL) {
    g_test_skip ("no real hives here (set V2V_SHARED), or no xz");
    return;
  }
  ok = v2v_hive_read_many (file->path, q, n, values, &dirty, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpint (dirty, ==, want_dirty);
  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (want[i], "*") == 0)
      g_assert_nonnull (values[i]);
    else
      g_assert_cmpstr (values[i], ==, want[i]);
    g_free (values[i]);
  }
}

static void
test_real_windows7 (void)
{
  static const V2vHiveQuery q[] = {
    { "Select", "Current" },
    { "ControlSet001\\Control\\ComputerName\\ComputerName", "ComputerName" },
    { "ControlSet001\\Control\\Session Manager\\Environment", "PROCESSOR_ARCHITECTURE" },
    { "", NULL },
  };
  static const char *const want[]
    = { "1", "WKS-WIN732BITA", "x86",
        "ControlSet001\nControlSet002\nMountedDevices\nRNG\nSelect\nSetup\nSoftware\nWPA" };

  check_real ("SYSTEM", q, want, G_N_ELEMENTS (q), FALSE);
}

static void
test_real_windows10 (void)
{
  static const V2vHiveQuery q[] = {
    { "Select", "Current" },
    { "ControlSet001\\Control\\Session Manager\\Environment", "PROCESSOR_ARCHITECTURE" },
    { "ControlSet001\\Services", NULL },
  };
  static const char *const want[] = { "1", "AMD64", "*" };

  check_real ("SYSTEM_B", q, want, G_N_ELEMENTS (q), TRUE);
}

static void
test_real_damaged (void)
{
  g_autoptr (File) file = real_hive ("corrupted_system_hive");
  g_autoptr (GError) error = NULL;
  char *values[G_N_ELEMENTS (queries)] = { NULL };
  gboolean dirty;

  if (file == NULL) {
    g_test_skip ("no real hives here (set V2V_SHARED), or no xz");
    return;
  }
  if (!v2v_hive_read_many (file->path, queries, G_N_ELEMENTS (queries), values, &dirty, &error)) {
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_test_message ("%s", error->message);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    g_free (values[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hive/read", test_read);
  g_test_add_func ("/hive/not-a-hive", test_not_a_hive);
  g_test_add_func ("/hive/absent", test_absent);
  g_test_add_func ("/hive/damaged", test_damaged);
  g_test_add_func ("/hive/real-windows7", test_real_windows7);
  g_test_add_func ("/hive/real-windows10", test_real_windows10);
  g_test_add_func ("/hive/real-damaged", test_real_damaged);
  return g_test_run ();
}
