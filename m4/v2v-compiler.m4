# SPDX-License-Identifier: GPL-2.0-or-later
# V2V_TRY_CFLAG(FLAG): append FLAG to WARN_CFLAGS when the compiler takes it.
AC_DEFUN([V2V_TRY_CFLAG], [
  AC_MSG_CHECKING([whether $CC takes $1])
  v2v_saved_CFLAGS="$CFLAGS"
  CFLAGS="$CFLAGS $WARN_CFLAGS -Werror $1"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
    [AC_MSG_RESULT([yes]); WARN_CFLAGS="$WARN_CFLAGS $1"], [AC_MSG_RESULT([no])])
  CFLAGS="$v2v_saved_CFLAGS"
])

AC_DEFUN([V2V_COMPILER], [
  WARN_CFLAGS=""
  m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wmissing-declarations -Wundef -Wformat=2 -Wvla -Wswitch-enum -Wno-unused-parameter
    -Wno-missing-field-initializers
    -Werror=implicit-function-declaration -Werror=int-conversion -Werror=return-type
    -Werror=incompatible-pointer-types -Werror=format-security],
    [V2V_TRY_CFLAG(flag)])

  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [turn every warning into an error (CI)])],
    [], [enable_werror=no])
  AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])

  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UBSan, leak checks on])],
    [], [enable_sanitizers=no])
  SANITIZE_CFLAGS=""
  AS_IF([test "x$enable_sanitizers" = xyes],
    [SANITIZE_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"])
  AC_SUBST([WARN_CFLAGS])
  AC_SUBST([SANITIZE_CFLAGS])
])

# libFuzzer needs clang; without it the same targets replay their corpora.
AC_DEFUN([V2V_FUZZING], [
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing], [build fuzz targets with libFuzzer (CC=clang)])],
    [], [enable_fuzzing=no])
  FUZZ_CFLAGS=""
  AS_IF([test "x$enable_fuzzing" = xyes],
    [SANITIZE_CFLAGS="-fsanitize=address,undefined,fuzzer-no-link -fno-omit-frame-pointer"
     FUZZ_CFLAGS="-fsanitize=fuzzer"])
  AC_SUBST([FUZZ_CFLAGS])
  AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
])

AC_DEFUN([V2V_SUMMARY], [
  AC_MSG_NOTICE([
    v2v-wrapper $PACKAGE_VERSION
      warnings are errors ... $enable_werror
      sanitizers ............ $enable_sanitizers
      fuzzing ............... $enable_fuzzing
  ])
])
