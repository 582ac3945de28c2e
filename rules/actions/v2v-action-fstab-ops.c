/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-fstab-ops.c - the action "fstab" over the text function
 */
#include <config.h>

#include "actions/v2v-action-crypttab.h"
#include "actions/v2v-action-fstab.h"
#include "actions/v2v-actions-boot.h"
#include "v2v-fstab.h"
#include "v2v-stable-name.h"

#define FSTAB "/etc/fstab"
#define CRYPTTAB "/etc/crypttab"

typedef struct {
  V2vFstabMissing missing;
} Fstab;

static gpointer
fstab_parse (V2vArgs *args, GError **error)
{
  static const char *const choices[] = { "nofail", "keep", NULL };
  guint missing;
  Fstab *self;

  if (!v2v_args_take_choice (args, "missing", choices, V2V_FSTAB_MISSING_NOFAIL, &missing,
                             error))
    return NULL;
  self = g_new0 (Fstab, 1);
  self->missing = (V2vFstabMissing) missing;
  return self;
}

static gboolean
write_edited (V2vRuleContext *context, const char *path, const char *text, const char *edited,
              const V2vReport *report, GError **error)
{
  for (guint i = 0; i < report->warnings->len; i++)
    v2v_rule_context_warn (context, "%s", (const char *) g_ptr_array_index (report->warnings, i));
  return g_str_equal (text, edited)
         || v2v_draft_write_text (context->draft, path, edited, error);
}

static gboolean
apply_fstab (const Fstab *self, V2vRuleContext *context, const char *text, GError **error)
{
  g_autoptr (V2vReport) report = v2v_report_new ();
  /* The lines of the facts are those of the file before any rule. */
  g_autoptr (V2vGuest) facts = v2v_stable_name_new_guest (context->guest, text);
  g_autofree char *edited = NULL;

  v2v_fstab_resolve (facts);
  edited = v2v_action_fstab_rewrite_as (text, facts, self->missing, report);
  return write_edited (context, FSTAB, text, edited, report, error);
}

static gboolean
apply_crypttab (const Fstab *self, V2vRuleContext *context, const char *fstab, GError **error)
{
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autofree char *text = NULL;
  g_autofree char *edited = NULL;

  if (!v2v_draft_read_text (context->draft, CRYPTTAB, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  edited = v2v_action_crypttab_rewrite (text, context->guest, fstab,
                                        self->missing == V2V_FSTAB_MISSING_NOFAIL, report);
  return write_edited (context, CRYPTTAB, text, edited, report, error);
}

static gboolean
fstab_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Fstab *self = data;
  g_autofree char *text = NULL;

  if (!v2v_draft_read_text (context->draft, FSTAB, &text, error))
    return FALSE;
  /* Every name would be one that is on none of the disks. */
  if (context->guest->disks->len == 0) {
    if (text != NULL)
      v2v_rule_context_warn (context, FSTAB " is left as it is: the disks are not known");
    return TRUE;
  }
  /* With the names as they were: the one file helps to understand the other.  A guest whose
   * systemd finds the root by itself has no fstab. */
  return apply_crypttab (self, context, text, error)
         && (text == NULL || apply_fstab (self, context, text, error));
}

static void
fstab_add_paths (gconstpointer data, GPtrArray *paths)
{
  (void) data;
  g_ptr_array_add (paths, g_strdup (FSTAB));
  g_ptr_array_add (paths, g_strdup (CRYPTTAB));
}

const V2vActionOps v2v_action_fstab_ops = {
  .name = "fstab",
  .summary = "device names in /etc/fstab and crypttab become UUIDs, what is not there becomes optional",
  .parse = fstab_parse,
  .free = g_free,
  .apply = fstab_apply,
  .add_paths = fstab_add_paths,
};
