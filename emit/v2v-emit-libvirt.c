/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-libvirt.c - the target as a libvirt domain: identity, CPU, firmware, clock
 */
#include <config.h>

#include "v2v-emit.h"

#include <string.h>

#include "v2v-check-domain.h"
#include "v2v-emit-libvirt-private.h"
#include "v2v-hyperv.h"
#include "v2v-str.h"

#define LIBOSINFO_NS "http://libosinfo.org/xmlns/libvirt/domain/1.0"
#define NAME_MAX_BYTES 255

/* libvirt makes file names of domain names: no slash, no leading dot, no control
 * character. */
static char *
domain_name (const char *name)
{
  g_autofree char *printable = v2v_str_printable (name, NAME_MAX_BYTES);
  char *safe = g_strdelimit (g_strdup (printable), "/", '-');
  gsize dots = strspn (safe, ". ");

  memmove (safe, safe + dots, strlen (safe) - dots + 1);
  if (*safe != '\0')
    return safe;
  g_free (safe);
  return g_strdup ("guest");
}

static void
add_metadata (xmlNode *domain, const char *uri)
{
  xmlNode *metadata = v2v_xml_add (domain, "metadata", NULL);
  xmlNode *info = v2v_xml_add (metadata, "libosinfo", NULL);
  xmlNs *ns = xmlNewNs (info, (const xmlChar *) LIBOSINFO_NS, (const xmlChar *) "libosinfo");
  xmlNode *os;

  xmlSetNs (info, ns);
  os = v2v_xml_add (info, "os", NULL);
  xmlSetNs (os, ns);
  v2v_xml_set (os, "id", "%s", uri);
}

static void
add_identity (xmlNode *domain, const V2vTarget *target)
{
  g_autofree char *name = domain_name (target->name);
  g_autofree char *title = v2v_str_printable (target->name, NAME_MAX_BYTES);

  v2v_xml_add (domain, "name", name);
  if (target->uuid != NULL)
    v2v_xml_add (domain, "uuid", target->uuid);
  if (!g_str_equal (name, title))
    v2v_xml_add (domain, "title", title);
  if (target->osinfo_uri != NULL)
    add_metadata (domain, target->osinfo_uri);
}

static void
add_kib (xmlNode *domain, const char *name, guint64 mib)
{
  g_autofree char *kib = g_strdup_printf ("%" G_GUINT64_FORMAT, mib * 1024);

  v2v_xml_set (v2v_xml_add (domain, name, kib), "unit", "KiB");
}

static void
add_size (xmlNode *domain, const V2vTarget *target)
{
  g_autofree char *vcpus = g_strdup_printf ("%u", target->vcpus);

  add_kib (domain, "memory", target->memory_mib);
  add_kib (domain, "currentMemory", target->memory_mib);
  v2v_xml_set (v2v_xml_add (domain, "vcpu", vcpus), "placement", "static");
}

static void
add_firmware_feature (xmlNode *firmware, const char *name, gboolean enabled)
{
  xmlNode *feature = v2v_xml_add (firmware, "feature", NULL);

  v2v_xml_set (feature, "enabled", "%s", enabled ? "yes" : "no");
  v2v_xml_set (feature, "name", "%s", name);
}

/* Both features are always written: left to itself libvirt on Debian picks the
 * image with Microsoft's keys and Secure Boot on.  Paths of loader and variables
 * are never written, since they differ between distributions. */
static void
add_os (xmlNode *domain, const V2vTarget *target)
{
  xmlNode *os = v2v_xml_add (domain, "os", NULL);
  xmlNode *type = v2v_xml_add (os, "type", "hvm");
  xmlNode *firmware;

  v2v_xml_set (type, "arch", "%s", target->arch);
  v2v_xml_set (type, "machine", "%s", target->machine);
  if (target->firmware != V2V_FIRMWARE_UEFI)
    return;
  v2v_xml_set (os, "firmware", "efi");
  firmware = v2v_xml_add (os, "firmware", NULL);
  add_firmware_feature (firmware, "enrolled-keys", target->secure_boot);
  add_firmware_feature (firmware, "secure-boot", target->secure_boot);
  if (target->secure_boot)
    v2v_xml_set (v2v_xml_add (os, "loader", NULL), "secure", "yes");
}

static void
add_hyperv (xmlNode *features)
{
  xmlNode *hyperv = v2v_xml_add (features, "hyperv", NULL);

  v2v_xml_set (hyperv, "mode", "custom");
  for (gsize i = 0; i < v2v_hyperv_n_features; i++) {
    const V2vHypervFeature *feature = &v2v_hyperv_features[i];
    xmlNode *node = v2v_xml_add (hyperv, feature->libvirt, NULL);

    v2v_xml_set (node, "state", "on");
    if (feature->retries > 0)
      v2v_xml_set (node, "retries", "%u", feature->retries);
    if (feature->direct)
      v2v_xml_set (v2v_xml_add (node, "direct", NULL), "state", "on");
  }
}

static void
add_features (xmlNode *domain, const V2vTarget *target)
{
  xmlNode *features = v2v_xml_add (domain, "features", NULL);

  v2v_xml_add (features, "acpi", NULL);
  if (v2v_libvirt_is_x86 (target))
    v2v_xml_add (features, "apic", NULL);
  if (target->hyperv)
    add_hyperv (features);
  if (target->smm)
    v2v_xml_set (v2v_xml_add (features, "smm", NULL), "state", "on");
}

/* host-model can migrate, and a model copied from the source would tie the machine
 * to its hardware.  aarch64 knows host-passthrough only. */
static void
add_cpu (xmlNode *domain, const V2vTarget *target)
{
  xmlNode *cpu = v2v_xml_add (domain, "cpu", NULL);
  xmlNode *topology = v2v_xml_add (cpu, "topology", NULL);

  v2v_xml_set (cpu, "mode", v2v_libvirt_is_x86 (target) ? "host-model" : "host-passthrough");
  v2v_xml_set (topology, "sockets", "%u", target->sockets);
  v2v_xml_set (topology, "cores", "%u", target->cores);
  v2v_xml_set (topology, "threads", "%u", target->threads);
}

static void
add_timer (xmlNode *clock, const char *name, const char *attribute, const char *value)
{
  xmlNode *timer = v2v_xml_add (clock, "timer", NULL);

  v2v_xml_set (timer, "name", "%s", name);
  v2v_xml_set (timer, attribute, "%s", value);
}

static void
add_clock (xmlNode *domain, const V2vTarget *target)
{
  xmlNode *clock = v2v_xml_add (domain, "clock", NULL);

  v2v_xml_set (clock, "offset", target->clock_utc ? "utc" : "localtime");
  if (!v2v_libvirt_is_x86 (target))
    return;
  add_timer (clock, "rtc", "tickpolicy", "catchup");
  add_timer (clock, "pit", "tickpolicy", "delay");
  add_timer (clock, "hpet", "present", "no");
  if (target->hyperv)
    add_timer (clock, "hypervclock", "present", "yes");
}

static void
add_lifecycle (xmlNode *domain)
{
  xmlNode *pm;

  v2v_xml_add (domain, "on_poweroff", "destroy");
  v2v_xml_add (domain, "on_reboot", "restart");
  v2v_xml_add (domain, "on_crash", "restart");
  pm = v2v_xml_add (domain, "pm", NULL);
  v2v_xml_set (v2v_xml_add (pm, "suspend-to-mem", NULL), "enabled", "no");
  v2v_xml_set (v2v_xml_add (pm, "suspend-to-disk", NULL), "enabled", "no");
}

gboolean
v2v_libvirt_is_x86 (const V2vTarget *target)
{
  return g_str_equal (target->arch, "x86_64");
}

/* XML has no way to write most control characters or foreign bytes; a path without
 * them would be another path. */
static gboolean
check_path (const char *path, GError **error)
{
  g_autofree char *shown = NULL;
  gboolean good = g_utf8_validate (path, -1, NULL);

  for (const char *p = path; good && *p != '\0'; p = g_utf8_next_char (p))
    good = !g_unichar_iscntrl (g_utf8_get_char (p));
  if (good)
    return TRUE;
  shown = v2v_str_printable (path, NAME_MAX_BYTES);
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "the disk path '%s' cannot be written in XML: give the disk a name of "
               "printable characters", shown);
  return FALSE;
}

char *
v2v_emit_libvirt_xml (const V2vTarget *target, GError **error)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc ((const xmlChar *) "1.0");
  xmlNode *domain = xmlNewNode (NULL, (const xmlChar *) "domain");

  xmlDocSetRootElement (doc, domain);
  for (guint i = 0; i < target->disks->len; i++) {
    if (!check_path (((const V2vTargetDisk *) target->disks->pdata[i])->path, error))
      return NULL;
  }
  v2v_xml_set (domain, "type", "kvm");
  add_identity (domain, target);
  add_size (domain, target);
  add_os (domain, target);
  add_features (domain, target);
  add_cpu (domain, target);
  add_clock (domain, target);
  add_lifecycle (domain);
  v2v_libvirt_add_devices (domain, target);
  if (!v2v_check_domain (domain, error))
    return NULL;
  return v2v_xml_to_string (doc);
}
