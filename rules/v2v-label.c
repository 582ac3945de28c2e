/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-label.c - SELinux labels for the files that we create
 *
 * The policy's text files are copied to a private directory and libselinux reads them
 * there in a confined child: file_contexts holds a guest's regular expressions, and a
 * compiled file_contexts.bin holds serialized PCRE2 code, which is never loaded.
 */
#include <config.h>

#include "v2v-label.h"

#include <glib/gstdio.h>
#include <selinux/label.h>
#include <string.h>

#include "v2v-confine.h"

#define CONFIG "/etc/selinux/config"
#define COPY "file_contexts"
/* The largest policy seen is half a MiB; homedirs grows by 4 KiB for each user. */
#define POLICY_MAX (16 * 1024 * 1024)
#define TYPE_LENGTH_MAX 64
/* A label is a few dozen bytes. */
#define LABEL_LENGTH_MAX 4096
/* What stands in our copy for "<<none>>" and catches what the policy says nothing about:
 * libselinux answers a hostile regular expression and both of these with the same errno. */
#define NO_LABEL "v2v-wrapper:none"
#define TIMEOUT_S 30

struct _V2vLabels {
  char *directory; /* on the host, removed with us */
  char *path;      /* file_contexts in it */
  char *guest_path;
};

static const char *const suffixes[] = { "", ".local", ".homedirs", ".subs", ".subs_dist" };

/* (transfer full) (nullable): the last value of a line "KEY=VALUE", blanks around it
 * dropped, as libselinux has it. */
static char *
dup_setting (const char *text, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  char *value = NULL;

  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);

    if (g_str_has_prefix (line, key) && line[strlen (key)] == '=') {
      g_free (value);
      value = g_strdup (line + strlen (key) + 1);
      g_strstrip (value);
    }
  }
  return value;
}

static gboolean
check_type (const char *type, GError **error)
{
  gboolean ok = type[0] != '\0' && type[0] != '.' && strlen (type) <= TYPE_LENGTH_MAX;

  for (const char *p = type; ok && *p != '\0'; p++)
    ok = g_ascii_isalnum (*p) || strchr ("_.-+", *p) != NULL;
  if (!ok)
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "SELINUXTYPE in '" CONFIG "' is not the name of a policy");
  return ok;
}

/* @out_path: NULL when the guest does not use SELinux. */
static gboolean
find_policy (V2vFs *fs, char **out_path, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *mode = NULL;
  g_autofree char *type = NULL;
  GError *local = NULL;

  *out_path = NULL;
  text = v2v_fs_read_text (fs, CONFIG, &local);
  if (text == NULL && g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_error_free (local);
    return TRUE;
  }
  if (text == NULL) {
    g_propagate_error (error, local);
    return FALSE;
  }
  mode = dup_setting (text, "SELINUX");
  if (mode != NULL && g_ascii_strncasecmp (mode, "disabled", 8) == 0)
    return TRUE;
  type = dup_setting (text, "SELINUXTYPE");
  if (type == NULL)
    type = g_strdup ("targeted");
  if (!check_type (type, error))
    return FALSE;
  *out_path = g_strdup_printf ("/etc/selinux/%s/contexts/files/" COPY, type);
  return TRUE;
}

/* Appends a line of file_contexts; its context is the third word, the second when there
 * is no file type. */
static void
append_line (GString *out, const char *line, gsize length)
{
  static const char none[] = "<<none>>";
  const char *end = line + length;
  const char *word = line;
  gsize word_length = 0;
  const char *p = line;

  for (guint n = 0; n < 3; n++) {
    while (p < end && g_ascii_isspace (*p))
      p++;
    if (p == end)
      break;
    word = p;
    while (p < end && !g_ascii_isspace (*p))
      p++;
    word_length = (gsize) (p - word);
  }
  if (word_length == strlen (none) && memcmp (word, none, word_length) == 0) {
    g_string_append_len (out, line, word - line);
    g_string_append (out, NO_LABEL);
    line = word + word_length;
  }
  g_string_append_len (out, line, end - line);
}

/* (transfer full): a policy file as the child shall read it.  The first line makes sure
 * that no file can begin with the magic number of a compiled one. */
static char *
dup_copy (const char *text, gsize length, gboolean is_base, gboolean is_contexts)
{
  GString *out = g_string_sized_new (length + 64);
  const char *end = text + length;

  g_string_append (out, "#\n");
  if (is_base)
    g_string_append (out, "/(.*)\t" NO_LABEL "\n");
  if (!is_contexts) {
    g_string_append_len (out, text, (gssize) length);
    return g_string_free (out, FALSE);
  }
  while (text < end) {
    const char *newline = memchr (text, '\n', (gsize) (end - text));
    const char *next = newline != NULL ? newline + 1 : end;

    append_line (out, text, (gsize) (next - text));
    text = next;
  }
  return g_string_free (out, FALSE);
}

/* @out_found: FALSE when the guest has no such file. */
static gboolean
copy_file (V2vFs *fs, V2vLabels *labels, const char *suffix, gboolean *out_found,
           GError **error)
{
  gboolean is_contexts = strstr (suffix, "subs") == NULL;
  g_autofree char *from = g_strconcat (labels->guest_path, suffix, NULL);
  g_autofree char *to = g_strconcat (labels->path, suffix, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *copy = NULL;
  const char *text;
  gsize length;

  *out_found = FALSE;
  bytes = v2v_fs_read (fs, from, POLICY_MAX, &local);
  if (bytes == NULL && g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND))
    return TRUE;
  if (bytes == NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  text = g_bytes_get_data (bytes, &length);
  if (length > 0 && memchr (text, '\0', length) != NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "'%s' is not a text: it has NUL bytes",
                 from);
    return FALSE;
  }
  copy = dup_copy (text, length, *suffix == '\0', is_contexts);
  if (!g_file_set_contents_full (to, copy, -1, G_FILE_SET_CONTENTS_NONE, 0600, &local)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "copying '%s': %s", from,
                 local->message);
    return FALSE;
  }
  *out_found = TRUE;
  return TRUE;
}

static V2vLabels *
labels_new (const char *guest_path, GError **error)
{
  g_autoptr (GError) local = NULL;
  V2vLabels *labels = g_new0 (V2vLabels, 1);

  labels->guest_path = g_strdup (guest_path);
  labels->directory = g_dir_make_tmp ("v2v-labels-XXXXXX", &local);
  if (labels->directory == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "making a temporary directory: %s",
                 local->message);
    v2v_labels_free (labels);
    return NULL;
  }
  labels->path = g_build_filename (labels->directory, COPY, NULL);
  return labels;
}

gboolean
v2v_labels_load (V2vFs *fs, V2vLabels **out_labels, GError **error)
{
  g_autoptr (V2vLabels) labels = NULL;
  g_autofree char *path = NULL;

  if (!find_policy (fs, &path, error))
    return FALSE;
  *out_labels = NULL;
  if (path == NULL)
    return TRUE;
  labels = labels_new (path, error);
  if (labels == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    gboolean found;

    if (!copy_file (fs, labels, suffixes[i], &found, error))
      return FALSE;
    if (i == 0 && !found)
      return TRUE;
  }
  *out_labels = g_steal_pointer (&labels);
  return TRUE;
}

void
v2v_labels_free (V2vLabels *labels)
{
  if (labels == NULL)
    return;
  for (gsize i = 0; labels->path != NULL && i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *path = g_strconcat (labels->path, suffixes[i], NULL);

    g_unlink (path);
  }
  if (labels->directory != NULL)
    g_rmdir (labels->directory);
  g_free (labels->directory);
  g_free (labels->path);
  g_free (labels->guest_path);
  g_free (labels);
}

typedef struct {
  const char *file; /* of the policy, on the host */
  const char *const *paths;
  const guint *modes;
} Lookup;

/* By default complaints go to standard error; what they would say is in our errors. */
static int G_GNUC_PRINTF (2, 3)
ignore_complaint (int type, const char *format, ...)
{
  return 0;
}

static gboolean
set_refused (GError **error, const char *why)
{
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, why);
  return FALSE;
}

/* Contexts, each with its NUL; an empty one for "none". */
static gboolean
look_up (GByteArray *out, gpointer user_data, GError **error)
{
  const Lookup *lookup = user_data;
  struct selinux_opt options[] = { { SELABEL_OPT_PATH, lookup->file } };
  struct selabel_handle *handle;

  selinux_set_callback (SELINUX_CB_LOG,
                        (union selinux_callback) { .func_log = ignore_complaint });
  handle = selabel_open (SELABEL_CTX_FILE, options, G_N_ELEMENTS (options));
  if (handle == NULL)
    return set_refused (error, "a line of it, or of the files beside it, is malformed");
  for (guint i = 0; lookup->paths[i] != NULL; i++) {
    char *label = NULL;

    /* _raw: the other one would ask the host's translation daemon. */
    if (selabel_lookup_raw (handle, &label, lookup->paths[i], (int) lookup->modes[i]) < 0)
      return set_refused (error, "one of its regular expressions cannot be matched");
    if (!g_str_equal (label, NO_LABEL))
      g_byte_array_append (out, (const guint8 *) label, (guint) strlen (label));
    g_byte_array_append (out, (const guint8 *) "", 1);
    freecon (label);
  }
  selabel_close (handle);
  return TRUE;
}

static gboolean
is_label (const char *label, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isgraph (label[i]))
      return FALSE;
  }
  return length < LABEL_LENGTH_MAX;
}

/* The child's answer as rows; a child that was taken over can answer anything. */
static GPtrArray *
split_rows (GBytes *bytes, guint n, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  gsize left;
  const char *p = g_bytes_get_data (bytes, &left);

  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < n; i++) {
    const char *end = left > 0 ? memchr (p, '\0', left) : NULL;
    gsize length = end != NULL ? (gsize) (end - p) : 0;

    if (end == NULL || !is_label (p, length)) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "the policy gives no usable label");
      return NULL;
    }
    g_ptr_array_add (rows, length > 0 ? g_bytes_new (p, length + 1) : NULL);
    p += length + 1;
    left -= length + 1;
  }
  return g_steal_pointer (&rows);
}

GPtrArray *
v2v_labels_lookup_many (V2vLabels *labels, const char *const *paths, const guint *modes,
                        V2vCancel *cancel, GError **error)
{
  guint n = g_strv_length ((char **) paths);
  Lookup lookup = { labels->path, paths, modes };
  V2vConfineLimits limits = {
    .timeout_s = TIMEOUT_S,
    .max_output = MAX ((gsize) n, 1) * LABEL_LENGTH_MAX,
    .cancel = cancel,
    .allow_open = TRUE,
  };
  g_autofree char *what = g_strdup_printf ("looking labels up in '%s'", labels->guest_path);
  g_autoptr (GBytes) bytes = NULL;
  GPtrArray *rows;

  bytes = v2v_confine_run (what, look_up, &lookup, &limits, error);
  if (bytes == NULL)
    return NULL;
  rows = split_rows (bytes, n, error);
  if (rows == NULL)
    g_prefix_error (error, "%s: ", what);
  return rows;
}
