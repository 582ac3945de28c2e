# SPDX-License-Identifier: GPL-2.0-or-later
# What Amazon and an owner put into an instance besides the distribution: its agents, by
# their own package names, units and paths.  The programs are ours and small: they ask the
# metadata service as often as the real ones do, and do nothing with an answer.
# Hashed into the images of recipes with AGENTS=yes only, like each line that ends in
# "# agents" in the other files.

AGENT_PACKAGES_DEB="amazon-ssm-agent amazon-cloudwatch-agent ec2-instance-connect ec2-hibinit-agent"
AGENT_PACKAGES_RPM="amazon-ssm-agent amazon-cloudwatch-agent ec2-instance-connect ec2-utils amazon-ec2-net-utils"

# A package lies unpacked in $S: what "put" does for the guest, "pack" does for it.
pack () { # path [mode], contents on stdin
  mkdir -p "$(dirname "$S$1")"
  cat >"$S$1"
  chmod "${2:-644}" "$S$1"
}

# No curl: bash's own sockets.  A connection that nobody answers ends after SECONDS.
pack_asker () { # path, document, seconds, what it does afterwards
  pack "$1" 755 <<F
#!/bin/bash
# A stand-in for a test: asks the metadata service as the program of this name does.
ask () {
  timeout $3 bash -c 'exec 3<>/dev/tcp/169.254.169.254/80 &&
    printf "GET /latest/$2 HTTP/1.0\\r\\nHost: 169.254.169.254\\r\\n\\r\\n" >&3 && cat <&3'
}
$4
F
}

pack_unit () { # directory, unit, program, further lines of [Service]
  pack "$1/$2.service" <<F
[Unit]
Description=$2
After=network-online.target

[Service]
ExecStart=$3
$4

[Install]
WantedBy=multi-user.target
F
}

# --- the packages; $D is where systemd's units of the distribution are

agent_amazon_ssm_agent () {
  # What Amazon's server hands out to Debian owns its unit under /etc.
  local units=/etc/systemd/system
  [ "$R_DISTRO" = debian ] || units=$D/system
  pack_asker /usr/bin/amazon-ssm-agent meta-data/instance-id 5 'while :; do ask; sleep 10; done'
  pack_unit $units amazon-ssm-agent /usr/bin/amazon-ssm-agent $'KillMode=process\nRestart=always\nRestartSec=90'
  [ "$R_DISTRO" != debian ] || printf 'start on (runlevel [345] and started network)\nexec /usr/bin/amazon-ssm-agent\n' \
    | pack /etc/init/amazon-ssm-agent.conf
  printf '{ "Profile": { "ShareCreds": true } }\n' | pack /etc/amazon/ssm/amazon-ssm-agent.json.template
  mkdir -p "$S/var/lib/amazon/ssm"
  SERVICES=amazon-ssm-agent
}

agent_amazon_cloudwatch_agent () {
  local top=/opt/aws/amazon-cloudwatch-agent
  pack_asker $top/bin/amazon-cloudwatch-agent dynamic/instance-identity/document 5 'ask || exit 1'
  pack_unit /etc/systemd/system amazon-cloudwatch-agent $top/bin/amazon-cloudwatch-agent \
    $'Restart=on-failure\nRestartSec=60'
  printf '#!/bin/sh\nexec systemctl "$@" amazon-cloudwatch-agent\n' | pack $top/bin/amazon-cloudwatch-agent-ctl 755
  printf '# [credentials]\n#    shared_credential_profile = "{profile_name}"\n' | pack $top/etc/common-config.toml
  mkdir -p "$S/usr/bin"
  ln -s $top/bin/amazon-cloudwatch-agent-ctl "$S/usr/bin/amazon-cloudwatch-agent-ctl"
  SERVICES=amazon-cloudwatch-agent NEW_USER=cwagent
}

agent_ec2_instance_connect () {
  local top=/usr/share/ec2-instance-connect hosts=ec2-instance-connect-harvest-hostkeys
  [ "$R_DISTRO" = debian ] || top=/opt/aws/bin
  pack_asker $top/eic_curl_authorized_keys meta-data/managed-ssh-keys/active-keys/ 1 'ask'
  printf '#!/bin/sh\nexec timeout 5 %s/eic_curl_authorized_keys "$@"\n' $top | pack $top/eic_run_authorized_keys 755
  pack_asker $top/eic_harvest_hostkeys meta-data/placement/availability-zone 5 'ask || exit 0'
  pack_unit "$D/system" $hosts $top/eic_harvest_hostkeys 'Type=oneshot'
  [ "$R_DISTRO" != debian ] || pack "$D/system/ssh.service.d/ec2-instance-connect.conf" <<F
[Service]
ExecStart=
ExecStart=/usr/sbin/sshd -D -o "AuthorizedKeysCommand $top/eic_run_authorized_keys %%u %%f" -o "AuthorizedKeysCommandUser ec2-instance-connect" \$SSHD_OPTS
F
  SERVICES=$hosts NEW_USER=ec2-instance-connect
}

# As Ubuntu has it.
agent_ec2_hibinit_agent () {
  pack_asker /usr/bin/hibinit-agent meta-data/hibernation/configured 20 'ask || exit 0'
  pack_unit "$D/system" hibinit-agent /usr/bin/hibinit-agent 'Type=oneshot'
  printf '[Login]\nHandlePowerKey=ignore\n' | pack "$D/logind.conf.d/ec2-hibinit-agent-ignore-powerkey.conf"
  printf '[swap]\npercentage-of-ram = 100\n' | pack /etc/hibinit-config.cfg
  printf 'event=button/sleep.*\naction=/etc/acpi/actions/hibinit-sleep.sh\n' | pack /etc/acpi/events/hibinit-sleep
  printf '#!/bin/sh\nexec systemctl hibernate\n' | pack /etc/acpi/actions/hibinit-sleep.sh 755
  SERVICES=hibinit-agent
}

# Amazon Linux only: Debian has the real ones.
agent_ec2_utils () {
  pack_asker /usr/bin/ec2-metadata meta-data/ 5 'ask'
  # Switches off systemd's rules of the same name: no label of a CD-ROM is seen.
  pack /etc/udev/rules.d/60-cdrom_id.rules </dev/null
  printf 'KERNEL=="nvme[0-9]*n[0-9]*", ENV{DEVTYPE}=="disk", ATTRS{model}=="Amazon Elastic Block Store", SYMLINK+="sda1"\n' \
    | pack /usr/lib/udev/rules.d/70-ec2-nvme-devices.rules
}

agent_amazon_ec2_net_utils () {
  pack_asker /usr/bin/setup-policy-routes meta-data/mac 5 'ask'
  pack_asker /usr/lib/systemd/set-hostname-imds meta-data/local-hostname 5 \
    'for n in 1 2 3 4 5 6; do ask && exit 0; done; exit 1'
  pack_unit "$D/system" set-hostname-imds /usr/lib/systemd/set-hostname-imds 'Type=oneshot'
  pack_unit "$D/system" policy-routes@ '/usr/bin/setup-policy-routes %i' 'Type=oneshot'
  # In the guest already, see guest_networkd_ena().
  mkdir -p "$S/usr/lib/systemd/network"
  cp -a "$M/usr/lib/systemd/network/80-ec2.network" "$S/usr/lib/systemd/network/"
  SERVICES=set-hostname-imds
}

# --- into the guest by its own package manager

# Scripts of packages: enabled when installed, stopped and disabled when removed.
after_install () {
  [ -z "$NEW_USER" ] || echo "id $NEW_USER >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin $NEW_USER"
  [ -z "$SERVICES" ] || echo "systemctl --quiet enable $SERVICES.service"
}

before_removal () {
  [ -z "$SERVICES" ] || echo "if [ -d /run/systemd/system ]; then systemctl --quiet disable --now $SERVICES.service; fi"
}

after_removal () {
  [ -z "$NEW_USER" ] || echo "userdel $NEW_USER || :"
  echo 'if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi'
  # Its postrm does so, too.
  [ "$1" != ec2-instance-connect ] || echo 'if [ -d /run/systemd/system ]; then systemctl try-restart ssh.service; fi'
}

deb_script () { # name, condition
  { printf '#!/bin/sh\nset -e\n[ "$1" = %s ] || exit 0\n' "$2"; cat; } | pack "/DEBIAN/$1" 755
}

install_deb () { # package
  (cd "$S" && find etc -type f 2>/dev/null | sed 's,^,/,') >"$W/conffiles" || :
  mkdir -p "$S/DEBIAN"
  [ ! -s "$W/conffiles" ] || cp "$W/conffiles" "$S/DEBIAN/conffiles"
  rm "$W/conffiles"
  printf 'Package: %s\nVersion: 3.3.987.0-1\nArchitecture: amd64\nMaintainer: Tests of v2v-wrapper <root@localhost>\nSection: admin\nPriority: optional\nDescription: stand-in for %s\n' \
    "$1" "$1" | pack /DEBIAN/control
  after_install | deb_script postinst configure
  before_removal | deb_script prerm remove
  # Left when the package is removed, gone when it is purged: conffiles only.
  after_removal "$1" | deb_script postrm remove
  chroot "$M" dpkg-deb --root-owner-group -b "${S#"$M"}" /var/tmp/agent.deb
  chroot "$M" env DEBIAN_FRONTEND=noninteractive dpkg -i /var/tmp/agent.deb
  rm "$M/var/tmp/agent.deb"
}

install_rpm () { # package
  local top=/var/tmp/rpm
  { printf 'Name: %s\nVersion: 3.3.987.0\nRelease: 1.amzn2023\nSummary: stand-in for %s\nLicense: GPLv2\nAutoReqProv: no\n' "$1" "$1"
    printf '%%description\nstand-in for %s\n%%install\ncp -a %s/. %%{buildroot}/\n' "$1" "${S#"$M"}"
    printf '%%post\n%s\n:\n' "$(after_install)"
    printf '%%preun\nif [ "$1" = 0 ]; then :; %s\nfi\n' "$(before_removal)"
    printf '%%postun\nif [ "$1" = 0 ]; then :; %s\nfi\n%%files\n' "$(after_removal "$1")"
    (cd "$S" && find . -type f -o -type l) | sed 's,^\.\(/etc/.*\),%config(noreplace) \1,; s,^\./,/,'
  } | put $top/agent.spec
  chroot "$M" rpmbuild -bb --quiet --nodeps --target x86_64 --define "_topdir $top" --define '_build_id_links none' \
    --define '__os_install_post %{nil}' --define 'debug_package %{nil}' --define '_binary_payload w0.gzdio' $top/agent.spec
  chroot "$M" sh -c "rpm --dbpath /var/lib/rpm -i --nodeps --replacefiles $top/RPMS/*/*.rpm && rpm --dbpath /var/lib/rpm -q $1"
  rm -rf "$M$top" "$M/root/.rpmdb"
}

install_agent () { # package
  local S=$M/var/tmp/agent SERVICES='' NEW_USER=''
  mkdir -p "$S"
  chmod 755 "$S"
  "agent_${1//-/_}"
  if [ "$R_DISTRO" = debian ]; then install_deb "$1"; else install_rpm "$1"; fi
  rm -rf "$S"
}

# --- what no package owns

# Hibernation was set up once: where, the agent has told GRUB.
past_hibernation () {
  put /etc/default/grub.d/99-set-swap.cfg <<F
GRUB_CMDLINE_LINUX_DEFAULT="\$GRUB_CMDLINE_LINUX_DEFAULT no_console_suspend=1 resume_offset=38912 resume=UUID=$(recipe_uuid root)"
F
}

# Session Manager's user, made by the first session.
past_session () {
  chroot "$M" useradd --system --create-home --shell /bin/sh ssm-user
  echo 'ssm-user ALL=(ALL) NOPASSWD:ALL' | put /etc/sudoers.d/ssm-agent-users 440
}

# The VPC's name server by its fixed address, as owners write it down.
owners_resolver () {
  if [ "$R_NETWORK" = ifupdown ]; then
    echo 'prepend domain-name-servers 169.254.169.253;' >>"$M/etc/dhcp/dhclient.conf"
  else
    printf '[Resolve]\nDNS=169.254.169.253\n' | put /etc/systemd/resolved.conf.d/vpc.conf
  fi
}

# As Amazon's images have it.  Without EC2 the guest is a new instance to cloud-init: other
# host keys, locked passwords.
new_instance_without_ec2 () {
  printf 'datasource_list: [ Ec2, None ]\n' | put /etc/cloud/cloud.cfg.d/90_dpkg.cfg
  echo "admin:$ROOT_PASSWORD" | chroot "$M" chpasswd
}

# Instance Connect on Amazon Linux: two lines in sshd_config itself.
instance_connect_in_sshd_config () {
  printf '%s\n' 'AuthorizedKeysCommand /opt/aws/bin/eic_run_authorized_keys %u %f' \
    'AuthorizedKeysCommandUser ec2-instance-connect' >>"$M/etc/ssh/sshd_config"
}

guest_agents () {
  local p D=/usr/lib/systemd packages=$AGENT_PACKAGES_RPM
  [ "$R_EC2" = yes ] || die "AGENTS=yes needs EC2=yes"
  if [ "$R_DISTRO" = debian ]; then
    packages=$AGENT_PACKAGES_DEB
    [ "$R_SUITE" = trixie ] || D=/lib/systemd
  fi
  for p in $packages; do install_agent "$p"; done
  if [ "$R_DISTRO" = debian ]; then past_hibernation; else instance_connect_in_sshd_config; fi
  past_session
  owners_resolver
  new_instance_without_ec2
}
