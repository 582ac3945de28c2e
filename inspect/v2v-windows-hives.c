/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-windows-hives.c - what a Windows guest's registry says
 */
#include <config.h>

#include <string.h>

#include "v2v-hive.h"
#include "v2v-windows-private.h"

#define CURRENT_VERSION "Microsoft\\Windows NT\\CurrentVersion"

#define FIRST_BUILD_OF_11 22000

/* Questions about one hive; the answers are owned here. */
typedef struct {
  V2vHiveQuery *queries;
  guint n;
  char **answers;
  gboolean dirty;
} Asked;

static void
asked_clear (Asked *asked)
{
  for (guint i = 0; asked->answers != NULL && i < asked->n; i++)
    g_free (asked->answers[i]);
  g_free (asked->answers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

static gboolean
ask (V2vGuest *guest, const char *hive, const char *name, Asked *asked)
{
  g_autoptr (GError) local = NULL;

  asked->answers = g_new0 (char *, asked->n);
  if (v2v_hive_read_many (hive, asked->queries, asked->n, asked->answers, &asked->dirty,
                          &local)) {
    guest->windows->hives_dirty = guest->windows->hives_dirty || asked->dirty;
    return TRUE;
  }
  v2v_guest_add_unknown (guest, name, "%s", local->message);
  return FALSE;
}

static char *
take (Asked *asked, guint i)
{
  char *answer = g_steal_pointer (&asked->answers[i]);

  /* An empty string is as good as none for every fact here. */
  if (answer != NULL && *answer == '\0')
    g_clear_pointer (&answer, g_free);
  return answer;
}

/* -1 when it is no number */
static int
to_number (const char *text)
{
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, 9999, &number, NULL))
    return -1;
  return (int) number;
}

/* 10.0 since Windows 10; before it CurrentVersion "6.3", which then stood still. */
static void
set_version (V2vGuest *guest, const char *major, const char *minor, const char *version)
{
  g_auto (GStrv) parts = g_strsplit (version != NULL ? version : "", ".", 2);

  guest->major = to_number (major);
  guest->minor = to_number (minor);
  if (guest->major < 0 || guest->minor < 0) {
    guest->major = to_number (parts[0]);
    guest->minor = parts[0] == NULL ? -1 : to_number (parts[1]);
  }
  if (guest->major < 0 || guest->minor < 0) {
    guest->major = guest->minor = 0;
    v2v_guest_add_unknown (guest, "version", "the registry has no version number");
    return;
  }
  guest->version_id = g_strdup_printf ("%d.%d", guest->major, guest->minor);
}

/* Windows 11 still calls itself Windows 10 here. */
static void
set_product (V2vGuest *guest, char *product)
{
  const char *build = guest->windows->build;
  gboolean is_11 = build != NULL && g_ascii_strtoull (build, NULL, 10) >= FIRST_BUILD_OF_11
                   && g_strcmp0 (guest->variant, "Client") == 0;

  if (is_11 && product != NULL && g_str_has_prefix (product, "Windows 10"))
    guest->product = g_strconcat ("Windows 11", product + strlen ("Windows 10"), NULL);
  else
    guest->product = g_strdup (product);
  g_free (product);
}

/* "Server", "Server Core", "Client"; XP and 2003 do not have it, but say "Server". */
static void
set_variant (V2vGuest *guest, const char *installation, const char *product)
{
  if (installation != NULL && g_str_has_prefix (installation, "Server"))
    guest->variant = g_strdup ("Server");
  else if (g_strcmp0 (installation, "Client") == 0)
    guest->variant = g_strdup ("Client");
  else if (product != NULL)
    guest->variant = g_strdup (strstr (product, "Server") != NULL ? "Server" : "Client");
}

static void
read_software (V2vGuest *guest, const char *hive)
{
  V2vHiveQuery queries[] = {
    { CURRENT_VERSION, "ProductName" },
    { CURRENT_VERSION, "EditionID" },
    { CURRENT_VERSION, "InstallationType" },
    { CURRENT_VERSION, "CurrentBuildNumber" },
    { CURRENT_VERSION, "CurrentMajorVersionNumber" },
    { CURRENT_VERSION, "CurrentMinorVersionNumber" },
    { CURRENT_VERSION, "CurrentVersion" },
    { CURRENT_VERSION, "CurrentBuild" },
  };
  g_auto (Asked) asked = { .queries = queries, .n = G_N_ELEMENTS (queries) };

  if (!ask (guest, hive, "SOFTWARE", &asked))
    return;
  set_variant (guest, asked.answers[2], asked.answers[0]);
  guest->windows->edition = take (&asked, 1);
  guest->windows->build = take (&asked, 3);
  if (guest->windows->build == NULL)
    guest->windows->build = take (&asked, 7);
  set_version (guest, asked.answers[4], asked.answers[5], asked.answers[6]);
  set_product (guest, take (&asked, 0));
}

static gboolean
is_control_set (const char *name)
{
  const char *digits = name + strlen ("ControlSet");

  return g_ascii_strncasecmp (name, "ControlSet", strlen ("ControlSet")) == 0
         && strlen (digits) == 3 && strspn (digits, "0123456789") == 3;
}

/* Names the set that the last boot used; all sets must be converted, because another
 * one is booted after a failure. */
static void
set_control_sets (V2vGuest *guest, const char *current, const char *names)
{
  g_auto (GStrv) list = g_strsplit (names != NULL ? names : "", "\n", -1);
  V2vWindows *windows = guest->windows;
  int number = to_number (current);

  for (guint i = 0; list[i] != NULL; i++) {
    if (is_control_set (list[i]))
      g_ptr_array_add (windows->control_sets, g_strdup (list[i]));
  }
  for (guint i = 0; i < windows->control_sets->len && number >= 0; i++) {
    const char *name = g_ptr_array_index (windows->control_sets, i);

    if (to_number (name + strlen ("ControlSet")) == number)
      windows->current_control_set = g_strdup (name);
  }
  if (windows->current_control_set == NULL)
    v2v_guest_add_unknown (guest, "current-control-set",
                           "Select\\Current names no control set that is there");
}

static void
set_arch (V2vGuest *guest, const char *processor)
{
  static const struct {
    const char *processor;
    const char *arch;
  } rows[] = { { "AMD64", "x86_64" }, { "x86", "i386" }, { "ARM64", "aarch64" }, { "ARM", "arm" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows) && guest->arch == NULL; i++) {
    if (processor != NULL && g_ascii_strcasecmp (processor, rows[i].processor) == 0)
      guest->arch = g_strdup (rows[i].arch);
  }
}

/* What the control set says; without a current one the first is read. */
static void
read_control_set (V2vGuest *guest, const char *hive, const char *set)
{
  g_autofree char *tcpip = g_strconcat (set, "\\Services\\Tcpip\\Parameters", NULL);
  g_autofree char *name = g_strconcat (set, "\\Control\\ComputerName\\ComputerName", NULL);
  g_autofree char *zone = g_strconcat (set, "\\Control\\TimeZoneInformation", NULL);
  g_autofree char *environment
    = g_strconcat (set, "\\Control\\Session Manager\\Environment", NULL);
  V2vHiveQuery queries[] = {
    { tcpip, "Hostname" },          { name, "ComputerName" },
    { zone, "RealTimeIsUniversal" }, { zone, "TimeZoneKeyName" },
    { environment, "PROCESSOR_ARCHITECTURE" },
  };
  g_auto (Asked) asked = { .queries = queries, .n = G_N_ELEMENTS (queries) };

  if (!ask (guest, hive, "SYSTEM", &asked))
    return;
  guest->hostname = take (&asked, 0);
  if (guest->hostname == NULL)
    guest->hostname = take (&asked, 1);
  guest->windows->rtc_utc = g_strcmp0 (asked.answers[2], "1") == 0;
  guest->windows->timezone = take (&asked, 3);
  set_arch (guest, asked.answers[4]);
}

static void
read_system (V2vGuest *guest, const char *hive)
{
  V2vHiveQuery queries[] = { { "Select", "Current" }, { "", NULL } };
  g_auto (Asked) asked = { .queries = queries, .n = G_N_ELEMENTS (queries) };
  const char *set;

  if (!ask (guest, hive, "SYSTEM", &asked))
    return;
  set_control_sets (guest, asked.answers[0], asked.answers[1]);
  set = guest->windows->current_control_set;
  if (set == NULL && guest->windows->control_sets->len > 0)
    set = g_ptr_array_index (guest->windows->control_sets, 0);
  if (set != NULL)
    read_control_set (guest, hive, set);
}

void
v2v_windows_read_hives (V2vGuest *guest, const V2vWindowsHives *hives)
{
  if (hives->software_hive != NULL)
    read_software (guest, hives->software_hive);
  if (hives->system_hive != NULL)
    read_system (guest, hives->system_hive);
}
