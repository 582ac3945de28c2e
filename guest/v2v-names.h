/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-names.h - take the names that libguestfs writes to a file, up to a limit
 *
 * A guest can hold more names than we have memory.  libguestfs writes into a
 * pipe, a thread reads, and when there are too many it cancels the transfer.
 */
#pragma once

#include <glib.h>
#include <guestfs.h>

G_BEGIN_DECLS

typedef struct _V2vNames V2vNames;

/* @g: the handle whose transfer is cancelled; %NULL with @error. */
V2vNames *v2v_names_new (guint max, guestfs_h *g, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_names_free (V2vNames *names); /* NULL is allowed */

/* (transfer none): the file name to give to libguestfs. */
const char *v2v_names_path (const V2vNames *names);

/* Waits for the reader, after the call that writes has returned. */
void v2v_names_finish (V2vNames *names);

/* TRUE when there were more than the limit. */
gboolean v2v_names_is_full (const V2vNames *names);

/* (transfer full) (element-type utf8): the names, as they came. */
GPtrArray *v2v_names_steal (V2vNames *names) G_GNUC_WARN_UNUSED_RESULT;

/* The directory and the last component of an absolute path, for calls that take the
 * two apart.  A path without a last name ("/", "/a/", "/a/..") is its own directory,
 * with the name ".". */
void v2v_names_split (const char *path, char **out_directory, char **out_name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vNames, v2v_names_free)

G_END_DECLS
