/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide-private.h - what the files of the target decision share
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"
#include "v2v-request.h"
#include "v2v-source.h"
#include "v2v-target.h"

G_BEGIN_DECLS

typedef struct {
  const V2vSource *source;
  const V2vGuest *guest;   /* NULL: not inspected */
  const V2vRequest *request;
  const V2vKernel *kernel; /* the one that boots; NULL when not known */
  char *kernel_name;       /* printable "default kernel '6.1.0-18'"; NULL without @kernel */
  gboolean converted;      /* an engine has changed the guest */
} V2vDecideArgs;

/* One way to reach a device: usable when the guest has every driver in @needs. */
typedef struct {
  int value;             /* V2vBus or V2vNicModel */
  const char *name;
  const char *needs[4];  /* NULL-terminated, the telling one first */
} V2vDriverRow;

typedef enum {
  V2V_NEED_AT_BOOT, /* built in or in the initramfs: the root disk */
  V2V_NEED_ANYWHERE /* a module on disk does: data disks, networks */
} V2vDriverNeed;

typedef struct {
  const V2vDriverRow *row;
  char *why;
  char *warning; /* NULL = none */
} V2vDriverChoice;

void v2v_driver_choice_clear (V2vDriverChoice *choice);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vDriverChoice, v2v_driver_choice_clear)

/**
 * v2v_decide_driver_row:
 * @rows: best first; row 0 is virtio
 * @compat_row: the row of compatibility mode
 * @what: "boot disk", for the warning
 *
 * The one place where compatibility mode meets the drivers that the guest has.
 */
void v2v_decide_driver_row (const V2vDecideArgs *args, const V2vDriverRow *rows, guint n_rows,
                            const V2vDriverRow *compat_row, V2vDriverNeed need,
                            const char *what, V2vDriverChoice *out_choice);

/* Where @driver is; UNKNOWN for a guest whose drivers nobody read. */
V2vDriverWhere v2v_decide_driver (const V2vDecideArgs *args, const char *driver);

/* Built in, in the initramfs or on disk. */
gboolean v2v_decide_has_driver (const V2vDecideArgs *args, const char *driver);

gboolean v2v_decide_is_windows (const V2vDecideArgs *args);
gboolean v2v_decide_is_ec2 (const V2vDecideArgs *args);

/* TRUE as well when no kernel is known: guests are new until shown to be old. */
gboolean v2v_decide_kernel_at_least (const V2vDecideArgs *args, int major, int minor,
                                     int micro);
gboolean v2v_decide_windows_at_least (const V2vDecideArgs *args, int major, int minor);

/* The parts of the decision, in the order in which they are made: later ones read
 * what earlier ones wrote into @target. */
void v2v_decide_identity (V2vTarget *target, const V2vDecideArgs *args);
void v2v_decide_size (V2vTarget *target, const V2vDecideArgs *args);
void v2v_decide_firmware (V2vTarget *target, const V2vDecideArgs *args);
void v2v_decide_disks (V2vTarget *target, const V2vDecideArgs *args);
void v2v_decide_networks (V2vTarget *target, const V2vDecideArgs *args);
void v2v_decide_devices (V2vTarget *target, const V2vDecideArgs *args);
void v2v_decide_system (V2vTarget *target, const V2vDecideArgs *args);

/* v2v_target_decide() for a boolean. */
#define v2v_decide_flag(target, key, value, ...)                                             \
  v2v_target_decide (target, key, (value) ? "yes" : "no", __VA_ARGS__)

G_END_DECLS
