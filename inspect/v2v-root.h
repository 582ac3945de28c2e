/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-root.h - which file system holds the operating system
 */
#pragma once

#include <glib.h>

#include "v2v-appliance.h"
#include "v2v-esp.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

/* What a scan of all file systems leaves behind besides guest->roots. */
typedef struct {
  GPtrArray *problems; /* char*: why a file system could not be looked into */
  GArray *esps;        /* V2vDiskEsp */
  GHashTable *systems; /* a device as in guest->roots -> V2vOsType */
  char *mounted;       /* this device is mounted on /, read-only and as it is; NULL: none */
} V2vRootScan;

typedef struct {
  guint disk;
  V2vEsp esp;
} V2vDiskEsp;

V2vRootScan *v2v_root_scan_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_root_scan_free (V2vRootScan *scan); /* NULL is allowed */

/**
 * v2v_root_detect:
 * @prefix: "" or the path of a btrfs subvolume, "/@rootfs"
 *
 * %V2V_OS_UNKNOWN when there is no operating system at @prefix.
 */
gboolean v2v_root_detect (V2vFs *fs, const char *prefix, V2vOsType *out_os, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_root_scan:
 * @policy: as for v2v_root_choose(): what it may choose is looked into last
 * @only: look into nothing else, when @policy is a device that is there
 * @scan: filled
 *
 * Mounts each file system that can hold a system read-only, one after the other, and
 * adds those that do to guest->roots, in the order of the devices.  The last one stays
 * mounted: it often is the one to go on with.
 */
gboolean v2v_root_scan (V2vAppliance *appliance, V2vGuest *guest, const char *policy,
                        gboolean only, V2vRootScan *scan, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_root_scan_esp:
 * @esp: an EFI system partition that the guest does not mount
 *
 * Unmounts all, and looks into it: a row of scan->esps.
 */
gboolean v2v_root_scan_esp (V2vAppliance *appliance, V2vGuest *guest, const V2vPartition *esp,
                            V2vRootScan *scan, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_root_choose:
 * @policy: "first", "single" or a device, as in v2v_inspect()
 * @scan: why some file systems could not be looked into
 *
 * Sets guest->root from guest->roots.
 */
gboolean v2v_root_choose (V2vGuest *guest, const char *policy, const V2vRootScan *scan,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_root_drop_read_only:
 * @found: (element-type utf8): roots; from @first on, subvolumes of @device, "btrfsvol:DEVICE/PATH"
 *
 * Among several subvolumes with a system the read-only ones are snapshots, whatever they are
 * called: none can be what runs.  They are removed from @found, unless all are.  The top of the
 * file system is mounted on "/".
 */
gboolean v2v_root_drop_read_only (V2vAppliance *appliance, V2vGuest *guest, GPtrArray *found,
                                  const char *device, guint first, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* TRUE for the subvolume path of a snapshot: snapper's, Timeshift's. */
gboolean v2v_root_is_snapshot (const char *subvolume);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vRootScan, v2v_root_scan_free)

G_END_DECLS
