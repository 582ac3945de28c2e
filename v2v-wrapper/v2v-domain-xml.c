/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-domain-xml.c - what a libvirt domain XML says: name, size, CPUs, firmware
 */
#include <config.h>

#include "v2v-domain-xml.h"

#include <string.h>

#include "v2v-domain-private.h"
#include "v2v-str.h"

#define NAME_MAX_BYTES 255
#define MESSAGE_MAX 1024
#define VCPUS_MAX 4096                                      /* more than any machine type */
#define MEMORY_MAX (G_GUINT64_CONSTANT (64) << 40)          /* 64 TiB */

static char *
printable_format (const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  return v2v_str_printable (text, MESSAGE_MAX);
}

gboolean
v2v_domain_fail (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = printable_format (format, args);
  va_end (args);
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE, text);
  return FALSE;
}

void
v2v_domain_warn (V2vDomainReader *reader, const char *format, ...)
{
  va_list args;

  if (reader->warnings == NULL)
    return;
  va_start (args, format);
  g_ptr_array_add (reader->warnings, printable_format (format, args));
  va_end (args);
}

char *
v2v_domain_dup (xmlNode *context, const char *xpath)
{
  g_autofree char *text = v2v_xml_dup_string (context, xpath);

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}

gboolean
v2v_domain_number (xmlNode *context, const char *xpath, guint64 max, guint64 *out_value,
                   GError **error)
{
  g_autofree char *text = v2v_xml_dup_string (context, xpath);
  g_autoptr (GError) reason = NULL;
  guint64 value = 0;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, max, &value, &reason))
    return v2v_domain_fail (error, "<%s> is '%s', not a number from 0 to %" G_GUINT64_FORMAT,
                            xpath, text, max);
  *out_value = value;
  return TRUE;
}

/* libvirt's units.  b and bytes are 1; KB is decimal, K and KiB binary. */
static const struct {
  const char *name;
  guint64 bytes;
} units[] = {
  { "b", 1 },
  { "bytes", 1 },
  { "KB", 1000 },
  { "k", 1024 },
  { "KiB", 1024 },
  { "MB", 1000 * 1000 },
  { "M", 1024 * 1024 },
  { "MiB", 1024 * 1024 },
  { "GB", 1000 * 1000 * 1000 },
  { "G", 1024 * 1024 * 1024 },
  { "GiB", 1024 * 1024 * 1024 },
  { "TB", G_GUINT64_CONSTANT (1000) * 1000 * 1000 * 1000 },
  { "T", G_GUINT64_CONSTANT (1) << 40 },
  { "TiB", G_GUINT64_CONSTANT (1) << 40 },
};

static gboolean
find_unit (const char *name, guint64 *out_bytes, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++) {
    if (g_ascii_strcasecmp (units[i].name, name) == 0) {
      *out_bytes = units[i].bytes;
      return TRUE;
    }
  }
  return v2v_domain_fail (error, "<memory> has the unit '%s', which libvirt does not know", name);
}

/* The current memory is what the guest has; <memory> may be room to grow. */
static gboolean
read_memory (V2vDomainReader *reader, GError **error)
{
  g_autofree char *current = v2v_domain_dup (reader->domain, "currentMemory");
  const char *path = current != NULL ? "currentMemory" : "memory";
  g_autofree char *unit_path = g_strconcat (path, "/@unit", NULL);
  g_autofree char *unit = v2v_domain_dup (reader->domain, unit_path);
  guint64 bytes = 0;
  guint64 value = 0;

  if (!find_unit (unit != NULL ? unit : "KiB", &bytes, error)
      || !v2v_domain_number (reader->domain, path, MEMORY_MAX, &value, error))
    return FALSE;
  if (value > MEMORY_MAX / bytes)
    return v2v_domain_fail (error, "<%s> is more than 64 TiB", path);
  reader->source->memory = value * bytes;
  return TRUE;
}

static gboolean
read_count (xmlNode *domain, const char *xpath, guint *out, GError **error)
{
  guint64 value = 0;

  if (!v2v_domain_number (domain, xpath, VCPUS_MAX, &value, error))
    return FALSE;
  *out = (guint) value;
  return TRUE;
}

/* The topology counts only when it is whole, as in virt-v2v. */
static gboolean
read_cpus (V2vDomainReader *reader, GError **error)
{
  V2vSource *source = reader->source;
  guint dies = 0;
  guint64 product;

  if (!read_count (reader->domain, "vcpu", &source->vcpus, error)
      || !read_count (reader->domain, "cpu/topology/@sockets", &source->sockets, error)
      || !read_count (reader->domain, "cpu/topology/@dies", &dies, error)
      || !read_count (reader->domain, "cpu/topology/@cores", &source->cores, error)
      || !read_count (reader->domain, "cpu/topology/@threads", &source->threads, error))
    return FALSE;
  product = (guint64) source->sockets * source->cores;
  if (product == 0 || source->threads == 0) {
    source->sockets = source->cores = source->threads = 0;
    return TRUE;
  }
  /* Three factors of at most 4096 fit; a fourth is applied after the check. */
  product *= source->threads;
  if (product > VCPUS_MAX || product * MAX (dies, 1) > VCPUS_MAX)
    return v2v_domain_fail (error, "<topology> is of more than %d CPUs", VCPUS_MAX);
  if (source->vcpus == 0)
    source->vcpus = (guint) (product * MAX (dies, 1));
  return TRUE;
}

static gboolean
attribute_is (xmlNode *context, const char *xpath, const char *want)
{
  g_autofree char *text = v2v_domain_dup (context, xpath);

  return text != NULL && g_ascii_strcasecmp (text, want) == 0;
}

/* Without a word in the XML the disk decides: "no loader" is not "BIOS" in the
 * domains that other tools write. */
static void
read_firmware (V2vDomainReader *reader)
{
  V2vSource *source = reader->source;
  xmlNode *domain = reader->domain;

  if (attribute_is (domain, "os/@firmware", "efi")
      || attribute_is (domain, "os/loader/@type", "pflash"))
    source->firmware = V2V_FIRMWARE_UEFI;
  else if (attribute_is (domain, "os/@firmware", "bios")
           || attribute_is (domain, "os/loader/@type", "rom"))
    source->firmware = V2V_FIRMWARE_BIOS;
  source->secure_boot
    = source->firmware == V2V_FIRMWARE_UEFI
      && attribute_is (domain, "os/firmware/feature[@name='secure-boot']/@enabled", "yes");
}

static gboolean
read_name (V2vDomainReader *reader, GError **error)
{
  g_autofree char *name = v2v_domain_dup (reader->domain, "name");

  if (name == NULL)
    return v2v_domain_fail (error, "there is no <name>");
  if (strlen (name) > NAME_MAX_BYTES)
    return v2v_domain_fail (error, "<name> is longer than %d bytes", NAME_MAX_BYTES);
  g_free (reader->source->name);
  reader->source->name = g_steal_pointer (&name);
  return TRUE;
}

static void
read_uuid (V2vDomainReader *reader)
{
  g_autofree char *uuid = v2v_domain_dup (reader->domain, "uuid");

  if (uuid == NULL)
    return;
  if (g_uuid_string_is_valid (uuid))
    reader->source->uuid = g_ascii_strdown (uuid, -1);
  else
    v2v_domain_warn (reader, "<uuid> '%s' is not one, leaving it out", uuid);
}

static gboolean
read_domain (V2vDomainReader *reader, GError **error)
{
  g_autoptr (GPtrArray) tpm = v2v_xml_find_all (reader->domain, "devices/tpm");

  if (strcmp ((const char *) reader->domain->name, "domain") != 0)
    return v2v_domain_fail (error, "the root element is <%s>, not <domain>",
                            (const char *) reader->domain->name);
  if (!read_name (reader, error) || !read_memory (reader, error)
      || !read_cpus (reader, error))
    return FALSE;
  read_uuid (reader);
  read_firmware (reader);
  reader->source->tpm = tpm->len > 0;
  return v2v_domain_read_disks (reader, error) && v2v_domain_read_nics (reader, error);
}

static V2vSource *
read_document (xmlDoc *doc, const char *name, GPtrArray *warnings, GError **error)
{
  g_autoptr (V2vSource) source = v2v_source_new ("");
  V2vDomainReader reader = { .domain = xmlDocGetRootElement (doc),
                             .warnings = warnings,
                             .source = source };

  if (!read_domain (&reader, error)) {
    g_autofree char *shown = v2v_str_printable (name, MESSAGE_MAX);

    g_prefix_error (error, "'%s': ", shown);
    return NULL;
  }
  return g_steal_pointer (&source);
}

V2vSource *
v2v_source_parse_domain (const char *data, gsize length, const char *name,
                         GPtrArray *warnings, GError **error)
{
  g_autoptr (xmlDoc) doc = v2v_xml_parse (data, length, name, error);

  return doc != NULL ? read_document (doc, name, warnings, error) : NULL;
}

V2vSource *
v2v_source_load_domain (const char *path, GPtrArray *warnings, GError **error)
{
  g_autoptr (xmlDoc) doc = v2v_xml_load (path, error);

  return doc != NULL ? read_document (doc, path, warnings, error) : NULL;
}
