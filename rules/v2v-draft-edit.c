/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-draft-edit.c - what a rule may do to the files of a draft
 */
#include <config.h>

#include "v2v-draft.h"

#include <limits.h>
#include <string.h>

#include "v2v-draft-private.h"

/* Names that a rule tries for one disabled file before it gives up. */
#define DISABLED_NAMES_MAX 1000

/* Names the path as the rule wrote it; always FALSE. */
static gboolean
name_path (GError **error, const char *verb, const char *path)
{
  v2v_fs_name_file (error, verb, path);
  return FALSE;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, why);
  return FALSE;
}

static gboolean
refuse_lead (GError **error, V2vDraftLead lead)
{
  switch (lead) {
  case V2V_DRAFT_DANGLING:
    return refuse (error, "it leads through a symbolic link to something that is not there");
  case V2V_DRAFT_NOT_DIRECTORY:
    return refuse (error, "a part of the path is not a directory");
  case V2V_DRAFT_LOOP:
    return refuse (error, "it leads through too many symbolic links, perhaps in a circle");
  case V2V_DRAFT_TOO_LONG:
    return refuse (error, "the path is too long");
  case V2V_DRAFT_FOUND:
  case V2V_DRAFT_MISSING:
    break;
  }
  g_return_val_if_reached (FALSE);
}

static gboolean
refuse_kind (GError **error, V2vFileKind kind)
{
  if (kind == V2V_FILE_DIRECTORY)
    return refuse (error, "it is a directory");
  if (kind == V2V_FILE_OTHER)
    return refuse (error, "it is a device, FIFO or socket");
  return refuse (error, "it is not a regular file");
}

static gboolean
resolve (V2vDraft *draft, const char *path, gboolean follow, V2vDraftPlace *out_place,
         GError **error)
{
  if (path[0] != '/')
    return refuse (error, "the path is not absolute inside the guest");
  if (g_str_has_suffix (path, "/") || g_str_has_suffix (path, "/.")
      || g_str_has_suffix (path, "/.."))
    return refuse (error, "it is the name of a directory");
  return v2v_draft_resolve (draft, path, follow, out_place, error);
}

/* Is there, or could be: the two answers that every edit can use. */
static gboolean
is_place (const V2vDraftPlace *place)
{
  return place->lead == V2V_DRAFT_FOUND || place->lead == V2V_DRAFT_MISSING;
}

/* Who gets what is made at a real path, and with which mode. */
typedef struct {
  char *home; /* real; NULL: all is root's */
  guint uid, gid;
  guint mode; /* of a file that is root's */
} Maker;

static void
maker_clear (Maker *maker)
{
  g_free (maker->home);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Maker, maker_clear)

static gboolean
is_at_home (const Maker *maker, const char *real)
{
  return maker != NULL && maker->home != NULL && g_str_has_prefix (real, maker->home)
         && real[strlen (maker->home)] == '/';
}

static gboolean
make_directory (V2vDraft *draft, const char *real, guint mode, const Maker *maker, GError **error)
{
  V2vDraftNode *node = v2v_draft_load (draft, real, error);
  V2vFileState *state;

  if (node == NULL)
    return FALSE;
  if (node->current.state->kind == V2V_STATE_DIRECTORY)
    return TRUE;
  state = v2v_file_state_new (V2V_STATE_DIRECTORY);
  state->mode = mode;
  if (is_at_home (maker, real)) {
    state->mode = 0700;
    state->uid = maker->uid;
    state->gid = maker->gid;
  }
  v2v_draft_set (draft, real, state, 0);
  return TRUE;
}

/* The directories above @real that are not there; whatever is there is a directory. */
static gboolean
make_parents (V2vDraft *draft, const char *real, const Maker *maker, GError **error)
{
  for (const char *slash = strchr (real + 1, '/'); slash != NULL;
       slash = strchr (slash + 1, '/')) {
    g_autofree char *parent = g_strndup (real, (gsize) (slash - real));
    V2vFileInfo *row = v2v_draft_row (draft, parent, parent, error);
    V2vFileKind kind;

    if (row == NULL)
      return FALSE;
    kind = row->kind;
    v2v_file_info_free (row);
    if (kind == V2V_FILE_ABSENT && !make_directory (draft, parent, 0755, maker, error))
      return FALSE;
  }
  return TRUE;
}

/* What we keep in the guest is nobody else's: edited files may hold secrets. */
static gboolean
make_state_directory (V2vDraft *draft, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };

  if (!v2v_draft_resolve (draft, V2V_DRAFT_STATE_DIR, TRUE, &place, error))
    return FALSE;
  if (place.lead == V2V_DRAFT_FOUND)
    return TRUE;
  if (place.lead != V2V_DRAFT_MISSING)
    return refuse_lead (error, place.lead);
  return make_parents (draft, place.path, NULL, error)
         && make_directory (draft, place.path, 0700, NULL, error);
}

/* No file system of a guest has longer names: better said now than by the flush. */
static gboolean
check_names (const char *real, GError **error)
{
  for (const char *name = real; *name == '/';) {
    gsize length = strcspn (++name, "/");

    if (length > NAME_MAX)
      return refuse (error, "a part of the path is too long");
    name += length;
  }
  return TRUE;
}

/* Makes room for something new at a real path. */
static gboolean
prepare_new (V2vDraft *draft, const char *path, const char *real, const Maker *maker,
             GError **error)
{
  if (!check_names (real, error))
    return FALSE;
  if (g_str_has_prefix (path, V2V_DRAFT_STATE_DIR "/")
      && !make_state_directory (draft, error))
    return FALSE;
  return make_parents (draft, real, maker, error) && v2v_draft_load (draft, real, error) != NULL;
}

static gboolean
read_text (V2vDraft *draft, const char *path, char **out_text, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };
  const V2vDraftNode *node;
  V2vFileInfo *row;
  const char *data;
  gsize length;
  gboolean ok;

  if (!resolve (draft, path, TRUE, &place, error))
    return FALSE;
  if (place.lead == V2V_DRAFT_MISSING || place.lead == V2V_DRAFT_NOT_DIRECTORY)
    return TRUE;
  if (place.lead != V2V_DRAFT_FOUND)
    return refuse_lead (error, place.lead);
  if (place.kind != V2V_FILE_REGULAR)
    return refuse_kind (error, place.kind);
  row = v2v_draft_row (draft, place.path, place.path, error);
  if (row == NULL)
    return FALSE;
  ok = v2v_fs_check_regular (row->kind, row->size, V2V_FS_TEXT_MAX, error);
  v2v_file_info_free (row);
  if (!ok)
    return FALSE;
  node = v2v_draft_load (draft, place.path, error);
  if (node == NULL)
    return FALSE;
  data = g_bytes_get_data (node->current.state->bytes, &length);
  if (length > 0 && memchr (data, '\0', length) != NULL)
    return refuse (error, "it is not text: there are NUL bytes in it");
  *out_text = g_strndup (data != NULL ? data : "", length);
  return TRUE;
}

gboolean
v2v_draft_read_text (V2vDraft *draft, const char *path, char **out_text, GError **error)
{
  *out_text = NULL;
  return read_text (draft, path, out_text, error) || name_path (error, "editing", path);
}

/* New content for a regular file that is there. */
static gboolean
write_found (V2vDraft *draft, const V2vDraftPlace *place, GBytes *bytes, GError **error)
{
  const V2vDraftNode *node;
  const V2vFileState *old;

  if (place->kind != V2V_FILE_REGULAR)
    return refuse_kind (error, place->kind);
  node = v2v_draft_load (draft, place->path, error);
  if (node == NULL)
    return FALSE;
  old = node->current.state;
  if (!g_bytes_equal (old->bytes, bytes))
    v2v_draft_set (draft, place->path,
                   v2v_file_state_new_file (bytes, old->mode, old->uid, old->gid),
                   node->current.id);
  return TRUE;
}

static gboolean
write_bytes (V2vDraft *draft, const char *path, GBytes *bytes, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };

  if (!resolve (draft, path, TRUE, &place, error))
    return FALSE;
  if (place.lead == V2V_DRAFT_FOUND)
    return write_found (draft, &place, bytes, error);
  if (place.lead != V2V_DRAFT_MISSING)
    return refuse_lead (error, place.lead);
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_NOT_FOUND, "it is not there");
  return FALSE;
}

gboolean
v2v_draft_write (V2vDraft *draft, const char *path, GBytes *bytes, GError **error)
{
  return write_bytes (draft, path, bytes, error) || name_path (error, "writing", path);
}

gboolean
v2v_draft_write_text (V2vDraft *draft, const char *path, const char *text, GError **error)
{
  gsize length = strlen (text);
  g_autoptr (GBytes) bytes = NULL;

  if (!v2v_fs_check_regular (V2V_FILE_REGULAR, length, V2V_FS_TEXT_MAX, error))
    return name_path (error, "writing", path);
  bytes = g_bytes_new (text, length);
  return v2v_draft_write (draft, path, bytes, error);
}

static gboolean
put_bytes (V2vDraft *draft, const char *path, GBytes *bytes, const Maker *maker, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };
  gboolean home;

  if (!resolve (draft, path, TRUE, &place, error))
    return FALSE;
  if (place.lead == V2V_DRAFT_FOUND)
    return write_found (draft, &place, bytes, error);
  if (place.lead != V2V_DRAFT_MISSING)
    return refuse_lead (error, place.lead);
  if (!prepare_new (draft, path, place.path, maker, error))
    return FALSE;
  home = is_at_home (maker, place.path);
  v2v_draft_set (draft, place.path,
                 v2v_file_state_new_file (bytes, home ? 0600 : maker->mode & 07777,
                                          home ? maker->uid : 0, home ? maker->gid : 0), 0);
  return TRUE;
}

gboolean
v2v_draft_put (V2vDraft *draft, const char *path, GBytes *bytes, guint mode, GError **error)
{
  const Maker root = { .mode = mode };

  return put_bytes (draft, path, bytes, &root, error) || name_path (error, "writing", path);
}

gboolean
v2v_draft_put_owned (V2vDraft *draft, const char *path, GBytes *bytes,
                     const V2vDraftOwner *owner, GError **error)
{
  g_auto (Maker) maker = { .uid = owner->uid, .gid = owner->gid, .mode = 0644 };

  maker.home = v2v_draft_dup_real_path (draft, owner->home, error);
  return maker.home != NULL
         && (put_bytes (draft, path, bytes, &maker, error) || name_path (error, "writing", path));
}

gboolean
v2v_draft_put_file (V2vDraft *draft, const char *path, const char *host_path, guint mode,
                    GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GMappedFile *mapped = g_mapped_file_new (host_path, FALSE, &local);

  if (mapped == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "%s", local->message);
    return name_path (error, "writing", path);
  }
  bytes = g_mapped_file_get_bytes (mapped);
  g_mapped_file_unref (mapped);
  return v2v_draft_put (draft, path, bytes, mode, error);
}

static gboolean
make_link (V2vDraft *draft, const char *path, const char *target, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };
  V2vFileInfo *row;
  gboolean same;

  if (*target == '\0' || strlen (target) >= PATH_MAX)
    return refuse (error, "the target of a link has 1 to 4095 bytes");
  if (!resolve (draft, path, FALSE, &place, error))
    return FALSE;
  if (!is_place (&place))
    return refuse_lead (error, place.lead);
  if (place.lead == V2V_DRAFT_MISSING) {
    if (!prepare_new (draft, path, place.path, NULL, error))
      return FALSE;
    v2v_draft_set (draft, place.path, v2v_file_state_new_link (target), 0);
    return TRUE;
  }
  row = v2v_draft_row (draft, place.path, place.path, error);
  if (row == NULL)
    return FALSE;
  same = row->kind == V2V_FILE_SYMLINK && g_strcmp0 (row->link, target) == 0;
  v2v_file_info_free (row);
  return same || refuse (error, "something else is there");
}

gboolean
v2v_draft_symlink (V2vDraft *draft, const char *path, const char *target, GError **error)
{
  return make_link (draft, path, target, error) || name_path (error, "linking", path);
}

/* (transfer none): what a rule wants to have out of the way.
 * @out_node: NULL when nothing is there */
static gboolean
load_unwanted (V2vDraft *draft, const char *path, V2vDraftPlace *out_place,
               const V2vDraftNode **out_node, GError **error)
{
  *out_node = NULL;
  if (!resolve (draft, path, FALSE, out_place, error))
    return FALSE;
  if (out_place->lead == V2V_DRAFT_TOO_LONG)
    return refuse_lead (error, out_place->lead);
  if (out_place->lead != V2V_DRAFT_FOUND)
    return TRUE;
  if (out_place->kind == V2V_FILE_DIRECTORY || out_place->kind == V2V_FILE_OTHER)
    return refuse_kind (error, out_place->kind);
  *out_node = v2v_draft_load (draft, out_place->path, error);
  return *out_node != NULL;
}

gboolean
v2v_draft_remove (V2vDraft *draft, const char *path, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };
  const V2vDraftNode *node;

  if (!load_unwanted (draft, path, &place, &node, error))
    return name_path (error, "removing", path);
  if (node != NULL)
    v2v_draft_set (draft, place.path, v2v_file_state_new (V2V_STATE_ABSENT), 0);
  return TRUE;
}

/* (transfer full): a real path for the disabled @real, with room made for it. */
static char *
choose_disabled_name (V2vDraft *draft, const char *real, GError **error)
{
  for (guint i = 0; i < DISABLED_NAMES_MAX; i++) {
    g_auto (V2vDraftPlace) place = { 0 };
    g_autofree char *path = NULL;

    path = i == 0 ? g_strconcat (V2V_DRAFT_DISABLED_DIR, real, NULL)
                  : g_strdup_printf ("%s%s.%u", V2V_DRAFT_DISABLED_DIR, real, i);
    if (!v2v_draft_resolve (draft, path, FALSE, &place, error))
      return NULL;
    if (place.lead == V2V_DRAFT_FOUND)
      continue;
    if (place.lead != V2V_DRAFT_MISSING) {
      refuse_lead (error, place.lead);
      name_path (error, "moving it to", path);
      return NULL;
    }
    return prepare_new (draft, path, place.path, NULL, error) ? g_steal_pointer (&place.path) : NULL;
  }
  refuse (error, "too many older ones are in " V2V_DRAFT_DISABLED_DIR);
  return NULL;
}

/* What stands in our own directory is out of every reader's way. */
static gboolean
is_ours (V2vDraft *draft, const char *real, gboolean *out_ours, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };

  *out_ours = FALSE;
  if (!v2v_draft_resolve (draft, V2V_DRAFT_STATE_DIR, TRUE, &place, error))
    return FALSE;
  if (place.lead == V2V_DRAFT_FOUND)
    *out_ours = g_str_has_prefix (real, place.path) && real[strlen (place.path)] == '/';
  return TRUE;
}

static gboolean
disable (V2vDraft *draft, const char *path, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };
  g_autofree char *target = NULL;
  const V2vDraftNode *node;
  V2vFileState *state;
  guint64 id;
  gboolean ours;

  if (!load_unwanted (draft, path, &place, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!is_ours (draft, place.path, &ours, error))
    return FALSE;
  if (ours)
    return TRUE;
  target = choose_disabled_name (draft, place.path, error);
  if (target == NULL)
    return FALSE;
  state = v2v_file_state_copy (node->current.state);
  id = node->current.id;
  v2v_draft_set (draft, place.path, v2v_file_state_new (V2V_STATE_ABSENT), 0);
  v2v_draft_set (draft, target, state, id);
  return TRUE;
}

gboolean
v2v_draft_disable (V2vDraft *draft, const char *path, GError **error)
{
  return disable (draft, path, error) || name_path (error, "disabling", path);
}

char *
v2v_draft_dup_real_path (V2vDraft *draft, const char *path, GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };

  if (path[0] != '/') {
    refuse (error, "the path is not absolute inside the guest");
  } else if (v2v_draft_resolve (draft, path, TRUE, &place, error)) {
    if (place.lead == V2V_DRAFT_FOUND)
      return g_steal_pointer (&place.path);
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_NOT_FOUND, "it is not there");
  }
  name_path (error, "following", path);
  return NULL;
}
