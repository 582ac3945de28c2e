/* SPDX-License-Identifier: GPL-2.0-or-later
 * tx-driver - a transaction with a shell in place of the conversion
 *
 * tx-driver [OPTION...] -w WORKDIR -c COMMAND DISK...
 * A DISK may be FORMAT=PATH with FORMAT qcow2 or vmdk.  COMMAND is run by sh with
 * the overlays as "$@"; when it fails nothing is committed.  Prints "resumed",
 * "committed" or the error; exits 10 + error code.
 */
#include <config.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "v2v-process.h"
#include "v2v-transaction.h"

typedef struct {
  char *work_dir;
  char *command;
  char **disks;
  gint64 min_free;
  gboolean check_only;
  gboolean read_only;
  gboolean default_dir;
} Options;

static V2vSource *
make_source (char **disks)
{
  V2vSource *source = v2v_source_new ("test");

  for (guint i = 0; disks != NULL && disks[i] != NULL; i++) {
    V2vSourceDisk *disk = v2v_source_add_disk (source);
    const char *format
      = g_str_has_prefix (disks[i], "qcow2=")  ? "qcow2"
        : g_str_has_prefix (disks[i], "vmdk=") ? "vmdk"
                                               : "raw";

    disk->format = g_strdup (format);
    disk->path = g_strdup (g_str_equal (format, "raw") ? disks[i]
                                                       : disks[i] + strlen (format) + 1);
  }
  return source;
}

static gboolean
run_command (V2vTransaction *tx, const Options *options, guint n_disks, V2vCancel *cancel,
             GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  V2vProcess process = { .what = "the test's command", .cancel = cancel };

  g_ptr_array_add (argv, (gpointer) "sh");
  g_ptr_array_add (argv, (gpointer) "-c");
  g_ptr_array_add (argv, options->command);
  g_ptr_array_add (argv, (gpointer) "sh");
  for (guint i = 0; i < n_disks; i++)
    g_ptr_array_add (argv, (gpointer) v2v_transaction_overlay (tx, i));
  g_ptr_array_add (argv, NULL);
  process.argv = (const char *const *) argv->pdata;
  return v2v_process_check (&process, NULL, error);
}

/* What the program does on a signal: the thread that waits is not the worker. */
static gpointer
serve_signals (gpointer user_data)
{
  sigset_t set;
  int number;

  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  for (;;) {
    if (sigwait (&set, &number) == 0)
      v2v_cancel_fire (user_data, V2V_ERROR_CANCELLED, "stopped by a signal");
  }
  return NULL;
}

static void
catch_signals (V2vCancel *cancel)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  g_thread_unref (g_thread_new ("signals", serve_signals, cancel));
}

static gboolean
convert (const Options *options, V2vSource *source, V2vCancel *cancel, GError **error)
{
  g_autoptr (V2vTransaction) tx = NULL;
  gboolean resumed = FALSE;
  double seconds = 0;
  V2vTransactionArgs args = { .source = source,
                              .work_dir = options->work_dir,
                              .cancel = cancel,
                              .min_free = (guint64) options->min_free };

  tx = v2v_transaction_open (&args, &resumed, error);
  if (tx == NULL)
    return FALSE;
  if (!resumed && !run_command (tx, options, source->disks->len, cancel, error))
    return FALSE;
  if (!v2v_transaction_commit (tx, &seconds, error))
    return FALSE;
  printf ("%s\n", resumed ? "resumed" : "committed");
  return TRUE;
}

static int
report (const GError *error)
{
  printf ("error %d: %s\n", error->code, error->message);
  return error->domain == V2V_ERROR ? 10 + error->code : 1;
}

static gboolean
parse (int *argc, char ***argv, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "work-dir", 'w', 0, G_OPTION_ARG_FILENAME, &options->work_dir, NULL, NULL },
    { "command", 'c', 0, G_OPTION_ARG_FILENAME, &options->command, NULL, NULL },
    { "min-free", 0, 0, G_OPTION_ARG_INT64, &options->min_free, NULL, NULL },
    { "check-only", 0, 0, G_OPTION_ARG_NONE, &options->check_only, NULL, NULL },
    { "read-only", 0, 0, G_OPTION_ARG_NONE, &options->read_only, NULL, NULL },
    { "default-dir", 0, 0, G_OPTION_ARG_NONE, &options->default_dir, NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->disks, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
run (const Options *options, V2vCancel *cancel, GError **error)
{
  g_autoptr (V2vSource) source = make_source (options->disks);

  if (!v2v_source_check_disks (source, !options->read_only, error))
    return FALSE;
  if (options->default_dir) {
    g_autofree char *dir = v2v_transaction_default_work_dir (source, FALSE);

    printf ("%s\n", dir);
    return TRUE;
  }
  if (options->check_only) {
    for (guint i = 0; i < source->disks->len; i++) {
      const V2vSourceDisk *disk = g_ptr_array_index (source->disks, i);

      printf ("%s %" G_GUINT64_FORMAT "\n", disk->format, disk->size);
    }
    return TRUE;
  }
  return convert (options, source, cancel, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  int status = 0;

  catch_signals (cancel);
  if (!parse (&argc, &argv, &options, &error) || !run (&options, cancel, &error))
    status = report (error);
  fflush (stdout);
  /* The signal thread has the switch: it ends with the process, not before. */
  g_steal_pointer (&cancel);
  g_strfreev (options.disks);
  g_free (options.work_dir);
  g_free (options.command);
  return status;
}
