# SPDX-License-Identifier: GPL-2.0-or-later
# The engines are each other's oracle: one guest converted by both, and every difference between
# the two results explained in tests/golden/oracle/RECIPE.oracle.
# Matrix only.  V2V_E2E_ORACLE="RECIPE ..." chooses; about four minutes each.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-img python3 guestfish virt-v2v-in-place
oracle=$V2V_SRCDIR/tests/oracle
driver=$V2V_BUILDDIR/tests/component/image-driver
[ -x "$driver" ] || skip_all "tests/component/image-driver is not built: make check TESTS="

# guestfish asks neither the program nor us whether KVM would answer.
export LIBGUESTFS_BACKEND=direct
grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg

recipes=${V2V_E2E_ORACLE:-$(basename -s .oracle "$V2V_SRCDIR"/tests/golden/oracle/*.oracle)}

convert () { # engine, recipe, directory, disk
  "$V2V" convert --engine "$1" --name "$2" -o "$3/machine" "$4" >"$T/$2-$1.log" 2>&1
}

result_of () { # recipe, engine: what is compared of it comes into $T/RECIPE/ENGINE
  local disk to=$T/$1/$2
  # By one name, so that what is emitted is of one disk.
  disk=$(guest_copy "$1" guest) || { _result 1 "$1: can be made"; return 1; }
  mkdir -p "$to"
  timed "$1 $2 convert" convert "$2" "$1" "$to" "$disk"
  is "$1: converts with $2" $? 0
  ok "$1: what $2 has made of it can be read" "$oracle/read-guest" "$V2V" "$to" "$disk"
  # What was done, and how long it took, differs of course.
  rm -f "$disk" "$T/guest.key" "$to/machine/"*-report.json "$to/machine/"*-inspection.xml
  [ -s "$to/files.tar" ]
}

for recipe in $recipes; do
  if result_of "$recipe" native && result_of "$recipe" virt-v2v; then
    "$oracle/diff-guests" --image-driver "$driver" "$V2V_SRCDIR/tests/golden/oracle/$recipe.oracle" \
      "$T/$recipe/native" "$T/$recipe/virt-v2v" >"$T/said" 2>&1
    rc=$?
    is "$recipe: each difference is explained, each explanation needed" $rc 0
    sed 's/^/# /' "$T/said" | head -100
    # Who has to explain one wants to look at both.
    [ $rc -ne 0 ] || rm -rf "${T:?}/$recipe"
  fi
done
done_testing
