/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-domain-xml.h - what a libvirt domain XML says about the source machine
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"
#include "v2v-source.h"

G_BEGIN_DECLS

/**
 * v2v_source_load_domain:
 * @path: host file with one <domain>, at most 1 MiB
 * @warnings: (nullable) (element-type char*): what was left out is appended, one
 *   printable line each; the array must free its elements
 *
 * The file comes from another system and is not trusted: a document type
 * declaration is refused, numbers and counts have caps, names are never used as
 * more than names.  Disks keep their order; cdrom and floppy drives are left out.
 * Memory is read with its unit (libvirt's default is KiB).  The format of a disk
 * must be stated: it is never probed.
 *
 * Returns: (transfer full): the source, at least one disk, real_path and size of the
 * disks not yet filled in; or %NULL with %V2V_ERROR_USAGE saying what to change.  A
 * file that cannot be read keeps its own code.
 */
V2vSource *v2v_source_load_domain (const char *path, GPtrArray *warnings, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The same from memory; @name is for messages. */
V2vSource *v2v_source_parse_domain (const char *data, gsize length, const char *name,
                                    GPtrArray *warnings, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
