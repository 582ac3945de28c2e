/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-card-names.h - the names of network cards that a guest's configuration is for
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/* More cards than this have no place in a virtual machine. */
#define V2V_CARD_NAMES_MAX 64

typedef struct {
  GPtrArray *pins;  /* V2vCardPin: names that belong to a MAC address */
  GPtrArray *names; /* char*, sorted: names that stand for themselves */
} V2vCardNames;

typedef struct {
  char *mac;
  char *name;
} V2vCardPin;

/**
 * v2v_card_names_new:
 * @guest: of which ->network counts
 * @mac_kept: the new machine's cards have the old MAC addresses
 *
 * Only names that udev or the kernel give to Ethernet cards; what lies on top of one (a
 * bridge, "ens192.100"), patterns, and cards that something else names already do not count.
 *
 * Returns: (transfer full): what the new machine's cards have to be called
 */
V2vCardNames *v2v_card_names_new (const V2vGuest *guest, gboolean mac_kept)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_card_names_free (V2vCardNames *names); /* NULL is allowed */

/* (transfer full): a file for /etc/udev/rules.d that gives the pins their names, and to the
 * first card that appears the one name without a pin, if there is just that one. */
char *v2v_card_names_to_rules (const V2vCardNames *names) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vCardNames, v2v_card_names_free)

G_END_DECLS
