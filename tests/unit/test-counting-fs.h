/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-counting-fs.h - a back end that counts what is asked of another, and can fail
 */
#pragma once

#include <errno.h>
#include <string.h>

#include "v2v-fs-private.h"

typedef struct {
  V2vFs fs;
  V2vFs *inner;
  guint n_rows, n_stats; /* paths looked at, in so many calls */
  guint n_changes;       /* write, remove, create, mkdir, symlink, move */
  GPtrArray *log;        /* "write /etc/fstab" */
  guint fail_at;         /* the change (1 is the first) that fails with @failure */
  int failure;
  int xattr_failure;
  int get_xattr_failure;
  const char *label; /* of every file */
} CountingFs;

static inline GPtrArray *
counting_stat_many (V2vFs *fs, const char *const *paths, GError **error)
{
  CountingFs *self = (CountingFs *) fs;

  self->n_stats++;
  self->n_rows += g_strv_length ((char **) paths);
  return self->inner->ops->stat_many (self->inner, paths, error);
}

static inline gboolean
counting_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind, guint64 *out_size,
                 GError **error)
{
  V2vFs *inner = ((CountingFs *) fs)->inner;

  return inner->ops->follow (inner, path, out_kind, out_size, error);
}

static inline GPtrArray *
counting_list (V2vFs *fs, const char *directory, GError **error)
{
  V2vFs *inner = ((CountingFs *) fs)->inner;

  return inner->ops->list (inner, directory, error);
}

static inline GPtrArray *
counting_find (V2vFs *fs, const char *directory, guint max, GError **error)
{
  V2vFs *inner = ((CountingFs *) fs)->inner;

  return inner->ops->find (inner, directory, max, error);
}

static inline gboolean
counting_copy (V2vFs *fs, const char *path, int fd, guint64 max, GError **error)
{
  V2vFs *inner = ((CountingFs *) fs)->inner;

  return inner->ops->copy (inner, path, fd, max, error);
}

static inline GBytes *
counting_head (V2vFs *fs, const char *path, gsize length, GError **error)
{
  V2vFs *inner = ((CountingFs *) fs)->inner;

  return inner->ops->head (inner, path, length, error);
}

/* (nullable): the one to ask, or the failure that was ordered. */
static inline V2vFs *
counting_change (V2vFs *fs, const char *verb, const char *path, GError **error)
{
  CountingFs *self = (CountingFs *) fs;

  self->n_changes++;
  g_ptr_array_add (self->log, g_strdup_printf ("%s %s", verb, path));
  if (self->n_changes != self->fail_at)
    return self->inner;
  v2v_fs_set_errno (error, self->failure);
  return NULL;
}

static inline gboolean
counting_write (V2vFs *fs, const char *path, const void *data, gsize length, GError **error)
{
  V2vFs *inner = counting_change (fs, "write", path, error);

  return inner != NULL && inner->ops->write (inner, path, data, length, error);
}

static inline gboolean
counting_remove (V2vFs *fs, const char *path, GError **error)
{
  V2vFs *inner = counting_change (fs, "remove", path, error);

  return inner != NULL && inner->ops->remove (inner, path, error);
}

static inline gboolean
counting_create (V2vFs *fs, const char *path, const void *data, gsize length, guint mode,
                 GError **error)
{
  V2vFs *inner = counting_change (fs, "create", path, error);

  return inner != NULL && inner->ops->create (inner, path, data, length, mode, error);
}

static inline gboolean
counting_mkdir (V2vFs *fs, const char *path, guint mode, GError **error)
{
  V2vFs *inner = counting_change (fs, "mkdir", path, error);

  return inner != NULL && inner->ops->mkdir (inner, path, mode, error);
}

static inline gboolean
counting_symlink (V2vFs *fs, const char *path, const char *target, GError **error)
{
  V2vFs *inner = counting_change (fs, "symlink", path, error);

  return inner != NULL && inner->ops->symlink (inner, path, target, error);
}

static inline gboolean
counting_move (V2vFs *fs, const char *from, const char *to, GError **error)
{
  V2vFs *inner = counting_change (fs, "move", from, error);

  return inner != NULL && inner->ops->move (inner, from, to, error);
}

static inline gboolean
counting_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error)
{
  g_autofree char *what = g_strdup_printf ("chown %u:%u", uid, gid);
  V2vFs *inner = counting_change (fs, what, path, error);

  return inner != NULL && inner->ops->chown (inner, path, uid, gid, error);
}

static inline gboolean
counting_get_xattr (V2vFs *fs, const char *path, const char *name, GBytes **out_value,
                    GError **error)
{
  CountingFs *self = (CountingFs *) fs;

  (void) path, (void) name;
  if (self->get_xattr_failure != 0)
    return v2v_fs_set_errno (error, self->get_xattr_failure);
  *out_value = self->label == NULL ? NULL : g_bytes_new (self->label, strlen (self->label) + 1);
  return TRUE;
}

/* Only root may set security.*: what is asked for is what counts. */
static inline gboolean
counting_set_xattr (V2vFs *fs, const char *path, const char *name, const void *value,
                    gsize length, GError **error)
{
  CountingFs *self = (CountingFs *) fs;

  if (self->xattr_failure != 0)
    return v2v_fs_set_errno (error, self->xattr_failure);
  g_assert_cmpuint (length, ==, strlen (value) + 1);
  g_ptr_array_add (self->log, g_strdup_printf ("%s=%s %s", name, (const char *) value, path));
  return TRUE;
}

static inline gboolean
counting_copy_attributes (V2vFs *fs, const char *from, const char *to, GError **error)
{
  V2vFs *inner = counting_change (fs, "attributes", to, error);

  return inner != NULL && inner->ops->copy_attributes (inner, from, to, error);
}

static inline void
counting_free (V2vFs *fs)
{
  CountingFs *self = (CountingFs *) fs;

  g_ptr_array_unref (self->log);
  g_free (self);
}

static const V2vFsOps counting_ops = {
  .name = "counting",
  .free = counting_free,
  .stat_many = counting_stat_many,
  .follow = counting_follow,
  .list = counting_list,
  .find = counting_find,
  .copy = counting_copy,
  .head = counting_head,
  .write = counting_write,
  .remove = counting_remove,
  .create = counting_create,
  .mkdir = counting_mkdir,
  .symlink = counting_symlink,
  .move = counting_move,
  .chown = counting_chown,
  .set_xattr = counting_set_xattr,
  .get_xattr = counting_get_xattr,
  .copy_attributes = counting_copy_attributes,
};

static inline CountingFs *
counting_fs_new (V2vFs *inner)
{
  CountingFs *self = g_new0 (CountingFs, 1);

  self->fs.ops = &counting_ops;
  self->inner = inner;
  self->log = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/* (transfer full): what was asked for since the last time, joined by "; ". */
static inline char *
counting_fs_take_log (CountingFs *self)
{
  char *text;

  g_ptr_array_add (self->log, NULL);
  text = g_strjoinv ("; ", (char **) self->log->pdata);
  g_ptr_array_set_size (self->log, 0);
  return text;
}
