/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine.c - who changes drivers and boot configuration: a table of engines
 */
#include <config.h>

#include "v2v-engine.h"

#include <string.h>

#include "v2v-error.h"

static gboolean
none_probe (const V2vEngineArgs *args, char **out_label, GError **error)
{
  (void) args;
  (void) error;
  *out_label = g_strdup ("none");
  return TRUE;
}

static gboolean
none_convert (const V2vEngineArgs *args, GError **error)
{
  return v2v_cancel_check (args->cancel, error);
}

static const V2vEngine engine_none
  = { .name = "none", .probe = none_probe, .convert = none_convert };

/* "auto" takes the first row. */
static const V2vEngine *const engines[] = { &v2v_engine_virt_v2v, &engine_none };

const V2vEngine *
v2v_engine_find (const char *name, GError **error)
{
  g_autoptr (GString) choices = g_string_new ("auto");

  if (strcmp (name, "auto") == 0)
    return engines[0];
  for (gsize i = 0; i < G_N_ELEMENTS (engines); i++) {
    if (strcmp (name, engines[i]->name) == 0)
      return engines[i];
    g_string_append_printf (choices, ", %s", engines[i]->name);
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "there is no engine '%s': choose one of %s",
               name, choices->str);
  return NULL;
}
