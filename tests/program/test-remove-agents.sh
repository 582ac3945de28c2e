# SPDX-License-Identifier: GPL-2.0-or-later
# What --agents remove puts into a guest: the script as a plan shows it, run on package
# databases that are made up: a real dpkg's, and that of an rpm that is played.
. "$V2V_SRCDIR/tests/functions.sh"

guest=$T/guest
mkdir -p "$guest/etc/systemd/system" "$guest/usr/lib/systemd" "$guest/opt/aws/bin" \
  "$guest/var/lib/cloud/data"
printf 'ID="amzn"\nVERSION_ID="2023"\nPRETTY_NAME="Amazon Linux 2023"\n' >"$guest/etc/os-release"
printf 'image_name="al2023-ami"\nimage_file="al2023-ami-x.x86_64"\nrecipe_name="al2023 ami"\n' >"$guest/etc/image-id"
printf 'i-0fedcba9876543210\n' >"$guest/var/lib/cloud/data/instance-id"
printf 'DataSourceEc2: DataSourceEc2Local\n' >"$guest/var/lib/cloud/data/previous-datasource"
: >"$guest/usr/lib/systemd/systemd"
: >"$guest/opt/aws/bin/eic_run_authorized_keys"

"$V2V" plan -i tree --agents disable "$guest" >"$T/disable" 2>/dev/null
ok "nothing of it with --agents disable" bash -c "! grep -q first-boot '$T/disable'"
"$V2V" plan -i tree --agents remove "$guest" >"$T/plan" 2>"$T/err"
like "the rule is in the plan" "$T/plan" 'ec2-agents-remove'
sed -n '/first-boot\/50-remove-ec2-agents/,/^    \/\|^[a-z]/p' "$T/plan" | sed -n 's/^      +//p' >"$T/script"
like "the script is in the plan" "$T/script" '^#!/bin/sh$'
ok "to its end" test "$(tail -n 1 "$T/script")" = 'exit "$failed"'
ok "a shell can read it" sh -n "$T/script"

# $1 = directory of programs; the script's output goes to out, its status is printed
run () { PATH=$1:$PATH V2V_FIRST_BOOT_ROOT=$T/root sh "$T/script" >"$T/out" 2>&1; echo $?; }

# --- rpm: $T/db has a file for each package, with what it needs.
mkdir -p "$T/rpm" "$T/db" "$T/root/etc/ssh" "$T/root/etc/systemd/system/sshd.service.d"
cat >"$T/rpm/rpm" <<X2
#!/bin/bash
db=$T/db
name=\${!#}
case \$1 in
-qa) ls "\$db"; exit ;;
-q) test -e "\$db/\$name"; exit ;;
esac
needed=\$(grep -lx -- "\$name" "\$db"/* | sed 's,.*/,,')
if [ -n "\$needed" ]; then echo "error: \$name is needed by \$needed"; exit 1; fi
[ "\$2" = --test ] && exit
if [ "\$name" = hibagent ]; then echo 'error: %preun(hibagent) scriptlet failed'; exit 1; fi
echo "\$name" >>$T/order
rm "\$db/\$name"
X2
printf '#!/bin/sh\nexit 1\n' >"$T/rpm/dpkg-query"
printf '#!/bin/sh\ntest "$1" = list || echo "$*" >>%s/snap\n' "$T" >"$T/rpm/snap"
chmod +x "$T/rpm"/*
for name in amazon-ssm-agent cloud-init NetworkManager amazon-ec2-net-utils openssh-server \
  ec2-instance-connect ec2-utils amazon-ssm-agent-of-ours; do : >"$T/db/$name"; done
echo ec2-instance-connect >"$T/db/ec2-instance-connect-selinux"
echo ec2-utils >"$T/db/site-tools"
ln -s /dev/null "$T/root/etc/systemd/system/sshd.service.d/ec2-instance-connect.conf"
is "rpm: all is well" "$(run "$T/rpm")" 0
is "what is not EC2's stays, and what is needed" "$(ls "$T/db" | tr '\n' ' ')" \
  "NetworkManager amazon-ec2-net-utils amazon-ssm-agent-of-ours cloud-init ec2-utils openssh-server site-tools "
is "what needs another goes before it" "$(tail -n 1 "$T/order")" ec2-instance-connect
like "it says what went" "$T/out" '^amazon-ssm-agent: removed$'
like "and what stays, and why" "$T/out" '^ec2-utils: kept, another package needs it: error: ec2-utils is needed by site-tools$'
is "the snap goes by snap" "$(cat "$T/snap")" "remove --purge amazon-ssm-agent"
ok "a link that hid the package's file is gone" test ! -L "$T/root/etc/systemd/system/sshd.service.d/ec2-instance-connect.conf"
is "once more there is nothing to do" "$(run "$T/rpm")" 0
ok "and nothing is done" bash -c "! grep -q ': removed' '$T/out'"

# --- what its owner uses stays
: >"$T/db/ec2-instance-connect"
: >"$T/db/amazon-cloudwatch-agent"
printf 'Match User a\n  AuthorizedKeysCommand /opt/aws/bin/eic_run_authorized_keys %%u\n' >"$T/root/etc/ssh/sshd_config"
mkdir -p "$T/root/opt/aws/amazon-cloudwatch-agent/etc"
printf '[credentials]\n shared_credential_profile = "x"\n' >"$T/root/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml"
is "in use: all is well" "$(run "$T/rpm")" 0
ok "what sshd is told to ask stays" test -e "$T/db/ec2-instance-connect"
like "and is told about" "$T/out" '^ec2-instance-connect: kept, sshd_config names it$'
ok "an agent with credentials of its own stays" test -e "$T/db/amazon-cloudwatch-agent"
printf '#AuthorizedKeysCommand /opt/aws/bin/eic_run_authorized_keys %%u\n' >"$T/root/etc/ssh/sshd_config"
is "a comment is no use" "$(run "$T/rpm")" 0
ok "and does not keep it" test ! -e "$T/db/ec2-instance-connect"

# --- a package that cannot be removed is a failure, once
: >"$T/db/hibagent"
: >"$T/db/awslogs"
is "a scriptlet that fails is a failure" "$(run "$T/rpm")" 1
like "and its words are shown" "$T/out" '^hibagent: could not be removed: error: %preun'
ok "the others go all the same" test ! -e "$T/db/awslogs"
is "no package manager at all" "$(PATH=/nonexistent V2V_FIRST_BOOT_ROOT=$T/root /bin/sh "$T/script" >"$T/out" 2>&1; echo $?)" 0

# --- dpkg, the real one
if ! command -v dpkg-deb >/dev/null || ! dpkg --help | grep -q -- --root; then
  echo "# there is no dpkg here to try it with"
else
  mkdir -p "$T/dpkg" "$T/droot/var/lib/dpkg/info" "$T/droot/var/lib/dpkg/updates" "$T/droot/etc"
  : >"$T/droot/var/lib/dpkg/status"
  options="--root=$T/droot --force-not-root --force-bad-path --log=/dev/null"
  printf '#!/bin/sh\nif [ -e %s/locked ] && [ "$1" = --purge ]; then\n  echo "dpkg: error: dpkg frontend lock was locked by another process"; exit 2\nfi\nexec %s %s "$@"\n' "$T" "$(command -v dpkg)" "$options" >"$T/dpkg/dpkg"
  printf '#!/bin/sh\nexec %s --admindir=%s/var/lib/dpkg "$@"\n' "$(command -v dpkg-query)" "$T/droot" >"$T/dpkg/dpkg-query"
  printf '#!/bin/sh\necho x >>%s/slept\n[ "$(wc -l <%s/slept)" -lt 3 ] || rm -f %s/locked\n' "$T" "$T" "$T" >"$T/dpkg/sleep"
  printf '#!/bin/sh\nexit 1\n' | tee "$T/dpkg/rpm" "$T/dpkg/snap" >/dev/null
  chmod +x "$T/dpkg"/*
  make_deb () { # name [depends]
    mkdir -p "$T/deb/DEBIAN" "$T/deb/etc"
    rm -f "$T/deb/etc"/*
    printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.com>\nDescription: x\n%s' \
      "$1" "${2:+Depends: $2
}" >"$T/deb/DEBIAN/control"
    echo "$1" >"$T/deb/etc/$1.conf"
    echo "/etc/$1.conf" >"$T/deb/DEBIAN/conffiles"
    dpkg-deb --root-owner-group -b "$T/deb" "$T/$1.deb" >/dev/null && "$T/dpkg/dpkg" -i "$T/$1.deb"
  }
  # No lock, though the word is in it: the package's own script fails.
  deny="dpkg: error processing package hibagent (--purge): /dev/block is blocked"
  sed -i "2i if [ -e $T/blocked ] && [ \"\$*\" = '--purge hibagent' ]; then echo '$deny'; exit 1; fi" "$T/dpkg/dpkg"
  {
    make_deb cloud-init; make_deb amazon-ec2-utils; make_deb ec2-instance-connect
    make_deb ec2-hibinit-agent; make_deb site-tools amazon-ec2-utils; make_deb hibagent
    "$T/dpkg/dpkg" --remove hibagent
  } >"$T/log" 2>&1
  : >"$T/locked"
  is "dpkg: all is well" "$(run "$T/dpkg")" 0
  is "what is left" "$(sed -n 's/^Package: //p' "$T/droot/var/lib/dpkg/status" | sort | tr '\n' ' ')" \
    "amazon-ec2-utils cloud-init site-tools "
  is "no conffile is left of what went" "$(cd "$T/droot/etc" && echo *)" \
    "amazon-ec2-utils.conf cloud-init.conf site-tools.conf"
  like "it says what stays" "$T/out" '^amazon-ec2-utils: kept, another package needs it: '
  is "it waits for the lock of another program" "$(wc -l <"$T/slept")" 3
  make_deb hibagent >"$T/log" 2>&1
  : >"$T/blocked"
  rm "$T/slept"
  is "dpkg: a package that cannot be removed is a failure" "$(run "$T/dpkg")" 1
  like "its words are shown" "$T/out" '^hibagent: could not be removed: dpkg: error processing'
  ok "and nobody waits for a lock that is none" test ! -e "$T/slept"
fi
done_testing
