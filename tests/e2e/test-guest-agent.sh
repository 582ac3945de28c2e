# SPDX-License-Identifier: GPL-2.0-or-later
# convert --guest-agent install, where the guest's own repositories answer: real signed indexes and
# packages, recorded before and served behind the guest's router, while another program of the
# guest has dpkg's lock.  After its first boot on virtio the agent answers on the port by which
# KubeVirt asks it, and once more after the next boot.  The twin, converted without the option, has the same network and no agent.
# Matrix only.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3 apt-get ip unshare

UNIT=/etc/systemd/system/v2v-wrapper-first-boot.service
LOG=/var/log/v2v-wrapper-first-boot.log

cat >"$T/ask-agent" <<'P'
# Over the host's end of the port: one line of JSON for each command.
import json, socket, sys
port = socket.socket(socket.AF_UNIX)
port.settimeout(15)
port.connect(sys.argv[1])
lines = port.makefile('rb')
for command, arguments in (('guest-sync', {'id': 4711}), ('guest-ping', {}), ('guest-get-osinfo', {}),
                           ('guest-network-get-interfaces', {})):
    port.sendall(json.dumps({'execute': command, 'arguments': arguments}).encode() + b'\n')
    try:
        print(command, lines.readline().decode().strip(), flush=True)
    except TimeoutError:
        sys.exit(f'{command}: no answer')
P

# boot_and_ask NAME DISK: what the guest says is in $T/NAME.said, the agent in $T/NAME.agent.
# Asked when our unit has gone, the last thing that it does, and without it at once.
boot_and_ask () {
  local name=$1 disk=$2 port=$T/$1.port
  {
    echo '('
    in_guest "$name" "for i in \$(seq 200); do test -e $UNIT || break; sleep 3; done; \
for i in \$(seq 10); do systemctl -q is-active qemu-guest-agent && break; sleep 1; done; ip -4 -o addr show scope global; \
cat /etc/apt/sources.list; sudo cat $LOG; dpkg-query -W -f \"\\\${Package} \\\${db:Status-Status}\\n\" qemu-guest-agent; \
systemctl is-active qemu-guest-agent; systemctl --failed --no-legend --plain; \
sudo ls -d $UNIT /var/lib/v2v-wrapper/first-boot /var/lib/v2v-wrapper/first-boot-run; sudo sync"
    echo ')'
    echo "python3 '$T/ask-agent' '$port' >'$T/$name.agent' 2>&1; true"
  } >"$T/$name.sh"
  timed "boot $name" boot "$disk" --write --bus virtio-blk --router --mirror "$T/web" --mac 52:54:00:ab:cd:01 --until login \
    --timeout "${V2V_BOOT_TIMEOUT:-600}" --hostfwd $SSH_PORT:22 --exec "sh '$T/$name.sh'" \
    --qemu=-device --qemu=virtio-serial-pci --qemu=-chardev --qemu="socket,id=agent,path=$port,server=on,wait=off" \
    --qemu=-device --qemu=virtserialport,chardev=agent,name=org.qemu.guest_agent.0
}

show () { grep -avE 'Reading database|^Waiting for cache lock' "$1" | sed 's/^/# guest: /' | head -60; }

# As unattended upgrades that were missed: it lets go half a minute after somebody has asked.
other_updates () { # in the root of the guest
  cat >usr/local/sbin/other-updates <<'P'
import fcntl, glob, time
lock = open('/var/lib/dpkg/lock-frontend', 'w')
fcntl.lockf(lock, fcntl.LOCK_EX)
def asked():
    for path in glob.glob('/proc/[0-9]*/cmdline'):
        try:
            words = open(path, 'rb').read().split(b'\0')
        except OSError:
            continue
        if words[0].endswith(b'apt-get') and b'install' in words:
            return True
while not asked():
    time.sleep(1)
time.sleep(30)
P
  printf '[Unit]\nBefore=v2v-wrapper-first-boot.service\n[Service]\nExecStart=/usr/bin/python3 /usr/local/sbin/other-updates\n' \
    >etc/systemd/system/other-updates.service
  ln -s ../other-updates.service etc/systemd/system/multi-user.target.wants/
}

disk=$(guest_copy debian12-ec2 guest) || skip_all "the guest could not be made"
grep -Eqv '^(deb http://|#|$)' <(in_root_fs ro,noload "$disk" cat etc/apt/sources.list) && skip_all "the guest's repositories are not on HTTP"
in_root_fs ro,noload "$disk" fetch_packages qemu-guest-agent >"$T/fetch.log" 2>&1
is "its repositories are recorded" $? 0
grep -v '^mirror: .* 200 -$' "$T/fetch.log" | head | sed 's/^/# /'
find "$T/web" -name '*.deb' | sed 's,.*/,# recorded: ,'
ok "with the agent" test -n "$(find "$T/web" -name 'qemu-guest-agent_*.deb')"
in_root_fs ro,noload "$disk" md5sum etc/apt/sources.list >"$T/sources"
cp --sparse=always "$disk" "$T/twin.raw"
cp "$T/guest.key" "$T/twin.key"
in_root_fs rw "$disk" other_updates

"$V2V" convert --guest-agent install --name guest -o "$T/out" "$disk" >"$T/convert.out" 2>"$T/convert.log"
is "converts" $? 0
like "the rule is applied" "$T/convert.log" 'rules +guest-agent-install'
is "its sources are its own" "$(in_root_fs ro,noload "$disk" md5sum etc/apt/sources.list)" "$(cat "$T/sources")"
like "the machine has a port for the agent" "$T/out/guest.xml" 'org.qemu.guest_agent.0'

agent_answers () { # name of a boot
  like "$1: the package is installed" "$T/$1.said" '^qemu-guest-agent installed$'
  like "$1: its unit runs" "$T/$1.said" '^active$'
  like "$1: it answers a ping" "$T/$1.agent" '^guest-ping \{"return": \{\}\}$'
  like "$1: from this guest" "$T/$1.agent" '^guest-get-osinfo .*"id": "debian"'
  like "$1: and tells its address" "$T/$1.agent" '^guest-network-get-interfaces .*"10[.]0[.]2[.]15"'
  unlike "$1: no unit of theirs or ours has failed" "$T/$1.said" '^(qemu-guest-agent|v2v-wrapper[^ ]*)[.]service +loaded +failed'
  like "$1: nothing of ours is left to run" <(tr '\n' ' ' <"$T/$1.said") "access .$UNIT.: No such .*access .*/first-boot.: No such .*access .*/first-boot-run.: No such"
}

ok "guest: its first boot on virtio is reached by ssh" boot_and_ask guest "$disk"
show "$T/guest.said"
cut -c 1-200 "$T/guest.agent" | sed 's/^/# agent: /'
like "guest: the log tells of it" "$T/guest.said" '^qemu-guest-agent: installed$'
like "guest: apt-get waits for the other program" "$T/guest.said" '^Waiting for cache lock: '
unlike "guest: and has no need of a second try" "$T/guest.said" 'did not succeed'
like "guest: and of the end" "$T/guest.said" 'all scripts have been run, 0 failed'
agent_answers guest
cp "$T/guest.key" "$T/again.key"
ok "again: the next boot is reached by ssh" boot_and_ask again "$disk"
agent_answers again
rm -f "$disk"

"$V2V" convert --name twin -o "$T/out" "$T/twin.raw" >"$T/convert.out" 2>"$T/convert.log"
is "twin: converts without the option" $? 0
unlike "twin: the rule is not applied" "$T/convert.log" 'guest-agent-install'
ok "twin: boots on virtio" boot_and_ask twin "$T/twin.raw"
like "twin: with the same network" "$T/twin.said" ' inet 10[.]0[.]2[.]15/24 '
like "twin: there is no such package" "$T/twin.said" 'no packages found matching qemu-guest-agent'
like "twin: nobody answers" "$T/twin.agent" '^guest-sync: no answer$'
done_testing
