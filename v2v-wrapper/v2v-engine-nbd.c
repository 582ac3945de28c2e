/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-nbd.c - the qemu-nbd that virt-v2v finds: ours, which ignores discards
 */
#include <config.h>

#include "v2v-engine-nbd.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "v2v-error.h"
#include "v2v-file.h"
#include "v2v-process.h"

#define LOG_MAX (1024 * 1024)

/* Every argument goes through but --discard; when a disk is served, its path (the last
 * argument) is noted.  A refused note stops the run: without it nothing is proved. */
static const char script[] =
  "#!/bin/sh\n"
  "# Written by v2v-wrapper for one run of virt-v2v.\n"
  "serving=no\n"
  "drop=no\n"
  "last=\n"
  "n=$#\n"
  "while [ \"$n\" -gt 0 ]; do\n"
  "  n=$((n - 1))\n"
  "  last=$1\n"
  "  shift\n"
  "  if [ \"$drop\" = yes ]; then\n"
  "    drop=no\n"
  "    continue\n"
  "  fi\n"
  "  case $last in\n"
  "  --discard) drop=yes; continue ;;\n"
  "  --discard=*) continue ;;\n"
  "  --socket | --socket=* | -k) serving=yes ;;\n"
  "  esac\n"
  "  set -- \"$@\" \"$last\"\n"
  "done\n"
  "if [ \"$serving\" = no ]; then\n"
  "  exec %s \"$@\"\n"
  "fi\n"
  "printf '%%s\\n' \"$last\" >>%s || exit 1\n"
  "exec %s%s --discard=%s \"$@\"\n";

/* From util-linux 2.33 on.  Without it only a kill of the whole group ends qemu-nbd. */
static gboolean
has_pdeathsig (V2vCancel *cancel)
{
  static const char *const argv[] = { "setpriv", "--pdeathsig", "KILL", "true", NULL };
  g_autoptr (GError) error = NULL;
  V2vProcess process = { .argv = argv, .timeout_s = 30, .cancel = cancel };

  if (v2v_process_check (&process, NULL, &error))
    return TRUE;
  g_debug ("no setpriv --pdeathsig: %s", error->message);
  return FALSE;
}

static char *
log_path (const char *dir)
{
  return g_build_filename (dir, "served", NULL);
}

static char *
make_script (const char *dir, const char *program, gboolean discard, V2vCancel *cancel)
{
  g_autofree char *log = log_path (dir);
  g_autofree char *quoted_log = g_shell_quote (log);
  g_autofree char *quoted_program = g_shell_quote (program);
  const char *prefix = has_pdeathsig (cancel) ? "setpriv --pdeathsig KILL " : "";

  return g_strdup_printf (script, quoted_program, quoted_log, prefix, quoted_program,
                          discard ? "unmap" : "ignore");
}

gboolean
v2v_engine_nbd_install (const char *dir, gboolean discard, V2vCancel *cancel,
                        char **out_path, GError **error)
{
  g_autofree char *program = g_find_program_in_path ("qemu-nbd");
  g_autofree char *bin = g_build_filename (dir, "bin", NULL);
  g_autofree char *path = g_build_filename (bin, "qemu-nbd", NULL);
  g_autofree char *log = log_path (dir);
  const char *old_path = g_getenv ("PATH");
  g_autofree char *text = NULL;

  if (program == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
                 "qemu-nbd is not installed: install the package 'qemu-utils'");
    return FALSE;
  }
  if (strchr (dir, ':') != NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "the work directory '%s' must not have a colon in its name", dir);
    return FALSE;
  }
  if (g_mkdir_with_parents (bin, 0700) != 0)
    return v2v_error_from_errno (error, errno, "creating '%s'", bin);
  /* What an earlier run in this directory has proved is not about this one. */
  if (g_unlink (log) != 0 && errno != ENOENT)
    return v2v_error_from_errno (error, errno, "removing '%s'", log);
  text = make_script (dir, program, discard, cancel);
  if (!v2v_file_write_atomic (path, text, strlen (text), 0700, error))
    return FALSE;
  /* access(2) knows noexec mounts, also for root. */
  if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "programs cannot run in the work directory '%s' (mounted noexec?): choose "
                 "another one", dir);
    return FALSE;
  }
  *out_path = g_strdup_printf ("PATH=%s:%s", bin,
                               old_path != NULL ? old_path : "/usr/bin:/bin");
  return TRUE;
}

gboolean
v2v_engine_nbd_check (const char *dir, const char *const *disks, GError **error)
{
  g_autofree char *log = log_path (dir);
  g_autoptr (GError) read_error = NULL;
  g_autofree char *text = v2v_file_read (log, LOG_MAX, NULL, &read_error);
  g_auto (GStrv) served = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; disks[i] != NULL; i++) {
    if (!g_strv_contains ((const char *const *) served, disks[i])) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL,
                   "this virt-v2v did not serve disk %u by qemu-nbd, so it cannot be "
                   "excluded that it trimmed it", i + 1);
      return FALSE;
    }
  }
  return TRUE;
}
