/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-menu.c - a boot menu and which of its entries is the default
 */
#include <config.h>

#include <string.h>

#include "v2v-grub-private.h"
#include "v2v-str.h"

#define VARS_MAX 4096

static void
menu_entry_free (gpointer p)
{
  V2vMenuEntry *m = p;

  g_free (m->entry.file);
  g_free (m->entry.title);
  g_free (m->entry.kernel);
  g_free (m->entry.initrd);
  g_free (m->entry.cmdline);
  g_free (m->id);
  g_free (m->submenu);
  g_free (m->submenu_id);
  g_free (m);
}

V2vMenu *
v2v_menu_new (void)
{
  V2vMenu *menu = g_new0 (V2vMenu, 1);

  menu->entries = g_ptr_array_new_with_free_func (menu_entry_free);
  menu->vars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return menu;
}

void
v2v_menu_free (V2vMenu *menu)
{
  if (menu == NULL)
    return;
  g_ptr_array_unref (menu->entries);
  g_hash_table_unref (menu->vars);
  g_free (menu->default_spec);
  g_free (menu);
}

V2vMenuEntry *
v2v_menu_add (V2vMenu *menu)
{
  V2vMenuEntry *m = g_new0 (V2vMenuEntry, 1);

  g_ptr_array_add (menu->entries, m);
  return m;
}

void
v2v_menu_drop_last (V2vMenu *menu)
{
  if (menu->entries->len > 0)
    g_ptr_array_remove_index (menu->entries, menu->entries->len - 1);
}

gboolean
v2v_menu_is_full (const V2vMenu *menu)
{
  return menu->entries->len >= V2V_BOOT_ENTRIES_MAX;
}

void
v2v_menu_set_var (V2vMenu *menu, const char *name, const char *value)
{
  if (g_hash_table_size (menu->vars) < VARS_MAX || g_hash_table_contains (menu->vars, name))
    g_hash_table_replace (menu->vars, g_strdup (name), g_strdup (value));
}

void
v2v_menu_set_default (V2vMenu *menu, const char *spec)
{
  if (*spec == '\0')
    return;
  g_free (menu->default_spec);
  menu->default_spec = g_strdup (spec);
}

/* "0", "12". */
static gboolean
parse_index (const char *text, guint *out)
{
  gsize n = strlen (text);

  if (n == 0 || n > 6 || strspn (text, "0123456789") != n)
    return FALSE;
  *out = (guint) g_ascii_strtoull (text, NULL, 10);
  return TRUE;
}

static gboolean
names (const char *spec, guint index, const char *title, const char *id)
{
  guint wanted;

  if (parse_index (spec, &wanted))
    return wanted == index;
  return g_strcmp0 (spec, id) == 0 || g_strcmp0 (spec, title) == 0;
}

/* "1>2" and "Advanced options>gnulinux-6.1-advanced-UUID": a submenu, then an entry. */
static gboolean
is_named (const V2vMenuEntry *m, const char *spec)
{
  const char *split = strchr (spec, '>');
  g_autofree char *first = split == NULL ? g_strdup (spec)
                                         : g_strndup (spec, (gsize) (split - spec));

  if (m->submenu == NULL)
    return split == NULL && names (first, m->top, m->entry.title, m->id);
  /* A submenu as default boots its own first entry. */
  return names (first, m->top, m->submenu, m->submenu_id)
         && (split == NULL ? m->sub == 0
                           : names (split + 1, m->sub, m->entry.title, m->id));
}

/* systemd-boot: a pattern for ids; grubby saves ids, and kernels' paths as well. */
static gboolean
matches_loosely (const V2vMenuEntry *m, const char *spec)
{
  return (m->id != NULL && strpbrk (spec, "*?") != NULL && v2v_str_matches (spec, m->id))
         || (m->entry.kernel != NULL && g_str_has_prefix (spec, "/")
             && g_str_has_suffix (spec, m->entry.kernel));
}

V2vMenuEntry *
v2v_menu_default (const V2vMenu *menu)
{
  const char *spec = menu->default_spec;
  V2vMenuEntry *first = NULL;

  if (g_strcmp0 (spec, "saved") == 0)
    spec = g_hash_table_lookup (menu->vars, "saved_entry");
  for (guint i = 0; spec != NULL && i < menu->entries->len; i++)
    if (is_named (menu->entries->pdata[i], spec))
      return menu->entries->pdata[i];
  for (guint i = 0; spec != NULL && i < menu->entries->len; i++)
    if (matches_loosely (menu->entries->pdata[i], spec))
      return menu->entries->pdata[i];
  /* What GRUB does with a default that it cannot find: the first entry. */
  for (guint i = 0; i < menu->entries->len; i++) {
    V2vMenuEntry *m = menu->entries->pdata[i];

    if (first == NULL || m->top < first->top)
      first = m;
  }
  return first;
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

void
v2v_menu_expand_one (const V2vMenu *menu, const char **p, GString *out)
{
  const char *start = *p + 1;
  gboolean braces = *start == '{';
  const char *end;
  g_autofree char *name = NULL;
  const char *value;

  start += braces;
  end = start;
  while (is_name_char (*end))
    end++;
  if (end == start || (braces && *end != '}')) {
    g_string_append_c (out, '$');
    (*p)++;
    return;
  }
  name = g_strndup (start, (gsize) (end - start));
  value = g_hash_table_lookup (menu->vars, name);
  /* "set a=$a$a" over and over must not grow without end. */
  if (value != NULL && out->len + strlen (value) <= V2V_BOOT_TEXT_MAX)
    g_string_append (out, value);
  *p = end + braces;
}

char *
v2v_menu_expand (const V2vMenu *menu, const char *text)
{
  GString *out = g_string_new (NULL);

  while (*text != '\0' && out->len <= V2V_BOOT_TEXT_MAX) {
    if (*text == '$')
      v2v_menu_expand_one (menu, &text, out);
    else
      g_string_append_c (out, *text++);
  }
  return g_string_free (out, FALSE);
}

/* grub-editenv's block: a comment line, NAME=value lines, a backslash before each
 * backslash and newline, '#' up to 1024 bytes. */
void
v2v_grubenv_parse (V2vMenu *menu, const char *text)
{
  while (*text != '\0') {
    g_autoptr (GString) line = g_string_new (NULL);
    char *equals;

    for (; *text != '\0' && *text != '\n'; text++) {
      if (*text == '\\' && text[1] != '\0')
        text++;
      g_string_append_c (line, *text);
    }
    text += *text == '\n';
    equals = strchr (line->str, '=');
    if (line->str[0] == '#' || equals == NULL)
      continue;
    *equals = '\0';
    v2v_menu_set_var (menu, line->str, equals + 1);
  }
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const V2vMenuEntry *const *x = a;
  const V2vMenuEntry *const *y = b;

  return -v2v_str_compare_natural ((*x)->id, (*y)->id);
}

void
v2v_bls_sort (V2vMenu *menu)
{
  g_ptr_array_sort (menu->entries, compare_ids);
  for (guint i = 0; i < menu->entries->len; i++)
    ((V2vMenuEntry *) menu->entries->pdata[i])->top = i;
}
