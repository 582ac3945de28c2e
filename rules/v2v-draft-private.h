/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-draft-private.h - how a draft is kept, for the files that it is made of
 *
 * Everything here is keyed by real path: no component of it is a symbolic link in the
 * draft.  A row of the base may be asked for only when its parent is a directory of the
 * base itself; below a directory that the draft made there is nothing of the base.
 */
#pragma once

#include "v2v-draft.h"
#include "v2v-fs-private.h"

G_BEGIN_DECLS

/* A guest file bigger than this is neither replaced nor moved by a rule. */
#define V2V_DRAFT_FILE_MAX (G_GUINT64_CONSTANT (1) << 30)
/* Symbolic links in one path, as in the kernel. */
#define V2V_DRAFT_LINKS_MAX 40

/* One thing at one path.  @id tells a file that was moved from one that looks the same. */
typedef struct {
  V2vFileState *state; /* never NULL */
  guint64 id;          /* 0 when absent */
} V2vDraftEntry;

typedef struct {
  V2vDraftEntry original; /* in the base */
  V2vDraftEntry current;
} V2vDraftNode;

typedef struct {
  V2vFs fs;
  V2vDraft *draft;
} V2vDraftFs;

struct _V2vDraft {
  V2vFs *base;
  V2vDraftFs view;
  GHashTable *rows;    /* V2vFileInfo: of the base, as it is */
  GHashTable *nodes;   /* V2vDraftNode: what was read for an edit, or edited */
  GHashTable *journal; /* V2vDraftEntry: as it was at the savepoint; NULL without one */
  guint64 last_id;
  guint generation;
};

extern const V2vFsOps v2v_draft_fs_ops;

/* Where a path leads. */
typedef enum {
  V2V_DRAFT_FOUND,
  V2V_DRAFT_MISSING,       /* it, or directories above it, are not there */
  V2V_DRAFT_DANGLING,      /* a link on the way leads to nothing */
  V2V_DRAFT_NOT_DIRECTORY, /* a component that is not the last is a file */
  V2V_DRAFT_LOOP,
  V2V_DRAFT_TOO_LONG,
} V2vDraftLead;

typedef struct {
  V2vDraftLead lead;
  V2vFileKind kind; /* when FOUND */
  char *path;       /* real: of what was FOUND, or where what is MISSING would be */
} V2vDraftPlace;

void v2v_draft_place_clear (V2vDraftPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vDraftPlace, v2v_draft_place_clear)

/* @follow: the last component too.  FALSE only when the base fails. */
gboolean v2v_draft_resolve (V2vDraft *draft, const char *path, gboolean follow,
                            V2vDraftPlace *out_place, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Asks the base once for all that resolving @paths will look at. */
gboolean v2v_draft_prefetch (V2vDraft *draft, const char *const *paths, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the row of a real path, called @name. */
V2vFileInfo *v2v_draft_row (V2vDraft *draft, const char *real, const char *name,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the same of a node. */
V2vFileInfo *v2v_draft_node_row (const V2vDraftNode *node, const char *name)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none) (nullable) */
V2vDraftNode *v2v_draft_peek (V2vDraft *draft, const char *real);

/* (transfer none): the node of a real path, read from the base when it is new.
 * %V2V_ERROR_REFUSED for a device or a file over V2V_DRAFT_FILE_MAX. */
V2vDraftNode *v2v_draft_load (V2vDraft *draft, const char *real, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* @state: (transfer full): what is at @real, which has been loaded, from now on
 * @id: of the thing; 0 for a new one */
void v2v_draft_set (V2vDraft *draft, const char *real, V2vFileState *state, guint64 id);

/* Forgets all that it knows about the base, and every difference. */
void v2v_draft_reset (V2vDraft *draft);

G_END_DECLS
