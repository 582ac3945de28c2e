/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-files.c - path and text: what is in the draft, and what stands in it
 */
#include <config.h>

#include <string.h>

#include "v2v-glob.h"
#include "v2v-predicate-private.h"

/* What all files of one "text" may take.  The limit of steps holds for a line, and a file
 * may be full of lines that stay just below it. */
#define SEARCH_SECONDS 20

static void
add_literal_paths (const char *const *globs, GPtrArray *paths)
{
  for (; *globs != NULL; globs++) {
    if (!v2v_glob_has_wildcards (*globs))
      g_ptr_array_add (paths, g_strdup (*globs));
  }
}

/* path: /etc/x */

typedef enum { KIND_ANY, KIND_FILE, KIND_DIRECTORY, KIND_LINK } Kind;

typedef struct {
  char **names;
  Kind kind;
} Path;

static void
path_free (gpointer data)
{
  Path *path = data;

  if (path == NULL)
    return;
  g_strfreev (path->names);
  g_free (path);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Path, path_free)

static gpointer
path_parse (V2vArgs *args, GError **error)
{
  static const char *const kinds[] = { "any", "file", "directory", "link", NULL };
  g_autoptr (Path) path = g_new0 (Path, 1);
  guint kind;

  if (!v2v_args_take_globs (args, "name", TRUE, &path->names, error)
      || !v2v_args_take_choice (args, "kind", kinds, KIND_ANY, &kind, error))
    return NULL;
  path->kind = (Kind) kind;
  return g_steal_pointer (&path);
}

/* A link is one itself; a file or directory may also be one that a link leads to. */
static gboolean
is_of_kind (V2vFs *fs, const V2vFileInfo *info, Kind kind)
{
  switch (kind) {
  case KIND_FILE:
    return info->kind == V2V_FILE_REGULAR
           || (info->kind == V2V_FILE_SYMLINK && v2v_fs_is_file (fs, info->name));
  case KIND_DIRECTORY:
    return info->kind == V2V_FILE_DIRECTORY
           || (info->kind == V2V_FILE_SYMLINK && v2v_fs_is_dir (fs, info->name));
  case KIND_LINK:
    return info->kind == V2V_FILE_SYMLINK;
  case KIND_ANY:
  default:
    return TRUE;
  }
}

static const char *
kind_words (V2vFileKind kind)
{
  switch (kind) {
  case V2V_FILE_REGULAR:
    return "a file";
  case V2V_FILE_DIRECTORY:
    return "a directory";
  case V2V_FILE_SYMLINK:
    return "a link";
  case V2V_FILE_ABSENT:
  case V2V_FILE_OTHER:
  default:
    return "a special file";
  }
}

static gboolean
answer_absent (V2vAnswer answer, const char *const *globs)
{
  gboolean literal = globs[1] == NULL && !v2v_glob_has_wildcards (globs[0]);

  return v2v_answer (answer, V2V_NO, literal ? "no such file" : "no file of that name");
}

static gboolean
answer_path (const Path *path, V2vFs *fs, GPtrArray *rows, V2vAnswer answer)
{
  const V2vFileInfo *first = NULL;
  g_autofree char *shown = NULL;
  guint n = 0;

  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (is_of_kind (fs, info, path->kind) && n++ == 0)
      first = info;
  }
  if (n == 0 && rows->len == 0)
    return answer_absent (answer, (const char *const *) path->names);
  shown = v2v_predicate_dup_short (
    ((const V2vFileInfo *) (first != NULL ? first : rows->pdata[0]))->name);
  if (n == 0)
    return v2v_answer (answer, V2V_NO, "%s is %s", shown,
                       kind_words (((const V2vFileInfo *) rows->pdata[0])->kind));
  if (n == 1)
    return v2v_answer (answer, V2V_YES, "%s is there", shown);
  return v2v_answer (answer, V2V_YES, "%s and %u more are there", shown, n - 1);
}

static gboolean
path_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth, char **out_seen,
           GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const Path *path = data;
  V2vFs *fs = v2v_draft_fs (context->draft);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  GError *local = NULL;

  found = v2v_glob_expand (fs, (const char *const *) path->names, V2V_GLOB_MAX, &local);
  if (found == NULL)
    return v2v_answer_unread (answer, local, error);
  g_ptr_array_add (found, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) found->pdata, &local);
  if (rows == NULL)
    return v2v_answer_unread (answer, local, error);
  return answer_path (path, fs, rows, answer);
}

static void
path_add_paths (gconstpointer data, GPtrArray *paths)
{
  add_literal_paths ((const char *const *) ((const Path *) data)->names, paths);
}

const V2vPredicateOps v2v_predicate_path_ops = {
  .name = "path",
  .shorthand = "name",
  .summary = "A file, directory or link is there",
  .parse = path_parse,
  .free = path_free,
  .test = path_test,
  .add_paths = path_add_paths,
};

/* text: {file: /etc/x, pattern: REGEX} */

typedef struct {
  char **files;
  V2vRegex *pattern;
} Text;

static void
text_free (gpointer data)
{
  Text *text = data;

  if (text == NULL)
    return;
  g_strfreev (text->files);
  v2v_regex_free (text->pattern);
  g_free (text);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Text, text_free)

static gpointer
text_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Text) text = g_new0 (Text, 1);

  if (!v2v_args_take_globs (args, "file", TRUE, &text->files, error)
      || !v2v_args_take_regex (args, "pattern", TRUE, &text->pattern, error))
    return NULL;
  return g_steal_pointer (&text);
}

typedef struct {
  const Text *text;
  V2vRuleContext *context;
  V2vFs *fs;
  gint64 deadline;
  guint n_searched;
  char *searched;   /* the first of them, for words */
  char *unread;     /* the first file that could not be searched, and why */
} Search;

gboolean
v2v_text_search (V2vRegex *pattern, const char *text, gsize length, gint64 deadline,
                 V2vCancel *cancel, guint *out_line, char **out_text, GError **error)
{
  const char *end = text + length;
  guint number = 0;

  *out_line = 0;
  *out_text = NULL;
  if (memchr (text, '\0', length) != NULL) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         "it has NUL bytes, so it is no text");
    return FALSE;
  }
  while (text < end) {
    const char *newline = memchr (text, '\n', (gsize) (end - text));
    gsize n = (gsize) ((newline != NULL ? newline : end) - text);
    g_autofree char *line
      = g_strndup (text, newline != NULL && n > 0 && text[n - 1] == '\r' ? n - 1 : n);
    gboolean matched;

    number++;
    if (!v2v_regex_match (pattern, line, &matched, NULL, error)) {
      g_prefix_error (error, "line %u: ", number);
      return FALSE;
    }
    if (matched) {
      *out_line = number;
      *out_text = g_steal_pointer (&line);
      return TRUE;
    }
    if (cancel != NULL && !v2v_cancel_check (cancel, error))
      return FALSE;
    if (g_get_monotonic_time () > deadline) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "line %u: searching for a pattern was given up: it takes too long", number);
      return FALSE;
    }
    text += newline != NULL ? n + 1 : n;
  }
  return TRUE;
}

/* Notes why a file could not be searched; an error that is more than that is passed. */
static gboolean
note_unread (Search *self, GError *local, GError **error)
{
  if (!g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)) {
    g_propagate_error (error, local);
    return FALSE;
  }
  if (self->unread == NULL)
    self->unread = g_strdup (local->message);
  g_error_free (local);
  return TRUE;
}

/* A dangling link, a directory or a device has no lines: it is passed over. */
static gboolean
read_file (Search *self, const char *path, GBytes **out_bytes, GError **error)
{
  GError *local = NULL;

  *out_bytes = v2v_fs_read (self->fs, path, V2V_FS_TEXT_MAX, &local);
  if (*out_bytes != NULL)
    return TRUE;
  if (g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)
      || (g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)
          && !v2v_fs_is_file (self->fs, path))) {
    g_error_free (local);
    return TRUE;
  }
  return note_unread (self, local, error);
}

static gboolean
search_file (Search *self, const char *path, guint *out_line, char **out_text,
             GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  GError *local = NULL;
  gsize length;
  const char *data;

  *out_line = 0;
  *out_text = NULL;
  if (!read_file (self, path, &bytes, error))
    return FALSE;
  if (bytes == NULL)
    return TRUE;
  if (self->n_searched++ == 0)
    self->searched = v2v_predicate_dup_short (path);
  data = g_bytes_get_data (bytes, &length);
  if (length == 0
      || v2v_text_search (self->text->pattern, data, length, self->deadline,
                          self->context->cancel, out_line, out_text, &local))
    return TRUE;
  g_prefix_error (&local, "'%s': ", path);
  return note_unread (self, local, error);
}

static gboolean
answer_text (const Search *self, V2vAnswer answer)
{
  if (self->unread != NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "%s", self->unread);
  if (self->n_searched == 0)
    return answer_absent (answer, (const char *const *) self->text->files);
  if (self->n_searched == 1)
    return v2v_answer (answer, V2V_NO, "no line matches in %s", self->searched);
  return v2v_answer (answer, V2V_NO, "no line matches in %u files", self->n_searched);
}

static gboolean
search_files (Search *self, GPtrArray *paths, V2vAnswer answer, GError **error)
{
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    g_autofree char *line = NULL;
    g_autofree char *shown = NULL;
    guint number;

    if (!search_file (self, path, &number, &line, error))
      return FALSE;
    if (number == 0)
      continue;
    shown = v2v_predicate_dup_short (line);
    return v2v_answer (answer, V2V_YES, "%s line %u: %s", path, number, shown);
  }
  return answer_text (self, answer);
}

static gboolean
text_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth, char **out_seen,
           GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  Search search = { .text = data,
                    .context = context,
                    .fs = v2v_draft_fs (context->draft),
                    .deadline = g_get_monotonic_time () + SEARCH_SECONDS * G_USEC_PER_SEC };
  g_autoptr (GPtrArray) paths = NULL;
  GError *local = NULL;
  gboolean ok;

  paths = v2v_glob_expand (search.fs, (const char *const *) search.text->files, V2V_GLOB_MAX,
                           &local);
  if (paths == NULL)
    return v2v_answer_unread (answer, local, error);
  ok = search_files (&search, paths, answer, error);
  g_free (search.searched);
  g_free (search.unread);
  return ok;
}

static void
text_add_paths (gconstpointer data, GPtrArray *paths)
{
  add_literal_paths ((const char *const *) ((const Text *) data)->files, paths);
}

const V2vPredicateOps v2v_predicate_text_ops = {
  .name = "text",
  .summary = "A line of a file matches a pattern",
  .parse = text_parse,
  .free = text_free,
  .test = text_test,
  .add_paths = text_add_paths,
};
