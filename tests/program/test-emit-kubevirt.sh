# SPDX-License-Identifier: GPL-2.0-or-later
# The golden KubeVirt machines by an independent checker: KubeVirt's own schema with
# every object closed, and its admission rules.
. "$V2V_SRCDIR/tests/functions.sh"
shared=${V2V_SHARED:-$V2V_SRCDIR/../shared}
requires_optional "$shared/tools/kubevirt_vm_check.py" \
  "the KubeVirt schema is not here (V2V_SHARED or ../shared)"
requires python3
python3 -c 'import jsonschema, yaml' 2>/dev/null \
  || skip_all "python3-jsonschema or python3-yaml is not installed"
golden=$V2V_SRCDIR/tests/golden/emit

check () { python3 "$shared/tools/kubevirt_vm_check.py" "$@"; }

# The second reader says that quoting survived: a MAC address is a string.
mac_is_string () {
  python3 - "$1" <<'PY'
import sys, yaml
spec = yaml.safe_load(open(sys.argv[1]))["spec"]["template"]["spec"]
for nic in spec["domain"]["devices"]["interfaces"]:
    assert isinstance(nic.get("macAddress", ""), str), nic
PY
}

for file in "$golden"/*.vm.yaml; do
  name=$(basename "$file" .vm.yaml)
  ok "$name: the machine is accepted" check "$file"
  is "$name: without advice" "$(check "$file")" "$file: ok"
  ok "$name: the fragment is accepted" check --fragment "${file%.vm.yaml}.fragment.yaml"
  ok "$name: addresses are strings" mac_is_string "$file"
done

grep -v runStrategy "$golden/two-disks.vm.yaml" >"$T/broken.yaml"
not_ok_cmd "the checker refuses a machine without runStrategy" check "$T/broken.yaml"
done_testing
