/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-boot-text.c - the line-based boot configurations: BLS, GRUB 0.97, extlinux
 */
#include <config.h>

#include <string.h>

#include "v2v-grub-private.h"

#define BLANKS " \t\r"

/* Takes the next line from @p as "KEY rest": the key is cut off and the rest stripped.
 * FALSE at the end of the text; blank and comment lines have an empty key. */
static gboolean
next_line (const char **p, char **out_line, char **out_rest)
{
  gsize n = strcspn (*p, "\n");
  char *line;
  char *key;

  if (**p == '\0')
    return FALSE;
  line = g_strndup (*p, n);
  *p += (*p)[n] == '\n' ? n + 1 : n;
  key = line + strspn (line, BLANKS);
  memmove (line, key, strlen (key) + 1);
  if (line[0] == '#')
    line[0] = '\0';
  n = strcspn (line, BLANKS "=");
  *out_rest = line + n;
  if (line[n] != '\0') {
    line[n++] = '\0';
    *out_rest = line + n + strspn (line + n, BLANKS "=");
  }
  g_strchomp (*out_rest);
  *out_line = line;
  return TRUE;
}

static void
replace (char **field, char *value)
{
  g_free (*field);
  *field = value;
}

/* Appends with a blank between: options may stand in several lines. */
static void
append (char **field, const char *value)
{
  gsize have = *field == NULL ? 0 : strlen (*field);

  if (have + strlen (value) <= V2V_BOOT_TEXT_MAX)
    replace (field, have == 0 ? g_strdup (value) : g_strconcat (*field, " ", value, NULL));
}

/* The last of several words: microcode comes before the real initrd. */
static char *
last_word (const char *text)
{
  const char *blank = strrchr (text, ' ');

  return g_strdup (blank == NULL ? text : blank + 1);
}

void
v2v_bls_parse (V2vMenu *menu, const char *id, const char *text)
{
  V2vMenuEntry *m;
  char *line;
  char *rest;

  if (v2v_menu_is_full (menu))
    return;
  m = v2v_menu_add (menu);
  m->id = g_strdup (id);
  for (const char *p = text; next_line (&p, &line, &rest); g_free (line)) {
    g_autofree char *value = v2v_menu_expand (menu, rest);

    if (g_str_equal (line, "title"))
      replace (&m->entry.title, g_steal_pointer (&value));
    else if (g_str_equal (line, "linux") || g_str_equal (line, "efi"))
      replace (&m->entry.kernel, g_steal_pointer (&value));
    else if (g_str_equal (line, "initrd") && *value != '\0')
      /* "initrd X $tuned_initrd": what a variable adds is an overlay. */
      replace (&m->entry.initrd, strchr (rest, '$') != NULL ? g_strndup (value, strcspn (value, " "))
                                                          : last_word (value));
    else if (g_str_equal (line, "options"))
      append (&m->entry.cmdline, g_strchomp (value));
  }
  if (m->entry.kernel == NULL)
    v2v_menu_drop_last (menu);
}

static void
set_legacy_kernel (V2vMenuEntry *m, const char *rest)
{
  gsize n;

  while (g_str_has_prefix (rest, "--"))
    rest += strcspn (rest, BLANKS) + strspn (rest + strcspn (rest, BLANKS), BLANKS);
  n = strcspn (rest, BLANKS);
  if (m->entry.kernel != NULL || n == 0)
    return;
  m->entry.kernel = g_strndup (rest, n);
  m->entry.cmdline = g_strdup (rest + n + strspn (rest + n, BLANKS));
}

void
v2v_grub_legacy_parse (V2vMenu *menu, const char *text)
{
  V2vMenuEntry *m = NULL;
  guint top = 0;
  char *line;
  char *rest;

  for (const char *p = text; next_line (&p, &line, &rest); g_free (line)) {
    if (g_str_equal (line, "default")) {
      v2v_menu_set_default (menu, rest);
    } else if (g_str_equal (line, "title")) {
      if (m != NULL && m->entry.kernel == NULL)
        v2v_menu_drop_last (menu);
      m = v2v_menu_is_full (menu) ? NULL : v2v_menu_add (menu);
      if (m != NULL) {
        m->entry.title = g_strdup (rest);
        m->top = top++;
      }
    } else if (m != NULL && g_str_equal (line, "kernel")) {
      set_legacy_kernel (m, rest);
    } else if (m != NULL && g_str_equal (line, "initrd") && *rest != '\0') {
      replace (&m->entry.initrd, g_strdup (rest));
    }
  }
  if (m != NULL && m->entry.kernel == NULL)
    v2v_menu_drop_last (menu);
}

static void
set_append (V2vMenuEntry *m, const char *rest)
{
  const char *initrd = strstr (rest, "initrd=");

  replace (&m->entry.cmdline, g_strdup (rest));
  if (initrd != NULL && m->entry.initrd == NULL) {
    initrd += strlen ("initrd=");
    m->entry.initrd = g_strndup (initrd, strcspn (initrd, BLANKS ","));
  }
}

void
v2v_extlinux_parse (V2vMenu *menu, const char *text)
{
  V2vMenuEntry *m = NULL;
  char *line;
  char *rest;

  for (const char *p = text; next_line (&p, &line, &rest); g_free (line)) {
    if (g_ascii_strcasecmp (line, "default") == 0) {
      v2v_menu_set_default (menu, rest);
    } else if (g_ascii_strcasecmp (line, "label") == 0) {
      if (m != NULL && m->entry.kernel == NULL)
        v2v_menu_drop_last (menu);
      m = v2v_menu_is_full (menu) ? NULL : v2v_menu_add (menu);
      if (m != NULL) {
        m->id = g_strdup (rest);
        m->top = menu->entries->len - 1;
      }
    } else if (m == NULL) {
      continue;
    } else if (g_ascii_strcasecmp (line, "menu") == 0
               && g_ascii_strncasecmp (rest, "label ", 6) == 0) {
      replace (&m->entry.title, g_strdup (rest + 6));
    } else if (g_ascii_strcasecmp (line, "kernel") == 0
               || g_ascii_strcasecmp (line, "linux") == 0) {
      replace (&m->entry.kernel, g_strdup (rest));
    } else if (g_ascii_strcasecmp (line, "initrd") == 0) {
      replace (&m->entry.initrd, g_strndup (rest, strcspn (rest, ",")));
    } else if (g_ascii_strcasecmp (line, "append") == 0) {
      set_append (m, rest);
    }
  }
  if (m != NULL && m->entry.kernel == NULL)
    v2v_menu_drop_last (menu);
}

void
v2v_loader_conf_parse (V2vMenu *menu, const char *text)
{
  char *line;
  char *rest;

  for (const char *p = text; next_line (&p, &line, &rest); g_free (line)) {
    if (!g_str_equal (line, "default"))
      continue;
    if (g_str_has_suffix (rest, ".conf"))
      rest[strlen (rest) - strlen (".conf")] = '\0';
    v2v_menu_set_default (menu, rest);
  }
}
