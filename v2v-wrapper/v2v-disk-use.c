/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-disk-use.c - who else is using a disk?
 */
#include <config.h>

#include "v2v-disk-use.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "v2v-str.h"

/* qemu block/file-posix.c: RAW_LOCK_PERM_BASE 100 and RAW_LOCK_SHARED_BASE 200, one
 * byte for each permission. */
#define QEMU_LOCK_START 100
#define QEMU_LOCK_LENGTH 164

typedef struct {
  int fd;
  struct stat st;
  const char *path;
  const char *name;
  const char *proc;
  const char *sys;
} Query;

static gboolean G_GNUC_PRINTF (3, 4)
busy (GError **error, const Query *query, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "disk '%s' is in use: %s", query->name,
               why);
  return FALSE;
}

static gboolean
is_same (const struct stat *a, const struct stat *b)
{
  if (S_ISBLK (a->st_mode) && S_ISBLK (b->st_mode))
    return a->st_rdev == b->st_rdev;
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static gboolean
is_writer (const char *fdinfo)
{
  const char *flags = strstr (fdinfo, "flags:\t"); /* octal, proc(5) */
  guint64 value = flags != NULL ? g_ascii_strtoull (flags + strlen ("flags:\t"), NULL, 8) : 0;

  return (value & O_ACCMODE) != O_RDONLY && (value & O_PATH) == 0;
}

/* Descriptor @number of process directory @dir is the disk, in the way asked for. */
static gboolean
is_held_by (const char *dir, const char *number, const struct stat *disk, V2vHold hold)
{
  g_autofree char *link = g_build_filename (dir, "fd", number, NULL);
  g_autofree char *info = NULL;
  g_autofree char *text = NULL;
  struct stat st;

  if (stat (link, &st) < 0 || !is_same (&st, disk))
    return FALSE;
  if (hold == V2V_HOLD_OPEN)
    return TRUE;
  info = g_build_filename (dir, "fdinfo", number, NULL);
  if (!g_file_get_contents (info, &text, NULL, NULL))
    return FALSE;
  return hold == V2V_HOLD_LOCKED ? strstr (text, "lock:\t") != NULL : is_writer (text);
}

static char *
dup_process_if_holder (const char *pid, const struct stat *disk, V2vHold hold)
{
  g_autofree char *dir = g_build_filename ("/proc", pid, NULL);
  g_autofree char *fds = g_build_filename (dir, "fd", NULL);
  g_autoptr (GDir) list = g_dir_open (fds, 0, NULL);
  g_autofree char *comm_path = g_build_filename (dir, "comm", NULL);
  g_autofree char *comm = NULL;
  g_autofree char *program = NULL;
  const char *number;

  while (list != NULL && (number = g_dir_read_name (list)) != NULL) {
    if (!is_held_by (dir, number, disk, hold))
      continue;
    if (!g_file_get_contents (comm_path, &comm, NULL, NULL))
      return g_strdup_printf ("process %s", pid);
    program = v2v_str_printable (g_strchomp (comm), 64);
    return g_strdup_printf ("process %s (%s)", pid, program);
  }
  return NULL;
}

char *
v2v_disk_use_dup_holder (int fd, V2vHold hold)
{
  g_autofree char *self = g_strdup_printf ("%d", getpid ());
  g_autoptr (GDir) list = g_dir_open ("/proc", 0, NULL);
  const char *pid;
  struct stat disk;

  if (fstat (fd, &disk) < 0)
    return NULL;
  while (list != NULL && (pid = g_dir_read_name (list)) != NULL) {
    char *found;

    if (!g_ascii_isdigit (*pid) || g_str_equal (pid, self))
      continue;
    found = dup_process_if_holder (pid, &disk, hold);
    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Asks as if we wanted the locks; an open-file-description lock so that the
 * question itself never drops a lock of this process. */
static gboolean
check_qemu (const Query *query, GError **error)
{
  struct flock lock = { .l_type = F_WRLCK,
                        .l_whence = SEEK_SET,
                        .l_start = QEMU_LOCK_START,
                        .l_len = QEMU_LOCK_LENGTH };
  g_autofree char *holder = NULL;

  /* A file system without locks has none to tell of. */
  if (fcntl (query->fd, F_OFD_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
    return TRUE;
  holder = v2v_disk_use_dup_holder (query->fd, V2V_HOLD_LOCKED);
  return busy (error, query, "%s has it open; stop that guest or program first",
               holder != NULL ? holder : "a qemu program that cannot be seen from here");
}

/* Programs that take no locks: another hypervisor, dd, qemu with locking=off.  A
 * block device is left to O_EXCL: udev and multipath come and go there. */
static gboolean
check_writers (const Query *query, GError **error)
{
  g_autofree char *writer = NULL;

  if (!S_ISREG (query->st.st_mode))
    return TRUE;
  writer = v2v_disk_use_dup_holder (query->fd, V2V_HOLD_WRITER);
  return writer == NULL
         || busy (error, query, "%s has it open for writing; stop that program first", writer);
}

/* The mount point of @device ("8:1") or of a file system made of several devices
 * which names it as its source (btrfs has numbers of its own). */
static char *
dup_mount_point (const Query *query, const char *device, dev_t number)
{
  g_autofree char *path = g_build_filename (query->proc, "self", "mountinfo", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    /* proc(5): id parent major:minor root mount-point options [tags] - type source */
    g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);
    const char *dash = strstr (lines[i], " - ");
    g_auto (GStrv) tail = g_strsplit (dash != NULL ? dash + 3 : "", " ", -1);
    struct stat st;

    if (g_strv_length (fields) < 6)
      continue;
    if (g_str_equal (fields[2], device)
        || (g_strv_length (tail) >= 2 && tail[1][0] == '/' && stat (tail[1], &st) == 0
            && S_ISBLK (st.st_mode) && st.st_rdev == number))
      return v2v_str_printable (fields[4], PATH_MAX);
  }
  return NULL;
}

static gboolean
check_swap (const Query *query, GError **error)
{
  g_autofree char *path = g_build_filename (query->proc, "swaps", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return TRUE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *area = g_strndup (lines[i], strcspn (lines[i], " \t"));
    struct stat st;

    if (*area == '/' && stat (area, &st) == 0 && is_same (&st, &query->st))
      return busy (error, query, "it is swap space of this host");
  }
  return TRUE;
}

/* One name in a sysfs directory, or NULL. */
static char *
dup_first_entry (const char *dir)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);

  return list != NULL ? g_strdup (g_dir_read_name (list)) : NULL;
}

static gboolean
parse_device (const char *text, dev_t *out_device)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  guint64 numbers[2];

  for (int i = 0; i < 2; i++) {
    if (parts[0] == NULL || parts[i] == NULL
        || !g_ascii_string_to_unsigned (parts[i], 10, 0, G_MAXUINT32, &numbers[i], NULL))
      return FALSE;
  }
  *out_device = makedev ((guint) numbers[0], (guint) numbers[1]);
  return TRUE;
}

/* @dir: sysfs directory of a disk or partition; @label: how messages call it. */
static gboolean
check_device_dir (const Query *query, const char *dir, const char *label, GError **error)
{
  g_autofree char *dev_file = g_build_filename (dir, "dev", NULL);
  g_autofree char *holders = g_build_filename (dir, "holders", NULL);
  g_autofree char *holder = dup_first_entry (holders);
  g_autofree char *device = NULL;
  g_autofree char *mounted = NULL;
  dev_t number;

  if (g_file_get_contents (dev_file, &device, NULL, NULL)
      && parse_device (g_strchomp (device), &number))
    mounted = dup_mount_point (query, device, number);
  if (mounted != NULL)
    return busy (error, query, "%s is mounted on '%s'; unmount it first", label, mounted);
  if (holder != NULL)
    return busy (error, query, "%s is held by /dev/%s (device-mapper or md)", label, holder);
  return TRUE;
}

static gboolean
check_device (const Query *query, const char *dir, const char *label, GError **error)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
  const char *name;

  if (!check_device_dir (query, dir, label, error))
    return FALSE;
  while (list != NULL && (name = g_dir_read_name (list)) != NULL) {
    g_autofree char *part = g_build_filename (dir, name, NULL);
    g_autofree char *mark = g_build_filename (part, "partition", NULL);
    g_autofree char *part_label = g_strdup_printf ("its partition /dev/%s", name);

    if (g_file_test (mark, G_FILE_TEST_EXISTS)
        && !check_device_dir (query, part, part_label, error))
      return FALSE;
  }
  return TRUE;
}

/* The loop device at @dir has our disk behind it. */
static gboolean
is_loop_on (const Query *query, const char *dir)
{
  g_autofree char *file = g_build_filename (dir, "loop", "backing_file", NULL);
  g_autofree char *backing = NULL;
  struct stat st;

  if (!g_file_get_contents (file, &backing, NULL, NULL))
    return FALSE;
  /* Only the newline that sysfs adds: a name may end in one of its own. */
  if (g_str_has_suffix (backing, "\n"))
    backing[strlen (backing) - 1] = '\0';
  if (g_str_equal (backing, query->path))
    return TRUE;
  return stat (backing, &st) == 0 && is_same (&st, &query->st);
}

static gboolean
check_loops (const Query *query, GError **error)
{
  g_autofree char *block = g_build_filename (query->sys, "block", NULL);
  g_autoptr (GDir) list = g_dir_open (block, 0, NULL);
  const char *name;

  while (list != NULL && (name = g_dir_read_name (list)) != NULL) {
    g_autofree char *dir = g_build_filename (block, name, NULL);
    g_autofree char *label = g_strdup_printf ("/dev/%s on it", name);

    if (!g_str_has_prefix (name, "loop") || !is_loop_on (query, dir))
      continue;
    if (!check_device (query, dir, label, error))
      return FALSE;
    if (S_ISREG (query->st.st_mode))
      return busy (error, query, "it is attached to /dev/%s; see 'losetup -d'", name);
  }
  return TRUE;
}

static gboolean
check_block (const Query *query, GError **error)
{
  g_autofree char *dir
    = g_strdup_printf ("%s/dev/block/%u:%u", query->sys, major (query->st.st_rdev),
                       minor (query->st.st_rdev));

  return check_device (query, dir, "it", error);
}

gboolean
v2v_disk_use_check_at (int fd, const char *path, const char *name, const char *proc,
                       const char *sys, GError **error)
{
  Query query = { .fd = fd, .path = path, .name = name, .proc = proc, .sys = sys };

  if (fstat (fd, &query.st) < 0)
    return v2v_error_from_errno (error, errno, "reading disk '%s'", name);
  if (S_ISBLK (query.st.st_mode) && !check_block (&query, error))
    return FALSE;
  return check_loops (&query, error) && check_swap (&query, error)
         && check_qemu (&query, error) && check_writers (&query, error);
}

gboolean
v2v_disk_use_check (int fd, const char *path, const char *name, GError **error)
{
  return v2v_disk_use_check_at (fd, path, name, "/proc", "/sys", error);
}
