/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-card-name.c - the new machine's network card has the old one's name
 *
 * {}.  By a rule of udev and not by a .link file: systemd before 240 (RHEL 8, Debian 9) takes
 * no name from a .link file once the initramfs has named a card, and the initramfs has virtio.
 */
#include <config.h>

#include "actions/v2v-actions-system.h"

#include <string.h>

#include "v2v-card-names.h"
#include "v2v-inspect-private.h"
#include "v2v-shellvars.h"
#include "v2v-str.h"

#define RULES_FILE "/etc/udev/rules.d/70-v2v-wrapper-net.rules"
#define SHOW_MAX 200

static gpointer
card_name_parse (V2vArgs *args, GError **error)
{
  (void) args;
  (void) error;
  return g_strdup ("");
}

static gboolean
says_no (const char *value)
{
  static const char *const words[] = { "no", "n", "off", "false", "f", "0", NULL };
  g_autofree char *lower = value == NULL ? NULL : g_ascii_strdown (value, -1);

  return lower != NULL && g_strv_contains (words, g_strstrip (lower));
}

/* A shell's assignments: Red Hat's ONBOOT, SUSE's STARTMODE. */
static gboolean
ifcfg_is_off (const char *text)
{
  g_autoptr (GHashTable) values = v2v_shellvars_parse (text);

  return says_no (g_hash_table_lookup (values, "ONBOOT"))
         || says_no (g_hash_table_lookup (values, "STARTMODE"));
}

/* GLib's syntax, with blanks around "=". */
static gboolean
keyfile_is_off (const char *text)
{
  g_autoptr (GKeyFile) keyfile = g_key_file_new ();
  g_autofree char *value = NULL;

  if (!g_key_file_load_from_data (keyfile, text, strlen (text), G_KEY_FILE_NONE, NULL))
    return FALSE;
  value = g_key_file_get_value (keyfile, "connection", "autoconnect", NULL);
  return says_no (value);
}

/* Installers write a file for each card, also for those that nobody wants started. */
static gboolean
is_off (V2vDraft *draft, const V2vNetConfig *row, gboolean *out_off, GError **error)
{
  gboolean ifcfg = g_str_equal (row->kind, "ifcfg");
  g_autofree char *text = NULL;

  *out_off = FALSE;
  if (!ifcfg && !g_str_equal (row->kind, "networkmanager"))
    return TRUE;
  if (!v2v_draft_read_text (draft, row->file, &text, error))
    return FALSE;
  if (text != NULL)
    *out_off = ifcfg ? ifcfg_is_off (text) : keyfile_is_off (text);
  return TRUE;
}

static gboolean
drop_off (V2vDraft *draft, V2vGuest *guest, GError **error)
{
  for (guint i = guest->network->len; i > 0; i--) {
    gboolean off;

    if (!is_off (draft, g_ptr_array_index (guest->network, i - 1), &off, error))
      return FALSE;
    if (off)
      g_ptr_array_remove_index (guest->network, i - 1);
  }
  return TRUE;
}

static void
warn_many (V2vRuleContext *context, const GPtrArray *names)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree char *shown = NULL;

  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                            (const char *) g_ptr_array_index (names, i));
  shown = v2v_str_printable (list->str, SHOW_MAX);
  v2v_rule_context_warn (context,
                         "the network configuration is for cards named %s: which card of the new "
                         "machine is which cannot be known, and they will have other names. Name "
                         "them by their MAC addresses in /etc/udev/rules.d, or go in by the "
                         "console", shown);
}

static gboolean
card_name_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  gboolean kept = g_strcmp0 (g_hash_table_lookup (context->options, "mac"), "kept") == 0;
  g_autoptr (V2vGuest) now = v2v_guest_new ();
  g_autoptr (V2vCardNames) names = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  (void) data;
  /* As earlier rules left it: they may have freed a file of its MAC address. */
  if (!v2v_inspect_network (v2v_draft_fs (context->draft), now, error)
      || !drop_off (context->draft, now, error))
    return FALSE;
  names = v2v_card_names_new (now, kept);
  if (names->names->len > 1 || (names->names->len == 1 && names->pins->len > 0))
    warn_many (context, names->names);
  if (names->pins->len == 0 && names->names->len != 1)
    return TRUE;
  text = v2v_card_names_to_rules (names);
  bytes = g_bytes_new (text, strlen (text));
  return v2v_draft_put (context->draft, RULES_FILE, bytes, 0644, error);
}

static void
card_name_add_paths (gconstpointer data, GPtrArray *paths)
{
  (void) data;
  g_ptr_array_add (paths, g_strdup (RULES_FILE));
}

const V2vActionOps v2v_action_card_name_ops = {
  .name = "card-name",
  .summary = "the new machine's network card has the name that the configuration is for",
  .parse = card_name_parse,
  .free = g_free,
  .apply = card_name_apply,
  .add_paths = card_name_add_paths,
};
