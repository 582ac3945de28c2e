/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-inspect ROOT DISK...: inspects real disks, read-only, and writes the facts
 * that tests/component/test-inspect.sh compares, one per line.
 */
#include <config.h>

#include <stdio.h>

#include "v2v-inspect.h"

static const char *
where_name (V2vDriverWhere where)
{
  static const char *const names[] = { "absent", "disk", "initramfs", "builtin", "unknown" };

  return names[where];
}

static void
print_mounts (const V2vGuest *guest)
{
  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *m = g_ptr_array_index (guest->mounts, i);

    printf ("mount %s %s -> %s\n", m->mountpoint, m->spec == NULL ? "-" : m->spec,
            m->device != NULL ? m->device : m->why != NULL ? m->why : "pseudo");
  }
}

static void
print_kernels (const V2vGuest *guest)
{
  for (guint i = 0; i < guest->kernels->len; i++) {
    const V2vKernel *k = g_ptr_array_index (guest->kernels, i);

    printf ("kernel%s %s %s %s\n", k->is_default ? "*" : "", k->version, k->vmlinuz, k->initrd);
    for (guint d = 0; d < k->drivers->len; d++) {
      const V2vDriver *driver = g_ptr_array_index (k->drivers, d);

      printf ("driver %s %s\n", driver->name, where_name (driver->where));
    }
  }
}

static void
print_guest (const V2vGuest *guest)
{
  printf ("root %s of %u\n", guest->root, guest->roots->len);
  printf ("os %s %s %d.%d %s %s\n", guest->distro, guest->version_id, guest->major, guest->minor,
          guest->arch, guest->hostname);
  printf ("osinfo %s\n", guest->osinfo_id);
  printf ("packages %s %s %u\n", guest->package_format, guest->package_manager,
          guest->packages->len);
  printf ("units %u\n", guest->units->len);
  printf ("firmware %d disk %d: %s\n", guest->firmware, guest->boot_disk, guest->firmware_why);
  print_mounts (guest);
  if (guest->bootloader != NULL) {
    printf ("loader %s %s fallback %d vendor %d\n", guest->bootloader->kind,
            guest->bootloader->config, guest->bootloader->esp_fallback,
            guest->bootloader->esp_loader);
    for (guint i = 0; i < guest->bootloader->entries->len; i++) {
      const V2vBootEntry *e = g_ptr_array_index (guest->bootloader->entries, i);

      printf ("entry%s %s %s %s\n", e->is_default ? "*" : "", e->kernel, e->initrd, e->cmdline);
    }
  }
  print_kernels (guest);
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (fs->size > 0)
      printf ("usage %s %s\n", fs->device, fs->free < fs->size ? "sane" : "odd");
  }
  printf ("ec2 %d\n", guest->ec2->is_ec2);
  for (guint i = 0; i < guest->unknown->len; i++) {
    const V2vUnknown *u = g_ptr_array_index (guest->unknown, i);

    printf ("unknown %s: %s\n", u->fact, u->why);
  }
}

int
main (int argc, char **argv)
{
  g_autofree V2vDrive *drives = g_new0 (V2vDrive, (gsize) argc);
  g_autoptr (V2vAppliance) appliance = NULL;
  g_autoptr (V2vGuest) guest = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begin;

  v2v_accel_prepare ();
  for (int i = 2; i < argc; i++)
    drives[i - 2] = (V2vDrive){ argv[i], "raw" };
  appliance = v2v_appliance_launch (drives, (guint) argc - 2, TRUE, NULL, &error);
  begin = g_get_monotonic_time ();
  if (appliance != NULL)
    guest = v2v_inspect (appliance, argv[1], V2V_INSPECT_READ_ONLY, NULL, NULL, &error);
  if (guest == NULL) {
    printf ("error %d: %s\n", error->code, error->message);
    return 1;
  }
  print_guest (guest);
  printf ("seconds launch %.1f inspect %.1f\n", v2v_appliance_launch_seconds (appliance),
          (double) (g_get_monotonic_time () - begin) / G_TIME_SPAN_SECOND);
  return 0;
}
