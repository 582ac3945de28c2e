/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-virt-v2v.c - the engine that runs virt-v2v-in-place on the overlays
 */
#include <config.h>

#include "v2v-engine.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "v2v-appliance.h"
#include "v2v-engine-gate.h"
#include "v2v-engine-handshake.h"
#include "v2v-engine-nbd.h"
#include "v2v-engine-output.h"
#include "v2v-engine-xml.h"
#include "v2v-error.h"
#include "v2v-file.h"
#include "v2v-key.h"
#include "v2v-process.h"

/* virt-v2v puts sockets below its temporary directory ("/v2v.XXXXXX/in99"), and the name
 * of a Unix socket has 107 bytes. */
#define TMP_LENGTH_MAX (107 - 24)

/* It refuses to start with less than this in VIRT_V2V_TMPDIR. */
#define TMP_FREE_MIN (1024ULL * 1024 * 1024)

/* It runs programs of the guest, and those may never end.  Relabelling a big SELinux
 * guest without KVM is the slowest honest work known, and takes an hour or two. */
#define CONVERT_TIMEOUT_S (8 * 3600)

/* One run. */
typedef struct {
  const V2vEngineArgs *args;
  V2vHandshake *handshake;
  char *dir;      /* ours inside args->dir */
  char *tmp;      /* virt-v2v's temporary directory */
  char *xml;      /* path of the domain */
  char **overlays; /* absolute */
  GPtrArray *env; /* char*, NULL-terminated when complete */
  char *label;
} Run;

static int
remove_one (const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
  (void) st;
  (void) flag;
  (void) ftw;
  if (remove (path) != 0)
    g_debug ("cannot remove '%s': %s", path, g_strerror (errno));
  return 0;
}

static void
remove_tree (const char *path)
{
  nftw (path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void
run_clear (Run *run)
{
  /* Killed programs leave sockets and half of a file system dump there. */
  if (run->tmp != NULL)
    remove_tree (run->tmp);
  g_clear_pointer (&run->handshake, v2v_handshake_free);
  g_free (run->dir);
  g_free (run->tmp);
  g_free (run->xml);
  g_free (run->label);
  g_strfreev (run->overlays);
  g_clear_pointer (&run->env, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static void
set_env (Run *run, const char *name, const char *value)
{
  g_ptr_array_add (run->env, g_strdup_printf ("%s=%s", name, value));
}

static gboolean
has_room (const char *path)
{
  struct statvfs st;

  return statvfs (path, &st) == 0
         && (guint64) st.f_bavail * st.f_frsize >= TMP_FREE_MIN;
}

static gboolean
make_tmp (Run *run, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *inside = g_build_filename (run->dir, "tmp", NULL);

  if (strlen (inside) > TMP_LENGTH_MAX) {
    run->tmp = g_dir_make_tmp ("v2v-wrapper-XXXXXX", &failure);
    if (run->tmp != NULL)
      return TRUE;
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE,
                 "cannot make a temporary directory for virt-v2v: %s", failure->message);
    return FALSE;
  }
  if (g_mkdir (inside, 0700) != 0 && errno != EEXIST)
    return v2v_error_from_errno (error, errno, "creating '%s'", inside);
  run->tmp = g_steal_pointer (&inside);
  return TRUE;
}

/* TMPDIR would move libguestfs' appliance cache as well, and with it build a new
 * appliance for each conversion: so the cache is told to stay where it is. */
static void
set_directories (Run *run)
{
  const char *tmpdir = g_getenv ("TMPDIR");

  set_env (run, "TMPDIR", run->tmp);
  if (g_getenv ("LIBGUESTFS_CACHEDIR") == NULL)
    set_env (run, "LIBGUESTFS_CACHEDIR", tmpdir != NULL ? tmpdir : "/var/tmp");
  /* Converting in place puts nothing big there, it only insists on the room. */
  if (g_getenv ("VIRT_V2V_TMPDIR") == NULL && has_room (run->tmp))
    set_env (run, "VIRT_V2V_TMPDIR", run->tmp);
}

static void
set_backend (Run *run)
{
  const char *settings = g_getenv ("LIBGUESTFS_BACKEND_SETTINGS");
  const char *why = NULL;

  if (g_getenv ("LIBGUESTFS_BACKEND") == NULL)
    set_env (run, "LIBGUESTFS_BACKEND", "direct");
  if (settings != NULL && strstr (settings, "force_") != NULL)
    return;
  if (v2v_appliance_needs_tcg (&why)) {
    g_autofree char *value
      = g_strdup_printf ("%s%sforce_tcg", settings != NULL ? settings : "",
                         settings != NULL && *settings != '\0' ? ":" : "");

    g_debug ("virt-v2v runs with TCG: %s", why);
    set_env (run, "LIBGUESTFS_BACKEND_SETTINGS", value);
  }
}

/* Programs of the guest look at /dev/disk (grub-mkconfig writes root=/dev/sda1 where
 * by-uuid is incomplete), so they get all of udev: our appliance, should LIBGUESTFS_PATH
 * name it, then runs its stock /init; to a stock one the word means nothing. */
static void
set_stock_appliance (Run *run)
{
  const char *append = g_getenv ("LIBGUESTFS_APPEND");
  g_autofree char *value = g_strconcat (append != NULL ? append : "",
                                        append != NULL && *append != '\0' ? " " : "",
                                        "v2v_appliance=stock", NULL);

  set_env (run, "LIBGUESTFS_APPEND", value);
}

static gboolean
set_environment (Run *run, GError **error)
{
  char *path = NULL;

  run->env = g_ptr_array_new_with_free_func (g_free);
  /* The tables of messages are in English. */
  set_env (run, "LC_ALL", "C.UTF-8");
  set_env (run, "LANGUAGE", "");
  set_directories (run);
  set_backend (run);
  set_stock_appliance (run);
  if (!v2v_engine_nbd_install (run->dir, run->args->request->trim, run->args->cancel, &path,
                               error))
    return FALSE;
  g_ptr_array_add (run->env, path);
  g_ptr_array_add (run->env, NULL);
  return TRUE;
}

static gboolean
write_xml (Run *run, GError **error)
{
  guint n = run->args->source->disks->len;
  g_autofree char *text = NULL;

  run->overlays = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    run->overlays[i] = g_canonicalize_filename (run->args->overlays[i], NULL);
  text = v2v_engine_xml_new (run->args->source, (const char *const *) run->overlays);
  run->xml = g_build_filename (run->dir, "domain.xml", NULL);
  return v2v_file_write_atomic (run->xml, text, strlen (text), 0600, error);
}

static gboolean
prepare (Run *run, GError **error)
{
  run->handshake = v2v_handshake_run (run->args->cancel, error);
  if (run->handshake == NULL)
    return FALSE;
  run->label = g_strdup_printf ("virt-v2v %s", run->handshake->version_text);
  run->dir = g_build_filename (run->args->dir, "virt-v2v", NULL);
  if (g_mkdir_with_parents (run->dir, 0700) != 0)
    return v2v_error_from_errno (error, errno, "creating '%s'", run->dir);
  return make_tmp (run, error) && write_xml (run, error) && set_environment (run, error);
}

/* --root takes device names only, so a btrfs subvolume ("btrfsvol:/dev/sda1/@") cannot be
 * named, and what is in an encrypted volume has another name there; the gate has made sure
 * that it is the only root then. */
static const char *
root_choice (const V2vGuest *guest)
{
  return v2v_gate_can_name_root (guest) ? guest->root : "single";
}

/* Before libguestfs 1.53 there is no "all": the volumes are named one by one.  The secrets
 * stay in their files. */
static void
add_keys (const Run *run, GPtrArray *argv)
{
  const GPtrArray *keys = run->args->request->keys;
  const GPtrArray *volumes = run->args->guest->filesystems;

  for (guint i = 0; i < volumes->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (volumes, i);

    for (guint j = 0; j < keys->len && fs->opened; j++) {
      const V2vKey *key = g_ptr_array_index (keys, j);

      if (!v2v_key_is_for (key, fs->device, fs->uuid))
        continue;
      g_ptr_array_add (argv, g_strdup ("--key"));
      g_ptr_array_add (argv, g_strdup_printf ("%s:file:%s", fs->device, key->file));
    }
  }
}

/* (transfer full): never the guest's words but for names of devices, which are the
 * appliance's. */
static GPtrArray *
build_argv (const Run *run)
{
  const char *const fixed[] = { run->handshake->program, V2V_ENGINE_OUTPUT_OPTION, "-i",
                                "libvirtxml", run->xml, "--root",
                                root_choice (run->args->guest) };
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (argv, g_strdup (fixed[i]));
  add_keys (run, argv);
  if (!run->args->request->trim && v2v_handshake_can (run->handshake, "--no-fstrim"))
    g_ptr_array_add (argv, g_strdup ("--no-fstrim"));
  g_ptr_array_add (argv, NULL);
  return argv;
}

static gboolean
convert_with (Run *run, GError **error)
{
  const V2vEngineArgs *args = run->args;
  g_autoptr (GPtrArray) argv = build_argv (run);
  g_autoptr (V2vEngineOutput) output
    = v2v_engine_output_new (args->observer, args->report);
  g_auto (V2vProcessResult) result = { 0 };
  V2vProcess process = { .argv = (const char *const *) argv->pdata,
                         .setenv = (const char *const *) run->env->pdata,
                         .what = run->label,
                         .on_line = v2v_engine_output_line,
                         .user_data = output,
                         .timeout_s = CONVERT_TIMEOUT_S,
                         .cancel = args->cancel };

  if (!v2v_process_run (&process, &result, error))
    return FALSE;
  if (result.exit_status != 0)
    return v2v_engine_output_fail (output, run->label, result.exit_status, error);
  if (args->request->trim || v2v_handshake_can (run->handshake, "--no-fstrim"))
    return TRUE;
  return v2v_engine_nbd_check (run->dir, (const char *const *) run->overlays, error);
}

static gboolean
virt_v2v_probe (const V2vEngineArgs *args, char **out_label, GError **error)
{
  g_autoptr (V2vHandshake) handshake = v2v_handshake_run (args->cancel, error);

  if (handshake == NULL || !v2v_gate_check (args->guest, handshake, error))
    return FALSE;
  for (guint bit = 0; bit < 32; bit++) {
    if (handshake->quirks & (1U << bit))
      g_debug ("virt-v2v %s: %s", handshake->version_text,
               v2v_handshake_quirk_why ((V2vQuirk) (1U << bit)));
  }
  *out_label = g_strdup_printf ("virt-v2v %s", handshake->version_text);
  return TRUE;
}

static gboolean
virt_v2v_convert (const V2vEngineArgs *args, GError **error)
{
  g_auto (Run) run = { .args = args };

  return prepare (&run, error) && convert_with (&run, error);
}

static const char *const initramfs[] = { "auto", "rebuild", NULL };

const V2vEngine v2v_engine_virt_v2v = {
  .name = "virt-v2v",
  .probe = virt_v2v_probe,
  .convert = virt_v2v_convert,
  .initramfs = initramfs,
  .initramfs_why = "has the guest rebuild it: use --engine native, or leave --initramfs out",
};
