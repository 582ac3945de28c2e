/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image-plan.c - what becomes of each entry
 */
#include <config.h>

#include "v2v-initramfs-image-private.h"

#include <string.h>
#include <sys/stat.h>

#define LINKS_MAX 40 /* as the kernel's */

typedef struct {
  const V2vImageCatalog *catalog;
  V2vImagePlan *plan;
  GHashTable *added;  /* path -> V2vImageAddition */
  GHashTable *put;    /* paths, as asked for and with links resolved: not to be removed */
  GHashTable *remove; /* paths */
} Planner;

static void
free_addition (gpointer data)
{
  V2vImageAddition *addition = data;

  g_free (addition->path);
  g_free (addition);
}

void
v2v_image_plan_free (V2vImagePlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->steps);
  g_free (plan->touched);
  g_ptr_array_unref (plan->additions);
  g_free (plan);
}

gboolean
v2v_image_plan_is_empty (const V2vImagePlan *plan, const V2vImageCatalog *catalog)
{
  for (guint i = 0; i < catalog->parts->len; i++) {
    if (plan->touched[i])
      return FALSE;
  }
  return TRUE;
}

static guint32
mode_of (const V2vImageItem *item)
{
  return item->header.field[V2V_NEWC_MODE];
}

static gboolean
refuse_put (GError **error, const char *path, const char *why)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "'%s' cannot be put into it: %s", path, why);
  return FALSE;
}

static gboolean
has_dots (const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);

  return g_strv_contains ((const char *const *) names, "..");
}

static gboolean
check_put (const V2vImageFile *file, GError **error)
{
  g_autofree char *path = v2v_newc_path (file->path);

  if (!g_str_equal (path, file->path) || g_str_equal (path, ".") || has_dots (path)
      || g_str_equal (path, V2V_NEWC_TRAILER) || strlen (path) >= V2V_NEWC_NAME_MAX)
    return refuse_put (error, file->path, "it is no path for a file");
  if (g_bytes_get_size (file->data) > V2V_SEGMENT_IMAGE_MAX)
    return refuse_put (error, file->path, "it is too large");
  return TRUE;
}

/* What will be at @path; a directory that is to be removed may stay. */
static const V2vImageItem *
find_item (const Planner *self, const char *path)
{
  int i = v2v_image_catalog_find (self->catalog, path);
  const V2vImageItem *item;

  if (i < 0)
    return NULL;
  item = v2v_image_catalog_item (self->catalog, (guint) i);
  if (!S_ISDIR (mode_of (item)) && g_hash_table_contains (self->remove, path))
    return NULL;
  return item;
}

/* Where @rest is, seen from the link at @dir/NAME to @item's target. */
static char *
follow (const char *dir, const V2vImageItem *item, const char *rest)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *target = NULL;
  g_autofree char *whole = NULL;
  g_auto (GStrv) parts = NULL;
  const char *data;
  gsize size;

  data = g_bytes_get_data (item->data, &size);
  target = g_strndup (data, size);
  whole = g_strconcat (*target == '/' ? "" : dir, "/", target, "/", rest, NULL);
  parts = g_strsplit (whole, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    if (g_str_equal (parts[i], "..")) {
      if (names->len > 0)
        g_ptr_array_remove_index (names, names->len - 1);
    } else if (*parts[i] != '\0' && !g_str_equal (parts[i], ".")) {
      g_ptr_array_add (names, parts[i]);
    }
  }
  g_ptr_array_add (names, NULL);
  return g_strjoinv ("/", (char **) names->pdata);
}

static gboolean
leads_somewhere (const V2vImageItem *item)
{
  return S_ISLNK (mode_of (item)) && item->data != NULL && g_bytes_get_size (item->data) > 0;
}

/* Follows the first link among the directories of @path; NULL when there is none.  @out_file
 * is a directory that is a file. */
static char *
follow_first (const Planner *self, const char *path, gboolean *out_file)
{
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *dir = g_strndup (path, (gsize) (slash - path));
    g_autofree char *parent = g_path_get_dirname (dir);
    const V2vImageItem *item = find_item (self, dir);

    *out_file = (item != NULL && !S_ISDIR (mode_of (item)) && !leads_somewhere (item))
                || g_hash_table_contains (self->put, dir);
    if (*out_file)
      return NULL;
    if (item != NULL && S_ISLNK (mode_of (item)))
      return follow (g_str_equal (parent, ".") ? "" : parent, item, slash + 1);
  }
  return NULL;
}

/* A directory entry in place of a link like lib would make the kernel delete the link. */
static char *
resolve (const Planner *self, const char *path, GError **error)
{
  g_autofree char *now = g_strdup (path);
  gboolean is_file = FALSE;

  for (guint i = 0; i < LINKS_MAX; i++) {
    char *next = follow_first (self, now, &is_file);

    if (next == NULL && !is_file)
      return g_steal_pointer (&now);
    if (is_file) {
      refuse_put (error, path, "a directory of it is a file");
      return NULL;
    }
    g_free (now);
    now = next;
    if (*now == '\0' || strlen (now) >= V2V_NEWC_NAME_MAX)
      break;
  }
  refuse_put (error, path, "the links on the way to it do not end");
  return NULL;
}

static V2vImageAddition *
add (Planner *self, const char *path, const V2vImageFile *file)
{
  V2vImageAddition *addition = g_new0 (V2vImageAddition, 1);

  addition->path = g_strdup (path);
  addition->file = file;
  g_ptr_array_add (self->plan->additions, addition);
  g_hash_table_insert (self->added, addition->path, addition);
  self->plan->touched[self->catalog->modules_part] = TRUE;
  return addition;
}

/* Whether the kernel has made the directory when it comes to the end of the modules part. */
static gboolean
has_directory (const Planner *self, const char *path)
{
  const V2vImageItem *winner = find_item (self, path);

  if (g_hash_table_contains (self->added, path))
    return TRUE;
  if (winner == NULL)
    return FALSE;
  if ((int) winner->segment <= self->catalog->modules_part)
    return TRUE;
  for (guint i = 0; i < self->catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (self->catalog, i);

    if ((int) item->segment > self->catalog->modules_part)
      break;
    if (S_ISDIR (mode_of (item)) && g_str_equal (item->path, path))
      return TRUE;
  }
  return FALSE;
}

static void
add_directories (Planner *self, const char *path)
{
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *dir = g_strndup (path, (gsize) (slash - path));

    if (!has_directory (self, dir))
      add (self, dir, NULL);
  }
}

/* By its digest: a guest that makes two contents of one digest deceives itself. */
static gboolean
is_same (const V2vImageItem *item, const V2vImageFile *file)
{
  gsize size;
  const void *data = g_bytes_get_data (file->data, &size);

  return mode_of (item) == (S_IFREG | (file->mode & 07777))
         && item->header.field[V2V_NEWC_FILE_SIZE] == size
         && item->body == v2v_codec_digest (0, data, size)
         && !v2v_image_item_is_linked (item);
}

static gboolean
put (Planner *self, const V2vImageFile *file, GError **error)
{
  g_autofree char *path = NULL;
  V2vImageAddition *addition;
  int i;

  if (!check_put (file, error))
    return FALSE;
  path = resolve (self, file->path, error);
  if (path == NULL)
    return FALSE;
  i = v2v_image_catalog_find (self->catalog, path);
  addition = g_hash_table_lookup (self->added, path);
  if ((i >= 0 && S_ISDIR (mode_of (v2v_image_catalog_item (self->catalog, (guint) i))))
      || (addition != NULL && addition->file == NULL))
    return refuse_put (error, file->path, "it is a directory");
  g_hash_table_add (self->put, g_strdup (path));
  if (addition != NULL) {
    addition->file = file;
  } else if (i < 0) {
    add_directories (self, path);
    add (self, path, file);
  } else {
    const V2vImageItem *item = v2v_image_catalog_item (self->catalog, (guint) i);
    V2vImageStep *step = &self->plan->steps[i];

    step->keep = is_same (item, file);
    step->file = step->keep ? NULL : file;
  }
  return TRUE;
}

static void
remove_files (Planner *self)
{
  for (guint i = 0; i < self->catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (self->catalog, i);

    if (!S_ISDIR (mode_of (item)) && g_hash_table_contains (self->remove, item->path)
        && !g_hash_table_contains (self->put, item->path)
        && !v2v_image_catalog_part (self->catalog, item->segment)->early)
      self->plan->steps[i].keep = FALSE;
  }
}

static gboolean
is_below (const char *path, const char *dir, gsize length)
{
  return strncmp (path, dir, length) == 0 && path[length] == '/';
}

static gboolean
is_empty (const Planner *self, const char *dir)
{
  gsize length = strlen (dir);

  for (guint i = 0; i < self->catalog->items->len; i++) {
    const V2vImageStep *step = &self->plan->steps[i];

    if ((step->keep || step->file != NULL)
        && is_below (v2v_image_catalog_item (self->catalog, i)->path, dir, length))
      return FALSE;
  }
  for (guint i = 0; i < self->plan->additions->len; i++) {
    const V2vImageAddition *addition = g_ptr_array_index (self->plan->additions, i);

    if (is_below (addition->path, dir, length))
      return FALSE;
  }
  return TRUE;
}

static void
remove_directory (Planner *self, const char *dir)
{
  int winner = v2v_image_catalog_find (self->catalog, dir);

  if (winner < 0 || !is_empty (self, dir))
    return;
  for (guint i = 0; i < self->catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (self->catalog, i);

    if (S_ISDIR (mode_of (item)) && g_str_equal (item->path, dir)
        && !v2v_image_catalog_part (self->catalog, item->segment)->early)
      self->plan->steps[i].keep = FALSE;
  }
}

/* What is below comes first. */
static int
compare_depth (gconstpointer a, gconstpointer b)
{
  gsize x = strlen (a);
  gsize y = strlen (b);

  return x < y ? 1 : x > y ? -1 : 0;
}

static void
plan_removals (Planner *self)
{
  g_autoptr (GList) sorted = g_list_sort (g_hash_table_get_keys (self->remove), compare_depth);

  remove_files (self);
  for (const GList *each = sorted; each != NULL; each = each->next)
    remove_directory (self, each->data);
}

/* The names of one file.  What the last one with content says counts, to the kernel, too. */
typedef struct {
  int content; /* item that has it; -1: none */
  int stays;   /* the last item with content that stays; -1 */
  int heir;    /* the last item that stays; -1 */
} Links;

static GHashTable *
find_links (const Planner *self)
{
  GHashTable *all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < self->catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (self->catalog, i);
    gboolean keep = self->plan->steps[i].keep;
    g_autofree char *key = NULL;
    Links *links;

    if (!v2v_image_item_is_linked (item))
      continue;
    key = v2v_image_item_link_key (item);
    links = g_hash_table_lookup (all, key);
    if (links == NULL) {
      links = g_new (Links, 1);
      *links = (Links){ -1, -1, -1 };
      g_hash_table_insert (all, g_steal_pointer (&key), links);
    }
    if (keep)
      links->heir = (int) i;
    if (item->header.field[V2V_NEWC_FILE_SIZE] == 0)
      continue;
    links->content = (int) i;
    if (keep)
      links->stays = (int) i;
  }
  return all;
}

/* The content of a file with several names stands with one of them: when that one goes,
 * another name must come to its place. */
static void
plan_heirs (Planner *self)
{
  g_autoptr (GHashTable) all = find_links (self);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, all);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Links *links = value;
    const V2vImageItem *content;

    if (links->content < 0 || links->heir < 0 || links->stays == links->content)
      continue;
    content = v2v_image_catalog_item (self->catalog, (guint) links->content);
    if (links->stays >= 0
        && v2v_image_catalog_item (self->catalog, (guint) links->stays)->body == content->body)
      continue;
    self->plan->steps[links->content].heir = links->heir;
    self->plan->steps[links->heir].keep = FALSE;
  }
}

static gboolean
plan_all (Planner *self, const V2vImageEdit *edit, GError **error)
{
  if (edit->put->len > 0 && self->catalog->modules_part < 0) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         "it holds nothing but early microcode");
    return FALSE;
  }
  for (guint i = 0; i < edit->put->len; i++) {
    const V2vImageFile *file = g_ptr_array_index (edit->put, i);

    g_hash_table_add (self->put, g_strdup (file->path));
  }
  for (guint i = 0; i < edit->remove->len; i++)
    g_hash_table_add (self->remove, v2v_newc_path (g_ptr_array_index (edit->remove, i)));
  for (guint i = 0; i < edit->put->len; i++) {
    if (!put (self, g_ptr_array_index (edit->put, i), error))
      return FALSE;
  }
  plan_removals (self);
  plan_heirs (self);
  for (guint i = 0; i < self->catalog->items->len; i++) {
    if (!self->plan->steps[i].keep)
      self->plan->touched[v2v_image_catalog_item (self->catalog, i)->segment] = TRUE;
  }
  return TRUE;
}

V2vImagePlan *
v2v_image_plan_new (const V2vImageCatalog *catalog, const V2vImageEdit *edit, GError **error)
{
  g_autoptr (V2vImagePlan) plan = g_new0 (V2vImagePlan, 1);
  g_autoptr (GHashTable) added = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Planner planner
    = { .catalog = catalog, .plan = plan, .added = added, .put = paths, .remove = removed };

  plan->steps = g_new0 (V2vImageStep, MAX (catalog->items->len, 1));
  plan->touched = g_new0 (gboolean, MAX (catalog->parts->len, 1));
  plan->additions = g_ptr_array_new_with_free_func (free_addition);
  for (guint i = 0; i < catalog->items->len; i++)
    plan->steps[i] = (V2vImageStep){ .keep = TRUE, .heir = -1 };
  return plan_all (&planner, edit, error) ? g_steal_pointer (&plan) : NULL;
}
