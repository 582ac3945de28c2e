/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args.h - kernel command lines, wherever a guest keeps them
 *
 * A guest has the same arguments in several places: what generates the boot loader's
 * configuration and what it generated.  Both are edited, or the next kernel update
 * brings the old ones back.  Text in, text out: v2v-kernel-args-files.h knows the paths.
 *
 * Arguments are split as the kernel does it: by blanks, double quotes protect blanks.
 * In a file with a quoting of its own (shell, GRUB script, grubenv) that comes first.
 * What follows "--" is for init and is none.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  V2V_KERNEL_ARGS_DEFAULT_GRUB, /* /etc/default/grub and grub.d/x.cfg: shell */
  V2V_KERNEL_ARGS_GRUB_CFG,     /* grub.cfg */
  V2V_KERNEL_ARGS_BLS,          /* Boot Loader Specification entries */
  V2V_KERNEL_ARGS_GRUBENV,      /* kernelopts in GRUB's environment block */
  V2V_KERNEL_ARGS_CMDLINE,      /* /etc/kernel/cmdline */
  V2V_KERNEL_ARGS_LEGACY,       /* menu.lst of GRUB 0.97 */
  V2V_KERNEL_ARGS_EXTLINUX,     /* extlinux.conf, syslinux.cfg */
  V2V_KERNEL_ARGS_N_KINDS,
} V2vKernelArgsKind;

/* One file that may have arguments. */
typedef struct {
  V2vKernelArgsKind kind;
  char *path;   /* for messages */
  char *text;   /* as it is */
  char *edited; /* as it shall be; NULL = nothing to change */
} V2vKernelArgsFile;

V2vKernelArgsFile *v2v_kernel_args_file_new (V2vKernelArgsKind kind, const char *path,
                                             const char *text) G_GNUC_WARN_UNUSED_RESULT;
void v2v_kernel_args_file_free (V2vKernelArgsFile *file); /* NULL is allowed */

/* One argument as it was found. */
typedef struct {
  const V2vKernelArgsFile *file;
  guint line;
  char *text;        /* quotes taken off */
  gboolean initrd;   /* the entry loads an initrd, or it is not known that it does not */
} V2vKernelArg;

/* (transfer full) (element-type V2vKernelArg): in the order of @files and their lines. */
GPtrArray *v2v_kernel_args_list (const GPtrArray *files) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_kernel_args_match:
 * @globs: NULL-terminated, for the whole argument: "console=hvc0*"
 *
 * As for the kernel, '-' and '_' are one letter in the name before '='.
 */
gboolean v2v_kernel_args_match (const char *const *globs, const char *arg);

/**
 * V2vKernelArgsRename:
 * @name: "root" or "resume"
 * @value: what it has now, quotes taken off
 * @initrd: as in #V2vKernelArg
 *
 * Returns: (transfer full) (nullable): the better value, made of letters, digits, '-' and
 * '='; %NULL to leave it
 */
typedef char *(*V2vKernelArgsRename) (const char *name, const char *value, gboolean initrd,
                                      gpointer user_data);

typedef struct {
  const char *const *remove;  /* globs, NULL-terminated; or NULL */
  const char *const *add;     /* each of them v2v_kernel_args_is_plain(); or NULL */
  V2vKernelArgsRename rename; /* or NULL; also ends GRUB_DISABLE_LINUX_UUID=true */
  gpointer user_data;
} V2vKernelArgsEdit;

/* TRUE for one argument that can be written in every store: no control characters and
 * none of ' $ ` \ and not "--"; blanks only in double quotes. */
gboolean v2v_kernel_args_is_plain (const char *arg);

/**
 * v2v_kernel_args_edit:
 * @files: (element-type V2vKernelArgsFile): all stores of one guest, in the order of
 *   #V2vKernelArgsKind, those of grub.d in the order in which they are sourced
 *
 * An argument that goes takes one blank with it; every other byte stays.  One that comes
 * is the last, but before "--" and "---", and when the first of @edit->add is a console
 * before other consoles, so that /dev/console stays where it is; it is added to each entry that has none equal
 * to it.  What is to be added is not removed.  In /etc/default/grub it goes to
 * GRUB_CMDLINE_LINUX, so that recovery entries have it too; entries with $kernelopts
 * get it where that is defined.  Words that begin with a variable are left alone.
 *
 * A GRUB environment block keeps its size.
 *
 * Returns: %FALSE with %V2V_ERROR_REFUSED when an environment block is too small; no
 * file has changed then
 */
gboolean v2v_kernel_args_edit (const GPtrArray *files, const V2vKernelArgsEdit *edit,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vKernelArgsFile, v2v_kernel_args_file_free)

G_END_DECLS
