/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which appliance is started, and what is said when it is not the slim one.
 */
#include <config.h>

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "v2v-appliance-private.h"

/* sha256 of "daemon" without a newline. */
#define DAEMON "f77b12a53ece5f6b7050800bbdbf8cc5ebe87f1b1387cf739f243e43e2ce886b"
#define STAMP "v2v-appliance 1\nlibguestfs 1.48.6\ndaemon " DAEMON "\nkernel 6.1.0\n"

typedef struct {
  char *top;
  char *dir;
  V2vSlimWanted wanted;
} Fixture;

static void
put (const Fixture *f, const char *directory, const char *name, const char *text)
{
  g_autofree char *file = g_build_filename (f->top, directory, name, NULL);

  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *supermin = NULL;

  (void) data;
  f->top = g_dir_make_tmp ("slim-XXXXXX", NULL);
  f->dir = g_build_filename (f->top, "slim", NULL);
  supermin = g_build_filename (f->top, "guestfs", "supermin.d", NULL);
  g_assert_cmpint (g_mkdir_with_parents (f->dir, 0755), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (supermin, 0755), ==, 0);
  put (f, "slim", "v2v-appliance", STAMP);
  put (f, "slim", "README.fixed", "");
  put (f, "slim", "kernel", "");
  put (f, "slim", "initrd", "");
  put (f, "slim", "root", "");
  put (f, "guestfs/supermin.d", "daemon.tar.gz", "daemon");
  f->wanted.version = g_strdup ("1.48.6");
  f->wanted.path = g_strdup_printf ("/no/such/place:%s/guestfs", f->top);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->top);

  (void) data;
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->top);
  g_free (f->dir);
  g_free (f->wanted.version);
  g_free (f->wanted.path);
}

static void
assert_why (const Fixture *f, const char *part)
{
  g_autofree char *why = v2v_slim_check (f->dir, &f->wanted);

  if (part == NULL)
    g_assert_cmpstr (why, ==, NULL);
  else
    g_assert_true (why != NULL && strstr (why, part) != NULL);
}

static void
test_fits (Fixture *f, gconstpointer data)
{
  (void) data;
  assert_why (f, NULL);
  /* An image that has no other appliance has nothing to compare with. */
  g_free (f->wanted.path);
  f->wanted.path = g_strdup ("/no/such/place");
  assert_why (f, NULL);
}

static void
test_stale (Fixture *f, gconstpointer data)
{
  (void) data;
  g_free (f->wanted.version);
  f->wanted.version = g_strdup ("1.48.7");
  assert_why (f, "it is for libguestfs 1.48.6, this is 1.48.7; run scripts/build-appliance");
  g_free (f->wanted.version);
  f->wanted.version = g_strdup ("1.48.6");
  put (f, "guestfs/supermin.d", "daemon.tar.gz", "another one");
  assert_why (f, "libguestfs was updated after it was made");
  put (f, "guestfs/supermin.d", "daemon.tar.gz", "daemon");
  put (f, "slim", "v2v-appliance", "v2v-appliance 2\nlibguestfs 1.48.6\n");
  assert_why (f, "another version of scripts/build-appliance");
  put (f, "slim", "v2v-appliance", "v2v-appliance 1\n");
  assert_why (f, "it is for libguestfs ?, this is 1.48.6");
  put (f, "slim", "v2v-appliance", "");
  assert_why (f, "another version of scripts/build-appliance");
}

static void
test_not_ours (Fixture *f, gconstpointer data)
{
  g_autofree char *stamp = g_build_filename (f->dir, "v2v-appliance", NULL);
  g_autofree char *big = g_strnfill (5000, 'x');

  (void) data;
  put (f, "slim", "v2v-appliance", big);
  assert_why (f, "scripts/build-appliance did not make it");
  g_assert_cmpint (g_unlink (stamp), ==, 0);
  assert_why (f, "scripts/build-appliance did not make it");
  g_assert_cmpint (g_mkdir (stamp, 0755), ==, 0);
  assert_why (f, "scripts/build-appliance did not make it");
}

static void
test_incomplete (Fixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->dir, "initrd", NULL);

  (void) data;
  g_assert_cmpint (g_unlink (file), ==, 0);
  assert_why (f, "'initrd': No such file");
}

static void
test_place (Fixture *f, gconstpointer data)
{
  g_autofree char *colon = g_strconcat (f->top, "/a:b", NULL);

  (void) data;
  g_assert_cmpint (g_chmod (f->dir, 0777), ==, 0);
  assert_why (f, "others can write there");
  g_assert_cmpint (g_chmod (f->dir, 0775), ==, 0);
  assert_why (f, "others can write there");
  g_assert_cmpint (g_chmod (f->dir, 0755), ==, 0);
  if (geteuid () == 0) {
    g_assert_cmpint (chown (f->dir, 4242, 0), ==, 0);
    assert_why (f, "it belongs to user 4242");
    g_assert_cmpint (chown (f->dir, 0, 0), ==, 0);
  }
  g_assert_cmpint (g_rename (f->dir, colon), ==, 0);
  g_free (f->dir);
  f->dir = g_steal_pointer (&colon);
  assert_why (f, "no colon");
  g_free (f->dir);
  f->dir = g_build_filename (f->top, "absent", NULL);
  assert_why (f, "No such file");
  put (f, ".", "absent", "");
  assert_why (f, "not a directory");
}

/* The order of LIBGUESTFS_PATH, V2V_APPLIANCE and the default places. */
static void
test_choice (Fixture *f, gconstpointer data)
{
  g_autofree char *cached
    = g_build_filename (g_get_user_cache_dir (), "v2v-wrapper", "appliance", NULL);
  g_autofree char *note = NULL;
  char *no_note;

  (void) data;
  g_unsetenv ("LIBGUESTFS_PATH");
  g_unsetenv ("V2V_APPLIANCE");
  if (!g_file_test (PKGLIBDIR "/appliance", G_FILE_TEST_EXISTS)) {
    g_assert_null (v2v_slim_find (&no_note));
    g_assert_null (no_note);
  }
  g_assert_cmpint (g_mkdir_with_parents (cached, 0755), ==, 0);
  if (!g_file_test (PKGLIBDIR "/appliance", G_FILE_TEST_EXISTS)) {
    g_assert_null (v2v_slim_find (&note));
    g_assert_nonnull (strstr (note, cached));
  }
  g_clear_pointer (&note, g_free);
  /* The version is not that of the libguestfs which this test runs with. */
  put (f, "slim", "v2v-appliance", "v2v-appliance 1\nlibguestfs 0.0.1\n");
  g_setenv ("V2V_APPLIANCE", f->dir, TRUE);
  g_assert_null (v2v_slim_find (&note));
  g_assert_nonnull (strstr (note, "using the stock appliance, not '"));
  g_assert_nonnull (strstr (note, "it is for libguestfs 0.0.1"));
  g_setenv ("LIBGUESTFS_PATH", "/somewhere", TRUE);
  g_assert_null (v2v_slim_find (&no_note));
  g_assert_null (no_note);
  g_unsetenv ("LIBGUESTFS_PATH");
  g_setenv ("V2V_APPLIANCE", "stock", TRUE);
  g_assert_null (v2v_slim_find (&no_note));
  g_assert_null (no_note);
  g_unsetenv ("V2V_APPLIANCE");
}

/* The one that fits this machine's libguestfs is taken. */
static void
test_found (Fixture *f, gconstpointer data)
{
  guestfs_h *g = guestfs_create_flags (GUESTFS_CREATE_NO_ENVIRONMENT);
  struct guestfs_version *v = guestfs_version (g);
  g_autofree char *supermin
    = g_build_filename (guestfs_get_path (g), "supermin.d", "daemon.tar.gz", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *stamp = NULL;
  g_autofree char *found = NULL;
  char *note;
  gsize length = 0;

  (void) data;
  if (g_file_get_contents (supermin, &bytes, &length, NULL))
    hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, length);
  stamp = g_strdup_printf ("v2v-appliance 1\nlibguestfs %d.%d.%d\ndaemon %s\n",
                           (int) v->major, (int) v->minor, (int) v->release,
                           hash != NULL ? hash : "none");
  put (f, "slim", "v2v-appliance", stamp);
  g_setenv ("V2V_APPLIANCE", f->dir, TRUE);
  found = v2v_slim_find (&note);
  g_assert_cmpstr (found, ==, f->dir);
  g_assert_null (note);
  g_unsetenv ("V2V_APPLIANCE");
  guestfs_free_version (v);
  guestfs_close (g);
}

#define ADD(name, function) \
  g_test_add ("/appliance-slim/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *cache = g_dir_make_tmp ("slim-cache-XXXXXX", NULL);
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", cache);
  int status;

  /* The user's own appliance is not to be found.  (G_TEST_OPTION_ISOLATE_DIRS leaks.) */
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("fits", test_fits);
  ADD ("stale", test_stale);
  ADD ("not-ours", test_not_ours);
  ADD ("incomplete", test_incomplete);
  ADD ("place", test_place);
  ADD ("choice", test_choice);
  ADD ("found", test_found);
  status = g_test_run ();
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  return status;
}
