/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-handshake.c - which virt-v2v is installed, what it can, what it breaks
 */
#include <config.h>

#include "v2v-engine-handshake.h"

#include <string.h>

#include "v2v-process.h"
#include "v2v-str.h"

#define PROGRAM "virt-v2v-in-place"
#define ANSWER_TIMEOUT_S 60
#define ANSWER_MAX (256 * 1024)
#define CAPABILITIES_MAX 500
#define NUMBER_MAX 99999

/* Distributions that do not want users to run it by hand keep it out of PATH. */
static const char *const libexec[]
  = { "/usr/libexec", "/usr/lib/virt-v2v", "/usr/local/libexec", NULL };

/* Versions are {major, minor, micro}; the row holds for from <= version < before, and
 * for ever when before is 0.0.0. */
static const struct {
  V2vQuirk quirk;
  guint from[3], before[3];
  const char *unless; /* a capability that takes the row away; vendors backport */
  const char *why;
} quirks[] = {
  { V2V_QUIRK_ALWAYS_TRIMS, { 0, 0, 0 }, { 2, 11, 5 }, "--no-fstrim",
    "it always trims, and on an overlay the discards become zero clusters that a commit "
    "would punch into the disk" },
  { V2V_QUIRK_FSTAB_NVME, { 0, 0, 0 }, { 0, 0, 0 }, NULL,
    "it turns /dev/nvme0n1p2 in /etc/fstab into /dev/nvme0n12" },
  { V2V_QUIRK_AUGEAS_DIES, { 0, 0, 0 }, { 0, 0, 0 }, NULL,
    "it dies half-way when Augeas cannot parse /etc/initramfs-tools/modules, for example "
    "because of one leading blank" },
  { V2V_QUIRK_LITTER, { 0, 0, 0 }, { 0, 0, 0 }, NULL,
    "it leaves *.augsave and *.pre-v2v files in the guest" },
  { V2V_QUIRK_KERNEL_CORE_SPLIT, { 0, 0, 0 }, { 2, 3, 4 }, NULL,
    "it does not find kernels whose modules are packaged apart (kernel-modules-core: "
    "RHEL >= 9.2, Fedora >= 38)" },
  { V2V_QUIRK_ESP_STUB, { 0, 0, 0 }, { 2, 8, 0 }, NULL,
    "it can take the grub.cfg stub on the EFI partition for the real one and overwrite "
    "it" },
};

static int
compare_version (const guint a[3], const guint b[3])
{
  for (guint i = 0; i < 3; i++) {
    if (a[i] != b[i])
      return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

static guint
find_quirks (const V2vHandshake *handshake)
{
  static const guint for_ever[3] = { 0, 0, 0 };
  guint found = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (quirks); i++) {
    if (compare_version (handshake->version, quirks[i].from) < 0)
      continue;
    if (compare_version (quirks[i].before, for_ever) != 0
        && compare_version (handshake->version, quirks[i].before) >= 0)
      continue;
    if (quirks[i].unless != NULL && v2v_handshake_can (handshake, quirks[i].unless))
      continue;
    found |= quirks[i].quirk;
  }
  return found;
}

const char *
v2v_handshake_quirk_why (V2vQuirk quirk)
{
  for (gsize i = 0; i < G_N_ELEMENTS (quirks); i++) {
    if (quirks[i].quirk == quirk)
      return quirks[i].why;
  }
  return NULL;
}

static gboolean
not_usable (GError **error, const char *program, const char *why, const char *text)
{
  g_autofree char *shown = v2v_str_printable (text, 80);

  g_set_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
               "'%s' %s ('%s'): install the package 'virt-v2v', version 2.0 or newer",
               program, why, shown);
  return FALSE;
}

/* "virt-v2v-in-place 2.7.1rhel=9,release=14.el9_6" -> 2, 7, 1.  Like every number from
 * outside, each part has a cap. */
static gboolean
parse_version (V2vHandshake *handshake, const char *text, GError **error)
{
  const char *p = text;

  if (!g_str_has_prefix (p, PROGRAM " "))
    return not_usable (error, handshake->program, "does not say its version", text);
  p += strlen (PROGRAM " ");
  for (guint i = 0; i < 3; i++) {
    char *end;
    guint64 number;

    if (!g_ascii_isdigit (*p))
      return not_usable (error, handshake->program, "does not say its version", text);
    number = g_ascii_strtoull (p, &end, 10);
    if (number > NUMBER_MAX || (i < 2 && *end != '.'))
      return not_usable (error, handshake->program, "does not say its version", text);
    handshake->version[i] = (guint) number;
    p = end + 1;
  }
  handshake->version_text
    = g_strdup_printf ("%u.%u.%u", handshake->version[0], handshake->version[1],
                       handshake->version[2]);
  if (handshake->version[0] < 2)
    return not_usable (error, handshake->program, "is too old", handshake->version_text);
  return TRUE;
}

static gboolean
is_word (const char *text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789-_.:+");

  return length > 0 && length <= 80 && text[length] == '\0';
}

static void
add_capability (V2vHandshake *handshake, const char *name)
{
  if (handshake->capabilities->len < CAPABILITIES_MAX && is_word (name)
      && !v2v_handshake_can (handshake, name))
    g_ptr_array_add (handshake->capabilities, g_strdup (name));
}

static void
parse_capabilities (V2vHandshake *handshake, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", CAPABILITIES_MAX);

  for (guint i = 0; lines[i] != NULL; i++)
    add_capability (handshake, g_strstrip (lines[i]));
}

/* "  -b, --bridge <in:out>    Map bridge" -> "--bridge" */
static void
parse_help (V2vHandshake *handshake, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n,=", 20000);

  for (guint i = 0; words[i] != NULL; i++) {
    if (g_str_has_prefix (words[i], "--") && g_ascii_isalpha (words[i][2]))
      add_capability (handshake, words[i]);
  }
}

V2vHandshake *
v2v_handshake_parse (const char *program, const char *version, const char *capabilities,
                     const char *help, GError **error)
{
  g_autoptr (V2vHandshake) handshake = g_new0 (V2vHandshake, 1);

  handshake->program = g_strdup (program);
  handshake->capabilities = g_ptr_array_new_with_free_func (g_free);
  if (!parse_version (handshake, version, error))
    return NULL;
  parse_capabilities (handshake, capabilities);
  if (!v2v_handshake_can (handshake, "input:libvirtxml")) {
    not_usable (error, program, "cannot read libvirt XML", handshake->version_text);
    return NULL;
  }
  parse_help (handshake, help);
  handshake->quirks = find_quirks (handshake);
  return g_steal_pointer (&handshake);
}

/* (transfer full) (nullable) */
static char *
find_program (void)
{
  char *path = g_find_program_in_path (PROGRAM);

  for (guint i = 0; path == NULL && libexec[i] != NULL; i++) {
    g_autofree char *candidate = g_build_filename (libexec[i], PROGRAM, NULL);

    if (g_file_test (candidate, G_FILE_TEST_IS_EXECUTABLE))
      path = g_steal_pointer (&candidate);
  }
  return path;
}

/* (transfer full): what `program option` prints. */
static char *
ask (const char *program, const char *option, V2vCancel *cancel, GError **error)
{
  static const char *const plain[] = { "LC_ALL=C.UTF-8", "LANGUAGE=", NULL };
  const char *const argv[] = { program, option, NULL };
  g_autofree char *what = g_strdup_printf ("%s %s", program, option);
  g_autofree char *out = NULL;
  V2vProcess process = { .argv = argv, .setenv = plain, .what = what,
                         .max_output = ANSWER_MAX, .timeout_s = ANSWER_TIMEOUT_S,
                         .cancel = cancel };
  g_autoptr (GError) failure = NULL;

  if (!v2v_process_check (&process, &out, &failure)) {
    /* Nothing of the user's storage was involved: the program itself is broken. */
    if (!v2v_cancel_is_fired (cancel))
      v2v_error_recode (failure, V2V_ERROR_STORAGE, V2V_ERROR_UNSUPPORTED);
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  return g_steal_pointer (&out);
}

V2vHandshake *
v2v_handshake_run (V2vCancel *cancel, GError **error)
{
  g_autofree char *program = find_program ();
  g_autofree char *version = NULL;
  g_autofree char *capabilities = NULL;
  g_autofree char *help = NULL;

  if (program == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
                 PROGRAM " is not installed: install the package 'virt-v2v', version 2.0 "
                 "or newer");
    return NULL;
  }
  version = ask (program, "--version", cancel, error);
  if (version == NULL)
    return NULL;
  capabilities = ask (program, "--machine-readable", cancel, error);
  if (capabilities == NULL)
    return NULL;
  help = ask (program, "--help", cancel, error);
  if (help == NULL)
    return NULL;
  return v2v_handshake_parse (program, version, capabilities, help, error);
}

gboolean
v2v_handshake_can (const V2vHandshake *handshake, const char *capability)
{
  for (guint i = 0; i < handshake->capabilities->len; i++) {
    if (strcmp (g_ptr_array_index (handshake->capabilities, i), capability) == 0)
      return TRUE;
  }
  return FALSE;
}

void
v2v_handshake_free (V2vHandshake *handshake)
{
  if (handshake == NULL)
    return;
  g_free (handshake->program);
  g_free (handshake->version_text);
  g_ptr_array_unref (handshake->capabilities);
  g_free (handshake);
}
