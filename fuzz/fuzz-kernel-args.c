/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: one byte for the kind of file, then the file.
 */
#include <config.h>

#include <string.h>

#include "v2v-error.h"
#include "v2v-kernel-args.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static char *
rename_root (const char *name, const char *value, gboolean initrd, gpointer user_data)
{
  (void) name;
  (void) user_data;
  if (!g_str_has_prefix (value, "/dev/"))
    return NULL;
  return g_strdup (initrd ? "UUID=1111-11" : "PARTUUID=2222-22");
}

/* (nullable): NULL when it was refused, which only a GRUB environment block is. */
static char *
edit_one (V2vKernelArgsKind kind, const char *text, const V2vKernelArgsEdit *edit)
{
  g_autoptr (GPtrArray) files
    = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_kernel_args_file_free);
  V2vKernelArgsFile *file = v2v_kernel_args_file_new (kind, "/x", text);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (files, file);
  if (v2v_kernel_args_edit (files, edit, &error))
    return g_strdup (file->edited != NULL ? file->edited : text);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_true (kind == V2V_KERNEL_ARGS_GRUBENV);
  return NULL;
}

static void
check_same (V2vKernelArgsKind kind, const char *text)
{
  static const char *const absent[] = { "no-such-argument", "none=*", NULL };
  V2vKernelArgsEdit edit = { .remove = absent };
  g_autofree char *same = edit_one (kind, text, &edit);

  g_assert_cmpstr (same, ==, text);
}

/* What goes is gone, what comes is there once, and both are done at once. */
static void
check_twice (V2vKernelArgsKind kind, const char *text)
{
  static const char *const gone[] = { "q*", "b=?", NULL };
  static const char *const come[] = { "a=1", "c=\"d e\"", NULL };
  V2vKernelArgsEdit edit = { .remove = gone, .add = come, .rename = rename_root };
  g_autofree char *once = edit_one (kind, text, &edit);
  g_autofree char *twice = NULL;

  if (once == NULL)
    return;
  if (kind == V2V_KERNEL_ARGS_GRUBENV)
    g_assert_cmpuint (strlen (once), ==, strlen (text));
  twice = edit_one (kind, once, &edit);
  g_assert_cmpstr (twice, ==, once);
}

static void
check_gone (V2vKernelArgsKind kind, const char *text)
{
  static const char *const globs[] = { "q*", "b=?", NULL };
  V2vKernelArgsEdit edit = { .remove = globs };
  g_autofree char *after = edit_one (kind, text, &edit);
  g_autoptr (GPtrArray) files
    = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_kernel_args_file_free);
  g_autoptr (GPtrArray) list = NULL;

  if (after == NULL)
    return;
  g_assert_cmpuint (strlen (after), <=, strlen (text));
  g_ptr_array_add (files, v2v_kernel_args_file_new (kind, "/x", after));
  list = v2v_kernel_args_list (files);
  for (guint i = 0; i < list->len; i++)
    g_assert_false (v2v_kernel_args_match (globs, ((V2vKernelArg *) list->pdata[i])->text));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = NULL;
  V2vKernelArgsKind kind;

  if (size == 0)
    return 0;
  kind = (V2vKernelArgsKind) (data[0] % V2V_KERNEL_ARGS_N_KINDS);
  text = g_strndup ((const char *) data + 1, size - 1);
  check_same (kind, text);
  check_twice (kind, text);
  check_gone (kind, text);
  return 0;
}
