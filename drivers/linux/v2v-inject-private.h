/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject-private.h - the parts of v2v_inject_initramfs() that touch no guest
 *
 * Facts in, an edit of the image out; messages for a person go into two lists.
 */
#pragma once

#include "v2v-inject.h"
#include "v2v-modules.h"

G_BEGIN_DECLS

/* More of a guest's name than this is not repeated in a message. */
#define V2V_INJECT_SHOW_MAX 200

/* What v2v_image_read() has to keep the content of for the two planners. */
extern const char *const v2v_inject_wanted_files[];

typedef struct {
  const V2vGuest *guest;
  const V2vKernel *kernel;
  const char *version;       /* the name of the modules' directory */
  const V2vModules *modules; /* NULL: the kernel has none */
  const char *fstab;         /* NULL: not there */
  V2vInjectWish wish;
} V2vInjectFacts;

/* Which files of the guest's modules go into the image. */
typedef struct {
  char *directory;    /* in the image: "usr/lib/modules/6.1" */
  GPtrArray *add;     /* char*: paths below the modules' directory; empty: all is there */
  GPtrArray *remove;  /* char*: paths in the image in whose place others are added */
  GPtrArray *names;   /* char*: modules that are new in the image, as people call them */
  GPtrArray *load;    /* char*: names for conf/modules */
  gboolean index;     /* the index goes along: always with @add, also when it is stale */
} V2vInjectPlan;

/* TRUE when the driver is there; by modules.builtin, modules.dep, or the kernel's config. */
V2vModuleKind v2v_inject_driver (const V2vInjectFacts *facts, const char *name);

/**
 * v2v_inject_check_kernel:
 *
 * %V2V_ERROR_REFUSED for a kernel that could find no virtio disk whatever its image holds.
 *
 * @out_builtin: TRUE when it finds them without any module
 */
gboolean v2v_inject_check_kernel (const V2vInjectFacts *facts, GPtrArray *warnings,
                                  gboolean *out_builtin, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_inject_plan_modules:
 *
 * The image needs virtio_pci, virtio_blk, virtio_scsi and sd_mod with all that they need.
 * Only when one of them is missing, what is of use there but not needed to find the root
 * (virtio_net, ahci...) is added too; with %V2V_INJECT_ALL always.
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_REFUSED: the image has modules that
 * the guest's index does not know
 */
V2vInjectPlan *v2v_inject_plan_modules (const V2vInjectFacts *facts, const V2vImage *image,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_inject_plan_free (V2vInjectPlan *plan);

/* conf/modules of initramfs-tools with @names in it; %NULL when they are there already. */
char *v2v_inject_add_names (const char *text, const GPtrArray *names)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_inject_plan_leftovers:
 *
 * Takes out of the image what waits for the source's hardware: dracut's hooks and device
 * units, root and resume by name, LVM's devices file.  What cannot be led back to a file
 * system stays, with a warning.
 */
void v2v_inject_plan_leftovers (const V2vInjectFacts *facts, const V2vImage *image,
                                V2vImageEdit *edit, GPtrArray *notes, GPtrArray *warnings);

/* Of one kernel's image. */
#define V2V_INJECT_SAY_MAX 100

/* Appends a formatted message, or, once, that there are more than V2V_INJECT_SAY_MAX. */
void v2v_inject_say (GPtrArray *messages, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* An index file below /lib/modules/VERSION. */
typedef struct {
  const char *name;
  gboolean always;   /* also when the image has none */
  gboolean required; /* an old one of the image would not know the new modules */
} V2vInjectIndex;

extern const V2vInjectIndex v2v_inject_index_files[]; /* ends with a NULL name */

/**
 * v2v_inject_add_files:
 * @modules_dir: in the guest
 *
 * Reads the modules and index files that @plan asks for, into @edit.
 */
gboolean v2v_inject_add_files (V2vFs *fs, const char *modules_dir, const V2vImage *image,
                               const V2vInjectPlan *plan, V2vImageEdit *edit, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): a file of any size up to @max; large ones are mapped from a temporary
 * file that has no name. */
GBytes *v2v_inject_load (V2vFs *fs, const char *path, gsize max, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vInjectPlan, v2v_inject_plan_free)

G_END_DECLS
