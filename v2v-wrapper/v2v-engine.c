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
static const char *const none_initramfs[] = { "auto", "keep", NULL };

static const V2vEngine engine_none = {
  .name = "none",
  .probe = none_probe,
  .convert = NULL,
  .initramfs = none_initramfs,
  .initramfs_why = "leaves it as it is: use --engine native",
};

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

static gboolean
is_automatic (const V2vRequest *request)
{
  return strcmp (request->engine, "auto") == 0;
}

static gboolean
can_do_initramfs (const V2vEngine *engine, const V2vRequest *request)
{
  return g_strv_contains (engine->initramfs, request->initramfs);
}

static gboolean
check_initramfs (const V2vEngine *engine, const V2vRequest *request, GError **error)
{
  if (is_automatic (request)) {
    if (request->guest_exec != V2V_GUEST_EXEC_NEVER
        || strcmp (request->initramfs, "rebuild") != 0)
      return TRUE;
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
                         "--initramfs rebuild runs a program of the guest, and --guest-exec "
                         "never forbids it: --initramfs inject needs none");
    return FALSE;
  }
  if (can_do_initramfs (engine, request))
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
               "--engine %s cannot do --initramfs %s, since it %s", engine->name,
               request->initramfs, engine->initramfs_why);
  return FALSE;
}

gboolean
v2v_engine_check_request (const V2vRequest *request, GError **error)
{
  g_autoptr (GString) choices = NULL;
  const V2vEngine *engine = find (request->engine);

  if (engine == &v2v_engine_virt_v2v && request->guest_exec == V2V_GUEST_EXEC_NEVER) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE,
                         "--engine virt-v2v runs programs of the guest, and --guest-exec "
                         "never forbids it: leave one of them out");
    return FALSE;
  }
  if (is_automatic (request) || engine != NULL)
    return check_initramfs (engine, request, error);
  choices = g_string_new ("auto");
  for (gsize i = 0; i < G_N_ELEMENTS (engines); i++)
    g_string_append_printf (choices, ", %s", engines[i]->name);
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "there is no engine '%s': choose one of %s",
               request->engine, choices->str);
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

static const V2vEngine *
choose_unproven (const V2vRequest *request, char **out_why, GError **error)
{
  if (request->guest_exec == V2V_GUEST_EXEC_NEVER) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
                         "this class of guest is not proven with the native engine, and "
                         "--guest-exec never rules virt-v2v out: --engine native converts "
                         "it without that proof");
    return NULL;
  }
  if (!can_do_initramfs (&v2v_engine_virt_v2v, request)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
                 "this class of guest is not proven with the native engine, and virt-v2v has "
                 "the guest rebuild its initramfs: leave --initramfs %s out, or add --engine "
                 "native", request->initramfs);
    return NULL;
  }
  *out_why = g_strdup ("this class of guest is not proven with the native engine");
  return &v2v_engine_virt_v2v;
}

const V2vEngine *
v2v_engine_choose (const V2vRequest *request, V2vFs *fs, const V2vGuest *guest,
                   GHashTable *options, char **out_why, GError **error)
{
  g_autofree char *class = NULL;
  g_autofree char *proof = NULL;

  if (!v2v_engine_check_request (request, error))
    return NULL;
  if (!is_automatic (request)) {
    *out_why = g_strdup ("asked for");
    return find (request->engine);
  }
  if (!can_do_initramfs (&v2v_engine_native, request)) {
    *out_why = g_strdup_printf ("--initramfs %s is for it alone", request->initramfs);
    return &v2v_engine_virt_v2v;
  }
  if (!match_classes (fs, guest, options, &class, &proof, error))
    return NULL;
  if (class == NULL)
    return choose_unproven (request, out_why, error);
  *out_why = g_strdup_printf ("guests of class '%s' are proven %s", class,
                              strcmp (proof, "boot") == 0
                                ? "by booting them"
                                : "by what is in their files only, not by booting them");
  return &v2v_engine_native;
}

gboolean
v2v_engine_probe (const V2vEngine *engine, const V2vEngineArgs *args, char **out_label,
                  GError **error)
{
  g_autofree char *label = NULL;
  GError *local = NULL;

  if (engine->probe (args, out_label, &local))
    return TRUE;
  if (is_automatic (args->request) && engine == &v2v_engine_virt_v2v
      && g_error_matches (local, V2V_ERROR, V2V_ERROR_UNSUPPORTED)
      && v2v_engine_native.probe (args, &label, NULL)) {
    g_autofree char *text = g_steal_pointer (&local->message);

    local->message = g_strdup_printf ("%s; --engine native takes it, though no guest of its "
                                      "class was booted by us", text);
  }
  g_propagate_error (error, local);
  return FALSE;
}
