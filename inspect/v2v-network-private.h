/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-network-private.h - readers of one network configuration file each
 *
 * Every parser takes the text of one file and adds rows to guest->network; text that
 * makes no sense adds nothing or a row in guest->unknown, and never fails.
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/* More rows than this come from an attack, not from an administrator. */
#define V2V_NETWORK_ROWS_MAX 1000

typedef void (*V2vNetworkParser) (const char *text, const char *file, V2vGuest *guest);

/**
 * v2v_network_parse_interfaces:
 * @sources: (element-type utf8): receives the arguments of "source" and
 *   "source-directory" (these with a "/" at the end), as written
 */
void v2v_network_parse_interfaces (const char *text, const char *file, V2vGuest *guest,
                                   GPtrArray *sources);

void v2v_network_parse_netplan (const char *text, const char *file, V2vGuest *guest);
/* systemd: NAME.network and NAME.link, told apart by @file. */
void v2v_network_parse_networkd (const char *text, const char *file, V2vGuest *guest);
/* NetworkManager's keyfile. */
void v2v_network_parse_keyfile (const char *text, const char *file, V2vGuest *guest);
/* Red Hat's and SUSE's ifcfg-NAME. */
void v2v_network_parse_ifcfg (const char *text, const char *file, V2vGuest *guest);
/* udev rules that name an interface by its MAC address. */
void v2v_network_parse_udev (const char *text, const char *file, V2vGuest *guest);

/* (transfer none) (nullable): a new row; %NULL with one row in unknown when there
 * are too many. */
V2vNetConfig *v2v_network_add (V2vGuest *guest, const char *kind, const char *file);

/* (transfer full) (nullable): @text as 06:aa:bb:cc:dd:ee, %NULL when it is no MAC. */
char *v2v_network_dup_mac (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (nullable): an interface name or pattern, %NULL when empty; cut
 * when it is absurdly long. */
char *v2v_network_dup_interface (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
