/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-work-dir.c - directories of our own in places that others can write to
 */
#include <config.h>

#include "v2v-work-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-source.h"
#include "v2v-str.h"
#include "v2v-transaction.h"

#define POD_WORK_DIR "/var/tmp/v2v"
#define WALK_DESCRIPTORS 32
#define HASH_LENGTH 16

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Sorted, so that the same disks in another order meet their unfinished work. */
static char *
hash_paths (const V2vSource *source)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < source->disks->len; i++) {
    const V2vSourceDisk *disk = g_ptr_array_index (source->disks, i);
    char *path = disk->real_path != NULL ? disk->real_path : disk->path;

    g_ptr_array_add (paths, path);
  }
  g_ptr_array_sort (paths, compare_strings);
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);

    /* With its NUL, which no path contains. */
    g_checksum_update (sum, (const guchar *) path, (gssize) strlen (path) + 1);
  }
  return g_strndup (g_checksum_get_string (sum), HASH_LENGTH);
}

char *
v2v_transaction_default_work_dir (const V2vSource *source, gboolean pod)
{
  const char *from_env = g_getenv ("V2V_WORKDIR");
  g_autofree char *hash = NULL;

  if (from_env != NULL && *from_env != '\0')
    return g_canonicalize_filename (from_env, NULL);
  if (pod)
    return g_strdup (POD_WORK_DIR);
  hash = hash_paths (source);
  return g_strdup_printf ("/var/tmp/v2v-wrapper-%u/%s", (guint) geteuid (), hash);
}

static gboolean
refuse (GError **error, const char *dir, const char *why)
{
  g_autofree char *name = v2v_str_printable (dir, 4096);

  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "work directory '%s' %s; give another one with --work-dir", name, why);
  return FALSE;
}

/* Nobody but us and root can rename what is inside. */
static gboolean
is_trusted (const struct stat *st)
{
  if ((st->st_mode & S_ISVTX) != 0)
    return TRUE;
  return (st->st_uid == geteuid () || st->st_uid == 0) && (st->st_mode & S_IWOTH) == 0;
}

static gboolean
is_mount_point (const struct stat *st, const struct stat *parent)
{
  return st->st_dev != parent->st_dev;
}

gboolean
v2v_work_dir_make (const char *dir, GError **error)
{
  g_autofree char *above = g_path_get_dirname (dir);
  struct stat st, parent;

  if (g_mkdir_with_parents (dir, 0700) < 0) {
    if (errno == ENOTDIR || errno == EEXIST)
      return refuse (error, dir, "is not a directory");
    v2v_error_from_errno (error, errno, "creating work directory '%s'", dir);
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_USAGE);
    return FALSE;
  }
  if (stat (dir, &st) < 0 || stat (above, &parent) < 0)
    return v2v_error_from_errno (error, errno, "reading work directory '%s'", dir);
  if (!is_mount_point (&st, &parent) && (!is_trusted (&st) || !is_trusted (&parent)))
    return refuse (error, dir, "can be changed by other users");
  return TRUE;
}

gboolean
v2v_work_dir_make_private (const char *dir, GError **error)
{
  struct stat st;

  if (mkdir (dir, 0700) < 0 && errno != EEXIST)
    return v2v_error_from_errno (error, errno, "creating work directory '%s'", dir);
  if (lstat (dir, &st) < 0)
    return v2v_error_from_errno (error, errno, "reading work directory '%s'", dir);
  if (!S_ISDIR (st.st_mode) || st.st_uid != geteuid ())
    return refuse (error, dir, "belongs to another user");
  /* A volume with a default ACL or a set-group-id bit widens what mkdir asked for. */
  if ((st.st_mode & 0777) != 0700 && chmod (dir, 0700) < 0)
    return v2v_error_from_errno (error, errno, "closing work directory '%s'", dir);
  return TRUE;
}

static int
remove_one (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  (void) st;
  (void) type;
  (void) ftw;
  return remove (path);
}

gboolean
v2v_work_dir_empty (const char *dir, const char *keep, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  g_autoptr (GDir) list = g_dir_open (dir, 0, &read_error);
  const char *name;

  if (list == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "emptying work directory: %s",
                 read_error->message);
    return FALSE;
  }
  while ((name = g_dir_read_name (list)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);

    if (g_strcmp0 (name, keep) == 0)
      continue;
    if (nftw (path, remove_one, WALK_DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0)
      return v2v_error_from_errno (error, errno, "removing '%s'", path);
  }
  return TRUE;
}
