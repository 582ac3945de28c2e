/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-pod.c - the conversion pod: its environment and where its disks are
 */
#include <config.h>

#include "v2v-pod.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "v2v-luks-keys.h"

/* Ten attempts of the peer, 0.5 s doubling up to 30 s, add up to this. */
#define DEFAULT_WAIT 122
#define FIRST_WAIT_MS 500
#define MAX_WAIT_MS 30000
#define MAX_DISK_NUMBER 9999

typedef struct {
  guint number;
  char *path;
} Found;

static void
found_free (gpointer p)
{
  Found *found = p;

  g_free (found->path);
  g_free (found);
}

static char *
search_path (const char *path)
{
  const char *root = g_getenv ("V2V_SEARCH_ROOT");

  return g_build_filename (root != NULL && *root != '\0' ? root : "/", path, NULL);
}

static const char *
getenv_nonempty (const char *name)
{
  const char *value = g_getenv (name);

  return value != NULL && *value != '\0' ? value : NULL;
}

/* The values that Go's strconv.ParseBool takes: the controller is written in Go. */
static gboolean
getenv_bool (const char *name, gboolean fallback, GPtrArray *warnings)
{
  static const char *const yes[] = { "1", "t", "T", "TRUE", "true", "True", NULL };
  static const char *const no[] = { "0", "f", "F", "FALSE", "false", "False", NULL };
  const char *value = getenv_nonempty (name);

  if (value == NULL)
    return fallback;
  if (g_strv_contains (yes, value))
    return TRUE;
  if (g_strv_contains (no, value))
    return FALSE;
  g_ptr_array_add (warnings, g_strdup_printf ("%s='%s' is not a boolean, ignoring it", name,
                                              value));
  return fallback;
}

static guint
getenv_uint (const char *name, guint fallback, guint max, GPtrArray *warnings)
{
  const char *value = getenv_nonempty (name);
  guint64 number;

  if (value == NULL)
    return fallback;
  if (g_ascii_string_to_unsigned (value, 10, 0, max, &number, NULL))
    return (guint) number;
  g_ptr_array_add (warnings, g_strdup_printf ("%s='%s' is not a number from 0 to %u, "
                                              "ignoring it", name, value, max));
  return fallback;
}

/* "block" + "12" -> 12; anything else, "block0p1" or "blockdev" say, is not ours. */
static gboolean
parse_number (const char *name, const char *prefix, guint *out_number)
{
  guint64 number;

  if (!g_str_has_prefix (name, prefix)
      || !g_ascii_string_to_unsigned (name + strlen (prefix), 10, 0, MAX_DISK_NUMBER,
                                      &number, NULL))
    return FALSE;
  *out_number = (guint) number;
  return TRUE;
}

static void
find_in (GPtrArray *found, const char *directory, const char *prefix, const char *file)
{
  g_autofree char *base = search_path (directory);
  g_autoptr (GDir) dir = g_dir_open (base, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    guint number;

    if (parse_number (name, prefix, &number)) {
      Found *entry = g_new0 (Found, 1);

      entry->number = number;
      entry->path = file != NULL ? g_build_filename (base, name, file, NULL)
                                 : g_build_filename (base, name, NULL);
      g_ptr_array_add (found, entry);
    }
  }
}

static int
by_number (gconstpointer a, gconstpointer b)
{
  const Found *fa = *(Found *const *) a;
  const Found *fb = *(Found *const *) b;

  return (fa->number > fb->number) - (fa->number < fb->number);
}

static GPtrArray *
find_all (void)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (found_free);

  find_in (found, "/mnt/disks", "disk", "disk.img");
  find_in (found, "/dev", "block", NULL);
  g_ptr_array_sort (found, by_number);
  return found;
}

char **
v2v_pod_find_disks (GPtrArray *warnings, GError **error)
{
  g_autoptr (GPtrArray) found = find_all ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  guint expected = 0;

  for (guint i = 0; i < found->len; i++) {
    Found *entry = g_ptr_array_index (found, i);

    if (i > 0 && entry->number + 1 == expected) {
      const Found *other = g_ptr_array_index (found, i - 1);

      g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                   "'%s' and '%s' claim to be the same disk of the VM (number %u)",
                   other->path, entry->path, entry->number);
      return NULL;
    }
    if (entry->number > expected)
      g_ptr_array_add (warnings,
                       g_strdup_printf ("volume number %u%s not there: '%s' follows",
                                        expected,
                                        entry->number - expected > 1 ? " and more are" : " is",
                                        entry->path));
    expected = entry->number + 1;
    g_ptr_array_add (paths, g_strdup (entry->path));
  }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

gboolean
v2v_pod_detect (void)
{
  static const char *const names[]
    = { "V2V_source", "V2V_inPlace", "V2V_vmName", "V2V_libvirtURL", NULL };
  g_autoptr (GPtrArray) found = NULL;

  for (guint i = 0; names[i] != NULL; i++) {
    if (getenv_nonempty (names[i]) != NULL)
      return TRUE;
  }
  found = find_all ();
  return found->len > 0;
}

V2vPod *
v2v_pod_load (V2vRequest *request, GPtrArray *warnings)
{
  V2vPod *pod = g_new0 (V2vPod, 1);
  const char *name = getenv_nonempty ("V2V_NewName");
  const char *root = getenv_nonempty ("V2V_RootDisk");
  const char *work = getenv_nonempty ("V2V_WORKDIR");

  pod->in_place = getenv_bool ("V2V_inPlace", FALSE, warnings);
  pod->libvirt_url = g_strdup (getenv_nonempty ("V2V_libvirtURL"));
  pod->domain_file = search_path ("/tmp/input.xml");
  pod->wait_seconds = getenv_uint ("V2V_DISK_WAIT", DEFAULT_WAIT, 3600, warnings);

  if (getenv_bool ("V2V_NBDE_CLEVIS", FALSE, warnings))
    g_ptr_array_add (warnings, g_strdup ("V2V_NBDE_CLEVIS is ignored: clevis needs a network, "
                                         "which the appliance does not have; volumes are "
                                         "opened by passphrase only"));
  if (name == NULL)
    name = getenv_nonempty ("V2V_vmName");
  g_free (request->name);
  request->name = g_strdup (name);
  /* A pod has nobody to ask, and its controller passes nothing for "any". */
  g_free (request->root);
  request->root = g_strdup (root != NULL ? root : "first");
  g_free (request->source);
  request->source = g_strdup (getenv_nonempty ("V2V_source"));
  if (request->work_dir == NULL)
    request->work_dir = g_strdup (work != NULL ? work : "/var/tmp/v2v");
  if (request->output_dir == NULL)
    request->output_dir = g_strdup (request->work_dir);
  return pod;
}

gboolean
v2v_pod_add_keys (V2vRequest *request, GError **error)
{
  g_autofree char *directory = search_path (V2V_LUKS_KEYS_DIRECTORY);

  return v2v_luks_keys_add_directory (request->keys, directory, error);
}

void
v2v_pod_free (V2vPod *pod)
{
  if (pod == NULL)
    return;
  g_free (pod->libvirt_url);
  g_free (pod->domain_file);
  g_free (pod);
}

/* Sleeps in short steps, so that a signal is answered at once. */
static gboolean
wait_ms (guint ms, V2vCancel *cancel, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) ms * 1000;

  while (g_get_monotonic_time () < end) {
    if (!v2v_cancel_check (cancel, error))
      return FALSE;
    g_usleep (50 * 1000);
  }
  return TRUE;
}

gboolean
v2v_pod_wait_disk (const char *path, guint wait_seconds, V2vCancel *cancel, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) wait_seconds * G_TIME_SPAN_SECOND;
  guint ms = FIRST_WAIT_MS;

  for (;;) {
    int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int saved = errno;

    if (fd >= 0) {
      close (fd);
      return TRUE;
    }
    if ((saved != ENOENT && saved != ENXIO && saved != EIO)
        || g_get_monotonic_time () + (gint64) ms * 1000 > end) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "disk '%s' is not available: %s",
                   path, g_strerror (saved));
      return FALSE;
    }
    g_debug ("'%s': %s, trying again in %u ms", path, g_strerror (saved), ms);
    if (!wait_ms (ms, cancel, error))
      return FALSE;
    ms = MIN (ms * 2, MAX_WAIT_MS);
  }
}
