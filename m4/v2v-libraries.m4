# SPDX-License-Identifier: GPL-2.0-or-later
# Each minimum says which function or fix needs it; Debian 12 meets them all.
AC_DEFUN([V2V_LIBRARIES], [
  # 2.70: g_autolist and friends used in tests; the API is capped so that a
  # newer GLib does not let a newer function slip in.
  PKG_CHECK_MODULES([GLIB], [glib-2.0 >= 2.70 gio-2.0 >= 2.70 gio-unix-2.0 >= 2.70])
  # 1.48: guestfs_inspect_get_osinfo, GUESTFS_ADD_DRIVE_OPTS_DISCARD.
  PKG_CHECK_MODULES([GUESTFS], [libguestfs >= 1.48])
  # 1.3.21: the bounds checks after CVE-2021-3504 and CVE-2021-3622.
  PKG_CHECK_MODULES([HIVEX], [hivex >= 1.3.21])
  PKG_CHECK_MODULES([LIBXML], [libxml-2.0 >= 2.9.10])
  PKG_CHECK_MODULES([OSINFO], [libosinfo-1.0 >= 1.8])
  PKG_CHECK_MODULES([PCRE2], [libpcre2-8 >= 10.32])
  PKG_CHECK_MODULES([YAML], [yaml-0.1 >= 0.2.2])
  # 1.6: json_generator_to_gstring is stable.
  PKG_CHECK_MODULES([JSON], [json-glib-1.0 >= 1.6])
  # 3.4: what Debian 11 has.
  PKG_CHECK_MODULES([ARCHIVE], [libarchive >= 3.4])
  # 1.8: LZ4_compress_HC_extStateHC.
  PKG_CHECK_MODULES([LZ4], [liblz4 >= 1.8])
  PKG_CHECK_MODULES([LZMA], [liblzma >= 5.2])
  PKG_CHECK_MODULES([ZLIB], [zlib >= 1.2.9])
  # 1.4: ZSTD_compressStream2 and parameters are stable.
  PKG_CHECK_MODULES([ZSTD], [libzstd >= 1.4.0])
  # Debian 12 has no bzip2.pc.
  AC_CHECK_HEADER([bzlib.h], [], [AC_MSG_ERROR([bzlib.h of libbz2 is not installed])])
  AC_CHECK_LIB([bz2], [BZ2_bzDecompress], [BZIP2_LIBS=-lbz2],
    [AC_MSG_ERROR([libbz2 is not installed])])
  AC_SUBST([BZIP2_CFLAGS])
  AC_SUBST([BZIP2_LIBS])
  # 52: ucal_getTimeZoneIDForWindowsID.
  PKG_CHECK_MODULES([ICU], [icu-i18n >= 52])
  # 2.5: SELABEL_OPT_PATH also finds .subs and .subs_dist beside the path.
  PKG_CHECK_MODULES([SELINUX], [libselinux >= 2.5])
  PKG_CHECK_MODULES([SECCOMP], [libseccomp >= 2.5])
  AC_DEFINE([GLIB_VERSION_MIN_REQUIRED], [GLIB_VERSION_2_70], [oldest GLib API used])
  AC_DEFINE([GLIB_VERSION_MAX_ALLOWED], [GLIB_VERSION_2_70], [newest GLib API used])
])
