/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-space.h - stops a conversion before the work directory is full
 *
 * With a full file system qemu pauses the appliance and the libguestfs call waits
 * for ever; with werror=report the guest's sync lies.  So the pause is kept, and a
 * thread that looks at the free space kills the appliance.
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"

G_BEGIN_DECLS

#define V2V_SPACE_MIN_FREE (64 * 1024 * 1024)

typedef struct _V2vSpace V2vSpace;

/**
 * v2v_space_start:
 * @dir: a directory of the file system to watch
 * @min_free: bytes; 0 = %V2V_SPACE_MIN_FREE, or an eighth of the file system if that
 *   is less
 * @cancel: fired with %V2V_ERROR_STORAGE when less is free; must outlive the monitor
 *
 * Returns: (transfer full): a running monitor; %NULL with %V2V_ERROR_STORAGE when there
 * is too little to begin with.
 */
V2vSpace *v2v_space_start (const char *dir, guint64 min_free, V2vCancel *cancel,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the thread, then frees.  NULL is allowed. */
void v2v_space_stop (V2vSpace *space);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vSpace, v2v_space_stop)

G_END_DECLS
