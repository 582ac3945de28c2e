/* SPDX-License-Identifier: GPL-2.0-or-later
 * mount.c - mount and umount, where that is one system call
 *
 * Most of what mount(8) does before it is loading libraries and guessing: 30 ms each time
 * where the processor is emulated.  guestfsd calls it in three ways: with a type and
 * options, to mount again with others, and umount.  Whatever is different, or fails, is left
 * to the real one, which is still there: it has the better words for it as well.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define REAL_MOUNT "/usr/bin/mount.stock"
#define REAL_UMOUNT "/usr/bin/umount.stock"
#define OPTIONS_MAX 4096

/* The kernel does these by itself: no helper, no name that has to be looked up. */
static int
is_plain_type (const char *type)
{
  static const char *const types[] = { "ext2", "ext3", "ext4", "xfs", "btrfs", "vfat" };

  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    if (strcmp (type, types[i]) == 0)
      return 1;
  }
  return 0;
}

/* @word as a flag of mount(2): set, or taken back; 0 when it is for the file system. */
static int
is_flag (const char *word, size_t length, unsigned long *flags)
{
  static const struct {
    const char *word;
    unsigned long set;
    unsigned long clear;
  } known[] = {
    { "ro", MS_RDONLY, 0 },
    { "rw", 0, MS_RDONLY },
    { "remount", MS_REMOUNT, 0 },
  };

  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (strlen (known[i].word) == length && strncmp (word, known[i].word, length) == 0) {
      *flags = (*flags | known[i].set) & ~known[i].clear;
      return 1;
    }
  }
  return 0;
}

/* Options of which it is known that the file system itself reads them. */
static int
is_data (const char *word, size_t length)
{
  static const char *const known[] = { "nouuid", "subvol=", "subvolid=" };

  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    size_t n = strlen (known[i]);

    if (known[i][n - 1] == '=' ? length > n && strncmp (word, known[i], n) == 0
                               : length == n && strncmp (word, known[i], n) == 0)
      return 1;
  }
  return 0;
}

/* 0 when there is one that is not known here. */
static int
parse_options (const char *options, unsigned long *flags, char *data)
{
  size_t used = 0;

  if (strlen (options) >= OPTIONS_MAX)
    return 0;
  for (const char *word = options; *word != '\0';) {
    size_t length = strcspn (word, ",");

    if (!is_flag (word, length, flags)) {
      if (!is_data (word, length))
        return 0;
      if (used > 0)
        data[used++] = ',';
      memcpy (data + used, word, length);
      used += length;
    }
    word += length + (word[length] == ',');
  }
  data[used] = '\0';
  return 1;
}

static int
try_mount (int argc, char **argv)
{
  const char *places[2] = { NULL, NULL };
  const char *options = NULL;
  const char *type = NULL;
  char data[OPTIONS_MAX];
  unsigned long flags = 0;
  int n = 0;

  for (int i = 1; i < argc; i++) {
    if (strcmp (argv[i], "-o") == 0 && i + 1 < argc && options == NULL)
      options = argv[++i];
    else if (strcmp (argv[i], "-t") == 0 && i + 1 < argc && type == NULL)
      type = argv[++i];
    else if (argv[i][0] == '/' && n < 2)
      places[n++] = argv[i];
    else
      return 0;
  }
  if (!parse_options (options != NULL ? options : "", &flags, data))
    return 0;
  if ((flags & MS_REMOUNT) != 0)
    return n == 1 && type == NULL && mount (NULL, places[0], NULL, flags, data) == 0;
  return n == 2 && type != NULL && is_plain_type (type)
         && mount (places[0], places[1], type, flags, data) == 0;
}

int
main (int argc, char **argv)
{
  const char *slash = argc > 0 ? strrchr (argv[0], '/') : NULL;
  const char *name = slash != NULL ? slash + 1 : argc > 0 ? argv[0] : "";
  int is_umount = strcmp (name, "umount") == 0;
  const char *real = is_umount ? REAL_UMOUNT : REAL_MOUNT;

  if (is_umount ? argc == 2 && argv[1][0] == '/' && umount2 (argv[1], 0) == 0
                : try_mount (argc, argv))
    return 0;
  execv (real, argv);
  perror (real);
  return 127;
}
