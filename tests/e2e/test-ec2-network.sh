# SPDX-License-Identifier: GPL-2.0-or-later
# The network of a guest that leaves EC2: it asks for an address by DHCP and is reached by
# ssh, whatever MAC address KubeVirt gives its card.  Every day the guest that it hurts most,
# pinned by netplan; V2V_E2E_MATRIX=1 adds kept MAC addresses, two cards in changed order,
# ifupdown with a persistent-net rule, Amazon Linux 2023's 80-ec2.network, and a configuration
# by the name that a card had on vSphere.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3

EC2_MAC=0a:ff:c0:11:22:33
EC2_MAC2=0a:ff:c0:11:22:34
NEW_MAC=52:54:00:ab:cd:01
NEW_MAC2=52:54:00:ab:cd:02

row () { printf '%-14s %-44s %7s  %s\n' "$@" >>"$V2V_TABLE"; }

# dhcp_of PCAP: how often an address was asked for, and what the server has said at last
dhcp_of () {
  python3 -c 'import struct,sys
data, at, asked, given = open(sys.argv[1], "rb").read(), 24, 0, "none"
while at + 16 <= len(data):
    n = struct.unpack_from("<I", data, at + 8)[0]
    p = data[at + 16:at + 16 + n]
    at += 16 + n
    if p[12:14] != b"\x08\x00" or p[23] != 17:
        continue
    udp = 14 + (p[14] & 15) * 4
    ports = struct.unpack_from(">HH", p, udp)
    if ports == (68, 67):
        asked += 1
    elif ports == (67, 68) and b"\x35\x01\x05" in p[udp + 8 + 240:]:
        given = ".".join(str(b) for b in p[udp + 24:udp + 28])
print(asked, given)' "$1"
}

login_seconds () {
  python3 -c 'import json,sys
print(max([json.loads(l)["seconds"].get("login", 0) for l in open(sys.argv[1]) if l.startswith("{")] or ["-"]))' "$T/.ok.out"
}

# What each boot here has: its packets are written down.
net_boot () { # disk, options of boot-image...
  rm -f "$T/pcap"
  boot "$@" --until login --timeout "${V2V_BOOT_TIMEOUT:-600}" --capture "$T/pcap"
}

# before WHAT NAME DISK OPTION...: on its own NVMe disk, and yet without an address.  With the
# matrix only: some of these guests wait for minutes for their network.
before () {
  local what=$1 name=$2 disk=$3
  [ -n "${V2V_E2E_MATRIX:-}" ] || return 0
  shift 3
  ok "$name before, $what: boots to login" net_boot "$disk" --bus nvme "$@" --exec "sleep 15"
  is "$name before, $what: asks nobody for an address" "$(dhcp_of "$T/pcap")" "0 none"
  row "$name" "before: $what" "$(login_seconds)" "no address"
}

# after WHAT NAME DISK OPTION...: reached by ssh, at the address that DHCP gave
after () {
  local what=$1 name=$2 disk=$3
  shift 3
  ok "$name, $what: is reached by ssh" net_boot "$disk" --bus virtio-blk "$@" --hostfwd $SSH_PORT:22 \
    --exec "$(in_guest "$name" 'ip -4 -o addr show scope global; ip -o link')"
  like "$name, $what: by the address that DHCP gave" "$T/$name.said" ' inet 10[.]0[.]2[.]15/24 '
  like "$name, $what: the server gave it" <(dhcp_of "$T/pcap") '^[1-9][0-9]* 10[.]0[.]2[.]15$'
  row "$name" "$what" "$(login_seconds)" "$(sed -n 's/^[0-9]*: \([^ ]*\) .*inet \([0-9.]*\)\/.*/\1 \2/p' "$T/$name.said" | paste -sd ' ')"
}

convert () { # name, words of convert...
  local name=$1 start=$SECONDS
  shift
  "$V2V" convert --name "$name" -o "$T/out-$name" "$@" >"$T/$name.plan" 2>"$T/$name.log"
  is "$name: converts" $? 0
  echo "# convert $name: $((SECONDS - start)) s"
  grep -E 'net-|warning' "$T/$name.log" | sed 's/^/# /' | head -20
}

# domain NAME DISK MAC...: a description, by which the MAC addresses are kept
domain () {
  local mac
  printf "<domain type='kvm'>\n<name>%s</name><memory unit='GiB'>1</memory><vcpu>1</vcpu>\n" "$1"
  printf "<os><type arch='x86_64'>hvm</type></os><devices>\n"
  printf "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='%s'/>" "$2"
  printf "<target dev='sda' bus='scsi'/></disk>\n"
  shift 2
  for mac in "$@"; do
    printf "<interface type='network'><mac address='%s'/><source network='default'/></interface>\n" "$mac"
  done
  printf '</devices></domain>\n'
}

# Pinned to the card's MAC address.
part_netplan () {
  disk=$(guest_copy debian12-ec2 netplan) || return 1
  before "a new MAC address" netplan "$disk" --mac $NEW_MAC
  convert netplan "$disk"
  like "netplan: a file for any card is there" "$T/netplan.log" 'net-netplan-mac'
  after "a new MAC address" netplan "$disk" --mac $NEW_MAC
  [ -z "${V2V_E2E_MATRIX:-}" ] || after "the source's MAC address" netplan "$disk" --mac $EC2_MAC
}

# The description says which MAC address the card had: the new one gets it too.
part_kept () {
  disk=$(guest_copy debian12-ec2 kept) || return 1
  domain kept "$disk" $EC2_MAC >"$T/kept.xml"
  convert kept -i libvirtxml "$T/kept.xml"
  unlike "kept: the pin stays" "$T/kept.log" 'net-netplan-mac'
  like "kept: the VM has the MAC address" "$T/out-kept/kept.yaml" "$EC2_MAC"
  after "its MAC address kept" kept "$disk" --mac $EC2_MAC
}

# As cloud-init leaves a second interface of EC2.
two_cards () { # disk
  local n mac metric
  { printf 'network:\n    ethernets:\n'
    while read -r n mac metric; do
      printf '        ens%s:\n            dhcp4: true\n            dhcp4-overrides:\n' "$n"
      printf '                route-metric: %s\n            dhcp6: false\n            match:\n' "$metric"
      printf '                macaddress: %s\n            set-name: ens%s\n' "$mac" "$n"
    done <<<"5 $EC2_MAC 100
6 $EC2_MAC2 200"
    printf '    version: 2\n'; } >"$T/two.yaml"
  in_root_fs rw "$1" cp "$T/two.yaml" etc/netplan/50-cloud-init.yaml
}

part_two () {
  disk=$(guest_copy debian12-ec2 two) && two_cards "$disk" || return 1
  convert two "$disk"
  after "two cards, new MAC addresses" two "$disk" --mac $NEW_MAC --mac $NEW_MAC2
  like "two: the second card has its address" "$T/two.said" ' inet 10[.]0[.]3[.]15/24 '
  after "two cards, the source's in changed order" two "$disk" --mac $EC2_MAC2 --mac $EC2_MAC
  like "two: the second card has its address" "$T/two.said" ' inet 10[.]0[.]3[.]15/24 '
}

part_two-kept () {
  disk=$(guest_copy debian12-ec2 two-kept) && two_cards "$disk" || return 1
  domain two-kept "$disk" $EC2_MAC $EC2_MAC2 >"$T/two-kept.xml"
  convert two-kept -i libvirtxml "$T/two-kept.xml"
  after "two cards kept, in changed order" two-kept "$disk" --mac $EC2_MAC2 --mac $EC2_MAC
  like "two-kept: names follow the MAC addresses" "$T/two-kept.said" ': ens6 +inet 10[.]0[.]2[.]15/24 '
  like "two-kept: both do" "$T/two-kept.said" ': ens5 +inet 10[.]0[.]3[.]15/24 '
  # The second card needs a network of KubeVirt's that its owner has to make first.
  after "two cards kept, one attached" two-kept "$disk" --mac $EC2_MAC
}

# With a rule of udev for the card's name.
part_ifupdown () {
  disk=$(guest_copy debian11-ec2 ifupdown) || return 1
  before "a new MAC address" ifupdown "$disk" --mac $NEW_MAC
  convert ifupdown "$disk"
  after "a new MAC address" ifupdown "$disk" --mac $NEW_MAC
  after "the source's MAC address" ifupdown "$disk" --mac $EC2_MAC
}

part_ifupdown-kept () {
  disk=$(guest_copy debian11-ec2 ifupdown-kept) || return 1
  domain ifupdown-kept "$disk" $EC2_MAC >"$T/ifupdown-kept.xml"
  convert ifupdown-kept -i libvirtxml "$T/ifupdown-kept.xml"
  unlike "ifupdown-kept: nothing speaks of another name" "$T/ifupdown-kept.log" 'another name'
  after "its MAC address kept" ifupdown-kept "$disk" --mac $EC2_MAC
}

# On EC2 it has an address: its cards have the driver ena.
part_amzn2023 () {
  disk=$(guest_copy amzn2023-ec2 amzn2023) || return 1
  before "80-ec2.network, any card but EC2's" amzn2023 "$disk" --firmware uefi
  convert amzn2023 "$disk"
  after "80-virtio.network, a new MAC address" amzn2023 "$disk" --firmware uefi --mac $NEW_MAC
}

# By the name that the card has on vSphere; here no card has it.
part_card-name () {
  disk=$(guest_copy debian12-ec2 card-name) || return 1
  printf 'network: {version: 2, ethernets: {ens192: {dhcp4: true}}}\n' >"$T/name.yaml"
  in_root_fs rw "$disk" cp "$T/name.yaml" etc/netplan/50-cloud-init.yaml
  # It waits for its network without a limit: no login comes.
  rm -f "$T/pcap"
  ok "card-name before: has its root" boot "$disk" --bus nvme --mac $NEW_MAC --until root --timeout 400 \
    --capture "$T/pcap" --exec "sleep 60"
  is "card-name before: asks nobody for an address" "$(dhcp_of "$T/pcap")" "0 none"
  # The image has amazon-ec2-net-utils, for which another rule configures any card.
  convert card-name --disable net-ec2-networkd "$disk"
  like "card-name: the card gets its name" "$T/card-name.log" 'net-card-name'
  unlike "card-name: nothing speaks of another name" "$T/card-name.log" 'another name'
  after "ens192" card-name "$disk" --mac $NEW_MAC
  like "card-name: it is called so" "$T/card-name.said" ': ens192 +inet 10[.]0[.]2[.]15/24 '
}

parts=${V2V_E2E_NETWORK:-netplan}
[ -z "${V2V_E2E_MATRIX:-}" ] || parts=${V2V_E2E_NETWORK:-netplan kept two two-kept ifupdown ifupdown-kept amzn2023 card-name}
printf '%-14s %-44s %7s  %s\n' guest case login addresses >"$V2V_TABLE"
for part in $parts; do
  "part_$part" || _result 1 "$part: the guest can be made"
  rm -f "$disk"
done
echo "# seconds to login, and the addresses that the guest has:"
sed 's/^/# /' "$V2V_TABLE"
done_testing
