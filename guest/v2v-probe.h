/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-probe.h - what one command in the appliance says about all its disks
 *
 * libguestfs has a call for each fact of each device, and each is a program (0.2 s
 * without KVM): twenty for a disk of four partitions.  The command comes by
 * guestfs_debug(), which libguestfs does not promise to keep: where it is not
 * there, or says something odd, the caller asks call by call.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  GPtrArray *disks;      /* char*: "/dev/sda", in order */
  GPtrArray *partitions; /* char*: "/dev/sda1", by disk and number */
  GHashTable *sizes;     /* device -> guint64*, bytes */
  GHashTable *pairs;     /* device -> char**: blkid's names and values in turn */
} V2vProbe;

/* For sh in the appliance: the sizes, an empty line, and what blkid says of each device.
 * It has nothing of the guest in it. */
#define V2V_PROBE_COMMAND                                                                    \
  "cd /sys/bus/scsi/devices && for f in *:*/block/sd*/size *:*/block/sd*/sd*/size; do "      \
  "[ -e $f ] && read s <$f && echo $f:$s; done; echo; "                                      \
  "blkid -c /dev/null -p -o export /dev/sd[a-z]*; true"

/**
 * v2v_probe_parse:
 * @text: what V2V_PROBE_COMMAND printed
 * @n_disks: how many disks the appliance was given; one after them is its own
 *
 * The kernel names disks in the order in which they answer, which differs from boot to
 * boot.  Drive number 1 is SCSI target 1, and libguestfs calls it /dev/sdb: these
 * are the names here.  A device that blkid did not speak of has no pairs: it is to be
 * asked alone.
 *
 * Returns: (transfer full) (nullable): %NULL when these are not @n_disks disks.
 */
V2vProbe *v2v_probe_parse (const char *text, guint n_disks) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): libguestfs' name of its drive number @index, "/dev/sdb" for 1. */
char *v2v_probe_dup_drive (guint index) G_GNUC_WARN_UNUSED_RESULT;

void v2v_probe_free (V2vProbe *probe); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vProbe, v2v_probe_free)

G_END_DECLS
