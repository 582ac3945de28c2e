/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-confine-private.h - what the two sides of a confined child agree on
 */
#pragma once

#include "v2v-confine.h"

G_BEGIN_DECLS

/* What the child sends first; then @length bytes: the output, or the message. */
typedef struct {
  guint32 failed; /* 0 or 1 */
  guint32 code;   /* a V2vErrorCode when it failed */
  guint64 length;
} V2vConfineFrame;

#define V2V_CONFINE_MESSAGE_MAX 1024

/* AddressSanitizer maps terabytes of shadow memory and needs more system calls
 * than a parser does: with it the child runs without the memory limit and the
 * filter, and the tests of those two are skipped. */
#if defined(__SANITIZE_ADDRESS__)
#define V2V_CONFINE_RELAXED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define V2V_CONFINE_RELAXED 1
#endif
#endif
#ifndef V2V_CONFINE_RELAXED
#define V2V_CONFINE_RELAXED 0
#endif

/* The child's whole life: confine itself, run @func, send a frame to @fd. */
G_GNUC_NORETURN void v2v_confine_child (int fd, V2vConfinedFunc func, gpointer user_data,
                                        const V2vConfineLimits *limits);

G_END_DECLS
