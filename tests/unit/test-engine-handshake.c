/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-engine-handshake.h"
#include "v2v-error.h"

#define CAPS "virt-v2v-in-place\nvirt-v2v-in-place-2.0\nin-place\nio\ninput:disk\n" \
             "input:libvirtxml\nconvert:linux\nconvert:windows\n"
#define HELP "Options:\n  -b, --bridge <in:out>   Map bridge\n  --root <ask|... >  How\n"
#define EVER (V2V_QUIRK_FSTAB_NVME | V2V_QUIRK_AUGEAS_DIES | V2V_QUIRK_LITTER)

static const struct {
  const char *name, *version, *help, *text;
  guint quirks;
} good[] = {
  { "debian-12", "virt-v2v-in-place 2.2.0\n", HELP, "2.2.0",
    EVER | V2V_QUIRK_ALWAYS_TRIMS | V2V_QUIRK_KERNEL_CORE_SPLIT | V2V_QUIRK_ESP_STUB },
  { "split-fixed", "virt-v2v-in-place 2.3.4", HELP, "2.3.4",
    EVER | V2V_QUIRK_ALWAYS_TRIMS | V2V_QUIRK_ESP_STUB },
  { "debian-13", "virt-v2v-in-place 2.6.0\n", HELP, "2.6.0",
    EVER | V2V_QUIRK_ALWAYS_TRIMS | V2V_QUIRK_ESP_STUB },
  { "rhel-9", "virt-v2v-in-place 2.7.1rhel=9,release=14.el9_6\n", HELP, "2.7.1",
    EVER | V2V_QUIRK_ALWAYS_TRIMS | V2V_QUIRK_ESP_STUB },
  { "rhel-backport", "virt-v2v-in-place 2.8.1rhel=9,release=20.el9\n",
    HELP "  --no-fstrim   Do not trim\n", "2.8.1", EVER },
  { "no-fstrim", "virt-v2v-in-place 2.12.0\n", HELP, "2.12.0", EVER },
  { "far-away", "virt-v2v-in-place 10.0.0\n", HELP, "10.0.0", EVER },
};

static void
test_good (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vHandshake) handshake
    = v2v_handshake_parse ("/usr/bin/x", good[i].version, CAPS, good[i].help, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (handshake->version_text, ==, good[i].text);
  g_assert_cmpuint (handshake->quirks, ==, good[i].quirks);
  g_assert_true (v2v_handshake_can (handshake, "input:libvirtxml"));
  g_assert_true (v2v_handshake_can (handshake, "--bridge"));
  g_assert_true (v2v_handshake_can (handshake, "--root"));
  g_assert_false (v2v_handshake_can (handshake, "--block-driver"));
}

static const struct {
  const char *name, *version, *capabilities, *message;
} bad[] = {
  { "empty", "", CAPS, "does not say its version" },
  { "another-program", "virt-v2v 2.2.0\n", CAPS, "does not say its version" },
  { "no-number", "virt-v2v-in-place unknown\n", CAPS, "does not say its version" },
  { "two-numbers", "virt-v2v-in-place 2.2\n", CAPS, "does not say its version" },
  { "huge-number", "virt-v2v-in-place 99999999999999999999.2.0\n", CAPS,
    "does not say its version" },
  { "negative", "virt-v2v-in-place -2.2.0\n", CAPS, "does not say its version" },
  { "binary", "\x7f" "ELF\x01\xff\xfe", CAPS, "\\xff" },
  { "old", "virt-v2v-in-place 1.44.0\n", CAPS, "is too old ('1.44.0')" },
  { "no-libvirtxml", "virt-v2v-in-place 2.2.0\n", "input:disk\n", "libvirt XML" },
  { "garbage-capabilities", "virt-v2v-in-place 2.2.0\n", "\033[2J\n\n \xff\n", "libvirt XML" },
};

static void
test_bad (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_handshake_parse ("/usr/bin/x", bad[i].version, bad[i].capabilities,
                                      HELP, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, bad[i].message));
  g_assert_nonnull (strstr (error->message, "install the package 'virt-v2v'"));
}

static void
test_bounded (void)
{
  g_autoptr (GString) capabilities = g_string_new (CAPS);
  g_autoptr (V2vHandshake) handshake = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (capabilities, "cap%u\n", i);
  handshake = v2v_handshake_parse ("/x", "virt-v2v-in-place 2.2.0", capabilities->str, HELP,
                                   NULL);
  g_assert_cmpuint (handshake->capabilities->len, <=, 500);
}

static void
test_reasons (void)
{
  for (guint bit = 0; bit < 6; bit++)
    g_assert_nonnull (v2v_handshake_quirk_why (1 << bit));
  g_assert_null (v2v_handshake_quirk_why (1 << 6));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *path = g_strdup_printf ("/engine-handshake/good/%s", good[i].name);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_good);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *path = g_strdup_printf ("/engine-handshake/bad/%s", bad[i].name);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_bad);
  }
  g_test_add_func ("/engine-handshake/bounded", test_bounded);
  g_test_add_func ("/engine-handshake/reasons", test_reasons);
  return g_test_run ();
}
