/* SPDX-License-Identifier: GPL-2.0-or-later
 * The actions kernel-args and fstab and the predicate cmdline, on trees.
 */
#include <config.h>

#include "test-when.h"
#include "v2v-action.h"
#include "v2v-root-names.h"
#include "v2v-stable-name.h"

#define UUID "11111111-1111-4111-8111-111111111111"
#define SWAP "22222222-2222-4222-8222-222222222222"
#define DATA "33333333-3333-4333-8333-333333333333"

/* An EC2 disk: a root partition and swap; and a second disk without a table. */
static void
add_disks (V2vGuest *guest)
{
  static const struct {
    const char *device, *type, *uuid, *partuuid;
  } all[] = { { "/dev/sda1", "xfs", UUID, "aaaaaaaa-01" },
              { "/dev/sda2", "swap", SWAP, "aaaaaaaa-02" },
              { "/dev/sdb", "ext4", DATA, NULL } };

  for (guint i = 0; i < 2; i++) {
    V2vDiskFact *disk = v2v_guest_add_disk (guest);

    disk->index = i;
    disk->device = g_strdup_printf ("/dev/sd%c", 'a' + (int) i);
    disk->table = i == 0 ? g_strdup ("gpt") : NULL;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
    V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

    fs->device = g_strdup (all[i].device);
    fs->type = g_strdup (all[i].type);
    fs->uuid = g_strdup (all[i].uuid);
    if (all[i].partuuid != NULL) {
      V2vPartition *part = v2v_guest_add_partition (guest);

      part->device = g_strdup (all[i].device);
      part->number = (guint) i + 1;
      part->partuuid = g_strdup (all[i].partuuid);
    }
  }
  guest->root = g_strdup ("/dev/sda1");
}

/* A draft remembers what it has read of the tree. */
static void
renew (When *when)
{
  v2v_draft_free (when->context.draft);
  when->context.draft = v2v_draft_new (when->tree->fs);
}

static gpointer
parse (const char *text, const V2vActionOps **out_ops, GError **error)
{
  g_autoptr (V2vYaml) yaml = v2v_yaml_parse (text, strlen (text), "t.yaml", error);
  V2vArgsScope scope = { "t.yaml", NULL };
  const V2vYamlNode *root;
  const char *name;
  g_autoptr (V2vArgs) args = NULL;
  gpointer data;

  g_assert_nonnull (yaml);
  root = v2v_yaml_document (yaml, 0);
  name = ((const V2vYamlNode *) g_ptr_array_index (root->keys, 0))->text;
  *out_ops = v2v_action_find (name);
  g_assert_nonnull (*out_ops);
  args = v2v_args_new (g_ptr_array_index (root->values, 0), name, (*out_ops)->shorthand, &scope,
                       error);
  if (args == NULL)
    return NULL;
  data = (*out_ops)->parse (args, error);
  if (data != NULL && !v2v_args_finish (args, error))
    (*out_ops)->free (g_steal_pointer (&data));
  return data;
}

static gboolean
apply (When *when, const char *text, GError **error)
{
  const V2vActionOps *ops;
  gpointer data = parse (text, &ops, error);
  gboolean ok;

  g_assert_nonnull (data);
  g_ptr_array_set_size (when->context.warnings, 0);
  ok = ops->apply (data, &when->context, error);
  ops->free (data);
  return ok;
}

static void
apply_ok (When *when, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = apply (when, text, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

#define assert_draft(when, path, expected)                                                 \
  G_STMT_START {                                                                           \
    g_autofree char *text_ = NULL;                                                         \
    g_autoptr (GError) error_ = NULL;                                                      \
    g_assert_true (v2v_draft_read_text ((when)->context.draft, path, &text_, &error_));    \
    g_assert_no_error (error_);                                                            \
    g_assert_cmpstr (text_, ==, expected);                                                 \
  } G_STMT_END

#define assert_warning(when, i, expected)                                                  \
  G_STMT_START {                                                                           \
    g_assert_cmpuint ((when)->context.warnings->len, >, i);                                \
    g_assert_cmpstr ((when)->context.warnings->pdata[i], ==, expected);                    \
  } G_STMT_END

/* EL8: grubenv is a link to the EFI partition, entries refer to it. */
static void
write_el8 (When *when)
{
  char block[1025];

  memset (block, '#', sizeof block - 1);
  block[1024] = '\0';
  memcpy (block, "# GRUB Environment Block\nkernelopts=root=/dev/nvme0n1p1 ro rd.shell=0 \n",
          strlen ("# GRUB Environment Block\nkernelopts=root=/dev/nvme0n1p1 ro rd.shell=0 \n"));
  tree_write (when->tree, "/boot/efi/EFI/redhat/grubenv", block);
  tree_link (when->tree, "/boot/grub2/grubenv", "../efi/EFI/redhat/grubenv");
  tree_write (when->tree, "/boot/loader/entries/a.conf",
              "linux /vmlinuz-4.18\ninitrd /i\noptions $kernelopts $tuned_params\n");
  tree_write (when->tree, "/etc/default/grub", "GRUB_CMDLINE_LINUX=\"rd.shell=0\"\n");
  tree_write (when->tree, "/etc/fstab", "UUID=" UUID " / xfs defaults 0 0\n");
}

static void
test_el8 (void)
{
  g_autoptr (When) when = when_new ();
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  const char *action = "kernel-args: {remove: rd.shell=0, add: [console=tty0], root: uuid}";

  write_el8 (when);
  add_disks (when->tree->guest);
  v2v_draft_begin (when->context.draft);
  apply_ok (when, action);
  g_assert_cmpuint (when->context.warnings->len, ==, 0);
  changes = v2v_draft_end (when->context.draft);
  g_assert_cmpuint (changes->len, ==, 2);
  g_assert_cmpstr (((V2vFileChange *) changes->pdata[0])->path, ==,
                   "/boot/efi/EFI/redhat/grubenv");
  assert_draft (when, "/etc/default/grub", "GRUB_CMDLINE_LINUX=\"console=tty0\"\n");
  assert_draft (when, "/boot/loader/entries/a.conf",
                "linux /vmlinuz-4.18\ninitrd /i\noptions $kernelopts $tuned_params\n");
  g_assert_true (v2v_draft_read_text (when->context.draft, "/boot/grub2/grubenv", &text, NULL));
  g_assert_cmpuint (strlen (text), ==, 1024);
  g_assert_true (g_str_has_prefix (text, "# GRUB Environment Block\nkernelopts=root=UUID=" UUID
                                         " ro console=tty0 \n###"));

  /* Twice is once. */
  g_clear_pointer (&changes, g_ptr_array_unref);
  v2v_draft_begin (when->context.draft);
  apply_ok (when, action);
  changes = v2v_draft_end (when->context.draft);
  g_assert_cmpuint (changes->len, ==, 0);
}

static void
test_al1 (void)
{
  g_autoptr (When) when = when_new ();

  add_disks (when->tree->guest);
  tree_write (when->tree, "/boot/grub/grub.conf",
              "title a\nkernel /boot/vmlinuz root=/dev/xvda1 console=ttyS0\ninitrd /i\n"
              "title b\nkernel /boot/vmlinuz root=/dev/xvda1\n"
              "title c\nkernel /boot/vmlinuz root=LABEL=/ resume=/dev/xvda2\n");
  tree_link (when->tree, "/boot/grub/menu.lst", "./grub.conf");
  tree_link (when->tree, "/etc/grub.conf", "../boot/grub/grub.conf");
  apply_ok (when, "kernel-args: {root: uuid}");
  assert_draft (when, "/boot/grub/menu.lst",
                "title a\nkernel /boot/vmlinuz root=UUID=" UUID " console=ttyS0\ninitrd /i\n"
                "title b\nkernel /boot/vmlinuz root=PARTUUID=aaaaaaaa-01\n"
                "title c\nkernel /boot/vmlinuz root=LABEL=/ resume=PARTUUID=aaaaaaaa-02\n");
  g_assert_cmpuint (when->context.warnings->len, ==, 0);
}

/* fstab mounts swap nowhere, and writes that as it likes. */
static void
test_resume_from_listed_swap (void)
{
  static const char *const nowhere[] = { "none", "swap", "-" };

  for (gsize i = 0; i < G_N_ELEMENTS (nowhere); i++) {
    g_autoptr (When) when = when_new ();
    g_autofree char *fstab = g_strdup_printf ("UUID=" UUID " / xfs defaults 0 0\n"
                                              "UUID=" SWAP " %s swap defaults 0 0\n",
                                              nowhere[i]);

    add_disks (when->tree->guest);
    tree_write (when->tree, "/etc/fstab", fstab);
    tree_write (when->tree, "/etc/kernel/cmdline", "ro resume=/dev/nvme0n1p2\n");
    apply_ok (when, "kernel-args: {root: uuid}");
    assert_draft (when, "/etc/kernel/cmdline", "ro resume=UUID=" SWAP "\n");
  }
}

static void
test_unresolved_root (void)
{
  g_autoptr (When) when = when_new ();
  const char *text = "linux /v root=/dev/xvda7 resume=/dev/xvda9\nlinux /v root=/dev/xvda7\n";

  add_disks (when->tree->guest);
  tree_write (when->tree, "/boot/grub/grub.cfg", text);
  apply_ok (when, "kernel-args: {root: uuid}");
  assert_draft (when, "/boot/grub/grub.cfg", text);
  g_assert_cmpuint (when->context.warnings->len, ==, 1);
  assert_warning (when, 0,
                  "/boot/grub/grub.cfg line 1: 'root=/dev/xvda7' is left as it is, the guest "
                  "may not boot: its disk has no partition 7");
}

static void
test_unknown_disks (void)
{
  g_autoptr (When) when = when_new ();

  tree_write (when->tree, "/boot/grub/grub.cfg", "linux /v root=/dev/xvda1 quiet\n");
  tree_write (when->tree, "/etc/default/grub", "GRUB_DISABLE_LINUX_UUID=true\n");
  apply_ok (when, "kernel-args: {root: uuid, remove: quiet}");
  assert_draft (when, "/boot/grub/grub.cfg", "linux /v root=/dev/xvda1\n");
  assert_draft (when, "/etc/default/grub", "GRUB_DISABLE_LINUX_UUID=true\n");
  assert_warning (when, 0,
                  "the disks are not known, so 'root=' on the kernel command line is left as "
                  "it is");
}

/* What is not there is no mistake, what leads nowhere is not there. */
static void
test_nothing_there (void)
{
  g_autoptr (When) when = when_new ();

  apply_ok (when, "kernel-args: {remove: quiet, add: [a]}");
  tree_link (when->tree, "/boot/grub2/grubenv", "../efi/EFI/redhat/grubenv");
  tree_link (when->tree, "/etc/default/grub", "grub");
  renew (when);
  apply_ok (when, "kernel-args: {remove: quiet, add: [a]}");
  g_assert_cmpuint (when->context.warnings->len, ==, 0);
}

static void
test_images_are_told (void)
{
  g_autoptr (When) when = when_new ();

  tree_write (when->tree, "/boot/efi/EFI/Linux/a.efi", "MZ");
  apply_ok (when, "kernel-args: {remove: quiet}");
  assert_warning (when, 0, "the kernel arguments inside unified kernel images "
                  "('/boot/efi/EFI/Linux/a.efi') cannot be changed");
}

/* A file that is too much refuses the whole, and nothing is half done. */
static void
test_too_large (void)
{
  g_autoptr (When) when = when_new ();
  g_autofree char *large = g_strnfill (V2V_FS_TEXT_MAX + 1, 'x');
  g_autoptr (GError) error = NULL;

  tree_write (when->tree, "/etc/default/grub", "GRUB_CMDLINE_LINUX=\"quiet\"\n");
  tree_write (when->tree, "/boot/grub/grub.cfg", large);
  g_assert_false (apply (when, "kernel-args: {remove: quiet}", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "/boot/grub/grub.cfg"));
  assert_draft (when, "/etc/default/grub", "GRUB_CMDLINE_LINUX=\"quiet\"\n");
}

static void
test_too_many (void)
{
  g_autoptr (When) when = when_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 510; i++) {
    g_autofree char *path = g_strdup_printf ("/boot/loader/entries/%03u.conf", i);

    tree_write (when->tree, path, "options quiet\n");
  }
  g_assert_false (apply (when, "kernel-args: {remove: quiet}", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  assert_when (when, "cmdline: nothing", V2V_CANNOT_TELL,
               "'/boot/loader/entries/500.conf': the boot loader's configuration has more than "
               "500 files or 32 MiB");
}

static void
test_parse_errors (void)
{
  static const struct {
    const char *text, *message;
  } wrong[] = {
    { "kernel-args: {}", "say what to change" },
    { "kernel-args: {root: keep}", "say what to change" },
    { "kernel-args: {root: label}", "'label' is not one of keep, uuid" },
    { "kernel-args: {add: [\"a b\"]}", "'a b' is not one argument" },
    { "kernel-args: {add: [\"$x\"]}", "'$x' is not one argument" },
    { "kernel-args: {delete: x, add: y}", "delete" },
    { "fstab: {missing: remove}", "'remove' is not one of nofail, keep" },
    { "fstab: {file: x}", "file" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    const V2vActionOps *ops;
    g_autoptr (GError) error = NULL;

    g_assert_null (parse (wrong[i].text, &ops, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_true (g_str_has_prefix (error->message, "t.yaml:1:"));
    g_assert_nonnull (strstr (error->message, wrong[i].message));
  }
}

static void
test_cmdline (void)
{
  g_autoptr (When) when = when_new ();

  assert_when (when, "cmdline: root=/dev/*", V2V_NO, "no file with kernel arguments");
  tree_write (when->tree, "/boot/grub/grub.cfg", "\nlinux /v root=/dev/nvme0n1p1 ro -- x\n");
  renew (when);
  assert_when (when, "cmdline: x", V2V_NO, "no such argument in 1 file");
  tree_write (when->tree, "/etc/kernel/cmdline", "a=\"b c\" xen-blkfront.max=1\n");
  renew (when);
  assert_when (when, "cmdline: root=/dev/nvme*", V2V_YES,
               "root=/dev/nvme0n1p1 in /boot/grub/grub.cfg line 2");
  assert_when (when, "cmdline: [x, xen_blkfront.*]", V2V_YES,
               "xen-blkfront.max=1 in /etc/kernel/cmdline line 1");
  assert_when (when, "cmdline: {arg: a=b c}", V2V_YES, "a=b c in /etc/kernel/cmdline line 1");
  assert_when (when, "cmdline: x", V2V_NO, "no such argument in 2 files");
  assert_when (when, "cmdline: $*", V2V_NO, "no such argument in 2 files");
  tree_write (when->tree, "/efi/EFI/Linux/x.efi", "MZ");
  renew (when);
  assert_when (when, "cmdline: x", V2V_CANNOT_TELL,
               "the arguments inside /efi/EFI/Linux/x.efi are not read");
  assert_when (when, "cmdline: ro", V2V_YES, "ro in /boot/grub/grub.cfg line 2");
}

/* What cannot be read is no "no"; what was found elsewhere is a "yes" still. */
static void
test_cmdline_unread (void)
{
  g_autoptr (When) when = when_new ();
  g_autoptr (V2vConditionResult) result = NULL;

  tree_write (when->tree, "/etc/default/grub", "GRUB_CMDLINE_LINUX=quiet\n");
  tree_mkdir (when->tree, "/boot/grub/grub.cfg");
  assert_when (when, "cmdline: quiet", V2V_YES, "quiet in /etc/default/grub line 1");
  result = when_test (when, "cmdline: splash");
  g_assert_cmpint (result->truth, ==, V2V_CANNOT_TELL);
  g_assert_nonnull (strstr (result->seen, "/boot/grub/grub.cfg"));
}

/* The facts' line numbers are those of another version of the file. */
static void
test_fstab (void)
{
  g_autoptr (When) when = when_new ();

  add_disks (when->tree->guest);
  tree_write (when->tree, "/etc/fstab",
              "/dev/nvme0n1p1 / xfs defaults 0 0\n/dev/nvme1n1 /srv ext4 defaults 0 0\n"
              "/dev/nvme2n1 /gone ext4 defaults 0 0\n");
  g_assert_true (v2v_draft_write_text (
    when->context.draft, "/etc/fstab",
    "# a rule was here\n\n/dev/nvme0n1p1 / xfs defaults 0 0\r\n"
    "/dev/nvme1n1 /srv ext4 defaults 0 0\n/dev/nvme2n1 /gone ext4 defaults 0 0", NULL));
  apply_ok (when, "fstab: {}");
  assert_draft (when, "/etc/fstab",
                "# a rule was here\n\nUUID=" UUID " / xfs defaults 0 0\r\n"
                "UUID=" DATA " /srv ext4 defaults 0 0\n"
                "/dev/nvme2n1 /gone ext4 defaults,nofail,x-systemd.device-timeout=10s 0 0");
  g_assert_cmpuint (when->context.warnings->len, ==, 1);
  assert_warning (when, 0,
                  "/etc/fstab line 5: '/dev/nvme2n1' (for '/gone') is on none of the disks: "
                  "made optional (nofail)");
}

static void
test_fstab_keep (void)
{
  g_autoptr (When) when = when_new ();
  const char *text = "/dev/nvme9n1 /gone ext4 defaults 0 0\n";

  add_disks (when->tree->guest);
  tree_write (when->tree, "/etc/crypttab", "x /dev/nvme9n1 none luks\n");
  apply_ok (when, "fstab: {}"); /* systemd finds the root by itself: there is no fstab */
  assert_draft (when, "/etc/crypttab", "x /dev/nvme9n1 none luks,nofail\n");
  renew (when);
  tree_write (when->tree, "/etc/fstab", text);
  apply_ok (when, "fstab: {missing: keep}");
  assert_draft (when, "/etc/fstab", text);
  assert_warning (when, 1,
                  "/etc/fstab line 1: '/dev/nvme9n1' (for '/gone') is on none of the disks: "
                  "left as it is, the boot may stop there");
}

static void
test_fstab_odd (void)
{
  g_autoptr (When) when = when_new ();
  g_autofree char *large = g_strnfill (V2V_FS_TEXT_MAX + 1, '#');
  g_autoptr (GError) error = NULL;

  apply_ok (when, "fstab: {}");
  g_assert_cmpuint (when->context.warnings->len, ==, 0);
  tree_write (when->tree, "/etc/fstab", "/dev/xvda1 / ext4 defaults 0 0\n");
  renew (when);
  apply_ok (when, "fstab: {}");
  assert_draft (when, "/etc/fstab", "/dev/xvda1 / ext4 defaults 0 0\n");
  assert_warning (when, 0, "/etc/fstab is left as it is: the disks are not known");
  tree_write (when->tree, "/etc/fstab", large);
  renew (when);
  g_assert_false (apply (when, "fstab: {}", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static char *
root_name (V2vGuest *guest, const char *fstab, const char *first, const char *asked)
{
  g_autoptr (V2vRootNames) names = v2v_root_names_new (guest, fstab);

  if (first != NULL)
    v2v_root_names_add (names, "root", first);
  v2v_root_names_add (names, "root", asked);
  return v2v_root_names_dup (names, "root", asked, TRUE, NULL);
}

#define assert_root(guest, fstab, first, asked, expected)                                  \
  G_STMT_START {                                                                           \
    g_autofree char *name_ = root_name (guest, fstab, first, asked);                       \
    g_assert_cmpstr (name_, ==, expected);                                                 \
  } G_STMT_END

static void
test_root_names (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  V2vBootEntry *entry;

  add_disks (guest);
  assert_root (guest, NULL, NULL, "/dev/xvda1", "UUID=" UUID);
  assert_root (guest, NULL, NULL, "/dev/sda1", "UUID=" UUID);
  /* The root of the guest is the root of its disks, whatever its letter. */
  assert_root (guest, NULL, NULL, "/dev/nvme1n1p1", "UUID=" UUID);
  assert_root (guest, "/dev/nvme0n1p1 / xfs defaults 0 0\n", NULL, "/dev/nvme1n1", "UUID=" DATA);
  assert_root (guest, NULL, "/dev/sda1", "/dev/sdb", "UUID=" DATA);
  assert_root (guest, NULL, NULL, "/dev/disk/by-path/pci-0000:00:04.0-nvme-1-part1", "UUID=" UUID);
  assert_root (guest, NULL, NULL, "/dev/mapper/vg-root", NULL);
  assert_root (guest, NULL, NULL, "UUID=" UUID, NULL);
  assert_root (guest, NULL, NULL, "/dev/xvda", NULL);
  assert_root (guest, NULL, NULL, "/dev/xvda15", NULL);
  assert_root (guest, NULL, NULL, "", NULL);

  /* Another system's entry on the second disk comes first in the menu. */
  entry = v2v_bootloader_add_entry (v2v_guest_set_bootloader (guest, "grub2"));
  entry->is_default = TRUE;
  entry->cmdline = g_strdup ("ro root=/dev/sda1 quiet");
  assert_root (guest, NULL, "/dev/sdb", "/dev/sda1", "UUID=" UUID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernel-args-rules/el8", test_el8);
  g_test_add_func ("/kernel-args-rules/al1", test_al1);
  g_test_add_func ("/kernel-args-rules/unresolved-root", test_unresolved_root);
  g_test_add_func ("/kernel-args-rules/resume-from-listed-swap", test_resume_from_listed_swap);
  g_test_add_func ("/kernel-args-rules/unknown-disks", test_unknown_disks);
  g_test_add_func ("/kernel-args-rules/nothing-there", test_nothing_there);
  g_test_add_func ("/kernel-args-rules/images-are-told", test_images_are_told);
  g_test_add_func ("/kernel-args-rules/too-large", test_too_large);
  g_test_add_func ("/kernel-args-rules/too-many", test_too_many);
  g_test_add_func ("/kernel-args-rules/parse-errors", test_parse_errors);
  g_test_add_func ("/kernel-args-rules/cmdline", test_cmdline);
  g_test_add_func ("/kernel-args-rules/cmdline-unread", test_cmdline_unread);
  g_test_add_func ("/kernel-args-rules/fstab", test_fstab);
  g_test_add_func ("/kernel-args-rules/fstab-keep", test_fstab_keep);
  g_test_add_func ("/kernel-args-rules/fstab-odd", test_fstab_odd);
  g_test_add_func ("/kernel-args-rules/root-names", test_root_names);
  return g_test_run ();
}
