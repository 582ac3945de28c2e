/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-error.h"
#include "v2v-luks-keys.h"

typedef struct {
  char *dir;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("v2v-luks-XXXXXX", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->dir);
}

static char *
write_key (const Fixture *f, const char *name, const char *data, gssize length)
{
  char *path = g_build_filename (f->dir, name, NULL);

  g_assert_true (g_file_set_contents (path, data, length, NULL));
  return path;
}

static GPtrArray *
read_one (const char *selector, GError **error)
{
  const char *const given[] = { selector, NULL };

  return v2v_luks_keys_read (given, error);
}

static void
test_selectors (Fixture *f, gconstpointer data)
{
  g_autofree char *a = write_key (f, "a", "open sesame\nsecond line\n", -1);
  g_autofree char *b = write_key (f, "b", " blanks and \r kept ", -1);
  g_autofree char *all = g_strdup_printf ("all:file:%s", a);
  g_autofree char *device = g_strdup_printf ("/dev/sda3:file:%s", b);
  const char *const given[] = { all, device, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = v2v_luks_keys_read (given, &error);
  const V2vKey *key;

  g_assert_no_error (error);
  g_assert_cmpuint (keys->len, ==, 2);
  key = g_ptr_array_index (keys, 0);
  g_assert_cmpstr (key->secret, ==, "open sesame");
  g_assert_cmpstr (key->file, ==, a);
  g_assert_true (v2v_key_is_for (key, "/dev/sdb", NULL));
  key = g_ptr_array_index (keys, 1);
  g_assert_cmpstr (key->secret, ==, " blanks and \r kept ");
  g_assert_true (v2v_key_is_for (key, "/dev/sda3", "x"));
  g_assert_false (v2v_key_is_for (key, "/dev/sda2", "x"));
}

static void
test_uuid (void)
{
  V2vKey key = { .id = (char *) "0AB1-cd" };

  g_assert_true (v2v_key_is_for (&key, "/dev/sda1", "0ab1-CD"));
  g_assert_false (v2v_key_is_for (&key, "/dev/sda1", "0ab1"));
  g_assert_false (v2v_key_is_for (&key, "/dev/sda1", NULL));
}

static void
test_none (void)
{
  g_autoptr (GPtrArray) keys = v2v_luks_keys_read (NULL, NULL);

  g_assert_cmpuint (keys->len, ==, 0);
}

/* No message repeats what may be a passphrase. */
static void
test_refused (void)
{
  static const struct {
    const char *selector;
    const char *reason;
  } rows[] = {
    { "all:key:hunter2", "can be seen by everybody" },
    { "/dev/sda1:key:hunter2:file:x", "can be seen by everybody" },
    { "all:clevis", "clevis needs the network" },
    { "hunter2", "ID:file:FILE" },
    { "", "ID:file:FILE" },
    { "all:file:", "ID:file:FILE" },
    { ":file:hunter2", "ID:file:FILE" },
    { "all:hunter2:x", "ID:file:FILE" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (read_one (rows[i].selector, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_nonnull (strstr (error->message, rows[i].reason));
    g_assert_null (strstr (error->message, "hunter2"));
  }
}

static void
test_files (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *name;
    const char *data;
    gssize length; /* -2: makes a FIFO, -3: a directory, -4: nothing */
    const char *reason;
  } rows[] = {
    { "empty", "", 0, "' is empty" },
    { "blank", "\nsecret\n", -1, "empty first line" },
    { "nul", "sec\0ret", 7, "binary key file" },
    { "fifo", NULL, -2, "no regular file" },
    { "directory", NULL, -3, "no regular file" },
    { "absent", NULL, -4, "cannot be read: No such file" },
    { "co:lon", "secret", -1, "colon" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_build_filename (f->dir, rows[i].name, NULL);
    g_autofree char *selector = g_strdup_printf ("all:file:%s", path);
    g_autoptr (GError) error = NULL;

    if (rows[i].length == -2)
      g_assert_cmpint (mkfifo (path, 0600), ==, 0);
    else if (rows[i].length == -3)
      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
    else if (rows[i].data != NULL)
      g_assert_true (g_file_set_contents (path, rows[i].data, rows[i].length, NULL));
    g_assert_null (read_one (selector, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_nonnull (strstr (error->message, rows[i].reason));
    g_assert_nonnull (strstr (error->message, rows[i].name));
    g_assert_null (strstr (error->message, "secret"));
  }
}

static void
test_unreadable (Fixture *f, gconstpointer data)
{
  g_autofree char *path = write_key (f, "mine", "secret", -1);
  g_autofree char *selector = g_strdup_printf ("all:file:%s", path);
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0) {
    g_test_skip ("root reads everything");
    return;
  }
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  g_assert_null (read_one (selector, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "cannot be read"));
}

static void
test_size (Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = g_strnfill (V2V_LUKS_KEY_FILE_MAX + 1, 'x');
  g_autofree char *most = write_key (f, "most", bytes, V2V_LUKS_KEY_FILE_MAX);
  g_autofree char *more = write_key (f, "more", bytes, V2V_LUKS_KEY_FILE_MAX + 1);
  g_autofree char *good = g_strdup_printf ("all:file:%s", most);
  g_autofree char *bad = g_strdup_printf ("all:file:%s", more);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = read_one (good, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (((V2vKey *) keys->pdata[0])->secret), ==, V2V_LUKS_KEY_FILE_MAX);
  g_assert_null (read_one (bad, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "more than 8192 bytes"));
}

/* As Kubernetes mounts a secret: links to ..data, itself a link. */
static void
test_directory (Fixture *f, gconstpointer data)
{
  g_autofree char *version = g_build_filename (f->dir, "..2026", NULL);
  g_autofree char *link = g_build_filename (f->dir, "..data", NULL);
  g_autofree char *found = g_build_filename (f->dir, "lost+found", NULL);
  g_autofree char *linked = g_build_filename (f->dir, "b", NULL);
  g_autofree char *absent = g_build_filename (f->dir, "absent", NULL);
  g_autofree char *a = write_key (f, "a", "one\n", -1);
  g_autofree char *b = NULL;
  g_autoptr (GPtrArray) keys = v2v_luks_keys_read (NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (version, 0700) | g_mkdir (found, 0700), ==, 0);
  b = write_key (f, "..2026/b", "two\n", -1);
  g_assert_cmpint (symlink ("..2026", link) | symlink ("..data/b", linked), ==, 0);
  g_assert_true (v2v_luks_keys_add_directory (keys, f->dir, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (keys->len, ==, 2);
  g_assert_cmpstr (((V2vKey *) keys->pdata[0])->secret, ==, "one");
  g_assert_cmpstr (((V2vKey *) keys->pdata[1])->secret, ==, "two");
  g_assert_cmpstr (((V2vKey *) keys->pdata[1])->id, ==, "all");
  g_assert_true (v2v_luks_keys_add_directory (keys, absent, &error));
  g_assert_cmpuint (keys->len, ==, 2);
  g_assert_false (v2v_luks_keys_add_directory (keys, a, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
}

static void
test_too_many (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) keys = v2v_luks_keys_read (NULL, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= V2V_LUKS_KEYS_MAX; i++) {
    g_autofree char *name = g_strdup_printf ("k%u", i);
    g_autofree char *path = write_key (f, name, "x", 1);
  }
  g_assert_false (v2v_luks_keys_add_directory (keys, f->dir, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "more than 64 keys"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/luks-keys/selectors", Fixture, NULL, set_up, test_selectors, tear_down);
  g_test_add_func ("/luks-keys/uuid", test_uuid);
  g_test_add_func ("/luks-keys/none", test_none);
  g_test_add_func ("/luks-keys/refused", test_refused);
  g_test_add ("/luks-keys/files", Fixture, NULL, set_up, test_files, tear_down);
  g_test_add ("/luks-keys/unreadable", Fixture, NULL, set_up, test_unreadable, tear_down);
  g_test_add ("/luks-keys/size", Fixture, NULL, set_up, test_size, tear_down);
  g_test_add ("/luks-keys/directory", Fixture, NULL, set_up, test_directory, tear_down);
  g_test_add ("/luks-keys/too-many", Fixture, NULL, set_up, test_too_many, tear_down);
  return g_test_run ();
}
