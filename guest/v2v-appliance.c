/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-appliance.c - one running libguestfs appliance
 *
 * Owner of the guestfs handle.  One thread uses it; the only other thread that
 * touches the appliance is the one that kills it (V2vCancel, V2vGuard).
 */
#include <config.h>

#include "v2v-appliance.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "v2v-appliance-private.h"
#include "v2v-luks.h"
#include "v2v-str.h"

#define REASON_MAX 600
#define CONSOLE_MAX 16384

char *
v2v_appliance_dup_reason (V2vAppliance *appliance)
{
  int errnum = guestfs_last_errno (appliance->g);
  const char *text = guestfs_last_error (appliance->g);
  g_autofree char *line = NULL;

  if (appliance->guard != NULL && v2v_guard_is_late (appliance->guard))
    return g_strdup_printf ("no answer in %d s", V2V_CALL_LIMIT_S);
  if (text == NULL)
    return g_strdup (errnum != 0 ? g_strerror (errnum) : "no reason was given");
  line = g_strndup (text, strcspn (text, "\n"));
  return v2v_str_printable (line, REASON_MAX);
}

gboolean
v2v_appliance_set_error (V2vAppliance *appliance, GError **error, V2vErrorCode code,
                         const char *format, ...)
{
  g_autofree char *reason = v2v_appliance_dup_reason (appliance);
  g_autofree char *what = NULL;
  g_autofree char *shown = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  shown = v2v_str_printable (what, REASON_MAX);
  g_set_error (error, V2V_ERROR, code, "%s: %s", shown, reason);
  v2v_cancel_override (appliance->cancel, error);
  return FALSE;
}

gboolean
v2v_appliance_is_alive (V2vAppliance *appliance)
{
  return guestfs_is_ready (appliance->g) == 1;
}

V2vWatch
v2v_appliance_watch (V2vAppliance *appliance)
{
  if (appliance->guard != NULL)
    return (V2vWatch){ NULL };
  appliance->guard
    = v2v_guard_start (appliance->cancel, appliance->pidfd, V2V_CALL_LIMIT_S);
  return (V2vWatch){ appliance };
}

void
v2v_watch_clear (V2vWatch *watch)
{
  if (watch->appliance != NULL)
    v2v_guard_stop (g_steal_pointer (&watch->appliance->guard));
}

/* Everything that libguestfs would print on standard error comes here instead. */
static void
on_message (guestfs_h *g, void *opaque, uint64_t event, int handle, int flags,
            const char *buf, size_t buf_len, const uint64_t *array, size_t array_len)
{
  V2vAppliance *appliance = opaque;
  g_autofree char *text = g_strndup (buf, buf_len);
  g_autofree char *clean = v2v_str_printable (g_strchomp (text), CONSOLE_MAX);

  (void) g;
  (void) handle;
  (void) flags;
  (void) array;
  (void) array_len;
  g_debug ("libguestfs: %s", clean);
  if (event != GUESTFS_EVENT_APPLIANCE)
    return;
  g_string_append_len (appliance->console, buf, (gssize) buf_len);
  if (appliance->console->len > CONSOLE_MAX)
    g_string_erase (appliance->console, 0, (gssize) (appliance->console->len - CONSOLE_MAX));
}

static void
on_event (guestfs_h *g, void *opaque, uint64_t event, int handle, int flags, const char *buf,
          size_t buf_len, const uint64_t *array, size_t array_len)
{
  V2vAppliance *appliance = opaque;

  (void) g;
  (void) handle;
  (void) flags;
  (void) array;
  (void) array_len;
  if (event != GUESTFS_EVENT_ENTER)
    v2v_appliance_forget_process (appliance);
  else if (buf_len < strlen ("internal_")
           || strncmp (buf, "internal_", strlen ("internal_")) != 0)
    /* A call that is made of another is one. */
    appliance->calls++;
}

static const V2vLaunchLimits default_limits = { .kvm_s = 120, .tcg_s = 600 };
/* A slim appliance that takes longer than this on TCG is a broken one. */
#define SLIM_LIMIT_S 180

/* The arguments of one launch. */
typedef struct {
  const V2vDrive *drives;
  guint n_drives;
  gboolean read_only;
  V2vCancel *cancel;
  const V2vLaunchLimits *limits;
  const char *slim; /* NULL = the appliance that libguestfs finds */
} Launch;

static gboolean
choose_appliance (V2vAppliance *appliance, const char *slim)
{
  const char *path = g_getenv ("LIBGUESTFS_PATH");

  appliance->kind = slim != NULL                          ? "slim"
                    : path != NULL && *path != '\0' ? "LIBGUESTFS_PATH"
                                                          : "stock";
  return slim == NULL || guestfs_set_path (appliance->g, slim) == 0;
}

static gboolean
choose_accel (V2vAppliance *appliance, gboolean assume_kvm, gboolean force_tcg)
{
  const char *user = v2v_accel_user ();
  const char *why = "KVM did not answer";

  appliance->accel_set = user != NULL;
  if (user != NULL) {
    appliance->accel = user;
    return TRUE;
  }
  appliance->accel = "kvm";
  if (!force_tcg && (assume_kvm || !v2v_appliance_needs_tcg (&why)))
    return TRUE;
  g_debug ("the appliance runs on TCG: %s", why);
  appliance->accel = "tcg";
  return guestfs_set_backend_setting (appliance->g, "force_tcg", "1") == 0;
}

/* Emulated, the kernel's interpreter of ACPI takes a quarter of the time until guestfsd
 * answers, and gives what the firmware's older tables give as well: interrupts and nothing
 * else.  Those of messages need the APIC, which is found by ACPI.
 * Then the longest of what it does for nobody here (initcall_debug, ms on 6.12): a source of
 * random numbers of its own (61), names for tracing (44), certificates for modules (22), a
 * test of a key derivation (7).  A kernel that has no function of that name skips none. */
#define SPARED                                                                              \
  "acpi=off pci=nomsi i8042.nokbd i8042.noaux ipv6.disable=1 "                              \
  "initcall_blacklist=jent_mod_init,trace_eval_init,load_system_certificate_list,"          \
  "crypto_kdf108_init"

/* Only for our appliance: should it fail, the stock one is started without. */
static gboolean
spare_boot (V2vAppliance *appliance)
{
#if defined(__x86_64__) || defined(__i386__)
  const char *user = guestfs_get_append (appliance->g);
  g_autofree char *all
    = g_strconcat (user != NULL ? user : "", user != NULL ? " " : "", SPARED, NULL);

  if (!g_str_equal (appliance->accel, "tcg") || !g_str_equal (appliance->kind, "slim"))
    return TRUE;
  return guestfs_set_append (appliance->g, all) == 0;
#else
  (void) appliance;
  return TRUE;
#endif
}

/* A handle that neither prints nor asks; %NULL with @error. */
static V2vAppliance *
create (const Launch *args, gboolean force_tcg, GError **error)
{
  g_autoptr (V2vAppliance) appliance = g_new0 (V2vAppliance, 1);
  const uint64_t messages = GUESTFS_EVENT_APPLIANCE | GUESTFS_EVENT_LIBRARY
                            | GUESTFS_EVENT_TRACE | GUESTFS_EVENT_WARNING;

  appliance->cancel = args->cancel;
  appliance->pidfd = -1;
  appliance->console = g_string_new (NULL);
  appliance->keys = g_ptr_array_new ();
  appliance->opened = v2v_luks_new_list ();
  appliance->nouuid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  appliance->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  /* The environment is read below, when errors in it are no longer printed.
   * guestfs_close() must not run from an atexit handler of the program. */
  appliance->g
    = guestfs_create_flags (GUESTFS_CREATE_NO_ENVIRONMENT | GUESTFS_CREATE_NO_CLOSE_ON_EXIT);
  if (appliance->g == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "creating a libguestfs handle: %s",
                 g_strerror (errno));
    return NULL;
  }
  guestfs_set_error_handler (appliance->g, NULL, NULL);
  if (guestfs_set_event_callback (appliance->g, on_message, messages, 0, appliance) < 0
      || guestfs_set_event_callback (appliance->g, on_event,
                                     GUESTFS_EVENT_ENTER | GUESTFS_EVENT_SUBPROCESS_QUIT, 0,
                                     appliance)
           < 0
      || guestfs_parse_environment (appliance->g) < 0
      || guestfs_set_network (appliance->g, 0) < 0
      /* A terminal's ^C is for us: qemu is ended when we say so. */
      || guestfs_set_pgroup (appliance->g, 1) < 0
      || (g_getenv ("LIBGUESTFS_BACKEND") == NULL
          && guestfs_set_backend (appliance->g, "direct") < 0)
      || !choose_appliance (appliance, args->slim)
      || !choose_accel (appliance, args->limits->assume_kvm, force_tcg)
      || !v2v_accel_limit_memory (appliance) || !spare_boot (appliance)) {
    v2v_appliance_set_error (appliance, error, V2V_ERROR_INTERNAL, "setting up libguestfs");
    return NULL;
  }
  return g_steal_pointer (&appliance);
}

/* What qemu could only report as "launch failed" is said here by name. */
static char *
check_drive (const V2vDrive *drive, gboolean read_only, GError **error)
{
  /* libguestfs refuses names with a colon, which /dev/disk/by-path is full of. */
  g_autofree char *real = realpath (drive->path, NULL);
  int fd;

  if (real != NULL) {
    fd = open (real, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) {
      close (fd);
      return g_steal_pointer (&real);
    }
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "opening disk '%s': %s", drive->path,
               g_strerror (errno));
  return NULL;
}

static gboolean
add_drive (V2vAppliance *appliance, const V2vDrive *drive, gboolean read_only, GError **error)
{
  g_autofree char *real = check_drive (drive, read_only, error);

  if (real == NULL)
    return FALSE;
  /* A crash throws scratch overlays and ours away alike, so the guest's flushes are worth
   * nothing; what becomes the redo log is synced when qemu has ended well, before the
   * journal says so (v2v-transaction.c). */
  if (guestfs_add_drive_opts (appliance->g, real, GUESTFS_ADD_DRIVE_OPTS_READONLY, read_only,
                              GUESTFS_ADD_DRIVE_OPTS_FORMAT, drive->format,
                              GUESTFS_ADD_DRIVE_OPTS_CACHEMODE, "unsafe",
                              GUESTFS_ADD_DRIVE_OPTS_DISCARD, "disable", -1)
      < 0)
    return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "adding disk '%s'",
                                    drive->path);
  appliance->n_drives++;
  return TRUE;
}

/* qemu's last words, when it had any. */
static char *
dup_qemu_reason (V2vAppliance *appliance)
{
  g_auto (GStrv) lines = g_strsplit_set (appliance->console->str, "\r\n", -1);

  for (guint i = g_strv_length (lines); i > 0; i--) {
    if (g_str_has_prefix (lines[i - 1], "qemu-"))
      return v2v_str_printable (lines[i - 1], REASON_MAX);
  }
  return NULL;
}

static gboolean
set_launch_error (V2vAppliance *appliance, gboolean late, guint limit_s, GError **error)
{
  g_autofree char *qemu = dup_qemu_reason (appliance);
  V2vErrorCode code = V2V_ERROR_INTERNAL;

  if (late) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL,
                 "starting the libguestfs appliance: no answer in %u s with %s", limit_s,
                 appliance->accel);
  } else if (qemu != NULL) {
    /* qemu names the option that failed; of ours only a disk's can. */
    if (strstr (qemu, "-drive") != NULL || strstr (qemu, "No space left") != NULL)
      code = V2V_ERROR_STORAGE;
    g_set_error (error, V2V_ERROR, code, "starting the libguestfs appliance: %s", qemu);
  } else {
    v2v_appliance_set_error (appliance, error, code, "starting the libguestfs appliance");
  }
  v2v_cancel_override (appliance->cancel, error);
  return FALSE;
}

static gboolean
launch (V2vAppliance *appliance, const V2vLaunchLimits *limits, gboolean *out_late,
        GError **error)
{
  gboolean may_retry = g_str_equal (appliance->accel, "kvm") && !appliance->accel_set;
  gboolean is_slim = g_str_equal (appliance->kind, "slim");
  guint tcg_s = is_slim ? MIN (limits->tcg_s, SLIM_LIMIT_S) : limits->tcg_s;
  guint limit_s = may_retry ? limits->kvm_s : tcg_s;
  gint64 start = g_get_monotonic_time ();
  V2vGuard *guard = v2v_guard_start (appliance->cancel, -1, limit_s);
  int r = guestfs_launch (appliance->g);

  /* Known to the switch before the guard lets go. */
  if (r == 0) {
    appliance->pid = MAX (guestfs_get_pid (appliance->g), 0);
    if (appliance->pid != 0) {
      appliance->pidfd = (int) syscall (SYS_pidfd_open, appliance->pid, 0);
      v2v_cancel_add_child (appliance->cancel, appliance->pid);
    }
  }
  *out_late = v2v_guard_stop (guard);
  appliance->launch_seconds
    = (double) (g_get_monotonic_time () - start) / (double) G_TIME_SPAN_SECOND;
  if (r < 0 || *out_late)
    return set_launch_error (appliance, *out_late, limit_s, error);
  return v2v_cancel_check (appliance->cancel, error);
}

static V2vAppliance *
try_launch (const Launch *args, gboolean force_tcg, gboolean *out_retry, GError **error)
{
  g_autoptr (V2vAppliance) appliance = create (args, force_tcg, error);
  gboolean late;

  *out_retry = FALSE;
  if (appliance == NULL)
    return NULL;
  for (guint i = 0; i < args->n_drives; i++) {
    if (!add_drive (appliance, &args->drives[i], args->read_only, error))
      return NULL;
  }
  if (launch (appliance, args->limits, &late, error))
    return g_steal_pointer (&appliance);
  *out_retry = late && !appliance->accel_set && g_str_equal (appliance->accel, "kvm")
               && v2v_cancel_check (args->cancel, NULL);
  return NULL;
}

/* Writing to an appliance that was just killed must be an error and not our end. */
static void
ignore_sigpipe (void)
{
  struct sigaction now;

  if (sigaction (SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
    signal (SIGPIPE, SIG_IGN);
}

/* With a second try on TCG when KVM does not answer. */
static V2vAppliance *
launch_kind (const Launch *args, GError **error)
{
  g_autoptr (GError) first = NULL;
  gboolean retry;
  V2vAppliance *appliance = try_launch (args, FALSE, &retry, &first);

  if (appliance == NULL && retry) {
    g_debug ("%s; trying TCG", first->message);
    g_clear_error (&first);
    appliance = try_launch (args, TRUE, &retry, &first);
  }
  if (appliance == NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  return appliance;
}

V2vAppliance *
v2v_appliance_launch_within (const V2vDrive *drives, guint n_drives, gboolean read_only,
                             V2vCancel *cancel, const V2vLaunchLimits *limits,
                             GError **error)
{
  g_autofree char *note = NULL;
  g_autofree char *slim = NULL;
  Launch args = { drives, n_drives, read_only, cancel, limits, NULL };
  g_autoptr (GError) first = NULL;
  V2vAppliance *appliance;

  if (!v2v_cancel_check (cancel, error))
    return NULL;
  ignore_sigpipe ();
  slim = v2v_slim_find (&note);
  args.slim = slim;
  appliance = launch_kind (&args, &first);
  /* A disk that cannot be opened is not the appliance's fault. */
  if (appliance == NULL && slim != NULL && v2v_cancel_check (cancel, NULL)
      && !g_error_matches (first, V2V_ERROR, V2V_ERROR_STORAGE)) {
    note = g_strdup_printf ("using the stock appliance, '%s' does not start: %s", slim,
                            first->message);
    g_clear_error (&first);
    args.slim = NULL;
    appliance = launch_kind (&args, &first);
  }
  if (appliance != NULL)
    appliance->note = g_steal_pointer (&note);
  else
    g_propagate_error (error, g_steal_pointer (&first));
  return appliance;
}

V2vAppliance *
v2v_appliance_launch (const V2vDrive *drives, guint n_drives, gboolean read_only,
                      V2vCancel *cancel, GError **error)
{
  return v2v_appliance_launch_within (drives, n_drives, read_only, cancel, &default_limits,
                                      error);
}

void
v2v_appliance_set_keys (V2vAppliance *appliance, GPtrArray *keys)
{
  g_ptr_array_ref (keys);
  g_ptr_array_unref (appliance->keys);
  appliance->keys = keys;
}

const char *
v2v_appliance_accel (const V2vAppliance *appliance)
{
  return appliance->accel;
}

const char *
v2v_appliance_kind (const V2vAppliance *appliance)
{
  return appliance->kind;
}

const char *
v2v_appliance_note (const V2vAppliance *appliance)
{
  return appliance->note;
}

double
v2v_appliance_launch_seconds (const V2vAppliance *appliance)
{
  return appliance->launch_seconds;
}

guint
v2v_appliance_calls (const V2vAppliance *appliance)
{
  return appliance->calls;
}
