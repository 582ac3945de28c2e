/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide-device.c - the devices that every machine has or has not
 */
#include <config.h>

#include "v2v-decide-private.h"

#include <stdio.h>
#include <string.h>

#define FIRST_EL7_WITH_VIRTIO_1 327 /* 3.10.0-327 is RHEL 7.2 */

/* virtio 1.0 came with Linux 4.0 and was taken back into RHEL 7.2's 3.10. */
static gboolean
has_virtio_1 (const V2vDecideArgs *args)
{
  int build = 0;

  if (v2v_decide_kernel_at_least (args, 4, 0, 0))
    return TRUE;
  return strstr (args->kernel->version, ".el7") != NULL
         && sscanf (args->kernel->version, "3.10.0-%9d", &build) == 1
         && build >= FIRST_EL7_WITH_VIRTIO_1;
}

static void
decide_transitional (V2vTarget *target, const V2vDecideArgs *args)
{
  target->virtio_transitional = !has_virtio_1 (args);
  v2v_decide_flag (target, "virtio_transitional", target->virtio_transitional, "%s",
                   target->virtio_transitional ? "the kernel is older than virtio 1.0"
                                               : "virtio 1.0 is spoken or assumed");
}

static void
decide_tablet (V2vTarget *target, const V2vDecideArgs *args)
{
  const char *why = "every system has a driver for it";

  if (args->request->compat == V2V_COMPAT_ON)
    why = "compatibility mode is on";
  else if (v2v_decide_has_driver (args, "virtio_input") && has_virtio_1 (args))
    target->tablet_virtio = TRUE;
  v2v_target_decide (target, "tablet", target->tablet_virtio ? "virtio" : "usb", "%s",
                     target->tablet_virtio ? "the guest has virtio_input" : why);
}

/* A device whose driver may be a module anywhere. */
static gboolean
decide_virtio_device (V2vTarget *target, const V2vDecideArgs *args, const char *key,
                      const char *driver)
{
  if (args->request->compat == V2V_COMPAT_ON) {
    v2v_decide_flag (target, key, FALSE, "compatibility mode is on");
    return FALSE;
  }
  if (v2v_decide_is_windows (args)) {
    v2v_decide_flag (target, key, args->converted, "%s",
                     args->converted ? "the conversion installs the virtio drivers of Windows"
                                     : "the drivers of Windows were not read");
    return args->converted;
  }
  if (args->kernel == NULL) {
    v2v_decide_flag (target, key, TRUE, "%s",
                     args->guest == NULL ? "not inspected: virtio is assumed"
                                         : "the guest's drivers are not known");
    return TRUE;
  }
  if (!v2v_decide_has_driver (args, driver)) {
    v2v_decide_flag (target, key, FALSE, "%s has no %s", args->kernel_name, driver);
    return FALSE;
  }
  v2v_decide_flag (target, key, TRUE, "%s has %s", args->kernel_name, driver);
  return TRUE;
}

/* A balloon without a driver is an unknown device in Windows and nothing at all in
 * Linux. */
static void
decide_balloon (V2vTarget *target, const V2vDecideArgs *args)
{
  gboolean windows = v2v_decide_is_windows (args);

  target->balloon
    = !windows || (args->converted && args->request->compat != V2V_COMPAT_ON);
  v2v_decide_flag (target, "balloon", target->balloon, "%s",
                   !windows ? "harmless without a driver"
                   : target->balloon ? "the conversion installs its driver"
                                     : "Windows would show an unknown device");
}

static void
decide_usb (V2vTarget *target, const V2vDecideArgs *args)
{
  target->usb_xhci = v2v_decide_is_windows (args) ? v2v_decide_windows_at_least (args, 6, 2)
                                                  : v2v_decide_kernel_at_least (args, 2, 6, 35);
  v2v_target_decide (target, "usb", target->usb_xhci ? "xhci" : "ehci", "%s",
                     target->usb_xhci ? "the system has a driver for xHCI, or is assumed to"
                                      : "the system is older than xHCI");
}

static void
decide_multiqueue (V2vTarget *target, const V2vDecideArgs *args)
{
  const V2vTargetNic *first = target->nics->len > 0 ? target->nics->pdata[0] : NULL;
  gboolean able = v2v_decide_is_windows (args)
                    ? v2v_decide_windows_at_least (args, 6, 2)
                    : args->kernel != NULL && v2v_decide_kernel_at_least (args, 3, 8, 0);

  target->net_multiqueue
    = able && target->vcpus > 1 && first != NULL && first->model == V2V_NIC_VIRTIO;
  v2v_decide_flag (target, "net_multiqueue", target->net_multiqueue, "%s",
                   target->net_multiqueue ? "virtio-net with more than one vCPU"
                   : able                 ? "needs virtio-net and more than one vCPU"
                                          : "the guest is not known to have it");
}

void
v2v_decide_devices (V2vTarget *target, const V2vDecideArgs *args)
{
  decide_transitional (target, args);
  decide_tablet (target, args);
  target->rng = decide_virtio_device (target, args, "rng", "virtio_rng");
  target->agent_channel
    = decide_virtio_device (target, args, "agent_channel", "virtio_console");
  decide_balloon (target, args);
  decide_usb (target, args);
  decide_multiqueue (target, args);
}
