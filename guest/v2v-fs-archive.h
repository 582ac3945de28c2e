/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-archive.h - the tar archive of a directory of a guest
 */
#pragma once

#include "v2v-fs-tree.h"

G_BEGIN_DECLS

/* A larger archive, or one of more files, is not read. */
#define V2V_ARCHIVE_MAX (64 * 1024 * 1024)
#define V2V_ARCHIVE_FILES_MAX (100 * 1000)

/**
 * v2v_archive_read:
 * @fd: a host file with the archive that "tar -cf - ." writes in the directory
 *
 * libarchive reads it in the confined child; what comes back is looked at again: each
 * name has one place below the directory, each parent is there before, and
 * nothing is there twice.  Contents of files up to V2V_FS_TEXT_MAX are kept.
 *
 * Returns: (transfer full): the directory as the root; or %NULL with
 * %V2V_ERROR_REFUSED for an archive that is damaged, too large or odd.
 */
V2vTree *v2v_archive_read (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same without the child: for the fuzzer. */
V2vTree *v2v_archive_read_here (const void *data, gsize size, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
