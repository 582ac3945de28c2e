/* SPDX-License-Identifier: GPL-2.0-or-later
 * start.c - the program that the kernel of our appliance starts: loads the drivers of the
 * disks, mounts the appliance's own and goes on there with its /init
 *
 * In place of supermin's.  The kernel would ask each of the 255 addresses of the adapter for
 * disks, 0.1 s where it is emulated; libguestfs gives them out from 0 without a gap, and the
 * appliance's own is the last, so that whoever has found that has found all.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "device.h"

#define HOSTS "/sys/class/scsi_host"
#define ROOT "/root"
#define ADDRESSES 256
#define NAME_SIZE 64
#define WAIT_MS 10
#define WAIT_MAX 3000

/* The end of the first process is that of the kernel, and libguestfs reports it. */
static void
die (const char *what)
{
  fprintf (stderr, "v2v appliance: %s: %s\n", what, strerror (errno));
  exit (1);
}

static void
mount_on (const char *path, const char *type)
{
  if ((mkdir (path, 0755) < 0 && errno != EEXIST) || (mount (type, path, type, 0, NULL) < 0 && errno != EBUSY))
    die (path);
}

static ssize_t
read_text (const char *path, char *text, size_t size)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read (fd, text, size - 1) : -1;

  if (fd >= 0)
    close (fd);
  text[n > 0 ? n : 0] = '\0';
  return n;
}

static void
each_name (const char *directory, void (*visit) (const char *name, void *data), void *data)
{
  DIR *dir = opendir (directory);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (entry->d_name[0] != '.' && strlen (entry->d_name) < NAME_SIZE)
      visit (entry->d_name, data);
  if (dir != NULL)
    closedir (dir);
}

/* "host0": asks its addresses from 0 until there is nothing; with @data all of them. */
static void
scan_host (const char *name, void *data)
{
  char path[256], word[NAME_SIZE];

  snprintf (path, sizeof path, HOSTS "/%s/scan", name);
  if (data != NULL) {
    device_write (path, "- - -");
    return;
  }
  for (int id = 0; id < ADDRESSES; id++) {
    snprintf (path, sizeof path, HOSTS "/%s/scan", name);
    snprintf (word, sizeof word, "0 %d -", id);
    if (device_write (path, word) < 0)
      break;
    snprintf (path, sizeof path, "/sys/bus/scsi/devices/%s:0:%d:0", name + strcspn (name, "0123456789"), id);
    if (access (path, F_OK) < 0)
      break;
  }
}

static void
load (const char *name)
{
  char path[NAME_SIZE + 1];
  int fd;

  snprintf (path, sizeof path, "/%s", name);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0
      || (syscall (SYS_finit_module, fd, strcmp (name, "scsi_mod.ko") == 0 ? "scan=manual" : "", 0)
            < 0
          && errno != EEXIST))
    die (path);
  close (fd);
}

/* The kernel ends the loading of a driver when the probes that it started have ended: with the
 * disks there before their driver, they and their partitions are there after it. */
static void
load_all (void)
{
  static const char last[] = "sd_mod.ko";
  static char list[65536];
  char *rest = list;
  char *name;
  int is_listed = 0;

  if (read_text ("/modules", list, sizeof list) < 0)
    die ("/modules");
  while ((name = strsep (&rest, "\n")) != NULL) {
    if (strcmp (name, last) == 0)
      is_listed = 1;
    else if (*name != '\0' && strlen (name) < NAME_SIZE)
      load (name);
  }
  each_name (HOSTS, scan_host, NULL);
  if (is_listed)
    load (last);
}

/* What "root=" names. */
typedef struct {
  char device[NAME_SIZE]; /* "sdb", or empty */
  unsigned char uuid[16];
  char found[NAME_SIZE];
} Root;

static int
parse_uuid (const char *text, unsigned char *uuid)
{
  int digits = 0;

  for (; digits < 32; text++) {
    char pair[2] = { *text, '\0' };
    char *end;
    long value = strtol (pair, &end, 16);

    if (*text == '-')
      continue;
    if (*text == '\0' || *end != '\0')
      return -1;
    uuid[digits / 2] = (unsigned char) (digits % 2 == 0 ? value << 4 : uuid[digits / 2] | value);
    digits++;
  }
  return 0;
}

static void
parse_root (Root *root)
{
  char line[8192];
  char *word = NULL;

  read_text ("/proc/cmdline", line, sizeof line);
  for (char *rest = line, *p; (p = strsep (&rest, " \n")) != NULL;)
    if (strncmp (p, "root=", 5) == 0)
      word = p + 5;
  errno = EINVAL;
  if (word != NULL && strncmp (word, "/dev/", 5) == 0 && strlen (word) < NAME_SIZE)
    strcpy (root->device, word + 5);
  else if (word == NULL || strncmp (word, "UUID=", 5) != 0 || parse_uuid (word + 5, root->uuid) < 0)
    die ("root= of the kernel's command line");
}

static int
make_node (const char *name, char *path, size_t size)
{
  char text[NAME_SIZE];
  unsigned major, minor;

  snprintf (path, size, "/sys/class/block/%s/dev", name);
  if (read_text (path, text, sizeof text) < 0 || sscanf (text, "%u:%u", &major, &minor) != 2)
    return -1;
  snprintf (path, size, "/dev/%s", name);
  return mknod (path, S_IFBLK | 0600, makedev (major, minor)) < 0 && errno != EEXIST ? -1 : 0;
}

/* Of ext2: s_magic and s_uuid of its superblock. */
static int
has_uuid (const char *path, const unsigned char *uuid)
{
  unsigned char block[1024];
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? pread (fd, block, sizeof block, 1024) : -1;

  if (fd >= 0)
    close (fd);
  return n == (ssize_t) sizeof block && block[56] == 0x53 && block[57] == 0xef
         && memcmp (block + 104, uuid, 16) == 0;
}

/* sda, sdz, sdaa */
static int
is_later (const char *a, const char *b)
{
  return strlen (a) != strlen (b) ? strlen (a) > strlen (b) : strcmp (a, b) > 0;
}

/* Only the last disk that fits: a guest's, or its partition, can have the same UUID, and is
 * not to be started. */
static void
look_for_root (const char *name, void *data)
{
  Root *root = data;
  char path[256];

  snprintf (path, sizeof path, "/sys/class/block/%s/partition", name);
  if (access (path, F_OK) == 0 || !is_later (name, root->found)
      || (root->device[0] != '\0' && strcmp (root->device, name) != 0)
      || make_node (name, path, sizeof path) < 0
      || (root->device[0] == '\0' && !has_uuid (path, root->uuid)))
    return;
  strcpy (root->found, name);
}

static int
mount_root (Root *root)
{
  char path[256];

  each_name ("/sys/class/block", look_for_root, root);
  if (root->found[0] == '\0')
    return 0;
  snprintf (path, sizeof path, "/dev/%s", root->found);
  if (mount (path, ROOT, "ext2", MS_NOATIME, NULL) < 0
      && mount (path, ROOT, "ext4", MS_NOATIME, NULL) < 0)
    die (path);
  return 1;
}

static void
find_root (void)
{
  static Root root;
  const struct timespec pause = { 0, WAIT_MS * 1000000L };

  parse_root (&root);
  if (mkdir (ROOT, 0755) < 0 && errno != EEXIST)
    die (ROOT);
  for (int i = 0; i < WAIT_MAX; i++) {
    if (mount_root (&root))
      return;
    if (i == 0)
      each_name (HOSTS, scan_host, &root);
    nanosleep (&pause, NULL);
  }
  errno = ENODEV;
  die ("the disk of the appliance");
}

int
main (int argc, char **argv)
{
  (void) argc;
  umask (022);
  mkdir ("/dev", 0755);
  mount_on ("/proc", "proc");
  mount_on ("/sys", "sysfs");
  load_all ();
  find_root ();
  umount ("/sys");
  umount ("/proc");
  if (chdir (ROOT) < 0 || chroot (".") < 0)
    die (ROOT);
  execv ("/init", argv);
  die ("/init");
}
