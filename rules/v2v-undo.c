/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-undo.c - the script that takes a conversion back, inside of the guest
 *
 * First what was there comes back, then what is new goes, then directories that are empty
 * by then: a copy may stand in what is new (the old initramfs beside the new one).
 */
#include <config.h>

#include <string.h>

#include "v2v-record-private.h"
#include "v2v-str.h"

typedef struct {
  GHashTable *spans;
  GPtrArray *paths; /* sorted, borrowed */
  GString *out;
} Undo;

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_word (GString *out, const char *word)
{
  g_autofree char *quoted = g_shell_quote (word);

  g_string_append_c (out, ' ');
  g_string_append (out, quoted);
}

/* "if wanted PATH RULES; then" */
static void
begin (const Undo *undo, const char *path, const V2vRecordSpan *span)
{
  g_string_append (undo->out, "if wanted");
  add_word (undo->out, path);
  add_word (undo->out, span->rules->str);
  g_string_append (undo->out, " \"$@\"; then ");
}

static void
end (const Undo *undo)
{
  g_string_append (undo->out, "; fi\n");
}

static void
call (const Undo *undo, const char *function, const char *path, ...)
{
  va_list words;
  const char *word;

  g_string_append (undo->out, function);
  add_word (undo->out, path);
  va_start (words, path);
  while ((word = va_arg (words, const char *)) != NULL)
    add_word (undo->out, word);
  va_end (words);
}

/* (transfer none) (nullable): a copy of the original that the conversion left elsewhere. */
static const char *
find_copy (const Undo *undo, const V2vFileState *before)
{
  for (guint i = 0; i < undo->paths->len; i++) {
    const char *path = g_ptr_array_index (undo->paths, i);
    const V2vRecordSpan *span = g_hash_table_lookup (undo->spans, path);

    if (span->first->before->kind == V2V_STATE_ABSENT
        && g_strcmp0 (span->last->after->sha256, before->sha256) == 0)
      return path;
  }
  return NULL;
}

static void
call_new (const Undo *undo, const char *path, const V2vFileState *after)
{
  if (after->kind == V2V_STATE_FILE)
    call (undo, "created", path, after->sha256, NULL);
  else
    call (undo, "linked", path, after->link, NULL);
}

/* (transfer none) (nullable): where the content that was there is kept by itself. */
static const char *
copy_of (const Undo *undo, const V2vRecordSpan *span)
{
  if (span->first->before->kind != V2V_STATE_FILE || span->moved)
    return NULL;
  return span->copy != NULL ? span->copy : find_copy (undo, span->first->before);
}

static gboolean
is_same_access (const V2vFileState *a, const V2vFileState *b)
{
  return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid;
}

static void
restore_file (const Undo *undo, const char *path, const V2vRecordSpan *span)
{
  const V2vFileState *before = span->first->before;
  const V2vFileState *after = span->last->after;
  const char *copy = copy_of (undo, span);
  g_autofree char *mode = g_strdup_printf ("%o", before->mode);
  g_autofree char *owner = g_strdup_printf ("%u:%u", before->uid, before->gid);

  if (span->moved)
    call (undo, "moved", path, span->first->moved_to, NULL);
  else if (copy == NULL)
    call (undo, "leave", path, "no copy of it was kept, it was too large", NULL);
  else if (after->kind == V2V_STATE_FILE && is_same_access (before, after))
    call (undo, "edited", path, before->sha256, after->sha256, copy, NULL);
  else if (after->kind == V2V_STATE_FILE)
    call (undo, "edited", path, before->sha256, after->sha256, copy, mode, owner, NULL);
  else
    call (undo, "removed", path, before->sha256, copy, mode, owner, NULL);
}

/* What the conversion put in its place goes first, unless what was there is back already. */
static void
replace_new (const Undo *undo, const char *path, const V2vRecordSpan *span)
{
  const V2vFileState *before = span->first->before;

  if (before->kind == V2V_STATE_FILE)
    call (undo, "is", path, before->sha256, NULL);
  else
    call (undo, "is_link", path, before->link, NULL);
  /* The same content is no sign that it is back: the mode may be another. */
  if (span->moved && g_strcmp0 (before->sha256, span->last->after->sha256) == 0)
    call (undo, " && ! there", span->first->moved_to, NULL);
  g_string_append (undo->out, " || if ");
  call_new (undo, path, span->last->after);
  g_string_append (undo->out, "; then ");
}

/* "else keep PATH SHA COPY; fi": what is left needs its copy. */
static void
end_kept (const Undo *undo, const char *path, const V2vRecordSpan *span)
{
  const char *copy = copy_of (undo, span);

  if (copy != NULL) {
    g_string_append (undo->out, "; else ");
    call (undo, "keep", path, span->first->before->sha256, copy, NULL);
  }
  g_string_append (undo->out, "; fi");
}

/* What was there before. */
static void
restore (const Undo *undo, const char *path, const V2vRecordSpan *span)
{
  const V2vFileState *before = span->first->before;
  const V2vFileState *after = span->last->after;
  gboolean in_place = before->kind == V2V_STATE_FILE && after->kind == V2V_STATE_FILE
                      && !span->moved;
  gboolean replaced = after->kind != V2V_STATE_ABSENT && !in_place;

  if (before->kind != V2V_STATE_FILE && before->kind != V2V_STATE_LINK)
    return;
  begin (undo, path, span);
  if (replaced)
    replace_new (undo, path, span);
  if (before->kind == V2V_STATE_FILE)
    restore_file (undo, path, span);
  else if (span->moved)
    call (undo, "moved", path, span->first->moved_to, NULL);
  else
    call (undo, "unlinked", path, before->link, NULL);
  if (replaced)
    end_kept (undo, path, span);
  end_kept (undo, path, span);
  g_string_append_c (undo->out, '\n');
}

/* TRUE for a thing that was moved there as it was, and that restore() moves back. */
static gboolean
goes_back (const Undo *undo, const char *path, const V2vRecordSpan *span)
{
  const char *from = span->last->moved_from;
  const V2vRecordSpan *source = from == NULL ? NULL : g_hash_table_lookup (undo->spans, from);

  return source != NULL && source->moved && v2v_record_span_differs (source)
         && g_strcmp0 (source->first->moved_to, path) == 0;
}

static void
drop (const Undo *undo, const char *path, const V2vRecordSpan *span)
{
  const V2vFileState *after = span->last->after;

  if (span->first->before->kind != V2V_STATE_ABSENT || goes_back (undo, path, span)
      || (after->kind != V2V_STATE_FILE && after->kind != V2V_STATE_LINK))
    return;
  begin (undo, path, span);
  call_new (undo, path, after);
  end (undo);
}

static void
drop_directory (const Undo *undo, const char *path, const V2vRecordSpan *span)
{
  if (span->first->before->kind != V2V_STATE_ABSENT
      || span->last->after->kind != V2V_STATE_DIRECTORY)
    return;
  call (undo, "directory", path, NULL);
  g_string_append (undo->out, " \"$@\"\n");
}

typedef void (*Part) (const Undo *undo, const char *path, const V2vRecordSpan *span);

static void
add_part (const Undo *undo, Part part)
{
  for (guint i = undo->paths->len; i-- > 0;) {
    const char *path = g_ptr_array_index (undo->paths, i);
    const V2vRecordSpan *span = g_hash_table_lookup (undo->spans, path);

    if (v2v_record_span_differs (span))
      part (undo, path, span);
  }
}

/* Ids have letters, digits and hyphens only. */
static void
add_rules (const Undo *undo)
{
  g_autoptr (GHashTable) seen
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *quoted = NULL;

  for (guint i = 0; i < undo->paths->len; i++) {
    const V2vRecordSpan *span
      = g_hash_table_lookup (undo->spans, g_ptr_array_index (undo->paths, i));

    g_auto (GStrv) ids = g_strsplit (span->rules->str, " ", -1);

    for (guint j = 0; v2v_record_span_differs (span) && ids[j] != NULL; j++)
      if (g_hash_table_add (seen, g_strdup (ids[j])))
        g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", ids[j]);
  }
  quoted = g_shell_quote (names->str);
  g_string_append_printf (undo->out, "rules=%s\n", quoted);
}

char *
v2v_undo_script (GHashTable *spans, const char *heading)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autofree char *shown = v2v_str_printable (heading, 200);
  const Undo undo = { spans, paths, g_string_new ("#!/bin/sh\n") };
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, spans);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_ptr_array_add (paths, path);
  g_ptr_array_sort (paths, compare_paths);
  g_string_append_printf (undo.out, "# %s\n", shown);
  add_rules (&undo);
  g_string_append (undo.out, v2v_undo_head);
  add_part (&undo, restore);
  add_part (&undo, drop);
  add_part (&undo, drop_directory);
  g_string_append (undo.out, v2v_undo_tail);
  return g_string_free (undo.out, FALSE);
}
