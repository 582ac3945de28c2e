# SPDX-License-Identifier: GPL-2.0-or-later
# plan and explain on a real disk: what they say, that nothing is written, what bad rules do.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires python3 qemu-img

disk=$(guest_copy debian12-ec2 web01) || skip_all "the guest could not be made"
original=$(sha "$disk")

timed "plan" "$V2V" plan "$disk" >"$T/plan.txt" 2>"$T/plan.err"
is "plan succeeds" $? 0
sed 's/^/# /' "$T/plan.txt" | head -150
like "it shows the fstab line as it is" "$T/plan.txt" '^ +-/dev/nvme0n1p2 '
like "... and as it would be" "$T/plan.txt" '^ +\+UUID=[0-9a-f-]+ /srv/data '
like "the data source is unpinned" "$T/plan.txt" 'datasource_list: \[ *NoCloud'
like "the link-local time source goes" "$T/plan.txt" '^ +-.*169\.254\.169\.123'
like "rules that matched nothing are listed" "$T/plan.txt" '^Matched nothing'
is "not one byte was written" "$(sha "$disk")" "$original"

timed "explain" "$V2V" rules explain --quiet "$disk" >"$T/explain.txt"
is "explain succeeds" $? 0
sed 's/^/# /' "$T/explain.txt" | head -120
like "explain says what it saw of a rule that does not apply" "$T/explain.txt" 'no: '
is "still not one byte" "$(sha "$disk")" "$original"

# A rule of one's own, by directory; and what a bad one does.
mkdir "$T/own" "$T/bad"
cat >"$T/own/motd.yaml" <<'X'
rules: 1
---
id: own-motd
title: Say where this machine came from
why: The people who log in ask.
phase: agents
when:
  os: linux
do:
  - line: {file: /etc/motd, text: "Moved from ${from}.", create: true}
params:
  from: {default: EC2, description: where from}
X
"$V2V" plan --quiet --no-default-rules --rules "$T/own" --param from=Ohio "$disk" >"$T/own.txt"
is "plan with one's own rules only" $? 0
like "the parameter is in it" "$T/own.txt" '^ +\+Moved from Ohio\.'
printf 'rules: 1\n---\nid: broken\ntitle: t\nwhy: w\nphase: agents\ndo:\n  - wirte: {}\n' >"$T/bad/x.yaml"
"$V2V" convert -o "$T/out" --rules "$T/bad" "$disk" 2>"$T/bad.err"
is "a mistake in a rule is exit status 2" $? 2
like "with its place, and before anything is opened" "$T/bad.err" "x\.yaml:8:[0-9]+: .*'wirte'"
unlike "no appliance was started for it" "$T/bad.err" 'appliance'
is "and the disk is as it was" "$(sha "$disk")" "$original"
done_testing
