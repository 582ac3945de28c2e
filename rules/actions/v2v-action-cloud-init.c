/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-cloud-init.c - cloud-init that stays off until somebody attaches a seed
 *
 * {datasources: [NoCloud, ConfigDrive, None], network: disabled|keep}
 *
 * cloud-init is left installed and what it remembers is left where it is.  A file that
 * sorts last names datasources that are looked for; when none is found, the generator
 * does not start cloud-init.  That takes two of them or more: a list of one, or of one and
 * None, is taken without looking, so that cloud-init runs with a new instance id and
 * makes new host keys, locks passwords and sets the host name.
 */
#include <config.h>

#include "actions/v2v-actions-system.h"

#include <string.h>

#include "actions/v2v-cloud-init-text.h"
#include "v2v-glob.h"
#include "v2v-str.h"

#define CONFIG "/etc/cloud/cloud.cfg"
#define OUR_NAME "zz-90-v2v-wrapper.cfg"
#define OUR_CONFIG "/etc/cloud/cloud.cfg.d/" OUR_NAME
#define DS_IDENTIFY "/etc/cloud/ds-identify.cfg"
#define FILES_MAX 200
#define DATASOURCES_MAX 16

typedef struct {
  char **datasources;
  gboolean network;
} CloudInit;

static void
cloud_init_free (gpointer data)
{
  CloudInit *cloud_init = data;

  if (cloud_init == NULL)
    return;
  g_strfreev (cloud_init->datasources);
  g_free (cloud_init);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CloudInit, cloud_init_free)

static gboolean
is_datasource (const char *name)
{
  for (const char *p = name; *p != '\0'; p++) {
    if (!g_ascii_isalnum (*p))
      return FALSE;
  }
  return g_ascii_isalpha (*name);
}

static gboolean
check_datasources (const V2vArgs *args, char *const *names, GError **error)
{
  guint real = 0;

  for (guint i = 0; names[i] != NULL; i++) {
    if (!is_datasource (names[i]) || i == DATASOURCES_MAX)
      return v2v_args_error_at (args, "datasources", error,
                                "cloud-init: '%s' is not a datasource, or one too many",
                                names[i]);
    for (guint j = 0; j < i; j++) {
      if (g_str_equal (names[i], names[j]))
        return v2v_args_error_at (args, "datasources", error,
                                  "cloud-init: '%s' stands here twice", names[i]);
    }
    real += !g_str_equal (names[i], "None");
  }
  if (real < 2)
    return v2v_args_error_at (args, "datasources", error,
                              "cloud-init: needs two datasources or more beside None: "
                              "a single one is used without looking for it");
  return TRUE;
}

static gpointer
cloud_init_parse (V2vArgs *args, GError **error)
{
  static const char *const networks[] = { "disabled", "keep", NULL };
  g_autoptr (CloudInit) cloud_init = g_new0 (CloudInit, 1);
  guint network;

  if (!v2v_args_take_strings (args, "datasources", TRUE, &cloud_init->datasources, error)
      || !v2v_args_take_choice (args, "network", networks, 0, &network, error)
      || !check_datasources (args, cloud_init->datasources, error))
    return NULL;
  cloud_init->network = network == 1;
  return g_steal_pointer (&cloud_init);
}

static gboolean
put_text (V2vDraft *draft, const char *path, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return v2v_draft_put (draft, path, bytes, 0644, error);
}

static gboolean
write_config (const CloudInit *cloud_init, V2vDraft *draft, GError **error)
{
  g_autofree char *text = v2v_cloud_init_config ((const char *const *) cloud_init->datasources,
                                                 cloud_init->network);

  return put_text (draft, OUR_CONFIG, text, error);
}

static gboolean
edit_ds_identify (V2vDraft *draft, GError **error)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (!v2v_draft_read_text (draft, DS_IDENTIFY, &before, error))
    return FALSE;
  after = v2v_ds_identify_rewrite (before);
  return g_strcmp0 (before, after) == 0 || put_text (draft, DS_IDENTIFY, after, error);
}

/* With it the datasource of the last boot is taken from the cache, EC2 that is.  The
 * second name is the one of the key in cloud-init's source, for forks that use it. */
static gboolean
remove_markers (V2vDraft *draft, GError **error)
{
  return v2v_draft_remove (draft, "/var/lib/cloud/instance/manual-clean", error)
         && v2v_draft_remove (draft, "/var/lib/cloud/instance/manual_clean_marker", error);
}

/* By bytes, as Python and a shell in the C locale sort, or as one with a language does. */
static gboolean
sorts_later (const char *name)
{
  return strcmp (name, OUR_NAME) > 0 || g_ascii_strcasecmp (name, OUR_NAME) > 0;
}

static gboolean
unpin_file (V2vRuleContext *context, const char *path, GError **error)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (!v2v_draft_read_text (context->draft, path, &before, error))
    return FALSE;
  if (before == NULL)
    return TRUE;
  after = v2v_cloud_init_unpin (before);
  if (!v2v_cloud_init_is_unpinned (before, after)) {
    g_autofree char *shown = v2v_str_printable (path, strlen (path));

    v2v_rule_context_warn (context,
                           "'%s' sets datasource_list in a way that cannot be taken out; "
                           "it wins over '" OUR_CONFIG "'",
                           shown);
    return TRUE;
  }
  return g_str_equal (before, after)
         || v2v_draft_write_text (context->draft, path, after, error);
}

static gboolean
unpin_later_files (V2vRuleContext *context, GError **error)
{
  static const char *const patterns[] = { "/etc/cloud/cloud.cfg.d/*.cfg", NULL };
  g_autoptr (GPtrArray) paths
    = v2v_glob_expand (v2v_draft_fs (context->draft), patterns, FILES_MAX, error);

  if (paths == NULL)
    return FALSE;
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);

    /* A dangling link or a directory configures nothing. */
    if (sorts_later (strrchr (path, '/') + 1)
        && v2v_fs_is_file (v2v_draft_fs (context->draft), path)
        && !unpin_file (context, path, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
cloud_init_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const V2vCloudInit *facts = context->guest->cloud_init;

  if (!(facts != NULL && facts->installed)
      && !v2v_fs_is_file (v2v_draft_fs (context->draft), CONFIG))
    return TRUE;
  return write_config (data, context->draft, error) && edit_ds_identify (context->draft, error)
         && remove_markers (context->draft, error) && unpin_later_files (context, error);
}

static void
cloud_init_add_paths (gconstpointer data, GPtrArray *paths)
{
  static const char *const literal[]
    = { CONFIG, OUR_CONFIG, DS_IDENTIFY, "/var/lib/cloud/instance/manual-clean",
        "/var/lib/cloud/instance/manual_clean_marker" };

  for (gsize i = 0; i < G_N_ELEMENTS (literal); i++)
    g_ptr_array_add (paths, g_strdup (literal[i]));
}

const V2vActionOps v2v_action_cloud_init_ops = {
  .name = "cloud-init",
  .summary = "Keeps cloud-init off until a seed is attached",
  .parse = cloud_init_parse,
  .free = cloud_init_free,
  .apply = cloud_init_apply,
  .add_paths = cloud_init_add_paths,
};
