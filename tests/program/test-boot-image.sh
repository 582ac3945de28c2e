#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The boot harness must judge consoles truthfully: every later boot proof rests on it.
. "${V2V_SRCDIR:-$(dirname "$0")/../..}/tests/functions.sh"
requires python3

boot=$V2V_SRCDIR/tests/images/boot-image
mirror=$V2V_SRCDIR/tests/images/mirror
consoles=$V2V_SRCDIR/tests/images/consoles

judge () { # console until result status
  local got rc
  got=$("$boot" --classify "$consoles/$1.console" --until "$2")
  rc=$?
  is "$1 until $2: $3" "$(sed -E 's/.*"result": "([a-z]+)".*/\1/' <<<"$got") $rc" "$3 $4"
}

judge dracut-xfs-login root root 0
judge dracut-xfs-login login login 0
judge dracut-xfs-login fail root 1
judge dracut-initrd-only root exit 1
judge dracut-no-root fail fail 0
judge dracut-no-root root fail 1
judge dracut-degraded-array root root 0
judge btrfs-root root root 0
judge btrfs-scanned-only root exit 1
judge initramfs-tools-no-root fail fail 0
judge initramfs-tools-no-root login fail 1
judge panic fail fail 0
judge panic-after-mount root fail 1
judge grub-rescue fail fail 0
judge no-boot-device fail fail 0
judge emergency-mode login fail 1
judge emergency-mode root root 0

"$boot" --classify "$consoles/emergency-mode.console" >"$T/out"
like "control strings leave no rest in the evidence" "$T/out" '"evidence": "\[    3.1\] systemd'

# dracut's "still waiting" is enough for who expects a failure, and only there.
head -4 "$consoles/dracut-no-root.console" >"$T/waiting"
not_ok_cmd "still waiting is no failure yet" "$boot" --classify "$T/waiting" --until root
head -5 "$consoles/dracut-no-root.console" >"$T/waiting"
ok "still waiting when a failure is expected" "$boot" --classify "$T/waiting" --until fail

"$boot" --classify "$T/absent" 2>"$T/err"
is "a missing log is exit 3" $? 3
like "a missing log is named" "$T/err" "reading '$T/absent': No such file"
"$boot" 2>"$T/err"
is "no disk is exit 2" $? 2
"$boot" --hostfwd x "$T/disk" 2>"$T/err"
is "a bad forward is exit 2" $? 2
"$boot" "$T/absent.raw" 2>"$T/err"
is "a missing disk is exit 3" $? 3

# A qemu that plays a console and then, like a guest, does not end but by its power button.
mkdir "$T/bin"
cat >"$T/bin/qemu-system-x86_64" <<'F'
#!/bin/sh
monitor=$(printf '%s\n' "$@" | sed -n 's/^unix:\(.*\),server=on,wait=off$/\1/p')
printf '%s\n' "$@" >"$FAKE/args"
echo $$ >"$FAKE/pid"
cat "$FAKE/console"
[ -e "$FAKE/end" ] && exit 0
[ -z "$monitor" ] || exec python3 -c 'import os, socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
order = s.accept()[0].recv(100)
time.sleep(1000 if os.path.exists(os.environ["FAKE"] + "/deaf") or order != b"system_powerdown\n" else 0)' "$monitor"
exec sleep 1000
F
chmod +x "$T/bin/qemu-system-x86_64"
export FAKE=$T PATH="$T/bin:$PATH"
truncate -s 1M "$T/disk.raw" "$T/second.raw"

cp "$consoles/dracut-xfs-login.console" "$T/console"
ok "boots to login" "$boot" "$T/disk.raw" --disk2 "$T/second.raw" --until login --log "$T/log" --exec "touch $T/ran"
ok "the command ran" test -e "$T/ran"
ok "the console is kept" cmp "$T/log" "$T/console"
is "the disks are not written" "$(grep -c 'snapshot=on' "$T/args")" 2
ok "qemu is gone" sh -c "! kill -0 $(cat "$T/pid") 2>/dev/null"
not_ok_cmd "a failing command is a failure" "$boot" "$T/disk.raw" --exec false

# What it does after that.
cp /etc/resolv.conf "$T/resolv"
start=$SECONDS
ok "stays up" "$boot" "$T/disk.raw" --until login --exec "sleep 1; kill -0 \$(cat $T/pid)" --stay 3
ok "for so long" test $((SECONDS - start)) -ge 3
ok "captures" "$boot" "$T/disk.raw" --capture "$T/a,b.pcap" --screen
like "from the network card" "$T/args" "^filter-dump,id=capture,netdev=n0,file=$T/a,,b.pcap\$"
like "with a screen" "$T/args" '^VGA$'
like "and without a router" "$T/args" '^user,id=n0,restrict=on,net=10[.]0[.]2[.]0/24$'
# A network of its own wants a kernel that lets us have one.
if unshare --net --mount $([ "$(id -u)" = 0 ] || echo --map-root-user) true 2>/dev/null; then
  cat >"$T/ask" <<'P'
import http.client, socket, struct, sys
def ask(port, query):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(1)
    for _ in range(20):
        try:
            s.sendto(query, ('127.0.0.1', port))
            return s.recv(512)
        except OSError:
            pass
    return b''
def name(*labels):
    return b'\x00\x01\x01\x00\x00\x01' + bytes(6) + b''.join(bytes([len(x)]) + x for x in labels) + b'\x00\x00\x01\x00\x01'
print('interfaces', *(i[1] for i in socket.if_nameindex()))
print('pool', ask(53, name(b'2', b'pool', b'ntp', b'org'))[-4:].hex())
print('other', ask(53, name(b'example', b'com'))[3:8].hex())
print('time', len(ask(123, b'\x23' + bytes(47))))
def get(host, path):
    c = http.client.HTTPConnection('127.0.0.1', 80, timeout=5)
    c.request('GET', path, headers={'Host': host})
    a = c.getresponse()
    return a.status, a.read().decode()
if len(sys.argv) > 1:
    print('mirror', ask(53, name(b'deb', b'example'))[-4:].hex())
    for host, path in ('deb.example', '/pool/a%2bb_1.deb'), ('deb.example', '/pool/a+b_2.deb'), ('deb.example', '/pool'), \
            ('deb.example', '/../../answers'), ('example.com', '/pool/a+b_1.deb'):
        print(path, *get(host, path))
P
  ok "with a router" "$boot" "$T/disk.raw" --router --exec "python3 $T/ask >$T/answers; cat /etc/resolv.conf >>$T/answers"
  like "which is restricted by having no network" "$T/args" '^user,id=n0,net=10[.]0[.]2[.]0/24$'
  is "behind it there are names and the time" "$(paste -sd/ "$T/answers")" \
    "interfaces lo/pool 0a000202/other 8300010000/time 48/nameserver 127.0.0.1"
  is "the host's own resolver is what it was" "$(cmp /etc/resolv.conf "$T/resolv" && echo same)" same

  # What a server has is recorded on the way, once; what it has not is not there either.
  mkdir -p "$T/server/pool" "$T/web"
  printf one >"$T/server/pool/a+b_1.deb"
  python3 -u -m http.server --bind 127.0.0.1 --directory "$T/server" 0 >"$T/server.log" 2>&1 &
  server=$!
  until port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$T/server.log" | grep .); do kill -0 $server || break; done
  cat >"$T/get" <<'P'
import sys, urllib.error, urllib.request
for url in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(url).read().decode())
    except urllib.error.HTTPError as e:
        print(e.code)
P
  url=http://127.0.0.1:$port/pool
  ok "a mirror is recorded" sh -c "no_proxy=127.0.0.1 '$mirror' record '$T/web' python3 '$T/get' $url/a%2bb_1.deb $url/a+b_1.deb $url/absent >'$T/got'"
  is "what is fetched is what the server has" "$(paste -sd/ "$T/got")" one/one/404
  is "it is asked once" "$(grep -c 'GET .*_1.deb' "$T/server.log")" 1
  kill $server
  mv "$T/web/127.0.0.1:$port" "$T/web/deb.example"
  is "and that is all that is kept" "$(cd "$T/web" && find . -type f)" ./deb.example/pool/a+b_1.deb
  "$mirror" record "$T/web" sh -c 'exit 3'
  is "it ends as the command did" $? 3
  ok "with a mirror" "$boot" "$T/disk.raw" --router --mirror "$T/web" --exec "python3 $T/ask mirror >$T/answers"
  is "its names are there, and its files" "$(sed 1,4d "$T/answers" | paste -sd/)" \
    "mirror 0a000202//pool/a%2bb_1.deb 200 one//pool/a+b_2.deb 404 //pool 404 //../../answers 400 //pool/a+b_1.deb 404 "
else
  _result 0 "with a router # SKIP no network namespaces here"
fi
"$boot" "$T/disk.raw" --capture "$T/a.pcap" --nic none 2>"$T/err"
is "capturing without a card is exit 2" $? 2
"$boot" "$T/disk.raw" --mirror "$T" 2>"$T/err"
is "a mirror without a router is exit 2" $? 2

out=$("$boot" "$T/disk.raw" --stay 2 --power-button 20)
is "the power button switches it off" "$(sed -E 's/.*"power_button": [0-9.]+\}/off/' <<<"$out")" off
touch "$T/deaf"
out=$("$boot" "$T/disk.raw" --stay 2 --power-button 1)
like "or not" <(echo "$out") '"power_button": null'
rm "$T/deaf"

for bus in nvme virtio-blk virtio-scsi sata; do
  ok "bus $bus" "$boot" "$T/disk.raw" --bus $bus
done
like "SATA is an IDE disk on q35" "$T/args" '^ide-hd,drive=d0,bus=ide.0,bootindex=1$'
ok "e1000e" "$boot" "$T/disk.raw" --nic e1000e --mac 52:54:00:12:34:56 --hostfwd 2222:22
like "model, address" "$T/args" '^e1000e,netdev=n0,mac=52:54:00:12:34:56,'
like "forward" "$T/args" 'hostfwd=tcp:127.0.0.1:2222-:22'
ok "two cards" "$boot" "$T/disk.raw" --mac 52:54:00:00:00:01 --mac 52:54:00:00:00:02 --hostfwd 2222:22
like "the second one's address" "$T/args" '^virtio-net-pci,netdev=n1,mac=52:54:00:00:00:02,'
like "the second one's network" "$T/args" '^user,id=n1,restrict=on,net=10[.]0[.]3[.]0/24$'
is "the forward is the first one's" "$(grep -c hostfwd "$T/args")" 1
"$boot" "$T/disk.raw" --mac 52:54:00:00:00:01 --mac x 2>"$T/err"
is "a bad MAC address is exit 2" $? 2

: >"$T/console"
start=$SECONDS
out=$("$boot" "$T/disk.raw" --timeout 1)
is "a silent guest is a timeout" "$? $out" '1 {"result": "timeout", "seconds": {}, "evidence": ""}'
ok "and no more time is spent" test $((SECONDS - start)) -lt 20
ok "qemu is gone after a timeout" sh -c "! kill -0 $(cat "$T/pid") 2>/dev/null"

touch "$T/end"
out=$("$boot" "$T/disk.raw" --timeout 60)
is "a qemu that ends is an exit" "$? $out" '1 {"result": "exit", "seconds": {}, "evidence": ""}'
rm "$T/end"

rm "$T/pid"
"$boot" "$T/disk.raw" --timeout 60 >/dev/null &
boot_pid=$!
for _ in $(seq 100); do [ -s "$T/pid" ] && break; sleep 0.1; done
kill -KILL $boot_pid
wait $boot_pid 2>/dev/null
for _ in $(seq 50); do kill -0 "$(cat "$T/pid")" 2>/dev/null || break; sleep 0.1; done
ok "a killed harness takes qemu along" sh -c "! kill -0 $(cat "$T/pid") 2>/dev/null"

# A guest that asks, as cryptsetup does: without a line end, and again for the next volume.
cat >"$T/bin/qemu-system-x86_64" <<'F'
#!/bin/sh
printf '\033[0mPlease unlock disk cr_'
sleep 0.2
printf 'root: '
read -r first && printf '\r\nand data? ' && read -r second
printf '%s/%s\n' "$first" "$second" >"$FAKE/typed"
cat "$FAKE/console"
exec sleep 1000
F
cp "$consoles/dracut-xfs-login.console" "$T/console"
out=$("$boot" "$T/disk.raw" --timeout 20 --answer 'unlock disk cr_\w+: $=open sesame' --answer 'data\?=a=b' --answer 'never=x')
is "questions are answered" "$? $(cat "$T/typed")" '0 open sesame/a=b'
like "and it is told what nobody asked" <(echo "$out") '"unasked": 1}'
printf '#!/bin/sh\nexec <&-\nprintf "Password: "\nsleep 0.5\n' >"$T/bin/qemu-system-x86_64"
out=$("$boot" "$T/disk.raw" --timeout 20 --answer 'Password: $=x')
is "a guest that asks and ends" "$? $(sed -E 's/.*"result": "([a-z]+)".*/\1/' <<<"$out")" '1 exit'
for bad in x =x '(=x'; do
  "$boot" "$T/disk.raw" --answer "$bad" 2>"$T/err"
  is "--answer '$bad' is exit 2" $? 2
done

chmod 444 "$T/disk.raw"
"$boot" "$T/disk.raw" --write 2>"$T/err"
is "--write of a read-only disk is exit 2" $? 2
done_testing
