/* SPDX-License-Identifier: GPL-2.0-or-later
 * Replays files through a fuzz target in builds without libFuzzer.
 */
#include <config.h>

#include <glib.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    g_autofree char *data = NULL;
    g_autoptr (GError) error = NULL;
    gsize size;

    if (!g_file_get_contents (argv[i], &data, &size, &error)) {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
    {
      /* An exact-size copy lets the sanitizer see a read past the end. */
      g_autofree guint8 *exact = size > 0 ? g_memdup2 (data, size) : g_malloc (1);

      LLVMFuzzerTestOneInput (exact, size);
    }
  }
  return 0;
}
