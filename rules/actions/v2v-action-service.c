/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-service.c - what starts with the guest, and what does not
 *
 * {name: UNIT or list, state: disabled}   remove what starts it
 * {name: UNIT or list, state: enabled}    what "systemctl enable" does
 * {name: UNIT or list, drop-in: TEXT}     TEXT beside the unit, where it is there
 *
 * A disabled unit loses its links in /etc.  Where it would start all the same (a link of
 * its vendor's below /usr/lib, a preset at a first boot that is still to come) it also
 * gets a condition that never holds.  There is no drop-in otherwise: a removed link is
 * what "systemctl disable" leaves, packages respect it when they are upgraded, and
 * "systemctl enable" is the whole way back.  Nothing is ever masked: builds of agents
 * that come from S3 own the file in /etc where the mask would go, and a mask makes
 * rpm -V and dpkg complain.  A unit that a snap owns loses its link and no more, since
 * snapd keeps its own account of the rest.
 */
#include <config.h>

#include "actions/v2v-actions-system.h"

#include <string.h>

#include "actions/v2v-unit-enable.h"
#include "actions/v2v-unit-find.h"
#include "actions/v2v-unit-text.h"
#include "v2v-glob.h"

typedef enum { STATE_DISABLED, STATE_ENABLED, STATE_DROP_IN } State;

typedef struct {
  char **names; /* with a type; wildcards when DISABLED */
  State state;
  char *drop_in;
} Service;

static void
service_free (gpointer data)
{
  Service *service = data;

  if (service == NULL)
    return;
  g_strfreev (service->names);
  g_free (service->drop_in);
  g_free (service);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Service, service_free)

static gboolean
take_names (V2vArgs *args, Service *service, GError **error)
{
  if (!v2v_args_take_strings (args, "name", TRUE, &service->names, error))
    return FALSE;
  for (guint i = 0; service->names[i] != NULL; i++) {
    char *name = service->names[i];

    if (!v2v_unit_is_name (name, service->state == STATE_DISABLED))
      return v2v_args_error_at (args, "name", error, "'%s' is not the name of a unit%s", name,
                                v2v_unit_is_name (name, TRUE)
                                  ? ": wildcards are for state: disabled"
                                  : "");
    service->names[i] = v2v_unit_dup_name (name);
    g_free (name);
  }
  return TRUE;
}

static gboolean
take_state (V2vArgs *args, Service *service, GError **error)
{
  static const char *const states[] = { "disabled", "enabled", NULL };
  gboolean has_state = v2v_args_peek (args, "state") != NULL;
  guint state;

  if (!v2v_args_take_choice (args, "state", states, STATE_DROP_IN, &state, error)
      || !v2v_args_take_string (args, "drop-in", FALSE, &service->drop_in, error))
    return FALSE;
  service->state = (State) state;
  if (has_state == (service->drop_in != NULL))
    return v2v_args_error_at (args, has_state ? "drop-in" : "state", error,
                              "service: needs one of state and drop-in");
  if (service->drop_in != NULL && service->drop_in[strspn (service->drop_in, " \t\n")] != '['
      && strstr (service->drop_in, "\n[") == NULL)
    return v2v_args_error_at (args, "drop-in", error,
                              "service: a drop-in needs a section, such as [Service]");
  return TRUE;
}

static gpointer
service_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Service) service = g_new0 (Service, 1);

  if (!take_state (args, service, error) || !take_names (args, service, error))
    return NULL;
  return g_steal_pointer (&service);
}

static char *
dropin_path (const char *unit)
{
  return g_strdup_printf (V2V_UNIT_ETC "/%s.d/" V2V_UNIT_DROPIN, unit);
}

static gboolean
put_text (V2vDraft *draft, const char *path, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return v2v_draft_put (draft, path, bytes, 0644, error);
}

/* Everything that /etc says about what starts: links in *.wants and their kin, and
 * names for other units. */
static GPtrArray *
list_links (V2vFs *fs, GError **error)
{
  static const char *const patterns[]
    = { V2V_UNIT_ETC "/*.wants/*", V2V_UNIT_ETC "/*.requires/*", V2V_UNIT_ETC "/*.upholds/*",
        V2V_UNIT_ETC "/*", NULL };
  g_autoptr (GPtrArray) paths = v2v_glob_expand (fs, patterns, V2V_GLOB_MAX, error);

  if (paths == NULL)
    return NULL;
  g_ptr_array_add (paths, NULL);
  return v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
}

/* A link to /dev/null in *.wants takes a vendor's link out of force, so it stays. */
static gboolean
starts_unit (const V2vFileInfo *info, const char *name)
{
  const char *base = strrchr (info->name, '/') + 1;
  const char *target;
  gboolean wants = strchr (info->name + strlen (V2V_UNIT_ETC "/"), '/') != NULL;

  if (info->kind != V2V_FILE_SYMLINK || info->link == NULL
      || g_str_equal (info->link, "/dev/null"))
    return FALSE;
  target = strrchr (info->link, '/');
  target = target != NULL ? target + 1 : info->link;
  if (wants && v2v_unit_matches (name, base))
    return TRUE;
  /* An alias; a link of the unit's own name is where the unit is. */
  return v2v_unit_matches (name, target) && (wants || !g_str_equal (base, target));
}

static gboolean
remove_links (V2vDraft *draft, const char *name, GError **error)
{
  g_autoptr (GPtrArray) rows = list_links (v2v_draft_fs (draft), error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (starts_unit (info, name) && !v2v_draft_remove (draft, info->name, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_conditions (V2vDraft *draft, const char *name, GError **error)
{
  g_autoptr (GPtrArray) units = v2v_unit_find_started (v2v_draft_fs (draft), name, error);

  if (units == NULL)
    return FALSE;
  for (guint i = 0; i < units->len; i++) {
    const char *unit = g_ptr_array_index (units, i);
    g_autofree char *path = dropin_path (unit);
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    if (g_str_has_prefix (unit, "snap."))
      continue;
    if (!v2v_draft_read_text (draft, path, &before, error))
      return FALSE;
    after = v2v_unit_dropin_disable (before);
    if (!put_text (draft, path, after, error))
      return FALSE;
  }
  return TRUE;
}

/* A socket, timer or path that is still enabled starts the service behind it. */
static gboolean
warn_activated (V2vRuleContext *context, const Service *service, GError **error)
{
  static const char *const types[] = { ".socket", ".timer", ".path" };
  g_autoptr (GPtrArray) rows = list_links (v2v_draft_fs (context->draft), error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; service->names[i] != NULL; i++) {
    const char *name = service->names[i];

    if (!g_str_has_suffix (name, ".service") || v2v_glob_has_wildcards (name))
      continue;
    for (gsize j = 0; j < G_N_ELEMENTS (types); j++) {
      g_autofree char *other = g_strndup (name, strlen (name) - strlen (".service"));
      g_autofree char *full = g_strconcat (other, types[j], NULL);
      gboolean found = FALSE;

      for (guint k = 0; k < rows->len && !found; k++)
        found = starts_unit (g_ptr_array_index (rows, k), full);
      if (found)
        v2v_rule_context_warn (context, "'%s' can still be started by '%s'", name, full);
    }
  }
  return TRUE;
}

/* upstart: the job stays as it is, the override beside it says not to start it. */
static gboolean
disable_upstart (V2vDraft *draft, const char *base, GError **error)
{
  g_autofree char *pattern = g_strdup_printf ("/etc/init/%s.conf", base);
  const char *patterns[] = { pattern, NULL };
  g_autoptr (GPtrArray) paths
    = v2v_glob_expand (v2v_draft_fs (draft), patterns, V2V_GLOB_MAX, error);

  if (paths == NULL)
    return FALSE;
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *job = g_strndup (paths->pdata[i],
                                      strlen (paths->pdata[i]) - strlen (".conf"));
    g_autofree char *path = g_strconcat (job, ".override", NULL);
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    if (!v2v_draft_read_text (draft, path, &before, error))
      return FALSE;
    after = v2v_upstart_override (before);
    if (!put_text (draft, path, after, error))
      return FALSE;
  }
  return TRUE;
}

/* The script in init.d stays, as chkconfig and insserv leave it.  A file of its own in a
 * run level, which only hands could have put there, is kept aside. */
static gboolean
remove_runlevels (V2vDraft *draft, const char *base, GError **error)
{
  g_autofree char *rc_d = g_strdup_printf ("/etc/rc.d/rc[0-9S].d/S[0-9][0-9]%s", base);
  g_autofree char *rc = g_strdup_printf ("/etc/rc[0-9S].d/S[0-9][0-9]%s", base);
  g_autofree char *init_d = g_strdup_printf ("/etc/init.d/rc[0-9S].d/S[0-9][0-9]%s", base);
  g_autofree char *openrc = g_strdup_printf ("/etc/runlevels/*/%s", base);
  const char *patterns[] = { rc_d, rc, init_d, openrc, NULL };
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  paths = v2v_glob_expand (v2v_draft_fs (draft), patterns, V2V_GLOB_MAX, error);
  if (paths == NULL)
    return FALSE;
  g_ptr_array_add (paths, NULL);
  rows = v2v_fs_stat_many (v2v_draft_fs (draft), (const char *const *) paths->pdata, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (info->kind == V2V_FILE_SYMLINK && !v2v_draft_remove (draft, info->name, error))
      return FALSE;
    if (info->kind == V2V_FILE_REGULAR && !v2v_draft_disable (draft, info->name, error))
      return FALSE;
  }
  return TRUE;
}

/* systemd reads run level links too, but not of what has a unit of the same name. */
static gboolean
disable_script (V2vDraft *draft, const char *name, gboolean systemd, GError **error)
{
  g_autoptr (GPtrArray) units = NULL;
  g_autofree char *base = NULL;

  if (!g_str_has_suffix (name, ".service") || strchr (name, '@') != NULL)
    return TRUE;
  base = g_strndup (name, strlen (name) - strlen (".service"));
  if (!systemd)
    return disable_upstart (draft, base, error) && remove_runlevels (draft, base, error);
  units = v2v_unit_find_names (v2v_draft_fs (draft), name, error);
  if (units == NULL)
    return FALSE;
  return units->len > 0 || remove_runlevels (draft, base, error);
}

static gboolean
disable_all (const Service *service, V2vRuleContext *context, GError **error)
{
  gboolean systemd = v2v_unit_fs_has_systemd (v2v_draft_fs (context->draft));

  for (guint i = 0; service->names[i] != NULL; i++) {
    const char *name = service->names[i];

    if (!remove_links (context->draft, name, error)
        || !add_conditions (context->draft, name, error)
        || !disable_script (context->draft, name, systemd, error))
      return FALSE;
  }
  return warn_activated (context, service, error);
}

static gboolean
set_dropins (const Service *service, V2vRuleContext *context, GError **error)
{
  for (guint i = 0; service->names[i] != NULL; i++) {
    g_autofree char *path = dropin_path (service->names[i]);
    g_autofree char *unit_path = NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    if (!v2v_unit_find_file (v2v_draft_fs (context->draft), service->names[i], &unit_path,
                             NULL, error))
      return FALSE;
    if (unit_path == NULL)
      continue;
    if (!v2v_draft_read_text (context->draft, path, &before, error))
      return FALSE;
    after = v2v_unit_dropin_set (before, service->drop_in);
    if (!put_text (context->draft, path, after, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
service_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Service *service = data;

  switch (service->state) {
  case STATE_DISABLED:
    return disable_all (service, context, error);
  case STATE_ENABLED:
    return v2v_unit_enable (context->draft, (const char *const *) service->names, error);
  case STATE_DROP_IN:
    break;
  }
  return set_dropins (service, context, error);
}

static void
service_add_paths (gconstpointer data, GPtrArray *paths)
{
  const Service *service = data;

  g_ptr_array_add (paths, g_strdup ("/etc/machine-id"));
  for (guint i = 0; service->names[i] != NULL; i++) {
    if (v2v_glob_has_wildcards (service->names[i]))
      continue;
    for (gsize j = 0; v2v_unit_directories[j] != NULL; j++)
      g_ptr_array_add (paths, g_build_filename (v2v_unit_directories[j], service->names[i],
                                                NULL));
    g_ptr_array_add (paths, dropin_path (service->names[i]));
  }
}

const V2vActionOps v2v_action_service_ops = {
  .name = "service",
  .summary = "Disables or enables units and scripts, or adds a drop-in to a unit",
  .parse = service_parse,
  .free = service_free,
  .apply = service_apply,
  .add_paths = service_add_paths,
};
