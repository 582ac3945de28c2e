/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-network-ifcfg.c - ifcfg files, and udev rules that name interfaces
 */
#include <config.h>

#include <string.h>

#include "v2v-network-private.h"

/* The value of a shell assignment that is not evaluated: KEY=value, KEY="value",
 * KEY='value', with a comment behind it. */
static char *
dup_value (const char *text)
{
  char quote = *text;
  const char *end;

  if (quote == '"' || quote == '\'') {
    end = strchr (text + 1, quote);
    return end == NULL ? g_strdup (text + 1) : g_strndup (text + 1, (gsize) (end - text - 1));
  }
  return g_strndup (text, strcspn (text, " \t#"));
}

/* (element-type utf8 utf8): upper-case keys; later assignments win. */
static GHashTable *
read_assignments (const char *text)
{
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]);
    char *equals = strchr (line, '=');

    if (line[0] == '#' || equals == NULL)
      continue;
    *equals = '\0';
    g_hash_table_replace (values, g_ascii_strup (line, -1), dup_value (equals + 1));
  }
  return values;
}

static gboolean
has_address (GHashTable *values)
{
  /* IPADDR, IPADDR0.., SUSE's IPADDR_suffix */
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    if (g_str_has_prefix (key, "IPADDR") && *(const char *) value != '\0')
      return TRUE;
  }
  return FALSE;
}

static const char *
ifcfg_method (GHashTable *values)
{
  const char *bootproto = g_hash_table_lookup (values, "BOOTPROTO");
  g_autofree char *lower = g_ascii_strdown (bootproto != NULL ? bootproto : "", -1);

  /* dhcp, dhcp4, dhcp6, SUSE's dhcp+autoip; bootp is an alias of Red Hat's */
  if (g_str_has_prefix (lower, "dhcp") || g_str_equal (lower, "bootp"))
    return "dhcp";
  return has_address (values) ? "static" : NULL;
}

void
v2v_network_parse_ifcfg (const char *text, const char *file, V2vGuest *guest)
{
  g_autoptr (GHashTable) values = read_assignments (text);
  const char *base = strrchr (file, '/');
  const char *name = g_hash_table_lookup (values, "DEVICE");
  const char *mac = g_hash_table_lookup (values, "HWADDR");
  V2vNetConfig *row;

  base = base == NULL ? file : base + 1;
  /* With HWADDR a file may leave the name open; without one it is the file's name. */
  if (name == NULL && mac == NULL && g_str_has_prefix (base, "ifcfg-"))
    name = base + strlen ("ifcfg-");
  if (g_strcmp0 (name, "lo") == 0)
    return;
  row = v2v_network_add (guest, "ifcfg", file);
  if (row == NULL)
    return;
  row->interface = v2v_network_dup_interface (name);
  row->mac = v2v_network_dup_mac (mac);
  row->method = g_strdup (ifcfg_method (values));
}

/* (transfer full) (nullable): the quoted text after @key and @op in @line. */
static char *
dup_term (const char *line, const char *key, const char *op)
{
  for (const char *p = strstr (line, key); p != NULL; p = strstr (p + 1, key)) {
    const char *q = p + strlen (key);
    const char *end;

    /* NAME must not be found in IFNAME or KERNELS. */
    if (p > line && strchr (" \t,", p[-1]) == NULL)
      continue;
    q += strspn (q, " \t");
    if (!g_str_has_prefix (q, op))
      continue;
    q += strlen (op);
    q += strspn (q, " \t");
    if (*q != '"' || (end = strchr (q + 1, '"')) == NULL)
      continue;
    return g_strndup (q + 1, (gsize) (end - q - 1));
  }
  return NULL;
}

static char *
dup_rule_mac (const char *line)
{
  static const char *const keys[] = { "ATTR{address}", "ATTRS{address}", "SYSFS{address}" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *text = dup_term (line, keys[i], "==");
    g_autofree char *mac = v2v_network_dup_mac (text);

    if (mac != NULL)
      return g_steal_pointer (&mac);
  }
  return NULL;
}

/* (transfer full) (nullable): the drivers of a rule that asks nothing else of a card; one that
 * goes by its place names no other. */
static char *
dup_any_driver (const char *line)
{
  static const char *const places[] = { "KERNELS", "DEVPATH", "ENV{", "ATTRS{", "ID==" };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (strstr (line, places[i]) != NULL)
      return NULL;
  return dup_term (line, "DRIVERS", "==");
}

void
v2v_network_parse_udev (const char *text, const char *file, V2vGuest *guest)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *mac = NULL;
    g_autofree char *name = NULL;
    g_autofree char *driver = NULL;
    V2vNetConfig *row;

    if (g_strstrip (lines[i])[0] == '#')
      continue;
    mac = dup_rule_mac (lines[i]);
    name = dup_term (lines[i], "NAME", "=");
    driver = mac == NULL ? dup_any_driver (lines[i]) : NULL;
    if (name == NULL || (mac == NULL && driver == NULL))
      continue;
    row = v2v_network_add (guest, "udev", file);
    if (row == NULL)
      return;
    row->interface = v2v_network_dup_interface (name);
    row->mac = g_steal_pointer (&mac);
    /* udev's "a|b" are systemd's "a b". */
    if (driver != NULL)
      row->driver = v2v_network_dup_interface (g_strdelimit (driver, "|", ' '));
  }
}
