/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-check-kubevirt.c - one broken document for each rule of the self-checks
 *
 * Each row takes a good machine, replaces one piece of its text, and expects the
 * rule that catches it.
 */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "emit-fixtures.h"
#include "v2v-check-domain.h"
#include "v2v-check-kubevirt.h"
#include "v2v-file.h"

static const char machine[]
  = "{'apiVersion': 'kubevirt.io/v1', 'kind': 'VirtualMachine',"
    " 'metadata': {'name': 'web', 'annotations': {'a/b': 'x'}},"
    " 'spec': {'runStrategy': 'Halted', 'template': {"
    "  'metadata': {'annotations': {'vm.kubevirt.io/os': 'linux'}},"
    "  'spec': {'architecture': 'amd64', 'domain': {"
    "   'machine': {'type': 'q35'},"
    "   'cpu': {'sockets': 2, 'cores': 1, 'threads': 1},"
    "   'memory': {'guest': '2048Mi'},"
    "   'firmware': {'uuid': '564d1c2b-aaaa-bbbb-cccc-0123456789ab',"
    "    'bootloader': {'efi': {'secureBoot': true, 'persistent': true}}},"
    "   'features': {'acpi': {}, 'apic': {}, 'hyperv': {'vpindex': {}, 'synic': {},"
    "     'synictimer': {'direct': {}}, 'tlbflush': {}, 'ipi': {}}, 'smm': {'enabled': true}},"
    "   'clock': {'utc': {}, 'timer': {'hyperv': {}}},"
    "   'devices': {"
    "    'disks': [{'name': 'disk-0', 'disk': {'bus': 'virtio'}, 'bootOrder': 1,"
    "               'serial': 'vol0'},"
    "              {'name': 'disk-1', 'disk': {'bus': 'sata'}}],"
    "    'interfaces': [{'name': 'net-0', 'masquerade': {}, 'model': 'virtio',"
    "                    'macAddress': '52:54:00:12:34:56'}],"
    "    'inputs': [{'name': 'tablet', 'type': 'tablet', 'bus': 'usb'}],"
    "    'rng': {}, 'tpm': {'persistent': true}}},"
    "   'terminationGracePeriodSeconds': 180,"
    "   'networks': [{'name': 'net-0', 'pod': {}}],"
    "   'volumes': [{'name': 'disk-0', 'persistentVolumeClaim': {'claimName': 'web-disk-0'}},"
    "               {'name': 'disk-1', 'persistentVolumeClaim': {'claimName': 'web-disk-1'}}]"
    "  }}}}";

typedef struct {
  const char *from, *to; /* one replacement */
  const char *rule;
  const char *detail;
} BreakRow;

static const BreakRow kubevirt_rows[] = {
  { "'kubevirt.io/v1'", "'kubevirt.io/v1alpha3'", "kind", "expected" },
  { "'VirtualMachine'", "'VirtualMachineInstance'", "kind", "expected" },
  { "'metadata': {'name': 'web'", "'metadata': {'name': 'Web'", "name", "label" },
  { "'metadata': {'name': 'web'", "'metadata': {'name': 'web-'", "name", "label" },
  { "'metadata': {'name': 'web'", "'metadata': {'name': 'a.b'", "name", "label" },
  { "'runStrategy': 'Halted', ", "", "run-strategy", "runStrategy" },
  { "'Halted'", "'Stopped'", "run-strategy", "runStrategy" },
  { "'runStrategy'", "'running': true, 'runStrategy'", "keys", "/spec/running" },
  { "'rng': {}", "'rang': {}", "keys", "+/domain/devices/rang" },
  { "'rng': {}", "'rng': {'source': 'x'}", "keys", "+/domain/devices/rng/source" },
  { "'sockets': 2", "'sockets': {'a': 1}", "keys", "+/domain/cpu/sockets" },
  { "'bus': 'sata'", "'bus': 'sata', 'readonly': true", "keys", "disks[]/disk/readonly" },
  { "'disk': {'bus': 'sata'}", "'cdrom': {'bus': 'sata'}", "keys", "disks[]/cdrom" },
  { "'amd64'", "'x86_64'", "architecture", "x86_64" },
  { "'type': 'q35'", "'type': 'pc'", "machine-type", "'pc'" },
  { "'amd64'", "'arm64'", "machine-type", "'q35'" },
  { "'machine': {'type': 'q35'},", "", "machine-type", "''" },
  { "'sockets': 2", "'sockets': 0", "cpu", "sockets" },
  { "'threads': 1", "'threads': -1", "cpu", "threads" },
  { "'memory': {'guest': '2048Mi'},", "", "memory-quantity", "''" },
  { "'2048Mi'", "'2048MiB'", "memory-quantity", "2048MiB" },
  { "'2048Mi'", "'2G'", "memory-quantity", "2G" },
  { "'2048Mi'", "'-2Mi'", "memory-quantity", "-2Mi" },
  { "'2048Mi'", "'0Mi'", "memory-size", "0Mi" },
  { "'2048Mi'", "'2047Mi'", "memory-size", "2047Mi" },
  { "'efi': {", "'bios': {}, 'efi': {", "bootloader", "exactly one" },
  { "'efi': {'secureBoot': true, 'persistent': true}", "", "bootloader", "exactly one" },
  { "'secureBoot': true, ", "", "secure-boot", "must be stated" },
  { ", 'smm': {'enabled': true}", "", "smm", "needs features.smm" },
  { "'smm': {'enabled': true}", "'smm': {'enabled': false}", "smm", "needs features.smm" },
  { "'564d1c2b-", "'564d1c2b:", "uuid", "564d1c2b:" },
  { "'vpindex': {}, ", "", "hyperv", "synic needs vpindex" },
  { "'synic': {},", "", "hyperv", "synictimer needs synic" },
  { "'utc': {}", "'utc': {}, 'timezone': 'Europe/Berlin'", "clock", "exactly one" },
  { "'utc': {}, ", "", "clock", "exactly one" },
  { "'utc': {}", "'timezone': ''", "clock", "empty" },
  { "'terminationGracePeriodSeconds': 180,", "", "grace", "power cut" },
  { "Seconds': 180", "Seconds': 0", "grace", "power cut" },
  { "'name': 'disk-1', 'disk'", "'name': 'Disk_1', 'disk'", "element-name", "Disk_1" },
  { "'name': 'net-0', 'masq", "'masq", "element-name", "interface 0" },
  { "'name': 'disk-1', 'disk'", "'name': 'disk-0', 'disk'", "unique-name", "disk 'disk-0'" },
  { "'name': 'disk-1', 'pers", "'name': 'disk-0', 'pers", "unique-name", "volume 'disk-0'" },
  { "{'bus': 'sata'}", "{'bus': 'ide'}", "disk-bus", "'ide'" },
  { "{'bus': 'sata'}", "{}", "disk-bus", "''" },
  { "'name': 'disk-1', 'disk'", "'name': 'disk-2', 'disk'", "disk-volume", "disk-2" },
  { "'serial': 'vol0'", "'serial': 'vol 0'", "serial", "vol 0" },
  { "'serial': 'vol0'", "'serial': ''", "serial", "''" },
  { "'serial': 'vol0'", "'serial': '012345678901234567890'", "serial", "0123" },
  { "'bootOrder': 1", "'bootOrder': 0", "boot-order", "1 or more" },
  { "'bootOrder': 1,", "", "boot-order", "no disk is first" },
  { "{'bus': 'sata'}", "{'bus': 'sata'}, 'bootOrder': 1", "boot-order", "used twice" },
  { "{'name': 'disk-1', 'disk': {'bus': 'sata'}}", "", "volume-disk", "disk-1" },
  { "'web-disk-1'", "'Web/disk'", "volume-claim", "Web/disk" },
  { "{'claimName': 'web-disk-1'}", "{}", "volume-claim", "disk-1" },
  { "'masquerade': {}, ", "", "interface-binding", "exactly one" },
  { "'model': 'virtio'", "'model': 'vmxnet3'", "interface-model", "vmxnet3" },
  { "'networks': [{'name': 'net-0', 'pod': {}}],", "", "interface-network", "net-0" },
  { "'pod': {}", "'multus': {}", "keys", "networks[]/multus" },
  { "34:56'", "34'", "mac", "52:54:00:12:34'" },
  { "52:54:00:12:34:56", "02:00:00:00:00:00", "mac", "reserved" },
  { ", 'pod': {}", "", "masquerade", "not on the pod network" },
  { "[{'name': 'net-0', 'pod': {}}]",
    "[{'name': 'net-0', 'pod': {}}, {'name': 'net-1', 'pod': {}}]", "network-interface",
    "net-1" },
  { "'type': 'tablet'", "'type': 'keyboard'", "input", "tablet" },
  { "'bus': 'usb'", "'bus': 'ps2'", "input", "tablet" },
};

static char *
replace_once (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  if (at == NULL)
    g_error ("'%s' is not in the document", from);
  return g_strdup_printf ("%.*s%s%s", (int) (at - text), text, to, at + strlen (from));
}

/* Single quotes keep the rows readable; a hole in a list is closed. */
static JsonNode *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GRegex) hole = g_regex_new (",\\s*([]}])", 0, 0, NULL);
  g_autofree char *clean = g_regex_replace (hole, json, -1, 0, "\\1", 0, NULL);
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (clean, &error);

  g_assert_no_error (error);
  return node;
}

static void
assert_breaks (const GError *error, const char *rule, const char *detail)
{
  g_autofree char *named = g_strdup_printf ("breaks rule '%s': ", rule);

  g_assert_error (error, V2V_ERROR, V2V_ERROR_INTERNAL);
  if (strstr (error->message, named) == NULL || strstr (error->message, detail) == NULL)
    g_error ("expected rule '%s' and '%s' in: %s", rule, detail, error->message);
}

static void
test_good (void)
{
  g_autoptr (JsonNode) node = parse (machine);
  JsonNode *spec = v2v_json_lookup (node, "spec/template/spec");
  g_autoptr (GError) error = NULL;
  gboolean good = v2v_check_kubevirt (node, V2V_KUBEVIRT_VM, &error)
                  && v2v_check_kubevirt (spec, V2V_KUBEVIRT_FRAGMENT, &error);

  g_assert_no_error (error);
  g_assert_true (good);
}

static void
test_broken (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kubevirt_rows); i++) {
    const BreakRow *row = &kubevirt_rows[i];
    g_autofree char *text = replace_once (machine, row->from, row->to);
    g_autoptr (JsonNode) node = parse (text);
    g_autoptr (GError) error = NULL;

    g_assert_false (v2v_check_kubevirt (node, V2V_KUBEVIRT_VM, &error));
    assert_breaks (error, row->rule, row->detail);
  }
}

/* Rules that one replacement cannot break. */
static void
test_broken_lists (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) many = parse (machine);
  g_autoptr (JsonNode) pods = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  JsonNode *volumes = v2v_json_lookup (many, "spec/template/spec/volumes");

  while (json_array_get_length (json_node_get_array (volumes)) <= 256)
    v2v_json_append_object (json_node_get_array (volumes));
  g_assert_false (v2v_check_kubevirt (many, V2V_KUBEVIRT_VM, &error));
  assert_breaks (error, "count", "at most 256");
  g_clear_error (&error);

  one = replace_once (machine, "{'name': 'net-0', 'pod': {}}",
                      "{'name': 'net-0', 'pod': {}}, {'name': 'net-1', 'pod': {}}");
  two = replace_once (one, "'inputs'",
                      "'interfaces': [{'name': 'net-0', 'masquerade': {}, 'model': 'virtio'},"
                      "{'name': 'net-1', 'masquerade': {}, 'model': 'virtio'}], 'inputs'");
  pods = parse (two);
  g_assert_false (v2v_check_kubevirt (pods, V2V_KUBEVIRT_VM, &error));
  assert_breaks (error, "pod-network", "at most one");
}

static void
test_no_template (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node
    = parse ("{'apiVersion': 'kubevirt.io/v1', 'kind': 'VirtualMachine',"
             " 'metadata': {'name': 'web'}, 'spec': {'runStrategy': 'Halted'}}");

  g_assert_false (v2v_check_kubevirt (node, V2V_KUBEVIRT_VM, &error));
  assert_breaks (error, "template", "spec.template.spec");
}

/* The check runs inside the emitter: a target that nobody should make is refused. */
static void
test_runs_in_emit (void)
{
  g_autoptr (Fixture) f = fixture_new ("linux-bios");
  g_autoptr (V2vTarget) target = fixture_decide (f);
  g_autoptr (GError) error = NULL;
  g_autofree char *yaml = NULL;
  g_autofree char *xml = NULL;

  target->sockets = 0;
  yaml = v2v_emit_kubevirt (target, V2V_KUBEVIRT_VM, &error);
  g_assert_null (yaml);
  assert_breaks (error, "cpu", "sockets");
  g_clear_error (&error);
  xml = v2v_emit_libvirt_xml (target, &error);
  g_assert_null (xml);
  assert_breaks (error, "topology", "1 vCPUs");
}

static const BreakRow domain_rows[] = {
  { "<name>files<", "<name>.files<", "domain-name", ".files" },
  { "<name>files<", "<name>a/b<", "domain-name", "a/b" },
  { "<name>files</name>", "", "domain-name", "''" },
  { "dev=\"sda\"", "dev=\"vda\"", "disk-target", "'vda'" },
  { "<serial type=\"pty\">", "<hostdev><boot order=\"1\"/></hostdev><serial type=\"pty\">",
    "boot-order", "1 is used twice" },
  { "<boot order=\"1\"/>", "", "boot-order", "no disk is first" },
  { "hvm</type>", "hvm</type><boot dev=\"hd\"/>", "boot-order", "os/boot" },
  { "sockets=\"1\"", "sockets=\"2\"", "topology", "topology of 2" },
  { "<os>", "<os firmware=\"efi\">", "firmware-features", "must both be stated" },
  { "<os>",
    "<os firmware=\"efi\"><firmware><feature name=\"secure-boot\" enabled=\"no\"/></firmware>",
    "firmware-features", "must both be stated" },
  { "<os>",
    "<os firmware=\"efi\"><firmware><feature name=\"secure-boot\" enabled=\"yes\"/>"
    "<feature name=\"enrolled-keys\" enabled=\"yes\"/></firmware>",
    "firmware-features", "needs smm" },
  { "bus=\"sata\"", "bus=\"ide\"", "machine-bus", "'ide'" },
  { "34:57", "34:56", "mac", "52:54:00:12:34:56" },
  { "<boot order=\"1\"/>", "<boot order=\"1\"/><serial>a/b</serial>", "serial", "a/b" },
};

static void
test_domain (void)
{
  const char *srcdir = g_getenv ("V2V_SRCDIR");
  g_autofree char *path = g_strconcat (srcdir != NULL ? srcdir : ".",
                                       "/tests/golden/emit/two-disks.xml", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *good = v2v_file_read (path, 65536, NULL, &error);
  g_autoptr (xmlDoc) doc = NULL;

  g_assert_no_error (error);
  doc = v2v_xml_parse (good, strlen (good), "good", &error);
  g_assert_no_error (error);
  g_assert_true (v2v_check_domain (xmlDocGetRootElement (doc), &error));
  for (gsize i = 0; i < G_N_ELEMENTS (domain_rows); i++) {
    g_autofree char *text = replace_once (good, domain_rows[i].from, domain_rows[i].to);
    g_autoptr (xmlDoc) broken = v2v_xml_parse (text, strlen (text), "broken", &error);

    g_assert_no_error (error);
    g_assert_false (v2v_check_domain (xmlDocGetRootElement (broken), &error));
    assert_breaks (error, domain_rows[i].rule, domain_rows[i].detail);
    g_clear_error (&error);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/kubevirt/good", test_good);
  g_test_add_func ("/check/kubevirt/broken", test_broken);
  g_test_add_func ("/check/kubevirt/broken-lists", test_broken_lists);
  g_test_add_func ("/check/kubevirt/no-template", test_no_template);
  g_test_add_func ("/check/runs-in-emit", test_runs_in_emit);
  g_test_add_func ("/check/domain", test_domain);
  return g_test_run ();
}
