/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-run.c - the parts that converting and describing have in common
 */
#include <config.h>

#include "v2v-pipeline-private.h"

#include <sys/stat.h>

#include "v2v-emit.h"
#include "v2v-inspect.h"

/* The unit of st_blocks, whatever the file system's block size. */
#define STAT_BLOCK_SIZE 512

void
v2v_run_clear (V2vRun *run)
{
  v2v_run_compared (run);
  g_clear_pointer (&run->output, v2v_output_free);
  g_clear_pointer (&run->tx, v2v_transaction_free);
  g_clear_pointer (&run->before, v2v_guest_free);
  g_clear_pointer (&run->after, v2v_guest_free);
  g_clear_pointer (&run->target, v2v_target_free);
  g_clear_pointer (&run->report, v2v_report_free);
  g_clear_pointer (&run->engine_label, g_free);
  g_clear_pointer (&run->snapshot, v2v_snapshot_free);
  g_clear_pointer (&run->ruleset, v2v_ruleset_free);
  g_clear_pointer (&run->options, g_hash_table_unref);
  g_clear_pointer (&run->plan, v2v_plan_free);
  g_clear_pointer (&run->verdict, v2v_verdict_free);
}

void
v2v_run_warn (V2vRun *run, const char *text)
{
  v2v_report_warn (run->report, "%s", text);
  v2v_console_warning (run->args->console, "%s", text);
}

static V2vAppliance *
launch (V2vRun *run, gboolean overlays, gboolean read_only, GError **error)
{
  const V2vSource *source = run->args->source;
  V2vAppliance *appliance;
  g_autofree V2vDrive *drives = g_new0 (V2vDrive, source->disks->len);

  for (guint i = 0; i < source->disks->len; i++) {
    const V2vSourceDisk *disk = g_ptr_array_index (source->disks, i);

    drives[i].path = overlays ? v2v_transaction_overlay (run->tx, i) : disk->real_path;
    drives[i].format = overlays ? "qcow2" : disk->format;
  }
  run->report->appliance_boots++;
  appliance = v2v_appliance_launch (drives, source->disks->len, read_only, run->args->cancel,
                                    error);
  if (appliance != NULL)
    v2v_appliance_set_keys (appliance, run->args->request->keys);
  return appliance;
}

/* What a file occupies on the host; a block device is what it is. */
static guint64
allocated_bytes (const char *path)
{
  struct stat st;

  if (stat (path, &st) < 0 || !S_ISREG (st.st_mode))
    return 0;
  return (guint64) st.st_blocks * STAT_BLOCK_SIZE;
}

/* The appliance sees an overlay; the user knows the disk. */
static void
name_disks (V2vRun *run, V2vGuest *guest)
{
  for (guint i = 0; i < guest->disks->len && i < run->args->source->disks->len; i++) {
    V2vDiskFact *fact = g_ptr_array_index (guest->disks, i);
    const V2vSourceDisk *disk = g_ptr_array_index (run->args->source->disks, i);

    g_free (fact->path);
    g_free (fact->format);
    fact->path = g_strdup (disk->path);
    fact->format = g_strdup (disk->format);
    fact->allocated = allocated_bytes (disk->real_path);
  }
}

static const char *
os_title (const V2vGuest *guest)
{
  return guest->product != NULL ? guest->product : guest->distro;
}

static void
say_what_was_found (V2vRun *run, const V2vGuest *guest, const char *stage)
{
  V2vConsole *console = run->args->console;
  const char *arch = guest->arch != NULL ? guest->arch : "architecture not known";

  if (guest->ec2->is_ec2)
    v2v_console_stage (console, stage, "%s, %s, %s, EC2 (score %d%s%s)", os_title (guest), arch,
                       v2v_firmware_name (guest->firmware), guest->ec2->score,
                       guest->ec2->generation != NULL ? ", " : "",
                       guest->ec2->generation != NULL ? guest->ec2->generation : "");
  else
    v2v_console_stage (console, stage, "%s, %s, %s", os_title (guest), arch,
                       v2v_firmware_name (guest->firmware));
}

V2vGuest *
v2v_run_inspect (V2vRun *run, gboolean overlays, gboolean read_only, const char *stage,
                 V2vVisitFunc visit, GError **error)
{
  const V2vPipelineArgs *args = run->args;
  double start = v2v_console_elapsed (args->console);
  g_autoptr (V2vAppliance) appliance = launch (run, overlays, read_only, error);
  g_autoptr (V2vGuest) guest = NULL;
  g_autoptr (V2vFs) fs = NULL;
  const char *hint = args->request->source;

  if (appliance == NULL)
    return NULL;
  if (v2v_appliance_note (appliance) != NULL)
    v2v_console_warning (args->console, "%s", v2v_appliance_note (appliance));
  v2v_console_stage (args->console, stage, "appliance up in %.1f s (%s, %s)",
                     v2v_appliance_launch_seconds (appliance),
                     v2v_appliance_accel (appliance), v2v_appliance_kind (appliance));
  guest = v2v_inspect (appliance, args->request->root,
                       read_only ? V2V_INSPECT_READ_ONLY : (V2vInspectFlags) 0, hint, &fs, error);
  if (guest == NULL)
    return NULL;
  name_disks (run, guest);
  say_what_was_found (run, guest, stage);
  if (visit != NULL && !visit (run, appliance, fs, guest, error))
    return NULL;
  g_clear_pointer (&fs, v2v_fs_free);
  run->report->appliance_calls += v2v_appliance_calls (appliance);
  v2v_console_stage (args->console, stage, "done in %.1f s, %u calls to the appliance",
                     v2v_console_elapsed (args->console) - start,
                     v2v_appliance_calls (appliance));
  if (!v2v_appliance_close (g_steal_pointer (&appliance), error))
    return NULL;
  v2v_report_add_stage (run->report, stage, v2v_console_elapsed (args->console) - start);
  return g_steal_pointer (&guest);
}

/* What a second reading does not ask for. */
static void
take_over (V2vGuest *after, const V2vGuest *before)
{
  for (guint i = 0; i < after->filesystems->len; i++) {
    V2vFilesystem *fs = g_ptr_array_index (after->filesystems, i);
    const V2vFilesystem *old = v2v_guest_find_filesystem (before, fs->device);

    if (fs->size == 0 && old != NULL) {
      fs->size = old->size;
      fs->free = old->free;
    }
  }
  g_ptr_array_set_size (after->roots, 0);
  for (guint i = 0; i < before->roots->len; i++)
    g_ptr_array_add (after->roots, g_strdup (g_ptr_array_index (before->roots, i)));
}

gboolean
v2v_run_verify (V2vRun *run, V2vAppliance *appliance, const V2vGuest *guest, GError **error)
{
  g_autoptr (V2vFs) fs = NULL;

  if (!v2v_disks_unmount_all (appliance, error) || !v2v_disks_drop_caches (appliance, error))
    return FALSE;
  g_clear_pointer (&run->after, v2v_guest_free);
  run->after = v2v_inspect (appliance, guest->root, V2V_INSPECT_READ_ONLY | V2V_INSPECT_AGAIN,
                            run->args->request->source, &fs, error);
  if (run->after == NULL)
    return FALSE;
  take_over (run->after, guest);
  name_disks (run, run->after);
  return v2v_run_judge (run, fs, run->after, error) && v2v_run_accept (run, error);
}

static gboolean
add_output (V2vRun *run, const char *name, const char *suffix, char *text, GError **error)
{
  g_autofree char *owned = text;
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return owned != NULL && v2v_output_add (run->output, file, owned, error);
}

gboolean
v2v_run_write_report (V2vRun *run, GError **error)
{
  g_autofree char *name = v2v_emit_object_name (run->target);
  gboolean pod = run->args->pod;

  v2v_run_compared (run);
  return add_output (run, pod ? "" : name, pod ? "report.json" : "-report.json",
                     v2v_emit_report_json (run->report, run->plan, run->verdict, run->after,
                                           run->target, error),
                     error);
}

static gboolean
add_outputs (V2vRun *run, GError **error)
{
  const V2vRequest *request = run->args->request;
  g_autofree char *name = v2v_emit_object_name (run->target);
  gboolean pod = run->args->pod; /* whose controller reads inspection.xml */

  if (!add_output (run, name, ".xml", v2v_emit_libvirt_xml (run->target, error), error))
    return FALSE;
  if (request->kubevirt != V2V_KUBEVIRT_NONE
      && !add_output (run, name, ".yaml",
                      v2v_emit_kubevirt (run->target, request->kubevirt, error), error))
    return FALSE;
  if (run->after != NULL
      && !add_output (run, pod ? "" : name, pod ? "inspection.xml" : "-inspection.xml",
                      v2v_emit_inspection_xml (run->after, run->target), error))
    return FALSE;
  return v2v_run_write_report (run, error);
}

gboolean
v2v_run_describe (V2vRun *run, GError **error)
{
  const V2vPipelineArgs *args = run->args;

  run->target = v2v_target_decide_all (args->source, run->after, args->request);
  for (guint i = 0; i < run->target->warnings->len; i++)
    v2v_console_warning (args->console, "%s",
                         (const char *) g_ptr_array_index (run->target->warnings, i));
  for (guint i = 0; i < run->target->disks->len; i++) {
    const V2vTargetDisk *disk = g_ptr_array_index (run->target->disks, i);

    v2v_console_stage (args->console, "target", "disk %u on %s%s", i,
                       v2v_bus_name (disk->bus), disk->boot_order == 1 ? ", boots" : "");
  }
  return add_outputs (run, error);
}

gboolean
v2v_run_publish (V2vRun *run, GError **error)
{
  GPtrArray *paths = v2v_output_paths (run->output);
  g_autofree char *summary
    = v2v_emit_report_text (run->report, run->plan, run->after, run->target, error);

  if (summary == NULL || !v2v_output_publish (run->output, error))
    return FALSE;
  for (guint i = 0; i < paths->len; i++)
    v2v_console_stage (run->args->console, "output", "%s",
                       (const char *) g_ptr_array_index (paths, i));
  v2v_console_text (run->args->console, summary);
  return TRUE;
}
