/* SPDX-License-Identifier: GPL-2.0-or-later
 * inject-driver.c - lets a shell script put virtio into an initramfs image
 *
 *   inject-driver ROOT VERSION IMAGE OUT   ROOT plays the guest, IMAGE is a path inside
 *
 * Prints "nothing", or "rewrite" and the seconds, and a line for each note and warning.
 */
#include <config.h>

#include <stdio.h>

#include "v2v-inject.h"

static void
print_all (const char *what, const GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    printf ("%s: %s\n", what, (const char *) g_ptr_array_index (lines, i));
}

static gboolean
run (char **argv, GError **error)
{
  g_autoptr (V2vFs) fs = v2v_fs_new_directory (argv[1], error);
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  V2vKernel *kernel = v2v_guest_add_kernel (guest);
  g_autoptr (V2vInject) inject = NULL;
  g_autoptr (GTimer) timer = g_timer_new ();
  gsize size;
  const char *data;

  if (fs == NULL)
    return FALSE;
  kernel->version = g_strdup (argv[2]);
  kernel->modules_dir = g_strconcat ("/lib/modules/", argv[2], NULL);
  kernel->initrd = g_strdup (argv[3]);
  inject = v2v_inject_initramfs (fs, guest, kernel, V2V_INJECT_NEEDED, NULL, error);
  if (inject == NULL)
    return FALSE;
  if (inject->outcome == V2V_INJECT_NOTHING)
    printf ("nothing\n");
  else
    printf ("rewrite in %.2f s\n", g_timer_elapsed (timer, NULL));
  print_all ("note", inject->notes);
  print_all ("warning", inject->warnings);
  if (inject->image == NULL)
    return TRUE;
  data = g_bytes_get_data (inject->image, &size);
  return g_file_set_contents (argv[4], data, (gssize) size, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc == 5 && run (argv, &error))
    return 0;
  fprintf (stderr, "inject-driver: %s\n", error != NULL ? error->message : "usage");
  return 1;
}
