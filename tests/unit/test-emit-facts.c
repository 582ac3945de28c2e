/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-emit-facts.c - facts and report as XML, JSON and text
 *
 * Whole texts are compared with files written by hand; of the JSON the member names
 * are the contract.
 */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "emit-fixtures.h"
#include "v2v-json.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static void
add_disks (V2vGuest *g)
{
  V2vDiskFact *disk = v2v_guest_add_disk (g);

  disk->device = g_strdup ("/dev/sda");
  disk->path = g_strdup ("/srv/web.img");
  disk->format = g_strdup ("raw");
  disk->size = 10 * GIB;
  disk->allocated = GIB + GIB / 2;
  disk->table = g_strdup ("gpt");
  disk = v2v_guest_add_disk (g);
  disk->device = g_strdup ("/dev/sdb");
  disk->path = g_strdup ("/srv/data.img");
  disk->format = g_strdup ("raw");
  disk->size = GIB;
}

static void
add_mount (V2vGuest *g, const char *spec, const char *mountpoint, const char *type,
           V2vMountVia via, const char *device)
{
  V2vMount *mount = v2v_guest_add_mount (g);

  mount->line = g->mounts->len;
  mount->spec = g_strdup (spec);
  mount->mountpoint = g_strdup (mountpoint);
  mount->vfstype = g_strdup (type);
  mount->via = via;
  mount->device = g_strdup (device);
  if (device == NULL)
    mount->why = g_strdup ("no file system has this label");
}

static void
add_filesystems (V2vGuest *g)
{
  V2vArray *array = v2v_guest_add_array (g);
  V2vFilesystem *fs = v2v_guest_add_filesystem (g);
  V2vPartition *partition = v2v_guest_add_partition (g);

  array->device = g_strdup ("/dev/md127");
  partition->device = g_strdup ("/dev/sda1");
  partition->number = 1;
  fs->device = g_strdup ("/dev/sda1");
  fs->type = g_strdup ("ext4");
  fs->label = g_strdup ("root");
  fs->uuid = g_strdup ("0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9");
  fs->size = 97 * GIB / 10;
  fs->free = 8 * GIB;
  fs = v2v_guest_add_filesystem (g);
  fs->device = g_strdup ("/dev/sdb");
  fs->type = g_strdup ("xfs");
  fs->version = g_strdup ("5");
  add_mount (g, "UUID=0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9", "/", "ext4", V2V_VIA_UUID,
             "/dev/sda1");
  add_mount (g, "proc", "/proc", "proc", V2V_VIA_PSEUDO, NULL);
  add_mount (g, "/dev/nvme1n1", "/srv/a & b", "xfs", V2V_VIA_NVME, "/dev/sdb");
  add_mount (g, "LABEL=backup", "/backup", "ext4", V2V_VIA_LABEL, NULL);
}

static void
add_boot (Fixture *f)
{
  V2vBootEntry *entry = v2v_bootloader_add_entry (f->guest->bootloader);

  f->guest->bootloader->config = g_strdup ("/boot/grub/grub.cfg");
  entry->title = g_strdup ("Debian GNU/Linux");
  entry->cmdline = g_strdup ("root=PARTUUID=1234 ro console=ttyS0");
  entry->is_default = TRUE;
  fixture_set_driver (f, "virtio_blk", V2V_DRIVER_ON_DISK);
  fixture_set_driver (f, "virtio_scsi", V2V_DRIVER_ABSENT);
  fixture_set_driver (f, "sd_mod", V2V_DRIVER_UNKNOWN);
}

static void
add_configuration (V2vGuest *g)
{
  V2vNetConfig *net = v2v_guest_add_network (g);
  V2vCloudInit *cloud = v2v_guest_set_cloud_init (g);
  V2vPackage *package = v2v_guest_add_package (g);

  net->kind = g_strdup ("ifupdown");
  net->file = g_strdup ("/etc/network/interfaces");
  net->interface = g_strdup ("eth0");
  net->mac = g_strdup ("0a:1b:2c:3d:4e:5f");
  net->method = g_strdup ("dhcp");
  net = v2v_guest_add_network (g);
  net->kind = g_strdup ("udev");
  net->file = g_strdup ("/etc/udev/rules.d/70-net.rules");
  cloud->installed = TRUE;
  cloud->version = g_strdup ("22.4.2");
  cloud->datasources = g_strdup ("Ec2");
  cloud->datasources_file = g_strdup ("/etc/cloud/cloud.cfg.d/90_dpkg.cfg");
  cloud->cached = g_strdup ("DataSourceEc2Local");
  cloud->instance_id = g_strdup ("i-0123456789abcdef0");
  package->name = g_strdup ("bash");
  v2v_guest_add_package (g)->name = g_strdup ("bad\xff");
  g_ptr_array_add (g->units, g_strdup ("ssh.service"));
  g_ptr_array_add (g->roots, g_strdup ("/dev/sda1"));
}

static Fixture *
new_facts (void)
{
  Fixture *f = fixture_new_linux ();
  V2vGuest *g = f->guest;

  g->product = g_strdup ("Debian GNU/Linux 12 (bookworm)");
  g->hostname = g_strdup ("ip-10-0-0-7\x1b[31m");
  g->osinfo_id = g_strdup ("debian12");
  g->osinfo_uri = g_strdup ("http://debian.org/debian/12");
  g->package_format = g_strdup ("deb");
  g->package_manager = g_strdup ("apt");
  add_disks (g);
  add_filesystems (g);
  add_boot (f);
  add_configuration (g);
  g->ec2->score = 80;
  g->ec2->is_ec2 = TRUE;
  g->ec2->generation = g_strdup ("nitro");
  v2v_guest_add_evidence (g, "datasource-list", 60, "/etc/cloud/cloud.cfg.d/90_dpkg.cfg: Ec2");
  v2v_guest_add_evidence (g, "package", 20, "ec2-instance-connect");
  v2v_guest_add_unknown (g, "initramfs:/boot/initrd.img-6.1.0-18", "damaged after %d bytes", 12);
  return f;
}

static void
test_inspection (void)
{
  g_autoptr (Fixture) f = new_facts ();
  g_autoptr (V2vTarget) target = v2v_target_new ("x");
  g_autofree char *xml = NULL;

  target->firmware = V2V_FIRMWARE_UEFI;
  xml = v2v_emit_inspection_xml (f->guest, target);
  fixture_compare_golden ("facts", "inspection.xml", xml);
}

/* What is not known is "unknown" or left out; Windows has its own elements. */
static void
test_inspection_rest (void)
{
  g_autoptr (Fixture) f = fixture_new_windows ();
  g_autoptr (V2vGuest) empty = v2v_guest_new ();
  g_autofree char *nothing = v2v_emit_inspection_xml (empty, NULL);
  g_autofree char *xml = NULL;

  g_assert_nonnull (strstr (nothing, "<osinfo>unknown</osinfo>"));
  g_assert_nonnull (strstr (nothing, "<name>unknown</name>"));
  g_assert_null (strstr (nothing, "<firmware"));
  g_assert_null (strstr (nothing, "<root>"));

  f->guest->boot_disk = -1;
  add_disks (f->guest);
  fixture_set (&f->guest->windows->systemroot, "/Windows");
  fixture_set (&f->guest->windows->current_control_set, "ControlSet001");
  xml = v2v_emit_inspection_xml (f->guest, NULL);
  g_assert_nonnull (strstr (xml, "<windows_systemroot>/Windows</windows_systemroot>"));
  g_assert_nonnull (strstr (xml, "<windows_current_control_set>ControlSet001</"));
  g_assert_nonnull (strstr (xml, "<product_variant>Server</product_variant>"));
  g_assert_nonnull (strstr (xml, "<mountpoint dev=\"/dev/sda3\">/</mountpoint>"));
  g_assert_nonnull (strstr (xml, "<boot-order>1</boot-order>"));
  g_assert_nonnull (strstr (xml, "<boot-order>2</boot-order>"));
}

static void
test_text (void)
{
  g_autoptr (Fixture) f = new_facts ();
  g_autofree char *text = v2v_emit_guest_text (f->guest);

  fixture_compare_golden ("facts", "txt", text);
}

static void
test_text_rest (void)
{
  g_autoptr (V2vGuest) empty = v2v_guest_new ();
  g_autoptr (Fixture) f = fixture_new_windows ();
  g_autofree char *nothing = v2v_emit_guest_text (empty);
  g_autofree char *text = NULL;

  g_assert_cmpstr (nothing, ==, "System\n  no operating system\n");
  f->guest->windows->hibernated = TRUE;
  text = v2v_emit_guest_text (f->guest);
  g_assert_nonnull (strstr (text, "must be shut down"));
  g_assert_nonnull (strstr (text, "local time"));
  g_assert_nonnull (strstr (text, "no boot loader was found"));
}

static JsonNode *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (json, &error);

  g_assert_no_error (error);
  return node;
}

/* An array stands for its first element. */
static void
assert_members (JsonNode *root, const char *path, const char *want)
{
  JsonNode *node = *path != '\0' ? v2v_json_lookup (root, path) : root;
  GString *have = g_string_new (NULL);
  g_autoptr (GList) members = NULL;

  g_assert_nonnull (node);
  if (JSON_NODE_HOLDS_ARRAY (node))
    node = json_array_get_element (json_node_get_array (node), 0);
  members = json_object_get_members (json_node_get_object (node));
  for (GList *l = members; l != NULL; l = l->next)
    g_string_append_printf (have, "%s%s", have->len > 0 ? " " : "", (const char *) l->data);
  g_assert_cmpstr (have->str, ==, want);
  g_string_free (have, TRUE);
}

/* Readers depend on these names: removing one is a new format number. */
static void
test_json_members (void)
{
  g_autoptr (Fixture) f = new_facts ();
  g_autofree char *json = v2v_emit_guest_json (f->guest);
  g_autoptr (JsonNode) root = parse (json);

  assert_members (root, "",
                  "format root root_subvolume os distro distro_like version_id major minor product "
                  "variant arch hostname osinfo_id osinfo_uri package_format package_manager firmware "
                  "firmware_why boot_disk roots units disks partitions filesystems arrays mounts "
                  "bootloader kernels packages network cloud_init ec2 windows unknown");
  assert_members (root, "disks", "index device path format size allocated table grub_in_mbr");
  assert_members (root, "partitions",
                  "device disk number start size type_guid mbr_type partuuid partlabel");
  assert_members (root, "filesystems",
                  "device type version label uuid size free container mapped origin");
  assert_members (root, "arrays", "device level wanted members");
  assert_members (root, "mounts",
                  "line spec mountpoint vfstype options via device why nofail");
  assert_members (root, "bootloader", "kind config bls esp_fallback esp_loader entries");
  assert_members (root, "bootloader/entries", "file title kernel initrd cmdline is_default");
  assert_members (root, "kernels", "version vmlinuz initrd modules_dir is_default drivers");
  assert_members (root, "packages", "name version arch");
  assert_members (root, "network", "kind file interface mac driver place method");
  assert_members (root, "cloud_init",
                  "installed version datasources datasources_file cached instance_id");
  assert_members (root, "ec2", "score is_ec2 generation evidence");
  assert_members (root, "ec2/evidence", "signal score detail");
  assert_members (root, "unknown", "fact why");
}

static void
test_json_values (void)
{
  g_autoptr (Fixture) f = new_facts ();
  g_autofree char *json = v2v_emit_guest_json (f->guest);
  g_autoptr (JsonNode) root = parse (json);
  JsonObject *object = json_node_get_object (root);
  JsonObject *kernel
    = json_array_get_object_element (json_object_get_array_member (object, "kernels"), 0);
  JsonObject *drivers = json_object_get_object_member (kernel, "drivers");
  JsonArray *packages = json_object_get_array_member (object, "packages");
  JsonArray *mounts = json_object_get_array_member (object, "mounts");

  g_assert_cmpint (json_object_get_int_member (object, "format"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (object, "os"), ==, "linux");
  g_assert_true (json_object_get_null_member (object, "windows"));
  g_assert_true (json_object_get_null_member (object, "variant"));
  g_assert_cmpstr (json_object_get_string_member (drivers, "virtio_blk"), ==, "on_disk");
  g_assert_cmpstr (json_object_get_string_member (drivers, "virtio_pci"), ==, "in_initramfs");
  g_assert_cmpstr (json_object_get_string_member (drivers, "sd_mod"), ==, "unknown");
  g_assert_cmpstr (json_object_get_string_member (
                     json_array_get_object_element (packages, 1), "name"), ==, "bad\xef\xbf\xbd");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (mounts, 2),
                                                  "via"), ==, "nvme");
}

static void
test_windows_json (void)
{
  g_autoptr (Fixture) f = fixture_new_windows ();
  g_autofree char *json = v2v_emit_guest_json (f->guest);
  g_autoptr (JsonNode) root = parse (json);

  assert_members (root, "windows",
                  "systemroot software_hive system_hive current_control_set control_sets edition "
                  "build rtc_utc timezone hibernated hives_dirty");
}

static V2vReport *
new_report (void)
{
  V2vReport *report = v2v_report_new ();

  report->engine = g_strdup ("virt-v2v 2.2.0");
  report->appliance_boots = 2;
  report->commit_seconds = 0.75;
  v2v_report_add_stage (report, "inspect", 12.375);
  v2v_report_add_stage (report, "convert (virt-v2v)", 51.0);
  v2v_report_add_change (report, "fstab", "/etc/fstab", "/dev/nvme0n1p1 / ext4 defaults 0 1",
                         "UUID=0b1c2d3e / ext4 defaults 0 1",
                         "the NVMe name does not exist on virtio");
  v2v_report_add_change (report, "clean-up", "/etc/.augsave", "(file)", NULL,
                         "left behind by virt-v2v");
  v2v_report_warn (report, "line one\nline two");
  return report;
}

static V2vTarget *
new_target (void)
{
  V2vTarget *target = v2v_target_new ("web");

  v2v_target_decide (target, "disk0.bus", "virtio", "virtio_blk is in its initramfs");
  v2v_target_decide (target, "memory", "2 MiB", "because");
  v2v_target_warn (target, "no network");
  v2v_target_add_disk (target)->bus = V2V_BUS_SCSI;
  v2v_target_add_nic (target)->model = V2V_NIC_E1000E;
  return target;
}

static void
test_report_text (void)
{
  g_autoptr (Fixture) f = new_facts ();
  g_autoptr (V2vReport) report = new_report ();
  g_autoptr (V2vTarget) target = new_target ();
  g_autofree char *text = v2v_emit_report_text (report, NULL, f->guest, target, NULL);
  g_autofree char *bare = NULL;
  g_autoptr (V2vReport) empty = v2v_report_new ();

  fixture_compare_golden ("report", "txt", text);
  bare = v2v_emit_report_text (empty, NULL, NULL, NULL, NULL);
  g_assert_cmpstr (bare, ==, "Summary\n  time  0.0 s\n");
}

static void
test_report_json (void)
{
  g_autoptr (Fixture) f = new_facts ();
  g_autoptr (V2vReport) report = new_report ();
  g_autoptr (V2vTarget) target = new_target ();
  g_autofree char *json = v2v_emit_report_json (report, NULL, NULL, f->guest, target, NULL);
  g_autoptr (JsonNode) root = parse (json);
  JsonObject *object = json_node_get_object (root);
  JsonArray *warnings = json_object_get_array_member (object, "warnings");

  assert_members (root, "",
                  "format version engine appliance_boots appliance_calls commit_seconds "
                  "warnings stages changes target guest");
  assert_members (root, "stages", "name seconds");
  assert_members (root, "changes", "action path before after why");
  assert_members (root, "target/disks", "path format size bus boot_order serial");
  assert_members (root, "target/nics", "mac network bridge model link_down");
  assert_members (root, "target/decisions", "key value why");
  g_assert_cmpuint (json_array_get_length (warnings), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (warnings, 1), ==, "no network");
  g_assert_cmpstr (
    json_node_get_string (v2v_json_lookup (root, "guest/distro")), ==, "debian");
}

static void
test_report_json_bare (void)
{
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autofree char *json = v2v_emit_report_json (report, NULL, NULL, NULL, NULL, NULL);
  g_autoptr (JsonNode) root = parse (json);
  JsonObject *object = json_node_get_object (root);

  g_assert_true (json_object_get_null_member (object, "guest"));
  g_assert_true (json_object_get_null_member (object, "target"));
  g_assert_true (json_object_get_null_member (object, "engine"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/facts/inspection", test_inspection);
  g_test_add_func ("/facts/inspection-rest", test_inspection_rest);
  g_test_add_func ("/facts/text", test_text);
  g_test_add_func ("/facts/text-rest", test_text_rest);
  g_test_add_func ("/facts/json-members", test_json_members);
  g_test_add_func ("/facts/json-values", test_json_values);
  g_test_add_func ("/facts/json-windows", test_windows_json);
  g_test_add_func ("/report/text", test_report_text);
  g_test_add_func ("/report/json", test_report_json);
  g_test_add_func ("/report/json-bare", test_report_json_bare);
  return g_test_run ();
}
