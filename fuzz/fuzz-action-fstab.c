/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: one byte for each of the first lines (how it was resolved), a NUL, the file.
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-action-crypttab.h"
#include "actions/v2v-action-fstab.h"
#include "actions/v2v-action-modules.h"
#include "v2v-mdadm.h"

#define ROWS_MAX 64

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The mount facts are about the first word of each line, as inspection's are. */
static void
add_mounts (V2vGuest *guest, const guint8 *how, gsize n_how, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", ROWS_MAX);

  for (guint i = 0; lines[i] != NULL && i < n_how; i++) {
    const char *line = lines[i] + strspn (lines[i], " \t");
    V2vMount *mount = v2v_guest_add_mount (guest);

    mount->line = i + 1;
    mount->spec = g_strndup (line, strcspn (line, " \t\r"));
    mount->mountpoint = g_strdup (how[i] & 0x40 ? "/" : "/srv");
    mount->via = (V2vMountVia) (how[i] % (V2V_VIA_PSEUDO + 1));
    mount->device = how[i] & 0x80 ? g_strdup ("/dev/sda1") : NULL;
  }
}

static V2vGuest *
make_guest (const guint8 *how, gsize n_how, const char *text)
{
  V2vGuest *guest = v2v_guest_new ();
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  fs->device = g_strdup ("/dev/sda1");
  fs->type = g_strdup ("ext4");
  fs->uuid = g_strdup ("11111111-1111-4111-8111-111111111111");
  add_mounts (guest, how, n_how, text);
  return guest;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *nul = size > 0 ? memchr (data, 0, size) : NULL;
  gsize n_how = nul != NULL ? MIN ((gsize) (nul - data), ROWS_MAX) : 0;
  const guint8 *start = nul != NULL ? nul + 1 : data;
  g_autofree char *text = NULL;
  g_autofree char *once = NULL;
  g_autofree char *crypttab = NULL;
  g_autofree char *crypttab_twice = NULL;
  g_autofree char *mdadm = NULL;
  g_autofree char *modules = NULL;
  g_autofree char *modules_twice = NULL;
  g_autoptr (V2vGuest) guest = NULL;
  g_autoptr (V2vReport) report = v2v_report_new ();

  if (size == 0)
    return 0;
  text = g_strndup ((const char *) start, size - (gsize) (start - data));
  guest = make_guest (data, n_how, text);
  once = v2v_action_fstab_rewrite (text, guest, report);
  g_assert_true ((report->changes->len == 0) == (strcmp (once, text) == 0));

  crypttab = v2v_action_crypttab_rewrite (text, guest, NULL, TRUE, report);
  crypttab_twice = v2v_action_crypttab_rewrite (crypttab, guest, NULL, TRUE, report);
  g_assert_cmpstr (crypttab, ==, crypttab_twice);

  mdadm = v2v_mdadm_dup_free (text);
  g_assert_false (mdadm != NULL && v2v_mdadm_excludes (mdadm));

  modules = v2v_action_modules_rewrite (text, report);
  modules_twice = v2v_action_modules_rewrite (modules, report);
  g_assert_cmpstr (modules, ==, modules_twice);
  return 0;
}
