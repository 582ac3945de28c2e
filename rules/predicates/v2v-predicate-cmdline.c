/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-cmdline.c - cmdline: some kernel command line has such an argument
 */
#include <config.h>

#include "predicates/v2v-predicate-private.h"
#include "v2v-kernel-args-files.h"

static gpointer
cmdline_parse (V2vArgs *args, GError **error)
{
  char **globs;

  return v2v_args_take_strings (args, "arg", TRUE, &globs, error) ? globs : NULL;
}

static gboolean
answer_no (V2vRuleContext *context, const GPtrArray *files, const GPtrArray *unread,
           V2vAnswer answer, GError **error)
{
  g_autoptr (GPtrArray) images = NULL;
  GError *local = NULL;

  if (unread->len > 0)
    return v2v_answer (answer, V2V_CANNOT_TELL, "%s",
                       (const char *) g_ptr_array_index (unread, 0));
  images = v2v_kernel_args_find_images (context->draft, &local);
  if (images == NULL)
    return v2v_answer_unread (answer, local, error);
  if (images->len > 0)
    return v2v_answer (answer, V2V_CANNOT_TELL, "the arguments inside %s are not read",
                       (const char *) g_ptr_array_index (images, 0));
  if (files->len == 0)
    return v2v_answer (answer, V2V_NO, "no file with kernel arguments");
  return v2v_answer (answer, V2V_NO, "no such argument in %u file%s", files->len,
                     files->len == 1 ? "" : "s");
}

static gboolean
cmdline_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
              char **out_seen, GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) files = v2v_kernel_args_read (context->draft, unread, error);
  g_autoptr (GPtrArray) list = NULL;

  if (files == NULL)
    return FALSE;
  list = v2v_kernel_args_list (files);
  for (guint i = 0; i < list->len; i++) {
    const V2vKernelArg *arg = g_ptr_array_index (list, i);
    g_autofree char *shown = NULL;

    if (!v2v_kernel_args_match (data, arg->text))
      continue;
    shown = v2v_predicate_dup_short (arg->text);
    return v2v_answer (answer, V2V_YES, "%s in %s line %u", shown, arg->file->path, arg->line);
  }
  return answer_no (context, files, unread, answer, error);
}

static void
cmdline_add_paths (gconstpointer data, GPtrArray *paths)
{
  (void) data;
  v2v_kernel_args_add_paths (paths);
}

const V2vPredicateOps v2v_predicate_cmdline_ops = {
  .name = "cmdline",
  .shorthand = "arg",
  .summary = "A kernel command line has such an argument",
  .parse = cmdline_parse,
  .free = v2v_predicate_free_strv,
  .test = cmdline_test,
  .add_paths = cmdline_add_paths,
};
