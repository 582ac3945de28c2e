/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-md.h - RAID arrays of md(4) that the appliance has started
 *
 * It starts an array when all members are there that were there when it last ran.  One that
 * had lost a member on the source runs without; one whose other disk was not given, or whose
 * members are not of one moment, stays as it is and is not written to.
 */
#pragma once

#include "v2v-appliance.h"

G_BEGIN_DECLS

/* For sh in the appliance: the arrays that run and, by the kernel's path, their members.
 * It has nothing of the guest in it.  A resync, which a snapshot of a running instance may
 * want, is the guest's business: here it would write whole disks. */
#define V2V_MD_COMMAND                                                                       \
  "for m in /sys/block/md*/md; do case $(cat $m/array_state 2>/dev/null) in "                \
  "''|clear|inactive|suspended) continue ;; esac; d=${m%/md}; "                              \
  "echo frozen 2>/dev/null >$m/sync_action; echo array ${d##*/} "                      \
  "$(cat $m/level) $(cat $m/raid_disks); "      \
  "for x in $m/dev-*; do echo member $(cat $x/state) $(readlink -f $x/block); done; "        \
  "done 2>/dev/null; true"

/* Adds what V2V_MD_COMMAND printed to @guest; lines that it cannot have printed, and what is
 * beyond a sane number, are passed over. */
void v2v_md_parse (const char *text, V2vGuest *guest);

/* Adds the running arrays to @guest.  None where the appliance cannot be asked. */
void v2v_md_read (V2vAppliance *appliance, V2vGuest *guest);

/* Nothing is written any more: tells the arrays, so that they need no resync. */
void v2v_md_settle (V2vAppliance *appliance);

G_END_DECLS
