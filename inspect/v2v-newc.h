/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-newc.h - headers and names of cpio archives in the "newc" format
 *
 * Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.  With our own
 * reader because a rewritten archive keeps every byte that is not the point: a library
 * gives entries, not bytes, resolves hard links and searches on behind a damaged header.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define V2V_NEWC_HEADER_SIZE 110
#define V2V_NEWC_NAME_MAX 4096 /* with its NUL: the kernel's PATH_MAX */
#define V2V_NEWC_TRAILER "TRAILER!!!"

typedef enum {
  V2V_NEWC_INO,
  V2V_NEWC_MODE,
  V2V_NEWC_UID,
  V2V_NEWC_GID,
  V2V_NEWC_NLINK,
  V2V_NEWC_MTIME,
  V2V_NEWC_FILE_SIZE,
  V2V_NEWC_DEV_MAJOR,
  V2V_NEWC_DEV_MINOR,
  V2V_NEWC_RDEV_MAJOR,
  V2V_NEWC_RDEV_MINOR,
  V2V_NEWC_NAME_SIZE, /* with its NUL */
  V2V_NEWC_CHECK,     /* sum of the content's bytes; only when has_check */
  V2V_NEWC_N_FIELDS,
} V2vNewcField;

typedef struct {
  gboolean has_check; /* 070702, "crc" in cpio's words, not 070701 */
  guint32 field[V2V_NEWC_N_FIELDS];
} V2vNewcHeader;

gboolean v2v_newc_is_magic (const guint8 *data, gsize size);

/* FALSE: no header of ours, or a field that is no number. */
gboolean v2v_newc_parse (const guint8 raw[V2V_NEWC_HEADER_SIZE], V2vNewcHeader *out);

/* As cpio writes it. */
void v2v_newc_format (const V2vNewcHeader *header, guint8 out[V2V_NEWC_HEADER_SIZE]);

/* Zero bytes up to the next multiple of 4. */
guint v2v_newc_padding (guint64 position);

/* Adds the bytes to a has_check sum that began with 0. */
guint32 v2v_newc_sum (guint32 so_far, const guint8 *data, gsize size);

/**
 * v2v_newc_path:
 *
 * "./usr//bin/" and "/usr/bin" are "usr/bin": the kernel unpacks in the root directory.
 * ".." stays what it is.
 *
 * Returns: (transfer full): "." for the root itself
 */
char *v2v_newc_path (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
