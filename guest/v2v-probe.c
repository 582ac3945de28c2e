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

/* "2:0:1:0/block/sdc/sdc1/size:5502976" */
typedef struct {
  guint target;
  char *disk;    /* "sdc" */
  guint number;  /* of the partition; 0: the disk */
  guint64 bytes;
} Row;

static void
row_clear (gpointer p)
{
  g_free (((Row *) p)->disk);
}

/* TRUE when all disks hang on one adapter, each on a target of its own. */
static gboolean
parse_address (const char *text, guint *out_target)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);
  guint64 target;

  if (g_strv_length (parts) != 4 || !g_str_equal (parts[1], "0") || !g_str_equal (parts[3], "0")
      || !g_ascii_string_to_unsigned (parts[2], 10, 0, G_MAXUINT16, &target, NULL))
    return FALSE;
  *out_target = (guint) target;
  return TRUE;
}

/* FALSE: this is no such line. */
static gboolean
parse_row (const char *line, Row *row)
{
  g_auto (GStrv) parts = g_strsplit (line, "/", -1);
  guint n = g_strv_length (parts);
  g_autofree char *device = NULL;
  guint64 sectors;
  guint disk, number;

  if ((n != 4 && n != 5) || !parse_address (parts[0], &row->target)
      || !g_str_equal (parts[1], "block") || !g_str_has_prefix (parts[n - 1], "size:")
      || !g_ascii_string_to_unsigned (parts[n - 1] + strlen ("size:"), 10, 0,
                                      G_MAXINT64 / SIZE_UNIT, &sectors, NULL))
    return FALSE;
  device = g_strconcat ("/dev/", parts[n - 2], NULL);
  if (!v2v_disks_parse_name (device, &disk, &number) || (number == 0) != (n == 4)
      || !g_str_has_prefix (parts[n - 2], parts[2]))
    return FALSE;
  row->number = number;
  row->bytes = sectors * SIZE_UNIT;
  row->disk = g_strdup (parts[2]);
  return TRUE;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *x = a;
  const Row *y = b;

  return x->target != y->target ? (x->target > y->target) - (x->target < y->target)
                                : (x->number > y->number) - (x->number < y->number);
}

char *
v2v_probe_dup_drive (guint index)
{
  GString *name = g_string_new (NULL);

  for (guint i = index + 1; i > 0; i = (i - 1) / 26)
    g_string_prepend_c (name, (char) ('a' + (i - 1) % 26));
  g_string_prepend (name, "/dev/sd");
  return g_string_free (name, FALSE);
}

/* Names the rows, which are sorted; @names: the kernel's -> libguestfs'. */
static gboolean
add_rows (V2vProbe *probe, const GArray *rows, guint n_disks, GHashTable *names)
{
  g_autofree char *disk = NULL;
  guint seen = 0;

  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index (rows, Row, i);
    g_autofree char *number = row->number == 0 ? NULL : g_strdup_printf ("%u", row->number);
    g_autofree char *device = NULL;

    if (row->number == 0) {
      g_free (disk);
      disk = v2v_probe_dup_drive (seen++);
    }
    /* A partition before its disk, and two disks on one target. */
    if (disk == NULL || (row->number == 0 && i > 0 && row->target == row[-1].target)
        || (row->number != 0
            && (row->target != row[-1].target || !g_str_equal (row->disk, row[-1].disk))))
      return FALSE;
    if (seen > n_disks)
      continue;
    device = g_strconcat (disk, number, NULL);
    if (g_hash_table_contains (probe->sizes, device))
      return FALSE;
    g_ptr_array_add (number == NULL ? probe->disks : probe->partitions, g_strdup (device));
    g_hash_table_insert (probe->sizes, g_strdup (device),
                         g_memdup2 (&row->bytes, sizeof row->bytes));
    g_hash_table_insert (names, g_strconcat ("/dev/", row->disk, number, NULL),
                         g_steal_pointer (&device));
  }
  return seen == n_disks || seen == n_disks + 1;
}

/* The lines of one device: "NAME=VALUE", the first is DEVNAME.  Devices that are not
 * among the disks, or come twice, are none of ours. */
static void
add_pairs (V2vProbe *probe, GHashTable *names, char **lines, guint n)
{
  static const char first[] = "DEVNAME=";
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  const char *device = NULL;

  if (n > 0 && g_str_has_prefix (lines[0], first))
    device = g_hash_table_lookup (names, lines[0] + strlen (first));
  if (device == NULL || g_hash_table_contains (probe->pairs, device))
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

V2vProbe *
v2v_probe_parse (const char *text, guint n_disks)
{
  g_autoptr (V2vProbe) probe = probe_new ();
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (Row));
  g_autoptr (GHashTable) names
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", LINES_MAX);
  guint n = g_strv_length (lines);
  guint at = 0;

  g_array_set_clear_func (rows, row_clear);
  for (; at < n && *lines[at] != '\0'; at++) {
    Row row = { 0 };

    if (!parse_row (lines[at], &row))
      return NULL;
    g_array_append_val (rows, row);
  }
  g_array_sort (rows, compare_rows);
  if (!add_rows (probe, rows, n_disks, names))
    return NULL;
  while (at < n) {
    guint start = at;

    while (at < n && *lines[at] != '\0')
      at++;
    add_pairs (probe, names, lines + start, at - start);
    at++;
  }
  return g_steal_pointer (&probe);
}
