# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers for shell tests that speak TAP.  Source this first, end with "done_testing".
#
#   ok DESCRIPTION COMMAND...      one test: the command must succeed
#   not_ok_cmd DESCRIPTION COMMAND one test: the command must fail
#   is DESCRIPTION GOT WANT        one test: two strings must be equal
#   like DESCRIPTION FILE REGEX    one test: the file must match (grep -E)
#   unlike DESCRIPTION FILE REGEX  one test: the file must not match
#   refused DESCRIPTION STATUS REGEX ARGUMENT...
#                                  three tests: the program ends with STATUS and one error line
#   requires PROGRAM...            skip the whole file when a program is absent
#   skip_all REASON                skip the whole file; fails when V2V_MUST_RUN=1
#
# V2V_SRCDIR and V2V_BUILDDIR are set by the runner.

set -u
V2V_SRCDIR=${V2V_SRCDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
V2V_BUILDDIR=${V2V_BUILDDIR:-$V2V_SRCDIR}
V2V=$V2V_BUILDDIR/v2v-wrapper/v2v-wrapper
export V2V_SRCDIR V2V_BUILDDIR
export V2V_DATADIR=${V2V_DATADIR:-$V2V_SRCDIR/data}
export LC_ALL=C.UTF-8
T=${V2V_TEST_TMP:-}
if [ -z "$T" ]; then
  T=$(mktemp -d /var/tmp/v2v-test.XXXXXX)
fi
_n=0
_failed=0

_result () { # ok? description
  _n=$((_n + 1))
  if [ "$1" -eq 0 ]; then
    echo "ok $_n - $2"
  else
    echo "not ok $_n - $2"
    _failed=$((_failed + 1))
  fi
}

ok () {
  local what=$1
  shift
  "$@" >"$T/.ok.out" 2>&1
  local rc=$?
  _result $rc "$what"
  [ $rc -eq 0 ] || { echo "# exit $rc from: $*"; head -c 4000 "$T/.ok.out" | sed 's/^/#   /'; }
  return 0
}

not_ok_cmd () {
  local what=$1
  shift
  if "$@" >"$T/.ok.out" 2>&1; then
    _result 1 "$what"
    echo "# succeeded but must fail: $*"
  else
    _result 0 "$what"
  fi
}

is () {
  if [ "$2" = "$3" ]; then
    _result 0 "$1"
  else
    _result 1 "$1"
    printf '#   got:  %s\n#   want: %s\n' "$2" "$3"
  fi
}

like () {
  if grep -Eq -- "$3" "$2"; then
    _result 0 "$1"
  else
    _result 1 "$1"
    echo "#   no match for $3 in $2:"
    head -c 4000 "$2" | sed 's/^/#   /'
  fi
}

unlike () {
  if grep -Eq -- "$3" "$2"; then
    _result 1 "$1"
    echo "#   unwanted match for $3 in $2:"
    grep -E -- "$3" "$2" | head -5 | sed 's/^/#   /'
  else
    _result 0 "$1"
  fi
}

refused () {
  local what=$1 want=$2 regex=$3 got
  shift 3
  "$V2V" "$@" >"$T/out" 2>"$T/err"
  got=$?
  is "$what: exit status $want" "$got" "$want"
  is "$what: one error line" "$(grep -c '^v2v-wrapper: error: ' "$T/err")" 1
  like "$what: says why" "$T/err" "^v2v-wrapper: error: .*$regex"
}

skip_all () {
  if [ "${V2V_MUST_RUN:-}" = 1 ]; then
    echo "1..1"
    echo "not ok 1 - must run here, but: $*"
    exit 1
  fi
  echo "1..0 # SKIP $*"
  exit 0
}

# An input that users do not have (the facts shared inside the project).
requires_optional () { # file reason
  [ -e "$1" ] || { echo "1..0 # SKIP $2"; exit 0; }
}

requires () {
  local p
  for p in "$@"; do
    command -v "$p" >/dev/null 2>&1 || skip_all "$p is not installed"
  done
}

done_testing () {
  echo "1..$_n"
  [ "$_failed" -eq 0 ] || exit 1
  exit 0
}
