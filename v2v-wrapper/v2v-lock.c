/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-lock.c - one conversion of a disk at a time
 */
#include <config.h>

#include "v2v-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "v2v-disk-use.h"
#include "v2v-fd.h"
#include "v2v-work-dir.h"

/* Far from qemu's bytes 100-263; locks may lie beyond the end of a file. */
#define LOCK_BYTE 0x76327600
#define DIR_ATTEMPTS 10

struct _V2vLock {
  int fd;
  char *dir;  /* of v2v_lock_dir() */
  char *file; /* DIR/lock */
};

static V2vLock *
lock_new (int fd, const char *dir)
{
  V2vLock *lock = g_new0 (V2vLock, 1);

  lock->fd = fd;
  lock->dir = g_strdup (dir);
  lock->file = dir != NULL ? g_build_filename (dir, "lock", NULL) : NULL;
  return lock;
}

void
v2v_lock_free (V2vLock *lock)
{
  if (lock == NULL)
    return;
  if (lock->fd >= 0)
    close (lock->fd);
  g_free (lock->dir);
  g_free (lock->file);
  g_free (lock);
}

int
v2v_lock_get_fd (const V2vLock *lock)
{
  return lock->fd;
}

static gboolean
emulates_flock (int fd)
{
  struct statfs fs;

  if (fstatfs (fd, &fs) < 0)
    return FALSE;
  /* statfs(2): NFS_SUPER_MAGIC, SMB2_MAGIC_NUMBER, CIFS_MAGIC_NUMBER, SMB_SUPER_MAGIC */
  switch ((guint32) fs.f_type) {
  case 0x6969:
  case 0xfe534d42:
  case 0xff534d42:
  case 0x517b:
    return TRUE;
  default:
    return FALSE;
  }
}

int
v2v_lock_file (int fd, gboolean by_byte)
{
  struct flock byte
    = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTE, .l_len = 1 };

  if ((by_byte ? fcntl (fd, F_OFD_SETLK, &byte) : flock (fd, LOCK_EX | LOCK_NB)) == 0)
    return 0;
  return errno == EACCES || errno == EAGAIN ? EWOULDBLOCK : errno;
}

static gboolean
set_busy (GError **error, int fd, V2vHold hold, const char *name)
{
  g_autofree char *holder = v2v_disk_use_dup_holder (fd, hold);

  g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE,
               "disk '%s' is in use: %s has it open; try again when that has ended", name,
               holder != NULL ? holder : "a process that cannot be seen from here");
  return FALSE;
}

/* Why O_EXCL failed: asked on a plain descriptor, which is always granted. */
static gboolean
explain_busy_device (const char *path, const char *name, GError **error)
{
  v2v_fd fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0)
    return v2v_error_from_errno (error, errno, "opening disk '%s'", name);
  return v2v_disk_use_check (fd, path, name, error) && set_busy (error, fd, V2V_HOLD_OPEN, name);
}

V2vLock *
v2v_lock_disk (const char *path, const char *name, GError **error)
{
  v2v_fd fd = -1;
  struct stat st;
  gboolean block;
  int rc;

  if (stat (path, &st) < 0) {
    v2v_error_from_errno (error, errno, "reading disk '%s'", name);
    return NULL;
  }
  block = S_ISBLK (st.st_mode);
  fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (block ? O_EXCL : 0));
  if (fd < 0 && errno == EBUSY && block) {
    (void) explain_busy_device (path, name, error);
    return NULL;
  }
  if (fd < 0) {
    v2v_error_from_errno (error, errno, "disk '%s' cannot be written", name);
    return NULL;
  }
  rc = block ? 0 : v2v_lock_file (fd, emulates_flock (fd));
  if (rc == EWOULDBLOCK) {
    (void) set_busy (error, fd, V2V_HOLD_LOCKED, name);
    return NULL;
  }
  if (rc != 0) {
    v2v_error_from_errno (error, rc, "locking disk '%s'", name);
    return NULL;
  }
  return lock_new (v2v_fd_steal (&fd), NULL);
}

/* The file that we locked is still the one with that name: the last holder
 * removes it before it lets go. */
static gboolean
is_current (int fd, const char *file)
{
  struct stat mine, named;

  return fstat (fd, &mine) == 0 && stat (file, &named) == 0 && mine.st_dev == named.st_dev
         && mine.st_ino == named.st_ino;
}

/* 0, an errno value, or EAGAIN when the lock file was removed meanwhile. */
static int
try_lock_dir (V2vLock *lock)
{
  int rc;

  lock->fd = open (lock->file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock->fd < 0)
    return errno == ENOENT ? EAGAIN : errno;
  rc = v2v_lock_file (lock->fd, FALSE);
  if (rc == 0 && is_current (lock->fd, lock->file))
    return 0;
  if (rc == 0) {
    close (lock->fd);
    lock->fd = -1;
    return EAGAIN;
  }
  return rc == EWOULDBLOCK ? EBUSY : rc;
}

V2vLock *
v2v_lock_dir (const char *dir, GError **error)
{
  g_autoptr (V2vLock) lock = lock_new (-1, dir);
  int rc = EAGAIN;

  for (int i = 0; i < DIR_ATTEMPTS && rc == EAGAIN; i++) {
    if (!v2v_work_dir_make_private (dir, error))
      return NULL;
    rc = try_lock_dir (lock);
  }
  if (rc == EBUSY) {
    g_autofree char *holder = v2v_disk_use_dup_holder (lock->fd, V2V_HOLD_LOCKED);

    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE,
                 "work directory '%s' is in use by %s; try again when that has ended, or "
                 "give another one with --work-dir",
                 dir, holder != NULL ? holder : "another conversion");
    return NULL;
  }
  if (rc != 0) {
    v2v_error_from_errno (error, rc, "locking work directory '%s'", dir);
    return NULL;
  }
  return g_steal_pointer (&lock);
}

void
v2v_lock_remove_dir (V2vLock *lock)
{
  unlink (lock->file);
  rmdir (lock->dir);
}
