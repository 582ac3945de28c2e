/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ec2.c - did this disk run on EC2, and on which kind of host?
 */
#include <config.h>

#include <string.h>

#include "v2v-ec2-private.h"
#include "v2v-inspect-private.h"
#include "v2v-windows-private.h"

#define SCORE_MAX 100
#define SCORE_EC2 60

/* Signals below this are agents that also run elsewhere (SSM and CloudWatch on
 * premises) and names that any Xen guest may have.  However many there are, they
 * prove nothing without one that only Amazon's images have. */
#define SCORE_ANCHOR 35

#define DETAIL_MAX 200

gboolean
v2v_ec2_has (const V2vGuest *guest, const char *signal)
{
  for (guint i = 0; i < guest->ec2->evidence->len; i++) {
    const V2vEvidence *row = g_ptr_array_index (guest->ec2->evidence, i);

    if (g_str_equal (row->signal, signal))
      return TRUE;
  }
  return FALSE;
}

void
v2v_ec2_add (V2vGuest *guest, const char *signal, int score, const char *file,
             const char *text)
{
  g_autofree char *start = text == NULL ? NULL : g_strndup (text, DETAIL_MAX);
  g_autofree char *detail = NULL;

  if (v2v_ec2_has (guest, signal))
    return;
  if (file != NULL && start != NULL)
    detail = g_strdup_printf ("%s: %s", file, g_strstrip (start));
  else
    detail = g_strdup (file != NULL ? file : start);
  v2v_guest_add_evidence (guest, signal, score, detail);
}

gboolean
v2v_ec2_is_instance_id (const char *text, gboolean *out_long)
{
  gsize n;

  if (text == NULL || !g_str_has_prefix (text, "i-"))
    return FALSE;
  text += strlen ("i-");
  n = strspn (text, "0123456789abcdef");
  *out_long = n == 17;
  return text[n] == '\0' && (n == 8 || n == 17);
}

static void
read_cloud_init (V2vGuest *guest)
{
  const V2vCloudInit *ci = guest->cloud_init;
  gboolean is_long;

  if (ci == NULL)
    return;
  if (ci->cached != NULL && g_str_has_prefix (ci->cached, "DataSourceEc2"))
    v2v_ec2_add (guest, "datasource-cache", 90, "/var/lib/cloud", ci->cached);
  /* OpenStack hands out ids of 8 digits too, and says so in the datasource. */
  if (v2v_ec2_is_instance_id (ci->instance_id, &is_long)
      && (is_long || ci->cached == NULL || g_str_equal (ci->cached, "DataSourceNone")
          || v2v_ec2_has (guest, "datasource-cache")))
    v2v_ec2_add (guest, "instance-id", 60, "/var/lib/cloud", ci->instance_id);
  if (g_strcmp0 (ci->datasources, "Ec2") == 0 || g_strcmp0 (ci->datasources, "Ec2, None") == 0)
    v2v_ec2_add (guest, "datasource-list", 40, ci->datasources_file, ci->datasources);
}

static void
read_packages (V2vGuest *guest)
{
  static const char *const names[]
    = { "ec2-instance-connect",         "ec2-hibinit-agent", "amazon-ec2-net-utils",
        "regionServiceClientConfigEC2", "aws-cfn-bootstrap" };
  guint n = 0;

  for (guint i = 0; i < guest->packages->len; i++) {
    const V2vPackage *package = g_ptr_array_index (guest->packages, i);
    gboolean found = package->name != NULL
                     && g_str_has_prefix (package->name, "rh-amazon-rhui-client");

    for (gsize j = 0; j < G_N_ELEMENTS (names) && !found; j++)
      found = g_strcmp0 (package->name, names[j]) == 0;
    /* The first says most; the rest of the set comes with it. */
    if (found && n < 6) {
      v2v_guest_add_evidence (guest, "package", n == 0 ? 50 : 10, package->name);
      n++;
    }
    if (g_strcmp0 (package->name, "amazon-ssm-agent") == 0)
      v2v_ec2_add (guest, "ssm-agent", 15, "package", package->name);
  }
}

static void
read_units (V2vGuest *guest)
{
  for (guint i = 0; i < guest->units->len; i++) {
    const char *unit = g_ptr_array_index (guest->units, i);

    if (strstr (unit, "amazon-ssm-agent") != NULL)
      v2v_ec2_add (guest, "ssm-agent", 15, "unit", unit);
  }
}

/* Amazon ships the same kernels in its images for KVM and VMware. */
static void
read_kernels (V2vGuest *guest)
{
  for (guint i = 0; i < guest->kernels->len; i++) {
    const V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);
    const char *version = kernel->version != NULL ? kernel->version : "";

    if (g_str_has_suffix (version, "-aws"))
      v2v_ec2_add (guest, "kernel", 60, NULL, version);
    else if (strstr (version, ".amzn") != NULL && !v2v_ec2_has (guest, "image-elsewhere"))
      v2v_ec2_add (guest, "kernel", 50, NULL, version);
  }
}

static void
read_cmdlines (V2vGuest *guest)
{
  const V2vBootloader *bootloader = guest->bootloader;

  for (guint i = 0; bootloader != NULL && i < bootloader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (bootloader->entries, i);
    const char *argument = entry->cmdline == NULL
                             ? NULL
                             : strstr (entry->cmdline, "nvme_core.io_timeout=4294967295");

    if (argument != NULL)
      v2v_ec2_add (guest, "nvme-timeout", 35, entry->file, "nvme_core.io_timeout=4294967295");
  }
}

static void
read_mounts (V2vGuest *guest)
{
  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);
    const char *spec = mount->spec != NULL ? mount->spec : "";

    if (strstr (spec, "/nvme-Amazon_") != NULL)
      v2v_ec2_add (guest, "fstab-nvme", 70, "/etc/fstab", spec);
    else if (g_str_has_prefix (spec, "/dev/xvd"))
      v2v_ec2_add (guest, "fstab-xvd", 20, "/etc/fstab", spec);
  }
}

/* ip-10-0-1-2, perhaps with a domain */
static gboolean
is_address_name (const char *name)
{
  guint numbers = 0;

  if (!g_str_has_prefix (name, "ip-"))
    return FALSE;
  for (name += strlen ("ip-"); g_ascii_isdigit (*name); numbers++) {
    name += strspn (name, "0123456789");
    if (*name == '-')
      name++;
  }
  return numbers == 4 && (*name == '\0' || *name == '.');
}

/* IP-0A000102: EC2Config gave a computer its address in hexadecimal. */
static gboolean
is_hex_name (const char *name)
{
  return g_ascii_strncasecmp (name, "IP-", strlen ("IP-")) == 0
         && strspn (name + strlen ("IP-"), "0123456789abcdefABCDEF") == 8
         && name[strlen ("IP-") + 8] == '\0';
}

static void
read_hostname (V2vGuest *guest)
{
  if (guest->hostname == NULL)
    return;
  if (g_ascii_strncasecmp (guest->hostname, "EC2AMAZ-", strlen ("EC2AMAZ-")) == 0
      || (guest->os == V2V_OS_WINDOWS && is_hex_name (guest->hostname)))
    v2v_ec2_add (guest, "computer-name", 25, NULL, guest->hostname);
  else if (is_address_name (guest->hostname))
    v2v_ec2_add (guest, "hostname", 10, NULL, guest->hostname);
}

/* EC2Launch 1, of Server 2016 and 2019, is a task with scripts and no service. */
static gboolean
read_launch_scripts (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autofree char *path = NULL;

  if (!v2v_windows_find (fs, guest, "/ProgramData/Amazon/EC2-Windows/Launch", &path, error))
    return FALSE;
  if (path != NULL)
    v2v_ec2_add (guest, "launch-scripts", 60, NULL, path);
  return TRUE;
}

static void
sum_up (V2vGuest *guest)
{
  int score = 0, best = 0;
  gboolean nitro = v2v_ec2_has (guest, "dmi-nitro") || v2v_ec2_has (guest, "fstab-nvme")
                   || v2v_ec2_has (guest, "pci-amazon");
  gboolean xen = v2v_ec2_has (guest, "dmi-xen") || v2v_ec2_has (guest, "pci-xen");

  for (guint i = 0; i < guest->ec2->evidence->len; i++) {
    const V2vEvidence *row = g_ptr_array_index (guest->ec2->evidence, i);

    score += row->score;
    best = MAX (best, row->score);
  }
  guest->ec2->score = MIN (score, SCORE_MAX);
  guest->ec2->is_ec2 = score >= SCORE_EC2 && best >= SCORE_ANCHOR;
  g_clear_pointer (&guest->ec2->generation, g_free);
  if (nitro || xen)
    guest->ec2->generation = g_strdup (nitro && xen ? "both" : nitro ? "nitro" : "xen");
}

gboolean
v2v_inspect_ec2 (V2vFs *fs, V2vGuest *guest, const char *source_hint, GError **error)
{
  if (source_hint != NULL && g_ascii_strcasecmp (source_hint, "ec2") == 0)
    v2v_ec2_add (guest, "hint", SCORE_EC2, "V2V_source", source_hint);
  read_cloud_init (guest);
  read_hostname (guest);
  if (guest->os == V2V_OS_LINUX) {
    if (!v2v_ec2_read_files (fs, guest, error))
      return FALSE;
    read_kernels (guest);
    read_packages (guest);
    read_units (guest);
    read_cmdlines (guest);
    read_mounts (guest);
  }
  if (guest->os == V2V_OS_WINDOWS && !read_launch_scripts (fs, guest, error))
    return FALSE;
  sum_up (guest);
  return TRUE;
}
