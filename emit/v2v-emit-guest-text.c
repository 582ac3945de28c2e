/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-guest-text.c - what was found, for people
 */
#include <config.h>

#include "v2v-emit.h"

#include "v2v-fields.h"
#include "v2v-text.h"

static void
write_versions (V2vText *text, const V2vGuest *guest)
{
  g_autofree char *version = g_strconcat (v2v_text_or_dash (guest->distro), " ",
                                          guest->version_id != NULL ? guest->version_id : "",
                                          NULL);

  v2v_text_known (text, "product", guest->product);
  v2v_text_pair (text, "system", "%s, %s, %s", v2v_fields_os_name (guest->os),
                 g_strchomp (version),
                 guest->arch != NULL ? guest->arch : "architecture not known");
  v2v_text_known (text, "host name", guest->hostname);
  if (guest->osinfo_id != NULL)
    v2v_text_row (text, "osinfo", guest->osinfo_id, guest->osinfo_uri, NULL);
  else
    v2v_text_row (text, "osinfo", "no id is known", NULL);
}

static void
write_system (V2vText *text, const V2vGuest *guest)
{
  v2v_text_section (text, "System");
  if (guest->root == NULL) {
    v2v_text_row (text, "no operating system", NULL);
    return;
  }
  write_versions (text, guest);
  v2v_text_row (text, "root", guest->root, NULL);
  v2v_text_pair (text, "firmware", "%s%s%s", v2v_firmware_name (guest->firmware),
                 guest->firmware_why != NULL ? ": " : "",
                 guest->firmware_why != NULL ? guest->firmware_why : "");
  if (guest->package_format != NULL)
    v2v_text_pair (text, "packages", "%u (%s, %s)", guest->packages->len,
                   guest->package_format, v2v_text_or_dash (guest->package_manager));
  if (guest->os == V2V_OS_LINUX)
    v2v_text_pair (text, "units", "%u enabled", guest->units->len);
}

static void
write_windows (V2vText *text, const V2vWindows *windows)
{
  if (windows == NULL)
    return;
  v2v_text_section (text, "Windows");
  v2v_text_known (text, "edition", windows->edition);
  v2v_text_known (text, "build", windows->build);
  v2v_text_known (text, "system root", windows->systemroot);
  v2v_text_known (text, "control set", windows->current_control_set);
  v2v_text_row (text, "hardware clock", windows->rtc_utc ? "UTC" : "local time", NULL);
  v2v_text_known (text, "time zone", windows->timezone);
  if (windows->hibernated)
    v2v_text_row (text, "state", "hibernated: it must be shut down before it is changed", NULL);
  if (windows->hives_dirty)
    v2v_text_row (text, "registry", "not cleanly written", NULL);
}

static void
write_disks (V2vText *text, const V2vGuest *guest)
{
  v2v_text_section (text, "Disks");
  if (guest->disks->len > 0)
    v2v_text_row (text, "DEVICE", "SIZE", "ALLOCATED", "TABLE", "FORMAT", "PATH", NULL);
  for (guint i = 0; i < guest->disks->len; i++) {
    const V2vDiskFact *disk = g_ptr_array_index (guest->disks, i);
    g_autofree char *size = v2v_text_size (disk->size);
    g_autofree char *allocated
      = disk->allocated > 0 ? v2v_text_size (disk->allocated) : g_strdup ("-");

    v2v_text_row (text, v2v_text_or_dash (disk->device), size, allocated,
                  v2v_text_or_dash (disk->table), v2v_text_or_dash (disk->format),
                  v2v_text_or_dash (disk->path),
                  (int) i == guest->boot_disk ? "(boot disk)" : "", NULL);
  }
}

static void
write_filesystems (V2vText *text, const V2vGuest *guest)
{
  v2v_text_section (text, "File systems");
  if (guest->filesystems->len > 0)
    v2v_text_row (text, "DEVICE", "TYPE", "SIZE", "FREE", "LABEL", "UUID", NULL);
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);
    g_autofree char *size = fs->size > 0 ? v2v_text_size (fs->size) : g_strdup ("-");
    g_autofree char *space = fs->size > 0 ? v2v_text_size (fs->free) : g_strdup ("-");
    g_autofree char *type
      = g_strconcat (v2v_text_or_dash (fs->type), fs->origin != NULL ? " (snapshot)" : "", NULL);

    v2v_text_row (text, v2v_text_or_dash (fs->device), type, size, space,
                  v2v_text_or_dash (fs->label), v2v_text_or_dash (fs->uuid), NULL);
  }
}

static void
write_mounts (V2vText *text, const V2vGuest *guest)
{
  v2v_text_section (text, "Mounts");
  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);
    g_autofree char *where = NULL;

    if (mount->via == V2V_VIA_PSEUDO)
      continue;
    if (mount->device != NULL)
      where = g_strdup_printf ("%s (by %s)", mount->device, v2v_fields_via_name (mount->via));
    else
      where = g_strdup_printf ("not found: %s", v2v_text_or_dash (mount->why));
    v2v_text_row (text, v2v_text_or_dash (mount->mountpoint),
                  v2v_text_or_dash (mount->vfstype), v2v_text_or_dash (mount->spec), where,
                  NULL);
  }
}

static void
write_boot (V2vText *text, const V2vBootloader *bootloader)
{
  v2v_text_section (text, "Boot");
  if (bootloader == NULL) {
    v2v_text_row (text, "no boot loader was found", NULL);
    return;
  }
  v2v_text_pair (text, "loader", "%s%s", v2v_text_or_dash (bootloader->kind),
                 bootloader->bls ? ", entries in loader/entries" : "");
  v2v_text_known (text, "configuration", bootloader->config);
  v2v_text_row (text, "EFI loader",
                bootloader->esp_fallback ? "EFI/BOOT is there"
                : bootloader->esp_loader ? "a vendor's only, EFI/BOOT is missing"
                                         : "none",
                NULL);
  for (guint i = 0; i < bootloader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (bootloader->entries, i);

    if (entry->is_default) {
      v2v_text_known (text, "default entry", entry->title);
      v2v_text_known (text, "command line", entry->cmdline);
    }
  }
}

static const char *
where_word (V2vDriverWhere where)
{
  switch (where) {
  case V2V_DRIVER_ABSENT:
    return "-";
  case V2V_DRIVER_ON_DISK:
    return "module";
  case V2V_DRIVER_IN_INITRAMFS:
    return "initramfs";
  case V2V_DRIVER_BUILTIN:
    return "built in";
  case V2V_DRIVER_UNKNOWN:
    return "?";
  }
  g_return_val_if_reached ("?");
}

/* The drivers on which booting depends; the others are in the JSON. */
static void
write_kernels (V2vText *text, const V2vGuest *guest)
{
  v2v_text_section (text, "Kernels");
  if (guest->kernels->len > 0)
    v2v_text_row (text, "VERSION", "", "VIRTIO_PCI", "VIRTIO_BLK", "VIRTIO_SCSI", "SD_MOD",
                  "AHCI", "NVME", "VIRTIO_NET", NULL);
  for (guint i = 0; i < guest->kernels->len; i++) {
    const V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);
    const char *note = kernel->is_default ? "default" : "";

    if (kernel->vmlinuz == NULL)
      note = "no image";
    v2v_text_row (text, v2v_text_or_dash (kernel->version), note,
                  where_word (v2v_kernel_driver (kernel, "virtio_pci")),
                  where_word (v2v_kernel_driver (kernel, "virtio_blk")),
                  where_word (v2v_kernel_driver (kernel, "virtio_scsi")),
                  where_word (v2v_kernel_driver (kernel, "sd_mod")),
                  where_word (v2v_kernel_driver (kernel, "ahci")),
                  where_word (v2v_kernel_driver (kernel, "nvme")),
                  where_word (v2v_kernel_driver (kernel, "virtio_net")), NULL);
  }
}

static void
write_network (V2vText *text, const V2vGuest *guest)
{
  v2v_text_section (text, "Network");
  for (guint i = 0; i < guest->network->len; i++) {
    const V2vNetConfig *net = g_ptr_array_index (guest->network, i);
    g_autofree char *pinned
      = net->mac != NULL ? g_strconcat ("pinned to ", net->mac, NULL) : g_strdup ("");

    v2v_text_row (text, v2v_text_or_dash (net->interface), v2v_text_or_dash (net->method),
                  v2v_text_or_dash (net->kind), v2v_text_or_dash (net->file), pinned, NULL);
  }
}

static void
write_cloud_init (V2vText *text, const V2vCloudInit *cloud)
{
  if (cloud == NULL)
    return;
  v2v_text_section (text, "cloud-init");
  if (!cloud->installed) {
    v2v_text_row (text, "not installed", NULL);
    return;
  }
  v2v_text_known (text, "version", cloud->version);
  if (cloud->datasources != NULL)
    v2v_text_pair (text, "data sources", "%s (%s)", cloud->datasources,
                   v2v_text_or_dash (cloud->datasources_file));
  v2v_text_known (text, "last seen", cloud->cached);
  v2v_text_known (text, "instance", cloud->instance_id);
}

static void
write_ec2 (V2vText *text, const V2vEc2 *ec2)
{
  g_autofree char *total = g_strdup_printf ("%d", ec2->score);

  v2v_text_section (text, "EC2 evidence");
  v2v_text_row (text, total, ec2->is_ec2 ? "an EC2 instance" : "not an EC2 instance",
                ec2->generation != NULL ? ec2->generation : "", NULL);
  for (guint i = 0; i < ec2->evidence->len; i++) {
    const V2vEvidence *evidence = g_ptr_array_index (ec2->evidence, i);
    g_autofree char *score = g_strdup_printf ("%+d", evidence->score);

    v2v_text_row (text, score, v2v_text_or_dash (evidence->signal),
                  v2v_text_or_dash (evidence->detail), NULL);
  }
}

static void
write_unknown (V2vText *text, const V2vGuest *guest)
{
  v2v_text_section (text, "Could not be read");
  for (guint i = 0; i < guest->unknown->len; i++) {
    const V2vUnknown *unknown = g_ptr_array_index (guest->unknown, i);

    v2v_text_row (text, v2v_text_or_dash (unknown->fact), v2v_text_or_dash (unknown->why), NULL);
  }
}

char *
v2v_emit_guest_text (const V2vGuest *guest)
{
  V2vText *text = v2v_text_new ();

  write_system (text, guest);
  write_windows (text, guest->windows);
  write_disks (text, guest);
  write_filesystems (text, guest);
  if (guest->root != NULL) {
    write_mounts (text, guest);
    write_boot (text, guest->bootloader);
    write_kernels (text, guest);
    write_network (text, guest);
    write_cloud_init (text, guest->cloud_init);
    write_ec2 (text, guest->ec2);
  }
  write_unknown (text, guest);
  return v2v_text_finish (text);
}
