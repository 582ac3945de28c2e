/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-target.h - the machine that the guest will run on, each choice with its reason
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

typedef enum { V2V_BUS_VIRTIO, V2V_BUS_SCSI, V2V_BUS_SATA } V2vBus;
typedef enum { V2V_NIC_VIRTIO, V2V_NIC_E1000E } V2vNicModel;

typedef struct {
  char *path;       /* host path of the converted disk */
  char *format;     /* of the file at @path */
  guint64 size;     /* virtual bytes */
  V2vBus bus;
  guint boot_order; /* 1 on the boot disk, 0 = none */
  char *serial;     /* [A-Za-z0-9_.+-]{1,20}, or NULL */
} V2vTargetDisk;

typedef struct {
  char *mac;      /* or NULL: the target makes one */
  char *network;  /* source network name, or NULL */
  gboolean bridge; /* @network is a bridge, not a libvirt network */
  V2vNicModel model;
  gboolean link_down;
} V2vTargetNic;

/* Why a field has its value: the report's "disk0.bus = virtio, because ...". */
typedef struct {
  char *key;
  char *value;
  char *why;
} V2vDecision;

typedef struct {
  char *name;          /* as the source called it */
  char *uuid;          /* or NULL */
  V2vOsType os;
  char *osinfo_id;     /* or NULL */
  char *osinfo_uri;    /* or NULL */
  char *arch;          /* "x86_64", "aarch64" */
  char *machine;       /* "q35", "virt" */
  guint64 memory_mib;  /* a multiple of 2 */
  guint vcpus;
  guint sockets, cores, threads; /* product = vcpus */
  V2vFirmware firmware;
  gboolean secure_boot;
  gboolean efi_persistent;
  gboolean smm;        /* only with secure boot */
  gboolean tpm;
  gboolean clock_utc;
  char *timezone;      /* IANA, Windows with local time only; NULL */
  gboolean virtio_transitional;
  gboolean tablet_virtio; /* else USB */
  gboolean rng;
  gboolean balloon;
  gboolean agent_channel; /* virtio-serial works */
  gboolean usb_xhci;
  gboolean hyperv;
  gboolean net_multiqueue; /* one virtio-net queue for each vCPU */
  guint grace_seconds;
  char *run_strategy;  /* "Halted" */
  GPtrArray *disks;    /* V2vTargetDisk, in source order */
  GPtrArray *nics;     /* V2vTargetNic, in source order */
  GPtrArray *decisions; /* V2vDecision */
  GPtrArray *warnings;  /* char* */
} V2vTarget;

V2vTarget *v2v_target_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
void v2v_target_free (V2vTarget *target); /* NULL is allowed */
V2vTargetDisk *v2v_target_add_disk (V2vTarget *target);
V2vTargetNic *v2v_target_add_nic (V2vTarget *target);

/* Notes why @key has @value. */
void v2v_target_decide (V2vTarget *target, const char *key, const char *value,
                        const char *why_format, ...) G_GNUC_PRINTF (4, 5);
void v2v_target_warn (V2vTarget *target, const char *format, ...) G_GNUC_PRINTF (2, 3);

const char *v2v_bus_name (V2vBus bus);             /* "virtio", "scsi", "sata" */
const char *v2v_nic_model_name (V2vNicModel model); /* "virtio", "e1000e" */
const char *v2v_firmware_name (V2vFirmware firmware); /* "unknown", "bios", "uefi" */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vTarget, v2v_target_free)

G_END_DECLS
