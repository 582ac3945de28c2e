/* SPDX-License-Identifier: GPL-2.0-or-later
 * The first byte chooses the parser; what the new machine's cards are to be called follows. */
#include <config.h>

#include "v2v-card-names.h"
#include "v2v-network-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
parse (guint which, const char *text, V2vGuest *guest)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_free);

  switch (which) {
  case 0:
    v2v_network_parse_interfaces (text, "/etc/network/interfaces", guest, sources);
    break;
  case 1:
    v2v_network_parse_netplan (text, "/etc/netplan/a.yaml", guest);
    break;
  case 2:
    v2v_network_parse_networkd (text, "/etc/systemd/network/a.network", guest);
    break;
  case 3:
    v2v_network_parse_networkd (text, "/etc/systemd/network/a.link", guest);
    break;
  case 4:
    v2v_network_parse_keyfile (text, "/etc/NetworkManager/system-connections/a", guest);
    break;
  case 5:
    v2v_network_parse_ifcfg (text, "/etc/sysconfig/network/ifcfg-a", guest);
    break;
  default:
    v2v_network_parse_udev (text, "/etc/udev/rules.d/70-persistent-net.rules", guest);
  }
}

/* What stands in the guest's files must not end the strings of a rule of udev. */
static void
check_names (const V2vGuest *guest, gboolean mac_kept)
{
  g_autoptr (V2vCardNames) names = v2v_card_names_new (guest, mac_kept);
  g_autofree char *text = v2v_card_names_to_rules (names);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (GStrv) quotes = g_strsplit (text, "\"", -1);
  guint n_rules = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n_rules += g_str_has_prefix (lines[i], "SUBSYSTEM==\"net\", ACTION==\"add\", ");
  g_assert_cmpuint (n_rules, <=, V2V_CARD_NAMES_MAX);
  /* Two lines of comment, nothing behind the last line's end. */
  g_assert_cmpuint (g_strv_length (lines), ==, n_rules + 3);
  g_assert_cmpuint (g_strv_length (quotes) - 1,
                    ==, names->pins->len * 12 + (n_rules - names->pins->len) * 10);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autofree char *text = NULL;

  if (size == 0)
    return 0;
  text = g_strndup ((const char *) data + 1, size - 1);
  parse ((data[0] - '0') % 7u, text, guest);
  g_assert_cmpuint (guest->network->len, <=, V2V_NETWORK_ROWS_MAX);
  check_names (guest, FALSE);
  check_names (guest, TRUE);
  return 0;
}
