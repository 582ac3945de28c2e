/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-network-ifupdown.c - /etc/network/interfaces
 */
#include <config.h>

#include <string.h>

#include "v2v-network-private.h"

#define WORDS_MAX 64
#define SOURCES_MAX 100

/* Joins lines that end in a backslash. */
static char *
join_lines (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));

  for (; *text != '\0'; text++) {
    if (text[0] == '\\' && text[1] == '\n') {
      g_string_append_c (out, ' ');
      text++;
    } else {
      g_string_append_c (out, *text);
    }
  }
  return g_string_free (out, FALSE);
}

/* (transfer full): the words of a line, without empty ones. */
static GPtrArray *
split_words (const char *line)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  while (words->len < WORDS_MAX) {
    gsize n;

    line += strspn (line, " \t\r");
    n = strcspn (line, " \t\r");
    if (n == 0)
      break;
    g_ptr_array_add (words, g_strndup (line, n));
    line += n;
  }
  return words;
}

/* An interface has a stanza for each protocol but is one row. */
static V2vNetConfig *
find_or_add (V2vGuest *guest, const char *file, guint first, const char *name)
{
  V2vNetConfig *row;

  for (guint i = first; i < guest->network->len; i++) {
    row = g_ptr_array_index (guest->network, i);
    if (g_strcmp0 (row->interface, name) == 0)
      return row;
  }
  row = v2v_network_add (guest, "ifupdown", file);
  if (row != NULL)
    row->interface = v2v_network_dup_interface (name);
  return row;
}

/* "iface eth0 inet dhcp" */
static void
read_iface (V2vGuest *guest, const char *file, guint first, const GPtrArray *words)
{
  const char *name = g_ptr_array_index (words, 1);
  const char *family = words->len > 2 ? g_ptr_array_index (words, 2) : "";
  const char *method = words->len > 3 ? g_ptr_array_index (words, 3) : "";
  V2vNetConfig *row;

  if (g_str_equal (method, "loopback") || g_str_equal (name, "lo"))
    return;
  row = find_or_add (guest, file, first, name);
  if (row == NULL)
    return;
  /* IPv4 decides when both are configured differently. */
  if (row->method != NULL && !g_str_equal (family, "inet"))
    return;
  if (g_str_equal (method, "dhcp") || g_str_equal (method, "bootp")) {
    g_free (row->method);
    row->method = g_strdup ("dhcp");
  } else if (g_str_equal (method, "static")) {
    g_free (row->method);
    row->method = g_strdup ("static");
  }
}

/* "auto /mac/06:aa:bb:cc:dd:ee=eth0" finds an interface by its address. */
static void
read_auto (V2vGuest *guest, const char *file, guint first, const GPtrArray *words)
{
  for (guint i = 1; i < words->len; i++) {
    const char *word = g_ptr_array_index (words, i);
    const char *name = strchr (word, '=');
    g_autofree char *text = NULL;
    g_autofree char *mac = NULL;
    V2vNetConfig *row;

    if (!g_str_has_prefix (word, "/mac/") || name == NULL)
      continue;
    text = g_strndup (word + strlen ("/mac/"), (gsize) (name - word) - strlen ("/mac/"));
    g_strdelimit (text, "/", '\0');
    mac = v2v_network_dup_mac (text);
    if (mac == NULL || name[1] == '\0')
      continue;
    row = find_or_add (guest, file, first, name + 1);
    if (row == NULL)
      return;
    g_free (row->mac);
    row->mac = g_steal_pointer (&mac);
  }
}

static void
read_line (const GPtrArray *words, const char *file, V2vGuest *guest, guint first,
           GPtrArray *sources)
{
  const char *keyword;

  if (words->len < 2)
    return;
  keyword = g_ptr_array_index (words, 0);
  if (g_str_equal (keyword, "iface"))
    read_iface (guest, file, first, words);
  else if (g_str_equal (keyword, "auto") || g_str_equal (keyword, "allow-hotplug"))
    read_auto (guest, file, first, words);
  else if (g_str_equal (keyword, "source") && sources->len < SOURCES_MAX)
    g_ptr_array_add (sources, g_strdup (g_ptr_array_index (words, 1)));
  else if (g_str_equal (keyword, "source-directory") && sources->len < SOURCES_MAX)
    g_ptr_array_add (sources, g_strconcat (g_ptr_array_index (words, 1), "/", NULL));
}

void
v2v_network_parse_interfaces (const char *text, const char *file, V2vGuest *guest,
                              GPtrArray *sources)
{
  g_autofree char *joined = join_lines (text);
  guint first = guest->network->len;
  char *line = joined;

  while (line != NULL) {
    char *end = strchr (line, '\n');
    g_autoptr (GPtrArray) words = NULL;

    if (end != NULL)
      *end++ = '\0';
    words = split_words (line);
    if (words->len > 0 && ((const char *) g_ptr_array_index (words, 0))[0] != '#')
      read_line (words, file, guest, first, sources);
    line = end;
  }
}
