/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "v2v-confine.h"

#if defined(__SANITIZE_ADDRESS__)
#define RELAXED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RELAXED 1
#endif
#endif
#ifndef RELAXED
#define RELAXED 0
#endif

#define SKIP_RELAXED()                                                                       \
  if (RELAXED) {                                                                             \
    g_test_skip ("the filter and the memory limit are off under AddressSanitizer");          \
    return;                                                                                  \
  }

static guint
count_fds (void)
{
  DIR *dir = opendir ("/proc/self/fd");
  guint n = 0;

  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n;
}

/* Runs, and asserts that neither a descriptor nor a zombie is left. */
static GBytes *
run (V2vConfinedFunc func, gpointer data, const V2vConfineLimits *limits, GError **error)
{
  guint before = count_fds ();
  GBytes *bytes = v2v_confine_run ("reading 'x'", func, data, limits, error);

  g_assert_cmpuint (count_fds (), ==, before);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
  return bytes;
}

static void
assert_refused (V2vConfinedFunc func, gpointer data, const V2vConfineLimits *limits,
                const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = run (func, data, limits, &error);

  g_assert_null (bytes);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_true (g_str_has_prefix (error->message, "reading 'x': "));
  if (strstr (error->message, word) == NULL)
    g_error ("'%s' does not say '%s'", error->message, word);
}

static gboolean
give (GByteArray *out, gpointer data, GError **error)
{
  GString *s = data;

  (void) error;
  g_byte_array_append (out, (const guint8 *) s->str, (guint) s->len);
  return TRUE;
}

static void
test_bytes (void)
{
  g_autoptr (GString) big = g_string_new (NULL);
  g_autoptr (GString) empty = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) none = NULL;

  for (int i = 0; i < 300000; i++)
    g_string_append_c (big, (char) i);
  bytes = run (give, big, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), big->str,
                   big->len);
  none = run (give, empty, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
}

static void
test_output_cap (void)
{
  g_autoptr (GString) text = g_string_new ("12345");
  g_autoptr (GBytes) bytes = NULL;

  bytes = run (give, text, &(V2vConfineLimits){ .max_output = 5 }, NULL);
  g_assert_nonnull (bytes);
  assert_refused (give, text, &(V2vConfineLimits){ .max_output = 4 }, "larger than 4 bytes");
}

static gboolean
fail_plain (GByteArray *out, gpointer data, GError **error)
{
  (void) out;
  (void) data;
  g_set_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED, "lzo\n\033[2Jis unknown");
  return FALSE;
}

static gboolean
fail_other_domain (GByteArray *out, gpointer data, GError **error)
{
  (void) out;
  (void) data;
  g_set_error (error, G_FILE_ERROR, 3, "of another kind");
  return FALSE;
}

static gboolean
fail_silently (GByteArray *out, gpointer data, GError **error)
{
  (void) out;
  (void) data;
  (void) error;
  return FALSE;
}

static void
test_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run (fail_plain, NULL, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==, "reading 'x': lzo\\x0a\\x1b[2Jis unknown");
  assert_refused (fail_other_domain, NULL, NULL, "of another kind");
  assert_refused (fail_silently, NULL, NULL, "no reason");
}

static gboolean
crash (GByteArray *out, gpointer data, GError **error)
{
  (void) out;
  (void) data;
  (void) error;
  signal (SIGSEGV, SIG_DFL);
  raise (SIGSEGV);
  return TRUE;
}

static gboolean
abort_now (GByteArray *out, gpointer data, GError **error)
{
  (void) out;
  (void) data;
  (void) error;
  signal (SIGABRT, SIG_DFL);
  abort ();
}

static gboolean
leave (GByteArray *out, gpointer data, GError **error)
{
  (void) out;
  (void) data;
  (void) error;
  _exit (0);
}

static void
test_crash (void)
{
  assert_refused (crash, NULL, NULL, "crashed (signal 11)");
  assert_refused (abort_now, NULL, NULL, "gave up");
  assert_refused (leave, NULL, NULL, "without a result");
}

static gboolean
spin (GByteArray *out, gpointer data, GError **error)
{
  volatile guint64 n = 0;

  (void) out;
  (void) data;
  (void) error;
  while (n < G_MAXUINT64)
    n++;
  return TRUE;
}

static gboolean
wait_forever (GByteArray *out, gpointer data, GError **error)
{
  (void) data;
  (void) error;
  while (out != NULL)
    poll (NULL, 0, 1000);
  return TRUE;
}

static void
test_timeout (void)
{
  V2vConfineLimits limits = { .timeout_s = 1 };
  gint64 start = g_get_monotonic_time ();

  assert_refused (spin, NULL, &limits, "did not finish in 1 s");
  assert_refused (wait_forever, NULL, &limits, "did not finish in 1 s");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);
}

/* A child that writes without an end must not fill our memory. */
static gboolean
flood (GByteArray *out, gpointer data, GError **error)
{
  char zeros[4096] = { 0 };

  (void) out;
  (void) error;
  /* The pipe is the only descriptor it has besides the standard three. */
  for (int fd = 3; fd < 1024; fd++) {
    while (write (fd, zeros, sizeof zeros) > 0)
      continue;
  }
  return data == NULL;
}

static void
test_flood (void)
{
  assert_refused (flood, NULL, &(V2vConfineLimits){ .max_output = 10000, .timeout_s = 20 },
                  "too large");
}

static gboolean
take_memory (GByteArray *out, gpointer data, GError **error)
{
  gsize size = *(gsize *) data;
  char *p = malloc (size);

  (void) out;
  if (p == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "no memory");
    return FALSE;
  }
  memset (p, 1, size);
  free (p);
  return TRUE;
}

static gboolean
take_glib_memory (GByteArray *out, gpointer data, GError **error)
{
  (void) error;
  memset (g_malloc (*(gsize *) data), 1, *(gsize *) data);
  return out != NULL;
}

static void
test_memory (void)
{
  gsize huge = (gsize) 10 * 1024 * 1024 * 1024;
  gsize fine = 100 * 1024 * 1024;
  g_autoptr (GBytes) bytes = NULL;

  SKIP_RELAXED ();
  assert_refused (take_memory, &huge, NULL, "no memory");
  assert_refused (take_glib_memory, &huge, NULL, "memory");
  bytes = run (take_memory, &fine, NULL, NULL);
  g_assert_nonnull (bytes);
  assert_refused (take_memory, &fine, &(V2vConfineLimits){ .max_memory = 50 * 1024 * 1024 },
                  "no memory");
}

static gboolean
try_socket (GByteArray *out, gpointer data, GError **error)
{
  (void) error;
  (void) data;
  return socket (AF_UNIX, SOCK_STREAM, 0) < 0 || out != NULL;
}

static gboolean
try_exec (GByteArray *out, gpointer data, GError **error)
{
  (void) error;
  (void) data;
  execl ("/bin/true", "true", NULL);
  return out != NULL;
}

static void
test_hostile_calls (void)
{
  SKIP_RELAXED ();
  assert_refused (try_socket, NULL, NULL, "no right");
  assert_refused (try_exec, NULL, NULL, "no right");
}

typedef struct {
  const char *dir;
  gboolean may_map_code;
} FilesCase;

/* Each attempt must fail.  Reports the first that did not. */
static gboolean
try_files (GByteArray *out, gpointer data, GError **error)
{
  const FilesCase *c = data;
  g_autofree char *existing = g_build_filename (c->dir, "existing", NULL);
  g_autofree char *fresh = g_build_filename (c->dir, "fresh", NULL);
  const char *done = NULL;

  (void) out;
  if (open (existing, O_WRONLY) >= 0 || open (existing, O_RDWR) >= 0)
    done = "opened for writing";
  else if (open (existing, O_RDONLY | O_TRUNC) >= 0)
    done = "truncated";
  else if (open (fresh, O_RDONLY | O_CREAT, 0600) >= 0)
    done = "created";
  else if (unlink (existing) == 0 || rename (existing, fresh) == 0)
    done = "removed";
  else if (mkdir (fresh, 0700) == 0 || symlink ("x", fresh) == 0)
    done = "made";
  else if (fork () >= 0)
    done = "forked";
  else if (kill (getppid (), 0) == 0)
    done = "signalled";
  else if (!c->may_map_code
           && mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                != MAP_FAILED)
    done = "mapped as code";
  if (done == NULL)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "%s", done);
  return FALSE;
}

static gboolean
try_read (GByteArray *out, gpointer data, GError **error)
{
  const FilesCase *c = data;
  g_autofree char *existing = g_build_filename (c->dir, "existing", NULL);
  int fd = open (existing, O_RDONLY);
  char buf[10];
  ssize_t n = read (fd, buf, sizeof buf);

  (void) error;
  g_byte_array_append (out, (const guint8 *) buf, n < 0 ? 0 : (guint) n);
  return TRUE;
}

static void
test_files (void)
{
  g_autofree char *dir = g_dir_make_tmp ("confine-XXXXXX", NULL);
  g_autofree char *existing = g_build_filename (dir, "existing", NULL);
  V2vConfineLimits open_limits = { .allow_open = TRUE };

  SKIP_RELAXED ();
  g_assert_true (g_file_set_contents (existing, "text", -1, NULL));
  for (int i = 0; i < 2; i++) {
    const V2vConfineLimits *limits = i == 0 ? NULL : &open_limits;
    FilesCase files = { .dir = dir, .may_map_code = i == 1 };
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GBytes) read_bytes = NULL;

    bytes = run (try_files, &files, limits, &error);
    g_assert_no_error (error);
    read_bytes = run (try_read, &files, limits, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (read_bytes), ==, i == 0 ? 0 : 4);
  }
  unlink (existing);
  rmdir (dir);
}

/* Reads fd data[0], which was given; data[1], which was not, must be closed. */
static gboolean
use_fds (GByteArray *out, gpointer data, GError **error)
{
  const int *fds = data;
  char buf[10];
  ssize_t n = pread (fds[0], buf, sizeof buf, 0);

  if (n != 5 || fcntl (fds[1], F_GETFD) >= 0 || read (fds[1], buf, 1) >= 0) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "n %d", (int) n);
    return FALSE;
  }
  if (!RELAXED && write (fds[0], "x", 1) >= 0) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "wrote");
    return FALSE;
  }
  g_byte_array_append (out, (const guint8 *) buf, (guint) n);
  return TRUE;
}

static void
test_descriptors (void)
{
  int fds[2] = { memfd_create ("a", 0), memfd_create ("b", 0) };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_cmpint (write (fds[0], "given", 5), ==, 5);
  g_assert_cmpint (write (fds[1], "ours!", 5), ==, 5);
  bytes = run (use_fds, fds, &(V2vConfineLimits){ .fds = fds, .n_fds = 1 }, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "given", 5);
  close (fds[0]);
  close (fds[1]);
}

static gpointer
fire_soon (gpointer cancel)
{
  g_usleep (200 * 1000);
  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "stopped by signal 15");
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  GThread *thread = g_thread_new ("fire", fire_soon, cancel);
  V2vConfineLimits limits = { .cancel = cancel };
  gint64 start = g_get_monotonic_time ();

  for (int i = 0; i < 2; i++) { /* the second finds the switch fired */
    g_autoptr (GError) error = NULL;

    g_assert_null (run (wait_forever, NULL, &limits, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
  }
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_TIME_SPAN_SECOND);
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/confine/bytes", test_bytes);
  g_test_add_func ("/confine/output-cap", test_output_cap);
  g_test_add_func ("/confine/error", test_error);
  g_test_add_func ("/confine/crash", test_crash);
  g_test_add_func ("/confine/timeout", test_timeout);
  g_test_add_func ("/confine/flood", test_flood);
  g_test_add_func ("/confine/memory", test_memory);
  g_test_add_func ("/confine/hostile-calls", test_hostile_calls);
  g_test_add_func ("/confine/files", test_files);
  g_test_add_func ("/confine/descriptors", test_descriptors);
  g_test_add_func ("/confine/cancel", test_cancel);
  return g_test_run ();
}
