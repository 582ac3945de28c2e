/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-kernel-args.h"

static const char *const xen[] = { "console=hvc0*", "xen_blkfront.*", "rd.shell=0",
                                   "rd.emergency=poweroff", "tsc=reliable", NULL };
static const char *const quiet[] = { "quiet", NULL };
static const char *const tty0[] = { "console=tty0", NULL };
static const char *const dyndbg[] = { "dyndbg=\"file a +p\"", NULL };
static const char *const two[] = { "a=1", "b", NULL };

static const struct {
  const char *name;
  int kind;
  const char *const *remove;
  const char *const *add;
  gboolean root;
  const char *before, *after; /* after NULL = the same */
} rows[] = {
  /* /etc/default/grub */
  { "default/al2", DEFAULT, xen, NULL, FALSE,
    "GRUB_CMDLINE_LINUX_DEFAULT=\"console=tty0 console=ttyS0,115200n8 net.ifnames=0 "
    "biosdevname=0 nvme_core.io_timeout=4294967295 rd.emergency=poweroff rd.shell=0\"\n"
    "GRUB_TIMEOUT=0\nGRUB_DISABLE_RECOVERY=\"true\"\nGRUB_TERMINAL=\"ec2-console\"\n",
    "GRUB_CMDLINE_LINUX_DEFAULT=\"console=tty0 console=ttyS0,115200n8 net.ifnames=0 "
    "biosdevname=0 nvme_core.io_timeout=4294967295\"\n"
    "GRUB_TIMEOUT=0\nGRUB_DISABLE_RECOVERY=\"true\"\nGRUB_TERMINAL=\"ec2-console\"\n" },
  { "default/first", DEFAULT, quiet, NULL, FALSE, "GRUB_CMDLINE_LINUX=\"quiet splash\"\n",
    "GRUB_CMDLINE_LINUX=\"splash\"\n" },
  { "default/last", DEFAULT, quiet, NULL, FALSE, "GRUB_CMDLINE_LINUX=\"splash quiet\"",
    "GRUB_CMDLINE_LINUX=\"splash\"" },
  { "default/only", DEFAULT, quiet, NULL, FALSE, "GRUB_CMDLINE_LINUX=\"quiet\"\n",
    "GRUB_CMDLINE_LINUX=\"\"\n" },
  { "default/middle-keeps-blanks", DEFAULT, quiet, NULL, FALSE,
    "GRUB_CMDLINE_LINUX=\"a  quiet  b\"\n", "GRUB_CMDLINE_LINUX=\"a   b\"\n" },
  { "default/twice", DEFAULT, quiet, NULL, FALSE,
    "GRUB_CMDLINE_LINUX=\"quiet quiet a quiet\"\n", "GRUB_CMDLINE_LINUX=\"a\"\n" },
  { "default/single-quotes", DEFAULT, quiet, tty0, FALSE,
    "GRUB_CMDLINE_LINUX='quiet a'\n", "GRUB_CMDLINE_LINUX='a console=tty0'\n" },
  { "default/unquoted", DEFAULT, NULL, tty0, FALSE, "GRUB_CMDLINE_LINUX=quiet # x\n",
    "GRUB_CMDLINE_LINUX=\"quiet console=tty0\" # x\n" },
  { "default/unquoted-gone", DEFAULT, quiet, NULL, FALSE, "GRUB_CMDLINE_LINUX=quiet\n",
    "GRUB_CMDLINE_LINUX=\n" },
  { "default/empty", DEFAULT, NULL, tty0, FALSE, "GRUB_CMDLINE_LINUX=\r\nA=b",
    "GRUB_CMDLINE_LINUX=\"console=tty0\"\r\nA=b" },
  { "default/empty-quotes", DEFAULT, NULL, tty0, FALSE, "GRUB_CMDLINE_LINUX=\"\"\n",
    "GRUB_CMDLINE_LINUX=\"console=tty0\"\n" },
  { "default/mixed-quotes", DEFAULT, quiet, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=quiet\" splash\"' x'\n",
    "GRUB_CMDLINE_LINUX=\"splash\"' x console=tty0'\n" },
  { "default/escaped-blank", DEFAULT, quiet, tty0, FALSE, "GRUB_CMDLINE_LINUX=a\\ quiet\n",
    "GRUB_CMDLINE_LINUX=a\" console=tty0\"\n" },
  { "default/backslash-before", DEFAULT, quiet, NULL, FALSE,
    "GRUB_CMDLINE_LINUX=\"a\\ quiet\" x\n", "GRUB_CMDLINE_LINUX=\"a\\ \" x\n" },
  { "default/continued", DEFAULT, quiet, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=\"a \\\nquiet \\\n  b\"\n",
    "GRUB_CMDLINE_LINUX=\"a\\\n \\\n  b console=tty0\"\n" },
  { "default/self-reference", DEFAULT, quiet, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=\"a\"\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX quiet\"\n",
    "GRUB_CMDLINE_LINUX=\"a console=tty0\"\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX\"\n" },
  { "default/self-reference-in-word", DEFAULT, (const char *const[]){ "a=*", NULL }, NULL, FALSE,
    "GRUB_CMDLINE_LINUX=\"a=$GRUB_CMDLINE_LINUX a=$x\"\n", NULL },
  { "default/only-self-reference", DEFAULT, NULL, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=\"${GRUB_CMDLINE_LINUX} x\"\n",
    "GRUB_CMDLINE_LINUX=\"${GRUB_CMDLINE_LINUX} x console=tty0\"\n" },
  { "default/present-in-other", DEFAULT, NULL, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=\"\"\nGRUB_CMDLINE_LINUX_DEFAULT=\"console=tty0 quiet\"\n", NULL },
  { "default/present-but-overridden", DEFAULT, NULL, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=\"console=tty0\"\nGRUB_CMDLINE_LINUX=\"quiet\"\n",
    "GRUB_CMDLINE_LINUX=\"console=tty0\"\nGRUB_CMDLINE_LINUX=\"quiet console=tty0\"\n" },
  { "default/branches", DEFAULT, quiet, tty0, FALSE,
    "if [ -e /x ]; then GRUB_CMDLINE_LINUX=\"quiet\"; else\n\tGRUB_CMDLINE_LINUX='b'\nfi\n",
    "if [ -e /x ]; then GRUB_CMDLINE_LINUX=\"console=tty0\"; else\n"
    "\tGRUB_CMDLINE_LINUX='b console=tty0'\nfi\n" },
  { "default/no-variable", DEFAULT, NULL, two, FALSE, "GRUB_TIMEOUT=0",
    "GRUB_TIMEOUT=0\nGRUB_CMDLINE_LINUX=\"a=1 b\"\n" },
  { "default/only-default", DEFAULT, NULL, tty0, FALSE,
    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet console=tty0\"\n" },
  { "default/comment", DEFAULT, quiet, NULL, FALSE,
    "# don't: GRUB_CMDLINE_LINUX=\"quiet\"\n#GRUB_CMDLINE_LINUX=\"quiet\"\n", NULL },
  { "default/xen", DEFAULT, quiet, NULL, FALSE,
    "GRUB_CMDLINE_XEN=\"quiet\"\nGRUB_CMDLINE_LINUX_XEN_REPLACE=\"quiet\"\n", NULL },
  { "default/no-assignment", DEFAULT, quiet, NULL, FALSE,
    "echo GRUB_CMDLINE_LINUX=\"quiet\"\n", NULL },
  { "default/export", DEFAULT, quiet, NULL, FALSE,
    "export GRUB_CMDLINE_LINUX=\"quiet x\"\nA=b GRUB_CMDLINE_LINUX=\"x quiet\"\n",
    "export GRUB_CMDLINE_LINUX=\"x\"\nA=b GRUB_CMDLINE_LINUX=\"x\"\n" },
  { "default/inner-quotes", DEFAULT, dyndbg, NULL, FALSE,
    "GRUB_CMDLINE_LINUX=\"a dyndbg=\\\"file a +p\\\" b\"\n", "GRUB_CMDLINE_LINUX=\"a dyndbg=\\\"file a +p\\\" b\"\n" },
  { "default/inner-quotes-glob", DEFAULT, (const char *const[]){ "dyndbg=file a*", NULL }, NULL,
    FALSE, "GRUB_CMDLINE_LINUX=\"a dyndbg=\\\"file a +p\\\" b\"\n",
    "GRUB_CMDLINE_LINUX=\"a b\"\n" },
  { "default/add-quoted", DEFAULT, NULL, dyndbg, FALSE, "GRUB_CMDLINE_LINUX=\"a\"\n",
    "GRUB_CMDLINE_LINUX=\"a dyndbg=\\\"file a +p\\\"\"\n" },
  { "default/command", DEFAULT, quiet, NULL, FALSE,
    "GRUB_CMDLINE_LINUX=\"$(cat \"/x quiet\") quiet a\"\n",
    "GRUB_CMDLINE_LINUX=\"$(cat \"/x quiet\") a\"\n" },
  { "default/open-command", DEFAULT, quiet, two, FALSE,
    "GRUB_CMDLINE_LINUX=\"$(cat quiet\"\nGRUB_CMDLINE_LINUX=\"quiet\"\n", NULL },
  { "default/backtick", DEFAULT, quiet, NULL, FALSE,
    "GRUB_CMDLINE_LINUX=\"`cat /x quiet y` quiet\"\n",
    "GRUB_CMDLINE_LINUX=\"`cat /x quiet y`\"\n" },
  { "default/latin1", DEFAULT, quiet, NULL, FALSE,
    "# gr\xfc\xdf\nGRUB_CMDLINE_LINUX=\"\xe9 quiet\"\n", "# gr\xfc\xdf\nGRUB_CMDLINE_LINUX=\"\xe9\"\n" },
  { "default/init-args", DEFAULT, quiet, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=\"a -- quiet\"\n", "GRUB_CMDLINE_LINUX=\"a console=tty0 -- quiet\"\n" },
  { "default/installer-dashes", DEFAULT, quiet, tty0, FALSE,
    "GRUB_CMDLINE_LINUX='--- quiet'\n", "GRUB_CMDLINE_LINUX='console=tty0 ---'\n" },
  { "default/plus-equals", DEFAULT, quiet, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=\"a\"\nGRUB_CMDLINE_LINUX+=\" quiet\"\n",
    "GRUB_CMDLINE_LINUX=\"a console=tty0\"\nGRUB_CMDLINE_LINUX+=\"\"\n" },
  { "default/disable-uuid", DEFAULT, NULL, NULL, TRUE,
    "GRUB_DISABLE_LINUX_UUID=true\n  GRUB_DISABLE_LINUX_UUID=\"true\"\r\n"
    "GRUB_DISABLE_LINUX_UUID=false\n#GRUB_DISABLE_LINUX_UUID=true\nGRUB_DEVICE=/dev/xvda1\n",
    "#GRUB_DISABLE_LINUX_UUID=true\n  #GRUB_DISABLE_LINUX_UUID=\"true\"\r\n"
    "GRUB_DISABLE_LINUX_UUID=false\n#GRUB_DISABLE_LINUX_UUID=true\nGRUB_DEVICE=/dev/xvda1\n" },
  { "default/disable-uuid-stays", DEFAULT, quiet, NULL, FALSE,
    "GRUB_DISABLE_LINUX_UUID=true\n", NULL },
  { "default/root", DEFAULT, NULL, NULL, TRUE,
    "GRUB_CMDLINE_LINUX=\"root=/dev/xvda1 ro resume=/dev/xvda1\"\n",
    "GRUB_CMDLINE_LINUX=\"root=UUID=" UUID " ro resume=UUID=2222-22\"\n" },

  /* grub.cfg */
  /* The last console is /dev/console: it stays the last one. */
  { "default/console-first", DEFAULT, NULL, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=\"quiet console=ttyS0 x\"\n",
    "GRUB_CMDLINE_LINUX=\"quiet console=tty0 console=ttyS0 x\"\n" },
  { "default/console-first-unquoted", DEFAULT, NULL, tty0, FALSE,
    "GRUB_CMDLINE_LINUX=console=ttyS0\n",
    "GRUB_CMDLINE_LINUX=\"console=tty0 console=ttyS0\"\n" },
  { "default/console-first-in-single-quotes", DEFAULT, quiet, tty0, FALSE,
    "GRUB_CMDLINE_LINUX='console=ttyS0 quiet'\n",
    "GRUB_CMDLINE_LINUX='console=tty0 console=ttyS0'\n" },
  { "cfg/console-first", CFG, NULL, tty0, FALSE, "\tlinux /v ro console=ttyS0 -- console=x\n",
    "\tlinux /v ro console=tty0 console=ttyS0 -- console=x\n" },
  { "bls/console-first", BLS, NULL, tty0, FALSE, "linux /v\noptions console=ttyS0 ro\n",
    "linux /v\noptions console=tty0 console=ttyS0 ro\n" },
  { "cfg/debian12", CFG, xen, tty0, FALSE,
    "menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1' {\n"
    "\tload_video\n\tinsmod ext2\n\techo\t'Loading Linux 6.1.0-18-cloud-amd64 ...'\n"
    "\tlinux\t/boot/vmlinuz-6.1.0-18-cloud-amd64 root=PARTUUID=aaaa ro  console=tty1 "
    "console=ttyS0 console=hvc0 \n"
    "\techo\t'Loading initial ramdisk ...'\n\tinitrd\t/boot/initrd.img-6.1.0-18-cloud-amd64\n}\n",
    "menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1' {\n"
    "\tload_video\n\tinsmod ext2\n\techo\t'Loading Linux 6.1.0-18-cloud-amd64 ...'\n"
    "\tlinux\t/boot/vmlinuz-6.1.0-18-cloud-amd64 root=PARTUUID=aaaa ro  console=tty0 console=tty1 "
    "console=ttyS0 \n"
    "\techo\t'Loading initial ramdisk ...'\n\tinitrd\t/boot/initrd.img-6.1.0-18-cloud-amd64\n}\n" },
  { "cfg/el7", CFG, xen, NULL, TRUE,
    "\tlinux16 /boot/vmlinuz-3.10.0-1160.el7.x86_64 root=/dev/xvda1 ro crashkernel=auto "
    "rd.shell=0 LANG=en_US.UTF-8\n\tinitrd16 /boot/initramfs-3.10.0-1160.el7.x86_64.img\n",
    "\tlinux16 /boot/vmlinuz-3.10.0-1160.el7.x86_64 root=UUID=" UUID " ro crashkernel=auto "
    "LANG=en_US.UTF-8\n\tinitrd16 /boot/initramfs-3.10.0-1160.el7.x86_64.img\n" },
  { "cfg/no-initrd", CFG, NULL, NULL, TRUE,
    "linux /a root=/dev/xvda1\nlinuxefi /b root=/dev/xvda1\ninitrdefi /i\n"
    "menuentry x {\n linux /c root=/dev/nvme0n1p1\n}\nmenuentry y {\ninitrd /i\n}\n",
    "linux /a root=PARTUUID=aaaa-01\nlinuxefi /b root=UUID=" UUID "\ninitrdefi /i\n"
    "menuentry x {\n linux /c root=PARTUUID=aaaa-01\n}\nmenuentry y {\ninitrd /i\n}\n" },
  { "cfg/variables", CFG, (const char *const[]){ "*", NULL }, NULL, FALSE,
    "linux $kernel ${extra_cmdline} $vt_handoff \"${x}\" a\n",
    "linux $kernel ${extra_cmdline} $vt_handoff \"${x}\"\n" },
  { "cfg/open-variable", CFG, quiet, two, FALSE, "linux /v quiet\nlinux /v quiet ${x\n",
    "linux /v a=1 b\nlinux /v quiet ${x\n" },
  { "cfg/quoted", CFG, (const char *const[]){ "dyndbg=file a*", "x", NULL }, dyndbg, FALSE,
    "linux /v \"dyndbg=file a b\" 'x' \"keep  x\"\n",
    "linux /v \"keep  x\" 'dyndbg=file a +p'\n" },
  { "cfg/quoted-part", CFG, NULL, dyndbg, FALSE, "linux /v dyndbg=\"file a +p\"\n", NULL },
  { "cfg/inline", CFG, quiet, tty0, FALSE,
    "menuentry \"x\" { linux /v quiet a; initrd /i; }\n",
    "menuentry \"x\" { linux /v a console=tty0; initrd /i; }\n" },
  { "cfg/no-args", CFG, NULL, tty0, FALSE, "linux /v\r\n", "linux /v console=tty0\r\n" },
  { "cfg/all-args-go", CFG, quiet, NULL, FALSE, "linux /v quiet\r\nx", "linux /v\r\nx" },
  { "cfg/continued", CFG, quiet, NULL, FALSE, "linux /v a \\\n quiet b\n",
    "linux /v a \\\n b\n" },
  { "cfg/comment", CFG, quiet, NULL, FALSE,
    "# it's a comment: linux /v quiet\nlinux /v a # quiet\n  #linux /v quiet\n", NULL },
  { "cfg/title", CFG, quiet, NULL, FALSE,
    "menuentry 'it'\\''s linux quiet' {\nlinux /v quiet\n}\n",
    "menuentry 'it'\\''s linux quiet' {\nlinux /v\n}\n" },
  { "cfg/open-quote", CFG, quiet, tty0, FALSE, "linux \"/v quiet\nlinux /v quiet\n", NULL },
  { "cfg/memtest", CFG, quiet, tty0, FALSE,
    "linux16 /boot/memtest86+x64.bin quiet\nlinux /boot/xen-4.17 quiet\n", NULL },
  { "cfg/version-like-bss", CFG, quiet, NULL, FALSE, "linux /vmlinuz-5.10.0 quiet\n",
    "linux /vmlinuz-5.10.0\n" },
  { "cfg/kernelopts", CFG, xen, tty0, FALSE,
    "if [ -z \"${kernelopts}\" ]; then\n  set kernelopts=\"root=UUID=x ro rd.shell=0 \"\nfi\n"
    "linux /v $kernelopts\n",
    "if [ -z \"${kernelopts}\" ]; then\n  set kernelopts=\"root=UUID=x ro console=tty0 \"\nfi\n"
    "linux /v $kernelopts\n" },
  { "cfg/default-kernelopts", CFG, NULL, tty0, FALSE,
    "set default_kernelopts=\"root=UUID=x \"\nset kernelopts=\"$default_kernelopts\"\n",
    "set default_kernelopts=\"root=UUID=x console=tty0 \"\nset kernelopts=\"$default_kernelopts\"\n" },
  { "cfg/stub", CFG, quiet, tty0, TRUE,
    "search --no-floppy --fs-uuid --set=dev 1234\nset prefix=($dev)/grub2\n"
    "export $prefix\nconfigfile $prefix/grub.cfg\n", NULL },
  { "cfg/kiwi", CFG, quiet, NULL, FALSE, "    $linux ($root)/boot/vmlinuz quiet ${a}\n",
    "    $linux ($root)/boot/vmlinuz ${a}\n" },
  { "cfg/rootflags", CFG, (const char *const[]){ "root*", NULL }, NULL, FALSE,
    "linux /v root=/dev/xvda1 rootflags=subvol=@ x", "linux /v x" },

  /* Boot Loader Specification */
  { "bls/el9", BLS, xen, tty0, FALSE,
    "title Red Hat Enterprise Linux (5.14.0)\nversion 5.14.0\nlinux /boot/vmlinuz-5.14.0\n"
    "initrd /boot/initramfs-5.14.0.img $tuned_initrd\noptions root=UUID=x console=ttyS0,115200n8 "
    "rd.shell=0 no_timer_check $tuned_params\ngrub_users $grub_users\n",
    "title Red Hat Enterprise Linux (5.14.0)\nversion 5.14.0\nlinux /boot/vmlinuz-5.14.0\n"
    "initrd /boot/initramfs-5.14.0.img $tuned_initrd\noptions root=UUID=x console=tty0 "
    "console=ttyS0,115200n8 no_timer_check $tuned_params\ngrub_users $grub_users\n" },
  { "bls/kernelopts-nowhere-else", BLS, NULL, tty0, FALSE, "linux /v\noptions $kernelopts\n",
    "linux /v\noptions $kernelopts console=tty0\n" },
  { "bls/several", BLS, quiet, tty0, FALSE,
    "linux /v\noptions\troot=UUID=x quiet\noptions    a quiet\noptions\n",
    "linux /v\noptions\troot=UUID=x\noptions    a console=tty0\noptions\n" },
  { "bls/several-present", BLS, NULL, tty0, FALSE,
    "linux /v\noptions console=tty0\noptions a\n", NULL },
  { "bls/no-options", BLS, NULL, two, FALSE, "linux /v", "linux /v\noptions a=1 b\n" },
  { "bls/crlf", BLS, quiet, tty0, FALSE, "linux /v\r\noptions quiet a\r\n",
    "linux /v\r\noptions a console=tty0\r\n" },
  { "bls/no-kernel", BLS, NULL, tty0, FALSE, "title x\n", NULL },
  { "bls/comment", BLS, quiet, NULL, FALSE, "#options quiet\noptions-x quiet\n", NULL },
  { "bls/root", BLS, NULL, NULL, TRUE, "options root=/dev/nvme0n1p1 rw\ninitrd /i\nlinux /v\n",
    "options root=UUID=" UUID " rw\ninitrd /i\nlinux /v\n" },
  { "bls/root-quoted", BLS, NULL, NULL, TRUE,
    "initrd /i\noptions root=\"/dev/nvme0n1p1\" \"root=/dev/xvda1\"\n",
    "initrd /i\noptions root=\"UUID=" UUID "\" \"root=UUID=" UUID "\"\n" },
  { "bls/blank-in-quotes", BLS, (const char *const[]){ "quiet", "a=*", NULL }, NULL, FALSE,
    "options x \"b quiet\" a=\"1 2\" y\n", "options x \"b quiet\" y\n" },

  /* /etc/kernel/cmdline */
  { "cmdline/al2023", CMDLINE, xen, NULL, FALSE,
    "root=UUID=x ro console=tty0 console=ttyS0,115200n8 rd.emergency=poweroff rd.shell=0 "
    "selinux=1 security=selinux quiet\n",
    "root=UUID=x ro console=tty0 console=ttyS0,115200n8 selinux=1 security=selinux quiet\n" },
  { "cmdline/line-start", CMDLINE, quiet, NULL, FALSE, "quiet a", "a" },
  { "cmdline/line-end", CMDLINE, quiet, NULL, FALSE, "a quiet", "a" },
  { "cmdline/lines", CMDLINE, quiet, tty0, FALSE, "# quiet\nroot=x\n\tquiet\n\n",
    "# quiet\nroot=x console=tty0\n\t\n\n" },
  { "cmdline/empty", CMDLINE, NULL, tty0, FALSE, "", "console=tty0" },
  { "cmdline/blank-line", CMDLINE, NULL, tty0, FALSE, "\n", "console=tty0\n" },
  { "cmdline/present", CMDLINE, NULL, tty0, FALSE, "a\nconsole=tty0\nb\n", NULL },
  { "cmdline/kept-when-wanted", CMDLINE, (const char *const[]){ "console=*", NULL }, tty0,
    FALSE, "console=tty0 console=ttyS0 a\n", "console=tty0 a\n" },
  { "cmdline/dash-is-underscore", CMDLINE, xen, NULL, FALSE,
    "a xen-blkfront.max=3 rd.shell=0 b=rd-shell\n", "a b=rd-shell\n" },
  { "cmdline/open-quote", CMDLINE, quiet, NULL, FALSE, "a \"b quiet\n", NULL },

  /* GRUB 0.97 */
  { "legacy/al1", LEGACY, xen, NULL, TRUE,
    "default=0\ntimeout=0\nhiddenmenu\n\ntitle Amazon Linux 2018.03 (4.14)\nroot (hd0,0)\n"
    "kernel /boot/vmlinuz-4.14 root=/dev/xvda1 console=tty1 console=ttyS0 selinux=0 "
    "tsc=reliable\ninitrd /boot/initramfs-4.14.img\n",
    "default=0\ntimeout=0\nhiddenmenu\n\ntitle Amazon Linux 2018.03 (4.14)\nroot (hd0,0)\n"
    "kernel /boot/vmlinuz-4.14 root=UUID=" UUID " console=tty1 console=ttyS0 selinux=0"
    "\ninitrd /boot/initramfs-4.14.img\n" },
  { "legacy/debian-magic", LEGACY, quiet, tty0, FALSE,
    "## e.g. kopt=root=/dev/hda1 quiet\n# kopt=root=UUID=x ro console=hvc0\n"
    "# kopt_2_6=ro quiet\n# defoptions=quiet splash\n# xenkopt=quiet\n# alternative=true\n"
    "title a\nkernel\t\t(hd0)/vmlinuz root=UUID=x ro quiet\n",
    "## e.g. kopt=root=/dev/hda1 quiet\n# kopt=root=UUID=x ro console=tty0 console=hvc0\n"
    "# kopt_2_6=ro\n# defoptions=splash\n# xenkopt=\n# alternative=true\n"
    "title a\nkernel\t\t(hd0)/vmlinuz root=UUID=x ro console=tty0\n" },
  { "legacy/options", LEGACY, quiet, tty0, FALSE,
    "kernel --no-mem-option --type=linux /vmlinuz quiet\nkernel /boot/xen.gz quiet\n"
    "module /vmlinuz quiet\nkernel=/vmlinuz quiet\nkernel\n",
    "kernel --no-mem-option --type=linux /vmlinuz console=tty0\nkernel /boot/xen.gz quiet\n"
    "module /vmlinuz quiet\nkernel=/vmlinuz console=tty0\nkernel\n" },

  { "legacy/only-an-option", LEGACY, NULL, tty0, FALSE, "kernel --\n", NULL },

  /* extlinux */
  { "extlinux/labels", EXTLINUX, quiet, tty0, TRUE,
    "DEFAULT l0\nAPPEND quiet\nLABEL l0\n  MENU LABEL quiet\n  LINUX /vmlinuz\n  INITRD /i\n"
    "  append root=/dev/xvda1 quiet\nlabel hw\n  com32 hdt.c32\n  append quiet\n"
    "label m\n  append quiet\n  kernel memtest\nlabel n\n  append -\n  kernel /vmlinuz\n"
    "label p\n append root=/dev/xvda1 initrd=/i\nlabel q\n append root=/dev/xvda1\n",
    "DEFAULT l0\nAPPEND console=tty0\nLABEL l0\n  MENU LABEL quiet\n  LINUX /vmlinuz\n  INITRD /i\n"
    "  append root=UUID=" UUID " console=tty0\nlabel hw\n  com32 hdt.c32\n  append\n"
    "label m\n  append\n  kernel memtest\nlabel n\n  append -\n  kernel /vmlinuz\n"
    "label p\n append root=UUID=" UUID " initrd=/i console=tty0\nlabel q\n"
    " append root=PARTUUID=aaaa-01 console=tty0\n" },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  guint asked = 0;
  V2vKernelArgsEdit edit = { .remove = rows[i].remove, .add = rows[i].add,
                             .rename = rows[i].root ? rename_root : NULL,
                             .user_data = &asked };
  g_autofree char *once = edit_one (rows[i].kind, rows[i].before, &edit);
  g_autofree char *twice = edit_one (rows[i].kind, once, &edit);

  g_assert_cmpstr (once, ==, rows[i].after != NULL ? rows[i].after : rows[i].before);
  g_assert_cmpstr (twice, ==, once);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/kernel-args/%s", rows[i].name);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
