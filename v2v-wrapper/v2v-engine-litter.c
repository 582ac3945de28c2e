/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-litter.c - what virt-v2v leaves behind or damages in a guest
 */
#include <config.h>

#include "v2v-engine-litter.h"

#include <string.h>

#include "actions/v2v-action-modules.h"

#define FSTAB "/etc/fstab"

/* A big server has 5,000 names below /etc. */
#define NAMES_MAX 200000
#define REPORTED_LINES_MAX 50

/* Where the EFI partition is mounted by every distribution that virt-v2v takes; it looks
 * nowhere else either. */
#define ESP "/boot/efi"
#define ESP_NAMES_MAX 20000
#define STUB_MAX 4096
#define STUBS_MAX 32

typedef struct {
  char *path;
  GBytes *text;
} Stub;

struct _V2vSnapshot {
  GPtrArray *litter; /* char* */
  char *fstab;       /* NULL: there is none */
  GPtrArray *stubs;  /* Stub */
};

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
is_litter_name (const char *name)
{
  return g_str_has_suffix (name, ".augsave") || g_str_has_suffix (name, ".pre-v2v");
}

static gboolean
add_below (V2vFs *fs, const char *directory, GPtrArray *paths, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) names = v2v_fs_find (fs, directory, NAMES_MAX, &failure);

  if (names == NULL) {
    /* Windows has neither. */
    if (g_error_matches (failure, V2V_ERROR, V2V_ERROR_NOT_FOUND))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);

    if (is_litter_name (name))
      g_ptr_array_add (paths, g_build_filename (directory, name, NULL));
  }
  return TRUE;
}

/* Only regular files: a directory of that name is nobody's backup copy. */
static GPtrArray *
only_regular (V2vFs *fs, GPtrArray *paths, GError **error)
{
  g_autoptr (GPtrArray) regular = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) infos = NULL;

  if (paths->len > 0) {
    g_ptr_array_add (paths, NULL);
    infos = v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
    if (infos == NULL)
      return NULL;
    for (guint i = 0; i < infos->len; i++) {
      const V2vFileInfo *info = g_ptr_array_index (infos, i);

      if (info->kind == V2V_FILE_REGULAR)
        g_ptr_array_add (regular, g_strdup (g_ptr_array_index (paths, i)));
    }
  }
  g_ptr_array_sort (regular, compare_strings);
  return g_steal_pointer (&regular);
}

GPtrArray *
v2v_litter_list (V2vFs *fs, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!add_below (fs, "/etc", paths, error) || !add_below (fs, "/boot", paths, error))
    return NULL;
  return only_regular (fs, paths, error);
}

gboolean
v2v_litter_remove_new (V2vFs *fs, GPtrArray *before, V2vReport *report, GError **error)
{
  g_autoptr (GPtrArray) now = v2v_litter_list (fs, error);

  if (now == NULL)
    return FALSE;
  for (guint i = 0; i < now->len; i++) {
    const char *path = g_ptr_array_index (now, i);

    if (g_ptr_array_find_with_equal_func (before, path, g_str_equal, NULL))
      continue;
    if (!v2v_fs_remove (fs, path, error)) {
      g_prefix_error (error, "removing what virt-v2v left in the guest: ");
      return FALSE;
    }
    v2v_report_add_change (report, "clean-up", path, NULL, NULL,
                           "a backup copy that virt-v2v left behind, removed");
  }
  return TRUE;
}

static void
report_lines (const char *found, const char *expected, V2vReport *report)
{
  g_auto (GStrv) a = g_strsplit (found, "\n", -1);
  g_auto (GStrv) b = g_strsplit (expected, "\n", -1);
  guint n_a = g_strv_length (a);
  guint n_b = g_strv_length (b);
  guint reported = 0;

  for (guint i = 0; i < MAX (n_a, n_b) && reported < REPORTED_LINES_MAX; i++) {
    const char *was = i < n_a ? a[i] : NULL;
    const char *is = i < n_b ? b[i] : NULL;

    if (g_strcmp0 (was, is) == 0)
      continue;
    reported++;
    v2v_report_add_change (report, "clean-up", FSTAB, was, is,
                           "virt-v2v had changed the line, ours is put back");
  }
}

gboolean
v2v_engine_check_fstab (V2vFs *fs, const char *expected, V2vReport *report, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  const char *found;
  gsize length;

  if (expected == NULL)
    return TRUE;
  bytes = v2v_fs_read (fs, FSTAB, V2V_FS_TEXT_MAX, error);
  if (bytes == NULL) {
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_INTERNAL);
    g_prefix_error (error, "checking what virt-v2v left of the guest's fstab: ");
    return FALSE;
  }
  found = g_bytes_get_data (bytes, &length);
  if (found == NULL)
    found = ""; /* GLib's way to say empty */
  if (length == strlen (expected) && memcmp (found, expected, length) == 0)
    return TRUE;
  report_lines (found, expected, report);
  return v2v_fs_write (fs, FSTAB, expected, strlen (expected), error);
}

gboolean
v2v_engine_prepare_guest (V2vFs *fs, V2vReport *report, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) bytes
    = v2v_fs_read (fs, V2V_ACTION_MODULES_FILE, V2V_FS_TEXT_MAX, &failure);
  g_autofree char *after = NULL;
  const char *before;
  gsize length;

  if (bytes == NULL) {
    if (g_error_matches (failure, V2V_ERROR, V2V_ERROR_NOT_FOUND))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  before = g_bytes_get_data (bytes, &length);
  /* Behind a NUL nothing would be seen, and nothing written back. */
  if (before == NULL || strlen (before) != length)
    return TRUE;
  after = v2v_action_modules_rewrite (before, report);
  if (strcmp (after, before) == 0)
    return TRUE;
  return v2v_fs_write (fs, V2V_ACTION_MODULES_FILE, after, strlen (after), error);
}

static void
stub_free (gpointer p)
{
  Stub *stub = p;

  g_free (stub->path);
  g_bytes_unref (stub->text);
  g_free (stub);
}

void
v2v_snapshot_free (V2vSnapshot *snapshot)
{
  if (snapshot == NULL)
    return;
  g_clear_pointer (&snapshot->litter, g_ptr_array_unref);
  g_ptr_array_unref (snapshot->stubs);
  g_free (snapshot->fstab);
  g_free (snapshot);
}

/* A stub names the file that goes on; a whole configuration is far longer. */
static gboolean
is_stub (GBytes *text)
{
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  return data != NULL && g_strstr_len (data, (gssize) length, "configfile") != NULL;
}

static gboolean
take_stubs (V2vSnapshot *snapshot, V2vFs *fs, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) names = v2v_fs_find (fs, ESP, ESP_NAMES_MAX, &failure);

  if (names == NULL) {
    if (g_error_matches (failure, V2V_ERROR, V2V_ERROR_NOT_FOUND))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  for (guint i = 0; i < names->len && snapshot->stubs->len < STUBS_MAX; i++) {
    g_autofree char *base = g_path_get_basename (g_ptr_array_index (names, i));
    g_autofree char *path = g_build_filename (ESP, g_ptr_array_index (names, i), NULL);
    g_autoptr (GBytes) text = NULL;
    Stub *stub;

    if (g_ascii_strcasecmp (base, "grub.cfg") != 0)
      continue;
    /* Too long for a stub, or no file at all: not ours to keep. */
    text = v2v_fs_read (fs, path, STUB_MAX, NULL);
    if (text == NULL || !is_stub (text))
      continue;
    stub = g_new0 (Stub, 1);
    stub->path = g_steal_pointer (&path);
    stub->text = g_steal_pointer (&text);
    g_ptr_array_add (snapshot->stubs, stub);
  }
  return TRUE;
}

static gboolean
take_fstab (V2vSnapshot *snapshot, V2vFs *fs, GError **error)
{
  g_autoptr (GError) failure = NULL;

  snapshot->fstab = v2v_fs_read_text (fs, FSTAB, &failure);
  if (failure == NULL || g_error_matches (failure, V2V_ERROR, V2V_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

V2vSnapshot *
v2v_snapshot_take (V2vFs *fs, GError **error)
{
  g_autoptr (V2vSnapshot) snapshot = g_new0 (V2vSnapshot, 1);

  snapshot->stubs = g_ptr_array_new_with_free_func (stub_free);
  snapshot->litter = v2v_litter_list (fs, error);
  if (snapshot->litter == NULL || !take_fstab (snapshot, fs, error)
      || !take_stubs (snapshot, fs, error))
    return NULL;
  return g_steal_pointer (&snapshot);
}

static gboolean
restore_stub (const Stub *stub, V2vFs *fs, V2vReport *report, GError **error)
{
  g_autoptr (GBytes) now = v2v_fs_read (fs, stub->path, V2V_FS_TEXT_MAX, NULL);
  gsize length;
  const void *data = g_bytes_get_data (stub->text, &length);

  if (now != NULL && g_bytes_equal (now, stub->text))
    return TRUE;
  if (!v2v_fs_write (fs, stub->path, data, length, error)) {
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_INTERNAL);
    return FALSE;
  }
  v2v_report_add_change (report, "clean-up", stub->path, "(output of grub-mkconfig)",
                         "(as it was)",
                         "virt-v2v had overwritten the stub that leads to the real "
                         "grub.cfg, it is put back");
  return TRUE;
}

gboolean
v2v_snapshot_restore (const V2vSnapshot *snapshot, V2vFs *fs, V2vReport *report,
                      GError **error)
{
  if (!v2v_litter_remove_new (fs, snapshot->litter, report, error)
      || !v2v_engine_check_fstab (fs, snapshot->fstab, report, error))
    return FALSE;
  for (guint i = 0; i < snapshot->stubs->len; i++) {
    if (!restore_stub (g_ptr_array_index (snapshot->stubs, i), fs, report, error))
      return FALSE;
  }
  return TRUE;
}
