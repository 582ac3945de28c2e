#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The virt-v2v engine against a fake virt-v2v-in-place: what it is called with, how each
# failure is told, that cancelling leaves no process behind.
. "${V2V_SRCDIR:-$(dirname "$0")/../..}/tests/functions.sh"
requires qemu-nbd qemu-img
driver=$V2V_BUILDDIR/tests/program/engine-driver
fake=$T/fake
mkdir -p "$fake" "$T/work"
# The rest of PATH must not have a real one.
bare=$T/bare
mkdir -p "$bare"
for p in sh bash cat printf sleep true setpriv qemu-nbd env grep rm seq tr head; do
  real=$(type -P "$p") && ln -sf "$real" "$bare/$p"
done
export LIBGUESTFS_BACKEND_SETTINGS=force_tcg
overlay=$T/work/overlay0.qcow2
qemu-img create -q -f raw "$T/base.raw" 4M
qemu-img create -q -f qcow2 -b "$T/base.raw" -F raw "$overlay"

# fake_v2v BODY: a virt-v2v-in-place 2.2.0 whose conversion is BODY.
fake_v2v () {
  cat >"$fake/virt-v2v-in-place" <<EOF
#!/bin/bash
case "\$*" in
--version) echo "virt-v2v-in-place \${FAKE_VERSION:-2.2.0}"; exit 0 ;;
--machine-readable) printf 'virt-v2v-in-place\ninput:libvirtxml\n'; exit 0 ;;
--help) echo "  --root  x \${FAKE_HELP:-}"; exit 0 ;;
esac
printf '%s\n' "\$@" >"$T/argv"
env >"$T/env"
msg () { printf '{ "message": "%s", "timestamp": "x", "type": "%s" }\n' "\$2" "\$1"; }
serve () { # as virt-v2v 2.2.0 does, for a moment
  qemu-nbd -t --shared=0 --discard=unmap --pid-file "\$TMPDIR/pid" --socket "\$TMPDIR/in0" --format qcow2 "$overlay" &
  for i in \$(seq 100); do [ -e "\$TMPDIR/pid" ] && break; sleep 0.1; done
  tr '\0' '\n' </proc/\$(cat "\$TMPDIR/pid")/cmdline >"$T/nbd.argv"
}
unserve () { kill %1; wait; }
$1
EOF
  chmod +x "$fake/virt-v2v-in-place"
}

run () { # ARGS... -> $T/out, $rc
  timeout -k 5 60 env PATH="$fake:$bare" "$driver" "$@" >"$T/out" 2>"$T/err"
  rc=$?
}
convert () { run convert "$T/work" "$overlay" "$@"; }

# --- probe
rm -f "$fake/virt-v2v-in-place"
if [ -x /usr/libexec/virt-v2v-in-place ] || [ -x /usr/lib/virt-v2v/virt-v2v-in-place ]; then
  echo "# virt-v2v-in-place is in libexec here: cannot test that it is missing"
else
  run probe "$T/work" "$overlay"
  is "missing: exit" "$rc" 1
  like "missing: says what to install" "$T/out" "^error unsupported: virt-v2v-in-place is not installed: install the package 'virt-v2v'"
fi
fake_v2v 'exit 0'
run probe "$T/work" "$overlay"
like "probe: label" "$T/out" '^label: virt-v2v 2\.2\.0$'
run probe "$T/work" "$overlay" distro=amzn
like "probe: Amazon Linux" "$T/out" '^error unsupported: virt-v2v cannot convert amzn$'
run probe "$T/work" "$overlay" os=other
like "probe: another system" "$T/out" '^error unsupported: '
FAKE_VERSION=1.44.0 run probe "$T/work" "$overlay"
like "probe: old version" "$T/out" "^error unsupported: .*is too old \('1\.44\.0'\)"
FAKE_VERSION=$'\e[31mred' run probe "$T/work" "$overlay"
like "probe: garbage as a version" "$T/out" '^error unsupported: .*\\x1b\[31mred'
ok "probe: the conversion was not started" [ ! -e "$T/argv" ]
printf '#!/bin/bash\nexit 3\n' >"$fake/virt-v2v-in-place"
run probe "$T/work" "$overlay"
like "probe: a program that only fails" "$T/out" '^error unsupported: .*--version failed \(exit 3\)'
printf '#!/no/such/interpreter\n' >"$fake/virt-v2v-in-place"
run probe "$T/work" "$overlay"
like "probe: a program that cannot start" "$T/out" '^error '

# --- a good run
fake_v2v 'serve
msg message "Opening the source"
echo "[   0.0] Opening the source"
msg warning "could not determine a way to update the configuration of Grub2"
msg warning "something to tell"
echo "virt-v2v-in-place: warning: something to tell" >&2
printf "\033[2J\033[31mred\rbar 10%%\rbar 20%%\n"
printf "\377\376\000\001 garbage \342\200\256 x\n" >&2
unserve'
convert bus=nvme
is "good: exit" "$rc" 0
like "good: progress" "$T/out" '^line: Opening the source$'
is "good: each message once" "$(grep -c 'Opening the source' "$T/out")" 1
is "good: the one warning" "$(grep '^warning:' "$T/out")" "warning: something to tell"
unlike "good: no control characters" "$T/out" $'[\x01-\x08\x0b-\x1f\x7f]'
is "good: arguments" "$(tr '\n' ' ' <"$T/argv")" \
  "--machine-readable=stream:stdout -i libvirtxml $T/work/virt-v2v/domain.xml --root /dev/sda1 "
like "good: environment: backend" "$T/env" '^LIBGUESTFS_BACKEND=direct$'
like "good: environment: language" "$T/env" '^LC_ALL=C\.UTF-8$'
like "good: environment: private directory" "$T/env" "^TMPDIR=$T/work/virt-v2v/tmp$"
like "good: environment: the appliance cache stays" "$T/env" '^LIBGUESTFS_CACHEDIR='
like "good: environment: all of udev in whatever appliance" "$T/env" '^LIBGUESTFS_APPEND=v2v_appliance=stock$'
convert key=/keys/a key=/keys/b
unlike "keys: none without an encrypted volume" "$T/argv" '^--key$'
convert luks=/dev/sda3 root=/dev/mapper/luks-x key=/keys/a key=/keys/b
is "keys: by file, for each volume that is open; the root has another name there" "$(tr '\n' ' ' <"$T/argv")" \
  "--machine-readable=stream:stdout -i libvirtxml $T/work/virt-v2v/domain.xml --root single --key /dev/sda3:file:/keys/a --key /dev/sda3:file:/keys/b "
unlike "keys: no secret in the environment" "$T/env" 'a secret'
ok "good: nothing of virt-v2v's is left" [ ! -e "$T/work/virt-v2v/tmp" ]
like "nbd: discards are ignored" "$T/nbd.argv" '^--discard=ignore$'
unlike "nbd: and not twice" "$T/nbd.argv" '^--discard=unmap$'
like "nbd: the other arguments go through" "$T/nbd.argv" '^--shared=0$'
like "xml: explicit format" "$T/work/virt-v2v/domain.xml" 'type="qcow2"'
like "xml: NVMe cannot be said" "$T/work/virt-v2v/domain.xml" '<target dev="sda"/>'
convert bus=sata
like "xml: the source's bus" "$T/work/virt-v2v/domain.xml" '<target dev="sda" bus="sata"/>'
convert trim=yes
like "trim: discards pass when asked for" "$T/nbd.argv" '^--discard=unmap$'
FAKE_HELP=--no-fstrim convert
like "trim: the option where there is one" "$T/argv" '^--no-fstrim$'
FAKE_HELP=--no-fstrim convert trim=yes
unlike "trim: but not when asked for" "$T/argv" '^--no-fstrim$'
convert root=btrfsvol:/dev/sda1/@
like "root: a subvolume cannot be named" "$T/argv" '^single$'
LIBGUESTFS_APPEND="a=b c" convert
like "what the user appends stays" "$T/env" '^LIBGUESTFS_APPEND=a=b c v2v_appliance=stock$'
LIBGUESTFS_BACKEND_SETTINGS=network_bridge=x:force_kvm convert
like "settings of the user stay" "$T/env" '^LIBGUESTFS_BACKEND_SETTINGS=network_bridge=x:force_kvm$'
long=$T/$(printf 'x%.0s' {1..90})
mkdir "$long"
run convert "$long" "$overlay"
is "long path: exit" "$rc" 0
unlike "long path: sockets go to a short one" "$T/env" "^TMPDIR=$T/xxx"
ok "long path: which is removed" [ ! -e "$(sed -n 's/^TMPDIR=//p' "$T/env")" ]
mkdir "$T/co:lon"
run convert "$T/co:lon" "$overlay"
like "colon in the work directory" "$T/out" '^error usage: .*colon'

# A virt-v2v that serves disks in another way could have trimmed them.
fake_v2v 'exit 0'
convert
like "disk not served by us" "$T/out" '^error internal: .*cannot be excluded that it trimmed'
FAKE_HELP=--no-fstrim convert
is "disk not served by us, but told not to trim" "$rc" 0

# --- failures: one sentence, the right code
fails () { # name, message, code, words
  fake_v2v "msg error '$2'
echo 'virt-v2v-in-place: error: $2' >&2
echo 'If reporting bugs, run virt-v2v-in-place with debugging enabled' >&2
exit 1"
  convert
  is "$1: exit" "$rc" 1
  like "$1: code and sentence" "$T/out" "^error $3: virt-v2v 2\.2\.0 (stopped|failed): .*$4"
  is "$1: one error" "$(grep -c '^error' "$T/out")" 1
}
fails "unknown distro" 'Inspection field ‘i_distro’ was ‘unknown’.' unsupported 'distro unknown'
fails "wrong type" 'virt-v2v is unable to convert this guest type (linux/arch)' unsupported 'linux/arch'
fails "no boot loader" 'no bootloader detected' unsupported 'no GRUB'
fails "no kernel" 'no installed kernel packages were found.' unsupported 'no kernel package'
fails "no space in the guest" 'not enough free space for conversion on filesystem ‘/boot’.  3.1 MB free < 50 MB needed' refused '/boot is too full'
fails "augeas" 'libguestfs error: aug_save: No error' refused 'Augeas'
fails "appliance" 'libguestfs error: could not create appliance' internal 'libguestfs-test-tool'
fails "host space" 'insufficient free space in the conversion server temporary directory /var/tmp (1.0M).' storage '1 GiB'
fails "disk full" 'libguestfs error: write: No space left on device' storage 'ran full'
fails "hibernated" 'unable to mount the disk image for writing. This has probably happened because Windows Hibernation' refused 'shutdown /s'
fails "something else" 'Sys_error(weird)' internal 'Sys_error\(weird\)'
fake_v2v 'exit 7'
convert
like "silent failure" "$T/out" '^error internal: virt-v2v 2\.2\.0 failed \(exit 7\) without a message'
fake_v2v 'kill -9 $$'
convert
like "killed" "$T/out" '^error storage: virt-v2v 2\.2\.0 was killed \(signal 9\)'
fake_v2v 'kill -SEGV $$'
convert
like "crashed" "$T/out" '^error internal: virt-v2v 2\.2\.0 was killed by signal 11'
fake_v2v 'head -c 3000000 /dev/urandom; head -c 3000000 /dev/zero >&2; exit 1'
convert
like "megabytes of garbage" "$T/out" '^error internal: '

# --- stopping: nobody is left
left () { # processes that have our directory in their arguments, without this test
  grep -lzs -- "$T/" /proc/[0-9]*/cmdline | while read -r f; do
    pid=${f#/proc/}; pid=${pid%/cmdline}
    [ "$pid" = "$$" ] || tr '\0' ' ' <"$f"
  done | grep -E 'qemu-nbd|sleep|virt-v2v-in-place'
}
gone () { # wait for it, at most 10 s
  for _ in $(seq 100); do [ -z "$(left)" ] && return 0; sleep 0.1; done
  left
  return 1
}
hang='serve
(exec -a "'$T'/sleep" sleep 1000) &
msg message "Converting"
wait'
fake_v2v "$hang"
start=$SECONDS
convert cancel-after=300
is "cancel: exit" "$rc" 1
like "cancel: reason" "$T/out" '^error cancelled: stopped by signal 15$'
ok "cancel: at once" [ $((SECONDS - start)) -lt 20 ]
ok "cancel: no process is left" gone
ok "cancel: nor its files" [ ! -e "$T/work/virt-v2v/tmp" ]
# virt-v2v alone is killed (out of memory): its qemu-nbd must not keep the overlay.
fake_v2v 'serve
msg message "Converting"
kill -9 $$'
convert
like "killed with children: told" "$T/out" '^error storage: .*was killed'
ok "killed with children: no process is left" gone
# We are killed: virt-v2v dies by its death signal, qemu-nbd with it.
if "$bare/setpriv" --pdeathsig KILL true 2>/dev/null; then
  fake_v2v 'serve
msg message "Converting"
exec sleep 1000'
  env PATH="$fake:$bare" "$driver" convert "$T/work" "$overlay" >"$T/out" 2>&1 &
  pid=$!
  for _ in $(seq 100); do grep -q Converting "$T/out" && break; sleep 0.1; done
  kill -9 $pid
  wait $pid 2>/dev/null
  ok "we are killed: no process is left" gone
fi
done_testing
