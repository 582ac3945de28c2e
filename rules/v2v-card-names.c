/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-card-names.c - the names of network cards that a guest's configuration is for
 */
#include <config.h>

#include "v2v-card-names.h"

#include <string.h>

/* IFNAMSIZ without its NUL. */
#define NAME_LENGTH_MAX 15

/* What the new machine may give: virtio, or in compatibility mode the others. */
#define DRIVERS "virtio_net|e1000e|e1000|rtl8139"

static void
pin_free (gpointer data)
{
  V2vCardPin *pin = data;

  g_free (pin->mac);
  g_free (pin->name);
  g_free (pin);
}

/* eth0, em1, p2p1, and systemd's en with o, s, p, P, x or X (Xen) behind it: what a card is
 * called by somebody else than its owner. */
static gboolean
is_card_name (const char *name)
{
  gsize length = name != NULL ? strlen (name) : 0;

  if (length < 3 || length > NAME_LENGTH_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (name[i]))
      return FALSE;
  if (g_str_has_prefix (name, "eth"))
    return g_ascii_isdigit (name[3]);
  if (g_str_has_prefix (name, "em"))
    return g_ascii_isdigit (name[2]);
  if (g_str_has_prefix (name, "en"))
    return strchr ("ospPxX", name[2]) != NULL;
  return name[0] == 'p' && g_ascii_isdigit (name[1]) && strchr (name + 2, 'p') != NULL;
}

static gboolean
only_names (const V2vNetConfig *row)
{
  return g_str_equal (row->kind, "udev") || g_str_has_suffix (row->file, ".link");
}

/* A rule or .link file of the guest's own gives the name, if its card is still known: one for
 * the driver of a card that is gone gives it to nobody. */
static gboolean
is_named (const V2vGuest *guest, const char *name, gboolean mac_kept)
{
  for (guint i = 0; i < guest->network->len; i++) {
    const V2vNetConfig *row = g_ptr_array_index (guest->network, i);

    if (only_names (row) && g_strcmp0 (row->interface, name) == 0
        && strstr (row->file, "v2v-wrapper") == NULL && (row->mac == NULL || mac_kept)
        && v2v_net_config_takes_virtio (row))
      return TRUE;
  }
  return FALSE;
}

static void
add_pin (V2vCardNames *self, const V2vNetConfig *row)
{
  V2vCardPin *pin;

  for (guint i = 0; i < self->pins->len; i++) {
    pin = g_ptr_array_index (self->pins, i);
    if (g_str_equal (pin->mac, row->mac) || g_str_equal (pin->name, row->interface))
      return;
  }
  pin = g_new0 (V2vCardPin, 1);
  pin->mac = g_strdup (row->mac);
  pin->name = g_strdup (row->interface);
  g_ptr_array_add (self->pins, pin);
}

static void
read_row (V2vCardNames *self, const V2vGuest *guest, const V2vNetConfig *row, gboolean mac_kept)
{
  if (row->on_top || only_names (row) || !is_card_name (row->interface)
      || is_named (guest, row->interface, mac_kept)
      || self->pins->len + self->names->len >= V2V_CARD_NAMES_MAX)
    return;
  if (row->mac == NULL) {
    if (!g_ptr_array_find_with_equal_func (self->names, row->interface, g_str_equal, NULL))
      g_ptr_array_add (self->names, g_strdup (row->interface));
    return;
  }
  /* netplan renames its cards itself, and to ifupdown such a name is no card's.  Of a MAC
   * address that is gone there is nothing to keep. */
  if (mac_kept && !g_str_equal (row->kind, "netplan") && !g_str_equal (row->kind, "ifupdown"))
    add_pin (self, row);
}

/* What a pin names is not one of the others too. */
static void
drop_pinned (V2vCardNames *self)
{
  for (guint i = 0; i < self->pins->len; i++) {
    const V2vCardPin *pin = g_ptr_array_index (self->pins, i);
    guint index;

    if (g_ptr_array_find_with_equal_func (self->names, pin->name, g_str_equal, &index))
      g_ptr_array_remove_index (self->names, index);
  }
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

V2vCardNames *
v2v_card_names_new (const V2vGuest *guest, gboolean mac_kept)
{
  V2vCardNames *self = g_new0 (V2vCardNames, 1);

  self->pins = g_ptr_array_new_with_free_func (pin_free);
  self->names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < guest->network->len; i++)
    read_row (self, guest, g_ptr_array_index (guest->network, i), mac_kept);
  drop_pinned (self);
  g_ptr_array_sort (self->names, compare_strings);
  return self;
}

void
v2v_card_names_free (V2vCardNames *names)
{
  if (names == NULL)
    return;
  g_ptr_array_unref (names->pins);
  g_ptr_array_unref (names->names);
  g_free (names);
}

char *
v2v_card_names_to_rules (const V2vCardNames *names)
{
  GString *out = g_string_new ("# Written by v2v-wrapper: the new machine's network cards have "
                               "the names that this\n# guest's network configuration is for.\n");

  for (guint i = 0; i < names->pins->len; i++) {
    const V2vCardPin *pin = g_ptr_array_index (names->pins, i);

    g_string_append_printf (out,
                            "SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", "
                            "ATTR{address}==\"%s\", ATTR{type}==\"1\", NAME=\"%s\"\n",
                            pin->mac, pin->name);
  }
  if (names->pins->len == 0 && names->names->len == 1)
    g_string_append_printf (out,
                            "SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"" DRIVERS "\", "
                            "ATTR{type}==\"1\", NAME=\"%s\"\n",
                            (const char *) g_ptr_array_index (names->names, 0));
  return g_string_free (out, FALSE);
}
