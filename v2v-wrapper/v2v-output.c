/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-output.c - the files that a run leaves, all together or none
 */
#include <config.h>

#include "v2v-output.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "v2v-file.h"

struct _V2vOutput {
  char *directory;
  GPtrArray *paths; /* final */
  GPtrArray *temps; /* the same index; NULL once renamed */
};

static gboolean
try_directory (const char *directory, GError **error)
{
  g_autofree char *probe = g_build_filename (directory, ".v2v-probe.XXXXXX", NULL);
  int fd;

  if (g_mkdir_with_parents (directory, 0755) < 0)
    return v2v_error_from_errno (error, errno, "creating the output directory '%s'",
                                 directory);
  /* access(2) says yes to root on a read-only or full file system: try it. */
  fd = g_mkstemp (probe);
  if (fd < 0)
    return v2v_error_from_errno (error, errno, "writing to the output directory '%s'",
                                 directory);
  close (fd);
  unlink (probe);
  return TRUE;
}

V2vOutput *
v2v_output_new (const char *directory, GError **error)
{
  V2vOutput *output;

  if (!try_directory (directory, error)) {
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_STORAGE);
    return NULL;
  }
  output = g_new0 (V2vOutput, 1);
  output->directory = g_strdup (directory);
  output->paths = g_ptr_array_new_with_free_func (g_free);
  output->temps = g_ptr_array_new_with_free_func (g_free);
  return output;
}

void
v2v_output_free (V2vOutput *output)
{
  if (output == NULL)
    return;
  for (guint i = 0; i < output->temps->len; i++) {
    const char *temp = g_ptr_array_index (output->temps, i);

    if (temp != NULL)
      unlink (temp);
  }
  g_free (output->directory);
  g_ptr_array_unref (output->paths);
  g_ptr_array_unref (output->temps);
  g_free (output);
}

gboolean
v2v_output_add (V2vOutput *output, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (output->directory, name, NULL);
  g_autofree char *hidden = g_strdup_printf (".%s.new", name);
  g_autofree char *temp = g_build_filename (output->directory, hidden, NULL);

  if (!v2v_file_write_atomic (temp, text, strlen (text), 0644, error))
    return FALSE;
  if (g_ptr_array_find_with_equal_func (output->paths, path, g_str_equal, NULL))
    return TRUE;
  g_ptr_array_add (output->paths, g_steal_pointer (&path));
  g_ptr_array_add (output->temps, g_steal_pointer (&temp));
  return TRUE;
}

gboolean
v2v_output_publish (V2vOutput *output, GError **error)
{
  for (guint i = 0; i < output->paths->len; i++) {
    const char *path = g_ptr_array_index (output->paths, i);
    char *temp = g_ptr_array_index (output->temps, i);

    if (g_rename (temp, path) < 0)
      return v2v_error_from_errno (error, errno, "writing '%s'", path);
    g_free (temp);
    g_ptr_array_index (output->temps, i) = NULL;
  }
  return v2v_file_sync (output->directory, error);
}

GPtrArray *
v2v_output_paths (V2vOutput *output)
{
  return output->paths;
}
