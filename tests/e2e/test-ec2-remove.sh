# SPDX-License-Identifier: GPL-2.0-or-later
# convert --agents remove: at its first boot, without any network, the guest's own package
# manager takes EC2's packages out; the guest stays reachable and nothing of ours is left but
# a log.  V2V_E2E_MATRIX=1 adds the boot after that one, a package that cannot be removed,
# and Amazon Linux 2023 with its rpm.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3

UNIT=/etc/systemd/system/v2v-wrapper-first-boot.service
LOG=/var/log/v2v-wrapper-first-boot.log
DEB_AGENTS='amazon-ssm-agent|amazon-cloudwatch-agent|ec2-instance-connect|ec2-hibinit-agent|amazon-ec2-utils'
RPM_AGENTS='amazon-ssm-agent|amazon-cloudwatch-agent|ec2-instance-connect|ec2-utils'

packages () { # in the root of a guest that is not running: every name in its database
  if [ -e var/lib/rpm/rpmdb.sqlite ]; then
    chroot . rpm -qa --qf '%{NAME}\n'
  else
    sed -n 's/^Package: //p' var/lib/dpkg/status
  fi | sort
}

# What belongs to the agents and to us, outside of what is kept to take things back.  The
# stand-ins for RPM packages own no directories: an empty one may stay.
leftovers () {
  find etc opt usr var -xdev \( -path var/lib/v2v-wrapper -o -path var/log -o -path var/lib/dpkg -o -path var/lib/systemd \
    -o -path usr/share/doc -o -path var/lib/cloud -o -path var/cache \) -prune -o \
    ! -type d \( -name '*amazon-ssm*' -o -name '*cloudwatch*' -o -name '*instance-connect*' -o -name 'eic_*' -o -name '*hibinit*' \
    -o -name 'ec2-metadata' -o -name 'v2v-wrapper-first-boot*' \) -print 2>/dev/null | sort
  find var/lib/v2v-wrapper -maxdepth 1 -name 'first-boot*'
  echo end
}

boot_and_ask () { # name, disk, what to run in the guest, options of boot-image...
  local name=$1 disk=$2 command=$3
  shift 3
  timed "boot $name" boot "$disk" --bus virtio-blk --nic virtio-net --mac 52:54:00:ab:cd:01 --until login \
    --timeout "${V2V_BOOT_TIMEOUT:-600}" --hostfwd $SSH_PORT:22 --exec "$(in_guest "$name" "$command")" "$@"
}

# The guest is asked only when our unit has gone: that is the last thing that it does.
first_boot () { # name, disk, options...
  local name=$1 disk=$2
  shift 2
  ok "$name: its first boot, without a network beyond the card, is reached by ssh" boot_and_ask "$name" "$disk" \
    "for i in \$(seq 120); do test -e $UNIT || break; sleep 3; done; ip -4 -o addr show scope global; systemctl is-active ssh; sudo cat $LOG; sudo sync" --write "$@"
  sed 's/^/# guest: /' "$T/$name.said" | head -40
  like "$name: by an address from DHCP" "$T/$name.said" ' inet 10[.]0[.]2[.]15/24 '
  like "$name: the log tells of the end" "$T/$name.said" 'all scripts have been run, [0-9]+ failed'
}

# It has come up without what was removed, and with nothing that points at it.
second_boot () { # name, disk, options...
  local name=$1 disk=$2
  shift 2
  ok "$name: the next boot is reached by ssh" boot_and_ask "$name" "$disk" \
    'ip -4 -o addr show scope global; sudo sshd -T | grep -i ^authorizedkeyscommand; systemctl --failed --no-legend --plain; echo end' "$@"
  sed 's/^/# guest: /' "$T/$name.said"
  like "$name: by an address from DHCP" "$T/$name.said" ' inet 10[.]0[.]2[.]15/24 '
  unlike "$name: sshd asks no program of EC2" "$T/$name.said" '^authorizedkeyscommand .*(eic_|ec2-instance-connect)'
  unlike "$name: no unit of theirs or ours has failed" "$T/$name.said" 'amazon|ec2|hibinit|v2v-wrapper'
}

# one_guest NAME RECIPE AGENTS OPTION...: converted, first boot; the disk is left
convert_guest () { # name, recipe, agents
  disk=$(guest_copy "$2" "$1") || { _result 1 "$1: can be made"; return 1; }
  in_root_fs ro "$disk" packages >"$T/$1.before"
  ok "$1: has the packages" test "$(grep -cxE "$3" "$T/$1.before")" -ge 4
  [ -z "${4:-}" ] || in_root_fs rw "$disk" sh -c "$4"
  "$V2V" convert --agents remove --name "$1" -o "$T/out-$1" "$disk" >"$T/$1.plan" 2>"$T/$1.log"
  is "$1: converts" $? 0
  like "$1: the rule is applied" "$T/$1.log" 'ec2-agents-remove'
}

# The guest was switched off as it ran: its journal is replayed, which wants "rw".
after_removal () { # name, disk, agents, those that stay
  in_root_fs rw "$2" packages >"$T/$1.after"
  is "$1: the package database lists none of them${4:+ but what cannot go}" "$(grep -xE "$3" "$T/$1.after" | tr '\n' ' ')" "${4:+$4 }"
  is "$1: nothing else has gone" "$(comm -23 "$T/$1.before" "$T/$1.after" | grep -cvxE "$3")" 0
  like "$1: what configures the network stays" "$T/$1.after" '^amazon-ec2-net-utils$'
  in_root_fs rw "$2" leftovers >"$T/$1.left"
  with_log=$(in_root_fs rw "$2" stat -c %a ".$LOG")
  is "$1: the log is there, for root alone" "$with_log" 600
}

convert_guest debian12 debian12-ec2-agents "$DEB_AGENTS" && {
  first_boot debian12 "$disk"
  like "debian12: none has failed" "$T/debian12.said" 'all scripts have been run, 0 failed'
  after_removal debian12 "$disk" "$DEB_AGENTS" ''
  is "debian12: no file of theirs or ours is left" "$(cat "$T/debian12.left")" end
  [ -z "${V2V_E2E_MATRIX:-}" ] || second_boot debian12 "$disk"
  rm -f "$disk"
}

if [ -n "${V2V_E2E_MATRIX:-}" ]; then
  # A package that refuses to go: it says so, once, and everything else goes on.
  convert_guest prerm debian12-ec2-agents "$DEB_AGENTS" \
    'printf "#!/bin/sh\necho this one stays >&2\nexit 1\n" >var/lib/dpkg/info/amazon-ssm-agent.prerm' && {
    first_boot prerm "$disk"
    like "prerm: the log says which package, and why" "$T/prerm.said" '^amazon-ssm-agent: could not be removed: '
    like "prerm: and the guest's words" "$T/prerm.said" 'this one stays'
    like "prerm: one script has failed" "$T/prerm.said" 'all scripts have been run, 1 failed'
    after_removal prerm "$disk" "$DEB_AGENTS" amazon-ssm-agent
    is "prerm: the script is kept as failed" "$(in_root_fs rw "$disk" ls var/lib/v2v-wrapper/first-boot)" 50-remove-ec2-agents.failed
    second_boot prerm "$disk"
    rm -f "$disk"
  }
  convert_guest amzn2023 amzn2023-ec2-agents "$RPM_AGENTS" && {
    first_boot amzn2023 "$disk" --firmware uefi
    like "amzn2023: none has failed" "$T/amzn2023.said" 'all scripts have been run, 0 failed'
    after_removal amzn2023 "$disk" "$RPM_AGENTS" ''
    is "amzn2023: no file of theirs or ours is left" "$(cat "$T/amzn2023.left")" end
    second_boot amzn2023 "$disk" --firmware uefi
    rm -f "$disk"
  }
fi
done_testing
