/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-mode.c - which kind of input this is: DESIGN section 7's table
 */
#include <config.h>

#include "v2v-mode.h"

static const char *const names[] = {
  [V2V_MODE_DISK] = "disk",
  [V2V_MODE_LIBVIRTXML] = "libvirtxml",
};

const char *
v2v_mode_name (V2vMode mode)
{
  return names[mode];
}

static gboolean
by_flag (const V2vModeInput *input, V2vMode *out_mode, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (input->flag, names[i])) {
      *out_mode = i;
      return TRUE;
    }
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "unknown input mode '%s': -i takes disk or libvirtxml", input->flag);
  return FALSE;
}

static gboolean
has_domain_file (const V2vModeInput *input)
{
  return input->domain_file_exists;
}

static gboolean
has_libvirt_url (const V2vModeInput *input)
{
  return input->libvirt_url != NULL && *input->libvirt_url != '\0' && input->in_place;
}

static gboolean
has_disks (const V2vModeInput *input)
{
  return input->n_disks > 0;
}

/* First row that holds. */
static const struct {
  gboolean (*holds) (const V2vModeInput *input);
  V2vMode mode;
  const char *reason;
} rows[] = {
  { has_domain_file, V2V_MODE_LIBVIRTXML, "the domain file exists" },
  { has_libvirt_url, V2V_MODE_LIBVIRTXML, "V2V_libvirtURL is set and V2V_inPlace is true" },
  { has_disks, V2V_MODE_DISK, "disks are there" },
};

gboolean
v2v_mode_choose (const V2vModeInput *input, V2vMode *out_mode, char **out_reason,
                 GError **error)
{
  if (input->flag != NULL) {
    if (!by_flag (input, out_mode, error))
      return FALSE;
    *out_reason = g_strdup ("-i says so");
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].holds (input)) {
      *out_mode = rows[i].mode;
      *out_reason = g_strdup (rows[i].reason);
      return TRUE;
    }
  }
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE,
                       "no disk was given: name the disks to work on");
  return FALSE;
}
