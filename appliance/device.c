/* SPDX-License-Identifier: GPL-2.0-or-later
 * device.c - what udev would do for a block device, as far as guestfsd needs it
 */
#define _GNU_SOURCE
#include "device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Up to the end of the superblock of btrfs at 64 KiB. */
#define HEAD_SIZE (64 * 1024 + 4096)
#define SECTOR 512
#define MD_MAGIC "\xfc\x4e\x2b\xa9"
#define BTRFS_MAGIC_AT (0x10000 + 0x40)
#define BTRFS_NUM_DEVICES_AT (0x10000 + 0x88)

typedef enum {
  FROM_START,
  FROM_END,
  FROM_MD_1_0, /* md(4): at least 8 KiB from the end, on a boundary of 4 KiB */
  FROM_MD_0_90, /* the last whole 64 KiB */
} Origin;

static const struct {
  Origin origin;
  off_t offset;
  const char *magic;
  size_t length;
  unsigned flag;
} signatures[] = {
  { FROM_START, 0 * SECTOR, "LABELONE", 8, DEVICE_LVM },
  { FROM_START, 1 * SECTOR, "LABELONE", 8, DEVICE_LVM },
  { FROM_START, 2 * SECTOR, "LABELONE", 8, DEVICE_LVM },
  { FROM_START, 3 * SECTOR, "LABELONE", 8, DEVICE_LVM },
  { FROM_START, 0, MD_MAGIC, 4, DEVICE_MD },
  { FROM_START, 4096, MD_MAGIC, 4, DEVICE_MD },
  { FROM_MD_1_0, 0, MD_MAGIC, 4, DEVICE_MD },
  { FROM_MD_0_90, 0, MD_MAGIC, 4, DEVICE_MD },
  /* Arrays of the firmware, which mdadm assembles too: IMSM and DDF. */
  { FROM_END, 2 * SECTOR, "Intel Raid ISM Cfg Sig.", 23, DEVICE_MD },
  { FROM_END, 1 * SECTOR, "\xde\x11\xde\x11", 4, DEVICE_MD },
  { FROM_START, 6 * SECTOR, "PRIVHEAD", 8, DEVICE_LDM },
  { FROM_END, 1 * SECTOR, "PRIVHEAD", 8, DEVICE_LDM },
  { FROM_START, 54, "FAT", 3, DEVICE_FAT },
  { FROM_START, 82, "FAT32", 5, DEVICE_FAT },
};

/* File systems that a guest has its root, /boot or swap on. */
static const struct {
  size_t magic_at;
  const char *magic;
  size_t length;
  size_t uuid_at;
  size_t label_at;
  size_t label_length;
} file_systems[] = {
  { 1024 + 56, "\x53\xef", 2, 1024 + 104, 1024 + 120, 16 },
  { 0, "XFSB", 4, 32, 108, 12 },
  { BTRFS_MAGIC_AT, "_BHRfS_M", 8, 0x10000 + 0x20, 0x10000 + 0x12b, 256 },
  { 4096 - 10, "SWAPSPACE2", 10, 1024 + 12, 1024 + 28, 16 },
};

int
device_write (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ssize_t n;

  if (fd < 0)
    return -1;
  n = write (fd, text, strlen (text));
  if (close (fd) < 0 || n != (ssize_t) strlen (text))
    return -1;
  return 0;
}

int
device_is_candidate (const char *name)
{
  static const char *const prefixes[] = { "sd", "vd", "md", "dm-", "nvme" };

  for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
    if (strncmp (name, prefixes[i], strlen (prefixes[i])) == 0)
      return 1;
  }
  return 0;
}

/* The component of @path that ends at @end; FALSE when it does not fit. */
static int
component_before (const char *path, const char *end, char *out, size_t size)
{
  const char *start = end;

  while (start > path && start[-1] != '/')
    start--;
  if (start == end || (size_t) (end - start) >= size)
    return 0;
  memcpy (out, start, (size_t) (end - start));
  out[end - start] = '\0';
  return 1;
}

int
device_path_name (const char *target, int partition, char *out, size_t size)
{
  const char *adapter = strstr (target, "/virtio");
  const char *block = strstr (target, "/block/");
  char bus[DEVICE_NAME_MAX];
  char address[DEVICE_NAME_MAX];
  unsigned host, channel, id, lun;
  int n;

  if (adapter == NULL || block == NULL || adapter > block
      || !component_before (target, adapter, bus, sizeof bus)
      || !component_before (target, block, address, sizeof address)
      || sscanf (address, "%u:%u:%u:%u", &host, &channel, &id, &lun) != 4)
    return -1;
  /* path_id counts the hosts of one adapter from 0, and a virtio adapter has one. */
  n = snprintf (out, size, "pci-%s-scsi-0:%u:%u:%u", bus, channel, id, lun);
  if (n > 0 && (size_t) n < size && partition > 0)
    n += snprintf (out + n, size - (size_t) n, "-part%d", partition);
  return n > 0 && (size_t) n < size ? 0 : -1;
}

int
device_encode (const unsigned char *text, size_t length, char *out, size_t size)
{
  size_t used = 0;

  for (size_t i = 0; i < length && text[i] != '\0'; i++) {
    int c = text[i];
    int plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
                || strchr ("#+-.:=@_", c) != NULL;

    /* "." and ".." are no names for a link. */
    if (used == 0 && c == '.')
      plain = 0;
    if (used + 5 > size)
      return -1;
    used += (size_t) snprintf (out + used, size - used, plain ? "%c" : "\\x%02x", c);
  }
  return used > 0 ? 0 : -1;
}

static void
link_device (const char *directory, const char *link, const char *name)
{
  char path[2 * DEVICE_PATH_MAX];
  char target[DEVICE_PATH_MAX];

  snprintf (path, sizeof path, "/dev/disk/%s/%s", directory, link);
  snprintf (target, sizeof target, "../../%s", name);
  /* The first one wins when two devices have one name, as with a snapshot. */
  if (symlink (target, path) < 0 && errno != EEXIST)
    fprintf (stderr, "v2v appliance: %s: %s\n", path, strerror (errno));
}

static void
link_by_uuid (const unsigned char *u, const char *name)
{
  static const unsigned char none[16];
  char text[40];

  if (memcmp (u, none, sizeof none) == 0)
    return;
  snprintf (text, sizeof text,
            "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", u[0],
            u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13],
            u[14], u[15]);
  link_device ("by-uuid", text, name);
}

static void
link_by_contents (const unsigned char *head, size_t length, const char *name)
{
  char label[4 * 256 + 8];

  for (size_t i = 0; i < sizeof file_systems / sizeof file_systems[0]; i++) {
    if (file_systems[i].label_at + file_systems[i].label_length > length
        || file_systems[i].magic_at + file_systems[i].length > length
        || memcmp (head + file_systems[i].magic_at, file_systems[i].magic,
                   file_systems[i].length)
             != 0)
      continue;
    link_by_uuid (head + file_systems[i].uuid_at, name);
    if (device_encode (head + file_systems[i].label_at, file_systems[i].label_length, label,
                       sizeof label)
          == 0
        && strlen (label) < 255)
      link_device ("by-label", label, name);
    return;
  }
}

static off_t
position (Origin origin, off_t offset, off_t size)
{
  switch (origin) {
  case FROM_END:
    return size - offset;
  case FROM_MD_1_0:
    return (size / SECTOR - 16) / 8 * 8 * SECTOR;
  case FROM_MD_0_90:
    return size / 65536 * 65536 - 65536;
  case FROM_START:
  default:
    return offset;
  }
}

static unsigned
find_signatures (int fd, const unsigned char *head, size_t length)
{
  off_t size = lseek (fd, 0, SEEK_END);
  unsigned flags = 0;

  for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
    off_t at = position (signatures[i].origin, signatures[i].offset, size);
    unsigned char bytes[32];

    if (at < 0)
      continue;
    if (signatures[i].origin != FROM_START) {
      if (pread (fd, bytes, signatures[i].length, at) != (ssize_t) signatures[i].length
          || memcmp (bytes, signatures[i].magic, signatures[i].length) != 0)
        continue;
    } else if ((size_t) at + signatures[i].length > length
               || memcmp (head + at, signatures[i].magic, signatures[i].length) != 0) {
      continue;
    }
    flags |= signatures[i].flag;
  }
  if (length >= HEAD_SIZE && memcmp (head + BTRFS_MAGIC_AT, "_BHRfS_M", 8) == 0) {
    uint64_t devices;

    memcpy (&devices, head + BTRFS_NUM_DEVICES_AT, sizeof devices);
    if (devices != htole64 (1))
      flags |= DEVICE_BTRFS_SET;
  }
  return flags;
}

/* The start of @fd; the bytes beyond a short device are no signature of anything. */
static unsigned char *
read_head (int fd, size_t *out_length)
{
  unsigned char *head = malloc (HEAD_SIZE);
  ssize_t n = head != NULL ? pread (fd, head, HEAD_SIZE, 0) : -1;

  if (n <= 0) {
    free (head);
    return NULL;
  }
  *out_length = (size_t) n;
  return head;
}

unsigned
device_signatures (int fd)
{
  size_t length;
  unsigned char *head = read_head (fd, &length);
  unsigned flags = head != NULL ? find_signatures (fd, head, length) : DEVICE_EMPTY;

  free (head);
  return flags;
}

/* A file system of several devices can be mounted only when the kernel knows them all.
 * The module is loaded by opening the node. */
static void
tell_btrfs (const char *name)
{
  struct btrfs_ioctl_vol_args args = { 0 };
  int fd = open ("/dev/btrfs-control", O_RDWR | O_CLOEXEC);

  snprintf (args.name, sizeof args.name, "/dev/%s", name);
  if (fd < 0 || ioctl (fd, BTRFS_IOC_SCAN_DEV, &args) < 0)
    fprintf (stderr, "v2v appliance: btrfs: /dev/%s: %s\n", name, strerror (errno));
  if (fd >= 0)
    close (fd);
}

static void
link_by_path (const char *name)
{
  char sysfs[DEVICE_PATH_MAX];
  char target[DEVICE_PATH_MAX];
  char link[DEVICE_PATH_MAX];
  int partition = 0;
  ssize_t n;
  FILE *file;

  snprintf (sysfs, sizeof sysfs, "/sys/class/block/%s", name);
  n = readlink (sysfs, target, sizeof target - 1);
  if (n <= 0)
    return;
  target[n] = '\0';
  snprintf (sysfs, sizeof sysfs, "/sys/class/block/%s/partition", name);
  file = fopen (sysfs, "re");
  if (file != NULL) {
    if (fscanf (file, "%d", &partition) != 1)
      partition = 0;
    fclose (file);
  }
  if (device_path_name (target, partition, link, sizeof link) == 0)
    link_device ("by-path", link, name);
}

unsigned
device_look (const char *name)
{
  char path[DEVICE_PATH_MAX];
  unsigned char *head;
  size_t length;
  unsigned flags = DEVICE_EMPTY;
  int fd;

  link_by_path (name);
  snprintf (path, sizeof path, "/dev/%s", name);
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return DEVICE_EMPTY;
  head = read_head (fd, &length);
  if (head != NULL) {
    flags = find_signatures (fd, head, length);
    link_by_contents (head, length, name);
  }
  free (head);
  close (fd);
  if (flags & DEVICE_BTRFS_SET)
    tell_btrfs (name);
  return flags;
}

/* Turns the node /dev/mapper/@entry into a link; 0 and the device's name in @out. */
static int
link_mapper (const char *entry, char *out, size_t size)
{
  char path[DEVICE_PATH_MAX];
  char node[DEVICE_PATH_MAX];
  char target[DEVICE_PATH_MAX];
  struct stat named, kernels;

  snprintf (path, sizeof path, "/dev/mapper/%s", entry);
  if (lstat (path, &named) < 0 || !S_ISBLK (named.st_mode))
    return -1;
  snprintf (out, size, "dm-%u", minor (named.st_rdev));
  snprintf (node, sizeof node, "/dev/%s", out);
  if (stat (node, &kernels) < 0 || kernels.st_rdev != named.st_rdev)
    return -1;
  snprintf (target, sizeof target, "../%s", out);
  if (unlink (path) < 0 || symlink (target, path) < 0) {
    fprintf (stderr, "v2v appliance: %s: %s\n", path, strerror (errno));
    return -1;
  }
  return 0;
}

unsigned
device_settle (void)
{
  DIR *dir = opendir ("/dev/mapper");
  struct dirent *entry;
  unsigned flags = 0;

  if (dir == NULL)
    return 0;
  while ((entry = readdir (dir)) != NULL) {
    char name[DEVICE_NAME_MAX];

    if (link_mapper (entry->d_name, name, sizeof name) == 0)
      flags |= device_look (name);
  }
  closedir (dir);
  return flags;
}
