/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ec2-hives.c - evidence in the registry of a Windows guest
 */
#include <config.h>

#include <string.h>

#include "v2v-ec2-private.h"
#include "v2v-hive.h"

#define KMS_KEY "Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform"

/* Ends the strings that v2v_hive_read_many() gave. */
static void
free_answers (char **answers, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_free (answers[i]);
}

static gboolean
is_aws_kms (const char *host)
{
  return host != NULL
         && (g_str_has_prefix (host, "169.254.169.25") || g_str_equal (host, "fd00:ec2::240"));
}

/* Returns TRUE when Amazon's Xen drivers are installed. */
static gboolean
read_software (V2vGuest *guest, const char *hive)
{
  static const V2vHiveQuery queries[] = {
    { "Amazon\\MachineImage", "AMIName" },
    { KMS_KEY, "KeyManagementServiceName" },
    { "Amazon\\PVDriver", NULL },
  };
  char *answers[G_N_ELEMENTS (queries)] = { NULL };
  gboolean dirty, pv_driver;

  if (!v2v_hive_read_many (hive, queries, G_N_ELEMENTS (queries), answers, &dirty, NULL))
    return FALSE;
  if (answers[0] != NULL)
    v2v_ec2_add (guest, "machine-image", 95, "SOFTWARE\\Amazon\\MachineImage", answers[0]);
  if (is_aws_kms (answers[1]))
    v2v_ec2_add (guest, "kms", 55, "KeyManagementServiceName", answers[1]);
  pv_driver = answers[2] != NULL;
  free_answers (answers, G_N_ELEMENTS (queries));
  return pv_driver;
}

static void
read_services (V2vGuest *guest, const char *hive, const char *set, gboolean *out_lite_agent)
{
  static const struct {
    const char *service;
    const char *signal; /* NULL: not evidence by itself */
    int score;
  } rows[] = {
    { "Amazon EC2Launch", "ec2launch", 60 },
    { "Ec2Config", "ec2config", 60 },
    { "AmazonSSMAgent", "ssm-agent", 20 },
    { "AWSLiteAgent", NULL, 0 },
  };
  V2vHiveQuery queries[G_N_ELEMENTS (rows)];
  char *keys[G_N_ELEMENTS (rows)];
  char *answers[G_N_ELEMENTS (rows)] = { NULL };
  gboolean dirty;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    keys[i] = g_strdup_printf ("%s\\Services\\%s", set, rows[i].service);
    queries[i] = (V2vHiveQuery) { .key = keys[i], .value = "ImagePath" };
  }
  if (v2v_hive_read_many (hive, queries, G_N_ELEMENTS (rows), answers, &dirty, NULL)) {
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
      if (answers[i] != NULL && rows[i].signal != NULL)
        v2v_ec2_add (guest, rows[i].signal, rows[i].score, rows[i].service, answers[i]);
    }
    *out_lite_agent = answers[3] != NULL;
  }
  free_answers (answers, G_N_ELEMENTS (rows));
  free_answers (keys, G_N_ELEMENTS (rows));
}

/* Every device that this Windows ever saw is listed under Enum. */
static void
read_devices (V2vGuest *guest, const char *names, gboolean aws_pv)
{
  g_auto (GStrv) list = g_strsplit (names, "\n", -1);

  for (guint i = 0; list[i] != NULL; i++) {
    if (g_ascii_strncasecmp (list[i], "VEN_1D0F", strlen ("VEN_1D0F")) == 0)
      v2v_ec2_add (guest, "pci-amazon", 95, "Enum\\PCI", list[i]);
    /* The Xen platform device is XenServer's too; Amazon's drivers are not. */
    if (aws_pv && g_ascii_strncasecmp (list[i], "VEN_5853", strlen ("VEN_5853")) == 0)
      v2v_ec2_add (guest, "pci-xen", 60, "Enum\\PCI", list[i]);
  }
}

static void
read_network (V2vGuest *guest, const char *search, const char *ntp)
{
  static const char *const domains[]
    = { "ec2-utilities.amazonaws.com", "ec2.internal", "compute.internal" };

  for (gsize i = 0; search != NULL && i < G_N_ELEMENTS (domains); i++) {
    if (strstr (search, domains[i]) != NULL)
      v2v_ec2_add (guest, "search-list", 55, "SearchList", search);
  }
  if (ntp != NULL && strstr (ntp, "169.254.169.123") != NULL)
    v2v_ec2_add (guest, "time-source", 50, "NtpServer", ntp);
}

static void
read_system (V2vGuest *guest, const char *hive, const char *set, gboolean pv_driver)
{
  g_autofree char *pci = g_strconcat (set, "\\Enum\\PCI", NULL);
  g_autofree char *tcpip = g_strconcat (set, "\\Services\\Tcpip\\Parameters", NULL);
  g_autofree char *time = g_strconcat (set, "\\Services\\W32Time\\Parameters", NULL);
  const V2vHiveQuery queries[]
    = { { pci, NULL }, { tcpip, "SearchList" }, { time, "NtpServer" } };
  char *answers[G_N_ELEMENTS (queries)] = { NULL };
  gboolean lite_agent = FALSE, dirty;

  read_services (guest, hive, set, &lite_agent);
  if (!v2v_hive_read_many (hive, queries, G_N_ELEMENTS (queries), answers, &dirty, NULL))
    return;
  if (answers[0] != NULL)
    read_devices (guest, answers[0], pv_driver || lite_agent);
  read_network (guest, answers[1], answers[2]);
  free_answers (answers, G_N_ELEMENTS (queries));
}

void
v2v_ec2_read_hives (V2vGuest *guest, const char *system_hive, const char *software_hive)
{
  const char *set = guest->windows == NULL ? NULL : guest->windows->current_control_set;
  gboolean pv_driver = software_hive != NULL && read_software (guest, software_hive);

  if (system_hive != NULL && set != NULL)
    read_system (guest, system_hive, set, pv_driver);
}
