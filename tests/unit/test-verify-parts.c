/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the checks do besides rejecting a fault.
 */
#include <config.h>

#include "test-verify.h"

#include "v2v-verify-sshd.h"

/* A pin does no harm where the card keeps its address. */
static void
test_mac_kept (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  guest->target.mac_kept = TRUE;
  put_text (guest->files, "/etc/netplan/90-default.yaml",
            "network:\n  ethernets:\n    eth0:\n      match: {macaddress: '06:aa:bb:cc:dd:ee'}\n"
            "      set-name: eth0\n      dhcp4: true\n");
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
  assert_none (verdict, V2V_CHECK_WARNING);
}

/* udev's rule gives the card the name that the configuration is for, as it did before. */
static void
test_name_kept (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) kept = NULL;
  g_autoptr (V2vVerdict) changed = NULL;
  g_autoptr (V2vVerdict) another = NULL;

  g_hash_table_remove (guest->files, "/etc/netplan/90-default.yaml");
  put_text (guest->files, "/etc/network/interfaces", "auto ens5\niface ens5 inet dhcp\n");
  put_text (guest->files, "/etc/udev/rules.d/70-persistent-net.rules",
            "SUBSYSTEM==\"net\", ATTR{address}==\"06:aa:bb:cc:dd:ee\", NAME=\"ens5\"\n");
  guest->target.mac_kept = TRUE;
  kept = guest_verify (guest);
  assert_none (kept, V2V_CHECK_FAILED);
  assert_none (kept, V2V_CHECK_WARNING);

  guest->target.mac_kept = FALSE;
  changed = guest_verify (guest);
  g_assert_cmpuint (v2v_verdict_count (changed, V2V_CHECK_FAILED), ==, 1);

  guest->target.mac_kept = TRUE;
  put_text (guest->files, "/etc/network/interfaces", "auto ens6\niface ens6 inet dhcp\n");
  another = guest_verify (guest);
  g_assert_cmpuint (v2v_verdict_count (another, V2V_CHECK_WARNING), ==, 1);
}

/* Files besides the good guest's netplan, which is taken away; what the check says. */
#define WANTS "/etc/systemd/system/multi-user.target.wants/"
#define NM "/etc/NetworkManager/system-connections/"
static const struct {
  const char *path, *text, *path2, *text2;
  V2vCheckState state;
  const char *evidence;
} networks[] = {
  /* Amazon Linux 2023, before and after a file of ours. */
  { "/usr/lib/systemd/network/80-ec2.network",
    "[Match]\nDriver=ena ixgbevf vif\n[Network]\nDHCP=yes\n",
    WANTS "systemd-networkd.service", "@/lib/systemd/system/systemd-networkd.service",
    V2V_CHECK_FAILED, "is for drivers ena ixgbevf vif" },
  { "/etc/systemd/network/80-virtio.network",
    "[Match]\nDriver=virtio_net e1000e\n[Network]\nDHCP=yes\n",
    WANTS "systemd-networkd.service", "@/lib/systemd/system/systemd-networkd.service",
    V2V_CHECK_PASSED, "any interface" },
  { "/etc/systemd/network/80-slot.network",
    "[Match]\nPath=pci-0000:00:05.0\n[Network]\nDHCP=yes\n",
    WANTS "systemd-networkd.service", "@/lib/systemd/system/systemd-networkd.service",
    V2V_CHECK_WARNING, "it is for the card at pci-0000:00:05.0" },
  { "/etc/systemd/network/80-not.network", "[Match]\nDriver=!ena\n[Network]\nDHCP=yes\n",
    WANTS "systemd-networkd.service", "@/lib/systemd/system/systemd-networkd.service",
    V2V_CHECK_PASSED, "any interface" },
  /* systemd's own units, which are everywhere, are for no card of the machine. */
  { "/etc/netplan/50-cloud-init.yaml",
    "network: {ethernets: {ens5: {match: {macaddress: '06:aa:bb:cc:dd:ee'}, dhcp4: yes}}}\n",
    "/lib/systemd/network/80-6rd-tunnel.network",
    "[Match]\nName=6rd-*\nType=sit\n[Network]\nDHCPPrefixDelegation=yes\n", V2V_CHECK_FAILED,
    "pinned to MAC address 06:aa:bb:cc:dd:ee" },
  /* Nor is what lies on top of a card. */
  { "/etc/netplan/50-cloud-init.yaml",
    "network: {ethernets: {ens5: {match: {macaddress: '06:aa:bb:cc:dd:ee'}}}}\n",
    "/etc/network/interfaces", "auto br0\niface br0 inet dhcp\n bridge_ports ens5\n",
    V2V_CHECK_FAILED, "pinned to MAC address 06:aa:bb:cc:dd:ee" },
  /* Nobody reads it. */
  { "/etc/systemd/network/80-virtio.network", "[Match]\nName=en*\n[Network]\nDHCP=yes\n", NULL,
    NULL, V2V_CHECK_WARNING, "no configuration" },
  { WANTS "NetworkManager.service", "@/lib/systemd/system/NetworkManager.service", NULL, NULL,
    V2V_CHECK_PASSED, "any card by DHCP" },
  { WANTS "NetworkManager.service", "@/lib/systemd/system/NetworkManager.service",
    "/usr/lib/NetworkManager/conf.d/00-server.conf", "[main]\nno-auto-default=*\n",
    V2V_CHECK_WARNING, "no configuration" },
  { WANTS "NetworkManager.service", "@/lib/systemd/system/NetworkManager.service",
    "/etc/NetworkManager/NetworkManager.conf", "[main]\n no-auto-default = *\n",
    V2V_CHECK_WARNING, "no configuration" },
  { WANTS "NetworkManager.service", "@/lib/systemd/system/NetworkManager.service",
    "/etc/NetworkManager/NetworkManager.conf",
    "[main]\n#no-auto-default=*\nno-auto-default=06:aa:bb:cc:dd:ee\n", V2V_CHECK_PASSED,
    "any card by DHCP" },
  { NM "a.nmconnection", "[connection]\ntype=ethernet\n[match]\ndriver=ena;vif;\n", NULL, NULL,
    V2V_CHECK_FAILED, "is for drivers ena vif, not for virtio_net" },
  { NM "a.nmconnection", "[connection]\ntype=ethernet\n[match]\ndriver=virtio_net;ena;vif;\n",
    NULL, NULL, V2V_CHECK_PASSED, "any interface" },
  { NM "a.nmconnection", "[connection]\ntype=ethernet\n[match]\ninterface-name=ens5;ens6\n",
    NULL, NULL, V2V_CHECK_WARNING, "it is for ens5 ens6" },
  { NM "a.nmconnection", "[connection]\ntype=ethernet\n[match]\ninterface-name=ens5;en*\n",
    NULL, NULL, V2V_CHECK_PASSED, "it is for ens5 en*" },
  { NM "a.nmconnection", "[connection]\ntype=ethernet\n[match]\ninterface-name=!ens5;!en[po]*\n",
    NULL, NULL, V2V_CHECK_PASSED, "it is for !ens5 en[po]*" },
  { NM "a.nmconnection", "[connection]\ntype=ethernet\n[match]\ninterface-name=!e*\n",
    NULL, NULL, V2V_CHECK_WARNING, "it is for !e*" },
  /* A tunnel is no card's. */
  { NM "a.nmconnection", "[connection]\ntype=vpn\n", NULL, NULL, V2V_CHECK_WARNING,
    "no configuration" },
  { "/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nBOOTPROTO=dhcp\n",
    "/etc/udev/rules.d/80-net-setup-link.rules", "@/dev/null", V2V_CHECK_PASSED, "eth0" },
  { "/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nBOOTPROTO=dhcp\n", NULL, NULL,
    V2V_CHECK_WARNING, "another name" },
  { "/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nBOOTPROTO=dhcp\n",
    "/etc/udev/rules.d/70-persistent-net.rules",
    "SUBSYSTEM==\"net\", ATTR{address}==\"06:aa:bb:cc:dd:ee\", NAME=\"eth0\"\n", V2V_CHECK_FAILED,
    "keeps for MAC address 06:aa:bb:cc:dd:ee" },
  { "/etc/network/interfaces", "auto eth0\niface eth0 inet dhcp\n", NULL, NULL,
    V2V_CHECK_WARNING, "another name" },
  /* What our own rule of udev does, one for other cards, one for another place. */
  { "/etc/network/interfaces", "auto ens192\niface ens192 inet dhcp\n",
    "/etc/udev/rules.d/70-v2v-wrapper-net.rules",
    "SUBSYSTEM==\"net\", DRIVERS==\"virtio_net|e1000e\", NAME=\"ens192\"\n",
    V2V_CHECK_PASSED, "it is for ens192" },
  { "/etc/network/interfaces", "auto ens192\niface ens192 inet dhcp\n",
    "/etc/udev/rules.d/70-net.rules",
    "SUBSYSTEM==\"net\", DRIVERS==\"vmxnet3\", NAME=\"ens192\"\n", V2V_CHECK_WARNING,
    "another name" },
  { "/etc/network/interfaces", "auto ens192\niface ens192 inet dhcp\n",
    "/etc/udev/rules.d/70-net.rules",
    "SUBSYSTEM==\"net\", KERNELS==\"0000:0b:00.0\", DRIVERS==\"?*\", NAME=\"ens192\"\n",
    V2V_CHECK_WARNING, "another name" },
};

static void
test_network (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (networks); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;
    gboolean found = FALSE;

    g_hash_table_remove (guest->files, "/etc/netplan/90-default.yaml");
    put_text (guest->files, networks[i].path, networks[i].text);
    if (networks[i].path2 != NULL)
      put_text (guest->files, networks[i].path2, networks[i].text2);
    verdict = guest_verify (guest);
    for (guint j = 0; j < verdict->checks->len; j++) {
      const V2vCheck *check = verdict->checks->pdata[j];

      if (!g_str_equal (check->id, "network"))
        continue;
      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, check->evidence);
      g_assert_false (found);
      found = TRUE;
      g_assert_cmpint (check->state, ==, networks[i].state);
      g_assert_nonnull (strstr (check->evidence, networks[i].evidence));
    }
    g_assert_true (found);
  }
}

/* Each Include is a look into a directory of the guest: there is an end to it, and it is said. */
static void
test_sshd_many_includes (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (text, "Include /etc/ssh/none-%u/*.conf\n", i);
  put_text (guest->files, "/etc/ssh/behind/a.conf", "AuthorizedKeysCommand /x\n");
  g_string_append (text, "Include /etc/ssh/behind/*.conf\n");
  put_text (guest->files, "/etc/ssh/sshd_config", text->str);
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
  assert_only (verdict, V2V_CHECK_SKIPPED, "sshd", "more than 200 files are included");
}

/* What is a comment starts nothing. */
static void
test_sshd_drop_in_comments (void)
{
  static const char drop_in[] = "[Service]\n# was: -o AuthorizedKeysCommand /x\n"
                                "  ;Environment=\"A=-o AuthorizedKeysCommand=/y\"\n";
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  put_text (guest->files, "/etc/systemd/system/ssh.service.d/own.conf", drop_in);
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
  assert_none (verdict, V2V_CHECK_WARNING);
}

static void
test_labels_permissive (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  put_text (guest->files, "/etc/selinux/config", "SELINUX=permissive\n");
  for (guint i = 0; i < 12; i++) {
    g_autofree char *path = g_strdup_printf (OUR_DIR "/disabled/unlabelled-%02u", i);

    put_text (guest->files, path, "x");
  }
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
  g_assert_cmpuint (v2v_verdict_count (verdict, V2V_CHECK_WARNING), ==, 11);
  {
    g_autofree char *rows = rows_of (verdict, V2V_CHECK_WARNING);

    g_assert_nonnull (strstr (rows, "labels (null): 2 more files have no SELinux label"));
  }
}

static void
test_labels_unused (void)
{
  static const char *const texts[] = { "SELINUX=disabled\n", "", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;

    if (texts[i] == NULL)
      g_hash_table_remove (guest->files, "/etc/selinux/config");
    else
      put_text (guest->files, "/etc/selinux/config", texts[i]);
    put_text (guest->files, OUR_DIR "/unlabelled", "x");
    verdict = guest_verify (guest);
    assert_none (verdict, V2V_CHECK_FAILED);
    assert_only (verdict, V2V_CHECK_SKIPPED, "labels", "does not use SELinux");
  }
}

/* A record is a guest's file like any other. */
static void
test_labels_odd_record (void)
{
  static const char *const texts[]
    = { "", "[]", "{", "{\"rules\": 1}", "{\"rules\": [1, {\"changes\": {}}]}",
        "{\"rules\": [{\"changes\": [1, {}, {\"path\": \"etc\", \"before\": 1}]}]}" };
  g_autofree char *deep = g_strnfill (300 * 1000, '[');

  for (gsize i = 0; i <= G_N_ELEMENTS (texts); i++) {
    g_autoptr (Guest) guest = guest_new ();
    g_autoptr (V2vVerdict) verdict = NULL;

    put_text (guest->files, OUR_DIR "/record-1.json", i < G_N_ELEMENTS (texts) ? texts[i] : deep);
    verdict = guest_verify (guest);
    assert_none (verdict, V2V_CHECK_FAILED);
  }
}

/* What it names is not kept without end either. */
static void
test_labels_long_record (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;
  g_autoptr (GString) text = g_string_new ("{\"rules\": [{\"changes\": [{}");

  for (guint i = 0; i < 30000; i++)
    g_string_append_printf (text, ",{\"path\": \"/etc/none-%u\", \"before\": {\"kind\": \"absent\"},"
                            "\"after\": {\"kind\": \"file\"}}", i);
  g_string_append (text, "]}]}");
  put_text (guest->files, OUR_DIR "/record-1.json", text->str);
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
  assert_only (verdict, V2V_CHECK_SKIPPED, "labels", "only 2000 of 2000");
}

static void
test_windows (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GError) error = NULL;
  const V2vVerifyTarget target = { .bus = "virtio" };
  g_autoptr (V2vVerdict) verdict = NULL;

  tree->guest->os = V2V_OS_WINDOWS;
  verdict = v2v_verify (tree->fs, tree->guest, &target, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (verdict->checks->len, ==, 10);
  g_assert_cmpuint (v2v_verdict_count (verdict, V2V_CHECK_SKIPPED), ==, 10);
}

static void
test_cancelled (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;
  const V2vVerifyTarget target = { .bus = "virtio" };

  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "stopped");
  g_assert_null (v2v_verify (tree->fs, tree->guest, &target, cancel, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
}

/* A fact that could not be read is said to be so. */
static void
test_unknown (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GError) error = NULL;
  const V2vVerifyTarget target = { .bus = "virtio" };
  g_autoptr (V2vVerdict) verdict = NULL;
  g_autofree char *rows = NULL;

  v2v_guest_add_unknown (tree->guest, "fstab", "it is a directory");
  v2v_guest_add_unknown (tree->guest, "bootloader", "no known configuration");
  verdict = v2v_verify (tree->fs, tree->guest, &target, NULL, &error);
  g_assert_no_error (error);
  rows = rows_of (verdict, V2V_CHECK_SKIPPED);
  g_assert_nonnull (strstr (rows, "fstab /etc/fstab: it is a directory"));
  g_assert_nonnull (strstr (rows, "boot-entries (null): no known configuration"));
  g_assert_nonnull (strstr (rows, "sshd (null): sshd is not installed"));
}

/* What could not be mounted was not looked at: no boot of it is proven. */
static void
test_unmounted (void)
{
  static const struct {
    const char *mountpoint, *options;
    V2vCheckState state;
  } rows[] = {
    { "/var", "defaults", V2V_CHECK_FAILED },
    { "/var", "defaults,nofail", V2V_CHECK_WARNING },
    { "/opt", "defaults", V2V_CHECK_WARNING }, /* it is not there: systemd makes it */
    { "/usr", "defaults", V2V_CHECK_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Tree) tree = tree_new ();
    g_autoptr (GError) error = NULL;
    const V2vVerifyTarget target = { .bus = "virtio" };
    g_autoptr (V2vVerdict) verdict = NULL;
    g_autofree char *fact = g_strconcat ("mount:", rows[i].mountpoint, NULL);
    V2vMount *mount = v2v_guest_add_mount (tree->guest);

    tree_mkdir (tree, "/var");
    mount->line = 7;
    mount->spec = g_strdup ("LABEL=more");
    mount->mountpoint = g_strdup (rows[i].mountpoint);
    mount->options = g_strdup (rows[i].options);
    mount->nofail = strstr (rows[i].options, "nofail") != NULL;
    mount->via = V2V_VIA_LABEL;
    mount->device = g_strdup ("/dev/sda4");
    v2v_guest_add_unknown (tree->guest, fact, "wrong fs type");
    verdict = v2v_verify (tree->fs, tree->guest, &target, NULL, &error);
    g_assert_no_error (error);
    {
      g_autofree char *said = rows_of (verdict, rows[i].state);
      g_autofree char *want = g_strdup_printf (
        "fstab /etc/fstab line 7: LABEL=more for %s is /dev/sda4, of which nothing was looked at: wrong fs type",
        rows[i].mountpoint);

      g_assert_nonnull (strstr (said, want));
    }
  }
}

static gboolean
count_include (const char *pattern, gpointer user_data, GError **error)
{
  GString *seen = user_data;

  (void) error;
  g_string_append_printf (seen, "[%s]", pattern);
  return TRUE;
}

static void
test_sshd (void)
{
  static const struct {
    const char *text;
    const char *fault; /* NULL: it would start */
    const char *includes;
  } rows[] = {
    { "", NULL, "" },
    { "# AuthorizedKeysCommand /x\n", NULL, "" },
    { "AuthorizedKeysCommand /x\n", "AuthorizedKeysCommandUser", "" },
    { "AuthorizedKeysCommand none\n", NULL, "" },
    { "AuthorizedKeysCommand /x\nAuthorizedKeysCommandUser y", NULL, "" },
    { "\tauthorizedkeyscommand=/x\r\n", "AuthorizedKeysCommandUser", "" },
    { "AuthorizedKeysCommand none\nAuthorizedKeysCommand /x\n", NULL, "" },
    { "Match all\nAuthorizedKeysCommand /x\n", NULL, "" },
    { "AuthorizedKeysCommand /x\nMatch all\nAuthorizedKeysCommandUser y\n",
      "AuthorizedKeysCommandUser", "" },
    { "AuthorizedPrincipalsCommand /x\n", "AuthorizedPrincipalsCommandUser", "" },
    { "Port\n", "'f' line 1: Port has no value", "" },
    /* Lists, which old versions take: a doubt, see below. */
    { "AllowUsers\nacceptenv # x\nDenyGroups \nMatch all\nAuthorizedKeysFile\n", NULL, "" },
    { "Port 22\nUseDNS # no\n", "'f' line 2: UseDNS has no value", "" },
    { "Include a.conf \"/b/*.conf\"\nMatch all\nInclude c\n", NULL, "[a.conf][/b/*.conf]" },
    { "Port\033[1m\n", "'f' line 1: Port\\x1b[1m has no value", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (V2vSshd) sshd = { 0 };
    g_autoptr (GString) seen = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char *fault = NULL;

    g_assert_true (v2v_sshd_parse (&sshd, rows[i].text, "f", count_include, seen, &error));
    g_assert_no_error (error);
    fault = v2v_sshd_dup_fault (&sshd);
    g_assert_true ((fault == NULL) == (rows[i].fault == NULL));
    if (fault != NULL)
      g_assert_nonnull (strstr (fault, rows[i].fault));
    g_assert_cmpstr (seen->str, ==, rows[i].includes);
  }
}

static void
test_sshd_empty_list (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  put_text (guest->files, "/etc/ssh/sshd_config.d/10-lists.conf", "Port 22\nAllowUsers\nDenyUsers\n");
  verdict = guest_verify (guest);
  assert_only (verdict, V2V_CHECK_WARNING, "sshd", "10-lists.conf' line 2: AllowUsers has no value: sshd of");
  assert_none (verdict, V2V_CHECK_FAILED);
}

/* A file that includes itself ends. */
static void
test_sshd_loop (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  put_text (guest->files, "/etc/ssh/sshd_config.d/60-eic.conf",
            "Include /etc/ssh/sshd_config.d/*.conf\nInclude sshd_config\n");
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/network/mac-kept", test_mac_kept);
  g_test_add_func ("/verify/network/name-kept", test_name_kept);
  g_test_add_func ("/verify/network/managers", test_network);
  g_test_add_func ("/verify/sshd/many-includes", test_sshd_many_includes);
  g_test_add_func ("/verify/sshd/drop-in-comments", test_sshd_drop_in_comments);
  g_test_add_func ("/verify/labels/permissive", test_labels_permissive);
  g_test_add_func ("/verify/labels/unused", test_labels_unused);
  g_test_add_func ("/verify/labels/odd-record", test_labels_odd_record);
  g_test_add_func ("/verify/labels/long-record", test_labels_long_record);
  g_test_add_func ("/verify/windows", test_windows);
  g_test_add_func ("/verify/cancelled", test_cancelled);
  g_test_add_func ("/verify/unknown", test_unknown);
  g_test_add_func ("/verify/unmounted", test_unmounted);
  g_test_add_func ("/verify/sshd/parse", test_sshd);
  g_test_add_func ("/verify/sshd/empty-list", test_sshd_empty_list);
  g_test_add_func ("/verify/sshd/loop", test_sshd_loop);
  return g_test_run ();
}
