/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-network-keyfile.c - systemd-networkd's units and NetworkManager's keyfiles
 */
#include <config.h>

#include <string.h>

#include "v2v-network-private.h"

/* What is of interest in a .network or .link file. */
typedef struct {
  char *match_name;
  char *match_mac;
  char *match_driver;
  char *link_name;
  char *place;      /* the slot that the card is in */
  gboolean foreign; /* for containers, tunnels or WLAN */
  gboolean dhcp;
  gboolean addresses;
} Unit;

static void
unit_clear (Unit *unit)
{
  g_free (unit->match_name);
  g_free (unit->match_mac);
  g_free (unit->match_driver);
  g_free (unit->link_name);
  g_free (unit->place);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Unit, unit_clear)

static gboolean
has_word (const char *value, const char *word)
{
  g_auto (GStrv) words = g_strsplit_set (value, " \t", -1);

  return g_strv_contains ((const char *const *) words, word);
}

/* @value has words, and all are in @list. */
static gboolean
are_all_of (const char *value, const char *const *list)
{
  g_auto (GStrv) words = g_strsplit_set (value, " \t", -1);
  gboolean any = FALSE;

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0' && !g_strv_contains (list, words[i]))
      return FALSE;
    any |= *words[i] != '\0';
  }
  return any;
}

/* systemd ships units for the host side of containers and VMs, which say nothing
 * about this guest's network cards. */
static gboolean
is_foreign (const char *key, const char *value)
{
  static const char *const drivers[] = { "veth", "tun", "bridge", "bonding", "dummy", NULL };

  if (g_str_equal (key, "Virtualization"))
    return value[0] != '!' && g_str_has_prefix (value, "container");
  if (g_str_equal (key, "Kind"))
    return value[0] != '!' && *value != '\0';
  if (g_str_equal (key, "Driver"))
    return are_all_of (value, drivers);
  if (g_str_equal (key, "Type"))
    return *value != '\0' && strpbrk (value, "!*?[") == NULL && !has_word (value, "ether");
  return g_str_equal (key, "WLANInterfaceType");
}

/* "pci-0000:0b:00.0", and not "pci-*": the new machine's card is elsewhere. */
static gboolean
is_place (const char *value)
{
  return value[0] != '!' && strpbrk (value, "0123456789") != NULL;
}

static void
read_match (Unit *unit, const char *key, const char *value)
{
  if (is_foreign (key, value)) {
    unit->foreign = TRUE;
  } else if (g_str_equal (key, "Path") && is_place (value)) {
    g_free (unit->place);
    unit->place = v2v_network_dup_interface (value);
  } else if (g_str_equal (key, "Name")) {
    g_free (unit->match_name);
    unit->match_name = v2v_network_dup_interface (value);
  } else if (g_str_equal (key, "Driver")) {
    g_free (unit->match_driver);
    unit->match_driver = v2v_network_dup_interface (value);
  } else if (g_str_equal (key, "MACAddress") || g_str_equal (key, "PermanentMACAddress")) {
    g_auto (GStrv) macs = g_strsplit_set (value, " \t", 2);

    g_free (unit->match_mac);
    unit->match_mac = v2v_network_dup_mac (macs[0]);
  }
}

static gboolean
is_dhcp (const char *value)
{
  static const char *const words[]
    = { "yes", "true", "1", "on", "y", "t", "both", "ipv4", "ipv6", "v4", "v6", NULL };
  g_autofree char *lower = g_ascii_strdown (value, -1);

  return g_strv_contains (words, lower);
}

static void
read_setting (Unit *unit, const char *section, const char *key, const char *value)
{
  if (g_str_equal (section, "Match")) {
    read_match (unit, key, value);
  } else if (g_str_equal (section, "Network") && g_str_equal (key, "DHCP")) {
    unit->dhcp = is_dhcp (value);
  } else if ((g_str_equal (section, "Network") || g_str_equal (section, "Address"))
             && g_str_equal (key, "Address")) {
    unit->addresses = *value != '\0';
  } else if (g_str_equal (section, "Link") && g_str_equal (key, "Name")) {
    g_free (unit->link_name);
    unit->link_name = v2v_network_dup_interface (value);
  }
}

/* systemd's syntax: sections and keys may repeat, which GKeyFile does not keep. */
static void
read_unit (Unit *unit, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *section = g_strdup ("");

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]);
    char *equals = strchr (line, '=');
    gsize len = strlen (line);

    if (line[0] == '[' && line[len - 1] == ']') {
      g_free (section);
      section = g_strndup (line + 1, len - 2);
    } else if (line[0] != '#' && line[0] != ';' && equals != NULL) {
      *equals = '\0';
      read_setting (unit, section, g_strstrip (line), g_strstrip (equals + 1));
    }
  }
}

void
v2v_network_parse_networkd (const char *text, const char *file, V2vGuest *guest)
{
  g_auto (Unit) unit = { 0 };
  gboolean is_link = g_str_has_suffix (file, ".link");
  V2vNetConfig *row;

  read_unit (&unit, text);
  /* A .link without a name or an address is policy (99-default.link), one for a slot names no
   * card of another machine, and an empty .network only hides another one. */
  if (unit.foreign || (is_link && unit.place != NULL)
      || (is_link && unit.link_name == NULL && unit.match_mac == NULL)
      || (!is_link && unit.match_name == NULL && unit.match_mac == NULL && !unit.dhcp
          && !unit.addresses))
    return;
  row = v2v_network_add (guest, "networkd", file);
  if (row == NULL)
    return;
  row->interface = g_strdup (is_link ? unit.link_name : unit.match_name);
  row->mac = g_steal_pointer (&unit.match_mac);
  row->driver = g_steal_pointer (&unit.match_driver);
  row->place = g_steal_pointer (&unit.place);
  if (unit.dhcp)
    row->method = g_strdup ("dhcp");
  else if (unit.addresses)
    row->method = g_strdup ("static");
}

static char *
get_string (GKeyFile *keyfile, const char *group, const char *key)
{
  return g_key_file_get_string (keyfile, group, key, NULL);
}

/* "ethernet" is the name since 0.9.10, "802-3-ethernet" the older one. */
static char *
dup_mac_setting (GKeyFile *keyfile)
{
  static const char *const groups[] = { "ethernet", "802-3-ethernet", "wifi", "802-11-wireless" };

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
    g_autofree char *text = get_string (keyfile, groups[i], "mac-address");
    g_autofree char *mac = v2v_network_dup_mac (text);

    if (mac != NULL)
      return g_steal_pointer (&mac);
  }
  return NULL;
}

/* "match.path" of NetworkManager 1.26 and newer: patterns, parted by ";". */
static char *
dup_place (GKeyFile *keyfile)
{
  g_autofree char *text = get_string (keyfile, "match", "path");

  if (text == NULL || !is_place (text))
    return NULL;
  return v2v_network_dup_interface (g_strchomp (g_strdelimit (text, ";", ' ')));
}

/* (transfer full) (nullable): patterns of "match.driver", as they stand there */
static char *
dup_driver (GKeyFile *keyfile)
{
  g_auto (GStrv) list = g_key_file_get_string_list (keyfile, "match", "driver", NULL, NULL);
  g_autofree char *joined = list == NULL ? NULL : g_strjoinv (" ", list);

  return v2v_network_dup_interface (joined);
}

/* (transfer full) (nullable): of "match.interface-name" the names, one of which it takes; where
 * there are none the names that it does not take, as systemd writes it: "!ens5 ens6" */
static char *
dup_match_name (GKeyFile *keyfile)
{
  g_auto (GStrv) list
    = g_key_file_get_string_list (keyfile, "match", "interface-name", NULL, NULL);
  g_autoptr (GString) any = g_string_new (NULL);
  g_autoptr (GString) each = g_string_new (NULL);
  g_autoptr (GString) none = g_string_new (NULL);

  for (guint i = 0; list != NULL && list[i] != NULL; i++) {
    const char *p = list[i] + (strspn (list[i], "|&") > 0 ? 1 : 0);
    GString *out = *list[i] == '&' ? each : any;

    if (*p == '!')
      out = none;
    p += *p == '!' ? 1 : 0;
    p += *p == '\\' ? 1 : 0;
    g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", p);
  }
  if (any->len == 0 && each->len == 0 && none->len > 0)
    g_string_append_printf (any, "!%s", none->str);
  return v2v_network_dup_interface (any->len > 0 ? any->str : each->str);
}

/* Only these are cards of a machine; all else lies on top of one, or is a radio. */
static gboolean
is_wired (const char *type)
{
  return g_str_equal (type, "ethernet") || g_str_equal (type, "802-3-ethernet");
}

static const char *
keyfile_method (GKeyFile *keyfile)
{
  g_autofree char *ipv4 = get_string (keyfile, "ipv4", "method");
  g_autofree char *ipv6 = get_string (keyfile, "ipv6", "method");

  if (g_strcmp0 (ipv4, "manual") == 0)
    return "static";
  if (g_strcmp0 (ipv4, "auto") == 0)
    return "dhcp";
  if (g_strcmp0 (ipv6, "manual") == 0)
    return "static";
  if (g_strcmp0 (ipv6, "auto") == 0 || g_strcmp0 (ipv6, "dhcp") == 0)
    return "dhcp";
  return NULL;
}

void
v2v_network_parse_keyfile (const char *text, const char *file, V2vGuest *guest)
{
  g_autoptr (GKeyFile) keyfile = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_autofree char *type = NULL;
  g_autofree char *interface = NULL;
  V2vNetConfig *row;

  if (!g_key_file_load_from_data (keyfile, text, strlen (text), G_KEY_FILE_NONE, &local)) {
    v2v_guest_add_unknown (guest, file, "not a keyfile: %s", local->message);
    return;
  }
  type = get_string (keyfile, "connection", "type");
  if (type == NULL || g_str_equal (type, "loopback"))
    return;
  row = v2v_network_add (guest, "networkmanager", file);
  if (row == NULL)
    return;
  interface = get_string (keyfile, "connection", "interface-name");
  row->interface
    = interface != NULL ? v2v_network_dup_interface (interface) : dup_match_name (keyfile);
  row->mac = dup_mac_setting (keyfile);
  row->driver = dup_driver (keyfile);
  row->on_top = !is_wired (type);
  row->place = dup_place (keyfile);
  row->method = g_strdup (keyfile_method (keyfile));
}
