/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-confine.h - parse a guest's bytes in a child that can do nothing else
 *
 * The child has no_new_privs, a seccomp filter (no sockets, no exec, no new
 * files), limits on memory, CPU and file size, and a time limit.  It holds no
 * descriptor of ours but those that it is given, and can write to none but its pipe.
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"

G_BEGIN_DECLS

/**
 * V2vConfinedFunc:
 * @out: what the parent gets back
 *
 * Runs in the forked child.  Everything it needs (data, open descriptors) must be
 * there before; it must not open files (see V2vConfineLimits.allow_open), start
 * threads or print.  An error of another domain than #V2V_ERROR arrives as
 * %V2V_ERROR_REFUSED.
 *
 * Returns: %FALSE with @error to have that error in the parent.
 */
typedef gboolean (*V2vConfinedFunc) (GByteArray *out, gpointer user_data, GError **error);

typedef struct {
  gsize max_memory;  /* address space on top of what we use, bytes; 0 = 512 MiB */
  gsize max_output;  /* bytes of @out; 0 = 64 MiB */
  guint timeout_s;   /* 0 = 60 */
  V2vCancel *cancel; /* or NULL */
  const int *fds;    /* descriptors that the function uses, to read; all others are closed */
  guint n_fds;
  gboolean allow_open; /* existing files, for reading only: for a library that takes a path
                        * or loads iconv modules (libhivex does both) */
} V2vConfineLimits;

/**
 * v2v_confine_run:
 * @what: for messages: "reading '/boot/initrd.img-6.1'"
 * @limits: (nullable): NULL for all defaults
 *
 * Forks: safe while other threads run, as they may hold no lock for long that
 * @func needs; should one do so, the time limit ends it.  The message of an error
 * from the child is printable and at most 1 KiB long, whatever the child sent.
 *
 * Returns: (transfer full): what @func wrote; %NULL with @error: the function's own,
 * or %V2V_ERROR_REFUSED when the child crashed, ran out of time or memory or was
 * stopped by the filter.
 */
GBytes *v2v_confine_run (const char *what, V2vConfinedFunc func, gpointer user_data,
                         const V2vConfineLimits *limits, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
