/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide-identity.c - uuid, operating system, architecture, machine; memory, vCPUs
 */
#include <config.h>

#include "v2v-decide-private.h"

#include <string.h>

#include "v2v-str.h"

#define MIB (G_GUINT64_CONSTANT (1024) * 1024)
#define DEFAULT_MEMORY_MIB 2048
#define DEFAULT_VCPUS 1

/* ds-identify and cloud-init take a machine for an EC2 instance when its uuid
 * begins with ec2, or would in little-endian order, where the first four bytes
 * stand reversed: ....2.ec */
static gboolean
looks_like_ec2 (const char *uuid)
{
  g_autofree char *lower = g_ascii_strdown (uuid, -1);

  if (strlen (lower) < 8)
    return FALSE;
  return g_str_has_prefix (lower, "ec2")
         || (lower[4] == '2' && lower[6] == 'e' && lower[7] == 'c');
}

static void
decide_uuid (V2vTarget *target, const V2vDecideArgs *args)
{
  const char *uuid = args->source->uuid;

  if (uuid == NULL) {
    v2v_target_decide (target, "uuid", "none", "not stated: the target makes one");
  } else if (v2v_decide_is_ec2 (args)) {
    v2v_target_decide (target, "uuid", "none",
                       "never copied from EC2: cloud-init would find EC2 again");
  } else if (looks_like_ec2 (uuid)) {
    v2v_target_decide (target, "uuid", "none",
                       "'%s' has the form by which cloud-init knows EC2", uuid);
    v2v_target_warn (target, "the source's uuid '%s' is not kept: cloud-init would take the "
                             "machine for an EC2 instance", uuid);
  } else {
    target->uuid = g_ascii_strdown (uuid, -1);
    v2v_target_decide (target, "uuid", target->uuid, "as in the source: licences depend on it");
  }
}

static void
decide_os (V2vTarget *target, const V2vGuest *guest)
{
  if (guest == NULL) {
    v2v_target_decide (target, "osinfo", "none", "not inspected");
    return;
  }
  target->os = guest->os;
  target->osinfo_id = g_strdup (guest->osinfo_id);
  target->osinfo_uri = g_strdup (guest->osinfo_uri);
  if (guest->osinfo_id != NULL)
    v2v_target_decide (target, "osinfo", guest->osinfo_id, "from inspection");
  else
    v2v_target_decide (target, "osinfo", "none", "no libosinfo id is known for this system");
}

/* guest architecture -> machine */
static const struct {
  const char *guest;
  const char *arch;
  const char *machine;
} arches[] = {
  { "x86_64", "x86_64", "q35" },
  { "i386", "x86_64", "q35" },
  { "i486", "x86_64", "q35" },
  { "i586", "x86_64", "q35" },
  { "i686", "x86_64", "q35" },
  { "aarch64", "aarch64", "virt" },
};

static void
decide_arch (V2vTarget *target, const V2vGuest *guest)
{
  const char *found = guest != NULL ? guest->arch : NULL;
  g_autofree char *shown = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (arches); i++) {
    if (g_strcmp0 (found, arches[i].guest) != 0)
      continue;
    target->arch = g_strdup (arches[i].arch);
    target->machine = g_strdup (arches[i].machine);
    v2v_target_decide (target, "arch", target->arch, "the guest is %s", found);
    return;
  }
  target->arch = g_strdup ("x86_64");
  target->machine = g_strdup ("q35");
  if (found == NULL) {
    v2v_target_decide (target, "arch", "x86_64", "%s",
                       guest == NULL ? "not inspected" : "the guest's architecture is not known");
    return;
  }
  shown = v2v_str_printable (found, 64);
  v2v_target_decide (target, "arch", "x86_64", "no machine for '%s' is known", shown);
  v2v_target_warn (target, "no machine for the guest's architecture '%s' is known: x86_64 is "
                           "emitted and will not run it", shown);
}

static void
decide_machine (V2vTarget *target, const V2vDecideArgs *args)
{
  gboolean old = v2v_decide_is_windows (args)
                   ? !v2v_decide_windows_at_least (args, 6, 1)
                   : !v2v_decide_kernel_at_least (args, 2, 6, 32);

  v2v_target_decide (target, "machine", target->machine,
                     "the machine for %s that KubeVirt accepts by default", target->arch);
  if (old)
    v2v_target_warn (target, "the guest is older than the %s machine and may not boot on it",
                     target->machine);
}

void
v2v_decide_identity (V2vTarget *target, const V2vDecideArgs *args)
{
  decide_uuid (target, args);
  decide_os (target, args->guest);
  decide_arch (target, args->guest);
  decide_machine (target, args);
}

static void
decide_memory (V2vTarget *target, const V2vSource *source)
{
  guint64 mib = source->memory / MIB + (source->memory % MIB != 0 ? 1 : 0);
  g_autofree char *text = NULL;
  const char *why = "as in the source";

  if (source->memory == 0) {
    mib = DEFAULT_MEMORY_MIB;
    why = "not stated by the source";
  } else if (mib % 2 != 0 || source->memory % MIB != 0) {
    mib += mib % 2;
    why = "as in the source, rounded up to a multiple of 2 MiB";
  }
  target->memory_mib = mib;
  text = g_strdup_printf ("%" G_GUINT64_FORMAT " MiB", mib);
  v2v_target_decide (target, "memory", text, "%s", why);
}

/* Sockets are the only axis that KubeVirt can hotplug; client editions of Windows
 * use two sockets at most, whatever else there is. */
static void
decide_topology (V2vTarget *target, const V2vDecideArgs *args)
{
  gboolean client = v2v_decide_is_windows (args)
                    && g_strcmp0 (args->guest->variant, "Client") == 0;
  g_autofree char *text = NULL;

  target->sockets = client ? 1 : target->vcpus;
  target->cores = client ? target->vcpus : 1;
  target->threads = 1;
  text = g_strdup_printf ("%u:%u:%u", target->sockets, target->cores, target->threads);
  v2v_target_decide (target, "topology", text, "%s",
                     client ? "client editions of Windows use two sockets at most"
                            : "one core for each socket: vCPUs can be added while it runs");
}

void
v2v_decide_size (V2vTarget *target, const V2vDecideArgs *args)
{
  guint vcpus = args->source->vcpus;
  g_autofree char *text = NULL;

  decide_memory (target, args->source);
  target->vcpus = vcpus > 0 ? vcpus : DEFAULT_VCPUS;
  text = g_strdup_printf ("%u", target->vcpus);
  v2v_target_decide (target, "vcpus", text, "%s",
                     vcpus > 0 ? "as in the source" : "not stated by the source");
  decide_topology (target, args);
}
