/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-modules.h"

#define DEP \
  "kernel/drivers/virtio/virtio.ko:\n" \
  "kernel/drivers/virtio/virtio_ring.ko:\n" \
  "kernel/drivers/virtio/virtio_pci.ko: kernel/drivers/virtio/virtio_ring.ko " \
  "kernel/drivers/virtio/virtio.ko\n" \
  "kernel/drivers/block/virtio_blk.ko.xz: kernel/drivers/virtio/virtio_ring.ko " \
  "kernel/drivers/virtio/virtio.ko\n" \
  "kernel/drivers/scsi/sd_mod.ko.zst: kernel/lib/t10-pi.ko.gz kernel/lib/crc64.ko\n" \
  "kernel/lib/t10-pi.ko.gz: kernel/lib/crc64.ko\n" \
  "kernel/lib/crc64.ko:\n"

#define SOFTDEP \
  "# Soft dependencies extracted from modules themselves.\n" \
  "softdep virtio-blk pre: t10_pi no-such post: sd_mod\n" \
  "softdep sd_mod post: virtio_blk\n" \
  "softdep nobody pre: crc64\n" \
  "softdep\n" \
  "bogus virtio_pci pre: crc64\n"

#define ALIAS \
  "# Aliases extracted from modules themselves.\n" \
  "alias virtio:d00000002v* virtio_blk\n" \
  "alias block-major-8-0 sd-mod\n" \
  "alias crypto-builtin builtin_one\n" \
  "alias t10_pi crc64\n" \
  "alias broken\n"

static V2vModules *
new_modules (const char *dep, const char *softdep, const char *alias, const char *builtin)
{
  g_autoptr (GError) error = NULL;
  V2vModules *modules = v2v_modules_new (dep, softdep, alias, builtin, &error);

  g_assert_no_error (error);
  g_assert_nonnull (modules);
  return modules;
}

static void
assert_closure (const V2vModules *modules, const char *names, const char *expected)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths
    = v2v_modules_closure (modules, (const char *const *) list, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  g_ptr_array_add (paths, NULL);
  joined = g_strjoinv (" ", (char **) paths->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static void
assert_refused (const char *dep, const char *names, const char *word)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vModules) modules = v2v_modules_new (dep, NULL, NULL, NULL, &error);

  if (modules != NULL)
    g_assert_null (v2v_modules_closure (modules, (const char *const *) list, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  if (strstr (error->message, word) == NULL)
    g_error ("'%s' does not say '%s'", error->message, word);
}

static void
test_kinds (void)
{
  static const struct {
    const char *name;
    V2vModuleKind kind;
    const char *path;
  } rows[] = {
    { "virtio_blk", V2V_MODULE_LOADABLE, "kernel/drivers/block/virtio_blk.ko.xz" },
    { "virtio-blk", V2V_MODULE_LOADABLE, "kernel/drivers/block/virtio_blk.ko.xz" },
    { "t10_pi", V2V_MODULE_LOADABLE, "kernel/lib/t10-pi.ko.gz" },
    { "sd_mod", V2V_MODULE_LOADABLE, "kernel/drivers/scsi/sd_mod.ko.zst" },
    { "block-major-8-0", V2V_MODULE_LOADABLE, "kernel/drivers/scsi/sd_mod.ko.zst" },
    { "builtin-one", V2V_MODULE_BUILTIN, NULL },
    { "crypto-builtin", V2V_MODULE_BUILTIN, NULL },
    { "crc64", V2V_MODULE_LOADABLE, "kernel/lib/crc64.ko" },
    { "virtio:d00000002v00001AF4", V2V_MODULE_ABSENT, NULL },
    { "broken", V2V_MODULE_ABSENT, NULL },
    { "", V2V_MODULE_ABSENT, NULL },
  };
  g_autoptr (V2vModules) modules
    = new_modules (DEP, SOFTDEP, ALIAS, "kernel/lib/builtin-one.ko\nkernel/no-module.txt\n");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].name);
    g_assert_cmpint (v2v_modules_kind (modules, rows[i].name), ==, rows[i].kind);
    g_assert_cmpstr (v2v_modules_path (modules, rows[i].name), ==, rows[i].path);
  }
}

/* As kmod probes: dependencies, then what softdep names before (pre), the module, and what
 * comes behind it (post); each once. */
static void
test_closure (void)
{
  g_autoptr (V2vModules) plain = new_modules (DEP, NULL, NULL, "kernel/lib/builtin-one.ko\n");
  g_autoptr (V2vModules) soft = new_modules (DEP, SOFTDEP, ALIAS, NULL);

  assert_closure (plain, "virtio_pci",
                  "kernel/drivers/virtio/virtio_ring.ko kernel/drivers/virtio/virtio.ko "
                  "kernel/drivers/virtio/virtio_pci.ko");
  assert_closure (plain, "sd-mod builtin_one crc64",
                  "kernel/lib/crc64.ko kernel/lib/t10-pi.ko.gz kernel/drivers/scsi/sd_mod.ko.zst");
  assert_closure (plain, "builtin_one", "");
  assert_closure (soft, "virtio_blk",
                  "kernel/drivers/virtio/virtio_ring.ko kernel/drivers/virtio/virtio.ko "
                  "kernel/lib/crc64.ko kernel/lib/t10-pi.ko.gz "
                  "kernel/drivers/block/virtio_blk.ko.xz kernel/drivers/scsi/sd_mod.ko.zst");
}

static void
test_old_paths (void)
{
  g_autoptr (V2vModules) modules
    = new_modules ("/lib/modules/2.6.18/kernel/a.ko: /lib/modules/2.6.18/kernel/b.ko\r\n"
                   "\n# made by hand\n"
                   "/lib/modules/2.6.18/kernel/b.ko:",
                   NULL, NULL, NULL);

  assert_closure (modules, "a", "kernel/b.ko kernel/a.ko");
}

static void
test_empty (void)
{
  g_autoptr (V2vModules) modules = new_modules ("", NULL, NULL, "kernel/virtio_blk.ko");

  g_assert_cmpint (v2v_modules_kind (modules, "virtio_blk"), ==, V2V_MODULE_BUILTIN);
  assert_closure (modules, "virtio_blk", "");
}

static void
test_damage (void)
{
  g_autoptr (GString) chain = g_string_new (NULL);
  g_autoptr (GString) many = g_string_new (NULL);

  for (int i = 0; i < 2000; i++)
    g_string_append_printf (chain, "m%d.ko: m%d.ko\n", i, i + 1);
  g_string_append (chain, "m2000.ko:\n");
  for (int i = 0; i <= V2V_MODULES_MAX; i++)
    g_string_append_printf (many, "m%d.ko:\n", i);

  assert_refused (NULL, "a", "depmod");
  assert_refused ("a.ko:\nkernel/drivers/net/foo.k", "a", "line 2 has no ':'");
  assert_refused ("a.txt:\n", "a", "names no module");
  assert_refused (".ko:\n", "a", "names no module");
  assert_refused ("../a.ko:\n", "a", "names no module");
  assert_refused ("k/../a.ko:\n", "a", "names no module");
  assert_refused ("k//a.ko:\n", "a", "names no module");
  assert_refused ("/etc/a.ko:\n", "a", "names no module");
  assert_refused ("a.ko: b.ko\n", "a", "'b.ko', which it does not list");
  assert_refused ("a.ko: b.ko\nb.ko: a.ko\n", "a", "needs itself");
  assert_refused ("a.ko: a.ko\n", "a", "needs itself");
  assert_refused (DEP, "virtio_blk virtio_scsi", "no module 'virtio_scsi'");
  assert_refused (chain->str, "m0", "too much leads to");
  assert_refused (many->str, "m0", "one too many");
}

/* Of two lines about one module the later one counts, and the earlier one's path is gone. */
static void
test_twice (void)
{
  g_autoptr (V2vModules) modules
    = new_modules ("kernel/a.ko: x.ko\nupdates/a.ko.xz:\nx.ko:\n", NULL, NULL, NULL);

  assert_closure (modules, "a", "updates/a.ko.xz");
  assert_refused ("kernel/a.ko:\nupdates/a.ko.xz:\nx.ko: kernel/a.ko\n", "x",
                  "which it does not list");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modules/kinds", test_kinds);
  g_test_add_func ("/modules/closure", test_closure);
  g_test_add_func ("/modules/old-paths", test_old_paths);
  g_test_add_func ("/modules/empty", test_empty);
  g_test_add_func ("/modules/damage", test_damage);
  g_test_add_func ("/modules/twice", test_twice);
  return g_test_run ();
}
