/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-verify-boot.c - guests that something else than GRUB starts
 */
#include <config.h>

#include "test-verify.h"

#define EXTLINUX "/boot/extlinux/extlinux.conf"

static void
remove_grub (Guest *guest)
{
  guest->grub_in_mbr = FALSE;
  g_hash_table_remove (guest->files, "/boot/grub/grub.cfg");
  g_hash_table_remove (guest->files, "/boot/efi/EFI/debian/grubx64.efi");
}

/* Started by extlinux or by U-Boot, which reads its file: what does not do on the target is said by
 * that file's name, and what to do. */
static void
test_extlinux (void)
{
#define LABEL "label l0\n linux /boot/vmlinuz-" K "\n initrd " INITRD "\n append root=UUID=root-uuid ro\n"
  static const struct {
    const char *text;
    gboolean uefi;
    V2vCheckState state;
    const char *id, *evidence;
  } rows[] = {
    { LABEL, FALSE, V2V_CHECK_SKIPPED, "loader", "how extlinux ('" EXTLINUX "') starts" },
    { LABEL, TRUE, V2V_CHECK_FAILED, "loader",
      "started by what reads '" EXTLINUX "', which UEFI does not; install GRUB for UEFI" },
    { "default l0\ninclude linux.cfg\n", FALSE, V2V_CHECK_FAILED, "boot-entries",
      "'" EXTLINUX "' has no entry with a kernel, and what it includes is not read: write its" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;

    guest->target.uefi = rows[i].uefi;
    remove_grub (guest);
    g_hash_table_remove (guest->files, "/boot/efi/EFI/BOOT/BOOTX64.EFI");
    put_text (guest->files, EXTLINUX, rows[i].text);
    verdict = guest_verify (guest);
    assert_only (verdict, rows[i].state, rows[i].id, rows[i].evidence);
    if (rows[i].state != V2V_CHECK_FAILED)
      assert_none (verdict, V2V_CHECK_FAILED);
  }
#undef LABEL
}

/* The loader is gone with the whole ESP: nothing says UEFI any more, and a BIOS never did. */
static void
test_systemd_boot (void)
{
  static const struct {
    gboolean uefi, fallback;
    const char *evidence; /* of the loader's failure; NULL = none */
  } rows[] = {
    { TRUE, TRUE, NULL },
    { TRUE, FALSE, "BOOTX64.EFI is missing, and there is no other loader" },
    { FALSE, FALSE, "systemd-boot, whose menu it has, starts from UEFI only" },
    { FALSE, TRUE, "systemd-boot, whose menu it has, starts from UEFI only" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;
    g_autofree char *failed = NULL;

    guest->target.uefi = rows[i].uefi;
    remove_grub (guest);
    if (!rows[i].fallback)
      g_hash_table_remove (guest->files, "/boot/efi/EFI/BOOT/BOOTX64.EFI");
    put_text (guest->files, "/boot/loader/entries/a.conf",
              "title Linux\nlinux /vmlinuz-" K "\ninitrd /initrd.img-" K
              "\noptions root=UUID=root-uuid ro\n");
    put_text (guest->files, "/vmlinuz-" K, "kernel");
    put_text (guest->files, "/initrd.img-" K, "#newc init");
    verdict = guest_verify (guest);
    failed = rows_of (verdict, V2V_CHECK_FAILED);
    if (rows[i].evidence != NULL)
      g_assert_nonnull (strstr (failed, rows[i].evidence));
    else
      g_assert_null (strstr (failed, "loader "));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/loader/extlinux", test_extlinux);
  g_test_add_func ("/verify/loader/systemd-boot", test_systemd_boot);
  return g_test_run ();
}
