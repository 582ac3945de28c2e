/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-source.h - what the source hypervisor said about the machine
 *
 * Filled from a libvirt domain XML, or with defaults for plain disks.  Unlike
 * V2vGuest nothing here was read from inside a disk.
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

typedef struct {
  char *path;       /* host path as given (a device or an image) */
  char *real_path;  /* canonical; identity for locks and the journal */
  char *format;     /* "raw", "qcow2", "vmdk"; never probed */
  char *bus;        /* what the source used: "nvme", "sata", "scsi", "ide", "virtio", "xen"; NULL */
  char *serial;     /* or NULL */
  guint64 size;     /* virtual bytes */
  guint boot_order; /* 1..; 0 = not stated */
} V2vSourceDisk;

typedef struct {
  char *mac;     /* "52:54:00:..", lower case; NULL */
  char *network; /* source network or bridge name; NULL */
  gboolean bridge; /* @network is a bridge of the source host, not a libvirt network */
  char *model;   /* source model; NULL */
  gboolean link_down;
} V2vSourceNic;

typedef struct {
  char *name;            /* never NULL */
  char *uuid;            /* NULL; never set for an EC2 source */
  guint64 memory;        /* bytes; 0 = not stated */
  guint vcpus;           /* 0 = not stated */
  guint sockets, cores, threads; /* 0 = not stated */
  V2vFirmware firmware;  /* UNKNOWN = not stated: the disk decides */
  gboolean secure_boot;
  gboolean tpm;
  GPtrArray *disks;      /* V2vSourceDisk, in source order */
  GPtrArray *nics;       /* V2vSourceNic, in source order */
  char *hint;            /* V2V_source or --source: "ec2", "vSphere"; NULL */
} V2vSource;

V2vSource *v2v_source_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
void v2v_source_free (V2vSource *source); /* NULL is allowed */
V2vSourceDisk *v2v_source_add_disk (V2vSource *source);
V2vSourceNic *v2v_source_add_nic (V2vSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vSource, v2v_source_free)

G_END_DECLS
