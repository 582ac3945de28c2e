/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-esp-fallback.h - which loader firmware without boot variables should find
 *
 * Boot variables stay behind with the old machine.  Without them firmware starts
 * EFI/BOOT/BOOT<ARCH>.EFI (UEFI 2.10, 3.5.1.1).  Names in, copies out: nothing is read.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file to be copied; both are relative to the directory EFI, in the letters that are there. */
typedef struct {
  char *from;
  char *to;
} V2vEspCopy;

void v2v_esp_copy_free (V2vEspCopy *copy); /* NULL is allowed */

/**
 * v2v_esp_fallback:
 * @names: (element-type utf8): all paths below EFI, relative to it, in any case
 * @arch: (nullable): of the guest, "x86_64"
 * @distro: (nullable): os-release's ID: of several vendors' directories its own is taken
 * @out_why: (transfer full): set when nothing can be done: a sentence without a subject
 *
 * shim comes first, with what it loads: GRUB, and the program for owner's keys.  fbx64.efi
 * stays: next to shim it would write boot variables and reset the machine.  Then GRUB
 * alone, then systemd-boot.  No file that is there is a target.
 *
 * GRUB of Debian, Fedora and their families looks for grub.cfg in its vendor's directory,
 * wherever it was started from; SUSE's, whose files have no architecture in their names,
 * looks beside itself: its grub.cfg comes along.
 *
 * Returns: (transfer full) (element-type V2vEspCopy): empty when there is a fallback; %NULL
 *   with @out_why
 */
GPtrArray *v2v_esp_fallback (const GPtrArray *names, const char *arch, const char *distro,
                             char **out_why) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
