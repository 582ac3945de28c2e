/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-native.c - the native engine: rules do everything, no guest program runs
 */
#include <config.h>

#include "v2v-engine.h"

#include "v2v-error.h"

static gboolean
unsupported (GError **error, const char *why)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
               "the native engine cannot convert this guest: %s; try --engine virt-v2v", why);
  return FALSE;
}

/* Kernels and menus that are not seen may only be on what could not be mounted. */
static gboolean
not_found (const V2vGuest *guest, const char *what, GError **error)
{
  for (guint i = 0; i < guest->unknown->len; i++) {
    const V2vUnknown *row = g_ptr_array_index (guest->unknown, i);
    g_autofree char *why = g_strdup_printf ("%s; %s", what, row->why);

    if (g_str_equal (row->fact, "mount:/boot") || g_str_equal (row->fact, "mount:/usr"))
      return unsupported (error, why);
  }
  return unsupported (error, what);
}

static gboolean
native_probe (const V2vEngineArgs *args, char **out_label, GError **error)
{
  const V2vGuest *guest = args->guest;

  if (guest->os != V2V_OS_LINUX)
    return unsupported (error, "it is not Linux");
  if (guest->bootloader == NULL || g_strcmp0 (guest->bootloader->kind, "unknown") == 0)
    return not_found (guest, "no boot menu that is known was found on its disks", error);
  if (v2v_guest_default_kernel (guest) == NULL)
    return not_found (guest, "no kernel was found", error);
  *out_label = g_strdup ("native " PACKAGE_VERSION);
  return TRUE;
}

static const char *const initramfs[] = { "auto", "inject", "keep", NULL };

const V2vEngine v2v_engine_native = {
  .name = "native",
  .probe = native_probe,
  .convert = NULL,
  .initramfs = initramfs,
  .initramfs_why = "runs no program of the guest: inject needs none, and --engine virt-v2v "
                   "has the guest rebuild it",
};
