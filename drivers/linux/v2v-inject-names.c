/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject-names.c - device names inside an initramfs
 */
#include <config.h>

#include "v2v-inject-names.h"

#include <string.h>

#include "v2v-root-names.h"
#include "v2v-stable-name.h"

struct _V2vInjectNames {
  const V2vGuest *guest;
  V2vRootNames *roots;
  gboolean complete; /* all file systems are known */
};

/* Disks without a file system on them are no news of what is gone. */
static gboolean
knows_all (const V2vGuest *guest)
{
  if (v2v_guest_has_closed (guest))
    return FALSE;
  return guest->disks->len > 0 && guest->filesystems->len > 0;
}

V2vInjectNames *
v2v_inject_names_new (const V2vGuest *guest, const char *fstab)
{
  V2vInjectNames *names = g_new0 (V2vInjectNames, 1);

  names->guest = guest;
  names->roots = v2v_root_names_new (guest, fstab);
  names->complete = knows_all (guest);
  return names;
}

void
v2v_inject_names_free (V2vInjectNames *names)
{
  if (names == NULL)
    return;
  v2v_root_names_free (names->roots);
  g_free (names);
}

void
v2v_inject_names_add (V2vInjectNames *names, const char *parameter, const char *value)
{
  v2v_root_names_add (names->roots, parameter, value);
}

char *
v2v_inject_names_dup (V2vInjectNames *names, const char *parameter, const char *value,
                      char **out_why)
{
  return v2v_root_names_dup (names->roots, parameter, value, TRUE, out_why);
}

/* What follows one of two spellings; NULL when it is neither, or nothing follows. */
static const char *
behind (const char *name, const char *tag, const char *directory)
{
  const char *rest = NULL;

  if (g_str_has_prefix (name, tag))
    rest = name + strlen (tag);
  else if (g_str_has_prefix (name, directory))
    rest = name + strlen (directory);
  return rest == NULL || *rest == '\0' ? NULL : rest;
}

static gboolean
has_uuid (const V2vGuest *guest, const char *uuid)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (fs->uuid != NULL && g_ascii_strcasecmp (fs->uuid, uuid) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_partuuid (const V2vGuest *guest, const char *partuuid)
{
  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    if (part->partuuid != NULL && g_ascii_strcasecmp (part->partuuid, partuuid) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
v2v_inject_names_is_gone (const V2vInjectNames *names, const char *name)
{
  const char *uuid = behind (name, "UUID=", "/dev/disk/by-uuid/");
  const char *partuuid = behind (name, "PARTUUID=", "/dev/disk/by-partuuid/");

  if (uuid != NULL)
    return names->complete && !has_uuid (names->guest, uuid);
  if (partuuid != NULL)
    return names->complete && !has_partuuid (names->guest, partuuid);
  /* LVM's own ids move along with the volume. */
  if (g_str_has_prefix (name, "/dev/disk/by-id/lvm-"))
    return FALSE;
  return v2v_stable_name_is_hardware (name);
}

char *
v2v_inject_unescape (const char *name, gboolean unit)
{
  GString *out = g_string_new (unit ? "/" : NULL);

  for (; *name != '\0'; name++) {
    if (name[0] == '\\' && name[1] == 'x' && g_ascii_isxdigit (name[2])
        && g_ascii_isxdigit (name[3]) && (name[2] != '0' || name[3] != '0')) {
      g_string_append_c (out, (char) (g_ascii_xdigit_value (name[2]) * 16
                                      + g_ascii_xdigit_value (name[3])));
      name += 3;
    } else
      g_string_append_c (out, unit && *name == '-' ? '/' : *name);
  }
  return g_string_free (out, FALSE);
}

char *
v2v_inject_unquote (const char *value)
{
  gsize n = strlen (value);

  if (n >= 2 && (*value == '"' || *value == '\'') && value[n - 1] == *value)
    return g_strndup (value + 1, n - 2);
  return g_strdup (value);
}
