/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-network.c - does some configuration take up a virtio network card?
 *
 * Each row of the facts either fits such a card or has a reason not to.  One that fits is
 * enough; when none does, the first reason is the evidence.
 */
#include <config.h>

#include <fnmatch.h>
#include <string.h>

#include "v2v-verify-private.h"

#define DRIVER "virtio_net"

typedef struct {
  V2vVerify *verify;
  gboolean networkd;
  gboolean eth_names;        /* the card will be eth0 */
  const V2vNetConfig *fits;
  const V2vNetConfig *named; /* fits if the card gets its name, or is in that slot */
  guint barred;              /* rows that never fit */
  char *reason;              /* of the first of them */
} Look;

/* "en*" and "eth0" where that is what the card is called; a full name such as ens5 says where
 * the source's card was.  A "!" in front turns all of it round. */
static gboolean
takes_name (const Look *look, const char *patterns)
{
  static const char *const eth[] = { "eth0" };
  static const char *const predictable[] = { "enp1s0", "ens3", "enp0s3", "eno1" };
  const char *const *names = look->eth_names ? eth : predictable;
  gsize n = look->eth_names ? G_N_ELEMENTS (eth) : G_N_ELEMENTS (predictable);
  gboolean negated = patterns[0] == '!';
  g_auto (GStrv) words = g_strsplit_set (patterns + negated, " \t", -1);

  for (gsize j = 0; j < n; j++) {
    gboolean hit = FALSE;

    for (guint i = 0; words[i] != NULL; i++)
      hit |= strpbrk (words[i], "*?[") != NULL
               ? fnmatch (words[i], names[j], 0) == 0
               : (look->eth_names || negated) && g_str_equal (words[i], names[j]);
    if (hit != negated)
      return TRUE;
  }
  return FALSE;
}

/* The row of 70-persistent-net.rules that has the name for one MAC address. */
static const V2vNetConfig *
find_reserved (const Look *look, const char *interface)
{
  const V2vGuest *guest = look->verify->guest;

  for (guint i = 0; i < guest->network->len; i++) {
    const V2vNetConfig *row = g_ptr_array_index (guest->network, i);

    if (g_str_equal (row->kind, "udev") && row->mac != NULL
        && g_strcmp0 (row->interface, interface) == 0)
      return row;
  }
  return NULL;
}

/* (transfer full) (nullable): why the row never fits. */
static char *
dup_bar (const Look *look, const V2vNetConfig *row)
{
  const V2vNetConfig *reserved = find_reserved (look, row->interface);
  gboolean kept = look->verify->target->mac_kept;

  if (row->mac != NULL && !kept)
    return g_strdup_printf ("'%s' is pinned to MAC address %s, which the target's card does "
                            "not have: keep the source's addresses (-i libvirtxml), or take it "
                            "out of the file", row->file, row->mac);
  if (!v2v_net_config_takes_virtio (row))
    return g_strdup_printf ("'%s' is for drivers %s, not for " DRIVER ": add it there", row->file,
                            row->driver);
  /* The name is for a card that is gone: the new one gets eth1. */
  if (row->interface != NULL && reserved != NULL && !kept)
    return g_strdup_printf ("'%s' is for %s, which '%s' keeps for MAC address %s", row->file,
                            row->interface, reserved->file, reserved->mac);
  return NULL;
}

/* Rows that only name, that are for what lies on top of a card, or that nobody reads say
 * nothing. */
static gboolean
counts (const Look *look, const V2vNetConfig *row)
{
  if (row->on_top || g_str_equal (row->kind, "udev") || g_str_has_suffix (row->file, ".link"))
    return FALSE;
  return !g_str_equal (row->kind, "networkd") || look->networkd;
}

/* A card that keeps its MAC address keeps the name that udev's file has for it, too; and a
 * rule may give a name to any card of a driver. */
static gboolean
gets_name (const Look *look, const char *interface)
{
  const V2vGuest *guest = look->verify->guest;

  if (look->verify->target->mac_kept && find_reserved (look, interface) != NULL)
    return TRUE;
  for (guint i = 0; i < guest->network->len; i++) {
    const V2vNetConfig *row = g_ptr_array_index (guest->network, i);

    if (g_str_equal (row->kind, "udev") && row->mac == NULL && row->driver != NULL
        && v2v_net_config_takes_virtio (row) && g_strcmp0 (row->interface, interface) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
read_row (Look *look, const V2vNetConfig *row)
{
  char *bar;

  if (!counts (look, row))
    return;
  bar = dup_bar (look, row);
  if (bar != NULL) {
    look->barred++;
    if (look->reason == NULL)
      look->reason = g_steal_pointer (&bar);
    g_free (bar);
  } else if (row->place == NULL
             && (row->interface == NULL || row->mac != NULL || gets_name (look, row->interface)
                 || takes_name (look, row->interface))) {
    if (look->fits == NULL)
      look->fits = row;
  } else if (look->named == NULL) {
    look->named = row;
  }
}

/* "no-auto-default=*", with blanks as GKeyFile allows them. */
static gboolean
forbids_auto_default (const char *text)
{
  static const char key[] = "no-auto-default";

  for (; *text != '\0'; text += *text == '\n') {
    const char *p = text + strspn (text, " \t");

    text += strcspn (text, "\n");
    if (!g_str_has_prefix (p, key))
      continue;
    p += strlen (key);
    p += strspn (p, " \t");
    if (*p == '=' && p[1 + strspn (p + 1, " \t")] == '*')
      return TRUE;
  }
  return FALSE;
}

/* NetworkManager takes up any card by DHCP, unless "no-auto-default" says otherwise. */
static gboolean
has_auto_default (V2vVerify *self, gboolean *out, GError **error)
{
  static const char *const places[]
    = { "/etc/NetworkManager/conf.d", "/usr/lib/NetworkManager/conf.d" };
  g_autofree char *main_text = NULL;

  *out = v2v_verify_has_unit (self, "NetworkManager.service");
  if (!*out)
    return TRUE;
  if (!v2v_verify_read (self, "/etc/NetworkManager/NetworkManager.conf", V2V_FS_TEXT_MAX,
                        &main_text, NULL, error))
    return FALSE;
  *out = main_text == NULL || !forbids_auto_default (main_text);
  for (gsize p = 0; p < G_N_ELEMENTS (places); p++) {
    g_autoptr (GPtrArray) list = NULL;

    if (!v2v_verify_list (self, places[p], &list, error))
      return FALSE;
    for (guint i = 0; i < MIN (list->len, 100); i++) {
      const char *name = ((V2vFileInfo *) g_ptr_array_index (list, i))->name;
      g_autofree char *path = g_build_path ("/", places[p], name, NULL);
      g_autofree char *text = NULL;

      if (!g_str_has_suffix (name, ".conf"))
        continue;
      if (!v2v_verify_read (self, path, V2V_FS_TEXT_MAX, &text, NULL, error))
        return FALSE;
      if (text != NULL && forbids_auto_default (text))
        *out = FALSE;
    }
  }
  return TRUE;
}

/* Cards are called eth0 by the kernel's argument, or where udev's naming is switched off. */
static gboolean
read_naming (Look *look, GError **error)
{
  static const char *const paths[]
    = { "/etc/udev/rules.d/80-net-setup-link.rules", "/etc/udev/rules.d/80-net-name-slot.rules",
        "/etc/systemd/network/99-default.link", NULL };
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (look->verify->fs, paths, error);

  if (rows == NULL)
    return FALSE;
  look->eth_names
    = v2v_verify_has_word (v2v_verify_cmdline (look->verify), "net.ifnames=0");
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (g_strcmp0 (info->link, "/dev/null") == 0
        || (info->kind == V2V_FILE_REGULAR && info->size == 0))
      look->eth_names = TRUE;
  }
  return TRUE;
}

static void
conclude (const Look *look, gboolean auto_default, const char *id)
{
  V2vVerify *self = look->verify;

  if (look->fits != NULL)
    v2v_verdict_add (self->verdict, id, look->fits->file, V2V_CHECK_PASSED,
                     "it is for %s, which takes up a virtio card",
                     look->fits->interface == NULL ? "any interface" : look->fits->interface);
  else if (auto_default)
    v2v_verdict_add (self->verdict, id, "NetworkManager", V2V_CHECK_PASSED,
                     "it takes up any card by DHCP");
  else if (look->named != NULL && look->named->place != NULL)
    v2v_verdict_add (self->verdict, id, look->named->file, V2V_CHECK_WARNING,
                     "it is for the card at %s; the target's card is likely to be elsewhere",
                     look->named->place);
  else if (look->named != NULL)
    v2v_verdict_add (self->verdict, id, look->named->file, V2V_CHECK_WARNING,
                     "it is for %s; the target's card is likely to have another name",
                     look->named->interface);
  else if (look->barred > 0)
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_FAILED, "%s%s", look->reason,
                     look->barred > 1 ? "; nor does another configuration fit" : "");
  else
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_WARNING,
                     "no configuration of a network card was found");
}

gboolean
v2v_verify_network (V2vVerify *self, const char *id, GError **error)
{
  Look look = { .verify = self };
  const char *unknown = v2v_verify_unknown (self, "network");
  gboolean auto_default;

  if (!read_naming (&look, error) || !has_auto_default (self, &auto_default, error))
    return FALSE;
  look.networkd = self->guest->units->len == 0
                  || v2v_verify_has_unit (self, "systemd-networkd.service")
                  || v2v_verify_has_unit (self, "systemd-networkd.socket");
  for (guint i = 0; i < self->guest->network->len; i++)
    read_row (&look, g_ptr_array_index (self->guest->network, i));
  if (unknown != NULL && look.fits == NULL)
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_SKIPPED, "%s", unknown);
  else
    conclude (&look, auto_default, id);
  g_free (look.reason);
  return TRUE;
}
