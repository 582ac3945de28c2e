/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-draft.h - the guest as it would be: a copy-on-write view over its files
 *
 * Rules edit the draft and nothing else; what they read is the draft too, so that a
 * rule sees what earlier rules did.  Nothing reaches the guest before
 * v2v_draft_flush().  Not thread-safe.
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"
#include "v2v-plan.h"

G_BEGIN_DECLS

/* Everything that we create in a guest has this prefix or stands below this. */
#define V2V_DRAFT_STATE_DIR "/var/lib/v2v-wrapper"
#define V2V_DRAFT_DISABLED_DIR V2V_DRAFT_STATE_DIR "/disabled"
/* The most bytes that one edit may leave in memory; larger ones are temporary files. */
#define V2V_DRAFT_MEMORY_MAX (1024 * 1024)

typedef struct _V2vDraft V2vDraft;

/* @base: (transfer none): outlives the draft */
V2vDraft *v2v_draft_new (V2vFs *base) G_GNUC_WARN_UNUSED_RESULT;
void v2v_draft_free (V2vDraft *draft); /* NULL is allowed; what was not flushed is gone */

/* (transfer none): the guest as it would be, for reading: every reader of inspect/
 * works on it.  Its write operations fail with %V2V_ERROR_INTERNAL. */
V2vFs *v2v_draft_fs (V2vDraft *draft);

/* Grows with each edit and rollback: for what callers remember about the draft. */
guint v2v_draft_generation (const V2vDraft *draft);

/**
 * v2v_draft_begin:
 *
 * Opens a savepoint; there is one at a time.
 */
void v2v_draft_begin (V2vDraft *draft);

/**
 * v2v_draft_end:
 *
 * Closes the savepoint and keeps what was done.
 *
 * Returns: (transfer full) (element-type V2vFileChange): the differences since
 * v2v_draft_begin(), sorted by path; a file edited back to what it was is none.
 */
GPtrArray *v2v_draft_end (V2vDraft *draft) G_GNUC_WARN_UNUSED_RESULT;

/* Closes the savepoint and takes back what was done. */
void v2v_draft_rollback (V2vDraft *draft);

/**
 * v2v_draft_read_text:
 * @out_text: (transfer full) (nullable): %NULL when the file is not there
 *
 * A file that a rule is going to edit: at most V2V_FS_TEXT_MAX bytes, no NUL bytes
 * (%V2V_ERROR_REFUSED: editors of text would see only a part of it).  Any other
 * byte is welcome, UTF-8 or not.  A directory, a device, a link that leads to nothing or
 * in a circle, or too large a file is %V2V_ERROR_REFUSED; the message names it.
 */
gboolean v2v_draft_read_text (V2vDraft *draft, const char *path, char **out_text,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_draft_write:
 * @bytes: (transfer none)
 *
 * An existing regular file gets this content; owner, mode, links and label stay.
 * Symbolic links are followed inside the guest.  A file that is not there is
 * %V2V_ERROR_NOT_FOUND.  Another name of it (a hard link) shows the old content until the
 * flush.
 */
gboolean v2v_draft_write (V2vDraft *draft, const char *path, GBytes *bytes, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The same with a string. */
gboolean v2v_draft_write_text (V2vDraft *draft, const char *path, const char *text,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_draft_put:
 * @mode: permission bits of a new file; an existing one keeps its own
 *
 * Makes sure that a regular file with this content is there: written in place when it
 * exists, else created as root's.  Directories that are missing are made, 0755, root's.
 * A link whose target is missing, or anything but a regular file, is %V2V_ERROR_REFUSED.
 */
gboolean v2v_draft_put (V2vDraft *draft, const char *path, GBytes *bytes, guint mode,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Somebody with a home directory. */
typedef struct {
  const char *home;
  guint uid, gid;
} V2vDraftOwner;

/* As v2v_draft_put().  What is created below the owner's home directory, after all links are
 * followed, is the owner's alone: files 0600, directories 0700.  Elsewhere it is root's, and
 * the file 0644. */
gboolean v2v_draft_put_owned (V2vDraft *draft, const char *path, GBytes *bytes,
                              const V2vDraftOwner *owner, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* As v2v_draft_put(), with the content of a host file (an initramfs), which must stay
 * until the draft is freed and not change. */
gboolean v2v_draft_put_file (V2vDraft *draft, const char *path, const char *host_path,
                             guint mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A symbolic link @path -> @target.  Nothing when it is there; anything else at @path
 * is %V2V_ERROR_REFUSED.  Missing directories are made. */
gboolean v2v_draft_symlink (V2vDraft *draft, const char *path, const char *target,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes a file or link, never what it points to; absent is fine, a directory is
 * %V2V_ERROR_REFUSED. */
gboolean v2v_draft_remove (V2vDraft *draft, const char *path, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Moves a file or link to V2V_DRAFT_DISABLED_DIR/PATH: a neighbour under another name
 * would still be read by interfaces.d, NetworkManager and ifcfg readers.  An older one
 * that is there keeps its name, the new one gets ".1", ".2".  Absent is fine, a
 * directory is %V2V_ERROR_REFUSED. */
gboolean v2v_draft_disable (V2vDraft *draft, const char *path, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_draft_dup_real_path:
 *
 * Returns: (transfer full): @path with every symbolic link resolved in the draft, as
 * #V2vFileChange has it; %NULL with @error (%V2V_ERROR_NOT_FOUND: dangling or absent)
 */
char *v2v_draft_dup_real_path (V2vDraft *draft, const char *path, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* How created files get their SELinux labels, all at once: a row per path in @out_values
 * (element-type GBytes), the context with its NUL, or NULL in it for "none".  Paths are
 * final, @modes have the file type (S_IFREG ...).  v2v_labels_lookup_many() fits. */
typedef gboolean (*V2vLabelFunc) (const char *const *paths, const guint *modes,
                                  GPtrArray **out_values, gpointer user_data, GError **error);

/**
 * v2v_draft_flush:
 * @label: (nullable): for created files, links and directories only
 *
 * Writes the differences to the guest, in an order in which a parent comes before its
 * child: existing files in place, moves as moves.  On failure the guest is
 * half-written and must be thrown away, which is what the transaction does.
 * Afterwards the draft is the guest and has no differences.
 */
gboolean v2v_draft_flush (V2vDraft *draft, V2vLabelFunc label, gpointer user_data,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vDraft, v2v_draft_free)

G_END_DECLS
