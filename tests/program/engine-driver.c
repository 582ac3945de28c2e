/* SPDX-License-Identifier: GPL-2.0-or-later
 * engine-driver: runs the virt-v2v engine with made-up facts.
 *
 *   engine-driver probe|convert DIR OVERLAY... [KEY=VALUE...]
 *
 * Keys: root, distro, os (linux, windows, other), bus, trim (yes), cancel-after
 * (milliseconds after the first line).  Prints "line:", "warning:", "label:", "error CODE:"
 * lines; exit 1 when the engine failed.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "v2v-engine.h"
#include "v2v-error.h"
#include "v2v-key.h"

typedef struct {
  V2vRequest *request;
  V2vSource *source;
  V2vGuest *guest;
  V2vReport *report;
  V2vCancel *cancel;
  GPtrArray *overlays;
  guint cancel_after; /* milliseconds, 0 = never */
  GThread *canceller;
} Driver;

static gpointer
fire (gpointer data)
{
  Driver *driver = data;

  g_usleep (driver->cancel_after * 1000UL);
  v2v_cancel_fire (driver->cancel, V2V_ERROR_CANCELLED, "stopped by signal 15");
  return NULL;
}

static void
on_line (const char *line, gpointer data)
{
  Driver *driver = data;

  printf ("line: %s\n", line);
  fflush (stdout);
  if (driver->cancel_after != 0 && driver->canceller == NULL)
    driver->canceller = g_thread_new ("cancel", fire, driver);
}

static void
on_warning (const char *text, gpointer data)
{
  (void) data;
  printf ("warning: %s\n", text);
}

static void
set (Driver *driver, const char *key, const char *value)
{
  if (strcmp (key, "root") == 0) {
    g_free (driver->guest->root);
    driver->guest->root = g_strdup (value);
  } else if (strcmp (key, "distro") == 0) {
    g_free (driver->guest->distro);
    driver->guest->distro = g_strdup (value);
  } else if (strcmp (key, "os") == 0) {
    driver->guest->os = strcmp (value, "windows") == 0 ? V2V_OS_WINDOWS
                        : strcmp (value, "linux") == 0 ? V2V_OS_LINUX
                                                       : V2V_OS_OTHER;
  } else if (strcmp (key, "bus") == 0) {
    for (guint i = 0; i < driver->source->disks->len; i++) {
      V2vSourceDisk *disk = g_ptr_array_index (driver->source->disks, i);

      g_free (disk->bus);
      disk->bus = g_strdup (value);
    }
  } else if (strcmp (key, "key") == 0) {
    V2vKey *added = v2v_key_new ();

    added->id = g_strdup ("all");
    added->file = g_strdup (value);
    added->secret = g_strdup ("a secret");
    g_ptr_array_add (driver->request->keys, added);
  } else if (strcmp (key, "luks") == 0) {
    V2vFilesystem *fs = v2v_guest_add_filesystem (driver->guest);

    fs->device = g_strdup (value);
    fs->type = g_strdup ("crypto_LUKS");
    fs->opened = TRUE;
    fs = v2v_guest_add_filesystem (driver->guest);
    fs->device = g_strdup ("/dev/mapper/luks-x");
    fs->type = g_strdup ("ext4");
    fs->container = g_strdup (value);
  } else if (strcmp (key, "trim") == 0) {
    driver->request->trim = strcmp (value, "yes") == 0;
  } else if (strcmp (key, "cancel-after") == 0) {
    driver->cancel_after = (guint) atoi (value);
  } else {
    g_error ("unknown key %s", key);
  }
}

static void
init (Driver *driver, char **args)
{
  driver->request = v2v_request_new ();
  driver->source = v2v_source_new ("guest");
  driver->guest = v2v_guest_new ();
  driver->report = v2v_report_new ();
  driver->cancel = v2v_cancel_new ();
  driver->overlays = g_ptr_array_new ();
  driver->guest->root = g_strdup ("/dev/sda1");
  driver->guest->os = V2V_OS_LINUX;
  driver->guest->distro = g_strdup ("debian");
  driver->guest->major = 12;
  v2v_guest_set_bootloader (driver->guest, "grub2");
  v2v_guest_add_kernel (driver->guest);
  for (; *args != NULL; args++) {
    g_auto (GStrv) pair = g_strsplit (*args, "=", 2);

    if (strchr (*args, '/') == *args) {
      g_ptr_array_add (driver->overlays, *args);
      v2v_source_add_disk (driver->source);
    } else {
      g_assert (pair[1] != NULL);
      set (driver, pair[0], pair[1]);
    }
  }
  g_ptr_array_add (driver->overlays, NULL);
}

static gboolean
go (Driver *driver, const char *what, const char *dir, GError **error)
{
  const V2vEngine *engine = &v2v_engine_virt_v2v;
  V2vObserver observer = { .line = on_line, .warning = on_warning, .user_data = driver };
  V2vEngineArgs args = { .request = driver->request,
                         .source = driver->source,
                         .guest = driver->guest,
                         .overlays = (const char *const *) driver->overlays->pdata,
                         .dir = dir,
                         .observer = &observer,
                         .report = driver->report,
                         .cancel = driver->cancel };
  g_autofree char *label = NULL;

  if (engine == NULL)
    return FALSE;
  if (strcmp (what, "convert") == 0)
    return engine->convert (&args, error);
  if (!engine->probe (&args, &label, error))
    return FALSE;
  printf ("label: %s\n", label);
  return TRUE;
}

static void
finish (Driver *driver)
{
  if (driver->canceller != NULL)
    g_thread_join (driver->canceller);
  v2v_request_free (driver->request);
  v2v_source_free (driver->source);
  v2v_guest_free (driver->guest);
  v2v_report_free (driver->report);
  v2v_cancel_free (driver->cancel);
  g_ptr_array_unref (driver->overlays);
}

int
main (int argc, char **argv)
{
  static const char *const codes[] = { "internal", "usage", "unsupported", "refused",
                                       "storage", "no-os", "cancelled", "not-found" };
  g_autoptr (GError) error = NULL;
  Driver driver = { 0 };
  gint64 start = g_get_monotonic_time ();

  if (argc < 3)
    return 2;
  init (&driver, argv + 3);
  if (!go (&driver, argv[1], argv[2], &error))
    printf ("error %s: %s\n", codes[error->code], error->message);
  printf ("seconds: %.1f\n",
          (double) (g_get_monotonic_time () - start) / G_TIME_SPAN_SECOND);
  finish (&driver);
  return error != NULL;
}
