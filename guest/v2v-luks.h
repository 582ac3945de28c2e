/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-luks.h - encrypted volumes of the appliance's disks
 */
#pragma once

#include "v2v-appliance.h"

G_BEGIN_DECLS

/**
 * v2v_luks_open:
 * @volume: of type "crypto_LUKS"; @why_closed is set when no key opens it
 * @out_inside: (transfer none) (nullable): the device that is its inside; %NULL: closed
 *
 * Tries the keys that are for it in turn.  One that is open already, from an earlier
 * reading, stays as it is.  Opened for writing also where the guest is only read: the
 * appliance's disks are scratch overlays then, and a journal may have to be replayed.
 *
 * Returns: %FALSE with @error only when the appliance is gone.
 */
gboolean v2v_luks_open (V2vAppliance *appliance, V2vFilesystem *volume,
                        const char **out_inside, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* There is a logical volume inside of @volume, which is to be deactivated before. */
void v2v_luks_note_inside (V2vAppliance *appliance, const V2vFilesystem *volume,
                           const char *logical_volume);

/* Fills group_container: LVM says only at the opening what lies there, also for later readings,
 * which find all volumes active. */
void v2v_luks_name_groups (const V2vAppliance *appliance, V2vGuest *guest);

/* TRUE when @volume is a LUKS volume that one of @keys, of #V2vKey, is for. */
gboolean v2v_luks_has_key (const GPtrArray *keys, const V2vFilesystem *volume);

/* Never quietly less than all: %V2V_ERROR_REFUSED when @keys are for more volumes of @guest than
 * are opened in one run. */
gboolean v2v_luks_check_count (const GPtrArray *keys, const V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* %V2V_ERROR_USAGE for a key that names a volume which is not there. */
gboolean v2v_luks_check_keys (V2vAppliance *appliance, const V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Closes all, the inner ones first; nothing of the guest is mounted any more. */
gboolean v2v_luks_close_all (V2vAppliance *appliance, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): of V2vOpened, for the appliance. */
GPtrArray *v2v_luks_new_list (void) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the device mapper's name for a volume with this id; @index is used where
 * the id, which the guest wrote, cannot be a name, or @taken. */
char *v2v_luks_dup_name (const char *uuid, gboolean taken, guint index)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
