/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide-system.c - clock, Hyper-V features, how the machine starts and stops
 */
#include <config.h>

#include "v2v-decide-private.h"

#include "v2v-str.h"
#include "v2v-timezone.h"

#define GRACE_LINUX 180
#define GRACE_WINDOWS 3600 /* updates are installed on the way down */

static void
decide_local_clock (V2vTarget *target, const V2vWindows *windows)
{
  g_autofree char *shown
    = v2v_str_printable (windows != NULL && windows->timezone != NULL ? windows->timezone
                                                                      : "not known", 128);

  if (windows != NULL && windows->timezone != NULL)
    target->timezone = v2v_timezone_from_windows (windows->timezone);
  v2v_target_decide (target, "clock", target->timezone != NULL ? target->timezone : "local time",
                     "Windows keeps local time; its time zone is '%s'", shown);
  if (target->timezone == NULL)
    v2v_target_warn (target, "the time zone '%s' of Windows has no name that KubeVirt takes: "
                             "the clock starts in UTC and is wrong until it is set", shown);
}

static void
decide_clock (V2vTarget *target, const V2vDecideArgs *args)
{
  const V2vWindows *windows = args->guest != NULL ? args->guest->windows : NULL;

  if (v2v_decide_is_windows (args) && (windows == NULL || !windows->rtc_utc)) {
    decide_local_clock (target, windows);
    return;
  }
  target->clock_utc = TRUE;
  v2v_target_decide (target, "clock", "utc", "%s",
                     windows != NULL          ? "RealTimeIsUniversal is 1"
                     : args->guest == NULL    ? "not inspected"
                                              : "what systems other than Windows use");
}

static void
decide_hyperv (V2vTarget *target, const V2vDecideArgs *args)
{
  const char *why = "for Windows only";

  if (v2v_decide_is_windows (args)) {
    target->hyperv = v2v_decide_windows_at_least (args, 6, 0)
                     && g_str_equal (target->arch, "x86_64");
    why = target->hyperv ? "Windows runs better with them"
                         : "for Windows since Vista on x86 only";
  }
  v2v_decide_flag (target, "hyperv", target->hyperv, "%s", why);
}

void
v2v_decide_system (V2vTarget *target, const V2vDecideArgs *args)
{
  gboolean windows = v2v_decide_is_windows (args);
  g_autofree char *grace = NULL;

  decide_clock (target, args);
  decide_hyperv (target, args);
  target->grace_seconds = windows ? GRACE_WINDOWS : GRACE_LINUX;
  grace = g_strdup_printf ("%u", target->grace_seconds);
  v2v_target_decide (target, "grace_seconds", grace, "%s",
                     windows ? "Windows installs updates when it shuts down"
                             : "time for services to stop; zero would be a power cut");
  target->run_strategy = g_strdup ("Halted");
  v2v_target_decide (target, "run_strategy", "Halted",
                     "a converted machine must not start beside its source");
}
