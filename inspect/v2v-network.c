/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-network.c - find the network configuration of a Linux guest
 */
#include <config.h>

#include <fnmatch.h>
#include <string.h>

#include "v2v-inspect-private.h"
#include "v2v-network-private.h"

/* Files of all kinds together; each is a round trip. */
#define FILES_MAX 500
#define INTERFACE_NAME_MAX 256
#define SOURCE_DEPTH_MAX 4
/* Matching costs the length of the name to this power. */
#define SOURCE_STARS_MAX 3

typedef struct {
  const char *kind;
  const char *directory;
  const char *prefix; /* of file names, or NULL */
  const char *infix;  /* somewhere in file names, or NULL */
  const char *suffix; /* of file names, or NULL */
  V2vNetworkParser parse;
} Place;

/* A file name found in an earlier directory of the same kind hides later ones. */
static const Place places[] = {
  { "netplan", "/etc/netplan", NULL, NULL, ".yaml", v2v_network_parse_netplan },
  { "netplan", "/usr/lib/netplan", NULL, NULL, ".yaml", v2v_network_parse_netplan },
  { "netplan", "/lib/netplan", NULL, NULL, ".yaml", v2v_network_parse_netplan },
  { "networkd", "/etc/systemd/network", NULL, NULL, ".network", v2v_network_parse_networkd },
  { "networkd", "/etc/systemd/network", NULL, NULL, ".link", v2v_network_parse_networkd },
  { "networkd", "/usr/local/lib/systemd/network", NULL, NULL, ".network",
    v2v_network_parse_networkd },
  { "networkd", "/usr/local/lib/systemd/network", NULL, NULL, ".link",
    v2v_network_parse_networkd },
  { "networkd", "/usr/lib/systemd/network", NULL, NULL, ".network",
    v2v_network_parse_networkd },
  { "networkd", "/usr/lib/systemd/network", NULL, NULL, ".link",
    v2v_network_parse_networkd },
  { "networkd", "/lib/systemd/network", NULL, NULL, ".network", v2v_network_parse_networkd },
  { "networkd", "/lib/systemd/network", NULL, NULL, ".link", v2v_network_parse_networkd },
  { "networkmanager", "/etc/NetworkManager/system-connections", NULL, NULL, NULL,
    v2v_network_parse_keyfile },
  { "networkmanager", "/usr/lib/NetworkManager/system-connections", NULL, NULL, NULL,
    v2v_network_parse_keyfile },
  { "ifcfg", "/etc/sysconfig/network-scripts", "ifcfg-", NULL, NULL,
    v2v_network_parse_ifcfg },
  { "ifcfg", "/etc/sysconfig/network", "ifcfg-", NULL, NULL, v2v_network_parse_ifcfg },
  { "udev", "/etc/udev/rules.d", NULL, "net", ".rules", v2v_network_parse_udev },
};

typedef struct {
  V2vFs *fs;
  V2vGuest *guest;
  GHashTable *seen; /* "kind/name", or paths that were read */
  guint n_files;
} Search;

V2vNetConfig *
v2v_network_add (V2vGuest *guest, const char *kind, const char *file)
{
  V2vNetConfig *row;

  if (guest->network->len >= V2V_NETWORK_ROWS_MAX)
    return NULL;
  row = v2v_guest_add_network (guest);
  row->kind = g_strdup (kind);
  row->file = g_strdup (file);
  if (guest->network->len == V2V_NETWORK_ROWS_MAX)
    v2v_guest_add_unknown (guest, "network", "more than %d interfaces are configured",
                           V2V_NETWORK_ROWS_MAX - 1);
  return row;
}

char *
v2v_network_dup_mac (const char *text)
{
  g_autoptr (GString) mac = g_string_new (NULL);

  for (; text != NULL && *text != '\0'; text++) {
    if (mac->len % 3 == 2) {
      if (*text != ':' && *text != '-')
        return NULL;
      g_string_append_c (mac, ':');
    } else if (g_ascii_isxdigit (*text) && mac->len < strlen ("00:00:00:00:00:00")) {
      g_string_append_c (mac, g_ascii_tolower (*text));
    } else {
      return NULL;
    }
  }
  if (mac->len != strlen ("00:00:00:00:00:00"))
    return NULL;
  return g_strdup (mac->str);
}

char *
v2v_network_dup_interface (const char *text)
{
  if (text == NULL || *text == '\0')
    return NULL;
  return g_strndup (text, INTERFACE_NAME_MAX);
}

/* What is no Ethernet card by the name that everybody gives it; systemd's own units for
 * tunnels, containers and the like are on every guest. */
static gboolean
is_virtual_name (const char *name)
{
  static const char *const exact[] = { "lo", "host0", NULL };
  static const char *const prefixes[]
    = { "6rd-",  "bond", "br-",  "bridge", "cali", "cni",  "docker", "dummy", "flannel", "gre",
        "ib",    "ip6",  "ipvl", "lxc",    "lxd",  "macv", "ovs",    "podman", "ppp",    "sit",
        "tap",   "team", "tun",  "vb-",    "ve-",  "veth", "virbr",  "vlan",   "vnet",   "vrf",
        "vt-",   "vti",  "vxlan", "vz-",   "wg",   "wl",   "ww",     "zt" };

  if (g_strv_contains (exact, name) || strpbrk (name, ".:") != NULL)
    return TRUE;
  if (g_str_has_prefix (name, "br") && name[2] != '\0' && strchr ("0123456789*?[", name[2]) != NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;
  }
  return FALSE;
}

/* "docker* veth*"; what is not for some names may be for any other. */
static gboolean
are_virtual_names (const char *patterns)
{
  g_auto (GStrv) words = g_strsplit_set (patterns, " \t", -1);
  gboolean any = FALSE;

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0' && !is_virtual_name (words[i]))
      return FALSE;
    any |= *words[i] != '\0';
  }
  return any;
}

/* Editors and package managers leave copies that every reader ignores. */
static gboolean
is_leftover (const char *name)
{
  static const char *const suffixes[]
    = { "~", ".bak", ".orig", ".rpmnew", ".rpmorig", ".rpmsave", ".swp", ".template" };

  if (name[0] == '.')
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (g_str_has_suffix (name, suffixes[i]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_wanted (const Place *place, const char *name)
{
  return !is_leftover (name)
         && (place->prefix == NULL || g_str_has_prefix (name, place->prefix))
         && (place->infix == NULL || strstr (name, place->infix) != NULL)
         && (place->suffix == NULL || g_str_has_suffix (name, place->suffix));
}

/* TRUE when @key is new and there is room for another file. */
static gboolean
take (Search *search, char *key)
{
  if (!g_hash_table_add (search->seen, key))
    return FALSE;
  search->n_files++;
  if (search->n_files == FILES_MAX + 1)
    v2v_guest_add_unknown (search->guest, "network", "more than %d configuration files",
                           FILES_MAX);
  return search->n_files <= FILES_MAX;
}

static gboolean
read_place (Search *search, const Place *place, GPtrArray *names, GError **error)
{
  for (guint i = 0; i < names->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);
    g_autofree char *path = g_strconcat (place->directory, "/", info->name, NULL);
    g_autofree char *text = NULL;

    if (info->kind == V2V_FILE_DIRECTORY || !is_wanted (place, info->name))
      continue;
    if (!take (search, g_strconcat (place->kind, "/", info->name, NULL)))
      continue;
    if (!v2v_inspect_read_text (search->fs, search->guest, path, &text, error))
      return FALSE;
    if (text != NULL)
      place->parse (text, path, search->guest);
  }
  return TRUE;
}

static gboolean
read_places (Search *search, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    /* Two rows about one directory stand together and share its listing. */
    if (i == 0 || !g_str_equal (places[i].directory, places[i - 1].directory)) {
      g_clear_pointer (&names, g_ptr_array_unref);
      if (!v2v_inspect_list (search->fs, search->guest, places[i].directory, &names, error))
        return FALSE;
    }
    if (!read_place (search, &places[i], names, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean read_interfaces (Search *search, const char *path, guint depth,
                                 GError **error);

/* The names that run-parts would take, which is what source-directory uses. */
static gboolean
is_part_name (const char *name)
{
  return strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-") == strlen (name);
}

static gboolean
matches (const char *pattern, const char *name)
{
  return fnmatch (pattern, name, FNM_PERIOD) == 0;
}

static gboolean
is_expensive (const char *pattern)
{
  guint stars = 0;

  for (; *pattern != '\0'; pattern++)
    stars += *pattern == '*';
  return stars > SOURCE_STARS_MAX;
}

/* Follows "source PATTERN", whose last component may be a pattern, and
 * "source-directory DIR/". */
static gboolean
read_source (Search *search, const char *source, guint depth, GError **error)
{
  g_autofree char *absolute
    = source[0] == '/' ? g_strdup (source) : g_strconcat ("/etc/network/", source, NULL);
  gboolean is_directory = g_str_has_suffix (absolute, "/");
  g_autofree char *directory = g_path_get_dirname (absolute);
  g_autofree char *pattern = g_path_get_basename (absolute);
  g_autoptr (GPtrArray) names = NULL;

  if (!is_directory && strpbrk (pattern, "*?[") == NULL)
    return read_interfaces (search, absolute, depth, error);
  if (is_expensive (pattern)) {
    v2v_guest_add_unknown (search->guest, "network", "source '%s': too many stars", source);
    return TRUE;
  }
  if (!v2v_inspect_list (search->fs, search->guest, directory, &names, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);
    g_autofree char *path = g_strconcat (directory, "/", info->name, NULL);
    gboolean wanted = is_directory ? is_part_name (info->name) : matches (pattern, info->name);

    if (wanted && info->kind != V2V_FILE_DIRECTORY
        && !read_interfaces (search, path, depth, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_interfaces (Search *search, const char *path, guint depth, GError **error)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  if (depth > SOURCE_DEPTH_MAX || !take (search, g_strdup (path)))
    return TRUE;
  if (!v2v_inspect_read_text (search->fs, search->guest, path, &text, error))
    return FALSE;
  if (text != NULL)
    v2v_network_parse_interfaces (text, path, search->guest, sources);
  for (guint i = 0; i < sources->len; i++) {
    if (!read_source (search, g_ptr_array_index (sources, i), depth + 1, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
v2v_inspect_network (V2vFs *fs, V2vGuest *guest, GError **error)
{
  Search search = { .fs = fs, .guest = guest };
  gboolean ok;

  search.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ok = read_interfaces (&search, "/etc/network/interfaces", 0, error)
       && read_places (&search, error);
  g_hash_table_unref (search.seen);
  for (guint i = 0; i < guest->network->len; i++) {
    V2vNetConfig *row = g_ptr_array_index (guest->network, i);

    row->on_top |= row->interface != NULL && are_virtual_names (row->interface);
  }
  return ok;
}
