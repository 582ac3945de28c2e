/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-tree.h"
#include "v2v-inspect-private.h"
#include "v2v-network-private.h"

#define MAC "06:aa:bb:cc:dd:ee"

static void
inspect (Tree *tree)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = v2v_inspect_network (tree->fs, tree->guest, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

/* "kind interface mac method" of every row, in order; "-" is NULL. */
static void
assert_rows (const Tree *tree, const char *const *want)
{
  guint n = g_strv_length ((char **) want);

  for (guint i = 0; i < tree->guest->network->len; i++) {
    const V2vNetConfig *row = g_ptr_array_index (tree->guest->network, i);
    g_autofree char *got
      = g_strdup_printf ("%s %s %s %s", row->kind, row->interface ? row->interface : "-",
                         row->mac ? row->mac : "-", row->method ? row->method : "-");

    g_assert_nonnull (row->file);
    g_assert_cmpstr (got, ==, i < n ? want[i] : "no more rows");
  }
  g_assert_cmpuint (tree->guest->network->len, ==, n);
}

static void
assert_place (const Tree *tree, guint i, const char *want)
{
  const V2vNetConfig *row = g_ptr_array_index (tree->guest->network, i);

  g_assert_cmpstr (row->place, ==, want);
}

static void
assert_driver (const Tree *tree, guint i, const char *want)
{
  const V2vNetConfig *row = g_ptr_array_index (tree->guest->network, i);

  g_assert_cmpstr (row->driver, ==, want);
}

static void
test_ifupdown (void)
{
  static const char *const want[] = {
    "ifupdown eth0 - dhcp",   "ifupdown eth1 - static", "ifupdown br0 - -",
    "ifupdown eth2 - static", "ifupdown ens5 - dhcp",   "ifupdown net3 " MAC " dhcp",
    NULL,
  };
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/network/interfaces",
              "# comment\n"
              "source /etc/network/interfaces.d/*.cfg\n"
              "source-directory interfaces.d\n"
              "auto lo eth0\n"
              "iface lo inet loopback\n"
              "iface eth0 inet dhcp\n"
              "  metric 100\n"
              "iface eth0 inet6 auto\n"
              "iface eth1 inet6 dhcp\n"
              "iface eth1 inet \\\n   static\n"
              "  address 10.0.0.2/24\n"
              "iface br0 inet manual\n"
              "iface eth2 inet static\n"
              "iface eth2 inet6 dhcp\n");
  tree_write (tree, "/etc/network/interfaces.d/50-cloud-init.cfg",
              "auto ens5\niface ens5 inet dhcp\nsource /etc/network/interfaces\n");
  tree_write (tree, "/etc/network/interfaces.d/.hidden.cfg", "iface bad inet dhcp\n");
  tree_write (tree, "/etc/network/interfaces.d/mac",
              "auto /mac/06:AA:BB:CC:DD:EE=net3\niface net3 inet dhcp\n");
  tree_write (tree, "/etc/network/interfaces.d/mac.dpkg-old", "iface bad inet dhcp\n");
  inspect (tree);
  assert_rows (tree, want);
}

static void
test_netplan (void)
{
  static const char *const want[] = {
    "netplan ens5 - static", "netplan ens6 " MAC " dhcp", "netplan e* - dhcp",
    "netplan - - dhcp",      "netplan - - dhcp",          "netplan br0 - static",
    "netplan lo0 - -",       NULL,
  };
  g_autoptr (Tree) tree = tree_new ();
  const V2vNetConfig *row;

  /* Hides the vendor's file of the same name. */
  tree_write (tree, "/etc/netplan/50-cloud-init.yaml",
              "network:\n"
              "  version: 2\n"
              "  ethernets:\n"
              "    renderer: networkd\n"
              "    ens5: {addresses: [10.0.0.2/24], dhcp4: \"yes\"}\n"
              "    ens6:\n"
              "      match: {macaddress: '06:AA:BB:CC:DD:EE'}\n"
              "      set-name: ens6\n"
              "      dhcp4: true\n"
              "    all:\n"
              "      match: {name: e*}\n"
              "      set-name: no\n"
              "      dhcp6: on\n"
              "    drv: {match: {driver: ena}, dhcp4: yes}\n"
              "    two: {match: {driver: [ena, virtio*]}, dhcp4: yes}\n"
              "  bridges:\n"
              "    br0: {interfaces: [ens5], addresses: [10.1.0.1/24]}\n");
  tree_write (tree, "/lib/netplan/50-cloud-init.yaml",
              "network: {ethernets: {bad: {dhcp4: yes}}}\n");
  tree_write (tree, "/lib/netplan/90-lo.yaml", "network: {ethernets: {lo0: {}}}\n");
  tree_write (tree, "/etc/netplan/README.txt", "network: {ethernets: {bad: {}}}\n");
  inspect (tree);
  assert_rows (tree, want);
  row = g_ptr_array_index (tree->guest->network, 0);
  g_assert_cmpstr (row->file, ==, "/etc/netplan/50-cloud-init.yaml");
  assert_driver (tree, 0, NULL);
  assert_driver (tree, 3, "ena");
  assert_driver (tree, 4, "ena virtio*");
}

static void
test_netplan_broken (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/netplan/a.yaml", "network: [\n");
  tree_write (tree, "/etc/netplan/b.yaml", "network: {ethernets: {eth0: {dhcp4: yes}}}\n");
  tree_write (tree, "/etc/netplan/c.yaml", "");
  tree_write (tree, "/etc/netplan/d.yaml", "network: 12\n");
  inspect (tree);
  g_assert_nonnull (strstr (tree_unknown (tree, "/etc/netplan/a.yaml"), "a.yaml:2:1: "));
  g_assert_cmpuint (tree->guest->network->len, ==, 1);
  g_assert_cmpuint (tree->guest->unknown->len, ==, 1);
}

static void
test_networkd (void)
{
  static const char *const want[] = {
    "networkd eth0 " MAC " static", "networkd - - dhcp",        "networkd - - dhcp",
    "networkd lan0 " MAC " -",      "networkd en* eth* - dhcp", NULL,
  };
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/systemd/network/10-eth0.network",
              "[Match]\nName=eth0\nPermanentMACAddress=06-AA-BB-CC-DD-EE 06:00:00:00:00:01\n"
              "[Network]\nDHCP=no\n[Address]\nAddress=10.0.0.2/24\n");
  /* As Amazon Linux 2023 has it: matches by driver, so never a virtio card. */
  tree_write (tree, "/etc/systemd/network/80-ec2.network",
              "[Match]\nDriver=ena ixgbevf vif\n[Network]\nDHCP = yes\n");
  tree_write (tree, "/etc/systemd/network/10-lan0.link",
              "[Match]\nMACAddress=" MAC "\n[Link]\nName=lan0\n");
  /* By the slot that the card was in: it names no other. */
  tree_write (tree, "/etc/systemd/network/10-slot.link",
              "[Match]\nPath=pci-0000:0b:00.0\n[Link]\nName=bad\n");
  tree_write (tree, "/etc/systemd/network/90-slot.network",
              "[Match]\nPath=pci-0000:00:05.0\n[Network]\nDHCP=yes\n");
  tree_write (tree, "/etc/systemd/network/85-hidden.network", "");
  tree_write (tree, "/usr/lib/systemd/network/85-hidden.network",
              "[Match]\nName=bad\n[Network]\nDHCP=yes\n");
  tree_write (tree, "/usr/lib/systemd/network/80-container-host0.network",
              "[Match]\nVirtualization=container\nName=host0\n[Network]\nDHCP=yes\n");
  tree_write (tree, "/usr/lib/systemd/network/80-container-ve.network",
              "[Match]\nKind=veth\nName=ve-*\n[Network]\nAddress=0.0.0.0/28\n");
  tree_write (tree, "/usr/lib/systemd/network/80-wifi-ap.network.example",
              "[Match]\nType=wlan\n[Network]\nAddress=0.0.0.0/28\n");
  tree_write (tree, "/usr/lib/systemd/network/99-default.link",
              "[Match]\nOriginalName=*\n[Link]\nNamePolicy=keep kernel\n");
  tree_write (tree, "/usr/lib/systemd/network/89-ethernet.network",
              "[Match]\nName=en* eth*\nType=ether\nKind=!*\n[Network]\nDHCP=yes\n");
  tree_link (tree, "/lib", "usr/lib");
  inspect (tree);
  assert_rows (tree, want);
  assert_driver (tree, 0, NULL);
  assert_driver (tree, 1, "ena ixgbevf vif");
  assert_place (tree, 1, NULL);
  assert_place (tree, 2, "pci-0000:00:05.0");
}

/* What a unit's [Match] makes of it: no row, one on top of a card, or a card's. */
static void
test_networkd_kinds (void)
{
  enum { NO_ROW, ON_TOP, CARD };
  static const struct {
    const char *match;
    int what;
  } rows[] = {
    { "Name=6rd-*\nType=sit", NO_ROW },   { "Type=wlan", NO_ROW },
    { "Type=ether", CARD },               { "Type=wlan ether", CARD },
    { "Type=!wlan", CARD },               { "Type=eth*", CARD },
    { "Type=", CARD },                    { "Driver=bridge", NO_ROW },
    { "Driver=veth tun", NO_ROW },        { "Driver=veth virtio_net", CARD },
    { "Kind=vlan", NO_ROW },              { "Kind=!*", CARD },
    { "Name=docker* veth*", ON_TOP },     { "Name=docker* en*", CARD },
    { "Name=br0", ON_TOP },               { "Name=br-3f2a", ON_TOP },
    { "Name=broadcast0", CARD },          { "Name=bond0", ON_TOP },
    { "Name=wl*", ON_TOP },               { "Name=wg0", ON_TOP },
    { "Name=lo", ON_TOP },                { "Name=lan0", CARD },
    { "Name=ens5.100", ON_TOP },          { "Name=!lo", CARD },
    { "Name=*", CARD },                   { "Name=br", CARD },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("[Match]\n%s\n[Network]\nDHCP=yes\n", rows[i].match);
    g_autoptr (Tree) tree = tree_new ();
    GPtrArray *network;

    tree_write (tree, "/etc/systemd/network/a.network", text);
    inspect (tree);
    g_test_message ("%s", rows[i].match);
    network = tree->guest->network;
    g_assert_cmpuint (network->len, ==, rows[i].what == NO_ROW ? 0 : 1);
    if (rows[i].what != NO_ROW)
      g_assert_cmpint (((V2vNetConfig *) network->pdata[0])->on_top, ==, rows[i].what == ON_TOP);
  }
}

static void
test_networkmanager (void)
{
  static const char *const want[] = {
    "networkmanager eth0 - dhcp",
    "networkmanager - " MAC " static",
    NULL,
  };
  g_autoptr (Tree) tree = tree_new ();
  const char *dir = "/etc/NetworkManager/system-connections/";
  g_autofree char *one = g_strconcat (dir, "cloud-init-eth0.nmconnection", NULL);
  g_autofree char *two = g_strconcat (dir, "old style", NULL);
  g_autofree char *loopback = g_strconcat (dir, "lo.nmconnection", NULL);
  g_autofree char *backup = g_strconcat (dir, "eth0.nmconnection~", NULL);
  g_autofree char *broken = g_strconcat (dir, "z.nmconnection", NULL);

  tree_write (tree, one,
              "# Generated by cloud-init\n[connection]\nid=cloud-init eth0\ntype=ethernet\n"
              "interface-name=eth0\n[ipv4]\nmethod=auto\n[ipv6]\nmethod=manual\n");
  tree_write (tree, two,
              "[connection]\nid=x\ntype=802-3-ethernet\n[802-3-ethernet]\n"
              "mac-address=06:AA:BB:CC:DD:EE\n[ipv4]\nmethod=manual\naddress1=10.0.0.2/24\n"
              "[match]\npath=pci-0000:0b:00.0;pci-0000:13:00.0;\n");
  tree_write (tree, loopback, "[connection]\ntype=loopback\ninterface-name=lo\n");
  tree_write (tree, backup, "[connection]\ntype=ethernet\ninterface-name=bad\n");
  tree_write (tree, broken, "not a keyfile\n");
  inspect (tree);
  assert_rows (tree, want);
  assert_place (tree, 0, NULL);
  assert_place (tree, 1, "pci-0000:0b:00.0 pci-0000:13:00.0");
  g_assert_nonnull (tree_unknown (tree, broken));
}

/* [match], each element of which NetworkManager takes for itself; and what is no card's. */
static void
test_networkmanager_match (void)
{
  static const struct {
    const char *match, *row, *driver;
    gboolean takes;
  } rows[] = {
    { "driver=ena;ixgbevf;", "networkmanager - - dhcp", "ena ixgbevf", FALSE },
    { "driver=ena;virtio*", "networkmanager - - dhcp", "ena virtio*", TRUE },
    { "driver=|ena;|virtio_net", "networkmanager - - dhcp", "|ena |virtio_net", TRUE },
    { "driver=!ena;!vif;", "networkmanager - - dhcp", "!ena !vif", TRUE },
    { "driver=!ena;!virtio_net;", "networkmanager - - dhcp", "!ena !virtio_net", FALSE },
    { "driver=virtio_net;&ena;", "networkmanager - - dhcp", "virtio_net &ena", FALSE },
    { "driver=virtio_net;&!ena;", "networkmanager - - dhcp", "virtio_net &!ena", TRUE },
    { "driver=vif;!ena;", "networkmanager - - dhcp", "vif !ena", FALSE },
    { "driver=\\\\virtio_net", "networkmanager - - dhcp", "\\virtio_net", TRUE },
    { "driver=", "networkmanager - - dhcp", NULL, TRUE },
    { "interface-name=ens5;", "networkmanager ens5 - dhcp", NULL, TRUE },
    { "interface-name=|en*;&e*;!ens9", "networkmanager en* - dhcp", NULL, TRUE },
    { "interface-name=!ens5;!ens6;", "networkmanager !ens5 ens6 - dhcp", NULL, TRUE },
    { "interface-name=&ens5;", "networkmanager ens5 - dhcp", NULL, TRUE },
  };
  static const char *const others[]
    = { "bond", "bridge", "vlan", "wifi", "vpn", "wireguard", "802-11-wireless" };
  static const char path[] = "/etc/NetworkManager/system-connections/a.nmconnection";

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strconcat ("[connection]\ntype=ethernet\n[match]\n", rows[i].match,
                                         "\n[ipv4]\nmethod=auto\n", NULL);
    const char *want[] = { rows[i].row, NULL };
    g_autoptr (Tree) tree = tree_new ();

    tree_write (tree, path, text);
    inspect (tree);
    assert_rows (tree, want);
    assert_driver (tree, 0, rows[i].driver);
    g_assert_cmpint (v2v_net_config_takes_virtio (g_ptr_array_index (tree->guest->network, 0)), ==,
                     rows[i].takes);
    g_assert_false (((V2vNetConfig *) g_ptr_array_index (tree->guest->network, 0))->on_top);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autofree char *text = g_strdup_printf ("[connection]\ntype=%s\n", others[i]);
    g_autoptr (Tree) tree = tree_new ();

    tree_write (tree, path, text);
    inspect (tree);
    g_assert_true (((V2vNetConfig *) g_ptr_array_index (tree->guest->network, 0))->on_top);
  }
}

static void
test_ifcfg (void)
{
  static const char *const want[] = {
    "ifcfg eth0 - dhcp", "ifcfg - " MAC " static", "ifcfg eth1 - -", "ifcfg eth2 - dhcp", NULL,
  };
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/sysconfig/network-scripts/ifcfg-eth0",
              "# Created by cloud-init\nDEVICE=\"eth0\"\nBOOTPROTO=dhcp # yes\nONBOOT=yes\n");
  tree_write (tree, "/etc/sysconfig/network-scripts/ifcfg-static",
              "HWADDR=06:aa:bb:cc:dd:EE\nBOOTPROTO=none\nIPADDR0='10.0.0.2'\n");
  tree_write (tree, "/etc/sysconfig/network-scripts/ifcfg-lo", "DEVICE=lo\n");
  tree_write (tree, "/etc/sysconfig/network-scripts/ifcfg-eth0.bak", "DEVICE=bad\n");
  tree_write (tree, "/etc/sysconfig/network-scripts/ifup-eth", "DEVICE=bad\n");
  tree_write (tree, "/etc/sysconfig/network/ifcfg-eth1", "BOOTPROTO='none'\n");
  tree_write (tree, "/etc/sysconfig/network/ifcfg-eth2",
              "BOOTPROTO='dhcp+autoip'\nCLOUD_NETCONFIG_MANAGE='yes'\n");
  inspect (tree);
  assert_rows (tree, want);
}

static void
test_udev (void)
{
  static const char *const want[] = { "udev eth0 " MAC " -", "udev eth1 " MAC " -", NULL };
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/udev/rules.d/70-persistent-net.rules",
              "# PCI device\n"
              "SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", ATTR{address}==\"" MAC
              "\", ATTR{type}==\"1\", KERNEL==\"eth*\", NAME=\"eth0\"\n"
              "SUBSYSTEM==\"net\",ATTR{address}==\"" MAC "\",NAME=\"eth1\"\n"
              "#ATTR{address}==\"" MAC "\", NAME=\"bad\"\n"
              "KERNEL==\"eth*\", NAME=\"bad\"\n"
              "ATTR{address}==\"" MAC "\", NAME==\"bad\"\n"
              "ATTR{address}==\"" MAC "\", IFNAME=\"bad\"\n"
              "ATTR{address}==\"x\", NAME=\"bad\"\n"
              "ATTR{address}==\"" MAC "\", NAME=\"unfinished\n");
  tree_write (tree, "/etc/udev/rules.d/99-disk.rules",
              "ATTR{address}==\"" MAC "\", NAME=\"bad\"\n");
  inspect (tree);
  assert_rows (tree, want);
}

static void
test_nothing (void)
{
  g_autoptr (Tree) tree = tree_new ();

  inspect (tree);
  g_assert_cmpuint (tree->guest->network->len, ==, 0);
  g_assert_cmpuint (tree->guest->unknown->len, ==, 0);
}

/* A loop of sources ends, an expensive pattern is not tried, a directory where a
 * file should be is a row, and nobody makes us keep a million interfaces. */
static void
test_hostile (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GString) many = g_string_new (NULL);

  tree_write (tree, "/etc/network/interfaces",
              "source /etc/network/a\nsource /etc/network/*a*a*a*a*a*a*b\n"
              "source ../../../../etc/network/a\n");
  tree_link (tree, "/etc/network/a", "interfaces");
  tree_mkdir (tree, "/etc/netplan/dir.yaml");
  tree_link (tree, "/etc/netplan/link.yaml", "dir.yaml");
  tree_link (tree, "/etc/netplan/dangling.yaml", "/nonexistent");
  for (int i = 0; i < 2000; i++)
    g_string_append_printf (many, "ATTR{address}==\"" MAC "\", NAME=\"e%d\"\n", i);
  tree_write (tree, "/etc/udev/rules.d/70-persistent-net.rules", many->str);
  inspect (tree);
  g_assert_cmpuint (tree->guest->network->len, ==, V2V_NETWORK_ROWS_MAX);
  g_assert_nonnull (tree_unknown (tree, "network"));
  g_assert_nonnull (tree_unknown (tree, "/etc/netplan/link.yaml"));
  g_assert_null (tree_unknown (tree, "/etc/netplan/dangling.yaml"));
}

static void
test_too_many_files (void)
{
  g_autoptr (Tree) tree = tree_new ();

  for (int i = 0; i < 510; i++) {
    g_autofree char *path = g_strdup_printf ("/etc/sysconfig/network/ifcfg-e%d", i);

    tree_write (tree, path, "BOOTPROTO=dhcp\n");
  }
  inspect (tree);
  g_assert_cmpuint (tree->guest->network->len, ==, 499);
  g_assert_cmpstr (tree_unknown (tree, "network"), ==, "more than 500 configuration files");
}

static void
test_mac (void)
{
  static const char *const bad[]
    = { "", "06", MAC ":", MAC ":00", "06:aa:bb:cc:dd:e", "06:aa:bb:cc:dd:eg", "06aabbccddee",
        "6:aa:bb:cc:dd:ee:", "06:aa::bb:cc:dd" };
  g_autofree char *good = v2v_network_dup_mac ("06-AA-BB-CC-DD-EE");

  g_assert_cmpstr (good, ==, MAC);
  g_assert_null (v2v_network_dup_mac (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (v2v_network_dup_mac (bad[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/ifupdown", test_ifupdown);
  g_test_add_func ("/network/netplan", test_netplan);
  g_test_add_func ("/network/netplan-broken", test_netplan_broken);
  g_test_add_func ("/network/networkd", test_networkd);
  g_test_add_func ("/network/networkd-kinds", test_networkd_kinds);
  g_test_add_func ("/network/networkmanager", test_networkmanager);
  g_test_add_func ("/network/networkmanager-match", test_networkmanager_match);
  g_test_add_func ("/network/ifcfg", test_ifcfg);
  g_test_add_func ("/network/udev", test_udev);
  g_test_add_func ("/network/nothing", test_nothing);
  g_test_add_func ("/network/hostile", test_hostile);
  g_test_add_func ("/network/too-many-files", test_too_many_files);
  g_test_add_func ("/network/mac", test_mac);
  return g_test_run ();
}
