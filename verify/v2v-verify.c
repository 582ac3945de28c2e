/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify.c - the table of checks, and what they share
 */
#include <config.h>

#include "v2v-verify.h"

#include <string.h>

#include "v2v-kernel-drivers.h"
#include "v2v-mdadm.h"
#include "v2v-verify-private.h"

static const struct {
  const char *id;
  V2vVerifyFunc run;
} checks[] = {
  { "kernel-drivers", v2v_verify_kernel_drivers },
  { "initramfs-waits", v2v_verify_initramfs_waits },
  { "initramfs-sound", v2v_verify_initramfs_sound },
  { "boot-entries", v2v_verify_boot_entries },
  { "loader", v2v_verify_loader },
  { "fstab", v2v_verify_fstab },
  { "network", v2v_verify_network },
  { "sshd", v2v_verify_sshd },
  { "labels", v2v_verify_labels },
  { "cloud-init", v2v_verify_cloud_init },
};

static void
image_free (gpointer p)
{
  V2vVerifyImage *image = p;

  v2v_initramfs_free (image->content);
  g_free (image->why);
  g_free (image);
}

static gboolean
run_checks (V2vVerify *self, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++) {
    if (!v2v_cancel_check (self->cancel, error))
      return FALSE;
    if (self->guest->os != V2V_OS_LINUX)
      v2v_verdict_add (self->verdict, checks[i].id, NULL, V2V_CHECK_SKIPPED,
                       "this check is for Linux guests");
    else if (!checks[i].run (self, checks[i].id, error)) {
      g_prefix_error (error, "checking %s: ", checks[i].id);
      return FALSE;
    }
  }
  return TRUE;
}

V2vVerdict *
v2v_verify (V2vFs *fs, const V2vGuest *guest, const V2vVerifyTarget *target, V2vCancel *cancel,
            GError **error)
{
  g_autoptr (GHashTable) images
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, image_free);
  g_autoptr (V2vVerdict) verdict = v2v_verdict_new ();
  V2vVerify self = { fs, guest, target, cancel, verdict, images };

  return run_checks (&self, error) ? g_steal_pointer (&verdict) : NULL;
}

const char *
v2v_verify_unknown (const V2vVerify *self, const char *fact)
{
  for (guint i = 0; i < self->guest->unknown->len; i++) {
    const V2vUnknown *row = g_ptr_array_index (self->guest->unknown, i);

    if (g_str_equal (row->fact, fact))
      return row->why;
  }
  return NULL;
}

gboolean
v2v_verify_note (GError *local, char **out_why, GError **error)
{
  gboolean evidence = g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)
                      || g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED);

  if (!evidence) {
    g_propagate_error (error, local);
    return FALSE;
  }
  if (out_why != NULL)
    *out_why = g_strdup (local->message);
  g_error_free (local);
  return TRUE;
}

gboolean
v2v_verify_read (V2vVerify *self, const char *path, gsize max, char **out_text, char **out_why,
                 GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  GError *local = NULL;

  *out_text = NULL;
  if (out_why != NULL)
    *out_why = NULL;
  bytes = v2v_fs_read (self->fs, path, max, &local);
  if (bytes != NULL)
    *out_text = g_strdup (g_bytes_get_data (bytes, NULL));
  else if (g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND))
    g_error_free (local);
  else
    return v2v_verify_note (local, out_why, error);
  return TRUE;
}

gboolean
v2v_verify_list (V2vVerify *self, const char *directory, GPtrArray **out_list, GError **error)
{
  GError *local = NULL;

  *out_list = v2v_fs_list (self->fs, directory, &local);
  if (*out_list != NULL)
    return TRUE;
  if (!v2v_verify_note (local, NULL, error))
    return FALSE;
  *out_list = g_ptr_array_new ();
  return TRUE;
}

/* Few, and small: where the drivers are looked up, and what could wait for a device. */
static gboolean
is_wanted (const char *name)
{
  static const char *const directories[]
    = { "etc/cmdline.d/", "conf/conf.d/", "etc/modules-load.d/", "lib/modules-load.d/" };
  static const char *const exact[]
    = { "conf/modules", "etc/cmdline", "etc/crypttab", "cryptroot/crypttab",
        "etc/lvm/devices/system.devices", NULL };
  static const char *const indexes[]
    = { "modules.dep", "modules.dep.bin", "modules.alias.bin", NULL };
  const char *slash = strrchr (name, '/');

  if (g_str_has_prefix (name, "usr/lib/"))
    name += strlen ("usr/");
  if (g_str_has_prefix (name, "lib/modules/"))
    return slash != NULL && g_strv_contains (indexes, slash + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++)
    if (g_str_has_prefix (name, directories[i]))
      return TRUE;
  return g_strv_contains (exact, name) || v2v_mdadm_is_config (name);
}

static gboolean
read_image (V2vVerify *self, const V2vKernel *kernel, V2vVerifyImage *image, GError **error)
{
  GError *local = NULL;

  /* Others are read too, but not without end. */
  if (g_hash_table_size (self->images) >= V2V_INITRAMFS_READ_MAX
      && kernel != v2v_guest_default_kernel (self->guest)) {
    image->too_many = TRUE;
    image->why = g_strdup_printf ("only %d images are read", V2V_INITRAMFS_READ_MAX);
    return TRUE;
  }
  image->content
    = v2v_initramfs_open (self->fs, kernel->initrd, is_wanted, self->cancel, &local);
  if (image->content != NULL) {
    image->squashed = v2v_initramfs_is_squashed (image->content->names);
    return TRUE;
  }
  image->absent = g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  return v2v_verify_note (local, &image->why, error);
}

gboolean
v2v_verify_image (V2vVerify *self, const V2vKernel *kernel, const V2vVerifyImage **out_image,
                  GError **error)
{
  V2vVerifyImage *image = g_hash_table_lookup (self->images, kernel->initrd);

  if (image == NULL) {
    image = g_new0 (V2vVerifyImage, 1);
    if (!read_image (self, kernel, image, error)) {
      image_free (image);
      return FALSE;
    }
    g_hash_table_insert (self->images, g_strdup (kernel->initrd), image);
  }
  *out_image = image;
  return TRUE;
}

V2vCheckState
v2v_verify_weight (const V2vVerify *self, const V2vKernel *kernel)
{
  return kernel == v2v_guest_default_kernel (self->guest) ? V2V_CHECK_FAILED
                                                          : V2V_CHECK_WARNING;
}

char *
v2v_verify_dup_arg (const char *cmdline, const char *name)
{
  g_auto (GStrv) words = g_strsplit_set (cmdline == NULL ? "" : cmdline, " \t\r\n", -1);
  gsize n = strlen (name);
  char *value = NULL;

  for (guint i = 0; words[i] != NULL; i++) {
    char *word = words[i];

    g_strdelimit (word, "\"", ' ');
    g_strstrip (word);
    if (strncmp (word, name, n) == 0 && word[n] == '=') {
      g_free (value);
      value = g_strstrip (g_strdup (word + n + 1));
    }
  }
  return value;
}

gboolean
v2v_verify_has_word (const char *cmdline, const char *word)
{
  g_auto (GStrv) words = g_strsplit_set (cmdline == NULL ? "" : cmdline, " \t\r\n", -1);

  return g_strv_contains ((const char *const *) words, word);
}

const char *
v2v_verify_cmdline (const V2vVerify *self)
{
  const V2vBootloader *bootloader = self->guest->bootloader;

  for (guint i = 0; bootloader != NULL && i < bootloader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (bootloader->entries, i);

    if (entry->is_default)
      return entry->cmdline;
  }
  return NULL;
}

gboolean
v2v_verify_has_unit (const V2vVerify *self, const char *unit)
{
  for (guint i = 0; i < self->guest->units->len; i++)
    if (g_str_equal (g_ptr_array_index (self->guest->units, i), unit))
      return TRUE;
  return FALSE;
}

gboolean
v2v_verify_pins_disks (const char *text)
{
  static const char *const marks[]
    = { "IDTYPE=sys_wwid", "IDTYPE=sys_serial", "IDTYPE=wwid_", "IDNAME=/dev/nvme",
        "IDNAME=/dev/xvd", "DEVNAME=/dev/nvme", "DEVNAME=/dev/xvd" };

  while (*text != '\0') {
    gsize n = strcspn (text, "\n");
    gsize blanks = strspn (text, " \t");

    for (gsize i = 0; text[blanks] != '#' && i < G_N_ELEMENTS (marks); i++)
      if (g_strstr_len (text, (gssize) n, marks[i]) != NULL)
        return TRUE;
    text += n;
    text += *text == '\n';
  }
  return FALSE;
}
