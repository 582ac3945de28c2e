/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fd.h - a file descriptor that closes itself
 *
 * For descriptors whose close cannot lose anything: opened to look or to lock.
 */
#pragma once

#include <glib.h>
#include <unistd.h>

static inline void
v2v_fd_cleanup (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static inline int
v2v_fd_steal (int *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}

/* Must be initialised, as g_autoptr variables are. */
#define v2v_fd __attribute__ ((cleanup (v2v_fd_cleanup))) int
