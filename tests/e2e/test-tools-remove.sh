# SPDX-License-Identifier: GPL-2.0-or-later
# convert --agents remove, in a guest with the tools of other hypervisors: Debian's own
# open-vm-tools and hyperv-daemons, and stand-ins for what Debian has not.  Its first boot on virtio
# removes them by its own dpkg, without any network; what another package needs stays, and
# so does what only sounds like them.  The next boot is sound.
# Matrix only.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3 apt-get dpkg-deb

UNIT=/etc/systemd/system/v2v-wrapper-first-boot.service
LOG=/var/log/v2v-wrapper-first-boot.log
# The guest is from EC2: what is for that goes by the same option.
GONE='amazon-ec2-utils|open-vm-tools|hyperv-daemons|virtualbox-guest-utils'

stand_in () { # package, what it depends on, its program
  local s=$T/standin
  mkdir -p "$s/DEBIAN" "$s$(dirname "$3")"
  printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: Tests of v2v-wrapper <root@localhost>\nDescription: stand-in for %s\n%s' \
    "$1" "$1" "${2:+Depends: $2
}" >"$s/DEBIAN/control"
  printf '#!/bin/sh\nexit 0\n' >"$s$3"
  chmod 755 "$s$3"
  dpkg-deb --root-owner-group -b "$s" "$T/apt/cache/archives/$1_1_all.deb"
  rm -rf "$s"
}

# As VirtualBox's disc leaves it: no package, a program of its own that takes it away.
guest_additions () { # in the root of the guest
  mkdir -p opt/VBoxGuestAdditions-7.0.14 var/lib/VBoxGuestAdditions
  : >var/lib/VBoxGuestAdditions/config
  printf '#!/bin/sh\n[ "$1" = --force ] || exit 1\nrm -rf /opt/VBoxGuestAdditions-7.0.14 /var/lib/VBoxGuestAdditions\n' \
    >opt/VBoxGuestAdditions-7.0.14/uninstall.sh
  chmod 755 opt/VBoxGuestAdditions-7.0.14/uninstall.sh
}

install_tools () { # in the root of the guest
  mkdir -p var/tmp/tools && cp "$T"/apt/cache/archives/*.deb var/tmp/tools/ &&
    chroot . sh -c 'DEBIAN_FRONTEND=noninteractive dpkg -i /var/tmp/tools/*.deb' && rm -r var/tmp/tools && guest_additions
}

packages () { sed -n 's/^Package: //p' var/lib/dpkg/status | sort; }
enabled () { find etc/systemd/system -lname '*vmtoolsd*' -o -lname '*open-vm-tools*' -o -lname '*hv-*-daemon*' | sort; }

# What belongs to them and to us; logs and what takes things back are kept on purpose.
leftovers () {
  find etc opt usr var -xdev \( -path var/lib/v2v-wrapper -o -path var/log -o -path var/cache -o -path usr/lib/modules \) -prune -o \
    \( -name '*open-vm-tools*' -o -name '*vmtoolsd*' -o -name 'vgauth*' -o -name '*hv-*-daemon*' -o -name 'hv_*' -o -name '*VBoxGuest*' \
    -o -name 'v2v-wrapper-first-boot*' \) -print | sort
  find var/lib/v2v-wrapper -maxdepth 1 -name 'first-boot*'
}

boot_and_ask () { # name, disk, what to run in the guest, options of boot-image...
  local name=$1 disk=$2 command=$3
  shift 3
  timed "boot $name" boot "$disk" --bus virtio-blk --mac 52:54:00:ab:cd:01 --until login \
    --timeout "${V2V_BOOT_TIMEOUT:-600}" --hostfwd $SSH_PORT:22 --exec "$(in_guest "$name" "$command")" "$@"
}

disk=$(guest_copy debian12-ec2 guest) || skip_all "the guest could not be made"
in_root_fs ro,noload "$disk" fetch_packages open-vm-tools hyperv-daemons >"$T/fetch.log" 2>&1
is "the real packages are fetched" $? 0
grep -v '^mirror: .* 200 -$' "$T/fetch.log" | head | sed 's/^/# /'
stand_in virtualbox-guest-utils '' /usr/sbin/VBoxService >>"$T/fetch.log"
stand_in xe-guest-utilities '' /usr/sbin/xe-daemon >>"$T/fetch.log"
stand_in of-the-owner xe-guest-utilities /usr/bin/of-the-owner >>"$T/fetch.log"
stand_in virtualbox '' /usr/bin/virtualbox >>"$T/fetch.log"
in_root_fs rw "$disk" install_tools >"$T/install.log" 2>&1
is "and installed by the guest's dpkg" $? 0
grep -iE 'error|warning' "$T/install.log" | head | sed 's/^/# /'
in_root_fs rw "$disk" packages >"$T/before"
is "the guest has them" "$(grep -cxE "$GONE|xe-guest-utilities|of-the-owner|virtualbox" "$T/before")" 7
like "and starts them" <(in_root_fs rw "$disk" enabled) 'open-vm-tools[.]service'

"$V2V" convert --agents remove --name guest -o "$T/out" "$disk" >"$T/convert.out" 2>"$T/convert.log"
is "converts" $? 0
like "the rule is applied" "$T/convert.log" 'rules +tools-remove'

ok "its first boot, without a network beyond the card, is reached by ssh" boot_and_ask guest "$disk" \
  "for i in \$(seq 120); do test -e $UNIT || break; sleep 3; done; sudo cat $LOG; sudo sync" --write
sed 's/^/# guest: /' "$T/guest.said" | head -40
for name in ${GONE//|/ } 'Guest Additions'; do
  like "the log tells: $name" "$T/guest.said" "^$name: removed\$"
done
like "the log tells what stays, and why" "$T/guest.said" '^xe-guest-utilities: kept, another package needs it: .*'
like "in dpkg's words" "$T/guest.said" 'of-the-owner depends on xe-guest-utilities'
like "none has failed" "$T/guest.said" 'all scripts have been run, 0 failed'

# The guest was switched off as it ran: its journal is replayed, which wants "rw".
in_root_fs rw "$disk" packages >"$T/after"
is "the package database lists none of them, and lacks nothing else" "$(comm -3 "$T/before" "$T/after" | tr -d '\t' | paste -sd' ')" \
  "$(tr '|' '\n' <<<"$GONE" | sort | paste -sd' ')"
is "no file of theirs or ours is left" "$(in_root_fs rw "$disk" leftovers)" ""
is "the log is for root alone" "$(in_root_fs rw "$disk" stat -c %a ".$LOG")" 600

ok "the next boot is reached by ssh" boot_and_ask guest "$disk" 'systemctl --failed --no-legend --plain; echo end'
is "and no unit has failed" "$(cat "$T/guest.said")" end
done_testing
