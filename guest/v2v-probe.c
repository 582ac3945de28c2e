/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-probe.c - what one command in the appliance says about all its disks
 */
#include <config.h>

#include "v2v-probe.h"

#include <string.h>

#include "v2v-appliance-private.h"

/* The unit of the kernel's size files, whatever the sector size is. */
#define SIZE_UNIT 512

/* More lines than the devices of the largest instance have. */
#define LINES_MAX (256 * 1024)

static V2vProbe *
probe_new (void)
{
  V2vProbe *probe = g_new0 (V2vProbe, 1);

  probe->disks = g_ptr_array_new_with_free_func (g_free);
  probe->partitions = g_ptr_array_new_with_free_func (g_free);
  probe->sizes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  probe->pairs
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  return probe;
}

void
v2v_probe_free (V2vProbe *probe)
{
  if (probe == NULL)
    return;
  g_ptr_array_unref (probe->disks);
  g_ptr_array_unref (probe->partitions);
  g_hash_table_unref (probe->sizes);
  g_hash_table_unref (probe->pairs);
  g_free (probe);
}

static int
compare_devices (gconstpointer a, gconstpointer b)
{
  guint disk[2] = { 0 };
  guint number[2] = { 0 };

  (void) v2v_disks_parse_name (*(const char *const *) a, &disk[0], &number[0]);
  (void) v2v_disks_parse_name (*(const char *const *) b, &disk[1], &number[1]);
  return disk[0] != disk[1] ? (disk[0] > disk[1]) - (disk[0] < disk[1])
                            : (number[0] > number[1]) - (number[0] < number[1]);
}

/* "/sys/class/block/sda1/size:5502976" */
static void
add_size (V2vProbe *probe, const char *line, guint n_disks)
{
  static const char prefix[] = "/sys/class/block/";
  const char *tail = strstr (line, "/size:");
  g_autofree char *device = NULL;
  guint64 sectors, *size;
  guint disk, number;

  if (!g_str_has_prefix (line, prefix) || tail == NULL || tail < line + strlen (prefix)
      || !g_ascii_string_to_unsigned (tail + strlen ("/size:"), 10, 0,
                                      G_MAXINT64 / SIZE_UNIT, &sectors, NULL))
    return;
  device = g_strdup_printf ("/dev/%.*s", (int) (tail - line - (gssize) strlen (prefix)),
                            line + strlen (prefix));
  if (!v2v_disks_parse_name (device, &disk, &number) || disk >= n_disks
      || g_hash_table_contains (probe->sizes, device))
    return;
  g_ptr_array_add (number == 0 ? probe->disks : probe->partitions, g_strdup (device));
  size = g_new (guint64, 1);
  *size = sectors * SIZE_UNIT;
  g_hash_table_insert (probe->sizes, g_steal_pointer (&device), size);
}

/* The lines of one device: "NAME=VALUE", the first is DEVNAME.  Devices that are not
 * among the disks, or come twice, are none of ours. */
static void
add_pairs (V2vProbe *probe, char **lines, guint n)
{
  static const char first[] = "DEVNAME=";
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  const char *device;

  if (n == 0 || !g_str_has_prefix (lines[0], first))
    return;
  device = lines[0] + strlen (first);
  if (!g_hash_table_contains (probe->sizes, device)
      || g_hash_table_contains (probe->pairs, device))
    return;
  for (guint i = 1; i < n; i++) {
    const char *equals = strchr (lines[i], '=');

    if (equals == NULL)
      return;
    g_ptr_array_add (pairs, g_strndup (lines[i], (gsize) (equals - lines[i])));
    g_ptr_array_add (pairs, g_strdup (equals + 1));
  }
  g_ptr_array_add (pairs, NULL);
  g_hash_table_insert (probe->pairs, g_strdup (device), g_strdupv ((char **) pairs->pdata));
}

/* TRUE when the first @n_disks names are there, and the partitions of none else. */
static gboolean
is_complete (const V2vProbe *probe, guint n_disks)
{
  if (probe->disks->len != n_disks)
    return FALSE;
  for (guint i = 0; i < n_disks; i++) {
    guint disk, number;

    if (!v2v_disks_parse_name (probe->disks->pdata[i], &disk, &number) || disk != i)
      return FALSE;
  }
  return TRUE;
}

V2vProbe *
v2v_probe_parse (const char *text, guint n_disks)
{
  g_autoptr (V2vProbe) probe = probe_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", LINES_MAX);
  guint n = g_strv_length (lines);
  guint at = 0;

  for (; at < n && *lines[at] != '\0'; at++)
    add_size (probe, lines[at], n_disks);
  g_ptr_array_sort (probe->disks, compare_devices);
  g_ptr_array_sort (probe->partitions, compare_devices);
  if (!is_complete (probe, n_disks))
    return NULL;
  while (at < n) {
    guint start = at;

    while (at < n && *lines[at] != '\0')
      at++;
    add_pairs (probe, lines + start, at - start);
    at++;
  }
  return g_steal_pointer (&probe);
}
