/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-first-boot-text.h - what is put into a guest for its first boot
 *
 * The texts of scripts/first-boot-run and scripts/first-boot.service: make writes the .c.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

extern const char v2v_first_boot_runner[];
extern const char v2v_first_boot_unit[];

G_END_DECLS
