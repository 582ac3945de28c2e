# SPDX-License-Identifier: GPL-2.0-or-later
# The golden domains, which the unit tests compare our output with, as libvirt sees
# them: its schema and its test driver.
. "$V2V_SRCDIR/tests/functions.sh"
requires xmllint virsh
golden=$V2V_SRCDIR/tests/golden/emit
rng=${V2V_LIBVIRT_RNG:-/usr/share/libvirt/schemas/domain.rng}
[ -e "$rng" ] || skip_all "libvirt's schema $rng is not installed"

schema () { xmllint --noout --relaxng "$rng" "$1"; }
# The file goes to a name without blanks, which virsh would split.
define () { virsh -q -c test:///default define --validate "$1"; }

for file in "$golden"/*.xml; do
  name=$(basename "$file" .xml)
  case $name in *.inspection) continue ;; esac
  ok "$name is valid by libvirt's schema" schema "$file"
  ok "$name is defined by the test driver" define "$file"
done

# The judges can say no.
sed 's/<devices>/<devices><flux-capacitor\/>/' "$golden/two-disks.xml" >"$T/unknown.xml"
not_ok_cmd "the schema refuses an unknown device" schema "$T/unknown.xml"
sed 's/dev="sda"/dev="vda"/' "$golden/two-disks.xml" >"$T/twice.xml"
not_ok_cmd "the test driver refuses a target used twice" define "$T/twice.xml"
done_testing
