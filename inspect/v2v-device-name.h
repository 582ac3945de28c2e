/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-device-name.h - names that the source gave its disks
 *
 * /dev/xvdf1, /dev/nvme1n1p1 or /dev/disk/by-id/nvme-Amazon_..._vol0ab-part1 name a
 * disk by how the source attached it.  The target attaches it otherwise, so the
 * name has to be led back to one of the disks that we were given.
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

typedef enum {
  V2V_NAME_OTHER,   /* no disk name */
  V2V_NAME_LETTER,  /* sdX, xvdX, vdX, hdX */
  V2V_NAME_NVME,    /* nvmeXnY */
  V2V_NAME_ID,      /* by-id and by-path */
  V2V_NAME_MAPPER,  /* LVM, md, dm-crypt */
  V2V_NAME_REMOVABLE, /* fd0, sr0, cdrom */
} V2vNameKind;

typedef struct {
  V2vNameKind kind;
  char *key;            /* the disk without its partition: "letter 5", "nvme0n1" */
  guint index;          /* LETTER: a = 0; NVME: controller */
  guint number;         /* partition, 0 = the whole disk */
  gboolean instance_store; /* EC2's scratch disks, which never come along */
} V2vDeviceName;

/* @path: an absolute /dev path.  Clear the result with v2v_device_name_clear(). */
void v2v_device_name_parse (const char *path, V2vDeviceName *out);
void v2v_device_name_clear (V2vDeviceName *name);

/* (transfer full): "/dev/vg-a/lv" for the device mapper's "vg--a-lv"; NULL when it is
 * not of that form. */
char *v2v_device_name_from_mapper (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): udev's \x20 taken back. */
char *v2v_device_name_unescape (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* Leads the names used in one fstab back to disks; borrows the guest. */
typedef struct _V2vNameMap V2vNameMap;

V2vNameMap *v2v_name_map_new (const V2vGuest *guest) G_GNUC_WARN_UNUSED_RESULT;
void v2v_name_map_free (V2vNameMap *map);

/**
 * v2v_name_map_add:
 * @mount: (transfer none): a row whose spec is @name
 *
 * All names are added before the first is looked up: which letters are used decides
 * what each of them means.
 */
void v2v_name_map_add (V2vNameMap *map, const V2vMount *mount, const V2vDeviceName *name);

/* @mount is resolved: names that are less sure do not get its device. */
void v2v_name_map_claim (V2vNameMap *map, const V2vMount *mount);

/**
 * v2v_name_map_find:
 * @out_unfit: set to %TRUE when there is such a device, but not for this
 * @out_why: (transfer full): set when the result is %NULL
 *
 * Returns: (transfer none): the device as the appliance names it
 */
const char *v2v_name_map_find (const V2vNameMap *map, const V2vMount *mount,
                               const V2vDeviceName *name, gboolean *out_unfit,
                               char **out_why)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vDeviceName, v2v_device_name_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vNameMap, v2v_name_map_free)

G_END_DECLS
