/* SPDX-License-Identifier: GPL-2.0-or-later
 * main.c - chooses the command, watches for signals, turns errors into exit statuses
 */
#include <config.h>

#include <glib-unix.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "v2v-appliance.h"
#include "v2v-cancel.h"
#include "v2v-command.h"
#include "v2v-exit.h"
#include "v2v-pod.h"
#include "v2v-str.h"

/* Signals are answered by a thread of their own, since the main one sits in calls
 * that cannot be interrupted. */
typedef struct {
  V2vCancel *cancel;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  int signal; /* the first one that came; read after the thread has ended */
} Watch;

typedef struct {
  Watch *watch;
  int number;
} Signal;

static gboolean
on_signal (gpointer user_data)
{
  const Signal *sig = user_data;
  g_autofree char *reason
    = g_strdup_printf ("stopped by signal %d (%s)", sig->number, strsignal (sig->number));

  if (sig->watch->signal == 0)
    sig->watch->signal = sig->number;
  v2v_cancel_fire (sig->watch->cancel, V2V_ERROR_CANCELLED, reason);
  return G_SOURCE_CONTINUE;
}

static gpointer
watch_thread (gpointer user_data)
{
  Watch *watch = user_data;

  g_main_loop_run (watch->loop);
  return NULL;
}

static void
watch_start (Watch *watch, V2vCancel *cancel)
{
  static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

  watch->cancel = cancel;
  watch->context = g_main_context_new ();
  watch->loop = g_main_loop_new (watch->context, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autoptr (GSource) source = g_unix_signal_source_new (numbers[i]);
    Signal *sig = g_new0 (Signal, 1);

    sig->watch = watch;
    sig->number = numbers[i];
    g_source_set_callback (source, on_signal, sig, g_free);
    g_source_attach (source, watch->context);
  }
  watch->thread = g_thread_new ("signals", watch_thread, watch);
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* From inside the loop: g_main_loop_quit() before the thread has come to
 * g_main_loop_run() is forgotten, and a fast command would never end. */
static void
watch_stop (Watch *watch)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit, watch->loop, NULL);
  g_source_attach (source, watch->context);
  g_thread_join (watch->thread);
  g_main_loop_unref (watch->loop);
  g_main_context_unref (watch->context);
}

static void
print_error (const GError *error)
{
  g_autofree char *text = v2v_str_printable (error->message, 2000);

  fprintf (stderr, "v2v-wrapper: error: %s\n", text);
}

static int
run_command (gboolean (*run) (char **, V2vCancel *, GError **), char **argv, gboolean pod)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };
  gboolean ok;

  watch_start (&watch, cancel);
  ok = run (argv, cancel, &error);
  watch_stop (&watch);
  if (ok)
    return V2V_EXIT_OK;
  print_error (error);
  return v2v_exit_status (error, watch.signal, pod);
}

static int
usage_error (const char *word)
{
  g_autofree char *help = v2v_command_help ();

  if (word != NULL)
    fprintf (stderr, "v2v-wrapper: error: unknown command '%s'\n\n", word);
  fputs (help, stderr);
  return V2V_EXIT_USAGE;
}

static int
help (void)
{
  g_autofree char *text = v2v_command_help ();

  fputs (text, stdout);
  return V2V_EXIT_OK;
}

int
main (int argc, char **argv)
{
  const char *word = argc > 1 ? argv[1] : NULL;
  const V2vCommand *command = word != NULL ? v2v_command_find (word) : NULL;

  signal (SIGPIPE, SIG_IGN);
  /* Standard output is the result's. */
  g_log_writer_default_set_use_stderr (TRUE);
  v2v_accel_prepare ();
  g_set_prgname ("v2v-wrapper");
  if (command != NULL) {
    /* --help of a command shows how it is called. */
    g_autofree char *name = g_strdup_printf ("v2v-wrapper %s", command->name);

    g_set_prgname (name);
    return run_command (command->run, argv + 1, FALSE);
  }
  if (word != NULL && g_str_equal (word, "--version")) {
    printf ("v2v-wrapper %s\n", PACKAGE_VERSION);
    return V2V_EXIT_OK;
  }
  if (word != NULL && *word != '-')
    return usage_error (word);
  if (v2v_pod_detect ())
    return run_command (v2v_command_pod, argv, TRUE);
  if (word != NULL && (g_str_equal (word, "--help") || g_str_equal (word, "-h")))
    return help ();
  if (word != NULL)
    return run_command (v2v_command_pod, argv, FALSE);
  return usage_error (NULL);
}
