/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-disk-check.c - what is wrong with the disks, before anything is created
 */
#include <config.h>

#include "v2v-transaction.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-disk-format.h"
#include "v2v-disk-id.h"
#include "v2v-disk-use.h"
#include "v2v-fd.h"
#include "v2v-str.h"

/* A qcow2 header has room for no more in the name of a backing file. */
#define BACKING_NAME_MAX 1023
#define SECTOR 512
#define MAX_DISKS 256

static gboolean G_GNUC_PRINTF (3, 4)
refuse (GError **error, const char *name, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "disk '%s' %s", name, why);
  return FALSE;
}

static gboolean
resolve (V2vSourceDisk *disk, const char *name, GError **error)
{
  g_autofree char *real = NULL;
  char *found = realpath (disk->path, NULL);

  if (found == NULL && errno == ENOENT)
    return refuse (error, name, "does not exist");
  if (found == NULL && errno == ENOTDIR)
    return refuse (error, name, "does not exist: a part of its path is not a directory");
  if (found == NULL)
    return v2v_error_from_errno (error, errno, "finding disk '%s'", name);
  real = g_strdup (found);
  free (found);
  if (strlen (real) > BACKING_NAME_MAX)
    return refuse (error, name, "has a path of more than %d bytes, which no overlay can name",
                   BACKING_NAME_MAX);
  g_free (disk->real_path);
  disk->real_path = g_steal_pointer (&real);
  return TRUE;
}

/* By stat() first: opening some character devices has effects. */
static gboolean
check_kind (const V2vSourceDisk *disk, const char *name, GError **error)
{
  struct stat st;

  if (stat (disk->real_path, &st) < 0)
    return v2v_error_from_errno (error, errno, "reading disk '%s'", name);
  if (S_ISREG (st.st_mode) || S_ISBLK (st.st_mode))
    return TRUE;
  return refuse (error, name, "is %s; a disk is a file or a block device",
                 S_ISDIR (st.st_mode)    ? "a directory"
                 : S_ISFIFO (st.st_mode) ? "a FIFO"
                 : S_ISCHR (st.st_mode)  ? "a character device"
                                         : "a socket");
}

static gboolean
read_at (int fd, guint64 offset, guint8 *buf, gsize want, gsize *out_got, const char *name,
         GError **error)
{
  gsize got = 0;

  while (got < want) {
    ssize_t n = pread (fd, buf + got, want - got, (off_t) (offset + got));

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return v2v_error_from_errno (error, errno, "reading disk '%s'", name);
    if (n == 0)
      break;
    got += (gsize) n;
  }
  *out_got = got;
  return TRUE;
}

static gboolean
check_raw (int fd, const guint8 *head, gsize length, guint64 size, const char *name,
           GError **error)
{
  const char *seen = v2v_disk_format_sniff (head, length);
  guint8 tail[V2V_DISK_TAIL_SIZE];
  gsize got;

  if (seen == NULL && size >= sizeof tail) {
    if (!read_at (fd, size - sizeof tail, tail, sizeof tail, &got, name, error))
      return FALSE;
    seen = v2v_disk_format_sniff_tail (tail, got);
  }
  if (seen != NULL && v2v_disk_format_is_known (seen))
    return refuse (error, name,
                   "was taken as raw but has a %s header: if that is what it is, say "
                   "--format %s",
                   seen, seen);
  if (seen != NULL)
    return refuse (error, name,
                   "was taken as raw (see --format) but has a %s header: convert it first, "
                   "with 'qemu-img convert -f %s -O raw'",
                   seen, seen);
  if (size % SECTOR != 0)
    return refuse (error, name,
                   "is truncated: %" G_GUINT64_FORMAT " bytes are not a whole number of %d "
                   "byte sectors",
                   size, SECTOR);
  return TRUE;
}

static gboolean
check_content (V2vSourceDisk *disk, int fd, const char *name, GError **error)
{
  g_auto (V2vDiskId) id = { 0 };
  guint8 head[V2V_DISK_HEAD_SIZE];
  gsize length;

  if (!v2v_disk_id_read (fd, name, &id, error))
    return FALSE;
  if (id.size == 0)
    return refuse (error, name, "is empty");
  if (!read_at (fd, 0, head, sizeof head, &length, name, error))
    return FALSE;
  if (g_str_equal (disk->format, "raw")) {
    disk->size = id.size;
    return check_raw (fd, head, length, id.size, name, error);
  }
  return v2v_disk_format_check_header (disk->format, head, length, name, error)
         && v2v_disk_format_check_image (disk->real_path, disk->format, name, &disk->size,
                                         error);
}

/* Opens for writing and writes nothing: the one question that mode bits, read-only
 * mounts, immutable files and security modules all answer. */
static gboolean
check_writable (const V2vSourceDisk *disk, const char *name, GError **error)
{
  v2v_fd fd = open (disk->real_path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  int read_only = 0;

  if (fd < 0)
    return v2v_error_from_errno (error, errno, "disk '%s' cannot be written", name);
  /* The kernel lets a read-only device be opened for writing. */
  if (ioctl (fd, BLKROGET, &read_only) == 0 && read_only != 0)
    return v2v_error_from_errno (error, EROFS, "disk '%s' cannot be written", name);
  return TRUE;
}

static gboolean
check_disk (V2vSourceDisk *disk, gboolean need_write, GError **error)
{
  g_autofree char *name = v2v_str_printable (disk->path, PATH_MAX);
  v2v_fd fd = -1;

  if (disk->format == NULL)
    disk->format = g_strdup ("raw");
  if (!v2v_disk_format_is_known (disk->format)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "disk '%s': format '%s' cannot be converted in place; known are raw, qcow2 "
                 "and vmdk",
                 name, disk->format);
    return FALSE;
  }
  if (!resolve (disk, name, error) || !check_kind (disk, name, error))
    return FALSE;
  fd = open (disk->real_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return v2v_error_from_errno (error, errno, "opening disk '%s'", name);
  /* Before the image is looked into: one that is being written looks damaged. */
  if (need_write && !v2v_disk_use_check (fd, disk->real_path, name, error))
    return FALSE;
  if (!check_content (disk, fd, name, error))
    return FALSE;
  return !need_write || check_writable (disk, name, error);
}

static gboolean
is_same_file (const struct stat *a, const struct stat *b)
{
  if (S_ISBLK (a->st_mode) && S_ISBLK (b->st_mode))
    return a->st_rdev == b->st_rdev;
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* By what the names lead to: symbolic and hard links, other device nodes. */
static gboolean
check_given_once (const V2vSource *source, GError **error)
{
  g_autofree struct stat *st = g_new0 (struct stat, source->disks->len);

  for (guint i = 0; i < source->disks->len; i++) {
    const V2vSourceDisk *disk = g_ptr_array_index (source->disks, i);

    if (stat (disk->real_path, &st[i]) < 0)
      return v2v_error_from_errno (error, errno, "reading disk '%s'", disk->real_path);
    for (guint j = 0; j < i; j++) {
      const V2vSourceDisk *other = g_ptr_array_index (source->disks, j);
      g_autofree char *name = NULL;
      g_autofree char *twin = NULL;

      if (!is_same_file (&st[i], &st[j]))
        continue;
      name = v2v_str_printable (disk->path, PATH_MAX);
      twin = v2v_str_printable (other->path, PATH_MAX);
      return refuse (error, name, "is given twice: it is the same disk as '%s'", twin);
    }
  }
  return TRUE;
}

gboolean
v2v_source_check_disks (V2vSource *source, gboolean need_write, GError **error)
{
  if (source->disks->len == 0 || source->disks->len > MAX_DISKS) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "%s",
                 source->disks->len == 0 ? "no disk was given"
                                         : "more than 256 disks were given");
    return FALSE;
  }
  for (guint i = 0; i < source->disks->len; i++) {
    if (!check_disk (g_ptr_array_index (source->disks, i), need_write, error))
      return FALSE;
  }
  return check_given_once (source, error);
}
