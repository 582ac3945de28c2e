/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-module-index.c - what modprobe and udev would find in a module index
 */
#include <config.h>

#include "v2v-module-index.h"

#include <string.h>

#include "v2v-initramfs.h"

#define MAGIC 0xb007f457
#define VERSION_MAJOR 2
#define HEADER 12

/* The flags of a node are in its offset. */
#define NODE_PREFIX 0x80000000U
#define NODE_VALUES 0x40000000U
#define NODE_CHILDREN 0x20000000U
#define NODE_OFFSET 0x0fffffffU

typedef struct {
  const guint8 *data;
  gsize size;
  /* What may still be looked at: bytes of strings, nodes, children, values.  In a tree each has
   * bytes of its own; a file that is a net of them runs out. */
  gsize budget;
} Index;

typedef struct {
  const char *prefix;
  gsize children; /* where their offsets are; 0 = none */
  guint8 first, last;
  gsize values; /* where the first is */
  guint32 n_values;
} Node;

static gboolean
read_u32 (const Index *index, gsize at, guint32 *out)
{
  const guint8 *p = index->data + at;

  if (index->size < 4 || at > index->size - 4)
    return FALSE;
  *out = (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
  return TRUE;
}

static gboolean
spend (Index *index, gsize n)
{
  gboolean ok = n <= index->budget;

  index->budget -= MIN (n, index->budget);
  return ok;
}

/* (nullable): the string at *@at, which moves behind it. */
static const char *
read_string (Index *index, gsize *at)
{
  const char *text = (const char *) index->data + *at;
  gsize n;

  if (*at >= index->size)
    return NULL;
  n = strnlen (text, MIN (index->size - *at, index->budget));
  if (n >= index->size - *at || !spend (index, n + 1))
    return NULL;
  *at += n + 1;
  return text;
}

static gboolean
read_root (Index *index, GBytes *bytes, guint32 *out)
{
  guint32 magic, version;

  index->data = g_bytes_get_data (bytes, &index->size);
  index->budget = index->size;
  return read_u32 (index, 0, &magic) && read_u32 (index, 4, &version)
         && read_u32 (index, 8, out) && magic == MAGIC && version >> 16 == VERSION_MAJOR;
}

/* FALSE for the place of no node, and when it does not fit into the file. */
static gboolean
read_node (Index *index, guint32 offset, Node *node)
{
  gsize at = offset & NODE_OFFSET;

  memset (node, 0, sizeof *node);
  node->prefix = "";
  if (at < HEADER || !spend (index, 1))
    return FALSE;
  if ((offset & NODE_PREFIX) != 0 && (node->prefix = read_string (index, &at)) == NULL)
    return FALSE;
  if ((offset & NODE_CHILDREN) != 0) {
    if (index->size < 2 || at > index->size - 2)
      return FALSE;
    node->first = index->data[at];
    node->last = index->data[at + 1];
    if (node->last < node->first)
      return FALSE;
    node->children = at + 2;
    at += 2 + 4 * ((gsize) node->last - node->first + 1);
  }
  if ((offset & NODE_VALUES) != 0) {
    if (!read_u32 (index, at, &node->n_values))
      return FALSE;
    node->values = at + 4;
  }
  return TRUE;
}

/* "path: path path" */
static GPtrArray *
split_line (const char *line)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = g_strsplit_set (line, " \t\r", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    gsize n = strlen (words[i]);

    if (i == 0 && g_str_has_suffix (words[i], ":"))
      words[i][n - 1] = '\0';
    if (words[i][0] != '\0')
      g_ptr_array_add (paths, g_strdup (words[i]));
  }
  return paths;
}

GPtrArray *
v2v_module_index_find (GBytes *bytes, const char *name)
{
  Index index;
  guint32 offset;
  Node node;

  if (!read_root (&index, bytes, &offset))
    return NULL;
  /* Each turn takes a letter of the name. */
  while (read_node (&index, offset, &node)) {
    gsize n = strlen (node.prefix);
    gsize at = node.values + 4; /* behind the first value's priority */
    guint8 c;

    if (strncmp (name, node.prefix, n) != 0)
      return NULL;
    name += n;
    if (*name == '\0') {
      const char *value = node.n_values == 0 ? NULL : read_string (&index, &at);

      return value == NULL ? NULL : split_line (value);
    }
    c = (guint8) *name++;
    if (node.children == 0 || c < node.first || c > node.last
        || !read_u32 (&index, node.children + 4 * ((gsize) c - node.first), &offset))
      return NULL;
  }
  return NULL;
}

static gboolean
has_value (Index *index, const Node *node, const char *name)
{
  gsize at = node->values;

  for (guint32 i = 0; i < node->n_values; i++) {
    const char *value;

    at += 4;
    value = read_string (index, &at);
    if (value == NULL || g_str_equal (value, name))
      return value != NULL;
  }
  return FALSE;
}

gboolean
v2v_module_index_has_value (GBytes *bytes, const char *name)
{
  g_autoptr (GArray) todo = g_array_new (FALSE, FALSE, sizeof (guint32));
  Index index;
  guint32 offset;

  if (!read_root (&index, bytes, &offset))
    return FALSE;
  g_array_append_val (todo, offset);
  while (todo->len > 0) {
    Node node;

    offset = g_array_index (todo, guint32, todo->len - 1);
    g_array_set_size (todo, todo->len - 1);
    if (!read_node (&index, offset, &node))
      continue;
    if (has_value (&index, &node, name))
      return TRUE;
    for (guint c = node.first; node.children > 0 && c <= node.last && spend (&index, 1); c++)
      if (read_u32 (&index, node.children + 4 * (c - node.first), &offset)
          && (offset & NODE_OFFSET) != 0)
        g_array_append_val (todo, offset);
  }
  return FALSE;
}

GPtrArray *
v2v_module_index_find_text (const char *text, const char *name)
{
  while (*text != '\0') {
    gsize length = strcspn (text, "\n");
    g_autofree char *path = g_strndup (text, MIN (length, strcspn (text, ":")));
    g_autofree char *module = v2v_module_name (path);

    if (g_strcmp0 (module, name) == 0) {
      g_autofree char *line = g_strndup (text, length);

      return split_line (line);
    }
    text += length;
    text += *text == '\n';
  }
  return NULL;
}
