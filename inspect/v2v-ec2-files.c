/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ec2-files.c - evidence in files of a Linux guest
 */
#include <config.h>

#include <string.h>

#include "v2v-ec2-private.h"
#include "v2v-inspect-private.h"

#define FILES_PER_DIRECTORY_MAX 100

/* The boot messages stand at the start of what logrotate left: of a longer log only
 * the head is read. */
#define LOG_MAX (4 * 1024 * 1024)

/* A journal of one boot begins with the kernel's messages; archived ones are older boots,
 * perhaps those on the old machine. */
#define JOURNALS_MAX 4
#define JOURNAL_DIRECTORIES_MAX 4

/* TRUE when @line, stripped and not a comment, is a hit. */
typedef gboolean (*MatchFunc) (const char *line);

typedef struct {
  const char *signal;
  int score;
  MatchFunc matches;
  const char *path; /* a file, or with "/" at the end all files of a directory */
} Signal;

static gboolean
is_aws_time_source (const char *line)
{
  return strstr (line, "169.254.169.123") != NULL || strstr (line, "fd00:ec2::123") != NULL;
}

/* A domain that ends in @domain, not one that only contains it. */
static gboolean
has_domain (const char *line, const char *domain)
{
  for (const char *p = strstr (line, domain); p != NULL; p = strstr (p + 1, domain)) {
    const char *end = p + strlen (domain);
    char before = p == line ? ' ' : p[-1];
    gboolean longer = g_ascii_isalnum (*end) || *end == '-'
                      || (*end == '.' && g_ascii_isalnum (end[1]));

    if (!longer && !g_ascii_isalnum (before) && before != '-')
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_aws_resolver (const char *line)
{
  return has_domain (line, "compute.internal") || has_domain (line, "ec2.internal");
}

static gboolean
is_ec2_mirror (const char *line)
{
  return strstr (line, ".ec2.archive.ubuntu.com") != NULL
         || strstr (line, ".ec2.ports.ubuntu.com") != NULL;
}

static gboolean
is_cloud_setup (const char *line)
{
  /* What NetworkManager takes for "yes"; AlmaLinux's images have "true". */
  static const char *const values[] = { "yes", "true", "on", "1" };
  const char *value = strstr (line, "NM_CLOUD_SETUP_EC2=");

  if (value == NULL)
    return FALSE;
  value += strlen ("NM_CLOUD_SETUP_EC2=");
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    gsize n = strlen (values[i]);

    if (g_ascii_strncasecmp (value, values[i], n) == 0 && !g_ascii_isalnum (value[n]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_nvme_timeout (const char *line)
{
  return strstr (line, "nvme_core.io_timeout=4294967295") != NULL;
}

/* Rows of one signal stand together; a hit skips the rest of them. */
static const Signal signals[] = {
  { "time-source", 50, is_aws_time_source, "/etc/chrony.conf" },
  { "time-source", 50, is_aws_time_source, "/etc/chrony/chrony.conf" },
  { "time-source", 50, is_aws_time_source, "/etc/chrony.d/" },
  { "time-source", 50, is_aws_time_source, "/etc/chrony/sources.d/" },
  { "time-source", 50, is_aws_time_source, "/etc/chrony/conf.d/" },
  { "time-source", 50, is_aws_time_source, "/etc/ntp.conf" },
  { "time-source", 50, is_aws_time_source, "/etc/systemd/timesyncd.conf" },
  { "time-source", 50, is_aws_time_source, "/etc/systemd/timesyncd.conf.d/" },
  { "resolver", 45, is_aws_resolver, "/etc/resolv.conf" },
  { "resolver", 45, is_aws_resolver, "/var/lib/dhcp/" },
  { "resolver", 45, is_aws_resolver, "/var/lib/dhclient/" },
  { "resolver", 45, is_aws_resolver, "/var/lib/NetworkManager/" },
  { "resolver", 45, is_aws_resolver, "/var/lib/wicked/" },
  { "apt-mirror", 55, is_ec2_mirror, "/etc/apt/sources.list" },
  { "apt-mirror", 55, is_ec2_mirror, "/etc/apt/sources.list.d/" },
  { "nm-cloud-setup", 55, is_cloud_setup,
    "/etc/systemd/system/nm-cloud-setup.service.d/" },
  { "nm-cloud-setup", 55, is_cloud_setup,
    "/usr/lib/systemd/system/nm-cloud-setup.service.d/" },
  { "nvme-timeout", 35, is_nvme_timeout, "/etc/default/grub" },
  { "nvme-timeout", 35, is_nvme_timeout, "/etc/default/grub.d/" },
};

static gboolean
read_file (V2vFs *fs, V2vGuest *guest, const Signal *signal, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!v2v_inspect_read_text (fs, guest, path, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);

    /* "#" and ";" begin comments in all of these; "!" and "%" in chrony's too. */
    if (*line == '\0' || strchr ("#;!%", *line) != NULL || !signal->matches (line))
      continue;
    v2v_ec2_add (guest, signal->signal, signal->score, path, line);
    return TRUE;
  }
  return TRUE;
}

static gboolean
read_directory (V2vFs *fs, V2vGuest *guest, const Signal *signal, GError **error)
{
  g_autofree char *directory = g_strndup (signal->path, strlen (signal->path) - 1);
  g_autoptr (GPtrArray) names = NULL;

  if (!v2v_inspect_list (fs, guest, directory, &names, error))
    return FALSE;
  for (guint i = 0; i < names->len && i < FILES_PER_DIRECTORY_MAX; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);
    g_autofree char *path = g_strconcat (signal->path, info->name, NULL);

    if (info->kind != V2V_FILE_REGULAR || v2v_ec2_has (guest, signal->signal))
      continue;
    if (!read_file (fs, guest, signal, path, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_signals (V2vFs *fs, V2vGuest *guest, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++) {
    const Signal *signal = &signals[i];
    gboolean ok;

    if (v2v_ec2_has (guest, signal->signal))
      continue;
    ok = g_str_has_suffix (signal->path, "/")
           ? read_directory (fs, guest, signal, error)
           : read_file (fs, guest, signal, signal->path, error);
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

/* /etc/image-id says which of Amazon's images this is: the one for EC2, or one of
 * those for other hypervisors, which are the same otherwise. */
static gboolean
read_image_id (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const elsewhere[] = { "kvm", "onprem", "vmware", "hyperv" };
  static const char *const names[] = { "amzn-ami", "amzn2-ami", "al2023-ami" };
  g_autofree char *text = NULL;
  const char *image;

  if (!v2v_inspect_read_text (fs, guest, "/etc/image-id", &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (elsewhere); i++) {
    if (strstr (text, elsewhere[i]) != NULL) {
      v2v_ec2_add (guest, "image-elsewhere", 0, "/etc/image-id", elsewhere[i]);
      return TRUE;
    }
  }
  image = strstr (text, "image_name=");
  if (image == NULL)
    return TRUE;
  image += strlen ("image_name=");
  image += strspn (image, "\"'");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_str_has_prefix (image, names[i])) {
      g_autofree char *name = g_strndup (image, strcspn (image, "\"'\r\n"));

      v2v_ec2_add (guest, "image-id", 80, "/etc/image-id", name);
    }
  }
  return TRUE;
}

/* Old instances stay listed when the disk moved on. */
static gboolean
read_instances (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;

  if (v2v_ec2_has (guest, "instance-id"))
    return TRUE;
  if (!v2v_inspect_list (fs, guest, "/var/lib/cloud/instances", &names, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);
    gboolean is_long;

    if (v2v_ec2_is_instance_id (info->name, &is_long) && is_long)
      v2v_ec2_add (guest, "instance-id", 60, "/var/lib/cloud/instances", info->name);
  }
  return TRUE;
}

/* Directories that the SSM and CloudWatch agents and the command line tool make on
 * any machine are no evidence. */
static gboolean
read_amazon_files (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const directories[] = { "/opt/aws", "/var/log/amazon" };
  static const char *const anywhere[]
    = { "amazon-cloudwatch-agent", "ssm", "aws-cli", "awscli", NULL };

  for (gsize d = 0; d < G_N_ELEMENTS (directories); d++) {
    g_autoptr (GPtrArray) names = NULL;

    if (!v2v_inspect_list (fs, guest, directories[d], &names, error))
      return FALSE;
    for (guint i = 0; i < names->len; i++) {
      const V2vFileInfo *info = g_ptr_array_index (names, i);

      if (!g_strv_contains (anywhere, info->name))
        v2v_ec2_add (guest, "amazon-files", 25, directories[d], info->name);
    }
  }
  return TRUE;
}

/* (transfer full) (nullable): from @needle to the end of its line. */
static char *
dup_hit (GBytes *log, const char *needle)
{
  gsize length;
  const char *text = g_bytes_get_data (log, &length);
  const char *hit = memmem (text, length, needle, strlen (needle));

  return hit == NULL ? NULL : g_strndup (hit, strcspn (hit, "\r\n"));
}

/* The kernel's first lines name the machine. */
static void
read_log (V2vGuest *guest, const char *path, GBytes *log)
{
  g_autofree char *nitro = dup_hit (log, "DMI: Amazon EC2");
  g_autofree char *xen = dup_hit (log, "DMI: Xen HVM domU");

  if (nitro != NULL)
    v2v_ec2_add (guest, "dmi-nitro", 90, path, nitro);
  /* Any Xen host calls itself so: it counts only next to an instance id. */
  if (xen != NULL && v2v_ec2_has (guest, "instance-id"))
    v2v_ec2_add (guest, "dmi-xen", 60, path, xen);
}

static gboolean
read_log_file (V2vFs *fs, V2vGuest *guest, const char *path, guint64 size, GError **error)
{
  GError *local = NULL;
  g_autoptr (GBytes) bytes = size > LOG_MAX
                               ? v2v_fs_read_head (fs, path, V2V_FS_HEAD_MAX, &local)
                               : v2v_fs_read (fs, path, LOG_MAX, &local);

  if (bytes == NULL)
    return v2v_inspect_note (guest, path, local, error);
  read_log (guest, path, bytes);
  return TRUE;
}

static gboolean
read_logs (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const paths[]
    = { "/var/log/dmesg",    "/var/log/dmesg.0",  "/var/log/kern.log",
        "/var/log/messages", "/var/log/syslog",   "/var/log/cloud-init.log",
        NULL };
  g_autoptr (GPtrArray) rows = NULL;
  GError *local = NULL;

  rows = v2v_fs_stat_many (fs, paths, &local);
  if (rows == NULL)
    return v2v_inspect_note (guest, "/var/log", local, error);
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (info->kind == V2V_FILE_REGULAR
        && !read_log_file (fs, guest, paths[i], info->size, error))
      return FALSE;
  }
  return TRUE;
}

/* Short messages are not compressed in a journal, so that the head of the file is searched
 * as it is. */
static gboolean
read_journals_of (V2vFs *fs, V2vGuest *guest, const char *directory, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  guint n = 0;

  if (!v2v_inspect_list (fs, guest, directory, &names, error))
    return FALSE;
  for (guint i = 0; i < names->len && n < JOURNALS_MAX; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);
    g_autofree char *path = g_strconcat (directory, "/", info->name, NULL);
    g_autoptr (GBytes) head = NULL;
    GError *local = NULL;

    if (info->kind != V2V_FILE_REGULAR || !g_str_has_prefix (info->name, "system")
        || !g_str_has_suffix (info->name, ".journal"))
      continue;
    n++;
    head = v2v_fs_read_head (fs, path, V2V_FS_HEAD_MAX, &local);
    if (head != NULL)
      read_log (guest, path, head);
    else if (!v2v_inspect_note (guest, path, local, error))
      return FALSE;
  }
  return TRUE;
}

/* What is certain already needs no megabytes of journal. */
static gboolean
read_journals (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;

  if (v2v_ec2_has (guest, "datasource-cache") || v2v_ec2_has (guest, "dmi-nitro"))
    return TRUE;
  if (!v2v_inspect_list (fs, guest, "/var/log/journal", &names, error))
    return FALSE;
  for (guint i = 0; i < names->len && i < JOURNAL_DIRECTORIES_MAX; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);
    g_autofree char *path = g_strconcat ("/var/log/journal/", info->name, NULL);

    if (info->kind == V2V_FILE_DIRECTORY && !read_journals_of (fs, guest, path, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
v2v_ec2_read_files (V2vFs *fs, V2vGuest *guest, GError **error)
{
  return read_image_id (fs, guest, error) && read_instances (fs, guest, error)
         && read_signals (fs, guest, error) && read_amazon_files (fs, guest, error)
         && read_logs (fs, guest, error) && read_journals (fs, guest, error);
}
