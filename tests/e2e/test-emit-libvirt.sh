# SPDX-License-Identifier: GPL-2.0-or-later
# The golden domains on a real qemu: an in-process libvirt driver defines each one and
# starts it paused, so that machine, buses, firmware choice and PCI addresses are
# decided by those who must run them.  Needs no libvirtd; runs as nobody when root.
. "$V2V_SRCDIR/tests/functions.sh"
requires virsh qemu-system-x86_64 qemu-img
golden=$V2V_SRCDIR/tests/golden/emit
[ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] || skip_all "ovmf is not installed"

# A short path: a UNIX socket's name below it has 107 bytes.
dir=$(mktemp -d /tmp/v2v-embed.XXXXXX)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
# qemu's own log goes to a file: virtlogd would be one more daemon.
mkdir "$dir/etc"
echo 'stdio_handler = "file"' >"$dir/etc/qemu.conf"
as_nobody=()
if [ "$(id -u)" -eq 0 ]; then
  chown -R nobody "$dir"
  as_nobody=(setpriv --reuid nobody --regid nogroup --clear-groups)
fi

embedded () {
  HOME=$dir XDG_RUNTIME_DIR=$dir timeout 240 "${as_nobody[@]}" \
    virsh -c "qemu:///embed?root=$dir" "$@"
}

# What emulation, this host and an unprivileged user cannot have: KVM, the host's CPU,
# Hyper-V features, networks, the disks themselves.
to_tcg () { # from to
  sed -e 's/<domain type="kvm">/<domain type="qemu">/' \
    -e 's/mode="host-model"/mode="maximum"/' \
    -e '/<hyperv /,/<\/hyperv>/d' -e '/name="hypervclock"/d' \
    -e 's/<interface type="[a-z]*">/<interface type="user">/' \
    -e '/<source \(network\|bridge\)=/d' \
    -e 's/<disk type="block"/<disk type="file"/' -e 's/<memory unit="KiB">.*</<memory unit="KiB">1048576</' \
    -e 's/<currentMemory unit="KiB">.*</<currentMemory unit="KiB">1048576</' "$1" >"$2"
  local n=0 path format
  while grep -q '<source \(file\|dev\)="[^"]*"/>' "$2"; do
    path=$dir/disk$n.img
    format=raw
    # The driver stands on the line before its source.
    grep -m1 -B1 '<source \(file\|dev\)="' "$2" | grep -q 'type="qcow2"' && format=qcow2
    qemu-img create -q -f $format "$path" 1M && chmod 666 "$path"
    sed -i "0,/<source \(file\|dev\)=\"[^\"]*\"\/>/s||<source  file=\"$path\"/>|" "$2"
    n=$((n + 1))
  done
  chmod 644 "$2"
}

for file in "$golden"/*.xml; do
  name=$(basename "$file" .xml)
  case $name in *.inspection) continue ;; esac
  if grep -q '<tpm' "$file" && ! command -v swtpm >/dev/null; then
    _result 0 "$name starts # SKIP swtpm is not installed"
    continue
  fi
  to_tcg "$file" "$dir/$name.xml"
  domain=$(xmllint --xpath 'string(/domain/name)' "$file")
  # One connection from start to end: a later one finds the domain, but its destroy
  # kills qemu and then calls that an error.
  ok "$name is defined, starts, stops" embedded "define --validate $dir/$name.xml;
    start '$domain' --paused; domstate '$domain'; dumpxml '$domain'; destroy '$domain';
    undefine --nvram --tpm '$domain'"
  cp "$T/.ok.out" "$T/$name.live"
  like "$name is paused" "$T/$name.live" '^paused$'
  case $(grep -c 'name="secure-boot"' "$file"):$(grep -c 'enabled="yes"' "$file") in
  0:*) unlike "$name has a BIOS" "$T/$name.live" 'OVMF|<loader' ;;
  1:0) like "$name has firmware without Secure Boot" "$T/$name.live" 'OVMF_CODE(_4M)?\.fd' ;;
  *) like "$name has firmware with enrolled keys" "$T/$name.live" 'OVMF_CODE(_4M)?\.ms\.fd' ;;
  esac
done

# The judge can say no: q35 has no IDE.
to_tcg "$golden/two-disks.xml" "$dir/ide.xml"
sed -i -e 's/dev="sda" bus="sata"/dev="hda" bus="ide"/' "$dir/ide.xml"
not_ok_cmd "IDE on q35 is refused" embedded define --validate "$dir/ide.xml"
done_testing
