/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-check-kubevirt-machine.c - rules for CPU, memory, firmware, features, clock
 */
#include <config.h>

#include <string.h>

#include "v2v-check-kubevirt-private.h"

static gboolean
is_enabled (JsonObject *spec, const char *path)
{
  g_autofree char *enabled = g_strconcat (path, "/enabled", NULL);
  JsonNode *node = v2v_kv_node (spec, enabled);

  return v2v_kv_has (spec, path) && (node == NULL || json_node_get_boolean (node));
}

static gboolean
check_architecture (JsonObject *spec, GError **error)
{
  const char *arch = v2v_kv_string (spec, "architecture");
  const char *machine = v2v_kv_string (spec, "domain/machine/type");

  if (g_strcmp0 (arch, "amd64") != 0 && g_strcmp0 (arch, "arm64") != 0)
    return v2v_kv_fail (error, "architecture", "'%s' is neither amd64 nor arm64",
                        arch != NULL ? arch : "");
  if (machine == NULL
      || !g_str_has_prefix (machine, g_str_equal (arch, "amd64") ? "q35" : "virt"))
    return v2v_kv_fail (error, "machine-type", "'%s' is not allowed by default on %s",
                        machine != NULL ? machine : "", arch);
  return TRUE;
}

static gboolean
check_cpu (JsonObject *spec, GError **error)
{
  static const char *const axes[] = { "sockets", "cores", "threads" };

  for (gsize i = 0; i < G_N_ELEMENTS (axes); i++) {
    g_autofree char *path = g_strconcat ("domain/cpu/", axes[i], NULL);

    if (v2v_kv_int (spec, path, 0) < 1 || v2v_kv_int (spec, path, 0) > G_MAXUINT32)
      return v2v_kv_fail (error, "cpu", "%s must be 1 or more", axes[i]);
  }
  return TRUE;
}

/* Always in Mi: other suffixes are correct but not ours. */
static gboolean
check_memory (JsonObject *spec, GError **error)
{
  const char *guest = v2v_kv_string (spec, "domain/memory/guest");
  char *end = NULL;
  guint64 mib = guest != NULL ? g_ascii_strtoull (guest, &end, 10) : 0;

  if (guest == NULL || !g_ascii_isdigit (*guest) || !g_str_equal (end, "Mi"))
    return v2v_kv_fail (error, "memory-quantity", "'%s' is not a number of Mi",
                        guest != NULL ? guest : "");
  if (mib == 0 || mib % 2 != 0)
    return v2v_kv_fail (error, "memory-size", "'%s' is not a multiple of 2Mi", guest);
  return TRUE;
}

static gboolean
check_firmware (JsonObject *spec, GError **error)
{
  static const char *const kinds[] = { "bios", "efi", NULL };
  JsonNode *bootloader = v2v_kv_node (spec, "domain/firmware/bootloader");
  JsonNode *secure = v2v_kv_node (spec, "domain/firmware/bootloader/efi/secureBoot");
  const char *uuid = v2v_kv_string (spec, "domain/firmware/uuid");

  if (bootloader == NULL || !JSON_NODE_HOLDS_OBJECT (bootloader)
      || v2v_kv_count_members (json_node_get_object (bootloader), kinds) != 1)
    return v2v_kv_fail (error, "bootloader", "exactly one of bios and efi must be stated");
  if (v2v_kv_has (spec, "domain/firmware/bootloader/efi") && secure == NULL)
    return v2v_kv_fail (error, "secure-boot", "unset means on: it must be stated");
  if (secure != NULL && json_node_get_boolean (secure)
      && !is_enabled (spec, "domain/features/smm"))
    return v2v_kv_fail (error, "smm", "secureBoot needs features.smm");
  if (v2v_kv_has (spec, "domain/firmware/uuid")
      && (uuid == NULL || !g_uuid_string_is_valid (uuid)))
    return v2v_kv_fail (error, "uuid", "'%s'", uuid != NULL ? uuid : "");
  return TRUE;
}

static gboolean
check_hyperv (JsonObject *spec, GError **error)
{
  static const struct {
    const char *feature, *needs;
  } rules[] = { { "synic", "vpindex" },
                { "synictimer", "synic" },
                { "tlbflush", "vpindex" },
                { "ipi", "vpindex" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autofree char *feature
      = g_strconcat ("domain/features/hyperv/", rules[i].feature, NULL);
    g_autofree char *needs = g_strconcat ("domain/features/hyperv/", rules[i].needs, NULL);

    if (is_enabled (spec, feature) && !is_enabled (spec, needs))
      return v2v_kv_fail (error, "hyperv", "%s needs %s", rules[i].feature, rules[i].needs);
  }
  return TRUE;
}

static gboolean
check_clock (JsonObject *spec, GError **error)
{
  const char *zone = v2v_kv_string (spec, "domain/clock/timezone");

  if (v2v_kv_has (spec, "domain/clock/utc") == v2v_kv_has (spec, "domain/clock/timezone"))
    return v2v_kv_fail (error, "clock", "exactly one of utc and timezone must be stated");
  if (v2v_kv_has (spec, "domain/clock/timezone") && (zone == NULL || *zone == '\0'))
    return v2v_kv_fail (error, "clock", "the time zone is empty");
  return TRUE;
}

static gboolean
check_grace (JsonObject *spec, GError **error)
{
  if (v2v_kv_int (spec, "terminationGracePeriodSeconds", 0) < 1)
    return v2v_kv_fail (error, "grace", "zero seconds are a power cut");
  return TRUE;
}

gboolean
v2v_kv_check_machine (JsonObject *spec, GError **error)
{
  return check_architecture (spec, error) && check_cpu (spec, error)
         && check_memory (spec, error) && check_firmware (spec, error)
         && check_hyperv (spec, error) && check_clock (spec, error)
         && check_grace (spec, error);
}
