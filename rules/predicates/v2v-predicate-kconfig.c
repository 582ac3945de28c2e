/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-kconfig.c - kconfig: how the kernel that boots was configured
 */
#include <config.h>

#include <string.h>

#include "v2v-predicate-private.h"

#define PREFIX "CONFIG_"

typedef struct {
  char *symbol; /* with CONFIG_ */
  char **values;
} Kconfig;

static void
kconfig_free (gpointer data)
{
  Kconfig *kconfig = data;

  if (kconfig == NULL)
    return;
  g_free (kconfig->symbol);
  g_strfreev (kconfig->values);
  g_free (kconfig);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Kconfig, kconfig_free)

static gboolean
is_symbol (const char *name)
{
  const char *p = name;

  while (g_ascii_isalnum (*p) || *p == '_')
    p++;
  return p > name && *p == '\0';
}

static gboolean
check_values (const V2vArgs *args, char **values, GError **error)
{
  for (guint i = 0; values[i] != NULL; i++) {
    if (strlen (values[i]) != 1 || strchr ("ymn", *values[i]) == NULL)
      return v2v_args_error_at (args, "value", error, "'%s' is not one of y, m, n",
                                values[i]);
  }
  return TRUE;
}

static gpointer
kconfig_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Kconfig) kconfig = g_new0 (Kconfig, 1);
  g_autofree char *symbol = NULL;

  if (!v2v_args_take_string (args, "symbol", TRUE, &symbol, error)
      || !v2v_args_take_strings (args, "value", TRUE, &kconfig->values, error)
      || !check_values (args, kconfig->values, error))
    return NULL;
  kconfig->symbol = g_strconcat (g_str_has_prefix (symbol, PREFIX) ? "" : PREFIX, symbol, NULL);
  if (!is_symbol (kconfig->symbol) || g_str_equal (kconfig->symbol, PREFIX)) {
    v2v_args_error_at (args, "symbol", error,
                       "'%s' is no symbol of a kernel configuration, as VIRTIO_BLK is", symbol);
    return NULL;
  }
  return g_steal_pointer (&kconfig);
}

/* What @line says about the symbol; NULL = nothing. */
static char *
dup_line_value (const char *line, gsize length, const char *symbol)
{
  gsize n = strlen (symbol);

  while (length > 0 && g_ascii_isspace (line[length - 1]))
    length--;
  if (length > n && strncmp (line, symbol, n) == 0 && line[n] == '=')
    return g_strndup (line + n + 1, length - n - 1);
  if (length == 2 + n + strlen (" is not set") && strncmp (line, "# ", 2) == 0
      && strncmp (line + 2, symbol, n) == 0
      && strncmp (line + 2 + n, " is not set", strlen (" is not set")) == 0)
    return g_strdup ("n");
  return NULL;
}

/* Kconfig itself takes the last of several lines. */
char *
v2v_kconfig_dup_value (const char *text, const char *symbol)
{
  g_autofree char *value = NULL;
  gboolean any = FALSE;

  while (*text != '\0') {
    gsize length = strcspn (text, "\n");
    char *found = dup_line_value (text, length, symbol);

    any |= g_str_has_prefix (text, PREFIX) || g_str_has_prefix (text, "# " PREFIX);
    if (found != NULL) {
      g_free (value);
      value = found;
    }
    text += length + (text[length] == '\n');
  }
  if (value == NULL && any)
    return g_strdup ("n");
  return g_steal_pointer (&value);
}

/* @out_bytes: (nullable): of the first of the places that has one. */
static gboolean
read_config (V2vFs *fs, const char *version, GBytes **out_bytes, GError **error)
{
  g_autofree char *boot = g_strconcat ("/boot/config-", version, NULL);
  g_autofree char *modules = g_strconcat ("/lib/modules/", version, "/config", NULL);
  const char *const paths[] = { boot, modules };

  *out_bytes = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (paths) && *out_bytes == NULL; i++) {
    GError *local = NULL;

    *out_bytes = v2v_fs_read (fs, paths[i], V2V_FS_TEXT_MAX, &local);
    if (*out_bytes == NULL && !g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
      g_propagate_error (error, local);
      return FALSE;
    }
    g_clear_error (&local);
  }
  return TRUE;
}

static gboolean
answer_value (const Kconfig *kconfig, GBytes *bytes, const char *version, V2vAnswer answer)
{
  g_autofree char *value = NULL;
  g_autofree char *shown = NULL;
  const char *text;
  gsize length;

  text = g_bytes_get_data (bytes, &length);
  /* What follows a NUL would be taken for "not set". */
  if (length > 0 && memchr (text, '\0', length) == NULL)
    value = v2v_kconfig_dup_value (text, kconfig->symbol);
  if (value == NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "the file for the configuration of kernel %s has none in it",
                       version);
  shown = v2v_predicate_dup_short (value);
  return v2v_answer (answer,
                     g_strv_contains ((const char *const *) kconfig->values, value) ? V2V_YES
                                                                                    : V2V_NO,
                     "%s is %s in kernel %s", kconfig->symbol, shown, version);
}

static gboolean
kconfig_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
              char **out_seen, GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const V2vKernel *kernel = v2v_guest_default_kernel (context->guest);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *version = NULL;
  GError *local = NULL;

  if (kernel == NULL || kernel->version == NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "the kernel that boots is not known");
  version = v2v_predicate_dup_short (kernel->version);
  if (!read_config (v2v_draft_fs (context->draft), kernel->version, &bytes, &local))
    return v2v_answer_unread (answer, local, error);
  if (bytes == NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "there is no configuration of kernel %s",
                       version);
  return answer_value (data, bytes, version, answer);
}

const V2vPredicateOps v2v_predicate_kconfig_ops = {
  .name = "kconfig",
  .summary = "How the kernel that boots by default was configured",
  .parse = kconfig_parse,
  .free = kconfig_free,
  .test = kconfig_test,
};
