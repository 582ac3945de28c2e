# SPDX-License-Identifier: GPL-2.0-or-later
# What --guest-agent install puts into a guest: the script as a plan shows it, run with package
# managers that are played.
. "$V2V_SRCDIR/tests/functions.sh"

guest=$T/guest
mkdir -p "$guest/etc/systemd/system" "$guest/usr/lib/systemd" "$guest/usr/bin"
printf 'ID=debian\nVERSION_ID="12"\n' >"$guest/etc/os-release"
: >"$guest/usr/lib/systemd/systemd"
: >"$guest/usr/bin/apt-get"

"$V2V" plan -i tree "$guest" >"$T/keep" 2>/dev/null
ok "nothing of it unless asked for" bash -c "! grep -q install-guest-agent '$T/keep'"
"$V2V" plan -i tree --guest-agent install "$guest" >"$T/plan" 2>"$T/err"
sed -n '/first-boot\/60-install-guest-agent/,/^    \/\|^[a-z]/p' "$T/plan" | sed -n 's/^      +//p' >"$T/script"
ok "the script is in the plan, to its end" test "$(tail -n 1 "$T/script")" = 'exit 0'
ok "a shell can read it" sh -n "$T/script"

: >"$guest/usr/bin/qemu-ga"
"$V2V" plan -i tree --guest-agent install "$guest" >"$T/plan" 2>"$T/err"
ok "nothing where it is installed, and not a word" bash -c "! grep -q 'first-boot\|does nothing here' '$T/plan' '$T/err'"
rm "$guest/usr/bin/qemu-ga" "$guest/usr/bin/apt-get"
said () { "$V2V" plan -i tree --guest-agent install "${@:3}" >"$T/plan" 2>"$T/err"; tr -s ' \n' ' ' <"$T/plan" >"$T/line"; like "$1" "$T/line" "$2"; }
said "no package manager" '! --guest-agent install does nothing here: no package manager that it knows' "$guest"
: >"$guest/usr/bin/zypper"
said "the rule switched off" '! --guest-agent install does nothing here: the rule is off' --disable guest-agent-install "$guest"

# $T/fake plays the programs; each call is a line of $T/calls.
fake () { printf '#!/bin/sh\necho "%s $*" >>%s/calls\n%s\n' "$1" "$T" "$2" >"$T/fake/$1"; chmod +x "$T/fake/$1"; }
begin () { # a manager; a network
  rm -rf "$T/fake" "$T/root" "$T/calls"
  mkdir -p "$T/fake" "$T/root/usr/bin" "$T/root/usr/sbin" "$T/root/proc/net"
  : >"$T/calls"
  fake sleep ''
  fake timeout 'shift 3; exec "$@"'
  fake systemctl ''
  : >"$T/root/usr/bin/$1"
  chmod +x "$T/root/usr/bin/$1"
  fake "$1" "case \$* in *' install '*) : >$T/root/usr/bin/qemu-ga ;; esac"
  printf 'Iface\tDestination\tGateway\n' >"$T/root/proc/net/route"
  [ "$2" = no ] || printf 'eth0\t00000000\t010200C0\n' >>"$T/root/proc/net/route"
}
run () { PATH=$T/fake:$PATH V2V_FIRST_BOOT_ROOT=$T/root sh "$T/script" >"$T/out" 2>&1; echo $?; }
calls () { grep -v '^timeout ' "$T/calls" | tr '\n' ';'; }

begin apt-get yes
is "apt-get: all is well" "$(run)" 0
is "apt-get is asked, and the agent started" "$(calls)" \
  "apt-get -q update;apt-get -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends install qemu-guest-agent;systemctl -q enable qemu-guest-agent.service;systemctl --no-block start qemu-guest-agent.service;"
like "it says so" "$T/out" '^qemu-guest-agent: installed$'
like "each call has a limit" "$T/calls" '^timeout -k 10 220 apt-get -q -y'
: >"$T/calls"
is "once more there is nothing to do" "$(run)" 0
is "and nothing is called" "$(calls)" ""
for manager in "dnf:dnf -q -y install qemu-guest-agent" "yum:yum -q -y install qemu-guest-agent" \
  "zypper:zypper --non-interactive --quiet install --no-recommends qemu-guest-agent"; do
  begin "${manager%%:*}" yes
  run >/dev/null
  is "${manager%%:*} is asked" "$(calls | cut -d';' -f1)" "${manager#*:}"
done

begin zypper yes
fake zypper 'echo "$ZYPP_LOCK_TIMEOUT"; exit 7'
run >/dev/null
like "zypper is told to wait for another program" "$T/out" '^120$'

begin dnf yes
fake dnf 'echo "cannot reach any mirror"; exit 1'
is "no repository answers: it is no failure" "$(run)" 0
is "three tries and two pauses" "$(calls)" \
  "dnf -q -y install qemu-guest-agent;sleep 20;dnf -q -y install qemu-guest-agent;sleep 20;dnf -q -y install qemu-guest-agent;"
like "what it said is in the log" "$T/out" '^cannot reach any mirror$'
like "and what to do" "$T/out" '^qemu-guest-agent: not installed; install it by hand$'

begin dnf no
is "no network: it is no failure" "$(run)" 0
is "two minutes, then no more" "$(calls | tr ';' '\n' | sort | uniq -c | tr -s ' ')" " 23 sleep 5"
like "it says so" "$T/out" 'not installed, there was no network within two minutes'

begin dnf no
fake sleep "printf 'eth0\t00000000\t010200C0\n' >>$T/root/proc/net/route"
run >/dev/null
like "a network that comes later will do" "$T/out" '^qemu-guest-agent: installed$'
begin dnf no
echo '00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80 00 1 0 1 eth0' >"$T/root/proc/net/ipv6_route"
run >/dev/null
like "so does IPv6" "$T/out" '^qemu-guest-agent: installed$'
begin dnf no
echo '00000000000000000000000000000000 00 00000000000000000000000000000000 00 0000 ff 1 0 200200 lo' >"$T/root/proc/net/ipv6_route"
run >/dev/null
like "but not the route to nowhere" "$T/out" 'there was no network'
done_testing
