/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-judge.c - verify/ on the guest of a run, and what its verdict means for the run
 */
#include <config.h>

#include "v2v-pipeline-private.h"

#include <string.h>

#include "v2v-emit.h"
#include "v2v-verify.h"

static const V2vTargetDisk *
boot_disk (const V2vTarget *target)
{
  for (guint i = 0; i < target->disks->len; i++) {
    const V2vTargetDisk *disk = g_ptr_array_index (target->disks, i);

    if (disk->boot_order == 1)
      return disk;
  }
  return target->disks->len > 0 ? g_ptr_array_index (target->disks, 0) : NULL;
}

gboolean
v2v_run_judge (V2vRun *run, V2vFs *fs, const V2vGuest *guest, GError **error)
{
  const V2vPipelineArgs *args = run->args;
  g_autoptr (V2vTarget) target
    = v2v_target_decide_all (args->source, guest, args->request);
  const V2vTargetDisk *disk = boot_disk (target);
  const char *mac = g_hash_table_lookup (run->options, "mac");
  const V2vVerifyTarget verify_target = {
    .bus = v2v_bus_name (disk != NULL ? disk->bus : V2V_BUS_VIRTIO),
    .uefi = target->firmware == V2V_FIRMWARE_UEFI,
    .mac_kept = g_strcmp0 (mac, "kept") == 0,
  };

  g_clear_pointer (&run->verdict, v2v_verdict_free);
  run->verdict = v2v_verify (fs, guest, &verify_target, args->cancel, error);
  return run->verdict != NULL;
}

static void
say_check (V2vRun *run, const V2vCheck *check)
{
  g_autofree char *text
    = g_strdup_printf ("verify: %s%s%s: %s", check->id, check->subject != NULL ? " " : "",
                       check->subject != NULL ? check->subject : "", check->evidence);

  if (check->state == V2V_CHECK_WARNING)
    v2v_run_warn (run, text);
  else
    v2v_console_stage (run->args->console, "verify", "FAILED: %s", text + strlen ("verify: "));
}

/* What the user asked for and may have forgotten. */
static const char *
find_reason (const V2vRun *run, const V2vCheck *check)
{
  if (g_str_equal (run->args->request->initramfs, "keep")
      && (g_str_equal (check->id, "kernel-drivers")
          || g_str_has_prefix (check->id, "initramfs-")))
    return " (with --initramfs keep no image was written)";
  return "";
}

gboolean
v2v_run_accept (V2vRun *run, GError **error)
{
  const V2vVerdict *verdict = run->verdict;
  guint failed = v2v_verdict_count (verdict, V2V_CHECK_FAILED);
  const V2vCheck *first = NULL;

  for (guint i = 0; i < verdict->checks->len; i++) {
    const V2vCheck *check = g_ptr_array_index (verdict->checks, i);

    if (check->state == V2V_CHECK_WARNING || check->state == V2V_CHECK_FAILED)
      say_check (run, check);
    if (check->state == V2V_CHECK_FAILED && first == NULL)
      first = check;
  }
  v2v_console_stage (run->args->console, "verify", "%u checks passed, %u warnings, %u failed",
                     v2v_verdict_count (verdict, V2V_CHECK_PASSED),
                     v2v_verdict_count (verdict, V2V_CHECK_WARNING), failed);
  if (first == NULL)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "the converted guest would not do: %s%s%s: %s%s%s", first->id,
               first->subject != NULL ? " of " : "",
               first->subject != NULL ? first->subject : "", first->evidence,
               find_reason (run, first),
               failed > 1 ? " (and more, see above)" : "");
  return FALSE;
}
