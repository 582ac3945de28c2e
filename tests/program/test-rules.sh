# SPDX-License-Identifier: GPL-2.0-or-later
# rules and plan, without a disk: what a person who writes rules does.
. "$V2V_SRCDIR/tests/functions.sh"

rc () { "$@" >"$T/out" 2>"$T/err"; echo $?; }

# --- the rules that come with it
is "rules list" "$(rc "$V2V" rules list)" 0
like "a rule has its phase, id, state and title" "$T/out" '^ +agents +ec2-ssm-agent +on +[A-Z]'
is "rules check" "$(rc "$V2V" rules check)" 0
like "says how many" "$T/out" '^[0-9]+ rules: all right$'
is "rules show" "$(rc "$V2V" rules show ec2-ssm-agent)" 0
like "shows the text as it is written" "$T/out" '^id: ec2-ssm-agent'
like "and where it stands" "$T/out" '^# .*/data/rules/.*\.yaml:[0-9]+$'
is "show without a word" "$(rc "$V2V" rules show)" 2
is "show of an unknown rule" "$(rc "$V2V" rules show nothing)" 2
like "says so" "$T/err" "no rule 'nothing'"
is "an unknown verb" "$(rc "$V2V" rules frobnicate)" 2
is "no verb" "$(rc "$V2V" rules)" 2
is "help" "$(rc "$V2V" rules --help)" 0
"$V2V" rules page >"$T/page.md"
ok "docs/DEFAULT-RULES.md is what 'rules page' prints" diff "$V2V_SRCDIR/docs/DEFAULT-RULES.md" "$T/page.md"
gone=$(for f in "$V2V_SRCDIR"/data/rules/*.yaml; do
  grep -q "/rules/${f##*/} " "$V2V_SRCDIR/data/local.mk" || echo "${f##*/}"
done)
is "each file of default rules is installed" "$gone" ""

# --- an unpacked guest
mkdir -p "$T/guest/etc/udev" "$T/guest/usr/lib"
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >"$T/guest/etc/os-release"
printf 'hello\n' >"$T/guest/etc/motd"
mkdir "$T/own"
cat >"$T/own/motd.yaml" <<'X'
rules: 1
---
id: own-motd
title: Say where this machine came from
why: The people who log in ask.
phase: agents
params:
  from: {default: EC2, description: where from}
when:
  distro: debian
do:
  - line: {file: /etc/motd, text: "Moved from ${from}."}
X
is "plan of a tree" "$(rc "$V2V" plan -i tree --no-default-rules --rules "$T/own" "$T/guest")" 0
cat >"$T/want" <<'X'
agents
  own-motd - Say where this machine came from
    The people who log in ask.
    /etc/motd
       hello
      +Moved from EC2.

1 rule would change 1 file.  Nothing was written.
X
ok "as a person reads it" diff -u "$T/want" "$T/out"
is "nothing was written" "$(cat "$T/guest/etc/motd")" hello
is "JSON" "$(rc "$V2V" plan -i tree --format json --no-default-rules --rules "$T/own" "$T/guest")" 0
like "has the change" "$T/out" '"path" : "/etc/motd"'
cp "$T/out" "$T/quiet"
is "with everything logged" "$(G_MESSAGES_DEBUG=all rc "$V2V" plan -v -i tree --format json --no-default-rules --rules "$T/own" "$T/guest")" 0
ok "the result is the same" diff "$T/quiet" "$T/out"
like "the log is on standard error" "$T/err" 'DEBUG: '
unlike "no thread can meet a change of the environment" "$T/err" 'thread-safe'
is "a parameter" "$(rc "$V2V" plan -i tree --no-default-rules --rules "$T/own" --param own-motd.from=Ohio "$T/guest")" 0
like "is used" "$T/out" '\+Moved from Ohio\.'
is "switched off" "$(rc "$V2V" plan -i tree --no-default-rules --rules "$T/own" --disable own-motd "$T/guest")" 0
like "it is listed so" "$T/out" '^Switched off'
is "explain" "$(rc "$V2V" rules explain -i tree --no-default-rules --rules "$T/own" "$T/guest")" 0
like "shows the condition and what was seen" "$T/out" 'distro: debian +yes: .*debian'
is "explain, JSON" "$(rc "$V2V" rules explain -i tree --format json --no-default-rules --rules "$T/own" "$T/guest")" 0
like "has it too" "$T/out" '"truth" : "yes"'
is "one rule of many" "$(rc "$V2V" rules explain -i tree --rule ec2-ssm-agent "$T/guest")" 0
is "only that one is shown" "$(grep -c '^[a-z]' "$T/out")" 1
is "a rule that is not there" "$(rc "$V2V" rules explain -i tree --rule nothing "$T/guest")" 2
is "the default rules on a tree without disks" "$(rc "$V2V" plan -i tree "$T/guest")" 0

# --- mistakes
is "-i tree without a directory" "$(rc "$V2V" plan -i tree)" 2
is "-i tree with a missing directory" "$(rc "$V2V" plan -i tree "$T/missing")" 2
is "-i tree with an empty directory is no system" "$(mkdir "$T/empty"; rc "$V2V" plan -i tree "$T/empty")" 6
is "convert does not take a tree" "$(rc "$V2V" convert -i tree "$T/guest")" 2
is "an unknown id" "$(rc "$V2V" plan -i tree --disable nothing "$T/guest")" 2
like "is named" "$T/err" "nothing"
is "no rules at all" "$(rc "$V2V" plan -i tree --no-default-rules "$T/guest")" 2
is "a missing directory of rules" "$(rc "$V2V" rules check "$T/missing")" 2
mkdir "$T/bad"
printf 'rules: 1\n---\nid: broken\ntitle: t\nwhy: w\nphase: agents\ndo:\n  - wirte: {}\n' >"$T/bad/x.yaml"
is "a misspelt action" "$(rc "$V2V" rules check "$T/bad")" 2
like "is found with its place" "$T/err" "x\.yaml:8:5: .*'wirte'"
truncate -s 10M "$T/bad/x.yaml"
is "10 MB of a rule file" "$(rc "$V2V" rules check "$T/bad")" 2
like "is refused in one line" "$T/err" 'x\.yaml'
is "one line" "$(wc -l <"$T/err")" 1
mkfifo "$T/bad/y.yaml"; rm "$T/bad/x.yaml"
is "a FIFO for a rule file does not hang" "$(rc timeout 10 "$V2V" rules check "$T/bad")" 2
done_testing
