# SPDX-License-Identifier: GPL-2.0-or-later
# The command line as users meet it; and the manual knows every option.
. "$V2V_SRCDIR/tests/functions.sh"
unset V2V_source V2V_inPlace V2V_vmName V2V_libvirtURL
export V2V_SEARCH_ROOT=$T/nowhere

status () { "$V2V" "$@" >"$T/out" 2>"$T/err"; echo $?; }

is "--version" "$(status --version)" 0
like "--version names the program and a version" "$T/out" '^v2v-wrapper [0-9]+\.[0-9]+'
is "--help" "$(status --help)" 0
for c in inspect convert emit; do
  like "--help lists $c" "$T/out" "^  $c "
done
is "no arguments outside a pod is a usage error" "$(status)" 2
like "it shows how to call it" "$T/err" 'Usage: v2v-wrapper COMMAND'
is "an unknown command is a usage error" "$(status frobnicate)" 2
like "it is named" "$T/err" "unknown command 'frobnicate'"
is "an unknown option is a usage error" "$(status convert --frobnicate x)" 2
like "one line names it" "$T/err" 'error: .*--frobnicate'
is "an unknown option without a command is a usage error" "$(status --frobnicate)" 2
is "no disk is a usage error" "$(status convert)" 2
like "it says what is missing" "$T/err" 'no disk was given'
is "-i with an unknown mode" "$(status convert -i ova x)" 2
is "a character device is no disk" "$(status inspect /dev/null)" 2
is "--no-inspect needs --skip-guest-conversion" "$(status convert --no-inspect "$0")" 2

# A command that fails at once must still end (its signal thread is just starting).
ends=0
for _ in $(seq 60); do
  timeout 5 "$V2V" convert >/dev/null 2>&1
  [ $? -eq 2 ] && ends=$((ends + 1))
done
is "a command that fails at once ends, 60 times" "$ends" 60

for c in inspect convert emit; do
  is "$c --help" "$(status $c --help)" 0
  grep -oE '^  +(-[a-z], )?--[a-z-]+' "$T/out" | grep -oE -- '--[a-z-]+' >>"$T/options"
done
missing=$(sort -u "$T/options" | grep -v -- '--help' | while read -r o; do
  grep -qF "B<$o>" "$V2V_SRCDIR/docs/v2v-wrapper.pod" || echo "$o"
done)
is "the manual knows every option" "$missing" ""
stale=$(grep -oE '^=item .*' "$V2V_SRCDIR/docs/v2v-wrapper.pod" | grep -oE 'B<--[a-z-]+>' | tr -d 'B<>' | sort -u \
  | while read -r o; do grep -qxF -- "$o" "$T/options" || echo "$o"; done)
is "the manual has no option that is gone" "$stale" ""
done_testing
