/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-luks.c - encrypted volumes of the appliance's disks
 *
 * libguestfs marks the key as one: its traces say "***".
 */
#include <config.h>

#include "v2v-luks.h"

#include <string.h>

#include "v2v-appliance-private.h"
#include "v2v-key.h"

#define UUID_LENGTH 36

/* Each try of a key takes seconds. */
#define VOLUMES_MAX 64

typedef struct {
  char *device; /* the volume */
  char *name;   /* dm-crypt's */
  char *inside; /* /dev/mapper/NAME */
  GPtrArray *groups; /* char*: LVM's volume groups inside */
  GPtrArray *volumes; /* char*: their logical volumes, "/dev/vg/lv" */
} V2vOpened;

static void
opened_free (gpointer p)
{
  V2vOpened *opened = p;

  g_free (opened->device);
  g_free (opened->name);
  g_free (opened->inside);
  g_ptr_array_unref (opened->groups);
  g_ptr_array_unref (opened->volumes);
  g_free (opened);
}

GPtrArray *
v2v_luks_new_list (void)
{
  return g_ptr_array_new_with_free_func (opened_free);
}

static V2vOpened *
find_opened (V2vAppliance *appliance, const char *device)
{
  for (guint i = 0; i < appliance->opened->len; i++) {
    V2vOpened *opened = g_ptr_array_index (appliance->opened, i);

    if (g_str_equal (opened->device, device))
      return opened;
  }
  return NULL;
}

/* The name that systemd gives a volume without one of its own: a guest that mounts it by
 * this name is right here too. */
char *
v2v_luks_dup_name (const char *uuid, gboolean taken, guint index)
{
  gboolean good = uuid != NULL && strlen (uuid) == UUID_LENGTH
                  && strspn (uuid, "0123456789abcdefABCDEF-") == UUID_LENGTH;

  return good && !taken ? g_strconcat ("luks-", uuid, NULL)
                        : g_strdup_printf ("luks-volume-%u", index);
}

static V2vOpened *
new_opened (V2vAppliance *appliance, const V2vFilesystem *volume)
{
  V2vOpened *opened = g_new0 (V2vOpened, 1);
  gboolean taken = FALSE;
  g_autofree char *name = v2v_luks_dup_name (volume->uuid, FALSE, 0);

  /* Volumes that were made of one snapshot share the id. */
  for (guint i = 0; i < appliance->opened->len; i++)
    taken |= g_str_equal (((V2vOpened *) appliance->opened->pdata[i])->name, name);
  opened->device = g_strdup (volume->device);
  opened->name = v2v_luks_dup_name (volume->uuid, taken, appliance->opened->len);
  opened->inside = g_strconcat ("/dev/mapper/", opened->name, NULL);
  opened->groups = g_ptr_array_new_with_free_func (g_free);
  opened->volumes = g_ptr_array_new_with_free_func (g_free);
  return opened;
}

/* The kernel tests a cipher when it is first used, and waits 60 s for that: on a host with
 * other things to do that is too short (seen without KVM), and the second time it is done. */
#define TRIES 3

/* Of cryptsetup, before it tries.  argon2id takes what the header says, by default 1 GiB,
 * which the appliance just has (60 s without KVM), and 4 GiB at most. */
#define NO_MEMORY "Not enough available memory"
#define MORE_MEMORY                                                                          \
  "its passphrase wants more memory than the appliance has: set LIBGUESTFS_MEMSIZE=4608 "    \
  "(MiB), which is enough for any volume"

/* FALSE: it does not open it, and out_why says why where it is not just the wrong key. */
static gboolean
try_key (V2vAppliance *appliance, const V2vOpened *opened, const V2vKey *key, char **out_why)
{
  const char *text = "Connection timed out";

  for (guint i = 0; i < TRIES && text != NULL && strstr (text, "Connection timed out") != NULL;
       i++) {
    if (guestfs_cryptsetup_open (appliance->g, opened->device, key->secret, opened->name,
                                 GUESTFS_CRYPTSETUP_OPEN_CRYPTTYPE, "luks", -1)
        == 0)
      return TRUE;
    text = guestfs_last_error (appliance->g);
  }
  if (*out_why != NULL || (text != NULL && strstr (text, "No key available") != NULL))
    return FALSE;
  *out_why = text != NULL && strstr (text, NO_MEMORY) != NULL
               ? g_strdup (MORE_MEMORY)
               : v2v_appliance_dup_reason (appliance);
  return FALSE;
}

gboolean
v2v_luks_open (V2vAppliance *appliance, V2vFilesystem *volume, const char **out_inside,
               GError **error)
{
  V2vOpened *opened = find_opened (appliance, volume->device);
  g_autofree char *why = NULL;
  guint tried = 0;

  for (guint i = 0; opened == NULL && i < appliance->keys->len; i++) {
    const V2vKey *key = g_ptr_array_index (appliance->keys, i);
    V2vOpened *next;

    if (!v2v_key_is_for (key, volume->device, volume->uuid))
      continue;
    tried++;
    next = new_opened (appliance, volume);
    if (try_key (appliance, next, key, &why)) {
      g_ptr_array_add (appliance->opened, next);
      opened = next;
    } else {
      opened_free (next);
      if (!v2v_appliance_is_alive (appliance) || !v2v_cancel_check (appliance->cancel, NULL))
        return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "opening '%s'",
                                        volume->device);
    }
  }
  volume->opened = opened != NULL;
  if (opened == NULL && why != NULL)
    volume->why_closed = g_strdup_printf ("it cannot be opened: %s", why);
  else if (opened == NULL && tried > 0)
    volume->why_closed = g_strdup (tried == 1 ? "the key that was given does not open it"
                                              : "none of the keys that were given opens it");
  *out_inside = opened != NULL ? opened->inside : NULL;
  return TRUE;
}

void
v2v_luks_note_inside (V2vAppliance *appliance, const V2vFilesystem *volume,
                      const char *logical_volume)
{
  V2vOpened *opened = find_opened (appliance, volume->device);
  g_auto (GStrv) parts = g_strsplit (logical_volume, "/", -1);

  /* "/dev/vg/lv" */
  if (opened == NULL || g_strv_length (parts) != 4)
    return;
  if (!g_ptr_array_find_with_equal_func (opened->groups, parts[2], g_str_equal, NULL))
    g_ptr_array_add (opened->groups, g_strdup (parts[2]));
  if (!g_ptr_array_find_with_equal_func (opened->volumes, logical_volume, g_str_equal, NULL))
    g_ptr_array_add (opened->volumes, g_strdup (logical_volume));
}

void
v2v_luks_name_groups (const V2vAppliance *appliance, V2vGuest *guest)
{
  for (guint i = 0; i < appliance->opened->len; i++) {
    const V2vOpened *opened = g_ptr_array_index (appliance->opened, i);

    for (guint j = 0; j < guest->filesystems->len; j++) {
      V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, j);

      if (fs->group_container == NULL
          && g_ptr_array_find_with_equal_func (opened->volumes, fs->device, g_str_equal, NULL))
        fs->group_container = g_strdup (opened->device);
    }
  }
}

gboolean
v2v_luks_has_key (const GPtrArray *keys, const V2vFilesystem *volume)
{
  if (g_strcmp0 (volume->type, "crypto_LUKS") != 0)
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    if (v2v_key_is_for (g_ptr_array_index (keys, i), volume->device, volume->uuid))
      return TRUE;
  return FALSE;
}

gboolean
v2v_luks_check_count (const GPtrArray *keys, const V2vGuest *guest, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < guest->filesystems->len; i++)
    n += v2v_luks_has_key (keys, g_ptr_array_index (guest->filesystems, i)) ? 1 : 0;
  if (n <= VOLUMES_MAX)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "--key: the keys are for %u LUKS volumes, and at most %d are opened: give them for "
               "those that the system needs, --key DEVICE:file:FILE", n, VOLUMES_MAX);
  return FALSE;
}

/* Inside of it may be the volume that a key is for. */
static gboolean
has_refused (const V2vGuest *guest)
{
  for (guint i = 0; i < guest->filesystems->len; i++)
    if (((V2vFilesystem *) g_ptr_array_index (guest->filesystems, i))->why_closed != NULL)
      return TRUE;
  return FALSE;
}

gboolean
v2v_luks_check_keys (V2vAppliance *appliance, const V2vGuest *guest, GError **error)
{
  if (has_refused (guest))
    return TRUE;
  for (guint i = 0; i < appliance->keys->len; i++) {
    const V2vKey *key = g_ptr_array_index (appliance->keys, i);
    gboolean found = g_str_equal (key->id, "all");

    for (guint j = 0; j < guest->filesystems->len && !found; j++) {
      const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, j);

      found = g_str_equal (fs->type, "crypto_LUKS")
              && v2v_key_is_for (key, fs->device, fs->uuid);
    }
    if (!found) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                   "--key: there is no LUKS volume '%s' on the disks", key->id);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
close_one (V2vAppliance *appliance, V2vOpened *opened)
{
  g_ptr_array_add (opened->groups, NULL);
  return (opened->groups->len == 1
          || guestfs_vg_activate (appliance->g, 0, (char **) opened->groups->pdata) == 0)
         && guestfs_cryptsetup_close (appliance->g, opened->inside) == 0;
}

gboolean
v2v_luks_close_all (V2vAppliance *appliance, GError **error)
{
  while (appliance->opened->len > 0) {
    guint last = appliance->opened->len - 1;
    V2vOpened *opened = g_ptr_array_index (appliance->opened, last);

    if (!close_one (appliance, opened))
      return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "closing '%s'",
                                      opened->device);
    g_ptr_array_remove_index (appliance->opened, last);
  }
  return TRUE;
}
