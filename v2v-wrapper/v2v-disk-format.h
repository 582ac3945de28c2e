/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-disk-format.h - does the image agree with the format that was stated?
 *
 * Never a probe: a guest that owns a raw disk can write any header into it, and a
 * program that then believes it opens whatever file that header names.
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

#define V2V_DISK_HEAD_SIZE 1024 /* bytes of an image that the checks look at */
#define V2V_DISK_TAIL_SIZE 512

/**
 * v2v_disk_format_is_known:
 *
 * Formats that can be given, and that qemu can write in place: raw, qcow2, vmdk.
 */
gboolean v2v_disk_format_is_known (const char *format);

/**
 * v2v_disk_format_sniff:
 * @head: the first bytes of an image
 *
 * Returns: (transfer none) (nullable): qemu's name of the container whose header this
 * is; %NULL for none, which is how a raw disk looks.
 */
const char *v2v_disk_format_sniff (const guint8 *head, gsize length);

/* The same by the last 512 bytes: a fixed VHD has only a footer. */
const char *v2v_disk_format_sniff_tail (const guint8 *tail, gsize length);

/**
 * v2v_disk_format_check_header:
 * @format: "qcow2" or "vmdk"
 * @name: printable, for messages
 *
 * Reads the header ourselves before any qemu program opens the image: "qemu-img
 * info" follows an external data file, also a "json:" one (CVE-2024-4467).
 * Refuses (%V2V_ERROR_USAGE) backing files, data files, encryption, extents in
 * other files, images marked as corrupt, headers cut short.
 */
gboolean v2v_disk_format_check_header (const char *format, const guint8 *head,
                                       gsize length, const char *name, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_disk_format_check_image:
 * @path: absolute, header already checked
 * @out_size: (out): virtual bytes
 *
 * `qemu-img info` and `qemu-img check`.  The second is what finds a truncated
 * qcow2: the first (and every reader) takes the missing tail for zeroes.
 */
gboolean v2v_disk_format_check_image (const char *path, const char *format,
                                      const char *name, guint64 *out_size, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
