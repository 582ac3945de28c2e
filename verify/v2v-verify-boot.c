/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-boot.c - does the firmware find a loader, and the loader its files?
 */
#include <config.h>

#include <string.h>

#include "v2v-fstab.h"
#include "v2v-verify-private.h"

/* What is wrong with one entry, and what is only worth a word. */
typedef struct {
  GString *wrong;
  GString *doubt;
} Judgement;

static void
judgement_clear (Judgement *judgement)
{
  g_string_free (judgement->wrong, TRUE);
  g_string_free (judgement->doubt, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Judgement, judgement_clear)

static void append (GString *out, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append (GString *out, const char *format, ...)
{
  va_list ap;

  if (out->len > 0)
    g_string_append (out, "; ");
  va_start (ap, format);
  g_string_append_vprintf (out, format, ap);
  va_end (ap);
}

static void
check_files (V2vVerify *self, const V2vBootEntry *entry, Judgement *out)
{
  if (entry->kernel != NULL && !v2v_fs_is_file (self->fs, entry->kernel))
    append (out->wrong, "the kernel '%s' is not there", entry->kernel);
  else if (entry->kernel != NULL && v2v_fs_is_empty_file (self->fs, entry->kernel))
    append (out->wrong, "the kernel '%s' is empty", entry->kernel);
  if (entry->initrd != NULL && !v2v_fs_is_file (self->fs, entry->initrd))
    append (out->wrong, "the initramfs '%s' is not there", entry->initrd);
}

/* dracut bakes root= in, and a unified image has its own command line. */
static gboolean
has_other_root (V2vVerify *self, const V2vBootEntry *entry)
{
  GHashTableIter iter;
  gpointer path, value;

  if (entry->initrd == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, self->images);
  while (g_hash_table_iter_next (&iter, &path, &value)) {
    const V2vVerifyImage *image = value;
    GHashTableIter files;
    gpointer name, bytes;

    if (image->content == NULL || !g_str_equal (path, entry->initrd))
      continue;
    g_hash_table_iter_init (&files, image->content->files);
    while (g_hash_table_iter_next (&files, &name, &bytes)) {
      g_autofree char *root = NULL;

      if (!g_str_has_prefix (name, "etc/cmdline"))
        continue;
      root = v2v_verify_dup_arg (g_bytes_get_data (bytes, NULL), "root");
      if (root != NULL)
        return TRUE;
    }
  }
  return FALSE;
}

/* The kernel itself reads partition tables, not file systems; a unified image has its
 * initramfs inside. */
static gboolean
needs_initramfs (const V2vBootEntry *entry, const char *root)
{
  return entry->initrd == NULL && entry->kernel != NULL
         && !g_str_has_suffix (entry->kernel, ".efi")
         && (g_str_has_prefix (root, "UUID=") || g_str_has_prefix (root, "LABEL="));
}

static void
check_root (V2vVerify *self, const V2vBootEntry *entry, Judgement *out)
{
  g_autofree char *root = v2v_verify_dup_arg (entry->cmdline, "root");
  g_autofree char *why = NULL;
  const char *device = NULL;

  if (root == NULL) {
    if (!has_other_root (self, entry))
      append (out->doubt, "it has no root=");
    return;
  }
  switch (v2v_verify_find (self, root, &device, &why)) {
  case V2V_SPEC_FOUND:
    if (needs_initramfs (entry, root))
      append (out->wrong, "root=%s: the kernel finds it only with an initramfs", root);
    if (!v2v_fstab_same_device (self->guest->root, device))
      append (out->wrong, "root=%s is %s, but the system is on %s", root, device,
              self->guest->root);
    break;
  case V2V_SPEC_ABSENT:
  case V2V_SPEC_CLOSED: /* the root was found, and not there */
  case V2V_SPEC_SOURCE:
    append (out->wrong, "root=%s: %s", root, why);
    break;
  case V2V_SPEC_PLACE:
  case V2V_SPEC_UNSURE:
  default:
    append (out->doubt, "root=%s: %s", root, why);
    break;
  }
}

static void
check_resume (V2vVerify *self, const V2vBootEntry *entry, Judgement *out)
{
  g_autofree char *resume = v2v_verify_dup_arg (entry->cmdline, "resume");
  g_autofree char *why = NULL;
  V2vSpecState state;

  if (resume == NULL || v2v_verify_has_word (entry->cmdline, "noresume"))
    return;
  state = v2v_verify_find (self, resume, NULL, &why);
  if (state == V2V_SPEC_ABSENT || state == V2V_SPEC_SOURCE)
    append (out->doubt, "resume=%s: %s; the boot waits for it", resume, why);
}

static void
check_entry (V2vVerify *self, const V2vBootEntry *entry, const char *id)
{
  g_auto (Judgement) judgement = { g_string_new (NULL), g_string_new (NULL) };
  const char *subject = entry->title != NULL ? entry->title : entry->file;

  check_files (self, entry, &judgement);
  check_root (self, entry, &judgement);
  check_resume (self, entry, &judgement);
  if (judgement.wrong->len > 0)
    v2v_verdict_add (self->verdict, id, subject,
                     entry->is_default ? V2V_CHECK_FAILED : V2V_CHECK_WARNING, "%s: %s",
                     entry->file, judgement.wrong->str);
  if (judgement.doubt->len > 0)
    v2v_verdict_add (self->verdict, id, subject, V2V_CHECK_WARNING, "%s: %s", entry->file,
                     judgement.doubt->str);
  if (judgement.wrong->len == 0 && judgement.doubt->len == 0)
    v2v_verdict_add (self->verdict, id, subject, V2V_CHECK_PASSED,
                     "%s: its files and its root are there", entry->file);
}

static gboolean
is_extlinux (const V2vGuest *guest)
{
  return guest->bootloader != NULL && g_strcmp0 (guest->bootloader->kind, "extlinux") == 0;
}

/* A loader that needs no menu brings its kernel along; what lies in /boot needs one. */
static void
check_unread (V2vVerify *self, const char *unknown, const char *id)
{
  if (self->guest->kernels->len == 0)
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_SKIPPED, "%s", unknown);
  else if (is_extlinux (self->guest))
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_FAILED,
                     "%s: write its entries into '%s' itself, or have GRUB start the guest, and "
                     "convert again", unknown, self->guest->bootloader->config);
  else
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_FAILED,
                     "%s: nothing says which kernel it starts", unknown);
}

gboolean
v2v_verify_boot_entries (V2vVerify *self, const char *id, GError **error)
{
  const V2vBootloader *bootloader = self->guest->bootloader;
  const char *unknown = v2v_verify_unknown (self, "bootloader");
  gboolean have_default = FALSE;

  if (unknown != NULL && (bootloader == NULL || bootloader->entries->len == 0)) {
    check_unread (self, unknown, id);
    return TRUE;
  }
  for (guint i = 0; bootloader != NULL && i < bootloader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (bootloader->entries, i);

    if (!v2v_cancel_check (self->cancel, error))
      return FALSE;
    have_default |= entry->is_default;
    check_entry (self, entry, id);
  }
  if (!have_default)
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_FAILED,
                     bootloader == NULL ? "no boot menu was found"
                                        : "no entry of the boot menu boots by default");
  return TRUE;
}

static void
check_uefi (V2vVerify *self, const char *id)
{
  const V2vBootloader *bootloader = self->guest->bootloader;
  const char *name
    = g_strcmp0 (self->guest->arch, "aarch64") == 0 ? "BOOTAA64.EFI" : "BOOTX64.EFI";
  const char *unknown = v2v_verify_unknown (self, "esp");

  if (bootloader != NULL && bootloader->esp_fallback)
    v2v_verdict_add (self->verdict, id, "EFI system partition", V2V_CHECK_PASSED,
                     "EFI/BOOT/%s is there", name);
  else if (unknown != NULL)
    v2v_verdict_add (self->verdict, id, "EFI system partition", V2V_CHECK_SKIPPED, "%s",
                     unknown);
  else if (is_extlinux (self->guest) && !bootloader->esp_loader)
    v2v_verdict_add (self->verdict, id, "EFI system partition", V2V_CHECK_FAILED,
                     "EFI/BOOT/%s is missing: the guest was started by what reads '%s', which "
                     "UEFI does not; install GRUB for UEFI in it (grub-install --removable), and "
                     "convert again", name, bootloader->config);
  else
    v2v_verdict_add (self->verdict, id, "EFI system partition", V2V_CHECK_FAILED,
                     bootloader != NULL && bootloader->esp_loader
                       ? "EFI/BOOT/%s is missing; a loader of the vendor's is there, but the "
                         "firmware's entry for it stays behind with the source"
                       : "EFI/BOOT/%s is missing, and there is no other loader",
                     name);
}

/* What is in the first sector and behind it has not the whole of GRUB 2: without this module,
 * which lies beside the menu, it ends at the prompt of its rescue mode. */
static gboolean
has_grub_modules (V2vVerify *self)
{
  const V2vBootloader *bootloader = self->guest->bootloader;
  g_autofree char *directory = NULL;
  g_autofree char *module = NULL;

  if (bootloader == NULL || g_strcmp0 (bootloader->kind, "grub2") != 0
      || bootloader->config == NULL || !g_str_has_prefix (bootloader->config, "/boot/grub"))
    return TRUE;
  directory = g_path_get_dirname (bootloader->config);
  module = g_build_path ("/", directory, "i386-pc/normal.mod", NULL);
  return v2v_fs_is_file (self->fs, module);
}

static void
check_bios (V2vVerify *self, const char *id)
{
  const V2vGuest *guest = self->guest;
  const char *kind = guest->bootloader == NULL ? "" : guest->bootloader->kind;
  const V2vDiskFact *disk;

  if (guest->boot_disk < 0 || (guint) guest->boot_disk >= guest->disks->len) {
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_SKIPPED,
                     "the disk that the guest starts from is not known");
    return;
  }
  disk = g_ptr_array_index (guest->disks, (guint) guest->boot_disk);
  if (disk->grub_in_mbr && !has_grub_modules (self))
    v2v_verdict_add (self->verdict, id, disk->device, V2V_CHECK_FAILED,
                     "GRUB is in its first sector, but i386-pc/normal.mod, without which it shows "
                     "no menu, is not beside '%s': 'grub-install' in the guest, and convert again",
                     guest->bootloader->config);
  else if (disk->grub_in_mbr)
    v2v_verdict_add (self->verdict, id, disk->device, V2V_CHECK_PASSED,
                     "GRUB is in its first sector");
  else if (g_str_equal (kind, "systemd-boot"))
    v2v_verdict_add (self->verdict, id, disk->device, V2V_CHECK_FAILED,
                     "its first sector holds no boot loader, and systemd-boot, whose menu it has, "
                     "starts from UEFI only: 'bootctl install' in the guest puts it into the EFI "
                     "system partition");
  else if (*kind != '\0' && !g_str_has_prefix (kind, "grub"))
    v2v_verdict_add (self->verdict, id, disk->device, V2V_CHECK_SKIPPED,
                     "how %s ('%s') starts from a BIOS is not known here", kind,
                     guest->bootloader->config == NULL ? "" : guest->bootloader->config);
  else
    v2v_verdict_add (self->verdict, id, disk->device, V2V_CHECK_FAILED,
                     "its first sector holds no boot loader, and the target has a BIOS: install GRUB "
                     "there in the guest, and convert again");
}

gboolean
v2v_verify_loader (V2vVerify *self, const char *id, GError **error)
{
  (void) error;
  if (self->target->uefi)
    check_uefi (self, id);
  else
    check_bios (self, id);
  return TRUE;
}
