/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-confine.h - parse a guest's bytes in a child that can do nothing else
 *
 * The child has no_new_privs, a seccomp filter (no sockets, no exec, no new
 * files), limits on memory, CPU and file size, and a time limit.
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
 * in memory before; it must not open files.
 *
 * Returns: %FALSE with @error to have that error in the parent.
 */
typedef gboolean (*V2vConfinedFunc) (GByteArray *out, gpointer user_data, GError **error);

typedef struct {
  gsize max_memory;  /* address space on top of what we use, bytes; 0 = 512 MiB */
  gsize max_output;  /* bytes of @out; 0 = 64 MiB */
  guint timeout_s;   /* 0 = 60 */
  V2vCancel *cancel; /* or NULL */
} V2vConfineLimits;

/**
 * v2v_confine_run:
 * @what: for messages: "reading '/boot/initrd.img-6.1'"
 *
 * Returns: (transfer full): what @func wrote; %NULL with @error: the function's own,
 * or %V2V_ERROR_REFUSED when the child crashed, ran out of time or memory or was
 * stopped by the filter.
 */
GBytes *v2v_confine_run (const char *what, V2vConfinedFunc func, gpointer user_data,
                         const V2vConfineLimits *limits, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
