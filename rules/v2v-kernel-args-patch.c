/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args-patch.c - bytes cut and inserted, all others as they were
 */
#include <config.h>

#include <string.h>

#include "v2v-kernel-args-private.h"

typedef struct {
  gsize at;
  char *text;
} Insertion;

struct _V2vKargsPatch {
  const char *text;
  gsize length;
  guint8 *cut;       /* one for each byte; NULL until the first */
  GArray *insertions; /* Insertion, sorted by place */
};

static void
insertion_clear (gpointer p)
{
  g_free (((Insertion *) p)->text);
}

V2vKargsPatch *
v2v_kargs_patch_new (const char *text)
{
  V2vKargsPatch *patch = g_new0 (V2vKargsPatch, 1);

  patch->text = text;
  patch->length = strlen (text);
  patch->insertions = g_array_new (FALSE, FALSE, sizeof (Insertion));
  g_array_set_clear_func (patch->insertions, insertion_clear);
  return patch;
}

void
v2v_kargs_patch_free (V2vKargsPatch *patch)
{
  if (patch == NULL)
    return;
  g_free (patch->cut);
  g_array_unref (patch->insertions);
  g_free (patch);
}

void
v2v_kargs_patch_cut (V2vKargsPatch *patch, gsize from, gsize to)
{
  if (patch->cut == NULL)
    patch->cut = g_malloc0 (patch->length + 1);
  memset (patch->cut + from, 1, to - from);
}

gboolean
v2v_kargs_patch_is_cut (const V2vKargsPatch *patch, gsize at)
{
  return patch->cut != NULL && patch->cut[at] != 0;
}

void
v2v_kargs_patch_insert (V2vKargsPatch *patch, gsize at, const char *text)
{
  Insertion insertion = { at, g_strdup (text) };
  guint i = patch->insertions->len;

  while (i > 0 && g_array_index (patch->insertions, Insertion, i - 1).at > at)
    i--;
  g_array_insert_val (patch->insertions, i, insertion);
}

char *
v2v_kargs_patch_dup (const V2vKargsPatch *patch)
{
  g_autoptr (GString) out = NULL;
  guint next = 0;

  if (patch->cut == NULL && patch->insertions->len == 0)
    return NULL;
  out = g_string_sized_new (patch->length + 256);
  for (gsize at = 0; at <= patch->length; at++) {
    for (; next < patch->insertions->len; next++) {
      const Insertion *insertion = &g_array_index (patch->insertions, Insertion, next);

      if (insertion->at != at)
        break;
      g_string_append (out, insertion->text);
    }
    if (at < patch->length && (patch->cut == NULL || patch->cut[at] == 0))
      g_string_append_c (out, patch->text[at]);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* One word of GRUB script: quotes of the kernel's kind would be GRUB's, which takes them
 * off and puts its own around a word with blanks. */
static void
append_word (GString *out, const char *arg)
{
  gboolean quote = strpbrk (arg, " \t;|&<>{}#*?[]()~!") != NULL;

  if (quote)
    g_string_append_c (out, '\'');
  for (; *arg != '\0'; arg++) {
    if (*arg != '"')
      g_string_append_c (out, *arg);
  }
  if (quote)
    g_string_append_c (out, '\'');
}

static char *
join (const V2vKargsSpan *span, const GPtrArray *args, char quote)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < args->len; i++) {
    const char *arg = g_ptr_array_index (args, i);

    if (i > 0)
      g_string_append_c (out, ' ');
    if (span->words) {
      append_word (out, arg);
      continue;
    }
    for (; *arg != '\0'; arg++) {
      if (*arg == '"' && quote == '"')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *arg);
    }
  }
  return g_string_free (out, FALSE);
}

/* Whether the whole value can be put in double quotes without another change. */
static gboolean
is_bare (const V2vKargsSpan *span)
{
  for (guint i = 0; i < span->units->len; i++) {
    const V2vKargsUnit *unit = &g_array_index (span->units, V2vKargsUnit, i);

    if (unit->quote != 0 || unit->c == 0 || unit->opaque || unit->to - unit->from != 1)
      return FALSE;
  }
  return TRUE;
}

typedef struct {
  gsize at;
  char quote;
  gboolean blank_before, blank_behind;
} Place;

static gboolean
is_dashes (const V2vKargsArg *arg)
{
  return g_str_equal (arg->text, "--") || g_str_equal (arg->text, "---");
}

static gboolean
is_console (const char *arg)
{
  return g_str_has_prefix (arg, "console=");
}

/* Where an argument comes: before the dashes, behind the last one, or first.  The last
 * console is /dev/console, where passwords are asked for and emergency shells are: the
 * ones that are there stay behind one that comes. */
static Place
find_place (const V2vKargsSpan *span, gboolean console)
{
  const V2vKargsUnit *units = (const V2vKargsUnit *) (gconstpointer) span->units->data;
  Place place = { .at = span->from, .blank_before = span->lead };
  const V2vKargsArg *last = NULL;
  guint unit;

  for (guint i = 0; i < span->args->len; i++) {
    const V2vKargsArg *arg = g_ptr_array_index (span->args, i);

    if (is_dashes (arg) || (console && !arg->gone && !arg->fixed && is_console (arg->text)))
      return (Place){ .at = units[arg->first].from, .quote = units[arg->first].quote,
                      .blank_behind = TRUE };
    last = arg->gone ? last : arg;
  }
  if (last == NULL) {
    if (span->units->len > 0 && !span->words && units[0].c == 0) {
      place.at = units[0].to;
      place.quote = units[0].quote;
    }
    return place;
  }
  for (unit = last->last - 1; unit > last->first && units[unit].c == 0 && !span->words;)
    unit--;
  return (Place){ .at = units[unit].to, .quote = units[unit].quote, .blank_before = TRUE };
}

void
v2v_kargs_append (V2vKargsPatch *patch, const V2vKargsSpan *span, const GPtrArray *args)
{
  Place place = find_place (span, is_console (g_ptr_array_index (args, 0)));
  gboolean scripted = !span->words
                      && (span->language == V2V_KARGS_SHELL || span->language == V2V_KARGS_GRUB);
  gboolean open = scripted && place.quote == 0;
  gboolean bare = open && is_bare (span);
  g_autofree char *joined = join (span, args, open ? '"' : place.quote);
  g_autofree char *text = NULL;

  if (bare && span->before == NULL)
    v2v_kargs_patch_insert (patch, span->from, "\"");
  text = g_strconcat (span->before != NULL ? span->before : "",
                      open && (!bare || span->before != NULL) ? "\"" : "",
                      place.blank_before ? " " : "", joined,
                      place.blank_behind ? " " : "",
                      open && !(bare && place.blank_behind) ? "\"" : "",
                      span->after != NULL ? span->after : "", NULL);
  v2v_kargs_patch_insert (patch, place.at, text);
  if (bare && place.blank_behind)
    v2v_kargs_patch_insert (patch, span->to, "\"");
}
