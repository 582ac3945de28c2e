/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-slim.c - find the appliance that scripts/build-appliance made
 *
 * It starts in a third of the time, and it is optional: whatever is wrong with it, the stock
 * appliance of libguestfs does the same work.
 */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-appliance-private.h"

#define STAMP_NAME "v2v-appliance"
/* As in scripts/build-appliance. */
#define STAMP_FORMAT "1"
#define STAMP_MAX 4096
#define DAEMON_MAX (64 * 1024 * 1024)
#define BUILD_IT "; run scripts/build-appliance again"

/* The value of the line "NAME VALUE" in @stamp; (transfer full), %NULL without one. */
static char *
stamp_value (const char *stamp, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (stamp, "\n", -1);
  gsize length = strlen (name);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], name) && lines[i][length] == ' ')
      return g_strdup (lines[i] + length + 1);
  }
  return NULL;
}

/* Who can write it can have us start what he likes. */
static char *
check_owner (const char *directory)
{
  struct stat st;

  if (stat (directory, &st) < 0)
    return g_strdup (g_strerror (errno));
  if (!S_ISDIR (st.st_mode))
    return g_strdup ("not a directory");
  if (st.st_uid != 0 && st.st_uid != geteuid ())
    return g_strdup_printf ("it belongs to user %u", (guint) st.st_uid);
  if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return g_strdup ("others can write there");
  return NULL;
}

static char *
check_files (const char *directory)
{
  static const char *const names[] = { "README.fixed", "initrd", "kernel", "root" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *file = g_build_filename (directory, names[i], NULL);

    if (access (file, R_OK) < 0)
      return g_strdup_printf ("'%s': %s", names[i], g_strerror (errno));
  }
  return NULL;
}

/* The daemon of the libguestfs that is installed, when it is there to compare with: in an
 * image that has only the made appliance it is not. */
static char *
hash_daemon (const char *path)
{
  g_auto (GStrv) elements = g_strsplit (path, ":", -1);

  for (guint i = 0; elements[i] != NULL; i++) {
    g_autofree char *file
      = g_build_filename (elements[i], "supermin.d", "daemon.tar.gz", NULL);
    g_autofree char *data = NULL;
    struct stat st;
    gsize length;

    if (stat (file, &st) == 0 && st.st_size <= DAEMON_MAX
        && g_file_get_contents (file, &data, &length, NULL))
      return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) data, length);
  }
  return NULL;
}

static char *
check_stamp (const char *stamp, const V2vSlimWanted *wanted)
{
  g_autofree char *format = stamp_value (stamp, STAMP_NAME);
  g_autofree char *version = stamp_value (stamp, "libguestfs");
  g_autofree char *daemon = stamp_value (stamp, "daemon");
  g_autofree char *installed = NULL;

  if (g_strcmp0 (format, STAMP_FORMAT) != 0)
    return g_strdup ("it was made by another version of scripts/build-appliance" BUILD_IT);
  if (g_strcmp0 (version, wanted->version) != 0)
    return g_strdup_printf ("it is for libguestfs %s, this is %s" BUILD_IT,
                            version != NULL ? version : "?", wanted->version);
  installed = hash_daemon (wanted->path);
  if (installed != NULL && g_strcmp0 (daemon, installed) != 0)
    return g_strdup ("libguestfs was updated after it was made" BUILD_IT);
  return NULL;
}

char *
v2v_slim_check (const char *directory, const V2vSlimWanted *wanted)
{
  g_autofree char *file = g_build_filename (directory, STAMP_NAME, NULL);
  g_autofree char *stamp = NULL;
  char *why = check_owner (directory);
  struct stat st;

  if (why != NULL)
    return why;
  /* libguestfs takes a list of directories. */
  if (strchr (directory, ':') != NULL)
    return g_strdup ("libguestfs takes no colon in the name");
  if (stat (file, &st) < 0 || !S_ISREG (st.st_mode) || st.st_size > STAMP_MAX
      || !g_file_get_contents (file, &stamp, NULL, NULL))
    return g_strdup ("scripts/build-appliance did not make it");
  why = check_stamp (stamp, wanted);
  return why != NULL ? why : check_files (directory);
}

/* The version and the search path of the libguestfs that we run with. */
static gboolean
wanted_init (V2vSlimWanted *wanted)
{
  guestfs_h *g = guestfs_create_flags (GUESTFS_CREATE_NO_ENVIRONMENT);
  struct guestfs_version *v;

  if (g == NULL)
    return FALSE;
  guestfs_set_error_handler (g, NULL, NULL);
  v = guestfs_version (g);
  if (v != NULL)
    wanted->version = g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT
                                       ".%" G_GINT64_FORMAT,
                                       v->major, v->minor, v->release);
  guestfs_free_version (v);
  wanted->path = g_strdup (guestfs_get_path (g));
  guestfs_close (g);
  return wanted->version != NULL && wanted->path != NULL;
}

static void
wanted_clear (V2vSlimWanted *wanted)
{
  g_free (wanted->version);
  g_free (wanted->path);
}

static char *
check_place (const char *directory, const V2vSlimWanted *wanted, char **out_note)
{
  g_autofree char *why = v2v_slim_check (directory, wanted);

  if (why == NULL)
    return g_strdup (directory);
  if (*out_note == NULL)
    *out_note = g_strdup_printf ("using the stock appliance, not '%s': %s", directory, why);
  return NULL;
}

char *
v2v_slim_find (char **out_note)
{
  const char *path = g_getenv ("LIBGUESTFS_PATH");
  const char *chosen = g_getenv ("V2V_APPLIANCE");
  g_autofree char *cached
    = g_build_filename (g_get_user_cache_dir (), "v2v-wrapper", "appliance", NULL);
  const char *const places[] = { cached, PKGLIBDIR "/appliance" };
  V2vSlimWanted wanted = { NULL, NULL };
  char *found = NULL;

  *out_note = NULL;
  if ((path != NULL && *path != '\0') || g_strcmp0 (chosen, "stock") == 0)
    return NULL;
  if (wanted_init (&wanted)) {
    if (chosen != NULL && *chosen != '\0') {
      found = check_place (chosen, &wanted, out_note);
    } else {
      for (guint i = 0; i < G_N_ELEMENTS (places) && found == NULL; i++) {
        if (g_file_test (places[i], G_FILE_TEST_EXISTS))
          found = check_place (places[i], &wanted, out_note);
      }
    }
  }
  if (found != NULL)
    g_clear_pointer (out_note, g_free);
  wanted_clear (&wanted);
  return found;
}
