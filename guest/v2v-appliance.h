/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-appliance.h - one running libguestfs appliance
 *
 * Acceleration: on x86 a CPU without the vmx or svm flag means TCG even when
 * /dev/kvm opens (a nested KVM may run firmware and hang on the kernel);
 * elsewhere KVM is used when KVM_CREATE_VM works.  No answer in 120 s with KVM
 * leads to one retry with TCG.  What LIBGUESTFS_BACKEND_SETTINGS says wins.
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-fs.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

typedef struct _V2vAppliance V2vAppliance;

typedef struct {
  const char *path;
  const char *format; /* "raw" or "qcow2"; never probed */
} V2vDrive;

/**
 * v2v_appliance_launch:
 * @drives: @n_drives disks, in the order that names them sda, sdb, ...
 * @read_only: the disks are opened read-only under a scratch overlay of libguestfs
 * @cancel: (nullable): kills the appliance while a call is under way
 *
 * A slim appliance is used when there is a fitting one; when it does not start, the
 * stock one is tried.  Network off, memory as libguestfs' default.  Nothing is printed: messages go to
 * g_debug(), every failure comes back as a #GError with libguestfs' reason.
 * LIBGUESTFS_BACKEND wins over "direct"; with another backend qemu is not our child
 * and a running call cannot be cancelled.  Sets SIGPIPE to be ignored when it has its
 * default action.  The appliance belongs to the calling thread.
 *
 * Returns: (transfer full): or %NULL with @error; %V2V_ERROR_STORAGE for a disk
 * that cannot be opened, %V2V_ERROR_INTERNAL when no appliance can be had at all.
 */
V2vAppliance *v2v_appliance_launch (const V2vDrive *drives, guint n_drives,
                                    gboolean read_only, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The passphrases (element-type V2vKey) for v2v_disks_read(); a reference is kept. */
void v2v_appliance_set_keys (V2vAppliance *appliance, GPtrArray *keys);

/**
 * v2v_appliance_close:
 *
 * Unmounts, closes encrypted volumes, syncs and shuts down, reporting write errors that only show then.
 * The appliance is freed in any case.
 */
gboolean v2v_appliance_close (V2vAppliance *appliance, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Kills it without a sync; NULL is allowed. */
void v2v_appliance_free (V2vAppliance *appliance);

/* TRUE when this machine must use TCG; @out_why (transfer none, static) says why. */
gboolean v2v_appliance_needs_tcg (const char **out_why);

/* Tells the children of an appliance, by the environment, which qemu is libguestfs' own: nobody
 * may change that once there are threads, so it is done before the first one. */
void v2v_accel_prepare (void);

/* "kvm" or "tcg": what this appliance runs on; and seconds that the launch took. */
const char *v2v_appliance_accel (const V2vAppliance *appliance);
double v2v_appliance_launch_seconds (const V2vAppliance *appliance);

/* Which one runs: "slim" (scripts/build-appliance), "stock", or "LIBGUESTFS_PATH". */
const char *v2v_appliance_kind (const V2vAppliance *appliance);

/* (nullable): one line for the user: why a slim appliance was not used. */
const char *v2v_appliance_note (const V2vAppliance *appliance);

/* libguestfs calls made so far, nearly all of them round trips: for measuring. */
guint v2v_appliance_calls (const V2vAppliance *appliance);

/**
 * v2v_disks_read:
 *
 * Adds disks, partitions and file systems (with UUID, LABEL, PARTUUID; LVM and MD
 * are activated first, encrypted volumes opened where there is a key) to @guest.  A key for
 * a volume that is not there is %V2V_ERROR_USAGE.  V2vDiskFact.path/format/allocated are the caller's.
 */
gboolean v2v_disks_read (V2vAppliance *appliance, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_disks_mount:
 * @device: a file system, or "btrfsvol:/dev/sda1/@rootfs" for a subvolume
 * @mountpoint: inside the guest; it must exist unless it is "/"
 * @options: (nullable): extra mount options, e.g. "subvol=@home"
 *
 * XFS is mounted with nouuid when another file system has the same UUID.
 */
gboolean v2v_disks_mount (V2vAppliance *appliance, const char *device,
                          const char *mountpoint, const char *options, gboolean read_only,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * v2v_disks_make_writable:
 * @device: mounted read-only on @mountpoint inside the guest
 *
 * Half of the time of another mount.  Not for file systems that a program serves (FUSE): it
 * would not hear of it.
 *
 * Returns: %FALSE when it is as it was; unmounting and mounting may do.
 */
gboolean v2v_disks_make_writable (V2vAppliance *appliance, const char *device,
                                  const char *mountpoint) G_GNUC_WARN_UNUSED_RESULT;

gboolean v2v_disks_unmount_all (V2vAppliance *appliance, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Syncs and drops what is cached of the disks: what is read afterwards comes from them.
 * For a fresh reading, between unmounting all and mounting again. */
gboolean v2v_disks_drop_caches (V2vAppliance *appliance, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Subvolume paths of a btrfs file system, (element-type utf8), sorted. */
GPtrArray *v2v_disks_btrfs_subvolumes (V2vAppliance *appliance, const char *device,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_disks_btrfs_default:
 * @mountpoint: inside the guest, where a btrfs is mounted
 * @out_path: (transfer full) (nullable): the subvolume that a mount without "subvol=" shows,
 *   from the top of the file system: "@", "@/.snapshots/1/snapshot"; %NULL when it is the top
 *
 * A boot loader names its files from the top.
 */
gboolean v2v_disks_btrfs_default (V2vAppliance *appliance, const char *mountpoint,
                                  char **out_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the subvolume at @path, inside the guest, is read-only, as snapshots are made. */
gboolean v2v_disks_btrfs_read_only (V2vAppliance *appliance, const char *path,
                                    gboolean *out_read_only, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Size and free bytes of the file system mounted at @mountpoint. */
gboolean v2v_disks_usage (V2vAppliance *appliance, const char *mountpoint,
                          guint64 *out_size, guint64 *out_free, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the files of what is mounted now; must not outlive @appliance. */
V2vFs *v2v_fs_new_appliance (V2vAppliance *appliance) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vAppliance, v2v_appliance_free)

G_END_DECLS
