/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ec2-private.h - where the evidence for EC2 comes from
 *
 * A signal is counted once, by its first hit.  Scores and signals are a table of
 * facts about what Amazon's images contain and others do not.
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

/* TRUE when @signal has a row already. */
gboolean v2v_ec2_has (const V2vGuest *guest, const char *signal);

/* Adds a row "FILE: TEXT" unless @signal has one; either may be %NULL. */
void v2v_ec2_add (V2vGuest *guest, const char *signal, int score, const char *file,
                  const char *text);

/* i-01234567 (8 digits, before 2016) or i-0123456789abcdef0 (17 digits). */
gboolean v2v_ec2_is_instance_id (const char *text, gboolean *out_long);

/* Reads configuration and log files of a Linux guest. */
gboolean v2v_ec2_read_files (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_ec2_read_hives:
 * @guest: its current_control_set is read already
 * @system_hive: host copy of the guest's SYSTEM hive, or %NULL
 * @software_hive: host copy of SOFTWARE, or %NULL
 *
 * A hive that cannot be read adds nothing: the reader of Windows says so already.
 */
void v2v_ec2_read_hives (V2vGuest *guest, const char *system_hive, const char *software_hive);

G_END_DECLS
