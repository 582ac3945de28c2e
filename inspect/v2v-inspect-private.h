/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inspect-private.h - the readers that v2v_inspect_tree() is made of
 *
 * Each reader only adds facts to the guest.  A fact that cannot be read becomes a
 * row in guest->unknown and the reader goes on; it returns FALSE with an error only
 * when nothing can be read any more (cancelled, the appliance died), that is for any
 * code but V2V_ERROR_NOT_FOUND and V2V_ERROR_REFUSED.
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

/* Linux, in this order: later readers use what earlier ones found. */
gboolean v2v_inspect_os_release (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_inspect_mounts (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_inspect_packages (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_inspect_units (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_inspect_bootloader (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_inspect_kernels (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_inspect_network (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_inspect_cloud_init (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Fetches ahead what these look at. */
gboolean v2v_inspect_prefetch (V2vFs *fs, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_inspect_prefetch_again (V2vFs *fs, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the files beside the modules of each kernel. */
gboolean v2v_inspect_prefetch_modules (V2vFs *fs, const V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Windows: everything from version to hibernation. */
gboolean v2v_inspect_windows (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Both systems, after the readers above. */
gboolean v2v_inspect_ec2 (V2vFs *fs, V2vGuest *guest, const char *source_hint,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From facts alone: osinfo id; firmware and boot disk. */
void v2v_inspect_osinfo (V2vGuest *guest);
void v2v_inspect_firmware (V2vGuest *guest);

/**
 * v2v_inspect_note:
 * @fact: what could not be read, as in #V2vUnknown
 * @local: (transfer full): the reader's error
 *
 * NOT_FOUND is dropped, REFUSED becomes an unknown row; @local is freed.
 *
 * Returns: %TRUE to go on; %FALSE with @error when @local is another code.
 */
gboolean v2v_inspect_note (V2vGuest *guest, const char *fact, GError *local, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_inspect_read_text:
 * @out_text: (transfer full) (nullable): %NULL when @path is absent or was refused
 *
 * v2v_fs_read_text() with v2v_inspect_note() applied; the fact is named @path.
 */
gboolean v2v_inspect_read_text (V2vFs *fs, V2vGuest *guest, const char *path,
                                char **out_text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_inspect_list:
 * @out_list: (transfer full) (element-type V2vFileInfo): empty when @directory is absent
 *
 * v2v_fs_list() in the same way.
 */
gboolean v2v_inspect_list (V2vFs *fs, V2vGuest *guest, const char *directory,
                           GPtrArray **out_list, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
