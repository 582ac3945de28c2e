/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-overlay.c - a qcow2 layer over one disk: where the conversion happens
 */
#include <config.h>

#include "v2v-overlay.h"

#include <sys/stat.h>

#include "v2v-process.h"

#define CREATE_TIMEOUT_S 60
#define BLOCKS_PER_STAT 512 /* st_blocks counts these whatever the file system */

static gboolean
run (const char *const *argv, const char *what, guint timeout_s, V2vCancel *cancel,
     GError **error)
{
  V2vProcess process
    = { .argv = argv, .what = what, .timeout_s = timeout_s, .cancel = cancel };
  g_autoptr (GError) local = NULL;

  if (v2v_process_check (&process, NULL, &local))
    return TRUE;
  v2v_error_recode (local, V2V_ERROR_NOT_FOUND, V2V_ERROR_INTERNAL);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
v2v_overlay_create (const char *overlay, const char *base, const char *base_format,
                    V2vCancel *cancel, GError **error)
{
  /* Both names begin with a slash, which keeps qemu from reading "nbd:" or "json:"
   * in them; backing names and image operands know no other quoting. */
  const char *argv[] = { "qemu-img", "create", "-q",        "-f", "qcow2", "-F",
                         base_format, "-b",    base, overlay, NULL };
  g_autofree char *what = g_strdup_printf ("creating overlay '%s'", overlay);

  g_return_val_if_fail (g_path_is_absolute (overlay), FALSE);
  g_return_val_if_fail (g_path_is_absolute (base), FALSE);
  return run (argv, what, CREATE_TIMEOUT_S, cancel, error);
}

/* In an option list a comma is written twice, and nothing else is special. */
static char *
escape_option (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);

  return g_strjoinv (",,", parts);
}

static gboolean
is_thick (const char *base, const char *base_format)
{
  struct stat st;

  if (!g_str_equal (base_format, "raw") || stat (base, &st) < 0)
    return FALSE;
  return S_ISBLK (st.st_mode)
         || (guint64) st.st_blocks * BLOCKS_PER_STAT >= (guint64) st.st_size;
}

gboolean
v2v_overlay_commit (const char *overlay, const char *base, const char *base_format,
                    const char *what, V2vCancel *cancel, GError **error)
{
  g_autofree char *name = escape_option (overlay);
  /* On both nodes: commit reopens the disk for writing, and only the setting of the
   * file node survives that (qemu 7.2). */
  g_autofree char *options = g_strdup_printf (
    "driver=qcow2,file.driver=file,file.filename=%s%s", name,
    is_thick (base, base_format) ? ",backing.discard=ignore,backing.file.discard=ignore"
                                 : "");
  const char *argv[] = { "qemu-img", "commit", "-q", "-d", "--image-opts", options, NULL };

  return run (argv, what, 0, cancel, error);
}
