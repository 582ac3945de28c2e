/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-litter.h - what virt-v2v leaves behind or damages in a guest
 *
 * List before the engine runs, remove and check after it; the guest's file systems are
 * mounted each time, writable the second time.
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"
#include "v2v-report.h"

G_BEGIN_DECLS

/**
 * v2v_litter_list:
 *
 * Regular files that look like litter: *.augsave (Augeas' copy of each file it saved)
 * and *.pre-v2v (the old initramfs) below /etc and /boot.
 *
 * Returns: (transfer full) (element-type utf8): absolute paths, sorted; or %NULL with
 * @error, %V2V_ERROR_REFUSED for a guest with absurdly many files there.
 */
GPtrArray *v2v_litter_list (V2vFs *fs, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_litter_remove_new:
 * @before: what v2v_litter_list() gave before the engine ran
 *
 * Removes what is there now and was not before, and reports each file.
 */
gboolean v2v_litter_remove_new (V2vFs *fs, GPtrArray *before, V2vReport *report,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_engine_check_fstab:
 * @expected: (nullable): /etc/fstab as it was when the engine started; %NULL for a guest
 *   without one
 *
 * virt-v2v guesses what the device names in fstab mean on the target, and guesses wrong
 * for NVMe and for letters with gaps.  When the file is not @expected any more it is
 * written back, and each line that had changed is reported.
 */
gboolean v2v_engine_check_fstab (V2vFs *fs, const char *expected, V2vReport *report,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_engine_prepare_guest:
 * @fs: the guest, writable, before the engine
 *
 * Puts files into a form in which virt-v2v survives them (v2v-action-modules.h).
 */
gboolean v2v_engine_prepare_guest (V2vFs *fs, V2vReport *report, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* What was in the guest before the engine ran: everything that this module looks after. */
typedef struct _V2vSnapshot V2vSnapshot;

/**
 * v2v_snapshot_take:
 * @fs: the guest as the engine will get it, after our own changes to fstab
 *
 * Reads the list of litter, /etc/fstab, and the grub.cfg stubs on the EFI partition.
 */
V2vSnapshot *v2v_snapshot_take (V2vFs *fs, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_snapshot_restore:
 * @fs: the guest after the engine, writable
 *
 * v2v_litter_remove_new(), v2v_engine_check_fstab(), and the stubs: virt-v2v before 2.8
 * takes the first grub.cfg below /boot for the configuration and writes the output of
 * grub-mkconfig into it.  On a disk with an EFI partition that is the stub, which then
 * stops following /boot/grub/grub.cfg: the next kernel update would not be booted.
 */
gboolean v2v_snapshot_restore (const V2vSnapshot *snapshot, V2vFs *fs, V2vReport *report,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

void v2v_snapshot_free (V2vSnapshot *snapshot); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vSnapshot, v2v_snapshot_free)

G_END_DECLS
