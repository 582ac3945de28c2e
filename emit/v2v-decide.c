/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide.c - from facts to the machine to run on: the list of decisions
 *
 * Pure: no file is read and nothing is printed.  Every field gets its reason, and
 * what the user should know goes to the target's warnings.
 */
#include <config.h>

#include "v2v-emit.h"

#include <stdio.h>
#include <string.h>

#include "v2v-decide-private.h"
#include "v2v-str.h"

#define KERNEL_NAME_MAX 128

gboolean
v2v_decide_is_windows (const V2vDecideArgs *args)
{
  return args->guest != NULL && args->guest->os == V2V_OS_WINDOWS;
}

gboolean
v2v_decide_is_ec2 (const V2vDecideArgs *args)
{
  static const char *const names[] = { "ec2", "aws", NULL };
  const char *hint = args->source->hint != NULL ? args->source->hint : args->request->source;
  g_autofree char *lower = g_ascii_strdown (hint != NULL ? hint : "", -1);

  return g_strv_contains (names, lower) || (args->guest != NULL && args->guest->ec2->is_ec2);
}

gboolean
v2v_decide_kernel_at_least (const V2vDecideArgs *args, int major, int minor, int micro)
{
  const int want[] = { major, minor, micro };
  int have[3] = { 0, 0, 0 };

  if (args->kernel == NULL || args->kernel->version == NULL
      || sscanf (args->kernel->version, "%9d.%9d.%9d", &have[0], &have[1], &have[2]) < 2)
    return TRUE;
  for (int i = 0; i < 3; i++) {
    if (have[i] != want[i])
      return have[i] > want[i];
  }
  return TRUE;
}

gboolean
v2v_decide_windows_at_least (const V2vDecideArgs *args, int major, int minor)
{
  const V2vGuest *guest = args->guest;

  if (!v2v_decide_is_windows (args))
    return FALSE;
  return guest->major == 0 || guest->major > major
         || (guest->major == major && guest->minor >= minor);
}

static void
set_kernel (V2vDecideArgs *args)
{
  g_autofree char *version = NULL;

  if (args->guest == NULL || args->guest->os != V2V_OS_LINUX)
    return;
  args->kernel = v2v_guest_default_kernel (args->guest);
  if (args->kernel == NULL)
    return;
  version = v2v_str_printable (args->kernel->version != NULL ? args->kernel->version : "?",
                               KERNEL_NAME_MAX);
  args->kernel_name = g_strdup_printf ("the default kernel '%s'", version);
}

V2vTarget *
v2v_target_decide_all (const V2vSource *source, const V2vGuest *guest,
                       const V2vRequest *request)
{
  V2vTarget *target = v2v_target_new (source->name);
  V2vDecideArgs args = { .source = source, .guest = guest, .request = request };

  args.converted = !request->skip_conversion && g_strcmp0 (request->engine, "none") != 0;
  set_kernel (&args);
  v2v_decide_identity (target, &args);
  v2v_decide_size (target, &args);
  v2v_decide_firmware (target, &args);
  v2v_decide_disks (target, &args);
  v2v_decide_networks (target, &args);
  v2v_decide_devices (target, &args);
  v2v_decide_system (target, &args);
  g_free (args.kernel_name);
  return target;
}
