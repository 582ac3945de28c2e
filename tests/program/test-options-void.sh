# SPDX-License-Identifier: GPL-2.0-or-later
# Options that ask for something where nothing of it can be done: said, never ignored.
. "$V2V_SRCDIR/tests/functions.sh"
unset V2V_source V2V_inPlace V2V_vmName V2V_libvirtURL
export V2V_SEARCH_ROOT=$T/nowhere

printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPhonyPhonyPhonyPhonyPhonyPhonyPhonyPh me\n' >"$T/key"
truncate -s 1M "$T/disk.img"

before=$(sha256sum <"$T/disk.img")
refused "a key with --skip-guest-conversion" 2 "--authorized-key changes the guest.*--skip-guest-conversion" \
  convert --skip-guest-conversion --no-inspect --authorized-key "$T/key" -o "$T/o" "$T/disk.img"
refused "--agents remove with --skip-guest-conversion" 2 "--agents remove changes the guest" \
  convert --skip-guest-conversion --no-inspect --agents remove -o "$T/o" "$T/disk.img"
refused "--guest-agent install with --skip-guest-conversion" 2 "--guest-agent install changes the guest" \
  convert --skip-guest-conversion --no-inspect --guest-agent install -o "$T/o" "$T/disk.img"
is "the default of --agents goes with it" \
  "$("$V2V" convert --skip-guest-conversion --no-inspect --agents disable -o "$T/o" "$T/disk.img" >/dev/null 2>&1; echo $?)" 0
is "the disk is as it was" "$(sha256sum <"$T/disk.img")" "$before"

printf 'open-sesame\n' >"$T/luks"
refused "a key to a volume with --no-inspect" 2 "--key opens encrypted volumes, and with --no-inspect there is none" \
  convert --skip-guest-conversion --no-inspect --key "all:file:$T/luks" -o "$T/o" "$T/disk.img"
refused "a key to a volume with -i tree" 2 "--key opens encrypted volumes, and with -i tree there is none" \
  plan -i tree --key "/dev/nosuch:file:$T/luks" "$T"

windows=$T/windows
mkdir -p "$windows/Windows/System32/config" "$windows/Windows/System32/drivers" "$windows/Program Files"
: >"$windows/Windows/System32/config/SYSTEM"
: >"$windows/Windows/System32/config/SOFTWARE"
: >"$windows/Windows/System32/ntoskrnl.exe"
refused "a key for Windows" 4 "--authorized-key: this is no Linux guest" \
  plan -i tree --authorized-key "$T/key" "$windows"
"$V2V" plan -i tree --agents remove "$windows" >"$T/plan" 2>"$T/err"
is "--agents remove for Windows is no failure" $? 0
like "and is warned about" <(tr -s ' \n' ' ' <"$T/plan") '! --agents remove does nothing here: this is no Linux guest'
"$V2V" plan -i tree --guest-agent install "$windows" >"$T/plan" 2>"$T/err"
is "--guest-agent install for Windows is no failure" $? 0
like "and is warned about" <(tr -s ' \n' ' ' <"$T/plan") '! --guest-agent install does nothing here: this is no Linux guest'

linux=$T/linux
mkdir -p "$linux/etc" "$linux/home/jo"
printf 'ID=debian\nVERSION_ID="12"\n' >"$linux/etc/os-release"
mkdir -p "$linux/var/lib/dpkg"
printf 'Package: base-files\nStatus: install ok installed\nVersion: 12\nArchitecture: amd64\n\n' >"$linux/var/lib/dpkg/status"
printf 'jo:x:1000:1000::/home/jo:/bin/sh\n' >"$linux/etc/passwd"
"$V2V" plan -i tree --authorized-key "$T/key" "$linux" >"$T/plan" 2>"$T/err"
is "a key for Linux" $? 0
like "is in the plan" "$T/plan" '/home/jo/.ssh/authorized_keys: new, mode 0600'
refused "a key, and the rule switched off" 4 "no rule that gives keys was run; the default one is access-authorized-keys" \
  plan -i tree --disable access-authorized-keys --authorized-key "$T/key" "$linux"
mkdir "$T/rules"
printf 'rules: 1\n---\nid: own-rule\ntitle: Something else\nwhy: Only so.\nphase: time\nwhen: {os: linux}\ndo:\n  - write: {file: /etc/x, text: x}\n' >"$T/rules/own.yaml"
refused "a key, and other rules only" 4 "no rule that gives keys was run" \
  plan -i tree --no-default-rules --rules "$T/rules" --authorized-key "$T/key" "$linux"
ok "rules explain explains all the same" "$V2V" rules explain -i tree --authorized-key "$T/key" "$windows"

said () { tr -s ' \n' ' ' <"$T/plan" >"$T/line"; like "$1" "$T/line" "$2"; }
"$V2V" plan -i tree --agents remove "$linux" >"$T/plan" 2>"$T/err"
said "--agents remove for a guest not of EC2" '! --agents remove does nothing here: the guest does not look like one of EC2'
"$V2V" plan -i tree --agents remove --source ec2 "$linux" >"$T/plan" 2>"$T/err"
said "--agents remove where there is no agent" '! --agents remove does nothing here: none of the agents was found'
"$V2V" plan -i tree --agents remove --disable ec2-agents-remove "$linux" >"$T/plan" 2>"$T/err"
said "--agents remove, and the rule switched off" '! --agents remove does nothing here: the rule is off'
done_testing
