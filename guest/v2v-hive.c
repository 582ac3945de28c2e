/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-hive.c - ask a registry hive a few questions, in the confined child
 */
#include <config.h>

#include "v2v-hive.h"

#include <errno.h>
#include <fcntl.h>
#include <hivex.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-confine.h"
#include "v2v-hive-private.h"

#define ABSENT G_MAXUINT32

typedef hive_h Hive;

static void
hive_close (Hive *hive)
{
  /* Opened for reading: there is nothing to lose. */
  hivex_close (hive);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Hive, hive_close)

/* libhivex allocates by malloc() and is freed by free(). */
static void
free_array (size_t **array)
{
  free (*array);
}

static void
free_chars (char **chars)
{
  free (*chars);
}

static gboolean
damaged (const V2vHiveQuery *query, int errnum, GError **error)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "registry key '%s': %s", query->key,
               errnum == 0 ? "it is damaged" : g_strerror (errnum));
  return FALSE;
}

/* Finds a subkey by its name in ASCII, without case.  hivex_node_get_child() would
 * do the same but cannot tell "absent" from "damaged".  0 is "absent". */
static gboolean
find_child (Hive *hive, const V2vHiveQuery *query, hive_node_h node, const char *name,
            hive_node_h *out_child, GError **error)
{
  __attribute__ ((cleanup (free_array))) size_t *children = hivex_node_children (hive, node);

  *out_child = 0;
  if (children == NULL)
    return damaged (query, errno, error);
  for (gsize i = 0; children[i] != 0 && i < V2V_HIVE_SUBKEYS_MAX; i++) {
    __attribute__ ((cleanup (free_chars))) char *child = hivex_node_name (hive, children[i]);

    /* One unreadable name does not hide the others. */
    if (child != NULL && g_ascii_strcasecmp (child, name) == 0) {
      *out_child = children[i];
      return TRUE;
    }
  }
  return TRUE;
}

static gboolean
find_key (Hive *hive, const V2vHiveQuery *query, hive_node_h *out_node, GError **error)
{
  g_auto (GStrv) names = g_strsplit (query->key, "\\", -1);
  hive_node_h node = hivex_root (hive);

  if (node == 0)
    return damaged (query, errno, error);
  for (guint i = 0; names[i] != NULL && node != 0; i++) {
    if (*names[i] != '\0' && !find_child (hive, query, node, names[i], &node, error))
      return FALSE;
  }
  *out_node = node;
  return TRUE;
}

static gboolean
find_value (Hive *hive, const V2vHiveQuery *query, hive_node_h node,
            hive_value_h *out_value, GError **error)
{
  __attribute__ ((cleanup (free_array))) size_t *values = hivex_node_values (hive, node);

  *out_value = 0;
  if (values == NULL)
    return damaged (query, errno, error);
  for (gsize i = 0; values[i] != 0 && i < V2V_HIVE_SUBKEYS_MAX; i++) {
    __attribute__ ((cleanup (free_chars))) char *name = hivex_value_key (hive, values[i]);

    if (name != NULL && g_ascii_strcasecmp (name, query->value) == 0) {
      *out_value = values[i];
      return TRUE;
    }
  }
  return TRUE;
}

/* The names of the subkeys, one a line.  A name that cannot be text is left out. */
static gboolean
answer_subkeys (Hive *hive, const V2vHiveQuery *query, hive_node_h node, GString *out,
                GError **error)
{
  __attribute__ ((cleanup (free_array))) size_t *children = hivex_node_children (hive, node);

  if (children == NULL)
    return damaged (query, errno, error);
  for (gsize i = 0; children[i] != 0; i++) {
    __attribute__ ((cleanup (free_chars))) char *name = hivex_node_name (hive, children[i]);

    if (i >= V2V_HIVE_SUBKEYS_MAX || out->len > V2V_HIVE_ANSWER_MAX)
      return damaged (query, E2BIG, error);
    if (name == NULL || strchr (name, '\n') != NULL || !g_utf8_validate (name, -1, NULL))
      continue;
    g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", name);
  }
  return TRUE;
}

static guint16
get_le16 (const char *p)
{
  guint16 v;

  memcpy (&v, p, sizeof v);
  return GUINT16_FROM_LE (v);
}

/* UTF-16 as Windows leaves it: with or without a NUL, perhaps with halves of
 * surrogate pairs.  Ends at the first NUL; returns the bytes eaten, NUL included. */
static gsize
append_utf16 (GString *out, const char *data, gsize length)
{
  gsize i = 0;

  while (i + 1 < length) {
    gunichar c = get_le16 (data + i);

    i += 2;
    if (c == 0)
      break;
    if (c >= 0xd800 && c < 0xdc00 && i + 1 < length) {
      gunichar low = get_le16 (data + i);

      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i += 2;
      }
    }
    g_string_append_unichar (out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
  }
  return i;
}

/* A list of strings, one a line, up to the empty one that ends it. */
static void
append_multi (GString *out, const char *data, gsize length)
{
  while (length >= 2 && get_le16 (data) != 0) {
    gsize eaten;

    if (out->len > 0)
      g_string_append_c (out, '\n');
    eaten = append_utf16 (out, data, length);
    data += eaten;
    length -= eaten;
  }
}

/* FALSE: a type, or a length for its type, that has no text. */
static gboolean
append_value (GString *out, hive_type type, const char *data, gsize length)
{
  guint32 dword;
  guint64 qword;

  switch (type) {
  case hive_t_string:
  case hive_t_expand_string:
  case hive_t_link:
    append_utf16 (out, data, length);
    return TRUE;
  case hive_t_multiple_strings:
    append_multi (out, data, length);
    return TRUE;
  case hive_t_dword:
  case hive_t_dword_be:
    if (length != sizeof dword)
      return FALSE;
    memcpy (&dword, data, sizeof dword);
    dword = type == hive_t_dword ? GUINT32_FROM_LE (dword) : GUINT32_FROM_BE (dword);
    g_string_append_printf (out, "%" G_GUINT32_FORMAT, dword);
    return TRUE;
  case hive_t_qword:
    if (length != sizeof qword)
      return FALSE;
    memcpy (&qword, data, sizeof qword);
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, GUINT64_FROM_LE (qword));
    return TRUE;
  case hive_t_none:
  case hive_t_binary:
  case hive_t_resource_list:
  case hive_t_full_resource_description:
  case hive_t_resource_requirements_list:
  default:
    return FALSE;
  }
}

static gboolean
answer_value (Hive *hive, const V2vHiveQuery *query, hive_node_h node, GString *out,
              gboolean *out_found, GError **error)
{
  __attribute__ ((cleanup (free_chars))) char *data = NULL;
  hive_value_h value;
  hive_type type;
  size_t length = 0;

  if (!find_value (hive, query, node, &value, error))
    return FALSE;
  *out_found = FALSE;
  if (value == 0)
    return TRUE;
  data = hivex_value_value (hive, value, &type, &length);
  if (data == NULL)
    return damaged (query, errno, error);
  if (length > V2V_HIVE_ANSWER_MAX)
    return damaged (query, E2BIG, error);
  *out_found = append_value (out, type, data, length);
  return TRUE;
}

static gboolean
answer (Hive *hive, const V2vHiveQuery *query, GByteArray *out, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  hive_node_h node = 0;
  gboolean found = TRUE;
  guint32 length = ABSENT;

  if (!find_key (hive, query, &node, error))
    return FALSE;
  if (node == 0)
    found = FALSE;
  else if (query->value == NULL && !answer_subkeys (hive, query, node, text, error))
    return FALSE;
  else if (query->value != NULL && !answer_value (hive, query, node, text, &found, error))
    return FALSE;
  if (found)
    length = (guint32) text->len;
  g_byte_array_append (out, (const guint8 *) &length, sizeof length);
  if (found)
    g_byte_array_append (out, (const guint8 *) text->str, length);
  return TRUE;
}

gboolean
v2v_hive_run_job (GByteArray *out, gpointer data, GError **error)
{
  const V2vHiveJob *job = data;
  g_autoptr (Hive) hive = hivex_open (job->path, 0);

  if (hive == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "libhivex does not accept it: %s",
                 g_strerror (errno));
    return FALSE;
  }
  for (guint i = 0; i < job->n_queries; i++) {
    if (!answer (hive, &job->queries[i], out, error))
      return FALSE;
  }
  return TRUE;
}

/* Takes the child's answer apart; the child may have been taken over. */
static gboolean
decode (GBytes *bytes, GPtrArray *values)
{
  gsize left;
  const char *p = g_bytes_get_data (bytes, &left);

  for (guint i = 0; i < values->len; i++) {
    guint32 length;

    if (left < sizeof length)
      return FALSE;
    memcpy (&length, p, sizeof length);
    p += sizeof length;
    left -= sizeof length;
    if (length == ABSENT)
      continue;
    if (length > left || !g_utf8_validate (p, (gssize) length, NULL))
      return FALSE;
    g_ptr_array_index (values, i) = g_strndup (p, length);
    p += length;
    left -= length;
  }
  return left == 0;
}

/* The base block: "regf", then the numbers that are equal in a hive that was
 * written completely. */
static gboolean
read_header (const char *path, guint64 *out_size, gboolean *out_dirty, GError **error)
{
  guint8 header[12] = { 0 };
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat st;
  ssize_t n = -1;

  if (fd >= 0 && fstat (fd, &st) == 0)
    n = S_ISREG (st.st_mode) ? pread (fd, header, sizeof header, 0) : 0;
  if (n < 0) {
    v2v_error_from_errno (error, errno, "opening hive '%s'", path);
    if (fd >= 0)
      close (fd);
    return FALSE;
  }
  close (fd);
  if (n != sizeof header || memcmp (header, "regf", 4) != 0
      || (guint64) st.st_size > V2V_HIVE_SIZE_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "'%s' is not a registry hive", path);
    return FALSE;
  }
  *out_size = (guint64) st.st_size;
  *out_dirty = memcmp (header + 4, header + 8, 4) != 0;
  return TRUE;
}

gboolean
v2v_hive_read_many (const char *path, const V2vHiveQuery *queries, guint n_queries,
                    char **out_values, gboolean *out_dirty, GError **error)
{
  V2vHiveJob job = { .path = path, .queries = queries, .n_queries = n_queries };
  /* libhivex opens by path and maps the file; iconv loads modules. */
  V2vConfineLimits limits = { .allow_open = TRUE, .timeout_s = 120 };
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *what = g_strdup_printf ("reading hive '%s'", name);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) bytes = NULL;
  gboolean dirty;
  guint64 size;

  g_ptr_array_set_size (values, (int) n_queries);
  if (!read_header (path, &size, &dirty, error))
    return FALSE;
  limits.max_memory = 256u * 1024 * 1024 + 2 * size;
  bytes = v2v_confine_run (what, v2v_hive_run_job, &job, &limits, error);
  if (bytes == NULL)
    return FALSE;
  if (!decode (bytes, values)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "%s: the parser gave no sensible answer", what);
    return FALSE;
  }
  for (guint i = 0; i < n_queries; i++)
    out_values[i] = g_steal_pointer (&g_ptr_array_index (values, i));
  *out_dirty = dirty;
  return TRUE;
}
