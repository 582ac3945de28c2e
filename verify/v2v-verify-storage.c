/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-storage.c - is everything there that the guest mounts and opens at boot?
 */
#include <config.h>

#include <string.h>

#include "v2v-fstab.h"
#include "v2v-mdadm.h"
#include "v2v-overwrite.h"
#include "v2v-verify-private.h"

#define CRYPTTAB "/etc/crypttab"
#define LVM_DEVICES "/etc/lvm/devices/system.devices"
#define LINES_MAX 1000
#define MDADM_FILES_MAX 100

static gboolean
has_option (const char *options, const char *name)
{
  g_auto (GStrv) words = g_strsplit (options == NULL ? "" : options, ",", -1);

  return g_strv_contains ((const char *const *) words, name);
}

static gboolean
is_needed (const V2vMount *mount)
{
  return g_strcmp0 (mount->mountpoint, "/") == 0 || g_strcmp0 (mount->mountpoint, "/usr") == 0;
}

static gboolean
is_swap (const V2vMount *mount)
{
  return g_strcmp0 (mount->vfstype, "swap") == 0;
}

/* What it costs that the device does not appear. */
static V2vCheckState
weigh (const V2vMount *mount)
{
  if (is_needed (mount))
    return V2V_CHECK_FAILED;
  if (mount->nofail || has_option (mount->options, "noauto"))
    return V2V_CHECK_PASSED;
  return is_swap (mount) || has_option (mount->options, "x-systemd.automount")
           ? V2V_CHECK_WARNING
           : V2V_CHECK_FAILED;
}

static const char *
consequence (const V2vMount *mount, V2vCheckState state)
{
  if (state == V2V_CHECK_PASSED)
    return mount->nofail ? "it has nofail" : "it has noauto";
  if (state == V2V_CHECK_WARNING)
    return is_swap (mount) ? "there is no such swap then" : "whoever looks into it waits";
  return is_needed (mount) ? "the system needs it" : "the boot ends in emergency mode";
}

/* Names that only we could lead back to a disk, since we know the source. */
static gboolean
is_source_name (const V2vVerify *self, const V2vMount *mount, char **out_why,
                gboolean *out_place)
{
  V2vSpecState state;

  if (mount->via != V2V_VIA_XVD && mount->via != V2V_VIA_NVME && mount->via != V2V_VIA_BY_ID)
    return FALSE;
  state = v2v_verify_find (self, mount->spec, NULL, out_why);
  *out_place = state == V2V_SPEC_PLACE;
  return state == V2V_SPEC_SOURCE || *out_place;
}

/* (transfer full) (nullable): that the device may be in a volume which was not opened; / and /usr
 * are in none, since they were read. */
static char *
dup_closed (const V2vVerify *self, const V2vMount *mount)
{
  g_autofree char *why = NULL;
  V2vSpecState state = v2v_verify_find (self, mount->spec, NULL, &why);

  if (mount->via == V2V_VIA_MAPPER && state == V2V_SPEC_UNSURE)
    return g_strdup (mount->why == NULL ? why : mount->why);
  return state == V2V_SPEC_CLOSED && !is_needed (mount) ? g_steal_pointer (&why) : NULL;
}

/* What the appliance could not mount, of which nothing was looked at or changed.  The guest's
 * kernel may know more than the appliance's; but then the boot is not proven, and what it hides
 * of the directory below it was taken for the guest's. */
static gboolean
check_unmounted (V2vVerify *self, const V2vMount *mount, const char *subject, const char *id)
{
  g_autofree char *fact = g_strconcat ("mount:", mount->mountpoint, NULL);
  const char *why = v2v_verify_unknown (self, fact);
  V2vCheckState state = weigh (mount) == V2V_CHECK_FAILED ? V2V_CHECK_FAILED : V2V_CHECK_WARNING;

  if (why == NULL)
    return FALSE;
  /* systemd makes the directory. */
  if (!is_needed (mount) && !v2v_fs_is_dir (self->fs, mount->mountpoint))
    state = V2V_CHECK_WARNING;
  v2v_verdict_add (self->verdict, id, subject, state,
                   "%s for %s is %s, of which nothing was looked at: %s", mount->spec,
                   mount->mountpoint, mount->device, why);
  return TRUE;
}

static void
check_mount (V2vVerify *self, const V2vMount *mount, const char *id)
{
  g_autofree char *subject = g_strdup_printf ("/etc/fstab line %u", mount->line);
  const char *where = mount->mountpoint;
  V2vCheckState state = weigh (mount);
  g_autofree char *why = NULL;
  g_autofree char *closed = mount->device == NULL ? dup_closed (self, mount) : NULL;
  gboolean place = FALSE;

  if (is_source_name (self, mount, &why, &place)) {
    if (place && mount->device != NULL)
      state = V2V_CHECK_WARNING;
    v2v_verdict_add (self->verdict, id, subject, state, "%s for %s: %s; %s", mount->spec, where,
                     why, place ? "another disk may come first" : consequence (mount, state));
  } else if (closed != NULL) {
    v2v_verdict_add (self->verdict, id, subject, V2V_CHECK_SKIPPED, "%s for %s: %s", mount->spec,
                     where, closed);
  } else if (mount->device == NULL) {
    v2v_verdict_add (self->verdict, id, subject, state, "%s for %s: %s; %s", mount->spec, where,
                     mount->why == NULL ? "it is not there" : mount->why,
                     consequence (mount, state));
  } else if (g_strcmp0 (where, "/") == 0
             && !v2v_fstab_same_device (self->guest->root, mount->device)) {
    v2v_verdict_add (self->verdict, id, subject, V2V_CHECK_WARNING,
                     "%s for / is %s, but the system is on %s", mount->spec, mount->device,
                     self->guest->root);
  } else if (!check_unmounted (self, mount, subject, id)) {
    v2v_verdict_add (self->verdict, id, subject, V2V_CHECK_PASSED, "%s for %s is %s",
                     mount->spec, where, mount->device);
  }
}

/* Reads a file whose lines are judged; an absent one has none. */
static gboolean
read_lines (V2vVerify *self, const char *path, const char *id, char ***out_lines,
            GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *why = NULL;

  if (!v2v_verify_read (self, path, V2V_FS_TEXT_MAX, &text, &why, error))
    return FALSE;
  if (why != NULL)
    v2v_verdict_add (self->verdict, id, path, V2V_CHECK_SKIPPED, "%s", why);
  *out_lines = g_strsplit (text == NULL ? "" : text, "\n", LINES_MAX);
  return TRUE;
}

/* dm-crypt makes a new file system on it at each boot: not inside of a LUKS volume, and not
 * where a small file system at the front, which has the id, is spared. */
static gboolean
is_written_over (const char *options)
{
  g_autofree char *tmp = v2v_fstab_dup_option (options, "tmp");
  g_autofree char *offset = v2v_fstab_dup_option (options, "offset");

  return (has_option (options, "swap") || has_option (options, "tmp") || tmp != NULL)
         && !has_option (options, "luks") && offset == NULL;
}

/* TRUE when @device is judged: it holds what the row would take away.  An empty partition of some
 * other type is what the source wrote over at each boot, too. */
static gboolean
check_loss (V2vVerify *self, const char *spec, const char *device, const char *subject,
            const char *id)
{
  g_autofree char *loss = v2v_overwrite_dup_loss (self->guest, device);

  if (loss != NULL)
    v2v_verdict_add (self->verdict, id, subject,
                     v2v_overwrite_is_type_only (self->guest, device) ? V2V_CHECK_WARNING
                                                                      : V2V_CHECK_FAILED,
                     "%s is %s, which each boot would write over: %s", spec, device, loss);
  return loss != NULL;
}

/* "name device key options" */
static void
check_crypt_line (V2vVerify *self, char *line, guint number, const char *id)
{
  g_autofree char *subject = g_strdup_printf (CRYPTTAB " line %u", number);
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  g_auto (GStrv) words = g_strsplit_set (g_strstrip (line), " \t", -1);
  g_autofree char *why = NULL;
  const char *device = NULL;
  const char *options;
  V2vSpecState found;
  V2vCheckState state = V2V_CHECK_FAILED;

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (fields, words[i]);
  if (fields->len < 2 || words[0][0] == '#')
    return;
  options = fields->len > 3 ? fields->pdata[3] : NULL;
  found = v2v_verify_find (self, fields->pdata[1], &device, &why);
  if (has_option (options, "nofail") || has_option (options, "noauto"))
    state = V2V_CHECK_PASSED;
  else if (has_option (options, "swap") || found == V2V_SPEC_PLACE)
    state = V2V_CHECK_WARNING;
  if (found == V2V_SPEC_FOUND && is_written_over (options)
      && check_loss (self, fields->pdata[1], device, subject, id))
    return;
  if (found == V2V_SPEC_FOUND)
    v2v_verdict_add (self->verdict, id, subject, V2V_CHECK_PASSED, "%s is %s",
                     (char *) fields->pdata[1], device);
  else if (found == V2V_SPEC_UNSURE || found == V2V_SPEC_CLOSED)
    v2v_verdict_add (self->verdict, id, subject, V2V_CHECK_SKIPPED, "%s: %s",
                     (char *) fields->pdata[1], why);
  else
    v2v_verdict_add (self->verdict, id, subject, state, "%s: %s", (char *) fields->pdata[1],
                     why);
}

static gboolean
check_crypttab (V2vVerify *self, const char *id, GError **error)
{
  g_auto (GStrv) lines = NULL;

  if (!read_lines (self, CRYPTTAB, id, &lines, error))
    return FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    check_crypt_line (self, lines[i], i + 1, id);
  return TRUE;
}

/* TRUE when something is mounted from LVM that the boot cannot do without. */
static gboolean
needs_volumes (const V2vGuest *guest)
{
  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (mount->line > 0 && mount->via == V2V_VIA_MAPPER && weigh (mount) == V2V_CHECK_FAILED)
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_lvm_devices (V2vVerify *self, const char *id, GError **error)
{
  g_autofree char *text = NULL;

  if (!v2v_verify_read (self, LVM_DEVICES, V2V_FS_TEXT_MAX, &text, NULL, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!v2v_verify_pins_disks (text))
    v2v_verdict_add (self->verdict, id, LVM_DEVICES, V2V_CHECK_PASSED,
                     "it names no disk of the source");
  else
    v2v_verdict_add (self->verdict, id, LVM_DEVICES,
                     needs_volumes (self->guest) ? V2V_CHECK_FAILED : V2V_CHECK_WARNING,
                     "it names the source's disks, and LVM leaves all others alone");
  return TRUE;
}

/* The initramfs has a copy; this one goes into the next. */
static gboolean
check_mdadm_file (V2vVerify *self, const char *path, const char *id, GError **error)
{
  g_autofree char *text = NULL;

  if (!v2v_verify_read (self, path, V2V_FS_TEXT_MAX, &text, NULL, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (v2v_mdadm_excludes (text))
    v2v_verdict_add (self->verdict, id, path,
                     v2v_guest_root_array (self->guest) != NULL ? V2V_CHECK_FAILED
                                                                : V2V_CHECK_WARNING,
                     "it lets mdadm look at the source's disks only");
  else if (v2v_mdadm_knows_by_disks (text))
    v2v_verdict_add (self->verdict, id, path, V2V_CHECK_WARNING,
                     "it knows an array by names of the source's disks only, not by a UUID");
  else
    v2v_verdict_add (self->verdict, id, path, V2V_CHECK_PASSED,
                     "it does not limit mdadm to disks of the source");
  return TRUE;
}

static gboolean
check_mdadm (V2vVerify *self, const char *id, GError **error)
{
  static const char *const files[] = { "/etc/mdadm.conf", "/etc/mdadm/mdadm.conf" };
  static const char *const directories[] = { V2V_MDADM_DIRECTORY, V2V_MDADM_DIRECTORY_DEBIAN };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (!check_mdadm_file (self, files[i], id, error))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++) {
    g_autoptr (GPtrArray) list = NULL;

    if (!v2v_verify_list (self, directories[i], &list, error))
      return FALSE;
    for (guint n = 0; n < MIN (list->len, MDADM_FILES_MAX); n++) {
      const V2vFileInfo *info = g_ptr_array_index (list, n);
      g_autofree char *path = g_build_path ("/", directories[i], info->name, NULL);

      if (v2v_mdadm_is_config (path) && !check_mdadm_file (self, path, id, error))
        return FALSE;
    }
  }
  return TRUE;
}

gboolean
v2v_verify_fstab (V2vVerify *self, const char *id, GError **error)
{
  const char *unknown = v2v_verify_unknown (self, "fstab");
  guint n = 0;

  for (guint i = 0; i < self->guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (self->guest->mounts, i);

    if (mount->line == 0 || mount->via == V2V_VIA_PSEUDO)
      continue;
    check_mount (self, mount, id);
    n++;
  }
  if (unknown != NULL)
    v2v_verdict_add (self->verdict, id, "/etc/fstab", V2V_CHECK_SKIPPED, "%s", unknown);
  else if (n == 0)
    v2v_verdict_add (self->verdict, id, "/etc/fstab", V2V_CHECK_PASSED,
                     "nothing is mounted from a disk by it");
  return check_crypttab (self, id, error) && check_lvm_devices (self, id, error)
         && check_mdadm (self, id, error);
}
