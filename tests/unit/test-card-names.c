/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the new machine's network cards are to be called, and the action that sees to it.
 */
#include <config.h>

#include "test-action.h"
#include "v2v-card-names.h"

#define IFCFG "/etc/sysconfig/network-scripts/ifcfg-"
#define KEYFILE "/etc/NetworkManager/system-connections/a.nmconnection"
#define MAC "00:50:56:9a:00:01"
#define RULES_FILE "/etc/udev/rules.d/70-v2v-wrapper-net.rules"
#define ANY "DRIVERS==\"virtio_net|e1000e|e1000|rtl8139\""
#define BY_MAC "ATTR{address}==\"" MAC "\""

/* Up to three files; the name that comes out, NULL = no file is written; "!" in front of what
 * the warning says. */
typedef struct {
  const char *what;
  const char *files[6];
  gboolean kept;
  const char *match, *name;
  const char *warning;
} Row;

static const Row rows[] = {
  { "ifcfg", { IFCFG "ens192", "DEVICE=ens192\nBOOTPROTO=dhcp\n" }, FALSE, ANY, "ens192", NULL },
  { "no name but the file's", { IFCFG "ens33", "BOOTPROTO=dhcp\n" }, FALSE, ANY, "ens33", NULL },
  { "SUSE", { "/etc/sysconfig/network/ifcfg-eth0", "BOOTPROTO='static'\nIPADDR='192.0.2.1/24'\n" },
    FALSE, ANY, "eth0", NULL },
  { "keyfile", { KEYFILE, "[connection]\ntype=ethernet\ninterface-name=ens160\n[ipv4]\nmethod=auto\n" },
    FALSE, ANY, "ens160", NULL },
  { "netplan", { "/etc/netplan/a.yaml", "network: {ethernets: {ens160: {dhcp4: true}}}\n" }, FALSE,
    ANY, "ens160", NULL },
  { "ifupdown", { "/etc/network/interfaces", "auto enp0s3\niface enp0s3 inet dhcp\n" }, FALSE, ANY,
    "enp0s3", NULL },
  { "networkd", { "/etc/systemd/network/a.network", "[Match]\nName=enX0\n[Network]\nDHCP=yes\n" },
    FALSE, ANY, "enX0", NULL },
  { "the same name twice", { IFCFG "ens192", "BOOTPROTO=none\n", KEYFILE,
      "[connection]\ntype=ethernet\ninterface-name=ens192\n[ipv4]\nmethod=auto\n" }, FALSE, ANY,
    "ens192", NULL },
  { "a card that nobody starts", { IFCFG "ens192", "BOOTPROTO=dhcp\nONBOOT=yes\n", IFCFG "ens224",
      "BOOTPROTO=dhcp\nONBOOT=\"no\"\n" }, FALSE, ANY, "ens192", NULL },
  { "switched off by SUSE", { "/etc/sysconfig/network/ifcfg-eth0", "BOOTPROTO='dhcp'\n",
      "/etc/sysconfig/network/ifcfg-eth1", "BOOTPROTO='dhcp'\nSTARTMODE='off' # for now\n" }, FALSE,
    ANY, "eth0", NULL },
  { "switched on at last", { IFCFG "ens192", "BOOTPROTO=dhcp\nONBOOT=no\nONBOOT=yes\n" }, FALSE, ANY,
    "ens192", NULL },
  { "a comment is no switch", { IFCFG "ens192", "BOOTPROTO=dhcp\n#ONBOOT=no\n" }, FALSE, ANY, "ens192",
    NULL },
  { "a keyfile that nobody starts", { IFCFG "ens192", "BOOTPROTO=dhcp\nONBOOT=yes\n", KEYFILE,
      "[connection]\ntype = ethernet\ninterface-name = ens224\nautoconnect = false\n" }, FALSE, ANY,
    "ens192", NULL },
  { "a keyfile of another section", { KEYFILE,
      "[connection]\ntype=ethernet\ninterface-name=ens160\nautoconnect-priority=0\n[x]\nautoconnect=no\n" },
    FALSE, ANY, "ens160", NULL },
  { "what lies on top", { "/etc/network/interfaces",
      "iface ens3 inet manual\niface ens3.5 inet static\niface ens3:1 inet static\n"
      "iface br0 inet dhcp\niface bond0 inet dhcp\niface wlan0 inet dhcp\n" }, FALSE, ANY, "ens3",
    NULL },
  { "a pattern", { "/etc/systemd/network/a.network", "[Match]\nName=en*\n[Network]\nDHCP=yes\n" },
    FALSE, NULL, NULL, NULL },
  { "an owner's name", { IFCFG "lan0", "BOOTPROTO=dhcp\n" }, FALSE, NULL, NULL, NULL },
  { "no name at all", { IFCFG "x", "DEVICE=en\"s\nBOOTPROTO=dhcp\n" }, FALSE, NULL, NULL, NULL },
  { "too long", { IFCFG "enp1234567890123", "BOOTPROTO=dhcp\n" }, FALSE, NULL, NULL, NULL },
  { "two cards", { IFCFG "ens192", "BOOTPROTO=dhcp\n", IFCFG "ens224", "BOOTPROTO=dhcp\n" }, FALSE,
    NULL, NULL, "cards named ens192, ens224: which" },
  /* With MAC addresses. */
  { "pinned to one that is gone", { IFCFG "ens192", "DEVICE=ens192\nHWADDR=" MAC "\n" }, FALSE,
    NULL, NULL, NULL },
  { "pinned to one that stays", { IFCFG "ens192", "DEVICE=ens192\nHWADDR=" MAC "\n" }, TRUE,
    BY_MAC, "ens192", NULL },
  { "pinned, and another", { IFCFG "ens192", "DEVICE=ens192\nHWADDR=" MAC "\n", IFCFG "ens224",
      "BOOTPROTO=dhcp\n" }, TRUE, BY_MAC, "ens192", "cards named ens224: which" },
  { "netplan renames itself", { "/etc/netplan/a.yaml",
      "network: {ethernets: {ens160: {match: {macaddress: '" MAC "'}, set-name: ens160}}}\n" }, TRUE,
    NULL, NULL, NULL },
  { "named by udev already", { IFCFG "ens192", "DEVICE=ens192\n",
      "/etc/udev/rules.d/70-persistent-net.rules", "ATTR{address}==\"" MAC "\", NAME=\"ens192\"\n" },
    TRUE, NULL, NULL, NULL },
  { "named by udev for a card that is gone", { IFCFG "ens192", "DEVICE=ens192\n",
      "/etc/udev/rules.d/70-persistent-net.rules", "ATTR{address}==\"" MAC "\", NAME=\"ens192\"\n" },
    FALSE, ANY, "ens192", NULL },
  { "named by a .link file", { IFCFG "eth0", "BOOTPROTO=dhcp\n", "/etc/systemd/network/a.link",
      "[Match]\nDriver=virtio_net\n[Link]\nName=eth0\n" }, FALSE, NULL, NULL, NULL },
  { "named by a .link file for all drivers but one", { IFCFG "eth0", "BOOTPROTO=dhcp\n",
      "/etc/systemd/network/a.link", "[Match]\nDriver=!vmxnet3\n[Link]\nName=eth0\n" }, FALSE,
    NULL, NULL, NULL },
  /* A card that is not there any more has it. */
  { "named by a .link file for another driver", { IFCFG "eth0", "BOOTPROTO=dhcp\n",
      "/etc/systemd/network/a.link", "[Match]\nDriver=vmxnet3 e1000\n[Link]\nName=eth0\n" }, FALSE,
    ANY, "eth0", NULL },
  { "named by a .link file for a MAC address and a driver", { IFCFG "eth0", "BOOTPROTO=dhcp\n",
      "/etc/systemd/network/a.link",
      "[Match]\nMACAddress=" MAC "\nDriver=vmxnet3\n[Link]\nName=eth0\n" }, TRUE, ANY, "eth0", NULL },
  { "named by a .link file for a place", { IFCFG "eth0", "BOOTPROTO=dhcp\n",
      "/etc/systemd/network/a.link", "[Match]\nPath=pci-0000:0b:00.0\n[Link]\nName=eth0\n" }, FALSE,
    ANY, "eth0", NULL },
  { "named by a .link file for any place", { IFCFG "eth0", "BOOTPROTO=dhcp\n",
      "/etc/systemd/network/a.link", "[Match]\nPath=pci-*\n[Link]\nName=eth0\n" }, FALSE, NULL, NULL,
    NULL },
  { "named by udev for another driver", { IFCFG "eth0", "BOOTPROTO=dhcp\n",
      "/etc/udev/rules.d/70-net.rules", "SUBSYSTEM==\"net\", DRIVERS==\"vmxnet3\", NAME=\"eth0\"\n" },
    FALSE, ANY, "eth0", NULL },
  { "named by udev for two drivers", { IFCFG "eth0", "BOOTPROTO=dhcp\n",
      "/etc/udev/rules.d/70-net.rules",
      "SUBSYSTEM==\"net\", DRIVERS==\"vmxnet3|virtio*\", NAME=\"eth0\"\n" }, FALSE, NULL, NULL,
    NULL },
};

static void
run (Tree *tree, const Row *row, char **out_text, GPtrArray *warnings)
{
  g_auto (Step) step = { NULL };
  g_autoptr (GHashTable) options = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  V2vRuleContext context = { .guest = guest, .draft = draft, .options = options,
                             .warnings = warnings };
  g_autoptr (GError) error = NULL;

  g_hash_table_insert (options, (gpointer) "mac", (gpointer) (row->kept ? "kept" : "new"));
  g_assert_true (step_parse (&step, "card-name: {}", &error));
  g_assert_true (step.ops->apply (step.data, &context, &error));
  g_assert_no_error (error);
  g_assert_true (v2v_draft_read_text (draft, RULES_FILE, out_text, &error));
  g_assert_no_error (error);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autofree char *want = NULL;

  for (gsize i = 0; i + 1 < G_N_ELEMENTS (row->files) && row->files[i] != NULL; i += 2)
    tree_write (tree, row->files[i], row->files[i + 1]);
  run (tree, row, &text, warnings);
  g_assert_cmpuint (warnings->len, ==, row->warning != NULL ? 1 : 0);
  if (row->warning != NULL)
    g_assert_nonnull (strstr (g_ptr_array_index (warnings, 0), row->warning));
  if (row->name == NULL) {
    g_assert_null (text);
    return;
  }
  want = g_strdup_printf ("\nSUBSYSTEM==\"net\", ACTION==\"add\", %s%s, ATTR{type}==\"1\", "
                          "NAME=\"%s\"\n", g_str_equal (row->match, ANY) ? "" : "DRIVERS==\"?*\", ",
                          row->match, row->name);
  g_assert_nonnull (text);
  g_assert_true (g_str_has_suffix (text, want));
  /* The file of ours does not count as somebody's who names the card. */
  tree_write (tree, RULES_FILE, text);
  g_ptr_array_set_size (warnings, 0);
  run (tree, row, &again, warnings);
  g_assert_cmpstr (again, ==, text);
}

static void
test_parse (void)
{
  assert_parse_error ("card-name: {name: eth0}", "name");
}

static void
test_many (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autoptr (V2vCardNames) names = NULL;

  for (guint i = 0; i < 200; i++) {
    V2vNetConfig *row = v2v_guest_add_network (guest);

    row->kind = g_strdup ("ifcfg");
    row->file = g_strdup ("/x");
    row->interface = g_strdup_printf ("eth%u", i);
  }
  names = v2v_card_names_new (guest, FALSE);
  g_assert_cmpuint (names->names->len, ==, V2V_CARD_NAMES_MAX);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/card-names/%s", rows[i].what);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/card-names/parse", test_parse);
  g_test_add_func ("/card-names/many", test_many);
  return g_test_run ();
}
