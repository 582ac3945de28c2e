# SPDX-License-Identifier: GPL-2.0-or-later
AC_DEFUN([V2V_PROGRAMS], [
  AC_PATH_PROG([POD2MAN], [pod2man], [no])
  AS_IF([test "x$POD2MAN" = xno], [AC_MSG_ERROR([pod2man is needed to make the man pages (Debian: perl)])])
])
