/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-check-domain.c - what libvirt and qemu would refuse and no schema says
 */
#include <config.h>

#include "v2v-check-domain.h"

#include <string.h>

#define SERIAL_MAX 20

static gboolean fail (GError **error, const char *rule, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError **error, const char *rule, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "domain XML breaks rule '%s': %s", rule,
               text);
  return FALSE;
}

static guint64
number (xmlNode *context, const char *xpath)
{
  g_autofree char *text = v2v_xml_dup_string (context, xpath);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

/* The first value that occurs twice among the nodes, or NULL. */
static char *
find_twice (xmlNode *domain, const char *xpath)
{
  g_autoptr (GPtrArray) nodes = v2v_xml_find_all (domain, xpath);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < nodes->len; i++) {
    g_autofree char *value = v2v_xml_dup_string (g_ptr_array_index (nodes, i), ".");

    if (g_hash_table_contains (seen, value))
      return g_steal_pointer (&value);
    g_hash_table_add (seen, g_steal_pointer (&value));
  }
  return NULL;
}

static gboolean
check_name (xmlNode *domain, GError **error)
{
  g_autofree char *name = v2v_xml_dup_string (domain, "name");

  if (name == NULL || *name == '\0' || *name == '.' || strchr (name, '/') != NULL)
    return fail (error, "domain-name", "'%s'", name != NULL ? name : "");
  return TRUE;
}

static gboolean
check_targets (xmlNode *domain, GError **error)
{
  g_autofree char *twice = find_twice (domain, "devices/disk/target/@dev");

  if (twice != NULL)
    return fail (error, "disk-target", "'%s' is used twice", twice);
  return TRUE;
}

static gboolean
check_boot_order (xmlNode *domain, GError **error)
{
  g_autofree char *twice = find_twice (domain, "devices/*/boot/@order");
  g_autoptr (GPtrArray) mixed = v2v_xml_find_all (domain, "os/boot");
  g_autoptr (GPtrArray) disks = v2v_xml_find_all (domain, "devices/disk");
  g_autoptr (GPtrArray) first
    = v2v_xml_find_all (domain, "devices/disk/boot[@order = '1']");

  if (twice != NULL)
    return fail (error, "boot-order", "%s is used twice", twice);
  if (mixed->len > 0)
    return fail (error, "boot-order", "os/boot excludes boot orders of devices");
  if (disks->len > 0 && first->len == 0)
    return fail (error, "boot-order", "no disk is first");
  return TRUE;
}

static gboolean
check_topology (xmlNode *domain, GError **error)
{
  guint64 vcpus = number (domain, "vcpu");
  guint64 product = number (domain, "cpu/topology/@sockets")
                    * number (domain, "cpu/topology/@cores")
                    * number (domain, "cpu/topology/@threads");

  if (vcpus == 0 || vcpus != product)
    return fail (error, "topology",
                 "%" G_GUINT64_FORMAT " vCPUs but a topology of %" G_GUINT64_FORMAT, vcpus,
                 product);
  return TRUE;
}

static gboolean
check_firmware (xmlNode *domain, GError **error)
{
  g_autofree char *firmware = v2v_xml_dup_string (domain, "os/@firmware");
  g_autofree char *secure
    = v2v_xml_dup_string (domain, "os/firmware/feature[@name='secure-boot']/@enabled");
  g_autofree char *keys
    = v2v_xml_dup_string (domain, "os/firmware/feature[@name='enrolled-keys']/@enabled");
  g_autofree char *smm = v2v_xml_dup_string (domain, "features/smm/@state");

  if (g_strcmp0 (firmware, "efi") != 0)
    return TRUE;
  if (secure == NULL || keys == NULL || !g_str_equal (secure, keys))
    return fail (error, "firmware-features", "secure-boot and enrolled-keys must both be stated "
                                             "and equal");
  if (g_str_equal (secure, "yes") && g_strcmp0 (smm, "on") != 0)
    return fail (error, "firmware-features", "secure-boot needs smm");
  return TRUE;
}

static gboolean
check_bus (xmlNode *domain, GError **error)
{
  static const char *const good[] = { "virtio", "scsi", "sata", NULL };
  g_autofree char *machine = v2v_xml_dup_string (domain, "os/type/@machine");
  g_autoptr (GPtrArray) targets = v2v_xml_find_all (domain, "devices/disk/target");

  for (guint i = 0; i < targets->len; i++) {
    g_autofree char *bus = v2v_xml_dup_string (g_ptr_array_index (targets, i), "@bus");

    if (bus == NULL || !g_strv_contains (good, bus))
      return fail (error, "machine-bus", "'%s' does not exist on machine '%s'",
                   bus != NULL ? bus : "", machine != NULL ? machine : "");
  }
  return TRUE;
}

static gboolean
check_macs (xmlNode *domain, GError **error)
{
  g_autofree char *twice = find_twice (domain, "devices/interface/mac/@address");

  if (twice != NULL)
    return fail (error, "mac", "'%s' is used twice", twice);
  return TRUE;
}

static gboolean
check_serials (xmlNode *domain, GError **error)
{
  g_autoptr (GPtrArray) serials = v2v_xml_find_all (domain, "devices/disk/serial");

  for (guint i = 0; i < serials->len; i++) {
    g_autofree char *text = v2v_xml_dup_string (g_ptr_array_index (serials, i), ".");
    gsize good = strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.+-");

    if (*text == '\0' || text[good] != '\0' || good > SERIAL_MAX)
      return fail (error, "serial", "'%s'", text);
  }
  return TRUE;
}

gboolean
v2v_check_domain (xmlNode *domain, GError **error)
{
  static gboolean (*const rules[]) (xmlNode *, GError **)
    = { check_name, check_targets, check_boot_order, check_topology,
        check_firmware, check_bus, check_macs, check_serials };

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    if (!rules[i] (domain, error))
      return FALSE;
  }
  return TRUE;
}
