/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-archive.c - the tar archive of a directory of a guest
 */
#include <config.h>

#include "v2v-fs-archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "v2v-confine.h"
#include "v2v-fs-private.h"

/* What the child sends: name, st_mode, uid, gid, size, target of a link, whether that
 * is a hard link, whether there is a content, content. */
#define ROW "(ayuuutaybbay)"

/* Names and contents of an archive of the largest size, and their frame. */
#define OUTPUT_MAX (2 * V2V_ARCHIVE_MAX)

typedef struct {
  const void *data;
  gsize size;
} Image;

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, why);
  return FALSE;
}

/* A byte string without the NUL that GLib's own would have. */
static GVariant *
bytes_variant (const void *data, gsize length)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, length, 1);
}

static GVariant *
text_variant (const char *text)
{
  return bytes_variant (text, text == NULL ? 0 : strlen (text));
}

static gboolean
read_content (struct archive *archive, char *data, gsize size, GError **error)
{
  gsize done = 0;

  while (done < size) {
    la_ssize_t n = archive_read_data (archive, data + done, size - done);

    if (n <= 0)
      return refuse (error, "the archive is damaged");
    done += (gsize) n;
  }
  return TRUE;
}

static gboolean
add_entry (GVariantBuilder *rows, struct archive *archive, struct archive_entry *entry,
           GError **error)
{
  const char *name = archive_entry_pathname (entry);
  const char *hard = archive_entry_hardlink (entry);
  const char *soft = archive_entry_symlink (entry);
  guint mode = archive_entry_mode (entry);
  guint64 size = (guint64) archive_entry_size (entry);
  gboolean kept = S_ISREG (mode) && hard == NULL && size <= V2V_FS_TEXT_MAX;
  g_autofree char *data = NULL;

  if (name == NULL || strlen (name) >= PATH_MAX)
    return refuse (error, "a name in the archive is too long");
  data = g_malloc (kept ? size + 1 : 1);
  if (kept && !read_content (archive, data, size, error))
    return FALSE;
  g_variant_builder_add (rows, "(@ayuuut@aybb@ay)", text_variant (name), (guint32) mode,
                         (guint32) archive_entry_uid (entry),
                         (guint32) archive_entry_gid (entry), size,
                         text_variant (hard != NULL ? hard : soft), hard != NULL, kept,
                         bytes_variant (data, kept ? size : 0));
  return TRUE;
}

static gboolean
read_entries (struct archive *archive, GVariantBuilder *rows, GError **error)
{
  struct archive_entry *entry;
  int status;

  for (guint n = 0;; n++) {
    status = archive_read_next_header (archive, &entry);
    if (status == ARCHIVE_EOF)
      return TRUE;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
      return refuse (error, "the archive is damaged");
    if (n >= V2V_ARCHIVE_FILES_MAX)
      return refuse (error, "the archive has too many files");
    if (!add_entry (rows, archive, entry, error))
      return FALSE;
  }
}

/* Runs in the confined child. */
static gboolean
list_archive (GByteArray *out, gpointer user_data, GError **error)
{
  const Image *image = user_data;
  struct archive *archive = archive_read_new ();
  g_autoptr (GVariant) all = NULL;
  GVariantBuilder rows;
  gboolean ok;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("a" ROW));
  if (archive_read_support_format_tar (archive) != ARCHIVE_OK
      || archive_read_open_memory (archive, image->data, image->size) != ARCHIVE_OK)
    ok = refuse (error, "the archive is damaged");
  else
    ok = read_entries (archive, &rows, error);
  archive_read_free (archive);
  all = g_variant_ref_sink (g_variant_builder_end (&rows));
  if (ok)
    g_byte_array_append (out, g_variant_get_data (all), (guint) g_variant_get_size (all));
  return ok;
}

/* (transfer full): (nullable): the text of a byte string that holds no NUL. */
static char *
dup_text (GVariant *bytes)
{
  gsize length;
  const char *data = g_variant_get_fixed_array (bytes, &length, 1);

  if (length >= PATH_MAX || (length > 0 && memchr (data, '\0', length) != NULL))
    return NULL;
  return g_strndup (length > 0 ? data : "", length);
}

/* The directory of "./a/b" and its last name; NULL when there is no such place. */
static V2vNode *
find_place (V2vTree *tree, const char *path, char **out_name)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  V2vNode *dir = tree->root;
  guint n = g_strv_length (parts);

  while (n > 1 && *parts[n - 1] == '\0')
    n--; /* a directory's name ends in a slash */
  if (n < 2 || !g_str_equal (parts[0], "."))
    return NULL;
  for (guint i = 1; i < n; i++) {
    if (*parts[i] == '\0' || strlen (parts[i]) > NAME_MAX || g_str_equal (parts[i], ".")
        || g_str_equal (parts[i], "..") || dir == NULL
        || dir->info->kind != V2V_FILE_DIRECTORY)
      return NULL;
    if (i + 1 < n)
      dir = v2v_node_child (dir, parts[i]);
  }
  *out_name = g_strdup (parts[n - 1]);
  return dir;
}

/* A further name of a file: its row and content are those of the first. */
static gboolean
add_hard_link (V2vTree *tree, V2vNode *dir, const char *name, const char *target)
{
  g_autofree char *first_name = NULL;
  V2vNode *first_dir = find_place (tree, target, &first_name);
  V2vNode *first = first_dir == NULL ? NULL : v2v_node_child (first_dir, first_name);
  V2vNode *node;

  if (first == NULL || first->info->kind == V2V_FILE_DIRECTORY)
    return FALSE;
  node = v2v_tree_add (tree, dir, v2v_file_info_copy (first->info, name));
  node->listed = TRUE;
  if (first->content != NULL)
    v2v_tree_keep (tree, node, first->content);
  return TRUE;
}

static void
add_file (V2vTree *tree, V2vNode *dir, V2vFileInfo *info, GVariant *content)
{
  V2vNode *node = v2v_tree_add (tree, dir, info);
  g_autofree char *data = NULL;
  gsize length;

  node->listed = TRUE;
  node->complete = info->kind == V2V_FILE_DIRECTORY;
  if (content != NULL && info->kind == V2V_FILE_REGULAR) {
    const char *bytes = g_variant_get_fixed_array (content, &length, 1);
    g_autoptr (GBytes) kept = NULL;

    data = g_malloc (length + 1);
    if (length > 0)
      memcpy (data, bytes, length);
    data[length] = '\0';
    kept = g_bytes_new_take (g_steal_pointer (&data), length);
    v2v_tree_keep (tree, node, kept);
  }
}

static gboolean
add_row (V2vTree *tree, GVariant *row)
{
  g_autoptr (GVariant) path_bytes = g_variant_get_child_value (row, 0);
  g_autoptr (GVariant) link_bytes = g_variant_get_child_value (row, 5);
  g_autoptr (GVariant) content = g_variant_get_child_value (row, 8);
  g_autofree char *path = dup_text (path_bytes);
  g_autofree char *link = dup_text (link_bytes);
  g_autofree char *name = NULL;
  V2vFileInfo *info;
  gboolean hard, kept;
  guint32 mode, uid, gid;
  guint64 size;
  V2vNode *dir;

  g_variant_get (row, "(@ayuuut@aybb@ay)", NULL, &mode, &uid, &gid, &size, NULL, &hard, &kept,
                 NULL);
  if (path == NULL || link == NULL)
    return FALSE;
  if (g_str_equal (path, ".") || g_str_equal (path, "./"))
    return S_ISDIR (mode);
  dir = find_place (tree, path, &name);
  if (dir == NULL || v2v_node_child (dir, name) != NULL)
    return FALSE;
  if (hard)
    return add_hard_link (tree, dir, name, link);
  if (kept && size != g_variant_n_children (content))
    return FALSE;
  info = v2v_file_info_new (name, mode, S_ISLNK (mode) ? strlen (link) : size, uid, gid);
  if (info->kind == V2V_FILE_SYMLINK)
    info->link = g_steal_pointer (&link);
  add_file (tree, dir, info, kept ? content : NULL);
  return TRUE;
}

static V2vTree *
place_rows (GBytes *output, GError **error)
{
  g_autoptr (V2vTree) tree = v2v_tree_new ();
  g_autoptr (GVariant) rows
    = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("a" ROW), output, FALSE));

  for (gsize i = 0; i < g_variant_n_children (rows); i++) {
    g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

    if (!add_row (tree, row)) {
      refuse (error, "the archive has a file without a place");
      return NULL;
    }
  }
  tree->root->complete = TRUE;
  return g_steal_pointer (&tree);
}

V2vTree *
v2v_archive_read_here (const void *data, gsize size, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) output = NULL;
  Image image = { data, size };

  if (!list_archive (out, &image, error))
    return NULL;
  output = g_byte_array_free_to_bytes (g_steal_pointer (&out));
  return place_rows (output, error);
}

V2vTree *
v2v_archive_read (int fd, GError **error)
{
  const V2vConfineLimits limits = { .max_output = OUTPUT_MAX };
  g_autoptr (GBytes) output = NULL;
  struct stat st;
  Image image;

  if (fstat (fd, &st) < 0 || st.st_size <= 0 || st.st_size > V2V_ARCHIVE_MAX) {
    refuse (error, "the archive is empty or too large");
    return NULL;
  }
  image.size = (gsize) st.st_size;
  image.data = mmap (NULL, image.size, PROT_READ, MAP_SHARED, fd, 0);
  if (image.data == MAP_FAILED) {
    v2v_fs_set_errno (error, errno);
    return NULL;
  }
  output = v2v_confine_run ("reading an archive", list_archive, &image, &limits, error);
  munmap ((void *) image.data, image.size);
  return output == NULL ? NULL : place_rows (output, error);
}
