/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: a file of cloud.cfg.d, which is also tried as ds-identify.cfg, as a unit file, as
 * a drop-in and as an upstart override: the other texts that these actions edit or read.
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-cloud-init-text.h"
#include "actions/v2v-unit-text.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_unpin (const char *text)
{
  g_autofree char *once = v2v_cloud_init_unpin (text);
  g_autofree char *twice = v2v_cloud_init_unpin (once);
  const char *p = text;

  g_assert_true (strcmp (once, twice) == 0);
  /* Nothing but comment signs was added, nothing was lost. */
  for (const char *q = once; *q != '\0'; q++) {
    if (*p == *q)
      p++;
    else
      g_assert_true (*q == '#');
  }
  g_assert_true (*p == '\0');
  (void) v2v_cloud_init_is_unpinned (text, once);
}

static void
check_ds_identify (const char *text)
{
  g_autofree char *once = v2v_ds_identify_rewrite (text);
  g_autofree char *twice = v2v_ds_identify_rewrite (once);

  g_assert_true (strcmp (once, twice) == 0);
  g_assert_true (strstr (once, "notfound=disabled") != NULL);
}

static void
check_units (const char *text)
{
  g_autofree char *disabled = v2v_unit_dropin_disable (text);
  g_autofree char *twice = v2v_unit_dropin_disable (disabled);
  g_autofree char *enabled = v2v_unit_dropin_enable (disabled);
  g_autofree char *manual = v2v_upstart_override (text);
  g_autofree char *manual_twice = v2v_upstart_override (manual);
  g_autoptr (V2vUnitInstall) install = v2v_unit_install_parse (text, "a-b@c.service");

  g_assert_true (strcmp (disabled, twice) == 0);
  g_assert_true (strcmp (manual, manual_twice) == 0);
  g_assert_true (strncmp (enabled, text, strlen (enabled) > 0 ? strlen (enabled) - 1 : 0) == 0);
  (void) v2v_unit_preset (text, "a-b@c.service");
  (void) v2v_unit_install_is_useful (install);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = NULL;

  /* Editors are given texts without NUL bytes. */
  if (memchr (data, 0, size) != NULL)
    return 0;
  text = g_strndup ((const char *) data, size);
  check_unpin (text);
  check_ds_identify (text);
  check_units (text);
  return 0;
}
