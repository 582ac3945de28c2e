/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-error.h"
#include "v2v-options.h"

#define ALL                                                                                  \
  (V2V_OPTIONS_INPUT | V2V_OPTIONS_OUTPUT | V2V_OPTIONS_CONVERT | V2V_OPTIONS_ENGINE)

static gboolean
parse (const char *line, V2vOptionGroups groups, V2vOptions *options, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  return v2v_options_parse ("DISK...", "x", groups, words, options, error);
}

static void
test_convert (void)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (GError) error = NULL;
  const V2vRequest *request;

  g_assert_true (parse ("convert -i disk --format qcow2 --root first --name web "
                        "--guest-exec never --initramfs keep --agents remove "
                        "--guest-agent install --compatibility-mode on --kubevirt fragment -o out a.img b.img",
                        ALL, &options, &error));
  g_assert_no_error (error);
  request = options.request;
  g_assert_cmpstr (options.mode_flag, ==, "disk");
  g_assert_cmpstr (request->format, ==, "qcow2");
  g_assert_cmpstr (request->root, ==, "first");
  g_assert_cmpint ((int) request->compat, ==, V2V_COMPAT_ON);
  g_assert_cmpint ((int) request->guest_exec, ==, V2V_GUEST_EXEC_NEVER);
  g_assert_cmpstr (request->initramfs, ==, "keep");
  g_assert_cmpstr (request->agents, ==, "remove");
  g_assert_cmpstr (request->guest_agent, ==, "install");
  g_assert_cmpint ((int) request->kubevirt, ==, V2V_KUBEVIRT_FRAGMENT);
  g_assert_cmpuint (g_strv_length (request->disks), ==, 2);
  g_assert_cmpstr (request->disks[1], ==, "b.img");
}

static void
test_defaults (void)
{
  g_auto (V2vOptions) options = { 0 };
  const V2vRequest *request;

  g_assert_true (parse ("convert a.img", ALL, &options, NULL));
  request = options.request;
  g_assert_null (options.mode_flag);
  g_assert_null (request->format);
  g_assert_cmpstr (request->root, ==, "single");
  g_assert_cmpstr (request->engine, ==, "auto");
  g_assert_cmpstr (request->initramfs, ==, "auto");
  g_assert_cmpstr (request->agents, ==, "disable");
  g_assert_cmpstr (request->guest_agent, ==, "keep");
  g_assert_cmpint ((int) request->compat, ==, V2V_COMPAT_AUTO);
  g_assert_cmpint ((int) request->kubevirt, ==, V2V_KUBEVIRT_VM);
  g_assert_false (request->skip_conversion);
}

static void
test_libvirtxml (void)
{
  g_auto (V2vOptions) options = { 0 };

  g_assert_true (parse ("convert -i libvirtxml vm.xml a.img", ALL, &options, NULL));
  g_assert_cmpstr (options.request->domain_xml, ==, "vm.xml");
  g_assert_cmpstr (options.request->disks[0], ==, "a.img");
}

static void
test_inspect_format (void)
{
  g_auto (V2vOptions) options = { 0 };

  g_assert_true (parse ("inspect --format json --disk-format qcow2 a",
                        V2V_OPTIONS_INPUT | V2V_OPTIONS_SHOW, &options, NULL));
  g_assert_cmpint ((int) options.request->report_format, ==, V2V_FORMAT_JSON);
  g_assert_cmpstr (options.request->format, ==, "qcow2");
}

static void
test_refused (void)
{
  static const struct {
    const char *line;
    const char *reason;
  } rows[] = {
    { "convert --no-such a", "--no-such" },
    { "convert --kubevirt pod a", "choose from vm, fragment, none" },
    { "convert --guest-exec sometimes a", "choose from auto, never, allow" },
    { "convert --initramfs dracut a", "choose from auto, inject, rebuild, keep" },
    { "convert --agents keep a", "choose from disable, remove" },
    { "plan --guest-agent yes a", "choose from keep, install" },
    { "convert --compatibility-mode maybe a", "choose from auto, on, off" },
    { "convert --format ova a", "choose from raw" },
    { "convert -i libvirtxml", "domain XML" },
    { "convert --root", "--root" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (V2vOptions) options = { 0 };
    g_autoptr (GError) error = NULL;

    g_assert_false (parse (rows[i].line, ALL, &options, &error));
    g_assert_true (error->domain == G_OPTION_ERROR
                   || g_error_matches (error, V2V_ERROR, V2V_ERROR_USAGE));
    g_assert_nonnull (strstr (error->message, rows[i].reason));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/convert", test_convert);
  g_test_add_func ("/options/defaults", test_defaults);
  g_test_add_func ("/options/libvirtxml", test_libvirtxml);
  g_test_add_func ("/options/inspect-format", test_inspect_format);
  g_test_add_func ("/options/refused", test_refused);
  return g_test_run ();
}
