# SPDX-License-Identifier: GPL-2.0-or-later
# The documents name only what is there.
. "$V2V_SRCDIR/tests/functions.sh"
cd "$V2V_SRCDIR" || exit 1

names=$(sed -n '/^```/,/^```/p' docs/ARCHITECTURE.md | grep -oE '\b(v2v|step|command)_[a-z0-9_]+|\b(run_command|load_rules|run_rules|choose_engine|prepare_for_engine|clean_up|act)\b' | sort -u)
ok "the call flow has functions to check" test "$(wc -l <<<"$names")" -gt 20
gone=$(for n in $names; do grep -rqE "\b$n \(|\b$n\b.*[,}]" --include='*.c' model common guest inspect rules drivers verify emit v2v-wrapper || echo "$n"; done)
is "docs/ARCHITECTURE.md: every function of the call flow exists" "$gone" ""
gone=$(grep -ohE '\b(model|common|guest|inspect|rules|emit|v2v-wrapper|tests|docs|scripts|fuzz)/[A-Za-z0-9_./-]*[a-z0-9]' README HACKING SECURITY docs/ARCHITECTURE.md \
  | grep -vE '[A-Z]{3}|\*|/test-$|-NAME|-$|inspect$' | sed 's/\.$//' | sort -u | while read -r f; do ls -d $f* >/dev/null 2>&1 || echo "$f"; done)
is "README, HACKING, SECURITY, ARCHITECTURE: every file named exists" "$gone" ""

# What users are told is all that there is, and there is nothing else.  Rules that no guest from
# EC2 meets are told to those who come from elsewhere.
told () { grep -oE '`[a-z0-9]+(-[a-z0-9]+)+`' "$1" | tr -d '`' | sort -u; }
grep -h '^id: ' data/rules/*.yaml | cut -c 5- | sort >"$T/rules"
told docs/EC2.md >"$T/ec2"
told docs/HYPERVISORS.md >"$T/others"
is "every default rule is told" "$(sort -u "$T/ec2" "$T/others" | comm -23 "$T/rules" -)" ""
is "docs/EC2.md: every rule told exists" "$(comm -13 "$T/rules" "$T/ec2")" ""
is "docs/HYPERVISORS.md: every rule told exists" "$(comm -13 "$T/rules" "$T/others")" ""
is "docs/EC2.md: every rule about EC2 is told" "$(grep '^ec2-' "$T/rules" | comm -23 - "$T/ec2")" ""
done_testing
