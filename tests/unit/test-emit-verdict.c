/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>

#include "v2v-emit-verdict.h"

static V2vVerdict *
make_verdict (void)
{
  V2vVerdict *verdict = v2v_verdict_new ();

  v2v_verdict_add (verdict, "kernel-drivers", "6.1.0-56", V2V_CHECK_FAILED,
                   "%s is neither in %s nor built in", "sd_mod", "/boot/initrd.img-6.1.0-56");
  v2v_verdict_add (verdict, "kernel-drivers", "6.1.0-56 network", V2V_CHECK_PASSED,
                   "virtio_net is there");
  v2v_verdict_add (verdict, "fstab", "/etc/fstab line 3", V2V_CHECK_WARNING,
                   "UUID=x\033[1m for none: no given disk holds it");
  v2v_verdict_add (verdict, "network", NULL, V2V_CHECK_FAILED, "'/etc/a' is pinned");
  v2v_verdict_add (verdict, "labels", NULL, V2V_CHECK_SKIPPED, "the guest does not use SELinux");
  return verdict;
}

static void
test_text (void)
{
  static const char want[]
    = "FAILED   kernel-drivers  6.1.0-56: sd_mod is neither in /boot/initrd.img-6.1.0-56 nor "
      "built in\n"
      "FAILED   network         '/etc/a' is pinned\n"
      "WARNING  fstab           /etc/fstab line 3: UUID=x\\x1b[1m for none: no given disk holds "
      "it\n"
      "1 check passed, 2 failed, 1 with a warning, 1 skipped\n";
  g_autoptr (V2vVerdict) verdict = make_verdict ();
  g_autofree char *text = v2v_emit_verdict_text (verdict);

  g_assert_cmpstr (text, ==, want);
}

static void
test_text_good (void)
{
  g_autoptr (V2vVerdict) verdict = v2v_verdict_new ();
  g_autofree char *none = v2v_emit_verdict_text (verdict);
  g_autofree char *two = NULL;

  g_assert_cmpstr (none, ==, "0 checks passed\n");
  v2v_verdict_add (verdict, "sshd", NULL, V2V_CHECK_PASSED, "well");
  v2v_verdict_add (verdict, "fstab", NULL, V2V_CHECK_PASSED, "well");
  two = v2v_emit_verdict_text (verdict);
  g_assert_cmpstr (two, ==, "2 checks passed\n");
}

static void
test_json (void)
{
  static const char want[]
    = "{\n"
      "  \"format\" : 1,\n"
      "  \"checks\" : [\n"
      "    {\n"
      "      \"id\" : \"kernel-drivers\",\n"
      "      \"subject\" : \"6.1.0-56\",\n"
      "      \"state\" : \"failed\",\n"
      "      \"evidence\" : \"sd_mod is neither in /boot/initrd.img-6.1.0-56 nor built in\"\n"
      "    },\n"
      "    {\n"
      "      \"id\" : \"labels\",\n"
      "      \"state\" : \"skipped\",\n"
      "      \"evidence\" : \"the guest does not use SELinux\"\n"
      "    }\n"
      "  ],\n"
      "  \"passed\" : 0,\n"
      "  \"warnings\" : 0,\n"
      "  \"failed\" : 1,\n"
      "  \"skipped\" : 1\n"
      "}\n";
  g_autoptr (V2vVerdict) whole = make_verdict ();
  g_autoptr (V2vVerdict) verdict = v2v_verdict_new ();
  g_autofree char *text = NULL;

  g_ptr_array_add (verdict->checks, g_ptr_array_steal_index (whole->checks, 0));
  g_ptr_array_add (verdict->checks, g_ptr_array_steal_index (whole->checks, 3));
  text = v2v_emit_verdict_json (verdict);
  g_assert_cmpstr (text, ==, want);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emit/verdict/text", test_text);
  g_test_add_func ("/emit/verdict/text-good", test_text_good);
  g_test_add_func ("/emit/verdict/json", test_json);
  return g_test_run ();
}
