/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-private.h - what the checks share
 *
 * A check adds a row for each thing that it looked at.  It fails itself, with an error, only
 * when nothing can be read any more: what is absent or refused is evidence.
 */
#pragma once

#include "v2v-initramfs.h"
#include "v2v-verify.h"

G_BEGIN_DECLS

/* One kernel's initramfs. */
typedef struct {
  V2vInitramfs *content; /* NULL: @why */
  char *why;
  gboolean absent;   /* it is not there at all */
  gboolean too_many; /* it was left alone */
  gboolean squashed; /* it is whole, but packed once more */
} V2vVerifyImage;

typedef struct {
  V2vFs *fs;
  const V2vGuest *guest;
  const V2vVerifyTarget *target;
  V2vCancel *cancel;
  V2vVerdict *verdict;
  GHashTable *images; /* initrd path to V2vVerifyImage */
} V2vVerify;

typedef gboolean (*V2vVerifyFunc) (V2vVerify *self, const char *id, GError **error);

gboolean v2v_verify_kernel_drivers (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_initramfs_waits (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_initramfs_sound (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_boot_entries (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_loader (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_fstab (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_network (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_sshd (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_labels (V2vVerify *self, const char *id, GError **error);
gboolean v2v_verify_cloud_init (V2vVerify *self, const char *id, GError **error);

/* (nullable): why inspection could not read @fact. */
const char *v2v_verify_unknown (const V2vVerify *self, const char *fact);

/**
 * v2v_verify_note:
 * @local: (transfer full)
 * @out_why: (transfer full) (nullable): its text
 *
 * Returns: %TRUE to go on (absent or refused); %FALSE with @error
 */
gboolean v2v_verify_note (GError *local, char **out_why, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* @out_text: (transfer full) (nullable): %NULL when it is absent, or, with @out_why
 * (transfer full) (nullable), refused.  @max: bytes. */
gboolean v2v_verify_read (V2vVerify *self, const char *path, gsize max, char **out_text,
                          char **out_why, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (element-type V2vFileInfo): empty when @directory cannot be listed. */
gboolean v2v_verify_list (V2vVerify *self, const char *directory, GPtrArray **out_list,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The initramfs of a kernel that has one, read once; @out_image (transfer none). */
gboolean v2v_verify_image (V2vVerify *self, const V2vKernel *kernel,
                           const V2vVerifyImage **out_image, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* FAILED for the kernel that boots by default, WARNING for the others. */
V2vCheckState v2v_verify_weight (const V2vVerify *self, const V2vKernel *kernel);

/* (transfer full) (nullable): the last NAME=VALUE of a kernel command line, unquoted. */
char *v2v_verify_dup_arg (const char *cmdline, const char *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_verify_has_word (const char *cmdline, const char *word);

/* (nullable): the command line that boots by default. */
const char *v2v_verify_cmdline (const V2vVerify *self);

/* TRUE when LVM's list of devices, see lvmdevices(8), knows a disk by what the source's hardware
 * said of it, or called it.  Of IDTYPE=devname LVM looks for the volume under other names too. */
gboolean v2v_verify_pins_disks (const char *text);

gboolean v2v_verify_has_unit (const V2vVerify *self, const char *unit);

/* What a device specification comes to on the target. */
typedef enum {
  V2V_SPEC_FOUND,
  V2V_SPEC_ABSENT, /* no given disk holds it */
  V2V_SPEC_SOURCE, /* a name that the source gave its disk: not there on the target */
  V2V_SPEC_PLACE,  /* a name that the target may give to it, or to another disk */
  V2V_SPEC_CLOSED, /* nowhere, but in an encrypted volume that was not opened it may be */
  V2V_SPEC_UNSURE, /* cannot be told */
} V2vSpecState;

/**
 * v2v_verify_find:
 * @spec: "UUID=...", "/dev/disk/by-label/...", "/dev/xvda1"
 * @out_device: (transfer none) (nullable) (optional): as the appliance names it
 * @out_why: (transfer full) (optional): for anything but FOUND
 *
 * Our own, not fstab's: a mistake there is to be seen here.
 */
V2vSpecState v2v_verify_find (const V2vVerify *self, const char *spec, const char **out_device,
                              char **out_why);

G_END_DECLS
