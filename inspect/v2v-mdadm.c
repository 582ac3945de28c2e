/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-mdadm.c - which disks mdadm.conf lets mdadm see, see mdadm.conf(5)
 *
 * A keyword stands at the start of its line, in any case, and three letters of it will do.  What
 * begins with a blank continues the line before, also across comments and empty lines: an entry.
 * The action "mdadm" changes the guest's own file alike.
 */
#include <config.h>

#include "v2v-mdadm.h"

#include <string.h>

#define BLANKS " \t\r"
#define KEYWORD_MIN 3

gboolean
v2v_mdadm_is_config (const char *path)
{
  static const char *const directories[]
    = { V2V_MDADM_DIRECTORY "/", V2V_MDADM_DIRECTORY_DEBIAN "/" };
  g_autofree char *whole = g_strconcat (*path == '/' ? "" : "/", path, NULL);

  if (g_str_equal (whole, "/etc/mdadm.conf") || g_str_equal (whole, "/etc/mdadm/mdadm.conf"))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++) {
    const char *name = whole + strlen (directories[i]);

    if (g_str_has_prefix (whole, directories[i]) && *name != '.' && strchr (name, '/') == NULL
        && g_str_has_suffix (name, ".conf"))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_keyword (const char *word, gsize n, const char *keyword)
{
  return n >= KEYWORD_MIN && n <= strlen (keyword)
         && g_ascii_strncasecmp (word, keyword, n) == 0;
}

/* What the controller of the source's disks made of them; not names of other arrays. */
static gboolean
is_hardware (const char *name)
{
  static const char *const prefixes[]
    = { "/dev/nvme", "/dev/xvd", "/dev/sd", "/dev/hd", "/dev/[", "/dev/disk/by-path/" };
  static const char by_id[] = "/dev/disk/by-id/";

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;
  return g_str_has_prefix (name, by_id) && !g_str_has_prefix (name + strlen (by_id), "md-")
         && !g_str_has_prefix (name + strlen (by_id), "dm-");
}

/* Blanks between quotation marks of one kind are part of a word; a line's end is none. */
static gsize
word_length (const char *word)
{
  char quote = '\0';
  gsize n = 0;

  for (; word[n] != '\0' && word[n] != '\n'; n++) {
    if (quote == '\0' && strchr (BLANKS, word[n]) != NULL)
      break;
    if (quote == '\0' && (word[n] == '"' || word[n] == '\''))
      quote = word[n];
    else if (word[n] == quote)
      quote = '\0';
  }
  return n;
}

/* What mdadm makes of it. */
static char *
dup_word (const char *word, gsize n)
{
  GString *out = g_string_sized_new (n);
  char quote = '\0';

  for (gsize i = 0; i < n; i++) {
    if (quote == '\0' && (word[i] == '"' || word[i] == '\''))
      quote = word[i];
    else if (word[i] == quote)
      quote = '\0';
    else
      g_string_append_c (out, word[i]);
  }
  return g_string_free (out, FALSE);
}

/* (nullable): the next word in @p, without comments; @out_n bytes. */
static const char *
find_word (const char *p, gsize *out_n)
{
  p += strspn (p, BLANKS "\n");
  while (*p == '#') {
    p += strcspn (p, "\n");
    p += strspn (p, BLANKS "\n");
  }
  *out_n = word_length (p);
  return *p == '\0' ? NULL : p;
}

/* What there is to say of an entry; @keyword, of @n bytes, points into it. */
typedef struct {
  const char *keyword;
  gsize n;
  gboolean limits;  /* DEVICE: hardware, and not all partitions */
  gboolean devices; /* ARRAY: "devices=..." of hardware */
  gboolean marked;  /* ARRAY: it has the array's own mark, too */
} Entry;

static void
look_at_device (Entry *entry)
{
  gboolean hardware = FALSE;
  gsize n;

  for (const char *p = find_word (entry->keyword + entry->n, &n); p != NULL;
       p = find_word (p + n, &n)) {
    g_autofree char *word = dup_word (p, n);

    if (g_str_equal (word, "partitions") || g_str_equal (word, "/dev/*"))
      return;
    hardware |= is_hardware (word);
  }
  entry->limits = hardware;
}

static gboolean
is_devices (const char *word)
{
  static const char option[] = "devices=";

  return g_ascii_strncasecmp (word, option, strlen (option)) == 0
         && is_hardware (word + strlen (option));
}

static void
look_at_array (Entry *entry)
{
  gsize n;

  for (const char *p = find_word (entry->keyword + entry->n, &n); p != NULL;
       p = find_word (p + n, &n)) {
    g_autofree char *word = dup_word (p, n);

    entry->marked |= g_ascii_strncasecmp (word, "uuid=", strlen ("uuid=")) == 0
                     || g_ascii_strncasecmp (word, "name=", strlen ("name=")) == 0;
    entry->devices |= is_devices (word);
  }
}

static Entry
look_at (const char *text)
{
  Entry entry = { .keyword = NULL };

  entry.keyword = find_word (text, &entry.n);
  if (entry.keyword == NULL)
    return entry;
  if (has_keyword (entry.keyword, entry.n, "DEVICE"))
    look_at_device (&entry);
  else if (has_keyword (entry.keyword, entry.n, "ARRAY"))
    look_at_array (&entry);
  return entry;
}

static void
append_without_devices (GString *out, const char *text)
{
  const char *rest = text;
  gsize n;

  for (const char *p = find_word (text, &n); p != NULL; p = find_word (p + n, &n)) {
    g_autofree char *word = dup_word (p, n);
    const char *before = p;

    if (!is_devices (word))
      continue;
    /* Not the line's beginning: the line before may end with a comment. */
    while (before > rest && strchr (BLANKS, before[-1]) != NULL)
      before--;
    g_string_append_len (out, rest, before - rest);
    rest = p + n;
  }
  g_string_append (out, rest);
}

static void
append_entry (GString *out, const char *text)
{
  Entry entry = look_at (text);

  if (entry.limits) {
    const char *after = entry.keyword + entry.n;

    g_string_append_len (out, text, after - text);
    g_string_append_printf (out, " partitions%s", after);
  } else if (entry.devices && entry.marked) {
    append_without_devices (out, text);
  } else {
    g_string_append (out, text);
  }
}

/* (transfer full): with their line ends, so that they make up the text. */
static GPtrArray *
split_entries (const char *text)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_free);
  const char *start = text;
  gboolean begun = FALSE; /* there is a keyword to be continued */

  for (const char *line = text; *line != '\0';) {
    gsize n = strcspn (line, "\n");

    if (strchr (BLANKS "\n#", *line) == NULL && begun) {
      g_ptr_array_add (entries, g_strndup (start, (gsize) (line - start)));
      start = line;
    }
    begun |= strchr ("\n#", line[strspn (line, BLANKS)]) == NULL;
    line += n + (line[n] == '\n' ? 1 : 0);
  }
  g_ptr_array_add (entries, g_strdup (start));
  return entries;
}

gboolean
v2v_mdadm_excludes (const char *text)
{
  g_autofree char *changed = v2v_mdadm_dup_free (text);

  return changed != NULL;
}

gboolean
v2v_mdadm_knows_by_disks (const char *text)
{
  g_autoptr (GPtrArray) entries = split_entries (text);

  for (guint i = 0; i < entries->len; i++) {
    Entry entry = look_at (g_ptr_array_index (entries, i));

    if (entry.devices && !entry.marked)
      return TRUE;
  }
  return FALSE;
}

char *
v2v_mdadm_dup_free (const char *text)
{
  g_autoptr (GPtrArray) entries = split_entries (text);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    append_entry (out, g_ptr_array_index (entries, i));
  return g_str_equal (out->str, text) ? NULL : g_string_free (g_steal_pointer (&out), FALSE);
}
