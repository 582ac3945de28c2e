/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-device.c - does a name lead to one of the given disks, on the target?
 */
#include <config.h>

#include <string.h>

#include "v2v-device-name.h"
#include "v2v-fstab.h"
#include "v2v-verify-private.h"

typedef enum { BY_UUID, BY_LABEL, BY_PARTUUID, BY_PARTLABEL } Tag;

static const struct {
  const char *prefix;
  const char *directory;
  const char *word;
} tags[] = {
  [BY_UUID] = { "UUID=", "/dev/disk/by-uuid/", "UUID" },
  [BY_LABEL] = { "LABEL=", "/dev/disk/by-label/", "label" },
  [BY_PARTUUID] = { "PARTUUID=", "/dev/disk/by-partuuid/", "PARTUUID" },
  [BY_PARTLABEL] = { "PARTLABEL=", "/dev/disk/by-partlabel/", "partition label" },
};

/* (transfer full) (nullable): the value of a tag or link of udev's. */
static char *
dup_tag (const char *spec, Tag *out)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++) {
    *out = (Tag) i;
    if (g_str_has_prefix (spec, tags[i].prefix)) {
      g_autofree char *value = g_strdup (spec + strlen (tags[i].prefix));
      gsize n = strlen (value);

      if (n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n - 1] == value[0])
        return g_strndup (value + 1, n - 2);
      return g_steal_pointer (&value);
    }
    if (g_str_has_prefix (spec, tags[i].directory))
      return v2v_device_name_unescape (spec + strlen (tags[i].directory));
  }
  return NULL;
}

static gboolean
equal_ids (const char *a, const char *b)
{
  return a != NULL && g_ascii_strcasecmp (a, b) == 0;
}

static void
count (const V2vGuest *guest, const char *device, guint *n, const char **out_device)
{
  if ((*n)++ == 0 || v2v_fstab_same_device (guest->root, device))
    *out_device = device;
}

/* How many have it; of several the root counts, since snapshots of one volume share all. */
static guint
find_tag (const V2vGuest *guest, Tag tag, const char *value, const char **out_device)
{
  guint n = 0;

  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (tag == BY_UUID ? equal_ids (fs->uuid, value)
                       : tag == BY_LABEL && g_strcmp0 (fs->label, value) == 0)
      count (guest, fs->device, &n, out_device);
  }
  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    if (tag == BY_PARTUUID ? equal_ids (part->partuuid, value)
                           : tag == BY_PARTLABEL && g_strcmp0 (part->partlabel, value) == 0)
      count (guest, part->device, &n, out_device);
  }
  return n;
}

static V2vSpecState
resolve_tag (const V2vGuest *guest, Tag tag, const char *value, const char **out_device,
             char **out_why)
{
  guint n = find_tag (guest, tag, value, out_device);

  if (n == 1 || (n > 1 && v2v_fstab_same_device (guest->root, *out_device)))
    return V2V_SPEC_FOUND;
  if (n > 1) {
    *out_why = g_strdup_printf ("%u file systems have this %s", n, tags[tag].word);
    return V2V_SPEC_UNSURE;
  }
  if (strchr (value, '/') != NULL && tag == BY_PARTUUID) {
    *out_why = g_strdup ("it is relative to another partition");
    return V2V_SPEC_UNSURE;
  }
  if ((tag == BY_UUID || tag == BY_LABEL) && v2v_guest_has_closed (guest)) {
    *out_why = g_strdup_printf ("no given disk has this %s, unless it is in the encrypted volume "
                                "that was not opened (--key)", tags[tag].word);
    return V2V_SPEC_CLOSED;
  }
  *out_why = g_strdup_printf ("no given disk has this %s", tags[tag].word);
  return V2V_SPEC_ABSENT;
}

static gboolean
has_type (const V2vGuest *guest, const char *type)
{
  for (guint i = 0; i < guest->filesystems->len; i++)
    if (g_strcmp0 (((V2vFilesystem *) g_ptr_array_index (guest->filesystems, i))->type, type)
        == 0)
      return TRUE;
  return FALSE;
}

static V2vSpecState
resolve_mapper (const V2vGuest *guest, const char *spec, const char **out_device,
                char **out_why)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, spec);

  if (fs == NULL && g_str_has_prefix (spec, "/dev/mapper/")) {
    const char *name = spec + strlen ("/dev/mapper/");
    g_autofree char *volume = v2v_device_name_from_mapper (name);

    fs = v2v_guest_find_mapped (guest, name);
    if (fs == NULL)
      fs = volume == NULL ? NULL : v2v_guest_find_filesystem (guest, volume);
  }
  if (fs != NULL) {
    *out_device = fs->device;
    return V2V_SPEC_FOUND;
  }
  if (g_str_has_prefix (spec, "/dev/md") || g_str_has_prefix (spec, "/dev/disk/by-id/")
      || has_type (guest, "crypto_LUKS")) {
    *out_why = g_strdup ("it is made at boot, and cannot be seen before");
    return V2V_SPEC_UNSURE;
  }
  *out_why = g_strdup ("there is no volume of that name");
  return V2V_SPEC_ABSENT;
}

/* sda may be right where the target's disks are called so; xvda and nvme0n1 never are. */
static V2vSpecState
judge_letter (const V2vVerify *self, const char *spec, char **out_why)
{
  gboolean virtio = g_strcmp0 (self->target->bus, "virtio") == 0;

  if (g_str_has_prefix (spec, virtio ? "/dev/vd" : "/dev/sd")) {
    *out_why = g_strdup ("it names a disk by its place, which can change");
    return V2V_SPEC_PLACE;
  }
  *out_why = g_strdup_printf ("it is the source's name of a disk; on the target it is %s",
                              virtio ? "/dev/vdX" : "/dev/sdX");
  return V2V_SPEC_SOURCE;
}

static V2vSpecState
resolve_name (const V2vVerify *self, const char *spec, const char **out_device, char **out_why)
{
  g_auto (V2vDeviceName) name = { 0 };

  v2v_device_name_parse (spec, &name);
  switch (name.kind) {
  case V2V_NAME_LETTER:
    return judge_letter (self, spec, out_why);
  case V2V_NAME_NVME:
  case V2V_NAME_ID:
    *out_why = g_strdup ("it is the source's name of a disk, which the target does not have");
    return V2V_SPEC_SOURCE;
  case V2V_NAME_MAPPER:
    return resolve_mapper (self->guest, spec, out_device, out_why);
  case V2V_NAME_REMOVABLE:
  case V2V_NAME_OTHER:
  default:
    *out_why = g_strdup ("it is no name of a disk that is known here");
    return V2V_SPEC_UNSURE;
  }
}

V2vSpecState
v2v_verify_find (const V2vVerify *self, const char *spec, const char **out_device,
                 char **out_why)
{
  g_autofree char *why = NULL;
  const char *device = NULL;
  g_autofree char *value = NULL;
  V2vSpecState state;
  Tag tag;

  value = dup_tag (spec, &tag);
  state = value != NULL ? resolve_tag (self->guest, tag, value, &device, &why)
                        : resolve_name (self, spec, &device, &why);
  if (out_device != NULL)
    *out_device = device;
  if (out_why != NULL)
    *out_why = g_steal_pointer (&why);
  return state;
}
