/* SPDX-License-Identifier: GPL-2.0-or-later
 * initramfs-init.c - the first process of test-initramfs-boot.sh: what has the kernel unpacked?
 *
 * Compiled statically by the test; uses nothing of the project.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

static int bad;

static void
say (const char *what, const char *path)
{
  char line[256];
  int n = snprintf (line, sizeof line, "V2V-BAD %s %s\n", what, path);

  bad = 1;
  if (write (1, line, (size_t) n) < 0)
    bad = 2;
}

static void
expect (const char *path, const char *want)
{
  char buf[256] = "";
  int fd = open (path, O_RDONLY);

  if (fd < 0) {
    say ("absent", path);
    return;
  }
  if (read (fd, buf, sizeof buf - 1) < 0 || strcmp (buf, want) != 0)
    say ("content", path);
  close (fd);
}

static void
expect_absent (const char *path)
{
  struct stat st;

  if (lstat (path, &st) == 0)
    say ("present", path);
}

/* The bytes that image-driver made: halves of noise and of runs. */
static void
expect_noise (const char *path, unsigned size)
{
  static unsigned char buf[65536];
  unsigned state = 1;
  unsigned at = 0;
  int fd = open (path, O_RDONLY);
  ssize_t n;

  while (fd >= 0 && (n = read (fd, buf, sizeof buf)) > 0) {
    for (ssize_t i = 0; i < n; i++, at++) {
      state = state * 1103515245u + 12345u;
      if (buf[i] != (unsigned char) (at % 65536 < 32768 ? state >> 16 : at >> 16)) {
        say ("content", path);
        return;
      }
    }
  }
  if (at != size)
    say ("size", path);
}

int
main (void)
{
  struct stat one, two;

  expect ("/etc/kept", "kept\n");
  expect ("/etc/replaced", "new\n");
  expect ("/etc/new.d/new", "new\n");
  expect ("/usr/lib/modules/6.1/new.ko", "new\n");
  expect ("/lib/modules/6.1/new.ko", "new\n");
  expect ("/link-1", "linked\n");
  expect ("/link-2", "linked\n");
  expect_absent ("/link-3");
  expect_absent ("/etc/removed.d");
  expect_noise ("/noise", 11 * 1024 * 1024 + 3);
  if (stat ("/link-1", &one) != 0 || stat ("/link-2", &two) != 0 || one.st_ino != two.st_ino)
    say ("link", "/link-1");
  if (stat ("/etc/kept", &one) != 0 || one.st_uid != 5 || one.st_mtime != 1000000000)
    say ("owner", "/etc/kept");
  if (!bad && write (1, "V2V-MARKER-OK\n", 14) < 0)
    bad = 2;
  sync ();
  reboot (RB_AUTOBOOT);
  return bad;
}
