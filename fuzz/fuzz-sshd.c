/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-verify-sshd.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static gboolean
include (const char *pattern, gpointer user_data, GError **error)
{
  (void) user_data;
  (void) error;
  g_assert_cmpstr (pattern, !=, "");
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (V2vSshd) sshd = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;

  g_assert_true (v2v_sshd_parse (&sshd, text, "sshd_config", include, NULL, &error));
  fault = v2v_sshd_dup_fault (&sshd);
  g_assert_true (fault == NULL || g_utf8_validate (fault, -1, NULL));
  return 0;
}
