/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-mdadm.c - which disks mdadm.conf lets mdadm see, see mdadm.conf(5)
 *
 * A keyword stands at the start of its line, in any case, and three letters of it will do.
 * The rule 'storage-mdadm-devices' edits the guest's own file alike.
 */
#include <config.h>

#include "v2v-mdadm.h"

#include <string.h>

#define BLANKS " \t\r"
#define KEYWORD_MIN 3

static gboolean
has_keyword (const char *line, const char *keyword)
{
  gsize n = strcspn (line, BLANKS);

  return n >= KEYWORD_MIN && n <= strlen (keyword) && line[n] != '\0'
         && g_ascii_strncasecmp (line, keyword, n) == 0;
}

/* What the controller of the source's disks made of them; not names of other arrays. */
static gboolean
is_hardware (const char *name)
{
  static const char *const prefixes[]
    = { "/dev/nvme", "/dev/xvd", "/dev/sd", "/dev/hd", "/dev/[", "/dev/disk/by-path/" };
  static const char by_id[] = "/dev/disk/by-id/";

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;
  return g_str_has_prefix (name, by_id) && !g_str_has_prefix (name + strlen (by_id), "md-")
         && !g_str_has_prefix (name + strlen (by_id), "dm-");
}

/* (transfer full): the words up to a comment. */
static GStrv
split (const char *line)
{
  g_auto (GStrv) all = g_strsplit_set (line, BLANKS, -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (char **word = all; *word != NULL && **word != '#'; word++)
    if (**word != '\0')
      g_ptr_array_add (words, g_strdup (*word));
  g_ptr_array_add (words, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

static gboolean
limits_devices (const char *line)
{
  g_auto (GStrv) words = split (line);
  gboolean hardware = FALSE;

  if (!has_keyword (line, "DEVICE"))
    return FALSE;
  for (char **word = words + 1; *word != NULL; word++) {
    if (g_str_equal (*word, "partitions") || g_str_equal (*word, "/dev/*"))
      return FALSE;
    hardware |= is_hardware (*word);
  }
  return hardware;
}

/* (nullable): "devices=..." of a line that has the array's own mark, too. */
static const char *
find_devices (const char *line)
{
  static const char option[] = "devices=";
  g_auto (GStrv) words = NULL;
  const char *found = NULL;
  gboolean marked = FALSE;

  if (!has_keyword (line, "ARRAY"))
    return NULL;
  words = split (line);
  for (char **word = words + 1; *word != NULL; word++) {
    marked |= g_ascii_strncasecmp (*word, "uuid=", strlen ("uuid=")) == 0
              || g_ascii_strncasecmp (*word, "name=", strlen ("name=")) == 0;
    if (g_ascii_strncasecmp (*word, option, strlen (option)) == 0
        && is_hardware (*word + strlen (option)))
      found = strstr (line, *word);
  }
  return marked ? found : NULL;
}

static void
append_line (GString *out, const char *line)
{
  const char *devices = find_devices (line);
  gsize n = strcspn (line, BLANKS);

  if (limits_devices (line)) {
    g_string_append_len (out, line, (gssize) n);
    g_string_append_printf (out, " partitions%s", line + n);
  } else if (devices != NULL) {
    const char *before = devices;

    while (before > line && strchr (BLANKS, before[-1]) != NULL)
      before--;
    g_string_append_len (out, line, before - line);
    g_string_append (out, devices + strcspn (devices, BLANKS));
  } else {
    g_string_append (out, line);
  }
}

gboolean
v2v_mdadm_excludes (const char *text)
{
  g_autofree char *changed = v2v_mdadm_dup_free (text);

  return changed != NULL;
}

char *
v2v_mdadm_dup_free (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) out = g_string_new (NULL);

  for (char **line = lines; *line != NULL; line++) {
    append_line (out, *line);
    if (line[1] != NULL)
      g_string_append_c (out, '\n');
  }
  return g_str_equal (out->str, text) ? NULL : g_string_free (g_steal_pointer (&out), FALSE);
}
