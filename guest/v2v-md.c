/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-md.c - RAID arrays of md(4) that the appliance has started
 */
#include <config.h>

#include "v2v-md.h"

#include <string.h>

#include "v2v-appliance-private.h"
#include "v2v-probe.h"

/* md(4) has fewer members in an array, and nobody has as many arrays. */
#define ARRAYS_MAX 512
#define MEMBERS_MAX 4096

/* One that was never written to is left as it is: the word would start it. */
#define SETTLE_COMMAND                                                                       \
  "for m in /sys/block/md*/md; do case $(cat $m/array_state) in active*|write-pending) "     \
  "echo clean >$m/array_state ;; esac; done 2>/dev/null; true"

/* "2:0:1:0" -> 1 */
static gboolean
parse_target (const char *address, guint *out_target)
{
  g_auto (GStrv) parts = g_strsplit (address, ":", -1);
  guint64 target;

  if (g_strv_length (parts) != 4
      || !g_ascii_string_to_unsigned (parts[2], 10, 0, G_MAXUINT8, &target, NULL))
    return FALSE;
  *out_target = (guint) target;
  return TRUE;
}

/* libguestfs' name for ".../2:0:1:0/block/sdc/sdc1", which is drive number 1 whatever the
 * kernel calls it; the kernel's name for what is no disk. */
static char *
dup_member (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  guint n = g_strv_length (parts);
  const char *name = n == 0 ? "" : parts[n - 1];
  guint target;

  for (guint i = 1; i + 1 < n; i++) {
    g_autofree char *disk = NULL;
    gsize prefix = strlen (parts[i + 1]);

    if (!g_str_equal (parts[i], "block") || !parse_target (parts[i - 1], &target)
        || strncmp (name, parts[i + 1], prefix) != 0)
      continue;
    disk = v2v_probe_dup_drive (target);
    return g_strconcat (disk, name + prefix, NULL);
  }
  return *name == '\0' ? NULL : g_strconcat ("/dev/", name, NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *x = *(const char *const *) a;
  const char *y = *(const char *const *) b;

  /* "/dev/sdz" comes before "/dev/sdaa". */
  return strlen (x) != strlen (y) ? (strlen (x) > strlen (y)) - (strlen (x) < strlen (y))
                                  : strcmp (x, y);
}

static V2vArray *
add_array (V2vGuest *guest, char **words)
{
  V2vArray *array;
  guint64 wanted;

  if (g_strv_length (words) != 4 || !g_str_has_prefix (words[1], "md") || *words[2] == '\0'
      || !g_ascii_string_to_unsigned (words[3], 10, 0, MEMBERS_MAX, &wanted, NULL)
      || guest->arrays->len >= ARRAYS_MAX)
    return NULL;
  array = v2v_guest_add_array (guest);
  array->device = g_strconcat ("/dev/", words[1], NULL);
  array->level = g_strdup (words[2]);
  array->wanted = (guint) wanted;
  return array;
}

/* One that failed, or that is a spare still, holds nothing. */
static void
add_member (V2vArray *array, char **words)
{
  g_auto (GStrv) states = NULL;
  char *member;

  if (g_strv_length (words) != 3 || array->members->len >= MEMBERS_MAX)
    return;
  states = g_strsplit (words[1], ",", -1);
  if (!g_strv_contains ((const char *const *) states, "in_sync"))
    return;
  member = dup_member (words[2]);
  if (member != NULL)
    g_ptr_array_add (array->members, member);
}

void
v2v_md_parse (const char *text, V2vGuest *guest)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  V2vArray *array = NULL;

  for (char **line = lines; *line != NULL; line++) {
    g_auto (GStrv) words = g_strsplit (*line, " ", 4);

    if (g_strcmp0 (words[0], "array") == 0)
      array = add_array (guest, words);
    else if (g_strcmp0 (words[0], "member") == 0 && array != NULL)
      add_member (array, words);
  }
  for (guint i = 0; i < guest->arrays->len; i++)
    g_ptr_array_sort (((V2vArray *) g_ptr_array_index (guest->arrays, i))->members,
                      compare_names);
}

void
v2v_md_read (V2vAppliance *appliance, V2vGuest *guest)
{
  char *const command[] = { (char *) V2V_MD_COMMAND, NULL };
  g_autofree char *text = guestfs_debug (appliance->g, "sh", command);

  if (text == NULL) {
    g_debug ("the appliance does not tell of its arrays");
    return;
  }
  v2v_md_parse (text, guest);
  appliance->has_arrays = guest->arrays->len > 0;
}

void
v2v_md_settle (V2vAppliance *appliance)
{
  char *const command[] = { (char *) SETTLE_COMMAND, NULL };
  g_autofree char *said = NULL;

  if (appliance->has_arrays)
    said = guestfs_debug (appliance->g, "sh", command);
}
