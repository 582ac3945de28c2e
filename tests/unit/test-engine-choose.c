/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-tree.h"

#include "v2v-engine.h"
#include "v2v-error.h"

typedef struct {
  Tree *tree;
  V2vRequest *request;
  GHashTable *options;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  (void) data;
  f->tree = tree_new ();
  f->request = v2v_request_new ();
  f->options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  (void) data;
  g_hash_table_unref (f->options);
  v2v_request_free (f->request);
  tree_free (f->tree);
}

static void
become (Fixture *f, const char *distro, const char *version, const char *arch)
{
  V2vGuest *guest = f->tree->guest;

  g_free (guest->distro);
  g_free (guest->version_id);
  g_free (guest->arch);
  guest->distro = g_strdup (distro);
  guest->version_id = g_strdup (version);
  guest->arch = g_strdup (arch);
}

static const V2vEngine *
choose (Fixture *f, char **out_why, GError **error)
{
  return v2v_engine_choose (f->request, f->tree->fs, f->tree->guest, f->options, out_why,
                            error);
}

/* Ours are the classes of which a guest was converted and booted, and no others. */
static void
test_classes (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *distro, *version, *arch, *engine;
  } rows[] = {
    { "debian", "11", "x86_64", "native" },
    { "debian", "12", "x86_64", "native" },
    { "debian", "13", "x86_64", "native" },
    { "debian", "10", "x86_64", "virt-v2v" },
    { "debian", "14", "x86_64", "virt-v2v" },
    { "debian", NULL, "x86_64", "virt-v2v" },
    { "debian", "12", "aarch64", "virt-v2v" },
    { "debian", "12", NULL, "virt-v2v" },
    { "ubuntu", "22.04", "x86_64", "virt-v2v" },
    { "amzn", "2023", "x86_64", "native" },
    { "amzn", "2", "x86_64", "virt-v2v" },
    { "rhel", "9.4", "x86_64", "native" },
    { "rhel", "10.0", "x86_64", "virt-v2v" },
    { "rocky", "9.5", "x86_64", "native" },
    { "almalinux", "9.5", "x86_64", "native" },
    { "almalinux", "8.10", "x86_64", "virt-v2v" },
    { NULL, NULL, "x86_64", "virt-v2v" },
  };

  (void) data;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *why = NULL;
    const V2vEngine *engine;

    become (f, rows[i].distro, rows[i].version, rows[i].arch);
    engine = choose (f, &why, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (engine->name, ==, rows[i].engine);
    g_assert_nonnull (strstr (why, "proven"));
  }
}

static void
test_asked_for (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  (void) data;
  become (f, "debian", "12", "x86_64");
  g_free (f->request->engine);
  f->request->engine = g_strdup ("virt-v2v");
  g_assert_cmpstr (choose (f, &why, &error)->name, ==, "virt-v2v");
  g_assert_cmpstr (why, ==, "asked for");

  g_free (f->request->engine);
  f->request->engine = g_strdup ("v2");
  g_assert_false (v2v_engine_check_request (f->request, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "auto, native, virt-v2v"));
}

static void
test_guest_exec_never (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  (void) data;
  f->request->guest_exec = V2V_GUEST_EXEC_NEVER;
  become (f, "debian", "12", "x86_64");
  g_assert_cmpstr (choose (f, &why, &error)->name, ==, "native");
  become (f, "debian", "10", "x86_64");
  g_assert_null (choose (f, &why, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "--engine native"));
  g_clear_error (&error);

  g_free (f->request->engine);
  f->request->engine = g_strdup ("virt-v2v");
  g_assert_false (v2v_engine_check_request (f->request, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
}

static void
test_initramfs (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *initramfs, *engine, *version;
    V2vGuestExec exec;
    const char *chosen, *message;
  } rows[] = {
    { "auto", "auto", "12", V2V_GUEST_EXEC_AUTO, "native", NULL },
    { "inject", "auto", "12", V2V_GUEST_EXEC_AUTO, "native", NULL },
    { "keep", "auto", "12", V2V_GUEST_EXEC_NEVER, "native", NULL },
    { "rebuild", "auto", "12", V2V_GUEST_EXEC_AUTO, "virt-v2v", NULL },
    { "rebuild", "virt-v2v", "12", V2V_GUEST_EXEC_ALLOW, "virt-v2v", NULL },
    { "inject", "native", "10", V2V_GUEST_EXEC_AUTO, "native", NULL },
    { "keep", "none", "10", V2V_GUEST_EXEC_AUTO, "none", NULL },
    { "inject", "auto", "10", V2V_GUEST_EXEC_AUTO, NULL, "add --engine native" },
    { "keep", "auto", "10", V2V_GUEST_EXEC_AUTO, NULL, "leave --initramfs keep out" },
    { "rebuild", "auto", "12", V2V_GUEST_EXEC_NEVER, NULL, "--initramfs inject needs none" },
    { "rebuild", "native", "12", V2V_GUEST_EXEC_ALLOW, NULL, "runs no program of the guest" },
    { "inject", "virt-v2v", "12", V2V_GUEST_EXEC_AUTO, NULL, "use --engine native" },
    { "keep", "virt-v2v", "12", V2V_GUEST_EXEC_AUTO, NULL, "use --engine native" },
    { "inject", "none", "12", V2V_GUEST_EXEC_AUTO, NULL, "use --engine native" },
  };

  (void) data;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *why = NULL;
    const V2vEngine *engine;

    g_test_message ("%s %s", rows[i].initramfs, rows[i].engine);
    become (f, "debian", rows[i].version, "x86_64");
    g_free (f->request->engine);
    g_free (f->request->initramfs);
    f->request->engine = g_strdup (rows[i].engine);
    f->request->initramfs = g_strdup (rows[i].initramfs);
    f->request->guest_exec = rows[i].exec;
    engine = choose (f, &why, &error);
    if (rows[i].chosen != NULL) {
      g_assert_no_error (error);
      g_assert_cmpstr (engine->name, ==, rows[i].chosen);
      continue;
    }
    g_assert_null (engine);
    g_assert_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED);
    if (strstr (error->message, rows[i].message) == NULL)
      g_error ("'%s' does not say '%s'", error->message, rows[i].message);
  }
}

static gboolean
refuse (const V2vEngineArgs *args, char **out_label, GError **error)
{
  (void) args;
  (void) out_label;
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED, "cannot");
  return FALSE;
}

/* Whoever let the program choose learns of the engine that could. */
static void
test_advice (Fixture *f, gconstpointer data)
{
  static const V2vEngine other = { .name = "other", .probe = refuse };
  V2vEngineArgs args = { .request = f->request, .guest = f->tree->guest };
  g_autoptr (GError) error = NULL;
  g_autofree char *label = NULL;

  (void) data;
  become (f, "amzn", "2", "x86_64");
  g_assert_false (v2v_engine_probe (&other, &args, &label, &error));
  g_assert_cmpstr (error->message, ==, "cannot");
  g_clear_error (&error);

  g_setenv ("PATH", f->tree->root, TRUE); /* no virt-v2v here */
  g_assert_false (v2v_engine_probe (&v2v_engine_virt_v2v, &args, &label, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED);
  g_assert_null (strstr (error->message, "--engine native"));
  g_clear_error (&error);

  v2v_guest_set_bootloader (f->tree->guest, "grub2");
  v2v_guest_add_kernel (f->tree->guest)->is_default = TRUE;
  g_assert_false (v2v_engine_probe (&v2v_engine_virt_v2v, &args, &label, &error));
  g_assert_nonnull (strstr (error->message, "--engine native takes it"));
}

/* No menu and no kernel: which file system may have them is said. */
static void
test_unmounted (Fixture *f, gconstpointer data)
{
  static const char *const facts[] = { "mount:/boot", "mount:/boot/efi" };

  (void) data;
  f->tree->guest->os = V2V_OS_LINUX;
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++) {
    const V2vEngineArgs args = { .request = f->request, .guest = f->tree->guest };
    g_autoptr (GError) error = NULL;
    g_autofree char *label = NULL;

    g_ptr_array_set_size (f->tree->guest->unknown, 0);
    v2v_guest_add_unknown (f->tree->guest, facts[i], "mounting '/dev/sda2': wrong fs type");
    g_assert_false (v2v_engine_native.probe (&args, &label, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED);
    g_assert_true ((strstr (error->message, "'/dev/sda2': wrong fs type") != NULL) == (i == 0));
  }
}

int
main (int argc, char **argv)
{
  g_autofree char *data = g_build_filename (g_getenv ("V2V_SRCDIR"), "data", NULL);

  g_test_init (&argc, &argv, NULL);
  g_setenv ("V2V_DATADIR", data, TRUE);
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/engine-choose/classes", test_classes);
  ADD ("/engine-choose/asked-for", test_asked_for);
  ADD ("/engine-choose/guest-exec-never", test_guest_exec_never);
  ADD ("/engine-choose/initramfs", test_initramfs);
  ADD ("/engine-choose/advice", test_advice);
  ADD ("/engine-choose/unmounted", test_unmounted);
#undef ADD
  return g_test_run ();
}
