/* SPDX-License-Identifier: GPL-2.0-or-later
 * The first byte chooses the parser. */
#include <config.h>

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
  return 0;
}
