/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-initramfs.c - is each initramfs whole, and does it wait for the source's disks?
 */
#include <config.h>

#include <string.h>

#include "v2v-mdadm.h"
#include "v2v-verify-private.h"

#define HOOK "devexists-"

typedef struct {
  V2vVerify *verify;
  const V2vKernel *kernel;
  const V2vInitramfs *image;
  const char *id;
  guint rows;
} Wait;

static void report (Wait *wait, V2vCheckState state, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static void
report (Wait *wait, V2vCheckState state, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list ap;

  va_start (ap, format);
  text = g_strdup_vprintf (format, ap);
  va_end (ap);
  if (state == V2V_CHECK_FAILED)
    state = v2v_verify_weight (wait->verify, wait->kernel);
  v2v_verdict_add (wait->verify->verdict, wait->id, wait->kernel->initrd, state, "%s", text);
  wait->rows++;
}

/* TRUE when the target will never have it. */
static gboolean
is_lost (const Wait *wait, const char *spec, char **out_why)
{
  V2vSpecState state = v2v_verify_find (wait->verify, spec, NULL, out_why);

  return state == V2V_SPEC_SOURCE || state == V2V_SPEC_ABSENT;
}

/* dracut: hooks/initqueue/finished/devexists-\x2fdev\x2fdisk\x2fby-uuid\x2fUUID.sh */
static void
check_hook (Wait *wait, const char *name)
{
  const char *base = strrchr (name, '/');
  g_autofree char *text = NULL;
  g_autofree char *device = NULL;
  g_autofree char *why = NULL;

  if (base == NULL || strstr (name, "hooks/initqueue/") == NULL
      || !g_str_has_prefix (base + 1, HOOK))
    return;
  text = g_strdup (base + 1 + strlen (HOOK));
  if (g_str_has_suffix (text, ".sh"))
    text[strlen (text) - strlen (".sh")] = '\0';
  {
    g_auto (GStrv) parts = g_strsplit (text, "\\x2f", -1);

    device = g_strjoinv ("/", parts);
  }
  if (is_lost (wait, device, &why))
    report (wait, V2V_CHECK_FAILED, "dracut waits for '%s': %s", device, why);
}

/* (transfer full): systemd.unit(5): "dev-disk-by\x2duuid-UUID" is /dev/disk/by-uuid/UUID. */
static char *
unescape_unit (const char *name, gsize n)
{
  GString *out = g_string_new ("/");

  for (gsize i = 0; i < n; i++) {
    int high = i + 3 < n ? g_ascii_xdigit_value (name[i + 2]) : -1;
    int low = i + 3 < n ? g_ascii_xdigit_value (name[i + 3]) : -1;

    if (name[i] == '\\' && i + 3 < n && name[i + 1] == 'x' && high >= 0 && low >= 0
        && high + low > 0) {
      g_string_append_c (out, (char) (high * 16 + low));
      i += 3;
    } else {
      g_string_append_c (out, name[i] == '-' ? '/' : name[i]);
    }
  }
  return g_string_free (out, FALSE);
}

/* dracut with systemd: etc/systemd/system/initrd.target.wants/DEVICE.device, beside such a hook. */
static void
check_unit (Wait *wait, const char *name)
{
  static const char suffix[] = ".device";
  const char *base = strrchr (name, '/');
  g_autofree char *directory = NULL;
  g_autofree char *device = NULL;
  g_autofree char *why = NULL;

  if (base == NULL || strstr (name, "systemd/system/") == NULL
      || !g_str_has_prefix (base + 1, "dev-") || !g_str_has_suffix (base, suffix))
    return;
  directory = g_strndup (name, (gsize) (base - name));
  if (!g_str_has_suffix (directory, ".wants") && !g_str_has_suffix (directory, ".requires"))
    return;
  device = unescape_unit (base + 1, strlen (base + 1) - strlen (suffix));
  if (is_lost (wait, device, &why))
    report (wait, V2V_CHECK_FAILED, "systemd waits for '%s': %s", device, why);
}

/* root= on the kernel's command line comes after these and wins. */
static void
check_cmdline (Wait *wait, const char *name, const char *text)
{
  g_autofree char *root = v2v_verify_dup_arg (text, "root");
  g_autofree char *resume = v2v_verify_dup_arg (text, "resume");
  g_autofree char *winner = v2v_verify_dup_arg (v2v_verify_cmdline (wait->verify), "root");
  g_autofree char *why = NULL;
  g_autofree char *why_resume = NULL;

  if (root != NULL && is_lost (wait, root, &why))
    report (wait, winner == NULL ? V2V_CHECK_FAILED : V2V_CHECK_WARNING,
            "%s says root=%s: %s%s", name, root, why,
            winner == NULL ? "" : " (the boot entry's own root= comes first)");
  if (resume != NULL && is_lost (wait, resume, &why_resume))
    report (wait, V2V_CHECK_WARNING, "%s says resume=%s: %s; the boot waits 30 seconds", name,
            resume, why_resume);
}

/* initramfs-tools: RESUME=/dev/nvme0n1p3 */
static void
check_resume (Wait *wait, const char *name, const char *text)
{
  g_autofree char *resume = v2v_verify_dup_arg (text, "RESUME");
  g_autofree char *why = NULL;

  if (resume == NULL || g_str_equal (resume, "none") || g_str_equal (resume, "auto")
      || *resume == '\0')
    return;
  if (is_lost (wait, resume, &why))
    report (wait, V2V_CHECK_WARNING, "%s says RESUME=%s: %s; the boot waits 30 seconds", name,
            resume, why);
}

static gboolean
root_is_volume (const V2vGuest *guest)
{
  const char *p = guest->root == NULL ? NULL : strstr (guest->root, "/dev/");

  return p != NULL && strchr (p + strlen ("/dev/"), '/') != NULL
         && !g_str_has_prefix (guest->root, "btrfsvol:");
}

/* LVM takes no physical volume that its devices file does not name. */
static void
check_lvm_devices (Wait *wait, const char *name, const char *text)
{
  if (!v2v_verify_pins_disks (text))
    return;
  report (wait,
          root_is_volume (wait->verify->guest) ? V2V_CHECK_FAILED : V2V_CHECK_WARNING,
          "%s names the source's disks, and LVM leaves all others alone", name);
}

/* mdadm takes no member that its DEVICE lines leave out. */
static void
check_mdadm (Wait *wait, const char *name, const char *text)
{
  if (v2v_mdadm_excludes (text))
    report (wait,
            v2v_guest_root_array (wait->verify->guest) != NULL ? V2V_CHECK_FAILED
                                                               : V2V_CHECK_WARNING,
            "%s lets mdadm look at the source's disks only", name);
}

static void
check_crypttab (Wait *wait, const char *name, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit_set (g_strstrip (lines[i]), " \t", 3);
    g_autofree char *why = NULL;

    if (words[0] == NULL || words[0][0] == '#' || words[1] == NULL)
      continue;
    if (is_lost (wait, words[1], &why))
      report (wait, V2V_CHECK_FAILED, "%s opens '%s': %s", name, words[1], why);
  }
}

static void
check_files (Wait *wait)
{
  static const struct {
    const char *name;
    void (*check) (Wait *wait, const char *name, const char *text);
  } rows[] = {
    { "etc/cmdline.d/", check_cmdline },
    { "etc/cmdline", check_cmdline },
    { "conf/conf.d/", check_resume },
    { "etc/lvm/devices/system.devices", check_lvm_devices },
    { "etc/crypttab", check_crypttab },
    { "cryptroot/crypttab", check_crypttab },
  };
  g_autoptr (GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < wait->image->names->len; i++) {
    const char *name = g_ptr_array_index (wait->image->names, i);
    GBytes *bytes = v2v_initramfs_find (wait->image, name);

    check_hook (wait, name);
    check_unit (wait, name);
    if (bytes != NULL && v2v_mdadm_is_config (name) && g_hash_table_add (done, (gpointer) name))
      check_mdadm (wait, name, g_bytes_get_data (bytes, NULL));
    for (gsize r = 0; bytes != NULL && r < G_N_ELEMENTS (rows); r++) {
      gboolean hit = g_str_has_suffix (rows[r].name, "/") ? g_str_has_prefix (name, rows[r].name)
                                                          : g_str_equal (name, rows[r].name);

      if (hit && g_hash_table_add (done, (gpointer) name))
        rows[r].check (wait, name, g_bytes_get_data (bytes, NULL));
    }
  }
}

static void
check_image (V2vVerify *self, const V2vKernel *kernel, const V2vVerifyImage *image,
             const char *id)
{
  Wait wait = { self, kernel, image->content, id, 0 };

  if (image->content == NULL) {
    v2v_verdict_add (self->verdict, id, kernel->initrd, V2V_CHECK_SKIPPED, "%s", image->why);
    return;
  }
  if (image->squashed) {
    v2v_verdict_add (self->verdict, id, kernel->initrd, V2V_CHECK_SKIPPED,
                     "it holds its files in a compressed image, which is not read");
    return;
  }
  check_files (&wait);
  if (wait.rows == 0)
    v2v_verdict_add (self->verdict, id, kernel->initrd, V2V_CHECK_PASSED,
                     "nothing in it waits for a disk of the source");
}

static void
check_sound (V2vVerify *self, const V2vKernel *kernel, const V2vVerifyImage *image,
             const char *id)
{
  if (image->content != NULL)
    v2v_verdict_add (self->verdict, id, kernel->initrd, V2V_CHECK_PASSED,
                     "it was read to its end: %u files", image->content->names->len);
  else if (image->absent) /* boot-entries has it */
    v2v_verdict_add (self->verdict, id, kernel->initrd, V2V_CHECK_SKIPPED, "it is not there");
  else if (image->too_many)
    v2v_verdict_add (self->verdict, id, kernel->initrd, V2V_CHECK_SKIPPED, "%s", image->why);
  else
    v2v_verdict_add (self->verdict, id, kernel->initrd, v2v_verify_weight (self, kernel), "%s",
                     image->why);
}

static gboolean
for_each_image (V2vVerify *self, const char *id,
                void (*check) (V2vVerify *self, const V2vKernel *kernel,
                               const V2vVerifyImage *image, const char *id),
                GError **error)
{
  guint n = 0;

  for (guint i = 0; i < self->guest->kernels->len; i++) {
    const V2vKernel *kernel = g_ptr_array_index (self->guest->kernels, i);
    const V2vVerifyImage *image = NULL;

    if (kernel->vmlinuz == NULL || kernel->initrd == NULL)
      continue;
    if (!v2v_verify_image (self, kernel, &image, error))
      return FALSE;
    check (self, kernel, image, id);
    n++;
  }
  if (n == 0)
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_SKIPPED, "no kernel has an initramfs");
  return TRUE;
}

gboolean
v2v_verify_initramfs_waits (V2vVerify *self, const char *id, GError **error)
{
  return for_each_image (self, id, check_image, error);
}

gboolean
v2v_verify_initramfs_sound (V2vVerify *self, const char *id, GError **error)
{
  return for_each_image (self, id, check_sound, error);
}
