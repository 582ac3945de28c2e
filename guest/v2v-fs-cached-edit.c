/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-cached-edit.c - changes through a V2vFs that keeps what it read
 *
 * All that was kept is forgotten, also when the change fails: it may be half done.
 */
#include <config.h>

#include "v2v-fs-cached-private.h"

gboolean
v2v_cached_write (V2vFs *fs, const char *path, const void *data, gsize length, GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_cached_forget (self);
  return self->below->ops->write (self->below, path, data, length, error);
}

gboolean
v2v_cached_remove (V2vFs *fs, const char *path, GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_cached_forget (self);
  return self->below->ops->remove (self->below, path, error);
}

gboolean
v2v_cached_create (V2vFs *fs, const char *path, const void *data, gsize length, guint mode,
               GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_cached_forget (self);
  return self->below->ops->create (self->below, path, data, length, mode, error);
}

gboolean
v2v_cached_mkdir (V2vFs *fs, const char *path, guint mode, GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_cached_forget (self);
  return self->below->ops->mkdir (self->below, path, mode, error);
}

gboolean
v2v_cached_symlink (V2vFs *fs, const char *path, const char *target, GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_cached_forget (self);
  return self->below->ops->symlink (self->below, path, target, error);
}

gboolean
v2v_cached_move (V2vFs *fs, const char *from, const char *to, GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_cached_forget (self);
  return self->below->ops->move (self->below, from, to, error);
}

gboolean
v2v_cached_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_cached_forget (self);
  return self->below->ops->chown (self->below, path, uid, gid, error);
}

/* An ACL is an attribute that changes the mode. */
gboolean
v2v_cached_set_xattr (V2vFs *fs, const char *path, const char *name, const void *value,
                  gsize length, GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  if (g_str_has_prefix (name, "system."))
    v2v_cached_forget (self);
  return self->below->ops->set_xattr (self->below, path, name, value, length, error);
}

/* Asked for each time: nobody asks twice. */
gboolean
v2v_cached_get_xattr (V2vFs *fs, const char *path, const char *name, GBytes **out_value,
                      GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  if (self->below->ops->get_xattr != NULL)
    return self->below->ops->get_xattr (self->below, path, name, out_value, error);
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "attributes are not known here");
  return FALSE;
}

gboolean
v2v_cached_copy_attributes (V2vFs *fs, const char *from, const char *to, GError **error)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_cached_forget (self);
  if (self->below->ops->copy_attributes != NULL)
    return self->below->ops->copy_attributes (self->below, from, to, error);
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "attributes are not known here");
  return FALSE;
}
