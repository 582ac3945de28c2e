/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-grub.c - grub.cfg
 */
#include <config.h>

#include <string.h>

#include "v2v-grub-private.h"

/* Deeper than that no menu is nested; braces beyond are counted only. */
#define DEPTH_MAX 64

typedef enum { BLOCK_OTHER, BLOCK_ENTRY, BLOCK_SUBMENU } Block;

typedef struct {
  V2vMenu *menu;
  const char *p;
  GPtrArray *words;  /* char*: the command under way, variables expanded */
  gsize words_size;  /* bytes of them, at most V2V_BOOT_TEXT_MAX */
  Block blocks[DEPTH_MAX];
  guint depth;
  guint top;         /* next index in the top-level menu */
  guint sub;         /* next index in the submenu */
  char *submenu;
  char *submenu_id;
  V2vMenuEntry *entry; /* the one that is open */
  GHashTable *loaded;  /* variables that grubenv had */
} Parser;

static const char *
word (const Parser *self, guint i)
{
  return i < self->words->len ? self->words->pdata[i] : NULL;
}

/* The first argument that is no option, and the value of --id.  Debian writes
 * "$menuentry_id_option ID", which is --id once expanded, or nothing. */
static const char *
find_title (const Parser *self, const char **out_id)
{
  const char *title = NULL;

  *out_id = NULL;
  for (guint i = 1; i < self->words->len; i++) {
    const char *w = word (self, i);

    if (g_str_equal (w, "--id") || g_str_equal (w, "$menuentry_id_option"))
      *out_id = word (self, ++i);
    else if (g_str_has_prefix (w, "--id="))
      *out_id = w + strlen ("--id=");
    else if (g_str_equal (w, "--class") || g_str_equal (w, "--users") || g_str_equal (w, "--hotkey")
             || g_str_equal (w, "--source"))
      i++;
    else if (*w != '-' && title == NULL)
      title = w;
  }
  return title;
}

static void
open_entry (Parser *self)
{
  const char *id;
  const char *title = find_title (self, &id);
  V2vMenuEntry *m;

  if (self->entry != NULL || v2v_menu_is_full (self->menu))
    return;
  m = v2v_menu_add (self->menu);
  m->entry.title = g_strdup (title);
  m->id = g_strdup (id);
  m->submenu = g_strdup (self->submenu);
  m->submenu_id = g_strdup (self->submenu_id);
  m->sub = self->submenu == NULL ? 0 : self->sub++;
  m->top = self->submenu == NULL ? self->top++ : self->top;
  self->entry = m;
}

static void
open_submenu (Parser *self)
{
  const char *id;
  const char *title = find_title (self, &id);

  /* A submenu inside a submenu is flattened into it. */
  if (self->submenu != NULL)
    return;
  self->submenu = g_strdup (title == NULL ? "" : title);
  self->submenu_id = g_strdup (id);
  self->sub = 0;
}

static void
open_block (Parser *self)
{
  const char *command = word (self, 0);
  Block block = BLOCK_OTHER;

  if (g_strcmp0 (command, "menuentry") == 0 && self->entry == NULL) {
    block = BLOCK_ENTRY;
    open_entry (self);
  } else if (g_strcmp0 (command, "submenu") == 0 && self->submenu == NULL) {
    block = BLOCK_SUBMENU;
    open_submenu (self);
  }
  if (self->depth < DEPTH_MAX)
    self->blocks[self->depth] = block;
  self->depth++;
}

static void
close_block (Parser *self)
{
  if (self->depth == 0)
    return;
  self->depth--;
  if (self->depth >= DEPTH_MAX)
    return;
  if (self->blocks[self->depth] == BLOCK_ENTRY) {
    self->entry = NULL;
  } else if (self->blocks[self->depth] == BLOCK_SUBMENU) {
    g_clear_pointer (&self->submenu, g_free);
    g_clear_pointer (&self->submenu_id, g_free);
    self->top++;
  }
}

static void
set_kernel (Parser *self)
{
  V2vBootEntry *entry = &self->entry->entry;

  if (entry->kernel != NULL || word (self, 1) == NULL)
    return;
  entry->kernel = g_strdup (word (self, 1));
  g_ptr_array_add (self->words, NULL);
  entry->cmdline = g_strjoinv (" ", (char **) self->words->pdata + 2);
  g_ptr_array_set_size (self->words, (int) self->words->len - 1);
}

static void
run_set (Parser *self, const char *assignment)
{
  const char *equals = assignment == NULL ? NULL : strchr (assignment, '=');
  g_autofree char *name = NULL;

  if (equals == NULL)
    return;
  name = g_strndup (assignment, (gsize) (equals - assignment));
  if (g_str_equal (name, "default"))
    v2v_menu_set_default (self->menu, equals + 1);
  /* kernelopts and saved_entry are set in the file only when grubenv has none. */
  else if (!g_hash_table_contains (self->loaded, name))
    v2v_menu_set_var (self->menu, name, equals + 1);
}

static void
clear_words (Parser *self)
{
  g_ptr_array_set_size (self->words, 0);
  self->words_size = 0;
}

static gboolean
is_one_of (const char *text, const char *const *list)
{
  return text != NULL && g_strv_contains (list, text);
}

static void
run_command (Parser *self)
{
  static const char *const kernels[] = { "linux", "linux16", "linuxefi", NULL };
  static const char *const initrds[] = { "initrd", "initrd16", "initrdefi", NULL };
  const char *command;

  while (is_one_of (word (self, 0), (const char *const[]){ "then", "else", "do", NULL }))
    g_ptr_array_remove_index (self->words, 0);
  command = word (self, 0);
  if (g_strcmp0 (command, "set") == 0) {
    run_set (self, word (self, 1));
  } else if (g_strcmp0 (command, "blscfg") == 0) {
    self->menu->blscfg = TRUE;
    self->menu->bls_top = self->top;
  } else if (self->entry != NULL && is_one_of (command, kernels)) {
    set_kernel (self);
  } else if (self->entry != NULL && is_one_of (command, initrds) && self->words->len > 1) {
    g_free (self->entry->entry.initrd);
    self->entry->entry.initrd = g_strdup (word (self, self->words->len - 1));
  }
  clear_words (self);
}

/* Reads the part of a word in double quotes; only \" \\ \$ and \newline are escapes. */
static void
read_quoted (Parser *self, GString *out)
{
  self->p++;
  while (*self->p != '\0' && *self->p != '"') {
    if (*self->p == '\\' && self->p[1] != '\0' && strchr ("\"\\$\n", self->p[1]) != NULL) {
      if (self->p[1] != '\n')
        g_string_append_c (out, self->p[1]);
      self->p += 2;
    } else if (*self->p == '$') {
      v2v_menu_expand_one (self->menu, &self->p, out);
    } else {
      g_string_append_c (out, *self->p++);
    }
  }
  self->p += *self->p == '"';
}

/* $menuentry_id_option is --id since GRUB 2.00: set in every grub.cfg, without "set". */
static gboolean
read_id_option (Parser *self, GString *out)
{
  static const char *const forms[] = { "${menuentry_id_option}", "$menuentry_id_option" };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    if (g_str_has_prefix (self->p, forms[i])) {
      g_string_append (out, "--id");
      self->p += strlen (forms[i]);
      return TRUE;
    }
  }
  return FALSE;
}

static void
read_single_quoted (Parser *self, GString *out)
{
  gsize n = strcspn (self->p + 1, "'");

  g_string_append_len (out, self->p + 1, (gssize) n);
  self->p += n + 1;
  self->p += *self->p == '\'';
}

/* One word: GRUB's grammar is the shell's here. */
static void
read_word (Parser *self)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean quoted = FALSE;

  while (*self->p != '\0' && strchr (" \t\r\n;", *self->p) == NULL) {
    quoted |= *self->p == '\'' || *self->p == '"';
    if (*self->p == '\'') {
      read_single_quoted (self, out);
    } else if (*self->p == '"') {
      read_quoted (self, out);
    } else if (*self->p == '\\' && self->p[1] != '\0') {
      if (self->p[1] != '\n')
        g_string_append_c (out, self->p[1]);
      self->p += 2;
    } else if (*self->p == '$') {
      if (!read_id_option (self, out))
        v2v_menu_expand_one (self->menu, &self->p, out);
    } else {
      g_string_append_c (out, *self->p++);
    }
  }
  /* A variable without value, unquoted, is no word. */
  if ((out->len > 0 || quoted) && self->words_size + out->len + 1 <= V2V_BOOT_TEXT_MAX) {
    g_ptr_array_add (self->words, g_strdup (out->str));
    self->words_size += out->len + 1;
  }
}

/* A brace alone is a word of its own: "{" opens a block after a command. */
static gboolean
is_brace (const char *p, char brace)
{
  return *p == brace && (p[1] == '\0' || strchr (" \t\r\n;", p[1]) != NULL);
}

static void
step (Parser *self)
{
  switch (*self->p) {
  case ' ':
  case '\t':
  case '\r':
    self->p++;
    return;
  case '\n':
  case ';':
    run_command (self);
    self->p++;
    return;
  case '#':
    self->p += strcspn (self->p, "\n");
    return;
  default:
    break;
  }
  if (is_brace (self->p, '{')) {
    open_block (self);
    clear_words (self);
    self->p++;
  } else if (is_brace (self->p, '}')) {
    run_command (self);
    close_block (self);
    self->p++;
  } else {
    read_word (self);
  }
}

/* Entries that start no Linux (firmware setup, memtest, chainload) keep their place
 * in the menu but are no entries of ours. */
static void
drop_without_kernel (V2vMenu *menu)
{
  for (guint i = menu->entries->len; i > 0; i--) {
    const V2vMenuEntry *m = menu->entries->pdata[i - 1];

    if (m->entry.kernel == NULL)
      g_ptr_array_remove_index (menu->entries, i - 1);
  }
}

static GHashTable *
copy_names (GHashTable *vars)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, vars);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_hash_table_add (names, g_strdup (name));
  return names;
}

void
v2v_grub_parse (V2vMenu *menu, const char *text)
{
  Parser self = { .menu = menu, .p = text };

  self.words = g_ptr_array_new_with_free_func (g_free);
  self.loaded = copy_names (menu->vars);
  while (*self.p != '\0')
    step (&self);
  run_command (&self);
  drop_without_kernel (menu);
  g_ptr_array_unref (self.words);
  g_hash_table_unref (self.loaded);
  g_free (self.submenu);
  g_free (self.submenu_id);
}

char **
v2v_grub_dup_env_files (const char *text)
{
  GPtrArray *files = g_ptr_array_new ();

  for (const char *p = text; (p = strstr (p, "load_env -f ")) != NULL && files->len < 16;) {
    gsize n;

    p += strlen ("load_env -f ");
    n = strcspn (p, " \t\r\n;");
    g_ptr_array_add (files, g_strndup (p, n));
    p += n;
  }
  g_ptr_array_add (files, NULL);
  return (char **) g_ptr_array_free (files, FALSE);
}
