/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-diff.c - the lines in which two texts differ, by diff(1)
 */
#include <config.h>

#include "v2v-diff.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "v2v-process.h"

#define DIFF_SECONDS 20
/* What diff says of its input before the first "@@". */
#define HEADER_LINES 2

typedef struct {
  GPtrArray *lines;
  guint seen;
} Sink;

static void
on_line (const char *line, gboolean is_stderr, gpointer user_data)
{
  Sink *sink = user_data;

  if (is_stderr)
    return;
  if (sink->seen++ >= HEADER_LINES)
    g_ptr_array_add (sink->lines, g_strdup (line));
}

static gboolean
is_text (GBytes *bytes)
{
  gsize size = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return size <= V2V_DIFF_MAX && (size == 0 || memchr (data, '\0', size) == NULL);
}

static gboolean
write_side (const char *path, GBytes *bytes, GError **error)
{
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : "";

  if (g_file_set_contents_full (path, size > 0 ? data : "", (gssize) size,
                                G_FILE_SET_CONTENTS_NONE, 0600, error))
    return TRUE;
  g_prefix_error (error, "comparing texts: ");
  return FALSE;
}

static gboolean
run_diff (const char *old_path, const char *new_path, GPtrArray *lines, GError **error)
{
  const char *argv[] = { "diff", "--text", "-U2", old_path, new_path, NULL };
  static const char *const environment[] = { "LC_ALL=C.UTF-8", NULL };
  Sink sink = { .lines = lines };
  V2vProcess process = { .argv = argv,
                         .setenv = environment,
                         .what = "comparing texts",
                         .on_line = on_line,
                         .user_data = &sink,
                         .timeout_s = DIFF_SECONDS };
  g_auto (V2vProcessResult) result = { 0 };

  if (!v2v_process_run (&process, &result, error)) {
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_INTERNAL);
    return FALSE;
  }
  /* 0 same, 1 different, 2 trouble: diff(1). */
  if (result.exit_status <= 1)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "comparing texts: diff failed: %s",
               result.err);
  return FALSE;
}

GPtrArray *
v2v_diff_lines (GBytes *before, GBytes *after, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *dir = NULL;
  g_autofree char *old_path = NULL;
  g_autofree char *new_path = NULL;
  gboolean ok;

  if (!is_text (before) || !is_text (after))
    return NULL;
  dir = g_dir_make_tmp ("v2v-diff-XXXXXX", error);
  if (dir == NULL)
    return NULL;
  old_path = g_build_filename (dir, "before", NULL);
  new_path = g_build_filename (dir, "after", NULL);
  ok = write_side (old_path, before, error) && write_side (new_path, after, error)
       && run_diff (old_path, new_path, lines, error);
  g_unlink (old_path);
  g_unlink (new_path);
  g_rmdir (dir);
  return ok ? g_steal_pointer (&lines) : NULL;
}

gboolean
v2v_diff_change (V2vFileChange *change, const GPtrArray **out_lines, GError **error)
{
  GError *local = NULL;

  if (!change->compared) {
    change->diff = v2v_diff_lines (change->before->bytes, change->after->bytes, &local);
    if (local != NULL) {
      g_propagate_error (error, local);
      return FALSE;
    }
    change->compared = TRUE;
  }
  *out_lines = change->diff;
  return TRUE;
}
