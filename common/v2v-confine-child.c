/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-confine-child.c - the inside of a confined child
 */
#include <config.h>

#include "v2v-confine-private.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static gboolean
close_from (guint first, guint last)
{
  if (first > last)
    return TRUE;
#ifdef SYS_close_range
  if (syscall (SYS_close_range, first, last, 0) == 0)
    return TRUE;
#endif
  if (last > 65535)
    last = 65535;
  for (guint fd = first; fd <= last; fd++)
    close ((int) fd);
  return TRUE;
}

static int
compare_fds (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

/* Closes all but the pipe and what the function uses.  Our own descriptors include
 * the disks, open for writing, and the socket of the appliance. */
static gboolean
close_others (int fd, const V2vConfineLimits *limits)
{
  g_autoptr (GArray) keep = g_array_new (FALSE, FALSE, sizeof (int));
  int null = open ("/dev/null", O_RDWR);
  int next = 0;

  if (null < 0)
    return FALSE;
  for (int i = 0; i <= 2; i++) {
    /* A sanitizer's report is all there is to see of a crash. */
    if (V2V_CONFINE_RELAXED && i == 2)
      break;
    if (dup2 (null, i) < 0)
      return FALSE;
  }
  for (int i = 0; i <= 2; i++)
    g_array_append_val (keep, i);
  g_array_append_val (keep, fd);
  g_array_append_vals (keep, limits->fds, limits->n_fds);
  g_array_sort (keep, compare_fds);
  for (guint i = 0; i < keep->len; i++) {
    int kept = g_array_index (keep, int, i);

    if (kept > next)
      close_from ((guint) next, (guint) kept - 1);
    next = MAX (next, kept + 1);
  }
  return close_from ((guint) next, G_MAXUINT);
}

/* Bytes of address space in use; 0 when it cannot be known. */
static guint64
address_space (void)
{
  char buf[64] = "";
  int fd = open ("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read (fd, buf, sizeof buf - 1);

  if (fd >= 0)
    close (fd);
  if (n <= 0)
    return 0;
  return g_ascii_strtoull (buf, NULL, 10) * (guint64) sysconf (_SC_PAGESIZE);
}

static gboolean
set_limit (int what, guint64 value)
{
  struct rlimit limit = { .rlim_cur = value, .rlim_max = value };
  struct rlimit now;

  /* A hard limit that is lower already stays. */
  if (getrlimit ((__rlimit_resource_t) what, &now) < 0)
    return FALSE;
  if (now.rlim_max < value)
    limit.rlim_cur = limit.rlim_max = now.rlim_max;
  return setrlimit ((__rlimit_resource_t) what, &limit) == 0;
}

static gboolean
set_limits (const V2vConfineLimits *limits)
{
  if (!V2V_CONFINE_RELAXED
      && !set_limit (RLIMIT_AS, address_space () + limits->max_memory))
    return FALSE;
  return set_limit (RLIMIT_CPU, limits->timeout_s + 1) && set_limit (RLIMIT_FSIZE, 0)
         && set_limit (RLIMIT_CORE, 0) && set_limit (RLIMIT_NOFILE, 64 + limits->n_fds);
}

static gboolean
allow_many (scmp_filter_ctx ctx, const int *calls, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    if (seccomp_rule_add (ctx, SCMP_ACT_ALLOW, calls[i], 0) < 0)
      return FALSE;
  }
  return TRUE;
}

/* What a parser has no reason to try: it has been taken over. */
static gboolean
kill_hostile (scmp_filter_ctx ctx)
{
  static const int calls[]
    = { SCMP_SYS (socket),  SCMP_SYS (connect),           SCMP_SYS (execve),
        SCMP_SYS (execveat), SCMP_SYS (ptrace),            SCMP_SYS (process_vm_writev),
        SCMP_SYS (mount),   SCMP_SYS (process_vm_readv),  SCMP_SYS (bpf) };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (seccomp_rule_add (ctx, SCMP_ACT_KILL_PROCESS, calls[i], 0) < 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
allow_plain (scmp_filter_ctx ctx)
{
  static const int calls[] = {
    /* data that is already there */
    SCMP_SYS (read), SCMP_SYS (readv), SCMP_SYS (pread64), SCMP_SYS (preadv),
    SCMP_SYS (lseek), SCMP_SYS (_llseek), SCMP_SYS (close), SCMP_SYS (dup),
    SCMP_SYS (fstat), SCMP_SYS (fstat64), SCMP_SYS (poll), SCMP_SYS (ppoll),
    SCMP_SYS (fadvise64),
    /* memory */
    SCMP_SYS (brk), SCMP_SYS (munmap), SCMP_SYS (mremap), SCMP_SYS (madvise),
    SCMP_SYS (futex), SCMP_SYS (membarrier), SCMP_SYS (rseq), SCMP_SYS (set_robust_list),
    /* time, identity, chance */
    SCMP_SYS (clock_gettime), SCMP_SYS (clock_getres), SCMP_SYS (gettimeofday),
    SCMP_SYS (time), SCMP_SYS (nanosleep), SCMP_SYS (clock_nanosleep),
    SCMP_SYS (getpid), SCMP_SYS (gettid), SCMP_SYS (getuid), SCMP_SYS (geteuid),
    SCMP_SYS (getgid), SCMP_SYS (getegid), SCMP_SYS (getrandom), SCMP_SYS (uname),
    SCMP_SYS (sysinfo), SCMP_SYS (sched_yield), SCMP_SYS (sched_getaffinity),
    SCMP_SYS (getrusage), SCMP_SYS (getrlimit), SCMP_SYS (getcwd),
    /* signals: abort() and a crash must look like one */
    SCMP_SYS (rt_sigaction), SCMP_SYS (rt_sigprocmask), SCMP_SYS (rt_sigreturn),
    SCMP_SYS (sigreturn), SCMP_SYS (sigaltstack), SCMP_SYS (restart_syscall),
    SCMP_SYS (exit), SCMP_SYS (exit_group),
  };

  return allow_many (ctx, calls, G_N_ELEMENTS (calls));
}

/* abort() and raise() may signal this process, and nobody else. */
static gboolean
allow_own_signals (scmp_filter_ctx ctx)
{
  scmp_datum_t self = (scmp_datum_t) getpid ();

  return seccomp_rule_add (ctx, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1,
                           SCMP_A0 (SCMP_CMP_EQ, self))
           >= 0
         && seccomp_rule_add (ctx, SCMP_ACT_ALLOW, SCMP_SYS (kill), 1,
                              SCMP_A0 (SCMP_CMP_EQ, self))
              >= 0;
}

static gboolean
allow_output (scmp_filter_ctx ctx, int fd)
{
  return seccomp_rule_add (ctx, SCMP_ACT_ALLOW, SCMP_SYS (write), 1,
                           SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) fd))
         >= 0;
}

/* New code can only come from a file, so it is allowed where files are. */
static gboolean
allow_mappings (scmp_filter_ctx ctx, gboolean executable)
{
  static const int calls[] = { SCMP_SYS (mmap), SCMP_SYS (mmap2), SCMP_SYS (mprotect) };

  if (executable)
    return allow_many (ctx, calls, G_N_ELEMENTS (calls));
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (seccomp_rule_add (ctx, SCMP_ACT_ALLOW, calls[i], 1,
                          SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0))
        < 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
allow_reading_files (scmp_filter_ctx ctx)
{
  static const int calls[]
    = { SCMP_SYS (stat),    SCMP_SYS (stat64),    SCMP_SYS (lstat), SCMP_SYS (newfstatat),
        SCMP_SYS (fstatat64), SCMP_SYS (statx),   SCMP_SYS (access), SCMP_SYS (faccessat),
        SCMP_SYS (fcntl),   SCMP_SYS (fcntl64),   SCMP_SYS (readlink), SCMP_SYS (readlinkat),
        SCMP_SYS (getdents64) };
  const scmp_datum_t writing
    = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);

  return allow_many (ctx, calls, G_N_ELEMENTS (calls))
         && seccomp_rule_add (ctx, SCMP_ACT_ALLOW, SCMP_SYS (open), 1,
                              SCMP_A1 (SCMP_CMP_MASKED_EQ, writing, 0))
              >= 0
         && seccomp_rule_add (ctx, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1,
                              SCMP_A2 (SCMP_CMP_MASKED_EQ, writing, 0))
              >= 0;
}

/* fstat() of newer C libraries is newfstatat(fd, "", AT_EMPTY_PATH): allowed, since
 * all that a path can give away by it is a file's existence.  Everything that is
 * not listed fails with EACCES, which libraries survive better than a kill. */
static gboolean
load_filter (int fd, const V2vConfineLimits *limits)
{
  scmp_filter_ctx ctx = seccomp_init (SCMP_ACT_ERRNO (EACCES));
  gboolean ok;

  if (ctx == NULL)
    return FALSE;
  ok = allow_plain (ctx) && allow_output (ctx, fd) && allow_own_signals (ctx)
       && kill_hostile (ctx) && allow_mappings (ctx, limits->allow_open);
  if (ok && limits->allow_open)
    ok = allow_reading_files (ctx);
  else if (ok)
    ok = seccomp_rule_add (ctx, SCMP_ACT_ALLOW, SCMP_SYS (newfstatat), 0) >= 0;
  ok = ok && seccomp_load (ctx) == 0;
  seccomp_release (ctx);
  return ok;
}

/* The caller's handlers belong to a process that this one is not. */
static void
reset_signals (void)
{
  sigset_t none;

  sigemptyset (&none);
  for (int i = 1; i < NSIG; i++) {
    /* Sanitizers report by handlers of their own. */
    if (!V2V_CONFINE_RELAXED || (i != SIGSEGV && i != SIGBUS && i != SIGFPE && i != SIGILL))
      signal (i, SIG_DFL);
  }
  sigprocmask (SIG_SETMASK, &none, NULL);
}

static gboolean
confine (int fd, const V2vConfineLimits *limits)
{
  reset_signals ();
  /* A terminal's ^C is for the parent, who decides. */
  setpgid (0, 0);
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
      || prctl (PR_SET_DUMPABLE, 0) < 0)
    return FALSE;
  if (!close_others (fd, limits) || !set_limits (limits))
    return FALSE;
  return V2V_CONFINE_RELAXED || load_filter (fd, limits);
}

static void
send_all (int fd, const void *data, gsize length)
{
  const char *p = data;

  while (length > 0) {
    ssize_t n = write (fd, p, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      _exit (1); /* an unfinished frame says it all */
    p += n;
    length -= (gsize) n;
  }
}

static void
send_error (int fd, const GError *error)
{
  V2vConfineFrame frame = { .failed = 1, .code = V2V_ERROR_REFUSED };
  const char *message = error != NULL ? error->message : "no reason was given";

  if (error != NULL && error->domain == V2V_ERROR)
    frame.code = (guint32) error->code;
  frame.length = strnlen (message, V2V_CONFINE_MESSAGE_MAX);
  send_all (fd, &frame, sizeof frame);
  send_all (fd, message, frame.length);
}

void
v2v_confine_child (int fd, V2vConfinedFunc func, gpointer user_data,
                   const V2vConfineLimits *limits)
{
  g_autoptr (GByteArray) out = NULL;
  g_autoptr (GError) error = NULL;
  V2vConfineFrame frame = { 0 };

  if (!confine (fd, limits)) {
    g_set_error (&error, V2V_ERROR, V2V_ERROR_INTERNAL, "cannot confine the parser: %s",
                 g_strerror (errno));
    send_error (fd, error);
    _exit (1);
  }
  out = g_byte_array_new ();
  if (!func (out, user_data, &error)) {
    send_error (fd, error);
    _exit (1);
  }
  if (out->len > limits->max_output) {
    g_set_error (&error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "the result is larger than %" G_GSIZE_FORMAT " bytes", limits->max_output);
    send_error (fd, error);
    _exit (1);
  }
  frame.length = out->len;
  send_all (fd, &frame, sizeof frame);
  send_all (fd, out->data, out->len);
  _exit (0);
}
