/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-esp.h - what an EFI system partition can boot
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

#define V2V_ESP_TYPE "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define V2V_BIOS_BOOT_TYPE "21686148-6449-6E6F-744E-656564454649"
#define V2V_ESP_MBR_TYPE 0xef

typedef struct {
  gboolean fallback; /* EFI/BOOT/BOOT<ARCH>.EFI */
  gboolean loader;   /* an EFI program in a vendor's directory */
} V2vEsp;

/**
 * v2v_esp_classify:
 * @names: (element-type utf8): paths below EFI/, any case
 * @arch: (nullable): of the guest; %NULL takes any
 */
void v2v_esp_classify (const GPtrArray *names, const char *arch, V2vEsp *out);

/**
 * v2v_esp_read:
 * @mountpoint: where the file system of the ESP is, "/" or "/boot/efi"
 * @out_found: there is an EFI directory
 */
gboolean v2v_esp_read (V2vFs *fs, V2vGuest *guest, const char *mountpoint, V2vEsp *out,
                       gboolean *out_found, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE for GPT's type or MBR's 0xef. */
gboolean v2v_esp_is (const V2vPartition *partition);

G_END_DECLS
