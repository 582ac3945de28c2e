/* SPDX-License-Identifier: GPL-2.0-or-later
 * init.c - the first process of our appliance
 *
 * The stock /init of libguestfs is a shell script that starts udev and looks for LVM, MD
 * and LDM whether there is any: more than half of the time until guestfsd answers.  This
 * one makes the device nodes and links that guestfsd needs, and starts only what the
 * disks ask for.  What it does not do (network, the rescue shell, SELinux, another
 * channel, all of udev for programs of a guest) the stock script does: it is still there.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define STOCK_INIT "/init.stock"
#define STOCK_UDEVADM "/usr/bin/udevadm.stock"
#define UDEVADM "/usr/bin/udevadm"
/* Unpacked by scripts/build-appliance. */
#define MODULES "/usr/lib/v2v-appliance"
/* LVM on MD on LVM ...: how deep it is followed. */
#define ROUNDS_MAX 8
#define DEVICES_MAX 4096

static void
complain (const char *what)
{
  fprintf (stderr, "v2v appliance: %s: %s\n", what, strerror (errno));
}

static void
make_directory (const char *path)
{
  if (mkdir (path, 0755) < 0 && errno != EEXIST)
    complain (path);
}

static void
mount_on (const char *path, const char *type, unsigned long flags, const char *options)
{
  make_directory (path);
  /* EBUSY: the kernel has mounted it already (devtmpfs). */
  if (mount (type, path, type, flags, options) < 0 && errno != EBUSY)
    complain (path);
}

static void
make_link (const char *target, const char *path)
{
  if (symlink (target, path) < 0 && errno != EEXIST)
    complain (path);
}

static void
make_file (const char *path, const char *text)
{
  if (device_write (path, text) < 0)
    complain (path);
}

/* Opening such a node loads the module: no modprobe has to run at the start. */
static void
make_node (const char *path, unsigned major, unsigned minor)
{
  if (mknod (path, S_IFCHR | 0600, makedev (major, minor)) < 0 && errno != EEXIST)
    complain (path);
}

/* Runs @argv and waits for it, and for whatever ends meanwhile: the first process has to. */
static void
run (const char *const *argv)
{
  pid_t pid = fork ();
  pid_t done;

  if (pid == 0) {
    execvp (argv[0], (char *const *) argv);
    complain (argv[0]);
    _exit (127);
  }
  if (pid < 0) {
    complain ("fork");
    return;
  }
  do
    done = waitpid (-1, NULL, 0);
  while (done != pid && (done >= 0 || errno == EINTR));
}

static int
has_word (const char *line, const char *word, int whole)
{
  size_t length = strlen (word);

  for (const char *p = strstr (line, word); p != NULL; p = strstr (p + 1, word)) {
    if ((p == line || p[-1] == ' ') && (!whole || p[length] == ' ' || p[length] == '\0'))
      return 1;
  }
  return 0;
}

static void
read_command_line (char *line, size_t size)
{
  int fd = open ("/proc/cmdline", O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read (fd, line, size - 1) : -1;

  if (fd >= 0)
    close (fd);
  line[n > 0 ? n : 0] = '\0';
  line[strcspn (line, "\n")] = '\0';
}

static int
needs_stock (const char *line)
{
  return has_word (line, "v2v_appliance=stock", 1) || has_word (line, "guestfs_network=1", 1)
         || has_word (line, "guestfs_rescue=1", 1) || has_word (line, "selinux=1", 1)
         || has_word (line, "guestfs_channel=", 0);
}

/* The root disk is a scratch overlay, so this is undone with the end of the appliance. */
static void
run_stock (char **argv)
{
  if (rename (STOCK_UDEVADM, UDEVADM) < 0)
    complain (UDEVADM);
  if (umount ("/proc") < 0)
    complain ("/proc");
  execv (STOCK_INIT, argv);
  complain (STOCK_INIT);
}

static void
make_dev (void)
{
  mount_on ("/sys", "sysfs", 0, NULL);
  mount_on ("/dev", "devtmpfs", 0, NULL);
  mount_on ("/dev/pts", "devpts", 0, "gid=5,mode=620");
  mount_on ("/dev/shm", "tmpfs", 0, "mode=1777");
  mount_on ("/run", "tmpfs", MS_NOSUID, "size=20%,mode=0755");
  make_directory ("/dev/mapper");
  make_directory ("/dev/virtio-ports");
  make_directory ("/dev/disk");
  make_directory ("/dev/disk/by-path");
  make_directory ("/dev/disk/by-uuid");
  make_directory ("/dev/disk/by-label");
  make_link ("/proc/self/fd", "/dev/fd");
  make_node ("/dev/mapper/control", 10, 236);
  make_node ("/dev/loop-control", 10, 237);
  make_node ("/dev/fuse", 10, 229);
  make_node ("/dev/btrfs-control", 10, 234);
}

static void
make_directories (void)
{
  static const char *const directories[]
    = { "/sysroot", "/tmp", "/var/tmp", "/run/lock", "/run/lvm", "/run/cryptsetup",
        "/run/mdadm", "/tmp/lvm" };

  for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
    make_directory (directories[i]);
  if (chmod ("/tmp", 01777) < 0 || chmod ("/var/tmp", 01777) < 0)
    complain ("/tmp");
  make_link ("../run/lock", "/var/lock");
  make_link ("/proc/mounts", "/etc/mtab");
}

/* Nobody answers for udev: libdm must make its nodes itself and wait for nothing.
 * guestfsd rewrites lvm.conf for a filter, so the environment says it as well. */
static void
set_up_lvm (void)
{
  make_file ("/tmp/lvm/lvm.conf", "devices {\n"
                                  "\tuse_devicesfile=0\n"
                                  "\tobtain_device_list_from_udev=0\n"
                                  "}\n"
                                  "activation {\n"
                                  "\tudev_sync=0\n"
                                  "\tudev_rules=0\n"
                                  "\tverify_udev_operations=0\n"
                                  "\tmonitoring=0\n"
                                  "}\n");
  setenv ("LVM_SYSTEM_DIR", "/tmp/lvm", 1);
  setenv ("DM_DISABLE_UDEV", "1", 1);
  setenv ("MDADM_NO_UDEV", "1", 1);
}

/* guestfsd talks to the library through a port that it opens by name. */
static void
name_ports (void)
{
  DIR *dir = opendir ("/sys/class/virtio-ports");
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL) {
    char path[DEVICE_PATH_MAX];
    char name[DEVICE_NAME_MAX] = "";
    char target[DEVICE_PATH_MAX];
    FILE *file;

    snprintf (path, sizeof path, "/sys/class/virtio-ports/%s/name", entry->d_name);
    file = entry->d_name[0] != '.' ? fopen (path, "re") : NULL;
    if (file == NULL)
      continue;
    if (fscanf (file, "%63[^/\n]", name) == 1) {
      snprintf (path, sizeof path, "/dev/virtio-ports/%s", name);
      snprintf (target, sizeof target, "../%s", entry->d_name);
      make_link (target, path);
    }
    fclose (file);
  }
  if (dir != NULL)
    closedir (dir);
}

static void
bring_up_loopback (void)
{
  struct ifreq request = { .ifr_name = "lo" };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (fd < 0 || ioctl (fd, SIOCSIFFLAGS, &request) < 0)
    complain ("lo");
  if (fd >= 0)
    close (fd);
}

/* A remote image can take its time to answer. */
static void
be_patient (const char *name)
{
  char path[DEVICE_PATH_MAX];

  snprintf (path, sizeof path, "/sys/class/block/%s/device/timeout", name);
  if (access (path, W_OK) == 0)
    make_file (path, "300");
}

/* The devices that have been looked at. */
typedef struct {
  char names[DEVICES_MAX][DEVICE_NAME_MAX];
  size_t n;
} Seen;

static int
is_new (Seen *seen, const char *name)
{
  for (size_t i = 0; i < seen->n; i++) {
    if (strcmp (seen->names[i], name) == 0)
      return 0;
  }
  if (seen->n == DEVICES_MAX || strlen (name) >= DEVICE_NAME_MAX)
    return 0;
  memcpy (seen->names[seen->n++], name, strlen (name) + 1);
  return 1;
}

/* One member after the other, as udev has it done: an array starts when it is whole, and
 * arrays get their numbers in the order of their disks. */
static void
add_member (const char *name)
{
  char path[DEVICE_PATH_MAX];
  const char *const mdadm[] = { "mdadm", "-I", path, NULL };

  snprintf (path, sizeof path, "/dev/%s", name);
  run (mdadm);
}

/* What mounting a FAT file system asks for, in the order in which they need each other.  The
 * kernel would start modprobe for three of them, 60 ms each where it is emulated. */
static void
load_fat (void)
{
  static const char *const names[] = { "fat", "vfat", "nls_cp437", "nls_ascii" };

  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char path[DEVICE_PATH_MAX];
    int fd;

    snprintf (path, sizeof path, MODULES "/%s.ko", names[i]);
    fd = open (path, O_RDONLY | O_CLOEXEC);
    /* Built in, or the kernel is on its own. */
    if (fd < 0)
      continue;
    if (syscall (SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
      complain (path);
    close (fd);
  }
}

static unsigned
look_at_one (Seen *seen, const char *name)
{
  unsigned found;

  if (!device_is_candidate (name) || !is_new (seen, name))
    return 0;
  be_patient (name);
  found = device_look (name);
  /* An array that waits for its other half is worth another look. */
  if (found & DEVICE_EMPTY)
    seen->n--;
  if (found & DEVICE_MD)
    add_member (name);
  if (found & DEVICE_FAT)
    load_fat ();
  return found & ~(unsigned) (DEVICE_EMPTY | DEVICE_FAT);
}

static unsigned
look_at_new (Seen *seen)
{
  struct dirent **entries;
  int n = scandir ("/sys/class/block", &entries, NULL, versionsort);
  unsigned flags = 0;

  if (n < 0) {
    complain ("/sys/class/block");
    return 0;
  }
  for (int i = 0; i < n; i++) {
    flags |= look_at_one (seen, entries[i]->d_name);
    free (entries[i]);
  }
  free (entries);
  return flags;
}

/* All SCSI disks are there and their partitions read: the kernel ends the loading of a
 * module (sd_mod, virtio_scsi, virtio_pci, by supermin's init) only when the probes
 * that it started have ended. */
static void
start_devices (void)
{
  static const char *const mdadm[] = { "mdadm", "-As", "--auto=yes", "--run", NULL };
  static const char *const pvscan[] = { "lvm", "pvscan", "--cache", "--activate", "ay", NULL };
  static const char *const ldmtool[] = { "ldmtool", "create", "all", NULL };
  static Seen seen;
  unsigned found = look_at_new (&seen);
  unsigned all = found;
  int forced = 0;

  for (int i = 0; i < ROUNDS_MAX && found != 0; i++) {
    if (found & DEVICE_LVM)
      run (pvscan);
    device_settle ();
    found = look_at_new (&seen);
    if (found == 0 && (all & DEVICE_MD) && !forced) {
      /* Arrays that are not whole by now never will be. */
      forced = 1;
      run (mdadm);
      found = look_at_new (&seen);
    }
    all |= found;
  }
  if (all & DEVICE_LDM)
    run (ldmtool);
  device_settle ();
}

int
main (int argc, char **argv)
{
  const char *guestfsd[] = { "guestfsd", NULL, NULL };
  char line[8192];

  (void) argc;
  umask (0);
  mount_on ("/proc", "proc", 0, NULL);
  read_command_line (line, sizeof line);
  if (needs_stock (line))
    run_stock (argv);
  umask (022);
  setenv ("PATH", "/sbin:/usr/sbin:/bin:/usr/bin", 1);
  make_dev ();
  make_directories ();
  set_up_lvm ();
  name_ports ();
  bring_up_loopback ();
  start_devices ();
  if (has_word (line, "guestfs_verbose=1", 1))
    guestfsd[1] = "--verbose";
  puts ("v2v appliance: starting guestfsd");
  fflush (stdout);
  run (guestfsd);
  sync ();
  /* qemu runs with -no-reboot, so this ends it. */
  reboot (RB_AUTOBOOT);
  return 1;
}
