/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args-list.c - which arguments there are, and what they are held against
 */
#include <config.h>

#include <string.h>

#include "v2v-glob.h"
#include "v2v-kernel-args-private.h"

V2vKernelArgsFile *
v2v_kernel_args_file_new (V2vKernelArgsKind kind, const char *path, const char *text)
{
  V2vKernelArgsFile *file = g_new0 (V2vKernelArgsFile, 1);

  file->kind = kind;
  file->path = g_strdup (path);
  file->text = g_strdup (text);
  return file;
}

void
v2v_kernel_args_file_free (V2vKernelArgsFile *file)
{
  if (file == NULL)
    return;
  g_free (file->path);
  g_free (file->text);
  g_free (file->edited);
  g_free (file);
}

static void
arg_free (gpointer p)
{
  V2vKernelArg *arg = p;

  g_free (arg->text);
  g_free (arg);
}

static void
list_span (const V2vKernelArgsFile *file, const V2vKargsSpan *span, GPtrArray *list)
{
  gsize counted = span->from;
  guint line = span->line;

  for (guint i = 0; span->role != V2V_KARGS_DISABLE_UUID && i < span->args->len; i++) {
    const V2vKargsArg *arg = g_ptr_array_index (span->args, i);
    gsize from = g_array_index (span->units, V2vKargsUnit, arg->first).from;
    V2vKernelArg *out;

    if (arg->fixed)
      continue;
    for (; counted < from; counted++)
      line += file->text[counted] == '\n';
    out = g_new0 (V2vKernelArg, 1);
    out->file = file;
    out->line = line;
    out->text = g_strdup (arg->text);
    out->initrd = span->initrd;
    g_ptr_array_add (list, out);
  }
}

GPtrArray *
v2v_kernel_args_list (const GPtrArray *files)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (arg_free);

  for (guint i = 0; i < files->len; i++) {
    const V2vKernelArgsFile *file = g_ptr_array_index (files, i);
    g_autoptr (GPtrArray) spans = v2v_kargs_scan (file->kind, file->text);

    for (guint n = 0; n < spans->len; n++)
      list_span (file, g_ptr_array_index (spans, n), list);
  }
  return list;
}

/* (transfer full): the same name spelt with @to for @from. */
static char *
respell (const char *arg, char from, char to)
{
  char *out = g_strdup (arg);

  for (char *p = out; *p != '\0' && *p != '='; p++) {
    if (*p == from)
      *p = to;
  }
  return out;
}

gboolean
v2v_kernel_args_match (const char *const *globs, const char *arg)
{
  g_autofree char *low = respell (arg, '-', '_');
  g_autofree char *dashed = respell (arg, '_', '-');

  return v2v_glob_match_any (globs, arg) || v2v_glob_match_any (globs, low)
         || v2v_glob_match_any (globs, dashed);
}

gboolean
v2v_kernel_args_is_plain (const char *arg)
{
  gboolean quoted = FALSE;

  if (*arg == '\0' || *arg == '#' || g_str_equal (arg, "--") || g_str_equal (arg, "---"))
    return FALSE;
  for (const char *p = arg; *p != '\0'; p++) {
    quoted ^= *p == '"';
    if (g_ascii_iscntrl (*p) || strchr ("'$`\\", *p) != NULL || (*p == ' ' && !quoted))
      return FALSE;
  }
  return !quoted && !g_str_equal (arg, "\"\"");
}

gboolean
v2v_kargs_is_same (const char *a, const char *b)
{
  g_autofree char *low_a = respell (a, '-', '_');
  g_autofree char *low_b = respell (b, '-', '_');

  return g_str_equal (low_a, low_b);
}
