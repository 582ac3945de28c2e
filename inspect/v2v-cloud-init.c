/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-cloud-init.c - what cloud-init is told, and what it remembers
 */
#include <config.h>

#include <string.h>

#include "v2v-inspect-private.h"
#include "v2v-yaml.h"

#define CONFIG "/etc/cloud/cloud.cfg"
#define CONFIG_DIR "/etc/cloud/cloud.cfg.d"
#define STATE_DIR "/var/lib/cloud"

/* A directory with more is no configuration; each file is a round trip. */
#define CONFIG_FILES_MAX 200
#define DATASOURCES_MAX 64
#define LINE_MAX_BYTES 256

static char *
dup_first_line (const char *text)
{
  g_autofree char *line = g_strndup (text, MIN (strcspn (text, "\r\n"), LINE_MAX_BYTES));

  g_strstrip (line);
  return *line == '\0' ? NULL : g_steal_pointer (&line);
}

/* (transfer full) (nullable): what stands between quotes behind "NAME =". */
static char *
dup_python_string (const char *text, const char *name)
{
  const char *p = strstr (text, name);
  gsize n;

  if (p == NULL)
    return NULL;
  p += strlen (name);
  p += strspn (p, " =");
  if (*p != '"' && *p != '\'')
    return NULL;
  n = strcspn (p + 1, "\"'\n");
  return n > LINE_MAX_BYTES ? NULL : g_strndup (p + 1, n);
}

/* version.py has the upstream version and, where the packager filled it in, the
 * package's. */
static char *
dup_version (const char *text)
{
  g_autofree char *packaged = dup_python_string (text, "_PACKAGED_VERSION");

  if (packaged != NULL && !g_str_has_prefix (packaged, "@@"))
    return g_steal_pointer (&packaged);
  return dup_python_string (text, "__VERSION__");
}

/* Without a package list (rpm databases may be unreadable here) the program itself
 * still says what it is. */
static gboolean
read_python_version (V2vFs *fs, V2vGuest *guest, V2vCloudInit *ci, GError **error)
{
  static const char *const packages[] = { "site-packages", "dist-packages" };
  g_autoptr (GPtrArray) names = NULL;

  if (!v2v_inspect_list (fs, guest, "/usr/lib", &names, error))
    return FALSE;
  for (guint i = 0; i < names->len && ci->version == NULL; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);

    if (!g_str_has_prefix (info->name, "python"))
      continue;
    for (gsize j = 0; j < G_N_ELEMENTS (packages) && ci->version == NULL; j++) {
      g_autofree char *path = g_strdup_printf ("/usr/lib/%s/%s/cloudinit/version.py",
                                               info->name, packages[j]);
      g_autofree char *text = NULL;

      if (!v2v_inspect_read_text (fs, guest, path, &text, error))
        return FALSE;
      if (text != NULL)
        ci->version = dup_version (text);
    }
  }
  return TRUE;
}

static gboolean
read_installed (V2vFs *fs, V2vGuest *guest, V2vCloudInit *ci, GError **error)
{
  for (guint i = 0; i < guest->packages->len; i++) {
    const V2vPackage *package = g_ptr_array_index (guest->packages, i);

    if (g_strcmp0 (package->name, "cloud-init") == 0) {
      ci->installed = TRUE;
      ci->version = g_strdup (package->version);
    }
  }
  if (!ci->installed)
    ci->installed = v2v_fs_is_file (fs, "/usr/bin/cloud-init") || v2v_fs_is_file (fs, CONFIG);
  if (!ci->installed || ci->version != NULL)
    return TRUE;
  return read_python_version (fs, guest, ci, error);
}

/* (transfer full): "NoCloud, None"; a bare word is taken like a list of one. */
static char *
join_datasources (const V2vYamlNode *list)
{
  GString *out = g_string_new (v2v_yaml_text (list));

  for (guint i = 0; list->kind == V2V_YAML_SEQUENCE && i < list->values->len; i++) {
    const char *name = NULL;

    if (i == DATASOURCES_MAX)
      break;
    name = v2v_yaml_text (g_ptr_array_index (list->values, i));
    if (name != NULL)
      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", name);
  }
  return g_string_free (out, FALSE);
}

static gboolean
read_config (V2vFs *fs, V2vGuest *guest, V2vCloudInit *ci, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (V2vYaml) yaml = NULL;
  const V2vYamlNode *list;

  if (!v2v_inspect_read_text (fs, guest, path, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  yaml = v2v_yaml_parse (text, strlen (text), path, &local);
  /* cloud-init itself skips a file that it cannot parse. */
  if (yaml == NULL) {
    v2v_guest_add_unknown (guest, path, "%s", local->message);
    return TRUE;
  }
  list = v2v_yaml_get (v2v_yaml_document (yaml, 0), "datasource_list");
  if (list != NULL && list->kind != V2V_YAML_MAPPING) {
    g_free (ci->datasources);
    g_free (ci->datasources_file);
    ci->datasources = join_datasources (list);
    ci->datasources_file = g_strdup (path);
  }
  return TRUE;
}

/* Lists are not merged: the last file that has one wins, in the order of names. */
static gboolean
read_configs (V2vFs *fs, V2vGuest *guest, V2vCloudInit *ci, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  guint n = 0;

  if (!read_config (fs, guest, ci, CONFIG, error)
      || !v2v_inspect_list (fs, guest, CONFIG_DIR, &names, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);
    g_autofree char *path = g_strconcat (CONFIG_DIR "/", info->name, NULL);

    if (info->kind == V2V_FILE_DIRECTORY || !g_str_has_suffix (info->name, ".cfg"))
      continue;
    if (n++ == CONFIG_FILES_MAX) {
      v2v_guest_add_unknown (guest, CONFIG_DIR, "more than %d files", CONFIG_FILES_MAX);
      break;
    }
    if (!read_config (fs, guest, ci, path, error))
      return FALSE;
  }
  return TRUE;
}

/* The first of @paths that has a line. */
static gboolean
read_first_line (V2vFs *fs, V2vGuest *guest, const char *const *paths, char **out_line,
                 GError **error)
{
  for (; *paths != NULL && *out_line == NULL; paths++) {
    g_autofree char *text = NULL;

    if (!v2v_inspect_read_text (fs, guest, *paths, &text, error))
      return FALSE;
    if (text != NULL)
      *out_line = dup_first_line (text);
  }
  return TRUE;
}

/* The link is the id itself where the file is gone. */
static void
read_instance_link (V2vFs *fs, V2vCloudInit *ci)
{
  static const char *const paths[] = { STATE_DIR "/instance", NULL };
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (fs, paths, NULL);
  const V2vFileInfo *info = rows != NULL ? g_ptr_array_index (rows, 0) : NULL;

  if (info != NULL && info->kind == V2V_FILE_SYMLINK && info->link != NULL)
    ci->instance_id = g_path_get_basename (info->link);
}

static gboolean
read_state (V2vFs *fs, V2vGuest *guest, V2vCloudInit *ci, GError **error)
{
  static const char *const cached[]
    = { STATE_DIR "/instance/datasource", STATE_DIR "/data/previous-datasource", NULL };
  static const char *const ids[]
    = { STATE_DIR "/data/instance-id", STATE_DIR "/data/previous-instance-id", NULL };

  if (!read_first_line (fs, guest, cached, &ci->cached, error)
      || !read_first_line (fs, guest, ids, &ci->instance_id, error))
    return FALSE;
  /* "DataSourceEc2Local: DataSourceEc2Local" is class and description. */
  if (ci->cached != NULL)
    ci->cached[strcspn (ci->cached, ": ")] = '\0';
  if (ci->instance_id == NULL)
    read_instance_link (fs, ci);
  return TRUE;
}

gboolean
v2v_inspect_cloud_init (V2vFs *fs, V2vGuest *guest, GError **error)
{
  V2vCloudInit *ci = v2v_guest_set_cloud_init (guest);

  return read_installed (fs, guest, ci, error) && read_configs (fs, guest, ci, error)
         && read_state (fs, guest, ci, error);
}
