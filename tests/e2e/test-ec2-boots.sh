# SPDX-License-Identifier: GPL-2.0-or-later
# Guests with EC2's agents, booted without EC2 before and after the conversion: what they ask
# for, how long they wait, who can log in, and whether they shut down.  There is a router, and
# behind it names and time, and nothing else.  One guest each day; all of them, five minutes each, and their seed disks
# with V2V_E2E_MATRIX=1.  V2V_E2E_BOOTS="RECIPE:FIRMWARE ..." chooses.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3 tcpdump mcopy ip unshare

guests=${V2V_E2E_BOOTS:-debian12-ec2-agents:bios}
stay=0
if [ -n "${V2V_E2E_MATRIX:-}" ]; then
  guests=${V2V_E2E_BOOTS:-debian12-ec2-agents:bios amzn2023-ec2-agents:uefi debian13-ec2-agents:uefi debian11-ec2-agents:bios}
  stay=300
fi

# --- a boot, watched from outside and asked from inside

# Runs in the guest as root and prints "name value" lines.
cat >"$T/probe" <<'F'
timeout 60 systemctl is-system-running --wait >/dev/null 2>&1
# Not those of a kind that no client takes any more: cloud-init adds one when it has a seed.
echo "host_keys $(cat /etc/ssh/ssh_host_*.pub | cut -d' ' -f1,2 | grep -v '^ssh-dss' | sort | sha256sum | cut -c1-16)"
echo "root $(sed -n 's/^root:\([^:]*\):.*/\1/p' /etc/shadow)"
echo "admin $(sed -n 's/^admin:\([^:]*\):.*/\1/p' /etc/shadow)"
echo "hostname $(hostname)"
echo "cloud_init $(cloud-init status 2>/dev/null | sed -n 's/^status: //p')"
# Seconds that its units took to start, all together.
total=0
for unit in cloud-init-local cloud-init-main cloud-init cloud-init-network cloud-config cloud-final; do
  eval "$(systemctl show -p InactiveExitTimestampMonotonic -p ActiveEnterTimestampMonotonic "$unit" 2>/dev/null | grep -E '^[A-Za-z]+=[0-9]+$')"
  [ "${ActiveEnterTimestampMonotonic:-0}" -le "${InactiveExitTimestampMonotonic:-0}" ] ||
    total=$((total + ActiveEnterTimestampMonotonic - InactiveExitTimestampMonotonic))
  unset ActiveEnterTimestampMonotonic InactiveExitTimestampMonotonic
done
echo "cloud_init_seconds $((total / 1000000))"
echo "failed $(systemctl --failed --plain --no-legend | awk '{print $1}' | paste -sd,)"
for tty in ttyS0 tty1; do
  echo "prompt_$tty $(ps -C agetty,login -o tty= | grep -cx "$tty *")"
done
echo "screen $(tr -s ' ' ' ' </dev/vcs1 | grep -o 'login:')"
# Amazon's server alone is not worth the wait.
tries=20
chronyc -n sources -a | awk 'NR > 2 {print $2}' | grep -qv '^169\.254\.' || tries=1
chronyc waitsync $tries 0 0 1 >/dev/null 2>&1 && echo "time_set yes"
echo "time_sources $(chronyc -n sources -a | awk 'NR > 2 {print $2}' | paste -sd,)"
echo "time_config $(grep -hsE '^ *(server|pool|peer|refclock) ' /etc/chrony.conf /etc/chrony/chrony.conf /etc/chrony/*.d/* | paste -sd,)"
F

# run LABEL DISK ARG...: boots and asks; goes on as soon as the guest has answered, while it
# stays for what it may still do.  To be followed by finish.
run () {
  local label=$1 disk=$2
  shift 2
  {
    printf 'start=$(date +%%s)\n'
    # The port is open from the beginning, sshd is not.
    printf 'for try in $(seq 60); do %s true 2>"%s" && break; sleep 1; done\n' "$(ssh_to "$label")" "$T/$label.ssh"
    printf 'echo "ssh_wait $(($(date +%%s) - start))" >"%s"\n' "$T/$label.said"
    printf '%s sudo bash -s <"%s" >>"%s"\nstatus=$?\n' "$(ssh_to "$label")" "${probe:-$T/probe}" "$T/$label.said"
    printf 'echo $status >"%s"\nexit $status\n' "$T/$label.reached"
  } >"$T/$label.sh"
  "$IMAGES/boot-image" "$disk" --router --screen --nic virtio-net --firmware "$firmware" --until login --timeout 900 \
    --hostfwd $SSH_PORT:22 --capture "$T/$label.pcap" --log "$T/$label.console" --exec "sh '$T/$label.sh'" "$@" \
    >"$T/$label.json" 2>"$T/$label.err" &
  pids[$label]=$!
  while [ ! -s "$T/$label.reached" ] && kill -0 "${pids[$label]}" 2>/dev/null; do sleep 1; done
}

finish () { # label
  wait "${pids[$1]}"
}

ssh_to () { # label: with the key and the host keys that its owner has always had
  local strict=no
  [ ! -e "$T/$1.known" ] || strict=yes
  printf "ssh -i '%s' -p %s -o BatchMode=yes -o StrictHostKeyChecking=%s -o UserKnownHostsFile='%s' -o LogLevel=ERROR -o ConnectTimeout=20 admin@127.0.0.1" \
    "${key:-$T/guest.key}" "$SSH_PORT" $strict "$T/$1.known"
}

said () { # label name
  sed -n "s/^$2 //p" "$T/$1.said" 2>/dev/null | head -1
}

from_json () { # label expression
  python3 -c 'import json,sys
d = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$T/$1.json" "$2" 2>/dev/null || echo -
}

# Packets to EC2's own addresses; asking who has one is an attempt, too.
metadata='dst host 169.254.169.254 or dst host fd00:ec2::254'
time_server='dst host 169.254.169.123 or dst host fd00:ec2::123'
name_server='dst host 169.254.169.253 or dst host fd00:ec2::253'
over_ipv6='dst net fd00:ec2::/32'
any_of_ec2='dst net 169.254.0.0/16 or dst net fd00:ec2::/32'
packets () { # label filter
  tcpdump -nr "$T/$1.pcap" "$2" 2>/dev/null | wc -l
}

ec2_names () { # label: who asks a name server for names that only EC2 has
  tcpdump -nr "$T/$1.pcap" 'dst port 53' 2>/dev/null | grep -E 'instance-data|\.internal|amazonaws'
}

# --- one guest

row () { # property before after
  printf '%-22s %-22s %-30s %s\n' "${recipe%-agents}" "$1" "${2:--}" "${3:--}" >>"$V2V_TABLE"
}

root_ro () { # what its file system wants for being looked at
  case $recipe in amzn*) echo ro,norecovery ;; *) echo ro,noload ;; esac
}

# What the owner has in known_hosts and would notice.
facts_of_source () { # disk
  in_root_fs "$(root_ro)" "$1" sh -c 'cut -d" " -f1,2 etc/ssh/ssh_host_*.pub | grep -v "^ssh-dss"' >"$T/host_keys"
  in_root_fs "$(root_ro)" "$1" sh -c 'sed -n "s/^\(root\|admin\):\([^:]*\):.*/\1 \2/p" etc/shadow; echo "hostname $(cat etc/hostname)"' >"$T/source.said"
  echo "host_keys $(sort "$T/host_keys" | sha256sum | cut -c1-16)" >>"$T/source.said"
}

# Amazon Linux serves the drivers of EC2's cards only; there is no such card here.
give_ec2_card () { # disk
  case $recipe in
    amzn*) in_root_fs rw "$1" sed -i 's/^Driver=ena .*/& virtio_net/' usr/lib/systemd/network/80-ec2.network ;;
  esac
}

# What ds-identify takes for EC2: the first group of the UUID, and a serial number like it.
smbios () {
  case $recipe in
    debian11*) echo type=1,uuid=ec2f7a31-5c11-4b2e-9d0a-1f2e3d4c5b6a,serial=ec2f7a31-5c11-4b2e-9d0a-1f2e3d4c5b6a ;;
    debian12*) echo type=1,uuid=ec2e1916-9099-7caf-fd21-012345abcdef,serial=ec2e1916-9099-7caf-fd21-012345abcdef ;;
    *) echo "type=1,uuid=$(cat /proc/sys/kernel/random/uuid)" ;;
  esac
}

before () {
  local disk=$T/before.raw keep=()
  cp --sparse=always "$T/guest.raw" "$disk"
  give_ec2_card "$disk"
  [ $stay = 0 ] || keep=(--stay $stay --power-button 30)
  run "$recipe-before" "$disk" --bus nvme "${keep[@]}"
}

after () {
  local l=$recipe-after
  sed "s/^/[127.0.0.1]:$SSH_PORT /" "$T/host_keys" >"$T/$l.known"
  run "$l" "$T/guest.raw" --bus virtio-blk --stay $stay --power-button 120 --qemu=-smbios --qemu="$(smbios)"
}

judge_before () {
  local l=$recipe-before
  is "$recipe before: boots on NVMe, and somebody logs in" "$(cat "$T/$l.reached")" 0
  like "$recipe before: cloud-init waits for EC2" "$T/$l.console" "url_helper.*169\.254\.169\.254"
  ok "$recipe before: for as long as it was told ($(said "$l" cloud_init_seconds) s)" \
    test "$(said "$l" cloud_init_seconds)" -ge 20
  ok "$recipe before: asks the metadata service" test "$(packets "$l" "$metadata")" -gt 0
  ok "$recipe before: asks Amazon's time server" test "$(packets "$l" "$time_server")" -gt 0
  ok "$recipe before: asks Amazon's name server" test "$(packets "$l" "$name_server")" -gt 0
  ok "$recipe before: its host keys are replaced" test "$(said "$l" host_keys)" != "$(said source host_keys)"
  ok "$recipe before: the password of admin is locked" test "$(said "$l" admin)" = "!$(said source admin)"
}

judge_after () {
  local l=$recipe-after name
  is "$recipe after: boots on virtio-blk; a login with the old key, and the old host keys in known_hosts" \
    "$(cat "$T/$l.reached")" 0
  for name in host_keys root admin hostname; do
    is "$recipe after: $name is what it was" "$(said "$l" $name)" "$(said source $name)"
  done
  unlike "$recipe after: cloud-init waits for nothing" "$T/$l.console" 'url_helper|169\.254|Cloud-init v\.'
  like "$recipe after: cloud-init status" <(said "$l" cloud_init) '^(disabled|not run|done)$'
  is "$recipe after: seconds for cloud-init" "$(said "$l" cloud_init_seconds)" 0
  is "$recipe after: no unit has failed" "$(said "$l" failed)" ""
  ok "$recipe after: a prompt on ttyS0" test "$(said "$l" prompt_ttyS0)" -gt 0
  ok "$recipe after: a prompt on tty1" test "$(said "$l" prompt_tty1)" -gt 0
  is "$recipe after: which is seen on the screen" "$(said "$l" screen)" login:
  unlike "$recipe after: no time source is link-local" <(said "$l" time_sources; said "$l" time_config) '169\.254|fd00:ec2'
  is "$recipe after: its clock is set by the source that it has" "$(said "$l" time_set)" yes
}

# What only the end of the boot tells.
judge_rest () {
  local b=$recipe-before a=$recipe-after
  finish "$b"
  finish "$a"
  is "$recipe after: packets to EC2's addresses" "$(packets "$a" "$any_of_ec2")" 0
  is "$recipe after: questions for EC2's names" "$(ec2_names "$a")" ""
  tcpdump -nr "$T/$a.pcap" "$any_of_ec2" 2>/dev/null | head -20 | sed 's/^/# /'
  like "$recipe after: the power button shuts it down" "$T/$a.json" '"power_button": [0-9]'
  case $stay-$recipe in
    0-* | *-amzn*) ;;
    *) like "$recipe before: it does not" "$T/$b.json" '"power_button": null' ;;
  esac
  table
}

yes_no () { if "$@"; then echo yes; else echo no; fi; }

table () {
  local b=$recipe-before a=$recipe-after p
  row "seconds to login" "$(from_json "$b" 'd["seconds"]["login"]')" "$(from_json "$a" 'd["seconds"]["login"]')"
  row "seconds of cloud-init" "$(said "$b" cloud_init_seconds)" "$(said "$a" cloud_init_seconds)"
  row "cloud-init status" "$(said "$b" cloud_init)" "$(said "$a" cloud_init)"
  for p in metadata time_server name_server over_ipv6 any_of_ec2; do
    row "packets: $p" "$(packets "$b" "${!p}")" "$(packets "$a" "${!p}")"
  done
  row "asked for EC2's names" "$(ec2_names "$b" | wc -l)" "$(ec2_names "$a" | wc -l)"
  for p in host_keys root admin hostname; do
    row "$p kept" "$(yes_no test "$(said "$b" $p)" = "$(said source-$recipe $p)")" "$(yes_no test "$(said "$a" $p)" = "$(said source-$recipe $p)")"
  done
  for p in prompt_ttyS0 prompt_tty1; do row "$p" "$(said "$b" $p)" "$(said "$a" $p)"; done
  row "clock is set" "$(said "$b" time_set)" "$(said "$a" time_set)"
  row "time sources" "$(said "$b" time_config)" "$(said "$a" time_config)"
  row "failed units" "$(said "$b" failed)" "$(said "$a" failed)"
  row "power button, seconds" "$(from_json "$b" 'd.get("power_button", "not tried")')" "$(from_json "$a" 'd["power_button"]')"
}

# --- a seed disk, as KubeVirt attaches it

make_seed () {
  truncate -s 2M "$T/seed.raw"
  mkfs.vfat -n CIDATA "$T/seed.raw" >/dev/null
  rm -f "$T/seed.key" "$T/seed.key.pub"
  ssh-keygen -q -t ed25519 -N '' -f "$T/seed.key"
  printf 'instance-id: seed-1\nlocal-hostname: from-the-seed\n' >"$T/meta-data"
  printf '#cloud-config\npassword: of-the-seed\nchpasswd: {expire: false}\nssh_authorized_keys:\n  - %s\n' \
    "$(cat "$T/seed.key.pub")" >"$T/user-data"
  mcopy -i "$T/seed.raw" "$T/meta-data" "$T/user-data" ::/
}

seed () {
  local l=$recipe-seed key=$T/seed.key probe=$T/probe.seed
  make_seed
  { echo 'timeout 300 cloud-init status --wait >/dev/null 2>&1'
    cat "$T/probe"
    # As somebody who is not root, so that su asks.
    echo 'echo "su $(cd /; (sleep 10; echo of-the-seed; sleep 15) | setpriv --reuid 65534 script -qec "su admin -c whoami" /dev/null | tr -d "\r" | tail -1)"'
  } >"$probe"
  sed "s/^/[127.0.0.1]:$SSH_PORT /" "$T/host_keys" >"$T/$l.known"
  run "$l" "$T/guest.raw" --disk2 "$T/seed.raw" --bus virtio-blk
  finish "$l"
  is "$recipe with a seed: a login with its key" "$(cat "$T/$l.reached")" 0
  is "$recipe with a seed: and with its password" "$(said "$l" su)" admin
  is "$recipe with a seed: cloud-init is done" "$(said "$l" cloud_init)" done
  is "$recipe with a seed: host keys are what they were" "$(said "$l" host_keys)" "$(said source host_keys)"
  is "$recipe with a seed: packets to EC2's addresses" "$(packets "$l" "$any_of_ec2")" 0
  row "login with a seed" "-" "$(from_json "$l" 'd["seconds"]["login"]')"
}

declare -A pids
: >"$V2V_TABLE"
done_guests=()
for guest in $guests; do
  recipe=${guest%:*} firmware=${guest#*:}
  if ! guest_copy "$recipe" guest >/dev/null; then
    _result 1 "$guest: can be made"
    continue
  fi
  facts_of_source "$T/guest.raw"
  cp "$T/source.said" "$T/source-$recipe.said"
  before
  judge_before
  timed "$recipe: convert" "$V2V" convert --name "$recipe" -o "$T/out" "$T/guest.raw" >"$T/$recipe.out" 2>"$T/$recipe.log"
  is "$recipe: converts" $? 0
  after
  judge_after
  [ $stay = 0 ] || seed
  # Running guests read their files on; they have them open.
  rm -rf "$T/guest.raw" "$T/guest.key" "$T/before.raw" "$T/out"
  done_guests+=("$guest")
done
for guest in "${done_guests[@]}"; do
  recipe=${guest%:*}
  judge_rest
done
echo "# guest, property, before, after (packets in the first $( [ $stay = 0 ] && echo minutes, until the end of an SSH session || echo "$stay seconds")):"
sed 's/^/# /' "$V2V_TABLE"
done_testing
