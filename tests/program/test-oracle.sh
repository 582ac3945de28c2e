# SPDX-License-Identifier: GPL-2.0-or-later
# What compares the results of both engines, on made-up guests: a difference that is explained,
# one that is not, an explanation of nothing, a reviewed file that is not well formed.
. "$V2V_SRCDIR/tests/functions.sh"
requires python3
oracle=$V2V_SRCDIR/tests/oracle/diff-guests

# guest NAME FACTS < manifest: "PATH TYPE[:MODE[:OWNER[:LABEL]]] CONTENT"; "\n" in CONTENT
guest () {
  mkdir -p "$T/$1"
  printf '%s' "$2" >"$T/$1/facts.json"
  python3 -c 'import io, sys, tarfile
types = {"file": tarfile.REGTYPE, "dir": tarfile.DIRTYPE, "link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE,
         "char": tarfile.CHRTYPE}
with tarfile.open(sys.argv[1], "w", format=tarfile.PAX_FORMAT) as tar:
    for line in sys.stdin:
        path, what, content = (line.rstrip("\n").split(" ", 2) + [""])[:3]
        kind, mode, owner, label = (what.split(":") + ["", "", ""])[:4]
        m = tarfile.TarInfo("." + path)
        m.type, m.mode, m.uid, m.mtime = types[kind], int(mode or "644", 8), int(owner or 0), len(sys.argv[1])
        data = content.encode().decode("unicode_escape").encode("latin-1") if kind == "file" else b""
        m.linkname = {"link": content, "hard": "." + content}.get(kind, "")
        m.size = len(data)
        m.pax_headers = {"SCHILY.xattr.security.selinux": label} if label else {}
        tar.addfile(m, io.BytesIO(data))' "$T/$1/files.tar"
}

compare () { # reviewed file's text; the two guests
  printf '%b' "$1" >"$T/reviewed"
  "$oracle" "$T/reviewed" "$T/a" "$T/b" >"$T/said" 2>"$T/err"
  echo $? >"$T/rc"
}

status () { is "$1" "$(cat "$T/rc")" "$2"; }
unexplained () { is "$1" "$(sed -n 's/^unexplained: //p' "$T/said")" "$(printf '%b' "$2")"; }

# alone DESCRIPTION DIFFERENCES: with nothing reviewed, those and no others
alone () {
  compare ''
  unexplained "$1" "$2"
  status "... and that fails" 1
}

same='/ dir:755\n/etc dir:755\n/etc/fstab file a / ext4 0 0\\n\n'
pair () { # manifest lines only in a, only in b
  printf "$same%b" "$1" | guest a '{}'
  printf "$same%b" "$2" | guest b '{}'
}

# --- what is a difference
pair '' ''
compare ''
status "equal guests, written at other times: no difference" 0
like "... and the count of files" "$T/said" '^3 files and 3; 0 differences'

pair '/etc/a file x\n' '/etc/b link a\n/etc/c dir\n/etc/d char\n'
alone "files of one side only" 'native file /etc/a\nvirt-v2v link /etc/b\nvirt-v2v directory /etc/c\nvirt-v2v device /etc/d'
pair '/etc/a file:644:0:label_a x\n' '/etc/a file:600:7:label_b x\n'
alone "mode, owner and label" 'differs mode /etc/a: 0644 | 0600\ndiffers owner /etc/a: 0:0 | 7:0\ndiffers xattr /etc/a: security.selinux: label_a | label_b'
pair '/etc/a file:644:0:label_a x\n' '/etc/a file x\n'
alone "a label that is missing" 'differs xattr /etc/a: security.selinux: label_a | None'
pair '/etc/a link x\n/etc/b file x\n' '/etc/a link y\n/etc/b link x\n'
alone "target of a link, and another type" 'differs target /etc/a: x | y\ndiffers type /etc/b: file | link'
pair '/etc/a file x\n/etc/b hard /etc/a\n' '/etc/a file x\n/etc/b file x\n'
alone "a hard link that is a copy now" 'differs names /etc/a: /etc/a /etc/b | \ndiffers names /etc/b: /etc/a /etc/b | '
pair '/etc/a file one\\ntwo\\nthree\\n\n' '/etc/a file one\\n2\\nthree\\nfour\\n\n'
alone "a text, by its lines" 'native line /etc/a: two\nvirt-v2v line /etc/a: 2\nvirt-v2v line /etc/a: four'
pair '/etc/a file one\n' '/etc/a file one\\n\n'
alone "no end of line at the end" 'differs content /etc/a'
pair '/etc/a file \\x00a\n/etc/b file \\xff\n' '/etc/a file \\x00b\n/etc/b file \\xfe\n'
alone "no text" 'differs content /etc/a\ndiffers content /etc/b'
many=$(printf '%s\\n' {1..70})
pair "/etc/a file ${many//\\/\\\\}\n" '/etc/a file 0\n'
alone "more lines than one reads" 'differs content /etc/a'
pair '/etc/crypttab file a   b\\n# no\\nc d\n' '/etc/crypttab file a\\tb\\nc e\n'
alone "entries of crypttab, not their blanks and comments" 'native line /etc/crypttab: c d\nvirt-v2v line /etc/crypttab: c e'
pair '/etc/a\x01 file\n' ''
alone "a name is one line" 'native file /etc/a\\x01'

pair '' ''
printf '%s' '{"disks": [{"device": "/dev/sda", "path": "x"}], "units": ["ssh.service", "a.timer"], "mounts": [{"mountpoint": "/", "device": "/dev/sda1"}],
  "bootloader": {"entries": [{"title": "Linux", "cmdline": "root=UUID=1 ro old"}]}, "outside": {"/dev/sda": "1"}}' >"$T/a/facts.json"
printf '%s' '{"disks": [{"device": "/dev/sda", "path": "y"}], "units": ["a.timer"], "mounts": [{"mountpoint": "/", "device": "/dev/sda2"}],
  "bootloader": {"entries": [{"title": "Linux", "cmdline": "ro root=UUID=1"}]}, "outside": {"/dev/sda": "2"}}' >"$T/b/facts.json"
alone "facts, and of those not which copy it is or the order" 'native fact bootloader.entries[Linux].cmdline[old]\ndiffers fact mounts[/].device: /dev/sda1 | /dev/sda2\ndiffers fact outside./dev/sda: 1 | 2\nnative fact units[ssh.service]'

pair '' ''
mkdir "$T/a/machine" "$T/b/machine"
printf 'one\n  bus: virtio\n' >"$T/a/machine/g.yaml"
printf 'one\n  bus: scsi\nmore\n' >"$T/b/machine/g.yaml"
alone "the machine" 'native machine g.yaml: bus: virtio\nvirt-v2v machine g.yaml: bus: scsi\nvirt-v2v machine g.yaml: more'
rm -r "$T/a/machine" "$T/b/machine"

# --- what is in an initramfs; the images are compared by what the driver prints of them
cat >"$T/driver" <<'X2'
#!/bin/sh
[ "$1" = contents ] && tr ' ' '\t' <"$2"
X2
chmod +x "$T/driver"
facts='{"kernels": [{"version": "6.1", "initrd": "/boot/initrd"}]}'
printf '/boot/initrd file 100644 1 lib/a.ko \\n100644 1 init \\n120777 0 bin usr/bin\n' | guest a "$facts"
printf '/boot/initrd file 100644 2 init \\n100644 1 lib/b.ko \\n120777 0 bin usr/bin\n' | guest b "$facts"
: >"$T/reviewed"
"$oracle" --image-driver "$T/driver" "$T/reviewed" "$T/a" "$T/b" >"$T/said" 2>"$T/err"
unexplained "an initramfs, by its entries" 'differs initramfs /boot/initrd: init\nnative initramfs /boot/initrd: lib/a.ko\nvirt-v2v initramfs /boot/initrd: lib/b.ko'
driver=$V2V_BUILDDIR/tests/component/image-driver
"$driver" base "$T/early" "$T/modules" "$T/main" && "$driver" pack gzip "$T/main" "$T/packed" \
  && cat "$T/early" "$T/modules" "$T/packed" >"$T/image" && "$driver" contents "$T/image" >"$T/contents"
is "the driver prints what is in one" "$?" 0
is "... early microcode apart, links with their targets, each path once" \
  "$(awk -F '\t' '$3 !~ /noise|link-|removed/ {print $1, $3, $4}' "$T/contents")" \
  "40755 early/kernel 
40755 early/kernel/x86 
40755 early/kernel/x86/microcode 
100644 early/kernel/x86/microcode/AuthenticAMD.bin 
40755 usr/lib/modules 
40755 usr/lib/modules/6.1 
100644 usr/lib/modules/6.1/old.ko 
120777 lib usr/lib
40755 usr 
40755 usr/lib 
40755 etc 
100644 etc/replaced 
100644 etc/kept "
is "... and all names of one file with its content" \
  "$(awk -F '\t' '$3 ~ /^link-/ && $2 !~ /^0*$/ {print $2}' "$T/contents" | sort | uniq -c | awk '{print $1}')" 3
printf 'no image' >"$T/image"
not_ok_cmd "... and refuses what is none" "$driver" contents "$T/image"
printf '#!/bin/sh\nexit 1\n' >"$T/driver"
not_ok_cmd "an image that cannot be read is no equal image" "$oracle" --image-driver "$T/driver" "$T/reviewed" "$T/a" "$T/b"

# --- explanations
why='  Because the fact that says so is named here.\n'
pair '/etc/one/a file x\n/etc/b file x\n' '/etc/one/c file x\n'
compare "native file /etc/one/*\nnative file /etc/b\n$why\n# a remark\nvirt-v2v file /etc/one/c\n$why"
status "all explained: rows share an explanation, and a star takes the rest" 0
like "... and it says how many" "$T/said" '^5 files and 4; 3 differences, 3 explained by 3 of 3 rows$'
compare "native file /etc/one/*\n$why"
status "one that no row explains fails" 1
unexplained "... and is named" 'native file /etc/b\nvirt-v2v file /etc/one/c'
compare "native file /etc/one/a\nnative file /etc/b\nvirt-v2v file /etc/one/c\nvirt-v2v file /etc/gone\n$why"
status "an explanation that nothing needs any more fails" 1
like "... and is named with its line" "$T/said" '^stale: .*reviewed:4: virt-v2v file /etc/gone$'
compare "native file /etc/one/*\nnative file /etc/one/a\nnative file /etc/b\nvirt-v2v file /etc/one/c\n$why"
like "one that another takes everything from is stale, too" "$T/said" '^stale: .*reviewed:2: '
compare "differs file /etc/one/a\nvirt-v2v file /etc/b\n$why"
unexplained "an explanation is of one side" 'native file /etc/b\nnative file /etc/one/a\nvirt-v2v file /etc/one/c'

malformed () { # what, text, message
  compare "$2"
  status "$1: refused" 2
  like "... with its line" "$T/err" "^diff-guests: .*$3"
  is "... and nothing is compared" "$(cat "$T/said")" ""
}
malformed "a row without an explanation" 'native file /etc/b\n' 'reviewed:1: not explained'
malformed "an explanation that is none" 'native file /etc/b\n  ok\n' 'reviewed:1: not explained'
malformed "an explanation of nothing" "$why" 'reviewed:1: an explanation of nothing'
malformed "a side that is none" "both file /etc/b\n$why" 'reviewed:1: not .SIDE KIND WHAT'
malformed "a kind that is none" "native fiel /etc/b\n$why" 'reviewed:1: not .SIDE KIND WHAT'
malformed "two words" "native file\n$why" 'reviewed:1: not .SIDE KIND WHAT'
malformed "all files" "native file *\n$why" 'reviewed:1: the pattern takes too much'
malformed "all of a tree" "native file /etc/b\nnative file /etc/*\n$why" 'reviewed:2: the pattern takes too much'
malformed "the same row twice" "native file /etc/b\n$why\nnative file /etc/b\n$why" 'reviewed:4: the same pattern'
compare ''
rm "$T/reviewed"
"$oracle" "$T/reviewed" "$T/a" "$T/b" >"$T/said" 2>"$T/err"
is "no reviewed file: refused" $? 2

# --- the files that are in use
for reviewed in "$V2V_SRCDIR"/tests/golden/oracle/*.oracle; do
  "$oracle" "$reviewed" "$T/a" "$T/b" >"$T/said" 2>"$T/err"
  is "${reviewed##*/} is well formed" $? 1
done
done_testing
