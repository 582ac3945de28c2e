/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-guest.c - allocation and lookup for the facts; no logic
 */
#include <config.h>

#include "v2v-guest.h"

#include <stdarg.h>
#include <string.h>

/* Each element type frees its strings and itself. */
static void
unknown_free (gpointer p)
{
  V2vUnknown *u = p;

  g_free (u->fact);
  g_free (u->why);
  g_free (u);
}

static void
disk_free (gpointer p)
{
  V2vDiskFact *d = p;

  g_free (d->device);
  g_free (d->path);
  g_free (d->format);
  g_free (d->table);
  g_free (d);
}

static void
partition_free (gpointer p)
{
  V2vPartition *part = p;

  g_free (part->device);
  g_free (part->type_guid);
  g_free (part->partuuid);
  g_free (part->partlabel);
  g_free (part);
}

static void
filesystem_free (gpointer p)
{
  V2vFilesystem *fs = p;

  g_free (fs->device);
  g_free (fs->type);
  g_free (fs->version);
  g_free (fs->label);
  g_free (fs->uuid);
  g_free (fs->why_closed);
  g_free (fs->container);
  g_free (fs->group);
  g_free (fs->group_container);
  g_free (fs->origin);
  g_free (fs->mapped);
  g_free (fs);
}

static void
array_free (gpointer p)
{
  V2vArray *array = p;

  g_free (array->device);
  g_free (array->level);
  g_ptr_array_unref (array->members);
  g_free (array);
}

static void
mount_free (gpointer p)
{
  V2vMount *m = p;

  g_free (m->spec);
  g_free (m->mountpoint);
  g_free (m->vfstype);
  g_free (m->options);
  g_free (m->device);
  g_free (m->why);
  g_free (m);
}

static void
entry_free (gpointer p)
{
  V2vBootEntry *e = p;

  g_free (e->file);
  g_free (e->title);
  g_free (e->kernel);
  g_free (e->initrd);
  g_free (e->cmdline);
  g_free (e);
}

static void
bootloader_free (V2vBootloader *b)
{
  if (b == NULL)
    return;
  g_free (b->kind);
  g_free (b->config);
  g_ptr_array_unref (b->entries);
  g_free (b);
}

static void
driver_free (gpointer p)
{
  V2vDriver *d = p;

  g_free (d->name);
  g_free (d);
}

static void
kernel_free (gpointer p)
{
  V2vKernel *k = p;

  g_free (k->version);
  g_free (k->vmlinuz);
  g_free (k->initrd);
  g_free (k->modules_dir);
  g_ptr_array_unref (k->drivers);
  g_free (k);
}

static void
package_free (gpointer p)
{
  V2vPackage *pkg = p;

  g_free (pkg->name);
  g_free (pkg->version);
  g_free (pkg->arch);
  g_free (pkg);
}

static void
network_free (gpointer p)
{
  V2vNetConfig *n = p;

  g_free (n->kind);
  g_free (n->file);
  g_free (n->interface);
  g_free (n->mac);
  g_free (n->driver);
  g_free (n->place);
  g_free (n->method);
  g_free (n);
}

static void
evidence_free (gpointer p)
{
  V2vEvidence *e = p;

  g_free (e->signal);
  g_free (e->detail);
  g_free (e);
}

static void
cloud_init_free (V2vCloudInit *c)
{
  if (c == NULL)
    return;
  g_free (c->version);
  g_free (c->datasources);
  g_free (c->datasources_file);
  g_free (c->cached);
  g_free (c->instance_id);
  g_free (c);
}

static void
windows_free (V2vWindows *w)
{
  if (w == NULL)
    return;
  g_free (w->systemroot);
  g_free (w->software_hive);
  g_free (w->system_hive);
  g_free (w->current_control_set);
  g_ptr_array_unref (w->control_sets);
  g_free (w->edition);
  g_free (w->build);
  g_free (w->timezone);
  g_free (w);
}

V2vGuest *
v2v_guest_new (void)
{
  V2vGuest *g = g_new0 (V2vGuest, 1);

  g->disks = g_ptr_array_new_with_free_func (disk_free);
  g->partitions = g_ptr_array_new_with_free_func (partition_free);
  g->filesystems = g_ptr_array_new_with_free_func (filesystem_free);
  g->arrays = g_ptr_array_new_with_free_func (array_free);
  g->roots = g_ptr_array_new_with_free_func (g_free);
  g->packages = g_ptr_array_new_with_free_func (package_free);
  g->units = g_ptr_array_new_with_free_func (g_free);
  g->mounts = g_ptr_array_new_with_free_func (mount_free);
  g->kernels = g_ptr_array_new_with_free_func (kernel_free);
  g->network = g_ptr_array_new_with_free_func (network_free);
  g->unknown = g_ptr_array_new_with_free_func (unknown_free);
  g->ec2 = g_new0 (V2vEc2, 1);
  g->ec2->evidence = g_ptr_array_new_with_free_func (evidence_free);
  g->boot_disk = -1;
  return g;
}

static void
free_strings (V2vGuest *g)
{
  char *strings[]
    = { g->root,     g->distro,     g->distro_like, g->version_id,     g->product,
        g->variant,  g->arch,       g->hostname,    g->osinfo_id,      g->osinfo_uri,
        g->firmware_why, g->package_format, g->package_manager, g->root_subvolume };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (strings[i]);
}

void
v2v_guest_free (V2vGuest *g)
{
  if (g == NULL)
    return;
  free_strings (g);
  g_ptr_array_unref (g->disks);
  g_ptr_array_unref (g->partitions);
  g_ptr_array_unref (g->filesystems);
  g_ptr_array_unref (g->arrays);
  g_ptr_array_unref (g->roots);
  g_ptr_array_unref (g->packages);
  g_ptr_array_unref (g->units);
  g_ptr_array_unref (g->mounts);
  g_ptr_array_unref (g->kernels);
  g_ptr_array_unref (g->network);
  g_ptr_array_unref (g->unknown);
  bootloader_free (g->bootloader);
  cloud_init_free (g->cloud_init);
  windows_free (g->windows);
  g_ptr_array_unref (g->ec2->evidence);
  g_free (g->ec2->generation);
  g_free (g->ec2);
  g_free (g);
}

static gpointer
append (GPtrArray *array, gsize size)
{
  gpointer element = g_malloc0 (size);

  g_ptr_array_add (array, element);
  return element;
}

V2vDiskFact *
v2v_guest_add_disk (V2vGuest *guest)
{
  V2vDiskFact *disk = append (guest->disks, sizeof (V2vDiskFact));

  disk->index = guest->disks->len - 1;
  return disk;
}

V2vPartition *
v2v_guest_add_partition (V2vGuest *guest)
{
  V2vPartition *partition = append (guest->partitions, sizeof (V2vPartition));

  partition->mbr_type = -1;
  return partition;
}

V2vFilesystem *
v2v_guest_add_filesystem (V2vGuest *guest)
{
  return append (guest->filesystems, sizeof (V2vFilesystem));
}

V2vArray *
v2v_guest_add_array (V2vGuest *guest)
{
  V2vArray *array = append (guest->arrays, sizeof (V2vArray));

  array->members = g_ptr_array_new_with_free_func (g_free);
  return array;
}

V2vMount *
v2v_guest_add_mount (V2vGuest *guest)
{
  return append (guest->mounts, sizeof (V2vMount));
}

V2vKernel *
v2v_guest_add_kernel (V2vGuest *guest)
{
  V2vKernel *kernel = append (guest->kernels, sizeof (V2vKernel));
  const char *const *names = v2v_driver_names ();

  kernel->drivers = g_ptr_array_new_with_free_func (driver_free);
  for (; *names != NULL; names++) {
    V2vDriver *driver = append (kernel->drivers, sizeof (V2vDriver));

    driver->name = g_strdup (*names);
  }
  return kernel;
}

V2vPackage *
v2v_guest_add_package (V2vGuest *guest)
{
  return append (guest->packages, sizeof (V2vPackage));
}

V2vNetConfig *
v2v_guest_add_network (V2vGuest *guest)
{
  return append (guest->network, sizeof (V2vNetConfig));
}

V2vEvidence *
v2v_guest_add_evidence (V2vGuest *guest, const char *signal, int score, const char *detail)
{
  V2vEvidence *evidence = append (guest->ec2->evidence, sizeof (V2vEvidence));

  evidence->signal = g_strdup (signal);
  evidence->score = score;
  evidence->detail = g_strdup (detail);
  return evidence;
}

V2vBootloader *
v2v_guest_set_bootloader (V2vGuest *guest, const char *kind)
{
  bootloader_free (guest->bootloader);
  guest->bootloader = g_new0 (V2vBootloader, 1);
  guest->bootloader->kind = g_strdup (kind);
  guest->bootloader->entries = g_ptr_array_new_with_free_func (entry_free);
  return guest->bootloader;
}

V2vBootEntry *
v2v_bootloader_add_entry (V2vBootloader *bootloader)
{
  return append (bootloader->entries, sizeof (V2vBootEntry));
}

V2vWindows *
v2v_guest_set_windows (V2vGuest *guest)
{
  windows_free (guest->windows);
  guest->windows = g_new0 (V2vWindows, 1);
  guest->windows->control_sets = g_ptr_array_new_with_free_func (g_free);
  return guest->windows;
}

V2vCloudInit *
v2v_guest_set_cloud_init (V2vGuest *guest)
{
  cloud_init_free (guest->cloud_init);
  guest->cloud_init = g_new0 (V2vCloudInit, 1);
  return guest->cloud_init;
}

void
v2v_guest_add_unknown (V2vGuest *guest, const char *fact, const char *why_format, ...)
{
  V2vUnknown *unknown = append (guest->unknown, sizeof (V2vUnknown));
  va_list args;

  va_start (args, why_format);
  unknown->fact = g_strdup (fact);
  unknown->why = g_strdup_vprintf (why_format, args);
  va_end (args);
}

const char *const *
v2v_driver_names (void)
{
  /* sd_mod is here because virtio_scsi and ahci find no disk without it, and no
   * dependency list says so. */
  static const char *const names[]
    = { "virtio_pci", "virtio_blk",     "virtio_scsi",    "virtio_net",
        "virtio_rng", "virtio_balloon", "virtio_console", "virtio_input",
        "sd_mod",     "ahci",           "e1000e",         "nvme",
        NULL };

  return names;
}

const V2vFilesystem *
v2v_guest_find_filesystem (const V2vGuest *guest, const char *device)
{
  for (guint i = 0; device != NULL && i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (g_strcmp0 (fs->device, device) == 0)
      return fs;
  }
  return NULL;
}

const V2vFilesystem *
v2v_guest_find_mapped (const V2vGuest *guest, const char *name)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (fs->container == NULL)
      continue;
    if (g_strcmp0 (fs->mapped, name) == 0
        || (g_str_has_prefix (fs->device, "/dev/mapper/")
            && g_str_equal (fs->device + strlen ("/dev/mapper/"), name)))
      return fs;
  }
  return NULL;
}

gboolean
v2v_guest_has_closed (const V2vGuest *guest)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (g_strcmp0 (fs->type, "crypto_LUKS") == 0 && !fs->opened)
      return TRUE;
  }
  return FALSE;
}

const V2vMount *
v2v_guest_find_mount (const V2vGuest *guest, const char *mountpoint)
{
  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (g_strcmp0 (mount->mountpoint, mountpoint) == 0)
      return mount;
  }
  return NULL;
}

const V2vKernel *
v2v_guest_default_kernel (const V2vGuest *guest)
{
  const V2vKernel *first = NULL;

  for (guint i = 0; i < guest->kernels->len; i++) {
    const V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);

    if (kernel->is_default)
      return kernel;
    if (first == NULL && kernel->vmlinuz != NULL)
      first = kernel;
  }
  return first;
}

V2vDriverWhere
v2v_kernel_driver (const V2vKernel *kernel, const char *name)
{
  for (guint i = 0; kernel != NULL && i < kernel->drivers->len; i++) {
    const V2vDriver *driver = g_ptr_array_index (kernel->drivers, i);

    if (g_str_equal (driver->name, name))
      return driver->where;
  }
  return V2V_DRIVER_ABSENT;
}
