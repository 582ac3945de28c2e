/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-pod.h - the conversion pod: its environment and where its disks are
 *
 * Block volumes are /dev/block<N>, file system volumes /mnt/disks/disk<N>/disk.img,
 * N being the place of the volume in the VM.  Tests move all of it below
 * $V2V_SEARCH_ROOT.
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-request.h"

G_BEGIN_DECLS

/* What of the environment is not an option of the request. */
typedef struct {
  gboolean in_place;   /* V2V_inPlace */
  char *libvirt_url;   /* V2V_libvirtURL */
  char *domain_file;   /* SEARCH_ROOT/tmp/input.xml */
  guint wait_seconds;  /* V2V_DISK_WAIT: longest wait for one device */
} V2vPod;

/* TRUE when the environment or the volumes say that this is a conversion pod. */
gboolean v2v_pod_detect (void);

/**
 * v2v_pod_load:
 * @request: filled from the environment: name, root, source, work and output directory
 *
 * A malformed boolean or number is a warning in @warnings and counts as unset.
 *
 * Returns: (transfer full)
 */
V2vPod *v2v_pod_load (V2vRequest *request, GPtrArray *warnings) G_GNUC_WARN_UNUSED_RESULT;

/* Adds the pod's passphrases, for all encrypted volumes, to those of --key. */
gboolean v2v_pod_add_keys (V2vRequest *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void v2v_pod_free (V2vPod *pod); /* NULL is allowed */

/**
 * v2v_pod_find_disks:
 * @warnings: gets a line for a gap in the numbers (a volume that is not mounted)
 *
 * Returns: (transfer full): host paths by N as a number (0, 2, 10), NULL-terminated;
 * two volumes with one number are %V2V_ERROR_USAGE.
 */
char **v2v_pod_find_disks (GPtrArray *warnings, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_pod_wait_disk:
 *
 * A block device may be there before its volume is attached: ENOENT, ENXIO and EIO are
 * tried again after 0.5 s, 1 s, 2 s ... (at most 30 s apart) until @wait_seconds
 * are over; any other error ends it at once.
 */
gboolean v2v_pod_wait_disk (const char *path, guint wait_seconds, V2vCancel *cancel,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vPod, v2v_pod_free)

G_END_DECLS
