/* SPDX-License-Identifier: GPL-2.0-or-later
 * The parts of guest/ that need no appliance.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "v2v-appliance-private.h"
#include "v2v-key.h"
#include "v2v-luks.h"
#include "v2v-names.h"
#include "v2v-probe.h"

static void
test_cpu_flags (void)
{
  g_assert_true (v2v_accel_cpu_can ("processor\t: 0\nflags\t\t: fpu vmx sse2\n\nflags\t: fpu\n"));
  g_assert_true (v2v_accel_cpu_can ("flags\t\t: fpu svm"));
  g_assert_false (v2v_accel_cpu_can ("model name : vmx svm\nflags\t\t: fpu svm_lock vmxnet\n"));
  g_assert_false (v2v_accel_cpu_can ("processor\t: 0\n"));
  g_assert_false (v2v_accel_cpu_can (""));
}

/* The newest processors list "vmx flags" in a line of their own. */
static void
test_cpu_vmx_flags_line (void)
{
  g_assert_false (v2v_accel_cpu_can ("vmx flags\t: vnmi\nflags\t\t: fpu\n"));
}

static const char *
probe_value (const V2vProbe *probe, const char *device, const char *name)
{
  char **pairs = g_hash_table_lookup (probe->pairs, device);

  for (; pairs != NULL && *pairs != NULL; pairs += 2)
    if (g_str_equal (pairs[0], name))
      return pairs[1];
  return NULL;
}

/* The kernel met the appliance's own disk first, and the second disk before the first. */
#define PROBE_SIZES                                                                          \
  "2:0:2:0/block/sda/size:9\n2:0:0:0/block/sdc/size:6291456\n2:0:1:0/block/sdb/size:0\n"     \
  "2:0:0:0/block/sdc/sdc1/size:5502976\n2:0:0:0/block/sdc/sdc10/size:8\n"                    \
  "2:0:0:0/block/sdc/sdc2/size:100\n2:0:2:0/block/sda/sda1/size:9\n\n"

static void
test_probe (void)
{
  g_autoptr (V2vProbe) probe
    = v2v_probe_parse (PROBE_SIZES "DEVNAME=/dev/sda\nTYPE=ext2\n\n"
                                   "DEVNAME=/dev/sda1\nTYPE=ext2\n\n"
                                   "DEVNAME=/dev/sdc\nPTTYPE=gpt\n\n"
                                   "DEVNAME=/dev/sdc1\nLABEL=a=b\nTYPE=ext4\n\n"
                                   "DEVNAME=/dev/sdc2\nno pair\n\n"
                                   "DEVNAME=/dev/sdc1\nTYPE=second\n\n"
                                   "TYPE=xfs\n\n\nDEVNAME=/dev/sdc10\n",
                       2);
  static const char *const partitions[] = { "/dev/sda1", "/dev/sda2", "/dev/sda10" };

  g_assert_nonnull (probe);
  g_assert_cmpuint (probe->disks->len, ==, 2);
  g_assert_cmpstr (probe->disks->pdata[0], ==, "/dev/sda");
  g_assert_cmpstr (probe->disks->pdata[1], ==, "/dev/sdb");
  g_assert_cmpuint (probe->partitions->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (probe->partitions->pdata[i], ==, partitions[i]);
  g_assert_cmpuint (*(guint64 *) g_hash_table_lookup (probe->sizes, "/dev/sda"), ==,
                    3ULL * 1024 * 1024 * 1024);
  g_assert_cmpuint (*(guint64 *) g_hash_table_lookup (probe->sizes, "/dev/sdb"), ==, 0);
  g_assert_cmpstr (probe_value (probe, "/dev/sda", "PTTYPE"), ==, "gpt");
  g_assert_cmpstr (probe_value (probe, "/dev/sda1", "LABEL"), ==, "a=b");
  g_assert_cmpstr (probe_value (probe, "/dev/sda1", "TYPE"), ==, "ext4");
  /* To be asked alone: damaged, not mentioned; and the appliance's is not ours. */
  g_assert_null (g_hash_table_lookup (probe->pairs, "/dev/sda2"));
  g_assert_null (g_hash_table_lookup (probe->pairs, "/dev/sdb"));
  g_assert_cmpuint (g_hash_table_size (probe->pairs), ==, 3);
}

/* As many letters as it takes. */
static void
test_probe_many (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (V2vProbe) probe = NULL;

  for (guint i = 0; i < 28; i++)
    g_string_append_printf (text, "0:0:%u:0/block/sd%s%c/size:1\n", 27 - i, i < 26 ? "" : "a",
                            'a' + i % 26);
  probe = v2v_probe_parse (text->str, 28);
  g_assert_nonnull (probe);
  g_assert_cmpstr (probe->disks->pdata[25], ==, "/dev/sdz");
  g_assert_cmpstr (probe->disks->pdata[27], ==, "/dev/sdab");
}

/* What is not the disks that were added makes the caller ask one by one. */
static void
test_probe_odd (void)
{
#define ONE "2:0:0:0/block/sda/size:1\n"
  static const char *const texts[] = {
    "",
    "\n",
    "sh: grep: not found\n\nDEVNAME=/dev/sda\nPTTYPE=gpt\n",
    ONE,
    ONE "2:0:0:0/block/sdb/size:1\n",
    ONE "2:0:0:0/block/sda/size:1\n",
    ONE "2:0:1:1/block/sdb/size:1\n",
    ONE "2:1:1:0/block/sdb/size:1\n",
    ONE "2:0:1/block/sdb/size:1\n",
    ONE "2:0:99999999999:0/block/sdb/size:1\n",
    ONE "2:0:1:0/block/sdb/size:-1\n",
    ONE "2:0:1:0/block/sdb/size:99999999999999999999\n",
    ONE "2:0:1:0/block/sdb/size:\n",
    ONE "2:0:1:0/block/sdb/sdb/size:1\n",
    ONE "2:0:1:0/block/sdb/sdc1/size:1\n",
    ONE "2:0:1:0/block/sdb1/size:1\n",
    ONE "2:0:1:0/block/sdb/sdb1/size:1\n",
    ONE "2:0:1:0/block/vdb/size:1\n",
    ONE "2:0:1:0/block/sdb/size:1\n2:0:1:0/block/sdb/sdb1/size:1\n2:0:1:0/block/sdb/sdb1/size:1\n",
    ONE "2:0:1:0/block/sdb/size:1\n2:0:2:0/block/sdc/size:1\n2:0:3:0/block/sdd/size:1\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (v2v_probe_parse (texts[i], 2));
}

static void
test_needs_tcg_says_why (void)
{
  const char *why = NULL;
  gboolean needs = v2v_appliance_needs_tcg (&why);

  g_assert_nonnull (why);
  g_assert_true (needs == !g_str_equal (why, "KVM works"));
  g_assert_true (v2v_appliance_needs_tcg (NULL) == needs);
}

static void
test_device_names (void)
{
  static const struct {
    const char *name;
    int disk, number;
  } rows[] = { { "/dev/sda", 0, 0 },    { "/dev/sda1", 0, 1 },     { "/dev/sdz15", 25, 15 },
               { "/dev/sdaa", 26, 0 },  { "/dev/sdab128", 27, 128 }, { "/dev/md127p1", -1, 0 },
               { "/dev/sd", -1, 0 },    { "/dev/sd1", -1, 0 },     { "/dev/sda1x", -1, 0 },
               { "/dev/vg/sda1", -1, 0 }, { "/dev/sdaaaaaaaaaaaaaaaaaaaaaaaa1", -1, 0 },
               { "/dev/sda99999999999999999999", -1, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint disk = 99;
    guint number = 99;
    gboolean known = v2v_disks_parse_name (rows[i].name, &disk, &number);

    g_assert_true (known == (rows[i].disk >= 0));
    if (known) {
      g_assert_cmpuint (disk, ==, (guint) rows[i].disk);
      g_assert_cmpuint (number, ==, (guint) rows[i].number);
    }
  }
}

static void
test_unescape (void)
{
  static const char *const rows[][2]
    = { { "plain", "plain" },          { "a\\ b\\$c", "a b$c" }, { "\\x41\\x0a", "A\n" },
        { "back\\\\x41", "back\\x41" }, { "\\xzz", "xzz" },       { "end\\", "end\\" },
        { "\\x4", "x4" },               { "", "" } };

  g_assert_null (v2v_disks_unescape (NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = v2v_disks_unescape (rows[i][0]);

    g_assert_cmpstr (text, ==, rows[i][1]);
  }
}

static void
test_split (void)
{
  static const char *const rows[][3]
    = { { "/etc/fstab", "/etc", "fstab" }, { "/etc", "/", "etc" },   { "/", "/", "." },
        { "//etc//fstab", "//etc", "fstab" }, { "/a/..", "/a/..", "." },
        { "/a/", "/a/", "." },             { "/a//", "/a//", "." },
        { "/a/.", "/a/.", "." },           { "/a/...", "/a", "..." } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *directory = NULL;
    g_autofree char *name = NULL;

    v2v_names_split (rows[i][0], &directory, &name);
    g_assert_cmpstr (directory, ==, rows[i][1]);
    g_assert_cmpstr (name, ==, rows[i][2]);
  }
}

static void
put_names (const V2vNames *names, const char *data, gsize length)
{
  int fd = open (v2v_names_path (names), O_WRONLY | O_TRUNC | O_CREAT, 0666);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, length), ==, (gssize) length);
  close (fd);
}

static void
test_names (void)
{
  guestfs_h *g = guestfs_create ();
  V2vNames *names = v2v_names_new (2, g, NULL);
  g_autoptr (GPtrArray) list = NULL;

  put_names (names, "a\0new\nline", 11);
  v2v_names_finish (names);
  g_assert_false (v2v_names_is_full (names));
  list = v2v_names_steal (names);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (list->pdata[1], ==, "new\nline");
  v2v_names_free (names);

  names = v2v_names_new (2, g, NULL);
  put_names (names, "a\0b\0c", 6);
  v2v_names_finish (names);
  g_assert_true (v2v_names_is_full (names));
  v2v_names_free (names);
  v2v_names_free (v2v_names_new (2, g, NULL));
  guestfs_close (g);
}

static pid_t
start_child (void)
{
  pid_t pid = fork ();

  if (pid == 0) {
    pause ();
    _exit (0);
  }
  return pid;
}

static void
assert_killed (pid_t pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
}

/* Only what was started under the guard is killed. */
static void
test_guard_cancel (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  pid_t older = start_child ();
  V2vGuard *guard = v2v_guard_start (cancel, -1, 100);
  pid_t younger = start_child ();

  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "stop");
  assert_killed (younger);
  g_assert_false (v2v_guard_stop (guard));
  g_assert_cmpint (waitpid (older, NULL, WNOHANG), ==, 0);
  kill (older, SIGKILL);
  assert_killed (older);
}

static void
test_guard_hold (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  V2vGuard *guard = v2v_guard_start (cancel, -1, 100);
  pid_t child = start_child ();

  g_assert_true (v2v_cancel_hold (cancel, NULL));
  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "stop");
  g_usleep (400 * 1000);
  g_assert_cmpint (waitpid (child, NULL, WNOHANG), ==, 0);
  g_assert_false (v2v_guard_stop (guard));
  kill (child, SIGKILL);
  assert_killed (child);
}

static void
test_guard_time (void)
{
  pid_t child = start_child ();
  int pidfd = (int) syscall (SYS_pidfd_open, child, 0);
  V2vGuard *guard = v2v_guard_start (NULL, pidfd, 1);
  gint64 begin = g_get_monotonic_time ();

  assert_killed (child);
  g_assert_cmpint (g_get_monotonic_time () - begin, >, G_TIME_SPAN_SECOND / 2);
  g_assert_true (v2v_guard_is_late (guard));
  g_assert_true (v2v_guard_stop (guard));
  close (pidfd);
}

/* supermin may take its time: the clock of the launch stands still. */
static void
test_guard_supermin (void)
{
  V2vGuard *guard = v2v_guard_start (NULL, -1, 1);
  pid_t child = fork ();

  if (child == 0) {
    int fd = open ("/proc/self/comm", O_WRONLY);

    if (write (fd, "supermin", 8) == 8)
      pause ();
    _exit (1);
  }
  g_usleep (1500 * 1000);
  g_assert_cmpint (waitpid (child, NULL, WNOHANG), ==, 0);
  g_assert_false (v2v_guard_is_late (guard));
  kill (child, SIGKILL);
  assert_killed (child);
  v2v_guard_stop (guard);
}

static void
test_cancelled_before (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  V2vDrive drive = { "/no/such/disk", "raw" };
  g_autoptr (GError) error = NULL;

  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "stop");
  g_assert_null (v2v_appliance_launch (&drive, 1, TRUE, cancel, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
}

static void
test_no_disk (void)
{
  V2vDrive drive = { "/no/such/disk", "raw" };
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_appliance_launch (&drive, 1, TRUE, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "'/no/such/disk'"));
}

/* The handle reads its environment with the printing handler already gone. */
static void
test_bad_environment (void)
{
  V2vDrive drive = { "/no/such/disk", "raw" };
  g_autoptr (GError) error = NULL;

  g_setenv ("LIBGUESTFS_MEMSIZE", "much", TRUE);
  g_assert_null (v2v_appliance_launch (&drive, 1, TRUE, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_INTERNAL);
  g_assert_nonnull (strstr (error->message, "LIBGUESTFS_MEMSIZE"));
  g_unsetenv ("LIBGUESTFS_MEMSIZE");
}

/* The guest writes the id: what could be anything else is no part of a name. */
static void
test_luks_names (void)
{
  static const char id[] = "0f0e0d0c-1111-4222-8333-abcdefABCDEF";
  static const char *const odd[]
    = { NULL, "", "control", "../../etc/passwd-0000000000000000000", "0f0e0d0c-1111-4222-8333-abcdefABCDE",
        "0f0e0d0c-1111-4222-8333-abcdefABCDEF0", "0f0e0d0c-1111-4222-8333-abcdefABCDE/" };
  g_autofree char *good = v2v_luks_dup_name (id, FALSE, 3);
  g_autofree char *taken = v2v_luks_dup_name (id, TRUE, 3);

  g_assert_cmpstr (good, ==, "luks-0f0e0d0c-1111-4222-8333-abcdefABCDEF");
  g_assert_cmpstr (taken, ==, "luks-volume-3");
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autofree char *name = v2v_luks_dup_name (odd[i], FALSE, 1);

    g_assert_cmpstr (name, ==, "luks-volume-1");
  }
}

static void
add_volume (V2vGuest *guest, guint i)
{
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  fs->device = g_strdup_printf ("/dev/sda%u", i);
  fs->type = g_strdup (i == 0 ? "ext4" : "crypto_LUKS");
}

/* One more than are opened, by their number and not by what else is there. */
static void
test_luks_count (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autoptr (V2vKey) key = v2v_key_new ();
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  key->id = g_strdup ("all");
  g_ptr_array_add (keys, key);
  for (guint i = 0; i <= 64; i++)
    add_volume (guest, i);
  g_assert_true (v2v_luks_check_count (keys, guest, &error));
  g_assert_no_error (error);
  g_assert_false (v2v_luks_has_key (keys, guest->filesystems->pdata[0]));
  g_assert_true (v2v_luks_has_key (keys, guest->filesystems->pdata[1]));
  add_volume (guest, 65);
  g_assert_false (v2v_luks_check_count (keys, guest, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "the keys are for 65 LUKS volumes, and at most 64"));
  g_clear_error (&error);
  g_free (key->id);
  key->id = g_strdup ("/dev/sda65");
  g_assert_true (v2v_luks_check_count (keys, guest, &error));
  g_assert_no_error (error);
  g_assert_false (v2v_luks_has_key (keys, guest->filesystems->pdata[1]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/appliance/cpu-flags", test_cpu_flags);
  g_test_add_func ("/appliance/cpu-vmx-flags-line", test_cpu_vmx_flags_line);
  g_test_add_func ("/appliance/needs-tcg-says-why", test_needs_tcg_says_why);
  g_test_add_func ("/appliance/cancelled-before", test_cancelled_before);
  g_test_add_func ("/appliance/no-disk", test_no_disk);
  g_test_add_func ("/appliance/luks-count", test_luks_count);
  g_test_add_func ("/appliance/bad-environment", test_bad_environment);
  g_test_add_func ("/disks/device-names", test_device_names);
  g_test_add_func ("/disks/probe", test_probe);
  g_test_add_func ("/disks/probe-many", test_probe_many);
  g_test_add_func ("/disks/probe-odd", test_probe_odd);
  g_test_add_func ("/disks/unescape", test_unescape);
  g_test_add_func ("/luks/names", test_luks_names);
  g_test_add_func ("/names/split", test_split);
  g_test_add_func ("/names/limit", test_names);
  g_test_add_func ("/guard/cancel", test_guard_cancel);
  g_test_add_func ("/guard/hold", test_guard_hold);
  g_test_add_func ("/guard/time", test_guard_time);
  g_test_add_func ("/guard/supermin", test_guard_supermin);
  return g_test_run ();
}
