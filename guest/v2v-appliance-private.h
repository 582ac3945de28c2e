/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-appliance-private.h - shared by the files that talk to libguestfs
 */
#pragma once

#include <guestfs.h>

#include "v2v-appliance.h"

G_BEGIN_DECLS

struct _V2vAppliance {
  guestfs_h *g;
  V2vCancel *cancel;   /* borrowed, may be NULL */
  pid_t pid;           /* of qemu, registered with cancel; 0 = none */
  int pidfd;           /* of qemu; -1 = none */
  const char *accel;   /* static */
  const char *kind;    /* static: "slim", "stock", "LIBGUESTFS_PATH" */
  char *note;          /* why the slim one was not used, or NULL */
  gboolean accel_set;  /* the user chose by LIBGUESTFS_BACKEND_SETTINGS */
  double launch_seconds;
  struct _V2vGuard *guard; /* of the call under way, NULL = none */
  guint n_drives;      /* disks that were added */
  char *probe_text;    /* what it said of them: v2v-probe.h; NULL: not asked */
  guint calls;         /* libguestfs calls so far */
  GString *console;    /* the last of what qemu and the kernel said */
  GPtrArray *keys;     /* V2vKey: what encrypted volumes are opened with */
  GPtrArray *opened;   /* those that are open: v2v-luks.c */
  gboolean has_arrays; /* of md(4), running */
  GHashTable *nouuid;  /* devices whose XFS shares its UUID with another */
  GHashTable *types;   /* device -> type, static, of file systems that the kernel serves */
};


/* How long a launch may take; tests have less time. */
typedef struct {
  guint kvm_s;
  guint tcg_s;
  gboolean assume_kvm; /* do not look at this machine */
} V2vLaunchLimits;

/* v2v_appliance_launch() with other limits. */
V2vAppliance *v2v_appliance_launch_within (const V2vDrive *drives, guint n_drives,
                                           gboolean read_only, V2vCancel *cancel,
                                           const V2vLaunchLimits *limits, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_appliance_set_error:
 *
 * Sets @code with libguestfs' reason after "WHAT: "; a cancelled appliance gives
 * the reason of the cancellation.  A reason that is only an errno is put in words.
 *
 * Returns: always %FALSE.
 */
gboolean v2v_appliance_set_error (V2vAppliance *appliance, GError **error, V2vErrorCode code,
                                  const char *format, ...) G_GNUC_PRINTF (4, 5);

/* One line, printable, of what libguestfs says about the last failure. */
char *v2v_appliance_dup_reason (V2vAppliance *appliance) G_GNUC_WARN_UNUSED_RESULT;

/* qemu is ended or about to be reaped: its number may become another's. */
void v2v_appliance_forget_process (V2vAppliance *appliance);

/* What mounting has to know of the file systems that were found. */
void v2v_disks_note (V2vAppliance *appliance, const V2vGuest *guest);

/* FALSE when qemu is gone: nothing will work any more. */
gboolean v2v_appliance_is_alive (V2vAppliance *appliance);

/* While it is in scope, a call that the guest's file systems keep from ending is
 * ended by V2V_CALL_LIMIT_S.  Every function that lets the appliance touch them has
 * one; inside another it does nothing. */
typedef struct {
  V2vAppliance *appliance; /* NULL: does nothing */
} V2vWatch;

V2vWatch v2v_appliance_watch (V2vAppliance *appliance) G_GNUC_WARN_UNUSED_RESULT;
void v2v_watch_clear (V2vWatch *watch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vWatch, v2v_watch_clear)

/* A sync to slow storage and a search through millions of files are honest work. */
#define V2V_CALL_LIMIT_S 1800

/* TRUE when the text of /proc/cpuinfo has the flag of hardware virtualisation. */
gboolean v2v_accel_cpu_can (const char *cpuinfo);

/* What the user said about acceleration: "tcg", "kvm", or NULL; static. */
const char *v2v_accel_user (void);

/**
 * v2v_accel_limit_memory:
 *
 * When the appliance is to run on TCG: no huge pages, and where the user named no qemu it is
 * started by data/qemu-tcg.  Without that file, or v2v_accel_prepare(), all works, with more
 * memory.
 *
 * Returns: %FALSE when libguestfs refuses.
 */
gboolean v2v_accel_limit_memory (V2vAppliance *appliance);

/* What a slim appliance has to be made for. */
typedef struct {
  char *version; /* of the libguestfs in use, "1.48.6" */
  char *path;    /* where it looks for its own appliance, with colons */
} V2vSlimWanted;

/**
 * v2v_slim_check:
 *
 * Returns: (transfer full) (nullable): why the appliance in @directory cannot be used;
 * %NULL when it can.
 */
char *v2v_slim_check (const char *directory, const V2vSlimWanted *wanted)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_slim_find:
 * @out_note: (transfer full) (nullable): why one that is there, or was asked for by
 *   V2V_APPLIANCE, is not used
 *
 * Returns: (transfer full) (nullable): the directory of the appliance to start; %NULL for
 * the one that libguestfs finds itself, which an explicit LIBGUESTFS_PATH always means.
 */
char *v2v_slim_find (char **out_note) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (nullable): a value of blkid's export format, as it is on the disk. */
char *v2v_disks_unescape (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* Index and partition number (0 = the disk) of a name like /dev/sdab12; FALSE for others. */
gboolean v2v_disks_parse_name (const char *device, guint *out_disk, guint *out_number);

/* A thread that ends a libguestfs call which cannot be interrupted, by killing the
 * processes that it waits for: when the switch is fired, and when its time is up. */
typedef struct _V2vGuard V2vGuard;

/**
 * v2v_guard_start:
 * @pidfd: the process to kill; -1 = all children that the calling thread starts from now on
 * @limit_s: seconds, not counting those in which supermin builds the appliance
 *
 * supermin itself, which can take a minute on a first run, gets #V2V_GUARD_BUILD_S.
 */
V2vGuard *v2v_guard_start (V2vCancel *cancel, int pidfd, guint limit_s)
  G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when the time is up. */
gboolean v2v_guard_is_late (V2vGuard *guard);

/* Ends and frees it; TRUE when the time was up. */
gboolean v2v_guard_stop (V2vGuard *guard);

#define V2V_GUARD_BUILD_S 900

G_END_DECLS
