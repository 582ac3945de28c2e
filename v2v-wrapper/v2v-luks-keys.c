/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-luks-keys.c - --key: passphrases of encrypted volumes out of host files
 */
#include <config.h>

#include "v2v-luks-keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-error.h"

static gboolean
set_usage (GError **error, const char *path, const char *why)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "--key: '%s' %s", path, why);
  return FALSE;
}

/* At most @size bytes; -1 with @error. */
static gssize
read_start (const char *path, char *buffer, gsize size, GError **error)
{
  /* A pipe without a writer must not hold us. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autofree char *why = NULL;
  struct stat st;
  gssize n = -1;

  if (fd >= 0 && fstat (fd, &st) == 0 && !S_ISREG (st.st_mode))
    why = g_strdup ("is no regular file");
  else if (fd < 0 || (n = read (fd, buffer, size)) < 0)
    why = g_strdup_printf ("cannot be read: %s", g_strerror (errno));
  if (fd >= 0)
    close (fd);
  if (why != NULL)
    set_usage (error, path, why);
  return why != NULL ? -1 : n;
}

/* (transfer full): the first line. */
static char *
read_secret (const char *path, GError **error)
{
  char buffer[V2V_LUKS_KEY_FILE_MAX + 1];
  gssize n = read_start (path, buffer, sizeof buffer, error);
  const char *newline;
  gsize length;
  char *secret = NULL;

  if (n < 0)
    return NULL;
  newline = memchr (buffer, '\n', (gsize) n);
  length = newline != NULL ? (gsize) (newline - buffer) : (gsize) n;
  if (n > V2V_LUKS_KEY_FILE_MAX)
    set_usage (error, path, "has more than 8192 bytes: it is to hold one passphrase");
  else if (length == 0)
    set_usage (error, path, n == 0 ? "is empty" : "has an empty first line: no passphrase");
  else if (memchr (buffer, '\0', length) != NULL)
    set_usage (error, path, "is a binary key file: give a passphrase that opens the volume");
  else
    secret = g_strndup (buffer, length);
  explicit_bzero (buffer, sizeof buffer);
  return secret;
}

/* @id: (transfer full) */
static gboolean
add_file (GPtrArray *keys, char *id, const char *path, GError **error)
{
  g_autoptr (V2vKey) key = v2v_key_new ();

  key->id = id;
  key->file = g_canonicalize_filename (path, NULL);
  /* virt-v2v gets the same selector, and has no way to quote it. */
  if (strchr (key->file, ':') != NULL)
    return set_usage (error, path, "has a colon in its name: call the file otherwise");
  if (keys->len >= V2V_LUKS_KEYS_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "--key: there are more than %d keys",
                 V2V_LUKS_KEYS_MAX);
    return FALSE;
  }
  key->secret = read_secret (path, error);
  if (key->secret == NULL)
    return FALSE;
  g_ptr_array_add (keys, g_steal_pointer (&key));
  return TRUE;
}

/* What was given is not repeated: it may be a passphrase. */
static gboolean
add_selector (GPtrArray *keys, const char *selector, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (selector, ":", 3);
  guint n = g_strv_length (parts);
  const char *why = "it is to be ID:file:FILE, ID being 'all', a device or the UUID of a "
                    "LUKS volume";

  if (n == 3 && *parts[0] != '\0' && g_str_equal (parts[1], "file") && *parts[2] != '\0')
    return add_file (keys, g_strdup (parts[0]), parts[2], error);
  if (n == 3 && g_str_equal (parts[1], "key"))
    why = "a passphrase on the command line can be seen by everybody on this host: write it "
          "into a file and give ID:file:FILE";
  else if (n == 2 && g_str_equal (parts[1], "clevis"))
    why = "clevis needs the network or the TPM of the source: give a passphrase, ID:file:FILE";
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "--key: %s", why);
  return FALSE;
}

GPtrArray *
v2v_luks_keys_read (const char *const *given, GError **error)
{
  g_autoptr (GPtrArray) keys
    = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_key_free);

  for (guint i = 0; given != NULL && given[i] != NULL; i++) {
    if (!add_selector (keys, given[i], error))
      return NULL;
  }
  return g_steal_pointer (&keys);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

gboolean
v2v_luks_keys_add_directory (GPtrArray *keys, const char *directory, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &local);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL && g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  if (dir == NULL) {
    g_autofree char *why = g_strconcat ("cannot be read: ", local->message, NULL);

    return set_usage (error, directory, why);
  }
  while ((name = g_dir_read_name (dir)) != NULL && names->len <= V2V_LUKS_KEYS_MAX) {
    g_autofree char *path = g_build_filename (directory, name, NULL);

    if (!g_str_has_prefix (name, "..") && !g_file_test (path, G_FILE_TEST_IS_DIR))
      g_ptr_array_add (names, g_steal_pointer (&path));
  }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    if (!add_file (keys, g_strdup ("all"), g_ptr_array_index (names, i), error))
      return FALSE;
  }
  return TRUE;
}
