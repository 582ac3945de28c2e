/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-guest.h - shared by the files of test-guest
 */
#pragma once

#include "v2v-appliance.h"

#define ROOT "/dev/sda2"

/* One appliance serves all tests that do not kill it. */
typedef struct {
  V2vAppliance *appliance;
  V2vGuest *guest;
  V2vFs *fs;
  char *lvm; /* devices; NULL when the disk could not be made */
  char *btrfs;
} Shared;

static inline void
assert_ok (gboolean ok, const GError *error)
{
  g_assert_no_error (error);
  g_assert_true (ok);
}

static inline void
mount_at (const Shared *s, const char *device, const char *where)
{
  g_autoptr (GError) error = NULL;

  assert_ok (v2v_disks_mount (s->appliance, device, where, NULL, FALSE, &error), error);
}

static inline void
unmount (const Shared *s)
{
  g_autoptr (GError) error = NULL;

  assert_ok (v2v_disks_unmount_all (s->appliance, &error), error);
}

/* Creating, moving, labelling; reading through what is kept. */
void test_guest_add_edit (Shared *s);
