/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide-firmware.c - BIOS or UEFI, Secure Boot, kept variables, TPM
 */
#include <config.h>

#include "v2v-decide-private.h"

#include "v2v-str.h"

static gboolean
has_efi_loader (const V2vGuest *guest)
{
  return guest->bootloader != NULL
         && (guest->bootloader->esp_fallback || guest->bootloader->esp_loader);
}

static void
decide_kind (V2vTarget *target, const V2vDecideArgs *args)
{
  const V2vGuest *guest = args->guest;
  g_autofree char *why = NULL;

  if (g_str_equal (target->arch, "aarch64")) {
    target->firmware = V2V_FIRMWARE_UEFI;
    why = g_strdup ("aarch64 has no other");
  } else if (args->source->firmware != V2V_FIRMWARE_UNKNOWN) {
    target->firmware = args->source->firmware;
    why = g_strdup ("the source says so");
  } else if (guest != NULL && guest->firmware != V2V_FIRMWARE_UNKNOWN) {
    target->firmware = guest->firmware;
    why = v2v_str_printable (guest->firmware_why != NULL ? guest->firmware_why
                                                         : "the disk says so", 256);
  } else {
    target->firmware = V2V_FIRMWARE_BIOS;
    why = g_strdup (guest == NULL ? "not inspected, and the source does not say"
                                  : "neither source nor disk says: BIOS is the default");
  }
  v2v_target_decide (target, "firmware", v2v_firmware_name (target->firmware), "%s", why);
}

/* A hybrid disk boots both ways, so a source that differs from the disk's first
 * choice is no news.  A disk without the loader for the chosen one is. */
static void
warn_of_missing_loader (V2vTarget *target, const V2vDecideArgs *args)
{
  const V2vGuest *guest = args->guest;

  if (guest == NULL)
    return;
  if (target->firmware == V2V_FIRMWARE_UEFI && guest->bootloader != NULL
      && !has_efi_loader (guest))
    v2v_target_warn (target, "the firmware is UEFI but no EFI boot loader was found on the disk");
  else if (target->firmware == V2V_FIRMWARE_UEFI && !target->efi_persistent
           && guest->bootloader != NULL && !guest->bootloader->esp_fallback)
    v2v_target_warn (target, "UEFI variables are not kept and the EFI system partition has no "
                             "EFI/BOOT/BOOT*.EFI: the firmware will not find the boot loader");
  else if (target->firmware == V2V_FIRMWARE_BIOS && guest->firmware == V2V_FIRMWARE_UEFI)
    v2v_target_warn (target, "the source says BIOS but the disk boots by UEFI only");
}

static void
decide_secure_boot (V2vTarget *target, const V2vDecideArgs *args)
{
  gboolean amazon = args->guest != NULL && g_strcmp0 (args->guest->distro, "amzn") == 0;
  const char *why = "the source had it";

  if (target->firmware != V2V_FIRMWARE_UEFI)
    why = "needs UEFI";
  else if (!args->source->secure_boot)
    why = "the source did not have it";
  else if (amazon)
    why = "Amazon Linux is signed by keys that the target's firmware does not hold";
  else if (!g_str_equal (target->machine, "q35"))
    why = "needs SMM, which only q35 has";
  else
    target->secure_boot = TRUE;
  v2v_decide_flag (target, "secure_boot", target->secure_boot, "%s", why);
  if (args->source->secure_boot && !target->secure_boot)
    v2v_target_warn (target, "Secure Boot is off although the source had it: %s", why);

  target->smm = target->secure_boot;
  v2v_decide_flag (target, "smm", target->smm, "%s",
                   target->smm ? "Secure Boot needs it" : "only Secure Boot needs it");
}

static gboolean
uses_bitlocker (const V2vGuest *guest)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (fs->type != NULL && g_ascii_strcasecmp (fs->type, "BitLocker") == 0)
      return TRUE;
  }
  return FALSE;
}

static void
decide_tpm (V2vTarget *target, const V2vDecideArgs *args)
{
  target->tpm = args->source->tpm;
  v2v_decide_flag (target, "tpm", target->tpm, "%s",
                   target->tpm ? "the source had one" : "the source had none");
  if (!target->tpm)
    return;
  v2v_target_warn (target, "the TPM starts empty: what the source's TPM held is not migrated, "
                           "so have recovery keys ready%s",
                   v2v_decide_is_windows (args) ? " for BitLocker" : "");
}

static void
decide_persistent (V2vTarget *target, const V2vDecideArgs *args)
{
  const char *why = "a Linux guest finds its boot loader without them";

  if (target->firmware != V2V_FIRMWARE_UEFI)
    why = "needs UEFI";
  else if (target->secure_boot)
    why = "Secure Boot keeps its keys there";
  else if (v2v_decide_is_windows (args))
    why = "Windows keeps its boot entries there";
  else if (target->tpm)
    why = "kept together with the TPM's state";
  target->efi_persistent
    = target->firmware == V2V_FIRMWARE_UEFI
      && (target->secure_boot || v2v_decide_is_windows (args) || target->tpm);
  v2v_decide_flag (target, "efi_persistent", target->efi_persistent, "%s", why);
  if (target->efi_persistent || target->tpm)
    v2v_target_warn (target, "KubeVirt keeps the state of %s in a volume of its own: the "
                             "cluster needs a storage class for it",
                     !target->tpm ? "the firmware"
                                  : target->efi_persistent ? "firmware and TPM" : "the TPM");
}

void
v2v_decide_firmware (V2vTarget *target, const V2vDecideArgs *args)
{
  decide_kind (target, args);
  decide_secure_boot (target, args);
  decide_tpm (target, args);
  decide_persistent (target, args);
  warn_of_missing_loader (target, args);
  if (args->guest != NULL && uses_bitlocker (args->guest))
    v2v_target_warn (target, "a volume is encrypted by BitLocker: new hardware makes Windows "
                             "ask for the recovery key");
}
