/* SPDX-License-Identifier: GPL-2.0-or-later
 * device.h - what udev would do for a block device, as far as guestfsd needs it
 *
 * Part of the small programs that run inside our appliance: plain C without GLib, linked
 * statically.  Disks are the guest's and thus hostile: fixed buffers, and names from a
 * disk are encoded before they become a name in /dev.
 */
#pragma once

#include <stddef.h>

/* What has to be started before the contents of a device can be seen. */
enum {
  DEVICE_LVM = 1 << 0,       /* physical volume */
  DEVICE_MD = 1 << 1,        /* member of an array */
  DEVICE_LDM = 1 << 2,       /* Windows dynamic disk */
  DEVICE_BTRFS_SET = 1 << 3, /* one of several devices of a file system */
  DEVICE_EMPTY = 1 << 4,     /* nothing could be read */
  DEVICE_FAT = 1 << 5,       /* a file system of the EFI system partition's kind */
};

#define DEVICE_NAME_MAX 64
#define DEVICE_PATH_MAX 512

/* TRUE for the names in /sys/class/block that can belong to a guest. */
int device_is_candidate (const char *name);

/**
 * device_path_name:
 * @target: of the link /sys/class/block/NAME
 * @partition: 0 = the disk
 * @out: a name in /dev/disk/by-path as udev's path_id gives it; guestfsd puts disks into
 *   order by these names
 *
 * Returns: 0, or -1 when it is no SCSI disk below a virtio adapter.
 */
int device_path_name (const char *target, int partition, char *out, size_t size);

/* Encodes @length bytes up to the first NUL as udev does in names of links: what is not
 * a letter, digit or one of #+-.:=@_ becomes \xHH.  Returns 0, or -1 when nothing is left. */
int device_encode (const unsigned char *text, size_t length, char *out, size_t size);

/**
 * device_look:
 * @name: as in /sys/class/block
 *
 * Reads the signatures of /dev/NAME, makes its links in /dev/disk and tells btrfs about it.
 *
 * Returns: DEVICE_* flags.
 */
unsigned device_look (const char *name);

/* The same for an open file, without links. */
unsigned device_signatures (int fd);

/* Device-mapper nodes that libdm made itself become links to ../dm-N, which is what
 * guestfsd expects of udev; devices that are new in this way are looked at.
 * Returns the flags that were found. */
unsigned device_settle (void);

/* Writes @text to the file @path; -1 with errno. */
int device_write (const char *path, const char *text);
