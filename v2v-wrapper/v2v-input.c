/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-input.c - from options and environment to the source machine
 */
#include <config.h>

#include "v2v-input.h"

#include <string.h>

#include "v2v-domain-xml.h"
#include "v2v-mode.h"

/* "web01.raw" -> "web01"; the suffixes that disk images commonly have. */
static char *
name_of_disk (const char *path)
{
  static const char *const suffixes[]
    = { ".raw", ".img", ".qcow2", ".vmdk", ".vdi", ".vhdx", ".vhd", NULL };
  char *name = g_path_get_basename (path);

  for (guint i = 0; suffixes[i] != NULL; i++) {
    if (g_str_has_suffix (name, suffixes[i]) && strlen (name) > strlen (suffixes[i])) {
      name[strlen (name) - strlen (suffixes[i])] = '\0';
      break;
    }
  }
  return name;
}

static gboolean
find_volumes (V2vRequest *request, const V2vPod *pod, V2vConsole *console,
              V2vCancel *cancel, GError **error)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);

  request->disks = v2v_pod_find_disks (warnings, error);
  if (request->disks == NULL)
    return FALSE;
  for (guint i = 0; i < warnings->len; i++)
    v2v_console_warning (console, "%s", (const char *) g_ptr_array_index (warnings, i));
  for (guint i = 0; request->disks[i] != NULL; i++) {
    if (!v2v_pod_wait_disk (request->disks[i], pod->wait_seconds, cancel, error))
      return FALSE;
  }
  return TRUE;
}

static V2vSource *
load_disks (const V2vRequest *request)
{
  const char *name = request->name;
  g_autofree char *from_path = name_of_disk (request->disks[0]);
  V2vSource *source = v2v_source_new (name != NULL ? name : from_path);

  for (guint i = 0; request->disks[i] != NULL; i++) {
    V2vSourceDisk *disk = v2v_source_add_disk (source);

    disk->path = g_strdup (request->disks[i]);
    disk->format = g_strdup (request->format != NULL ? request->format : "raw");
  }
  return source;
}

static gboolean
replace_disks (V2vSource *source, const V2vRequest *request, const char *file,
               GError **error)
{
  guint n = g_strv_length (request->disks);

  if (n != source->disks->len) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "'%s' describes %u disk%s, but %u %s given: give one for each, in order",
                 file, source->disks->len, source->disks->len == 1 ? "" : "s", n,
                 n == 1 ? "was" : "were");
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    V2vSourceDisk *disk = g_ptr_array_index (source->disks, i);

    g_free (disk->path);
    g_free (disk->format);
    disk->path = g_strdup (request->disks[i]);
    disk->format = g_strdup (request->format != NULL ? request->format : "raw");
  }
  return TRUE;
}

static V2vSource *
load_domain (V2vRequest *request, const V2vPod *pod, V2vConsole *console, GError **error)
{
  const char *file;
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vSource) source = NULL;

  /* Who decides about the target asks whether there was a domain XML at all. */
  if (request->domain_xml == NULL && pod != NULL)
    request->domain_xml = g_strdup (pod->domain_file);
  file = request->domain_xml;
  source = v2v_source_load_domain (file, warnings, error);
  if (source == NULL)
    return NULL;
  for (guint i = 0; i < warnings->len; i++)
    v2v_console_warning (console, "%s", (const char *) g_ptr_array_index (warnings, i));
  if (request->disks != NULL && request->disks[0] != NULL
      && !replace_disks (source, request, file, error))
    return NULL;
  if (request->name != NULL) {
    g_free (source->name);
    source->name = g_strdup (request->name);
  }
  return g_steal_pointer (&source);
}

V2vSource *
v2v_input_load (const V2vOptions *options, const V2vPod *pod, V2vConsole *console,
                V2vCancel *cancel, GError **error)
{
  V2vRequest *request = options->request;
  gboolean given = request->disks != NULL && request->disks[0] != NULL;
  g_autofree char *reason = NULL;
  V2vModeInput input = { .flag = options->mode_flag };
  V2vSource *source;
  V2vMode mode;

  if (pod != NULL && !given && !find_volumes (request, pod, console, cancel, error))
    return NULL;
  if (pod != NULL) {
    input.domain_file = pod->domain_file;
    input.domain_file_exists = g_file_test (pod->domain_file, G_FILE_TEST_EXISTS);
    input.libvirt_url = pod->libvirt_url;
    input.in_place = pod->in_place;
  }
  input.n_disks = request->disks != NULL ? g_strv_length (request->disks) : 0;
  if (!v2v_mode_choose (&input, &mode, &reason, error))
    return NULL;
  v2v_console_stage (console, "input", "mode %s: %s", v2v_mode_name (mode), reason);
  if (mode == V2V_MODE_DISK && input.n_disks == 0) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE,
                         "no disk was given: name the disks to work on");
    return NULL;
  }
  source = mode == V2V_MODE_DISK ? load_disks (request)
                                 : load_domain (request, pod, console, error);
  if (source != NULL)
    source->hint = g_strdup (request->source);
  return source;
}
