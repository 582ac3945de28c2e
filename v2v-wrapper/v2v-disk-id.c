/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-disk-id.c - is this still the same disk?
 */
#include <config.h>

#include "v2v-disk-id.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define SERIAL_MAX 4096

/* The first of the names that the kernel gives to this kind of device. */
static char *
dup_serial (dev_t device)
{
  static const char *const files[]
    = { "dm/uuid", "wwid", "device/wwid", "serial", "device/serial", "loop/backing_file" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_strdup_printf ("/sys/dev/block/%u:%u/%s", major (device),
                                             minor (device), files[i]);
    g_autofree char *text = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL))
      continue;
    g_strstrip (text);
    if (*text != '\0' && strlen (text) <= SERIAL_MAX)
      return g_strconcat (files[i], " ", text, NULL);
  }
  return NULL;
}

static gint64
birth_time (int fd)
{
  struct statx sx;

  if (statx (fd, "", AT_EMPTY_PATH, STATX_BTIME, &sx) < 0
      || (sx.stx_mask & STATX_BTIME) == 0)
    return 0;
  return sx.stx_btime.tv_sec * G_GINT64_CONSTANT (1000000000) + sx.stx_btime.tv_nsec;
}

gboolean
v2v_disk_id_read (int fd, const char *name, V2vDiskId *out_id, GError **error)
{
  struct stat st;
  guint64 size;

  if (fstat (fd, &st) < 0)
    return v2v_error_from_errno (error, errno, "reading disk '%s'", name);
  if (S_ISBLK (st.st_mode)) {
    if (ioctl (fd, BLKGETSIZE64, &size) < 0)
      return v2v_error_from_errno (error, errno, "asking for the size of disk '%s'", name);
    *out_id = (V2vDiskId){ .block = TRUE,
                           .size = size,
                           .device = st.st_rdev,
                           .serial = dup_serial (st.st_rdev) };
  } else {
    *out_id = (V2vDiskId){ .size = (guint64) st.st_size,
                           .device = st.st_dev,
                           .inode = st.st_ino,
                           .born = birth_time (fd) };
  }
  return TRUE;
}

gboolean
v2v_disk_id_is_same (const V2vDiskId *a, const V2vDiskId *b)
{
  if (a->block != b->block || a->size != b->size)
    return FALSE;
  if (a->block) {
    if (a->serial != NULL && b->serial != NULL)
      return g_str_equal (a->serial, b->serial);
    return a->device == b->device;
  }
  if (a->inode != b->inode)
    return FALSE;
  if (a->born != 0 && b->born != 0)
    return a->born == b->born;
  return a->device == b->device;
}

void
v2v_disk_id_clear (V2vDiskId *id)
{
  g_clear_pointer (&id->serial, g_free);
}
