/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-unit-enable.c - what "systemctl enable" does, in a draft
 */
#include <config.h>

#include "actions/v2v-unit-enable.h"

#include <string.h>

#include "actions/v2v-unit-find.h"
#include "actions/v2v-unit-text.h"

/* Units that "Also=" may lead to; systemd's own longest chain is four. */
#define ALSO_MAX 32

/* A unit that was found, by the name that its links have. */
typedef struct {
  char *name;
  char *path;
  V2vUnitInstall *install;
} Found;

static void
found_clear (Found *found)
{
  g_free (found->name);
  g_free (found->path);
  v2v_unit_install_free (found->install);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static gboolean
stat_one (V2vFs *fs, const char *path, V2vFileInfo **out_info, GPtrArray **out_rows,
          GError **error)
{
  const char *paths[] = { path, NULL };

  *out_rows = v2v_fs_stat_many (fs, paths, error);
  if (*out_rows == NULL)
    return FALSE;
  *out_info = g_ptr_array_index (*out_rows, 0);
  return TRUE;
}

/* A unit file that is a link to one of another name is an alias: links are made by the
 * name of what it stands for. */
static gboolean
follow_alias (V2vFs *fs, Found *found, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *target = NULL;
  g_autofree char *path = NULL;
  V2vFileInfo *info;

  if (!stat_one (fs, found->path, &info, &rows, error))
    return FALSE;
  if (info->link == NULL)
    return TRUE;
  target = g_path_get_basename (info->link);
  if (g_str_equal (target, found->name) || !v2v_unit_is_name (target, FALSE)
      || strchr (target, '@') != NULL)
    return TRUE;
  if (!v2v_unit_find_file (fs, target, &path, NULL, error))
    return FALSE;
  if (path == NULL)
    return TRUE;
  g_free (found->name);
  g_free (found->path);
  found->name = g_steal_pointer (&target);
  found->path = g_steal_pointer (&path);
  return TRUE;
}

static gboolean
set_refused (GError **error, const char *unit, const char *why)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "unit '%s' cannot be enabled: %s", unit,
               why);
  return FALSE;
}

/* "a@.service" becomes its default instance. */
static gboolean
choose_instance (Found *found, const char *text, GError **error)
{
  g_autofree char *instance = NULL;
  gboolean ok;

  found->install = v2v_unit_install_parse (text, found->name);
  if (strstr (found->name, "@.") == NULL)
    return TRUE;
  if (found->install->default_instance == NULL)
    return set_refused (error, found->name, "it is a template; name an instance of it");
  instance = v2v_unit_dup_instance (found->name, found->install->default_instance);
  ok = v2v_unit_is_name (instance, FALSE);
  if (!ok)
    return set_refused (error, found->name, "its default instance is not a name");
  g_free (found->name);
  found->name = g_steal_pointer (&instance);
  v2v_unit_install_free (found->install);
  found->install = v2v_unit_install_parse (text, found->name);
  return TRUE;
}

/* @found->path stays NULL when there is no such unit. */
static gboolean
find (V2vDraft *draft, const char *unit, Found *found, GError **error)
{
  V2vFs *fs = v2v_draft_fs (draft);
  g_autofree char *text = NULL;
  gboolean masked = FALSE;

  found->name = g_strdup (unit);
  if (!v2v_unit_find_file (fs, unit, &found->path, &masked, error))
    return FALSE;
  if (found->path == NULL)
    return TRUE;
  if (masked)
    return set_refused (error, unit, "it is masked");
  if (!follow_alias (fs, found, error)
      || !v2v_draft_read_text (draft, found->path, &text, error))
    return FALSE;
  return choose_instance (found, text != NULL ? text : "", error);
}

/* Any link of that name will do: systemd looks at the name and not at the target. */
static gboolean
add_link (V2vDraft *draft, const char *path, const char *target, gboolean any, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  V2vFileInfo *info;

  if (!stat_one (v2v_draft_fs (draft), path, &info, &rows, error))
    return FALSE;
  if (info->link != NULL && !g_str_equal (info->link, "/dev/null")) {
    g_autofree char *to = g_path_get_basename (info->link);
    g_autofree char *base = g_path_get_basename (target);

    if (any || g_str_equal (to, base))
      return TRUE;
  }
  return v2v_draft_symlink (draft, path, target, error);
}

static gboolean
add_dependencies (V2vDraft *draft, const Found *found, char *const *targets,
                  const char *suffix, GError **error)
{
  for (guint i = 0; targets[i] != NULL; i++) {
    g_autofree char *path
      = g_strdup_printf (V2V_UNIT_ETC "/%s%s/%s", targets[i], suffix, found->name);

    if (!add_link (draft, path, found->path, TRUE, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_links (V2vDraft *draft, const Found *found, GError **error)
{
  for (guint i = 0; found->install->aliases[i] != NULL; i++) {
    g_autofree char *path = g_build_filename (V2V_UNIT_ETC, found->install->aliases[i], NULL);

    if (!g_str_equal (found->install->aliases[i], found->name)
        && !add_link (draft, path, found->path, FALSE, error))
      return FALSE;
  }
  return add_dependencies (draft, found, found->install->wanted_by, ".wants", error)
         && add_dependencies (draft, found, found->install->required_by, ".requires", error)
         && add_dependencies (draft, found, found->install->upheld_by, ".upholds", error);
}

static gboolean
undo_dropin (V2vDraft *draft, const char *unit, GError **error)
{
  g_autofree char *path = g_strdup_printf (V2V_UNIT_ETC "/%s.d/" V2V_UNIT_DROPIN, unit);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (!v2v_draft_read_text (draft, path, &before, error))
    return FALSE;
  if (before == NULL)
    return TRUE;
  after = v2v_unit_dropin_enable (before);
  if (*after == '\0')
    return v2v_draft_remove (draft, path, error);
  return g_str_equal (before, after) || v2v_draft_write_text (draft, path, after, error);
}

static void
add_also (GPtrArray *names, char *const *also)
{
  for (; *also != NULL; also++) {
    if (names->len < ALSO_MAX
        && !g_ptr_array_find_with_equal_func (names, *also, g_str_equal, NULL))
      g_ptr_array_add (names, g_strdup (*also));
  }
}

/* @names grows by what "Also=" says; those that are not there are skipped, as systemctl
 * skips them. */
static gboolean
enable_one (V2vDraft *draft, GPtrArray *names, guint i, GError **error)
{
  g_auto (Found) found = { NULL };

  if (!find (draft, g_ptr_array_index (names, i), &found, error))
    return FALSE;
  if (found.path == NULL)
    return i > 0 || set_refused (error, found.name, "it is not there");
  if (i == 0 && !v2v_unit_install_is_useful (found.install))
    return set_refused (error, found.name, "it has no [Install] section");
  add_also (names, found.install->also);
  return add_links (draft, &found, error) && undo_dropin (draft, found.name, error);
}

gboolean
v2v_unit_enable (V2vDraft *draft, const char *const *names, GError **error)
{
  if (!v2v_unit_fs_has_systemd (v2v_draft_fs (draft)))
    return set_refused (error, names[0], "this guest is not started by systemd");
  for (; *names != NULL; names++) {
    g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

    g_ptr_array_add (all, g_strdup (*names));
    for (guint i = 0; i < all->len; i++) {
      if (!enable_one (draft, all, i, error))
        return FALSE;
    }
  }
  return TRUE;
}
