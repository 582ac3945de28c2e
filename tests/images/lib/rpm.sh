# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the guest one of the RPM family, as far as anyone can tell who does not run it: a
# real RPM database, os-release and the release files, the boot loader's files under their
# names there.  The programs stay Debian's, which nothing but their versions gives away.

rpm_title () {
  case $R_DISTRO in
    amzn2023) echo "Amazon Linux" ;;
    rhel9) echo "Red Hat Enterprise Linux" ;;
    rocky9) echo "Rocky Linux" ;;
    almalinux9) echo "AlmaLinux" ;;
  esac
}

# id, version, code name, ID_LIKE, platform, suffix of releases, CPE
rpm_facts () {
  case $R_DISTRO in
    amzn2023) echo "amzn|2023||fedora|al2023|amzn2023|cpe:2.3:o:amazon:amazon_linux:2023" ;;
    rhel9) echo "rhel|9.4|Plow|fedora|el9|el9|cpe:/o:redhat:enterprise_linux:9::baseos" ;;
    rocky9) echo "rocky|9.4|Blue Onyx|rhel centos fedora|el9|el9|cpe:/o:rocky:rocky:9::baseos" ;;
    almalinux9) echo "almalinux|9.4|Seafoam Ocelot|rhel centos fedora|el9|el9|cpe:/o:almalinux:almalinux:9::baseos" ;;
  esac
}

guest_becomes_rpm () {
  local id version code like platform dist cpe title full
  IFS='|' read -r id version code like platform dist cpe < <(rpm_facts)
  title=$(rpm_title)
  full="$version${code:+ ($code)}"
  rm -f "$M/etc/debian_version" "$M/etc/lsb-release" "$M/etc/os-release" "$M"/etc/dpkg/origins/*
  put /usr/lib/os-release <<F
NAME="$title"
VERSION="$full"
ID="$id"
ID_LIKE="$like"
VERSION_ID="$version"
PLATFORM_ID="platform:$platform"
PRETTY_NAME="$title $full"
CPE_NAME="$cpe"
F
  ln -s ../usr/lib/os-release "$M/etc/os-release"
  if [ "$id" = amzn ]; then
    echo "$title release $version ($title)" | put /etc/amazon-linux-release
    ln -s amazon-linux-release "$M/etc/system-release"
  else
    echo "$title release $full" | put /etc/redhat-release
    ln -s redhat-release "$M/etc/system-release"
  fi
  sed -i "s/distro: debian/distro: ${id/amzn/amazon}/" "$M/etc/cloud/cloud.cfg"
  rpm_database "$id" "$version" "$dist"
  rm -rf "$M/var/lib/dpkg" "$M/var/lib/apt" "$M/etc/apt"
}

# The packages' files are the guest's own, so only the database is installed.
rpm_database () { # id, version, suffix
  local kernel package=kernel-core top=/var/tmp/rpm
  kernel=$(guest_kernels)
  [ "$1" != amzn ] || package=kernel
  rm -rf "$M/usr/lib/modules/$kernel/build" "$M/usr/lib/modules/$kernel/source"
  rpm_spec "$package" "$kernel" "$@" | put $top/guest.spec
  chroot "$M" rpmbuild -bb --quiet --nodeps --target x86_64 --define "_topdir $top" --define '_build_id_links none' \
    --define '__os_install_post %{nil}' --define 'debug_package %{nil}' --define '_binary_payload w0.gzdio' $top/guest.spec
  # Debian's rpm keeps its database in a home directory, this family in one place.
  printf '%%_dbpath /var/lib/rpm\n' | put /etc/rpm/macros.dbpath
  chroot "$M" sh -c "rpm --dbpath /var/lib/rpm --initdb &&
    rpm --dbpath /var/lib/rpm -i --justdb --nodeps --noscripts $top/RPMS/*/*.rpm && rpm --dbpath /var/lib/rpm -qa" >"$W/rpm.list"
  grep "^$package-" "$W/rpm.list" || die "the RPM database has no $package"
  [ -s "$M/var/lib/rpm/rpmdb.sqlite" ] || die "the RPM database is not of sqlite"
  rm -rf "$M$top" "$M/root/.rpmdb" "$W/rpm.list"
}

rpm_spec () { # kernel package, kernel, id, version, suffix
  local release=$3-release extra
  case $3 in
    amzn) release=system-release ;;
    rhel) release=redhat-release ;;
  esac
  cat <<F
Name: $1
Version: ${2%%-*}
Release: 56.$5
Summary: The Linux kernel
License: GPLv2
AutoReqProv: no
%description
The Linux kernel
%install
mkdir -p %{buildroot}/boot %{buildroot}/lib %{buildroot}/usr/lib/modules %{buildroot}/etc
cp -al /usr/lib/modules/$2 %{buildroot}/usr/lib/modules/
cp -a /boot/vmlinuz-$2 /boot/config-$2 /boot/System.map-$2 %{buildroot}/boot/
touch %{buildroot}/boot/initramfs-$2.img
%files
/boot/vmlinuz-$2
/boot/config-$2
/boot/System.map-$2
%ghost /boot/initramfs-$2.img
/usr/lib/modules/$2
F
  for extra in "$release $4" "systemd 252.4" "openssh-server 8.7p1" "chrony 4.3" "cloud-init 22.2.2" "dracut 055"; do
    printf '%%package -n %s\nVersion: %s\nSummary: %s\n%%description -n %s\n%s\n%%files -n %s\n' \
      "${extra% *}" "${extra#* }" "${extra% *}" "${extra% *}" "${extra% *}" "${extra% *}"
  done
}
