# SPDX-License-Identifier: GPL-2.0-or-later
# What --agents remove puts into a guest of another hypervisor: the script as a plan shows it,
# run on package databases that are played.
. "$V2V_SRCDIR/tests/functions.sh"

guest=$T/guest
mkdir -p "$guest/etc/systemd/system" "$guest/usr/lib/systemd" "$guest/usr/bin"
printf 'ID=debian\nVERSION_ID="12"\n' >"$guest/etc/os-release"
: >"$guest/usr/lib/systemd/systemd"
: >"$guest/usr/bin/vmtoolsd"
"$V2V" plan -i tree --agents disable "$guest" >"$T/disable" 2>/dev/null
ok "nothing of it with --agents disable" bash -c "! grep -q first-boot '$T/disable'"
"$V2V" plan -i tree --agents remove "$guest" >"$T/plan" 2>"$T/err"
sed -n '/first-boot\/51-remove-guest-tools/,/^    \/\|^[a-z]/p' "$T/plan" | sed -n 's/^      +//p' >"$T/script"
ok "the script is in the plan, to its end" test "$(tail -n 1 "$T/script")" = 'exit "$failed"'
ok "a shell can read it" sh -n "$T/script"
ok "nobody says that nothing is done" bash -c "! grep -q 'does nothing here' '$T/plan'"

# $T/db has a file for each package, with what it needs; "broken" cannot be removed.
mkdir -p "$T/rpm" "$T/dpkg" "$T/db" "$T/root"
cat >"$T/rpm/rpm" <<X
#!/bin/bash
name=\${!#}
case \$1 in -q) test -e "$T/db/\$name"; exit ;; esac
needed=\$(grep -lx -- "\$name" $T/db/* | sed 's,.*/,,')
if [ -n "\$needed" ]; then echo "error: \$name is needed by \$needed"; exit 1; fi
[ "\$2" = --test ] && exit
if [ "\$name" = hypervvssd ]; then echo 'error: %preun(hypervvssd) scriptlet failed'; exit 1; fi
rm "$T/db/\$name"
X
cat >"$T/dpkg/dpkg-query" <<X
#!/bin/bash
test -e "$T/db/\${!#}" && echo -n installed
X
cat >"$T/dpkg/dpkg" <<X
#!/bin/bash
name=\${!#}
needed=\$(grep -lx -- "\$name" $T/db/* | sed 's,.*/,,')
if [ -n "\$needed" ]; then echo "dpkg: dependency problems: \$needed depends on \$name"; exit 1; fi
[ "\$1" = --simulate ] && exit
held='dpkg: error: dpkg frontend lock was locked by another process with pid 812'
old='dpkg: error: dpkg status database is locked by another process'
if [ -e $T/held ]; then echo "\$held"; exit 2; fi
if [ -e $T/locked ]; then rm $T/locked; echo "\$held"; exit 2; fi
if [ -e $T/locked-old ]; then rm $T/locked-old; echo "\$old"; exit 2; fi
if [ -e $T/blocked ]; then echo "rmmod: blocked by a loaded module, /sys/block/sdb"; exit 1; fi
rm "$T/db/\$name"
X
printf '#!/bin/sh\nexit 127\n' | tee "$T/rpm/dpkg" "$T/dpkg/rpm" >"$T/rpm/dpkg-query"
printf '#!/bin/sh\necho "$*" >>%s/slept\n' "$T" | tee "$T/rpm/sleep" >"$T/dpkg/sleep"
chmod +x "$T/rpm"/* "$T/dpkg"/*
run () { PATH=$1:$PATH V2V_FIRST_BOOT_ROOT=$T/root sh "$T/script" >"$T/out" 2>&1; echo $?; }

for name in open-vm-tools xe-guest-utilities hyperv-daemons VirtualBox-7.0 virtualbox libvirt-daemon \
  open-vm-tools-of-ours qemu-guest-agent; do : >"$T/db/$name"; done
echo open-vm-tools >"$T/db/open-vm-tools-desktop"
is "rpm: all is well" "$(run "$T/rpm")" 0
is "hosts' packages and others' stay" "$(ls "$T/db" | tr '\n' ' ')" \
  "VirtualBox-7.0 libvirt-daemon open-vm-tools-of-ours qemu-guest-agent virtualbox "
like "it says what went" "$T/out" '^open-vm-tools: removed$'
is "once more there is nothing to do" "$(run "$T/rpm")$(cat "$T/out")" 0
: >"$T/db/hyperv-daemons"
echo hyperv-daemons >"$T/db/site-tools"
is "what another needs stays" "$(run "$T/rpm")" 0
like "and is told about" "$T/out" '^hyperv-daemons: kept, another package needs it: error: hyperv-daemons is needed by site-tools$'
: >"$T/db/hypervvssd"
: >"$T/db/xe-guest-utilities"
is "a scriptlet that fails is a failure" "$(run "$T/rpm")" 1
like "and its words are shown" "$T/out" '^hypervvssd: could not be removed: error: %preun'
ok "the others go all the same" test ! -e "$T/db/xe-guest-utilities"

rm "$T/db"/*
for name in open-vm-tools ubuntu-server virtualbox-guest-utils virtualbox; do : >"$T/db/$name"; done
: >"$T/locked"
: >"$T/locked-old"
is "dpkg: all is well" "$(run "$T/dpkg")" 0
is "Ubuntu's server keeps open-vm-tools" "$(ls "$T/db" | tr '\n' ' ')" "open-vm-tools ubuntu-server virtualbox "
like "and it is told" "$T/out" '^open-vm-tools: kept, it belongs to ubuntu-server$'
is "it waits for the lock of another program, in old words and new" "$(tr '\n' ' ' <"$T/slept")" "15 15 "
for name in hyperv-daemons virtualbox-guest-utils virtualbox-guest-x11; do : >"$T/db/$name"; done
rm "$T/slept"
: >"$T/held"
is "a lock that stays is a failure" "$(run "$T/dpkg")" 1
is "and is waited for five minutes in all, not for each package" "$(grep -c '^15$' "$T/slept")" 20
like "its words are shown" "$T/out" '^virtualbox-guest-utils: could not be removed: dpkg: error: dpkg frontend lock was locked by'
rm "$T/slept" "$T/held"
: >"$T/blocked"
is "a script of a package that fails is a failure" "$(run "$T/dpkg")" 1
ok "and no lock, whatever words it uses" test ! -e "$T/slept"
rm "$T/blocked" "$T/db/hyperv-daemons" "$T/db/virtualbox-guest"*

mkdir -p "$T/root/opt/VBoxGuestAdditions-7.0.14" "$T/root/usr/lib/parallels-tools" "$T/root/usr/bin"
printf '#!/bin/sh\necho "vbox $*" >>%s/own\n' "$T" >"$T/root/opt/VBoxGuestAdditions-7.0.14/uninstall.sh"
printf '#!/bin/sh\necho "parallels $*" >>%s/own\necho no kernel headers\nexit 1\n' "$T" >"$T/root/usr/lib/parallels-tools/install"
printf '#!/bin/sh\necho vmware >>%s/own\n' "$T" >"$T/root/usr/bin/vmware-uninstall-tools.pl"
chmod +x "$T/root/opt/VBoxGuestAdditions-7.0.14/uninstall.sh" "$T/root/usr/lib/parallels-tools/install" "$T/root/usr/bin/vmware-uninstall-tools.pl"
is "a program of their own that fails is a failure" "$(run "$T/dpkg")" 1
is "programs of their own are run, but not VMware's" "$(tr '\n' ';' <"$T/own")" "vbox --force;parallels -r;"
like "the one's words are shown" "$T/out" '^Parallels Tools: could not be removed: no kernel headers$'
like "the other is told about" "$T/out" '^VMware Tools: kept'
done_testing
