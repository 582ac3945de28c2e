/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-uki.h"

#include "v2v-error.h"
#include "v2v-uki.h"

static const UkiSection whole[] = {
  { ".text", "stub", 4 },
  { ".osrel", "ID=fedora\n", 10 },
  { ".linux", "kernel", 6 },
  { ".initrd", "initramfs", 9 },
  { NULL, NULL, 0 },
};

static void
test_find (void)
{
  g_autoptr (GByteArray) image = uki_new (whole);
  g_autoptr (GError) error = NULL;
  gsize offset, length;

  g_assert_true (v2v_uki_is_program (image->data, image->len));
  g_assert_false (v2v_uki_is_program ((const guint8 *) "M", 1));
  g_assert_false (v2v_uki_is_program ((const guint8 *) "070701", 6));
  g_assert_true (v2v_uki_find_initrd (image->data, image->len, &offset, &length, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (image->data + offset, length, "initramfs", 9);
}

static void
assert_refused (const GByteArray *image, gsize size, const char *message)
{
  g_autoptr (GError) error = NULL;
  /* Its own memory, so that a read behind the end is seen. */
  g_autofree guint8 *copy = g_memdup2 (image->data, size);
  gsize offset, length;

  g_assert_false (v2v_uki_find_initrd (copy, size, &offset, &length, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  if (strstr (error->message, message) == NULL)
    g_error ("'%s' does not say '%s'", error->message, message);
}

static void
test_sections (void)
{
  static const UkiSection no_kernel[]
    = { { ".text", "x", 1 }, { ".initrd", "x", 1 }, { NULL, NULL, 0 } };
  static const UkiSection no_initrd[]
    = { { ".linux", "x", 1 }, { ".cmdline", "x", 1 }, { NULL, NULL, 0 } };
  static const UkiSection profiles[]
    = { { ".linux", "x", 1 }, { ".initrd", "x", 1 }, { ".profile", "x", 1 },
        { ".initrd", "y", 1 }, { NULL, NULL, 0 } };
  static const UkiSection longer[]
    = { { ".linux2", "x", 1 }, { ".initrd2", "x", 1 }, { NULL, NULL, 0 } };
  static const struct {
    const UkiSection *sections;
    const char *message;
  } rows[] = {
    { no_kernel, "no kernel in it" },
    { no_initrd, "no initramfs in it" },
    { profiles, "several profiles" },
    { longer, "no kernel in it" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) image = uki_new (rows[i].sections);

    assert_refused (image, image->len, rows[i].message);
  }
}

static void
test_truncated (void)
{
  g_autoptr (GByteArray) image = uki_new (whole);
  gsize offset, length;

  g_assert_true (v2v_uki_find_initrd (image->data, image->len, &offset, &length, NULL));
  for (gsize size = 0; size < offset + length; size++)
    assert_refused (image, size, size < UKI_TABLE + 4 * 40 ? "damaged" : "truncated");
  g_assert_true (v2v_uki_find_initrd (image->data, offset + length, &offset, &length, NULL));
}

static void
test_damaged (void)
{
  static const struct {
    guint at;
    guint32 value;
    guint bytes;
    const char *message;
  } rows[] = {
    { 0x3c, 0xffffffff, 4, "damaged" },
    { 0x3c, 0x10000000, 4, "damaged" },
    { UKI_PE, 0x454e, 2, "damaged" },
    { UKI_PE + 6, 0xffff, 2, "damaged" },
    { UKI_PE + 6, 97, 2, "damaged" },
    { UKI_PE + 6, 0, 2, "no kernel" },
    { UKI_PE + 20, 0xffff, 2, "damaged" },
    { UKI_TABLE + 3 * 40 + 20, 0xffffffff, 4, "truncated" },
    { UKI_TABLE + 3 * 40 + 20, 0x10000, 4, "truncated" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) image = uki_new (whole);

    uki_put (image->data + rows[i].at, rows[i].value, rows[i].bytes);
    assert_refused (image, image->len, rows[i].message);
  }
}

static void
test_paths (void)
{
  static const struct {
    const char *path;
    gboolean is;
  } rows[] = {
    { "/boot/efi/EFI/Linux/abc-6.1.efi", TRUE },
    { "/efi/efi/linux/ABC.EFI", TRUE },
    { "/boot/efi/EFI/Linux/abc-6.1.efi.extra.d/x.efi", FALSE },
    { "/boot/efi/EFI/Microsoft/Boot/bootmgfw.efi", FALSE },
    { "/boot/efi/EFI/Linux/abc.conf", FALSE },
    { "/boot/vmlinuz-6.1", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (v2v_uki_is_path (rows[i].path), ==, rows[i].is);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uki/find", test_find);
  g_test_add_func ("/uki/sections", test_sections);
  g_test_add_func ("/uki/truncated", test_truncated);
  g_test_add_func ("/uki/damaged", test_damaged);
  g_test_add_func ("/uki/paths", test_paths);
  return g_test_run ();
}
