/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-grub.h"

/* What grub-mkconfig of Debian 12 writes, shortened. */
static const char debian[] = "if [ -s $prefix/grubenv ]; then\n"
                             "  set have_grubenv=true\n"
                             "  load_env\n"
                             "fi\n"
                             "if [ \"${next_entry}\" ] ; then\n"
                             "   set default=\"${next_entry}\"\n"
                             "   set next_entry=\n"
                             "   save_env next_entry\n"
                             "   set boot_once=true\n"
                             "else\n"
                             "   set default=\"DEFAULT\"\n"
                             "fi\n"
                             "function load_video {\n"
                             "  if [ x$feature_all_video_module = xy ]; then\n"
                             "    insmod all_video\n"
                             "  fi\n"
                             "}\n"
                             "menuentry 'Debian GNU/Linux' --class debian --class gnu-linux "
                             "$menuentry_id_option 'gnulinux-simple-1234' {\n"
                             "\tload_video\n"
                             "\tif [ x$grub_platform = xxen ]; then insmod xzio; insmod lzopio; fi\n"
                             "\techo\t'Loading Linux 6.1.0-18-cloud-amd64 ...'\n"
                             "\tlinux\t/boot/vmlinuz-6.1.0-18-cloud-amd64 root=UUID=1234 ro  quiet $extra x\n"
                             "\tinitrd\t/boot/initrd.img-6.1.0-18-cloud-amd64\n"
                             "}\n"
                             "submenu 'Advanced options' $menuentry_id_option 'advanced' {\n"
                             "\tmenuentry 'Debian, with 18' --class x $menuentry_id_option 'a-18' {\n"
                             "\t\tlinux /boot/vmlinuz-6.1.0-18-cloud-amd64 a\n"
                             "\t}\n"
                             "\tmenuentry 'Debian, with 17' $menuentry_id_option 'a-17' {\n"
                             "\t\tlinux /boot/vmlinuz-6.1.0-17-cloud-amd64 b\n"
                             "\t\tinitrd /early.cpio /boot/initrd.img-6.1.0-17-cloud-amd64\n"
                             "\t}\n"
                             "}\n"
                             "menuentry 'Memory test' { linux16 /boot/memtest86+x64.bin }\n"
                             "menuentry 'UEFI Firmware Settings' --id uefi-firmware {\n"
                             "\tfwsetup\n"
                             "}\n";

static V2vMenu *
parse_debian (const char *def)
{
  V2vMenu *menu = v2v_menu_new ();
  g_auto (GStrv) parts = g_strsplit (debian, "DEFAULT", 2);
  g_autofree char *text = g_strjoinv (def, parts);

  v2v_grub_parse (menu, text);
  return menu;
}

static void
test_grub (void)
{
  g_autoptr (V2vMenu) menu = parse_debian ("0");
  const V2vMenuEntry *m = g_ptr_array_index (menu->entries, 0);

  g_assert_cmpuint (menu->entries->len, ==, 4);
  g_assert_cmpstr (m->entry.title, ==, "Debian GNU/Linux");
  g_assert_cmpstr (m->id, ==, "gnulinux-simple-1234");
  g_assert_cmpstr (m->entry.kernel, ==, "/boot/vmlinuz-6.1.0-18-cloud-amd64");
  g_assert_cmpstr (m->entry.cmdline, ==, "root=UUID=1234 ro quiet x");
  g_assert_cmpstr (m->entry.initrd, ==, "/boot/initrd.img-6.1.0-18-cloud-amd64");
  g_assert_true (v2v_menu_default (menu) == m);
  m = g_ptr_array_index (menu->entries, 2);
  g_assert_cmpstr (m->submenu, ==, "Advanced options");
  g_assert_cmpstr (m->entry.initrd, ==, "/boot/initrd.img-6.1.0-17-cloud-amd64");
  g_assert_false (menu->blscfg);
}

static void
test_grub_default (void)
{
  static const struct {
    const char *spec;
    const char *title;
  } rows[] = {
    { "0", "Debian GNU/Linux" },
    { "1", "Debian, with 18" },
    { "1>1", "Debian, with 17" },
    { "advanced>a-17", "Debian, with 17" },
    { "Advanced options>Debian, with 17", "Debian, with 17" },
    { "gnulinux-simple-1234", "Debian GNU/Linux" },
    { "2", "Memory test" },
    { "nonsense", "Debian GNU/Linux" },
    { "99999999999999999999", "Debian GNU/Linux" },
    { "", "Debian GNU/Linux" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vMenu) menu = parse_debian (rows[i].spec);

    g_assert_cmpstr (v2v_menu_default (menu)->entry.title, ==, rows[i].title);
  }
}

/* GRUB_DEFAULT=saved, and a kernel command line kept in grubenv. */
static void
test_grubenv (void)
{
  static const char env[] = "# GRUB Environment Block\n"
                            "saved_entry=advanced>a-17\n"
                            "kernelopts=root=/dev/x a\\\\b \n"
                            "no equals\n"
                            "###############";
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  g_auto (GStrv) parts = g_strsplit (debian, "DEFAULT", 2);
  g_autofree char *text = g_strjoinv ("${saved_entry}", parts);
  g_autofree char *guarded = g_strconcat ("if [ -z \"${kernelopts}\" ]; then\n"
                                          "  set kernelopts=\"root=/dev/wrong\"\nfi\n",
                                          text, NULL);

  v2v_grubenv_parse (menu, env);
  g_assert_cmpstr (g_hash_table_lookup (menu->vars, "kernelopts"), ==, "root=/dev/x a\\b ");
  v2v_grub_parse (menu, guarded);
  g_assert_cmpstr (v2v_menu_default (menu)->entry.title, ==, "Debian, with 17");
  g_assert_cmpstr (g_hash_table_lookup (menu->vars, "kernelopts"), ==, "root=/dev/x a\\b ");
}

/* Photon keeps the kernel's name in another file. */
static void
test_photon (void)
{
  static const char text[] = "set rootpartition=PARTUUID=1-2\n"
                             "if [ -f /boot/systemd.cfg ]; then\n    load_env -f /boot/systemd.cfg\nelse\n"
                             "    set systemd_cmdline=net.ifnames=0\nfi\n"
                             "load_env -f /boot/photon.cfg\n"
                             "menuentry \"Photon\" {\n"
                             "    linux /boot/$photon_linux root=$rootpartition $photon_cmdline $systemd_cmdline\n"
                             "    if [ -f /boot/$photon_initrd ]; then\n"
                             "        initrd /boot/$photon_initrd\n    fi\n}\n";
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  g_auto (GStrv) files = v2v_grub_dup_env_files (text);
  const V2vMenuEntry *m;

  g_assert_cmpuint (g_strv_length (files), ==, 2);
  g_assert_cmpstr (files[1], ==, "/boot/photon.cfg");
  v2v_grubenv_parse (menu, "photon_cmdline=init=/lib/systemd/systemd ro\n"
                           "photon_linux=vmlinuz-6.1.10\nphoton_initrd=initrd.img-6.1.10\n");
  v2v_grub_parse (menu, text);
  m = v2v_menu_default (menu);
  g_assert_cmpstr (m->entry.kernel, ==, "/boot/vmlinuz-6.1.10");
  g_assert_cmpstr (m->entry.initrd, ==, "/boot/initrd.img-6.1.10");
  g_assert_cmpstr (m->entry.cmdline, ==,
                   "root=PARTUUID=1-2 init=/lib/systemd/systemd ro net.ifnames=0");
}

static void
test_blscfg (void)
{
  g_autoptr (V2vMenu) menu = v2v_menu_new ();

  v2v_grub_parse (menu, "menuentry 'first' { linux /a }\ninsmod blscfg\nblscfg\n"
                        "menuentry 'last' { linux /b }\n");
  g_assert_true (menu->blscfg);
  g_assert_cmpuint (menu->bls_top, ==, 1);
  g_assert_cmpuint (menu->entries->len, ==, 2);
}

static void
test_bls (void)
{
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  const V2vMenuEntry *m;

  v2v_grubenv_parse (menu, "kernelopts=root=UUID=1 ro\n");
  v2v_bls_parse (menu, "m-0-rescue-abc", "title Rescue\nlinux /vmlinuz-0-rescue-abc\n");
  v2v_bls_parse (menu, "m-5.14.0-70.el9",
                 "title RHEL (70)\nversion 5.14.0-70.el9\nlinux /vmlinuz-5.14.0-70.el9\n"
                 "initrd /initramfs-5.14.0-70.el9.img $tuned_initrd\noptions $kernelopts $tuned_params\n");
  v2v_bls_parse (menu, "m-5.14.0-362.el9",
                 "# comment\n title\tRHEL (362)\n linux /vmlinuz-5.14.0-362.el9\r\n"
                 "initrd /ucode.img\ninitrd /initramfs-5.14.0-362.el9.img\noptions a\noptions b\n");
  v2v_bls_parse (menu, "m-none", "title no kernel\n");
  v2v_bls_sort (menu);
  g_assert_cmpuint (menu->entries->len, ==, 3);
  m = g_ptr_array_index (menu->entries, 0);
  g_assert_cmpstr (m->entry.kernel, ==, "/vmlinuz-5.14.0-362.el9");
  g_assert_cmpstr (m->entry.initrd, ==, "/initramfs-5.14.0-362.el9.img");
  g_assert_cmpstr (m->entry.cmdline, ==, "a b");
  g_assert_true (v2v_menu_default (menu) == m);
  m = g_ptr_array_index (menu->entries, 1);
  g_assert_cmpstr (m->entry.initrd, ==, "/initramfs-5.14.0-70.el9.img");
  g_assert_cmpstr (m->entry.cmdline, ==, "root=UUID=1 ro");
  m = g_ptr_array_index (menu->entries, 2);
  g_assert_cmpstr (m->id, ==, "m-0-rescue-abc");

  menu->default_spec = g_strdup ("m-5.14.0-70.el9");
  g_assert_cmpstr (v2v_menu_default (menu)->entry.title, ==, "RHEL (70)");
}

static void
test_grub_legacy (void)
{
  static const char text[] = "# grub.conf\ndefault=1\ntimeout 0\nhiddenmenu\n"
                             "title Other OS\n\trootnoverify (hd0,1)\n\tchainloader +1\n"
                             "title Amazon Linux 2018.03 (4.14.200)\nroot (hd0,0)\n"
                             "kernel /boot/vmlinuz-4.14.200 root=LABEL=/ console=ttyS0\n"
                             "initrd /boot/initramfs-4.14.200.img\n"
                             "title Old\nkernel --no-mem-option (hd0,0)/vmlinuz-4.9 root=LABEL=/\n";
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  const V2vMenuEntry *m;

  v2v_grub_legacy_parse (menu, text);
  g_assert_cmpuint (menu->entries->len, ==, 2);
  m = v2v_menu_default (menu);
  g_assert_cmpstr (m->entry.kernel, ==, "/boot/vmlinuz-4.14.200");
  g_assert_cmpstr (m->entry.cmdline, ==, "root=LABEL=/ console=ttyS0");
  g_assert_cmpstr (m->entry.initrd, ==, "/boot/initramfs-4.14.200.img");
  m = g_ptr_array_index (menu->entries, 1);
  g_assert_cmpstr (m->entry.kernel, ==, "(hd0,0)/vmlinuz-4.9");
}

static void
test_extlinux (void)
{
  static const char text[] = "DEFAULT virt\nPROMPT 0\nLABEL lts\n  MENU LABEL Linux lts\n"
                             "  LINUX vmlinuz-lts\n  INITRD initramfs-lts\n  APPEND root=UUID=1 ro\n"
                             "LABEL virt\n  KERNEL /vmlinuz-virt\n  APPEND initrd=/initramfs-virt root=UUID=1\n";
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  const V2vMenuEntry *m;

  v2v_extlinux_parse (menu, text);
  g_assert_cmpuint (menu->entries->len, ==, 2);
  m = v2v_menu_default (menu);
  g_assert_cmpstr (m->entry.kernel, ==, "/vmlinuz-virt");
  g_assert_cmpstr (m->entry.initrd, ==, "/initramfs-virt");
  m = g_ptr_array_index (menu->entries, 0);
  g_assert_cmpstr (m->entry.title, ==, "Linux lts");
  g_assert_cmpstr (m->entry.cmdline, ==, "root=UUID=1 ro");
}

static void
test_systemd_boot (void)
{
  g_autoptr (V2vMenu) menu = v2v_menu_new ();

  v2v_loader_conf_parse (menu, "timeout 3\n#default x\ndefault abc-*-lts.conf\n");
  v2v_bls_parse (menu, "abc-6.9", "title new\nlinux /abc/6.9/linux\n");
  v2v_bls_parse (menu, "abc-6.6-lts", "title lts\nlinux /abc/6.6-lts/linux\n");
  v2v_bls_sort (menu);
  g_assert_cmpstr (v2v_menu_default (menu)->entry.title, ==, "lts");
}

static void
test_systemd_boot_not_utf8 (void)
{
  g_autoptr (V2vMenu) menu = v2v_menu_new ();

  v2v_loader_conf_parse (menu, "default *a9\xf2\xa1\x01?\n");
  v2v_bls_parse (menu, "abc-a9\xf2\xa1\x01x", "title odd\nlinux /abc/linux\n");
  v2v_bls_parse (menu, "abc-6.9", "title new\nlinux /abc/6.9/linux\n");
  v2v_bls_sort (menu);
  g_assert_cmpstr (v2v_menu_default (menu)->entry.title, ==, "odd");
}

static void
test_empty (void)
{
  g_autoptr (V2vMenu) menu = v2v_menu_new ();

  v2v_grub_parse (menu, "");
  v2v_grub_legacy_parse (menu, "title x\n");
  v2v_extlinux_parse (menu, "label x\n");
  g_assert_cmpuint (menu->entries->len, ==, 0);
  g_assert_null (v2v_menu_default (menu));
}

/* Doubling a variable twenty times, deep braces, thousands of entries. */
static void
test_bombs (void)
{
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  g_autoptr (GString) text = g_string_new ("set a=xxxxxxxxxxxxxxxx\n");

  for (int i = 0; i < 200; i++)
    g_string_append (text, "set a=\"$a$a\"\n");
  for (int i = 0; i < 5000; i++)
    g_string_append (text, "submenu x { if y { menuentry \"$a\" { linux /k $a $a\n");
  for (int i = 0; i < 2000; i++)
    g_string_append (text, "}\n}\n}\n");
  for (int i = 0; i < 2000; i++)
    g_string_append (text, "menuentry z { linux /k }\n");
  v2v_grub_parse (menu, text->str);
  g_assert_cmpuint (menu->entries->len, <=, V2V_BOOT_ENTRIES_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/boot-menu/grub", test_grub);
  g_test_add_func ("/boot-menu/grub-default", test_grub_default);
  g_test_add_func ("/boot-menu/grubenv", test_grubenv);
  g_test_add_func ("/boot-menu/photon", test_photon);
  g_test_add_func ("/boot-menu/blscfg", test_blscfg);
  g_test_add_func ("/boot-menu/bls", test_bls);
  g_test_add_func ("/boot-menu/grub-legacy", test_grub_legacy);
  g_test_add_func ("/boot-menu/extlinux", test_extlinux);
  g_test_add_func ("/boot-menu/systemd-boot", test_systemd_boot);
  g_test_add_func ("/boot-menu/systemd-boot-not-utf8", test_systemd_boot_not_utf8);
  g_test_add_func ("/boot-menu/empty", test_empty);
  g_test_add_func ("/boot-menu/bombs", test_bombs);
  return g_test_run ();
}
