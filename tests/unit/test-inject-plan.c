/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-inject.h"

#define DEP \
  "kernel/drivers/virtio/virtio.ko:\n" \
  "kernel/drivers/virtio/virtio_pci.ko: kernel/drivers/virtio/virtio.ko\n" \
  "kernel/drivers/block/virtio_blk.ko: kernel/drivers/virtio/virtio.ko\n" \
  "kernel/drivers/scsi/scsi_mod.ko:\n" \
  "kernel/drivers/scsi/virtio_scsi.ko: kernel/drivers/scsi/scsi_mod.ko " \
  "kernel/drivers/virtio/virtio.ko\n" \
  "kernel/drivers/scsi/sd_mod.ko: kernel/drivers/scsi/scsi_mod.ko\n" \
  "kernel/drivers/net/virtio_net.ko: kernel/drivers/virtio/virtio.ko\n" \
  "kernel/drivers/nvme/host/nvme.ko:\n" \
  "kernel/fs/ext4.ko:\n"

static void
add_driver (V2vKernel *kernel, const char *name, V2vDriverWhere where)
{
  V2vDriver *driver = NULL;

  for (guint i = 0; i < kernel->drivers->len; i++) {
    driver = g_ptr_array_index (kernel->drivers, i);
    if (g_str_equal (driver->name, name))
      break;
    driver = NULL;
  }
  g_assert_nonnull (driver);
  driver->where = where;
}

static char *
join (const GPtrArray *list)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", (char *) g_ptr_array_index (list, i));
  return g_string_free (out, FALSE);
}

static void
test_kernels (void)
{
  static const struct {
    const char *dep, *builtin, *error;
    gboolean all_builtin;
    guint warnings;
  } rows[] = {
    { DEP, NULL, NULL, FALSE, 0 },
    { "", NULL, "no virtio_pci driver", FALSE, 0 },
    { "k/virtio_pci.ko:\n", NULL, "no virtio_blk and no virtio_scsi", FALSE, 0 },
    { "k/virtio_pci.ko:\nk/virtio_scsi.ko:\n", NULL, "no virtio_blk and no virtio_scsi", FALSE,
      0 },
    { "k/virtio_pci.ko:\nk/virtio_blk.ko:\n", NULL, NULL, FALSE, 2 },
    { "k/virtio_pci.ko:\nk/virtio_scsi.ko:\nk/sd_mod.ko:\nk/virtio_net.ko:\n", NULL, NULL,
      FALSE, 1 },
    { "", "k/virtio_pci.ko\nk/virtio_blk.ko\n", NULL, TRUE, 2 },
    { "", "k/virtio_pci.ko\nk/virtio_blk.ko\nk/virtio_scsi.ko\nk/sd_mod.ko\nk/virtio_net.ko\n",
      NULL, TRUE, 0 },
    /* SCSI's own driver is a module. */
    { "k/sd_mod.ko:\n", "k/virtio_pci.ko\nk/virtio_blk.ko\nk/virtio_scsi.ko\nk/virtio_net.ko\n",
      NULL, FALSE, 0 },
    { NULL, NULL, "its modules are not in the guest", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Fixture) f;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
    gboolean builtin = FALSE;
    gboolean ok;

    g_test_message ("row %zu", i);
    fixture_init (&f, rows[i].dep, rows[i].builtin);
    ok = v2v_inject_check_kernel (&f.facts, warnings, &builtin, &error);
    if (rows[i].error != NULL) {
      g_assert_false (ok);
      g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
      g_assert_nonnull (strstr (error->message, rows[i].error));
      g_assert_nonnull (strstr (error->message, "kernel '6.1'"));
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpint (builtin, ==, rows[i].all_builtin);
    g_assert_cmpuint (warnings->len, ==, rows[i].warnings);
  }
}

/* An old kernel without modules.builtin: its config was read by inspection. */
static void
test_kernel_config (void)
{
  g_auto (Fixture) f;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  gboolean builtin = FALSE;

  fixture_init (&f, NULL, NULL);
  add_driver (f.kernel, "virtio_pci", V2V_DRIVER_BUILTIN);
  add_driver (f.kernel, "virtio_blk", V2V_DRIVER_BUILTIN);
  g_assert_true (v2v_inject_check_kernel (&f.facts, warnings, &builtin, &error));
  g_assert_no_error (error);
  g_assert_true (builtin);
}

#define M "lib/modules/6.1/"
#define NEEDED \
  "kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_pci.ko " \
  "kernel/drivers/block/virtio_blk.ko kernel/drivers/scsi/scsi_mod.ko " \
  "kernel/drivers/scsi/virtio_scsi.ko kernel/drivers/scsi/sd_mod.ko"
#define ALSO " kernel/drivers/net/virtio_net.ko"
#define ALL_MODULES(prefix) \
  { prefix M "kernel/drivers/virtio/virtio.ko", NULL }, \
  { prefix M "kernel/drivers/virtio/virtio_pci.ko", NULL }, \
  { prefix M "kernel/drivers/block/virtio_blk.ko", NULL }, \
  { prefix M "kernel/drivers/scsi/scsi_mod.ko", NULL }, \
  { prefix M "kernel/drivers/scsi/virtio_scsi.ko", NULL }

typedef struct {
  const char *name;
  const char *directory, *add, *remove, *names;
  const char *error;
  Entry entries[12];
} PlanRow;

static const PlanRow plan_rows[] = {
  { "nitro", M, NEEDED ALSO, "",
    "virtio virtio_pci virtio_blk scsi_mod virtio_scsi sd_mod virtio_net", NULL,
    { { M "kernel/drivers/nvme/host/nvme.ko", NULL },
      { M "modules.dep", "kernel/drivers/nvme/host/nvme.ko:\n" } } },
  { "no-modules", M, NEEDED ALSO, "",
    "virtio virtio_pci virtio_blk scsi_mod virtio_scsi sd_mod virtio_net", NULL,
    { { "init", NULL } } },
  { "usr-merged", "usr/" M, NEEDED ALSO, "",
    "virtio virtio_pci virtio_blk scsi_mod virtio_scsi sd_mod virtio_net", NULL,
    { { "lib", "@usr/lib" } } },
  { "usr-by-entries", "usr/" M, NEEDED ALSO, "",
    "virtio virtio_pci virtio_blk scsi_mod virtio_scsi sd_mod virtio_net", NULL,
    { { "usr/" M "kernel/fs/ext4.ko", NULL } } },
  { "all-there", M, "", "", "", NULL,
    { ALL_MODULES (""), { M "kernel/drivers/scsi/sd_mod.ko", NULL }, { M "modules.dep", DEP } } },
  { "all-there-usr", "usr/" M, "", "", "", NULL,
    { { "lib", "@usr/lib" }, ALL_MODULES ("usr/"),
      { "usr/" M "kernel/drivers/scsi/sd_mod.ko", NULL }, { "usr/" M "modules.dep", DEP } } },
  { "index-too-large-to-read", M, "", "", "", NULL,
    { ALL_MODULES (""), { M "kernel/drivers/scsi/sd_mod.ko", NULL }, { M "modules.dep", NULL } } },
  { "no-sd-mod", M, "kernel/drivers/scsi/sd_mod.ko" ALSO, "", "sd_mod virtio_net", NULL,
    { ALL_MODULES (""), { M "modules.dep", DEP } } },
  { "other-kernel", M, NEEDED ALSO, "",
    "virtio virtio_pci virtio_blk scsi_mod virtio_scsi sd_mod virtio_net", NULL,
    { { "lib/modules/6.2/kernel/drivers/block/virtio_blk.ko", NULL } } },
  /* All files, but the index of an image that had none of them. */
  { "stale-index", M, "kernel/drivers/net/virtio_net.ko", "", "virtio_net", NULL,
    { ALL_MODULES (""), { M "kernel/drivers/scsi/sd_mod.ko", NULL },
      { M "modules.dep", "kernel/drivers/nvme/host/nvme.ko:\n" } } },
  { "no-index", M, "kernel/drivers/net/virtio_net.ko", "", "virtio_net", NULL,
    { ALL_MODULES (""), { M "kernel/drivers/scsi/sd_mod.ko", NULL } } },
  { "of-other-files", M, NULL, NULL, NULL, "'ena', which modules.dep of kernel '6.1'",
    { { M "updates/dkms/ena.ko", NULL } } },
  { "moved", M, "kernel/drivers/nvme/host/nvme.ko " NEEDED ALSO, M "updates/nvme.ko",
    "virtio virtio_pci virtio_blk scsi_mod virtio_scsi sd_mod virtio_net", NULL,
    { { M "updates/nvme.ko", NULL } } },
};

static void
test_plan (gconstpointer data)
{
  const PlanRow *row = data;
  g_auto (Fixture) f;
  g_autoptr (V2vImage) image = new_image (row->entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vInjectPlan) plan = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *add = NULL;
  g_autofree char *remove = NULL;
  g_autofree char *names = NULL;

  fixture_init (&f, DEP, NULL);
  plan = v2v_inject_plan_modules (&f.facts, image, &error);
  if (row->error != NULL) {
    g_assert_null (plan);
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_assert_nonnull (strstr (error->message, row->error));
    return;
  }
  g_assert_no_error (error);
  directory = g_strconcat (plan->directory, "/", NULL);
  add = join (plan->add);
  remove = join (plan->remove);
  names = join (plan->names);
  g_assert_cmpstr (directory, ==, row->directory);
  g_assert_cmpstr (add, ==, row->add);
  g_assert_cmpstr (remove, ==, row->remove);
  g_assert_cmpstr (names, ==, row->names);
  g_assert_cmpint (plan->index, ==, *row->add != '\0');
  g_assert_cmpuint (plan->load->len, ==, *row->add != '\0' ? 4 : 0);
}

/* mkinitcpio unpacks what the guest has packed; the guest's index knows the packed names. */
static void
test_unpacked (void)
{
  static const Entry entries[]
    = { { M "kernel/nvme.ko", NULL }, { M "kernel/virtio_pci.ko", NULL }, { NULL, NULL } };
  static const Entry complete[]
    = { { M "kernel/virtio_pci.ko", NULL }, { M "kernel/virtio_blk.ko", NULL },
        { M "modules.dep", "kernel/virtio_blk.ko:\nkernel/virtio_pci.ko:" }, { NULL, NULL } };
  g_auto (Fixture) f;
  g_autoptr (V2vImage) image = new_image (entries);
  g_autoptr (V2vImage) ready = new_image (complete);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vInjectPlan) plan = NULL;
  g_autoptr (V2vInjectPlan) none = NULL;
  g_autofree char *add = NULL;
  g_autofree char *remove = NULL;
  g_autofree char *names = NULL;

  fixture_init (&f, "kernel/nvme.ko.zst:\nkernel/virtio_pci.ko.zst:\nkernel/virtio_blk.ko.zst:\n",
                NULL);
  plan = v2v_inject_plan_modules (&f.facts, image, &error);
  g_assert_no_error (error);
  add = join (plan->add);
  remove = join (plan->remove);
  names = join (plan->names);
  g_assert_cmpstr (add, ==, "kernel/nvme.ko.zst kernel/virtio_pci.ko.zst kernel/virtio_blk.ko.zst");
  g_assert_cmpstr (remove, ==, M "kernel/nvme.ko " M "kernel/virtio_pci.ko");
  g_assert_cmpstr (names, ==, "virtio_blk");
  none = v2v_inject_plan_modules (&f.facts, ready, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->add->len, ==, 0);
}

static void
test_builtin (void)
{
  static const Entry entries[] = { { M "modules.dep", "" }, { NULL, NULL } };
  g_auto (Fixture) f;
  g_autoptr (V2vImage) image = new_image (entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vInjectPlan) plan = NULL;
  g_autofree char *add = NULL;
  g_autofree char *load = NULL;

  fixture_init (&f, "k/sd_mod.ko:\nk/ahci.ko:\n",
                "k/virtio_pci.ko\nk/virtio_blk.ko\nk/virtio_scsi.ko\n");
  plan = v2v_inject_plan_modules (&f.facts, image, &error);
  g_assert_no_error (error);
  add = join (plan->add);
  load = join (plan->load);
  g_assert_cmpstr (add, ==, "k/sd_mod.ko k/ahci.ko");
  g_assert_cmpstr (load, ==, "sd_mod");
}

static void
test_broken_dep (void)
{
  static const Entry entries[] = { { "init", NULL }, { NULL, NULL } };
  g_auto (Fixture) f;
  g_autoptr (V2vImage) image = new_image (entries);
  g_autoptr (GError) error = NULL;

  fixture_init (&f, "k/virtio_pci.ko: k/virtio.ko\nk/virtio_blk.ko:\n", NULL);
  g_assert_null (v2v_inject_plan_modules (&f.facts, image, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_load_list (void)
{
  static const struct {
    const char *before, *after;
  } rows[] = {
    { "", "virtio_pci\nsd_mod\n" },
    { "# list\nnvme", "# list\nnvme\nvirtio_pci\nsd_mod\n" },
    { "virtio-pci\n", "virtio-pci\nsd_mod\n" },
    { " virtio_pci opt=1\n\tsd_mod # disks\r\n", NULL },
    { "virtio_pcix\n#sd_mod\n", "virtio_pcix\n#sd_mod\nvirtio_pci\nsd_mod\n" },
    { "\xff\xfe virtio_pci\nsd_mod", "\xff\xfe virtio_pci\nsd_mod\nvirtio_pci\n" },
  };
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_ptr_array_add (names, (gpointer) "virtio_pci");
  g_ptr_array_add (names, (gpointer) "sd_mod");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *after = v2v_inject_add_names (rows[i].before, names);
    g_autofree char *again = v2v_inject_add_names (after != NULL ? after : rows[i].before, names);

    g_assert_cmpstr (after, ==, rows[i].after);
    g_assert_null (again);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inject/kernels", test_kernels);
  g_test_add_func ("/inject/kernel-config", test_kernel_config);
  for (gsize i = 0; i < G_N_ELEMENTS (plan_rows); i++) {
    g_autofree char *path = g_strconcat ("/inject/plan/", plan_rows[i].name, NULL);

    g_test_add_data_func (path, &plan_rows[i], test_plan);
  }
  g_test_add_func ("/inject/unpacked", test_unpacked);
  g_test_add_func ("/inject/builtin", test_builtin);
  g_test_add_func ("/inject/broken-dep", test_broken_dep);
  g_test_add_func ("/inject/load-list", test_load_list);
  return g_test_run ();
}
