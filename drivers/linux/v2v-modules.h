/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-modules.h - the modules of one kernel: which there are, and what they need
 *
 * Text in, answers out: modules.dep, modules.softdep, modules.alias and modules.builtin as
 * depmod wrote them below /lib/modules/VERSION.
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

#define V2V_MODULES_MAX 50000 /* of one kernel */

typedef struct _V2vModules V2vModules;

/**
 * v2v_modules_new:
 * @dep, @softdep, @alias, @builtin: contents; only @dep must be there, the others may be %NULL
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_REFUSED: no modules.dep, damaged
 */
V2vModules *v2v_modules_new (const char *dep, const char *softdep, const char *alias,
                             const char *builtin, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_modules_free (V2vModules *modules); /* NULL is allowed */

typedef enum { V2V_MODULE_ABSENT, V2V_MODULE_LOADABLE, V2V_MODULE_BUILTIN } V2vModuleKind;

/* @name: with - or _; also an alias of modules.alias without wildcards. */
V2vModuleKind v2v_modules_kind (const V2vModules *modules, const char *name);

/* (transfer none) (nullable): "kernel/drivers/block/virtio_blk.ko.xz" */
const char *v2v_modules_path (const V2vModules *modules, const char *name);

/**
 * v2v_modules_closure:
 * @names: NULL-terminated; built-in ones add nothing
 *
 * The modules and everything that they need (modules.dep, "pre" and "post" of
 * modules.softdep), dependencies first, each once.
 *
 * Returns: (transfer full) (element-type utf8): paths; %NULL with %V2V_ERROR_REFUSED for a
 * name that is absent, or a dependency that is missing or in a circle
 */
GPtrArray *v2v_modules_closure (const V2vModules *modules, const char *const *names,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vModules, v2v_modules_free)

G_END_DECLS
