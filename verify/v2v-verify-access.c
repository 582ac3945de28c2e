/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-access.c - can somebody log in: sshd, and cloud-init that does not stall
 */
#include <config.h>

#include <fnmatch.h>
#include <string.h>

#include "v2v-verify-private.h"
#include "v2v-verify-sshd.h"

/* Included files; sshd has no limit, and no guest has so many. */
#define FILES_MAX 200
#define STARS_MAX 3

typedef struct {
  V2vVerify *verify;
  V2vSshd sshd;
  guint depth;
  guint files;
  char *unread; /* (nullable): a file that could not be read, and why */
} Reader;

static gboolean include (const char *pattern, gpointer user_data, GError **error);

/* A file, or a directory that is looked into for some. */
static gboolean
is_too_many (Reader *reader)
{
  if (reader->files++ < FILES_MAX)
    return FALSE;
  if (reader->unread == NULL)
    reader->unread = g_strdup_printf ("more than %d files are included, and not all were read",
                                      FILES_MAX);
  return TRUE;
}

static gboolean
read_config (Reader *reader, const char *path, gboolean *out_found, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *why = NULL;

  if (reader->depth > V2V_SSHD_DEPTH_MAX || is_too_many (reader))
    return TRUE;
  if (!v2v_verify_read (reader->verify, path, V2V_FS_TEXT_MAX, &text, &why, error))
    return FALSE;
  if (out_found != NULL)
    *out_found = text != NULL || why != NULL;
  if (why != NULL && reader->unread == NULL)
    reader->unread = g_steal_pointer (&why);
  if (text == NULL)
    return TRUE;
  reader->depth++;
  if (!v2v_sshd_parse (&reader->sshd, text, path, include, reader, error))
    return FALSE;
  reader->depth--;
  return TRUE;
}

static gboolean
is_expensive (const char *pattern)
{
  guint stars = 0;

  for (; *pattern != '\0'; pattern++)
    stars += *pattern == '*';
  return stars > STARS_MAX;
}

/* A pattern in the last component is what distributions use. */
static gboolean
include (const char *pattern, gpointer user_data, GError **error)
{
  Reader *reader = user_data;
  g_autofree char *path
    = *pattern == '/' ? g_strdup (pattern) : g_strconcat ("/etc/ssh/", pattern, NULL);
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GPtrArray) list = NULL;

  if (strpbrk (name, "*?[") == NULL)
    return read_config (reader, path, NULL, error);
  if (is_expensive (name) || is_too_many (reader))
    return TRUE;
  if (!v2v_verify_list (reader->verify, directory, &list, error))
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (list, i);
    g_autofree char *file = g_build_path ("/", directory, info->name, NULL);

    if (info->kind != V2V_FILE_DIRECTORY && fnmatch (name, info->name, FNM_PERIOD) == 0
        && !read_config (reader, file, NULL, error))
      return FALSE;
  }
  return TRUE;
}

/* SUSE and Fedora-like systems of the new kind keep the vendor's file below /usr. */
static gboolean
read_sshd (Reader *reader, const char **out_path, GError **error)
{
  static const char *const paths[] = { "/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    gboolean found = FALSE;

    if (!read_config (reader, paths[i], &found, error))
      return FALSE;
    if (found) {
      *out_path = paths[i];
      return TRUE;
    }
  }
  return TRUE;
}

/* (transfer full): the lines of a unit that are no comments. */
static char *
dup_settings (const char *text)
{
  GString *out = g_string_new (NULL);

  while (*text != '\0') {
    gsize n = strcspn (text, "\n");
    const char *start = text + strspn (text, " \t");

    if (*start != '#' && *start != ';') {
      g_string_append_len (out, text, (gssize) n);
      g_string_append_c (out, '\n');
    }
    text += n;
    text += *text == '\n';
  }
  return g_string_free (out, FALSE);
}

/* A unit's drop-in that starts sshd with a key command of the cloud's. */
static gboolean
check_drop_in (V2vVerify *self, const char *path, const char *id, guint *rows, GError **error)
{
  g_autofree char *whole = NULL;
  g_autofree char *text = NULL;

  if (!v2v_verify_read (self, path, V2V_FS_TEXT_MAX, &whole, NULL, error))
    return FALSE;
  text = dup_settings (whole == NULL ? "" : whole);
  if (strstr (text, "AuthorizedKeysCommand ") == NULL
      && strstr (text, "AuthorizedKeysCommand=") == NULL)
    return TRUE;
  if (strstr (text, "AuthorizedKeysCommandUser") == NULL)
    v2v_verdict_add (self->verdict, id, path, V2V_CHECK_FAILED,
                     "it starts sshd with AuthorizedKeysCommand, but without "
                     "AuthorizedKeysCommandUser: sshd would not start");
  else
    v2v_verdict_add (self->verdict, id, path, V2V_CHECK_WARNING,
                     "it starts sshd with AuthorizedKeysCommand, over what sshd_config says");
  (*rows)++;
  return TRUE;
}

static gboolean
check_drop_ins (V2vVerify *self, const char *id, guint *rows, GError **error)
{
  static const char *const places[]
    = { "/etc/systemd/system/ssh.service.d", "/etc/systemd/system/sshd.service.d",
        "/usr/lib/systemd/system/ssh.service.d", "/usr/lib/systemd/system/sshd.service.d" };

  for (gsize p = 0; p < G_N_ELEMENTS (places); p++) {
    g_autoptr (GPtrArray) list = NULL;

    if (!v2v_verify_list (self, places[p], &list, error))
      return FALSE;
    for (guint i = 0; i < MIN (list->len, FILES_MAX); i++) {
      const V2vFileInfo *info = g_ptr_array_index (list, i);
      g_autofree char *path = g_build_path ("/", places[p], info->name, NULL);

      /* A mask in /etc, or one of the same name there, hides the vendor's. */
      if (!g_str_has_suffix (info->name, ".conf") || info->link != NULL)
        continue;
      if (g_str_has_prefix (path, "/usr/lib/")) {
        g_autofree char *over = g_strconcat ("/etc/", path + strlen ("/usr/lib/"), NULL);
        const char *const paths[] = { over, NULL };
        g_autoptr (GPtrArray) found = v2v_fs_stat_many (self->fs, paths, error);

        if (found == NULL)
          return FALSE;
        if (((V2vFileInfo *) g_ptr_array_index (found, 0))->kind != V2V_FILE_ABSENT)
          continue;
      }
      if (!check_drop_in (self, path, id, rows, error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
is_sshd_enabled (const V2vVerify *self)
{
  static const char *const units[] = { "ssh.service", "sshd.service", "ssh.socket",
                                       "sshd.socket", "sshd", "ssh" };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (v2v_verify_has_unit (self, units[i]))
      return TRUE;
  return FALSE;
}

/* Somebody has to make keys before sshd starts, unless they are there. */
static gboolean
check_host_keys (V2vVerify *self, const char *id, guint *rows, GError **error)
{
  static const char *const makers[]
    = { "/usr/lib/systemd/system/sshd-keygen.target", "/usr/lib/systemd/system/sshd-keygen@.service",
        "/usr/lib/systemd/system/sshd-keygen.service", "/lib/systemd/system/sshd-keygen.service",
        "/usr/sbin/sshd-gen-keys-start", NULL };
  const V2vCloudInit *cloud_init = self->guest->cloud_init;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (!is_sshd_enabled (self) || (cloud_init != NULL && cloud_init->installed))
    return TRUE;
  if (!v2v_verify_list (self, "/etc/ssh", &list, error))
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    const char *name = ((V2vFileInfo *) g_ptr_array_index (list, i))->name;

    if (g_str_has_prefix (name, "ssh_host_") && g_str_has_suffix (name, "_key"))
      return TRUE;
  }
  found = v2v_fs_stat_many (self->fs, makers, error);
  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    if (((V2vFileInfo *) g_ptr_array_index (found, i))->kind != V2V_FILE_ABSENT)
      return TRUE;
  v2v_verdict_add (self->verdict, id, "/etc/ssh", V2V_CHECK_WARNING,
                   "there is no host key, and nothing that would make one");
  (*rows)++;
  return TRUE;
}

gboolean
v2v_verify_sshd (V2vVerify *self, const char *id, GError **error)
{
  Reader reader = { .verify = self };
  const char *path = NULL;
  g_autofree char *fault = NULL;
  guint rows = 0;
  gboolean ok = read_sshd (&reader, &path, error);

  fault = v2v_sshd_dup_fault (&reader.sshd);
  if (ok && path == NULL) {
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_SKIPPED, "sshd is not installed");
  } else if (ok) {
    if (fault != NULL)
      v2v_verdict_add (self->verdict, id, path, V2V_CHECK_FAILED, "%s: sshd would not start",
                       fault);
    if (reader.sshd.doubt != NULL) {
      v2v_verdict_add (self->verdict, id, path, V2V_CHECK_WARNING,
                       "%s: sshd of version 9 and newer would not start", reader.sshd.doubt);
      rows++;
    }
    if (reader.unread != NULL)
      v2v_verdict_add (self->verdict, id, path, V2V_CHECK_SKIPPED, "%s", reader.unread);
    ok = check_drop_ins (self, id, &rows, error) && check_host_keys (self, id, &rows, error);
    if (ok && fault == NULL && reader.unread == NULL && rows == 0)
      v2v_verdict_add (self->verdict, id, path, V2V_CHECK_PASSED, "sshd would start with it");
  }
  v2v_sshd_clear (&reader.sshd);
  g_free (reader.unread);
  return ok;
}

gboolean
v2v_verify_cloud_init (V2vVerify *self, const char *id, GError **error)
{
  static const char *const paths[] = { "/etc/cloud/cloud-init.disabled", NULL };
  const V2vCloudInit *cloud_init = self->guest->cloud_init;
  g_autoptr (GPtrArray) rows = NULL;

  if (cloud_init == NULL || !cloud_init->installed) {
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_SKIPPED, "cloud-init is not installed");
    return TRUE;
  }
  rows = v2v_fs_stat_many (self->fs, paths, error);
  if (rows == NULL)
    return FALSE;
  if (((V2vFileInfo *) g_ptr_array_index (rows, 0))->kind != V2V_FILE_ABSENT
      || v2v_verify_has_word (v2v_verify_cmdline (self), "cloud-init=disabled"))
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_PASSED, "it is switched off");
  else if (cloud_init->datasources != NULL
           && g_ascii_strcasecmp (cloud_init->datasources, "Ec2") == 0)
    v2v_verdict_add (self->verdict, id, cloud_init->datasources_file, V2V_CHECK_WARNING,
                     "Ec2 is the only datasource: each boot waits minutes for its server");
  else
    v2v_verdict_add (self->verdict, id, cloud_init->datasources_file, V2V_CHECK_PASSED,
                     "datasources: %s",
                     cloud_init->datasources == NULL ? "cloud-init's own list"
                                                     : cloud_init->datasources);
  return TRUE;
}
