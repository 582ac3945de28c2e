/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine.c - who changes drivers and boot configuration: a table of engines
 */
#include <config.h>

#include "v2v-engine.h"

#include <string.h>

#include "v2v-error.h"
#include "v2v-rules.h"

/* The file is ours; a larger one is a mistake. */
#define CLASSES_MAX (256 * 1024)

static gboolean
none_probe (const V2vEngineArgs *args, char **out_label, GError **error)
{
  (void) args;
  (void) error;
  *out_label = g_strdup ("none");
  return TRUE;
}

/* The rules, and the verdict: for a guest that has its drivers already. */
static const V2vEngine engine_none
  = { .name = "none", .probe = none_probe, .convert = NULL };

static const V2vEngine *const engines[]
  = { &v2v_engine_native, &v2v_engine_virt_v2v, &engine_none };

static const V2vEngine *
find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (engines); i++) {
    if (strcmp (name, engines[i]->name) == 0)
      return engines[i];
  }
  return NULL;
}

gboolean
v2v_engine_check_name (const char *name, GError **error)
{
  g_autoptr (GString) choices = NULL;

  if (strcmp (name, "auto") == 0 || find (name) != NULL)
    return TRUE;
  choices = g_string_new ("auto");
  for (gsize i = 0; i < G_N_ELEMENTS (engines); i++)
    g_string_append_printf (choices, ", %s", engines[i]->name);
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "there is no engine '%s': choose one of %s",
               name, choices->str);
  return FALSE;
}

static gboolean
match_classes (V2vFs *fs, const V2vGuest *guest, GHashTable *options, char **out_class,
               char **out_proof, GError **error)
{
  g_autofree char *rules = v2v_rules_default_dir ();
  g_autofree char *dir = g_path_get_dirname (rules);
  g_autofree char *file = g_build_filename (dir, "engines.yaml", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  gsize length;

  if (!g_file_get_contents (file, &text, &length, &local) || length > CLASSES_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "reading the classes of guests: %s",
                 local != NULL ? local->message : "the file is too large");
    return FALSE;
  }
  return v2v_engine_classes_match (text, length, file, fs, guest, options, out_class,
                                   out_proof, error);
}

const V2vEngine *
v2v_engine_choose (const char *name, V2vFs *fs, const V2vGuest *guest, GHashTable *options,
                   char **out_why, GError **error)
{
  g_autofree char *class = NULL;
  g_autofree char *proof = NULL;

  if (!v2v_engine_check_name (name, error))
    return NULL;
  if (strcmp (name, "auto") != 0) {
    *out_why = g_strdup ("asked for");
    return find (name);
  }
  if (!match_classes (fs, guest, options, &class, &proof, error))
    return NULL;
  if (class == NULL) {
    *out_why = g_strdup ("this class of guest is not proven with the native engine");
    return &v2v_engine_virt_v2v;
  }
  *out_why = g_strdup_printf ("guests of class '%s' are proven %s", class,
                              strcmp (proof, "boot") == 0
                                ? "by booting them"
                                : "by what is in their files only, not by booting them");
  return &v2v_engine_native;
}
