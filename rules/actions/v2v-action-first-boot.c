/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-first-boot.c - a script that the guest runs once, at its first boot
 *
 * {name: NAME, script: TEXT}; scripts run sorted by name, without the network, and must
 * not reboot the guest.  See scripts/first-boot-run for what becomes of them.
 */
#include <config.h>

#include "actions/v2v-actions-system.h"

#include <string.h>

#include "actions/v2v-first-boot-text.h"
#include "actions/v2v-unit-find.h"

#define DIRECTORY V2V_DRAFT_STATE_DIR "/first-boot"
#define RUNNER V2V_DRAFT_STATE_DIR "/first-boot-run"
#define UNIT "v2v-wrapper-first-boot.service"
#define UNIT_FILE V2V_UNIT_ETC "/" UNIT
#define UNIT_LINK V2V_UNIT_ETC "/multi-user.target.wants/" UNIT
#define NAME_LENGTH_MAX 64

typedef struct {
  char *name;
  char *script;
} FirstBoot;

static void
first_boot_free (gpointer data)
{
  FirstBoot *first_boot = data;

  if (first_boot == NULL)
    return;
  g_free (first_boot->name);
  g_free (first_boot->script);
  g_free (first_boot);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FirstBoot, first_boot_free)

/* The runner's own marks are no names. */
static gboolean
is_name (const char *name)
{
  for (const char *p = name; *p != '\0'; p++) {
    if (!g_ascii_isalnum (*p) && (p == name || strchr ("_.-", *p) == NULL))
      return FALSE;
  }
  return *name != '\0' && strlen (name) <= NAME_LENGTH_MAX && !g_str_has_suffix (name, ".failed")
         && !g_str_has_suffix (name, ".running");
}

static gpointer
first_boot_parse (V2vArgs *args, GError **error)
{
  g_autoptr (FirstBoot) first_boot = g_new0 (FirstBoot, 1);

  if (!v2v_args_take_string (args, "name", TRUE, &first_boot->name, error)
      || !v2v_args_take_string (args, "script", TRUE, &first_boot->script, error))
    return NULL;
  if (!is_name (first_boot->name)) {
    v2v_args_error_at (args, "name", error,
                       "first-boot: '%s' is not a name: letters, digits, '-', '_' and '.', "
                       "at most %d, not ending in .failed or .running",
                       first_boot->name, NAME_LENGTH_MAX);
    return NULL;
  }
  if (!g_str_has_prefix (first_boot->script, "#!/")) {
    v2v_args_error_at (args, "script", error,
                       "first-boot: a script begins with its interpreter, such as #!/bin/sh");
    return NULL;
  }
  return g_steal_pointer (&first_boot);
}

static gboolean
put (V2vDraft *draft, const char *path, const char *text, guint mode, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return v2v_draft_put (draft, path, bytes, mode, error);
}

static gboolean
first_boot_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const FirstBoot *first_boot = data;
  g_autofree char *path = g_build_filename (DIRECTORY, first_boot->name, NULL);

  if (!v2v_unit_fs_has_systemd (v2v_draft_fs (context->draft))) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "first-boot script '%s' needs systemd, and this guest is not started by it",
                 first_boot->name);
    return FALSE;
  }
  return put (context->draft, path, first_boot->script, 0755, error)
         && put (context->draft, RUNNER, v2v_first_boot_runner, 0755, error)
         && put (context->draft, UNIT_FILE, v2v_first_boot_unit, 0644, error)
         && v2v_draft_symlink (context->draft, UNIT_LINK, UNIT_FILE, error);
}

static void
first_boot_add_paths (gconstpointer data, GPtrArray *paths)
{
  static const char *const literal[] = { RUNNER, UNIT_FILE, UNIT_LINK };
  const FirstBoot *first_boot = data;

  for (gsize i = 0; i < G_N_ELEMENTS (literal); i++)
    g_ptr_array_add (paths, g_strdup (literal[i]));
  g_ptr_array_add (paths, g_build_filename (DIRECTORY, first_boot->name, NULL));
}

const V2vActionOps v2v_action_first_boot_ops = {
  .name = "first-boot",
  .summary = "Puts a script into the guest that runs once, at its first boot",
  .parse = first_boot_parse,
  .free = first_boot_free,
  .apply = first_boot_apply,
  .add_paths = first_boot_add_paths,
};
