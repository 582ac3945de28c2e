/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-messages.c - what virt-v2v says, in words that help
 *
 * The messages are those of virt-v2v 2.2.0 and libguestfs 1.48 in the C locale, newer
 * wordings added where they differ.
 */
#include <config.h>

#include "v2v-engine-messages.h"

#include <string.h>

#include "v2v-regex.h"
#include "v2v-str.h"

/* Guest text in a sentence is cut here. */
#define SHOW_MAX 300

/* virt-v2v puts names between typographic quotes, libguestfs between others. */
#define Q "(?:'|`|\"|\xe2\x80\x98|\xe2\x80\x99|\xe2\x80\x9c|\xe2\x80\x9d)"
#define NAME "([^'`\"\xe2]*)"

typedef struct {
  const char *pattern;
  V2vErrorCode code;
  const char *sentence; /* $1, $2: groups */
} Failure;

/* First match wins: causes before the symptoms that they lead to. */
static const Failure failures[] = {
  { "No space left on device|[Dd]isk quota exceeded", V2V_ERROR_STORAGE,
    "a disk ran full during the conversion (the work directory's, or the guest's own)" },
  { "insufficient free space in the conversion server temporary directory (\\S+) "
    "\\(([^)]*)\\)", V2V_ERROR_STORAGE,
    "virt-v2v wants 1 GiB free in '$1' and there is $2" },
  { "Inspection field " Q "?i_(distro|type|arch)" Q "? was " Q "?unknown",
    V2V_ERROR_UNSUPPORTED,
    "virt-v2v does not know this guest (its inspection says: $1 unknown)" },
  { "unable to convert this guest type \\(([^)]*)\\)", V2V_ERROR_UNSUPPORTED,
    "virt-v2v cannot convert this kind of guest ($1)" },
  { "No root device found in this operating system image"
    "|inspection could not detect the source guest"
    "|libguestfs thinks this is not an installed operating system", V2V_ERROR_UNSUPPORTED,
    "virt-v2v's own inspection finds no installed operating system on the disks" },
  { "root device (\\S+) not found\\. +Roots found were: (.*)", V2V_ERROR_UNSUPPORTED,
    "virt-v2v does not take $1 for a root file system; it found $2" },
  { "multi-boot operating systems are not supported", V2V_ERROR_UNSUPPORTED,
    "virt-v2v found more than one operating system" },
  { "inspection of the package database failed|rpmtsInitIterator"
    "|list_rpm_applications", V2V_ERROR_UNSUPPORTED,
    "libguestfs cannot read the guest's package database with the tools of this machine" },
  { "no bootloader detected", V2V_ERROR_UNSUPPORTED,
    "virt-v2v found no GRUB configuration in the guest" },
  { "could not find bootloader mount point \\(([^)]*)\\)", V2V_ERROR_UNSUPPORTED,
    "virt-v2v finds no boot loader in $1: is that file system in the guest's /etc/fstab?" },
  { "no installed kernel packages were found", V2V_ERROR_UNSUPPORTED,
    "virt-v2v finds no kernel package in the guest (before 2.3.4 it does not know "
    "kernel-modules-core of RHEL >= 9.2)" },
  { "no kernels were found in the bootloader configuration", V2V_ERROR_UNSUPPORTED,
    "none of the kernels that the boot loader offers belongs to a package" },
  { "only Xen kernels are installed", V2V_ERROR_UNSUPPORTED,
    "the guest has only Xen PV kernels, which do not boot on KVM" },
  { "unable to rebuild initrd \\((\\S+)\\) because (.*) was not found in the guest",
    V2V_ERROR_UNSUPPORTED, "the initramfs cannot be rebuilt: the guest has no $2" },
  { "unable to find any valid modprobe configuration", V2V_ERROR_UNSUPPORTED,
    "the guest has no modprobe configuration that virt-v2v could extend" },
  { "virtual size of the input disk (\\d+) is not an exact multiple of 512",
    V2V_ERROR_UNSUPPORTED, "the size of disk $1 is not a multiple of 512 bytes" },
  { "not enough free space for conversion on filesystem " Q "?(/[^ '\xe2]*)[^ ]* *(.*needed)",
    V2V_ERROR_REFUSED, "the guest's file system $1 is too full ($2): free some space in "
                       "the guest" },
  { "not enough available inodes for conversion on filesystem " Q "?(/[^ '\xe2]*)",
    V2V_ERROR_REFUSED, "the guest's file system $1 has too few free inodes: delete some "
                       "files in the guest" },
  { "aug_save: No error|aug_save: (.*)", V2V_ERROR_REFUSED,
    "virt-v2v could not write a configuration file of the guest back: Augeas does not "
    "understand one that it has to edit (leading blanks in "
    "/etc/initramfs-tools/modules are known to do this)" },
  { "Hibernation|Fast Restart|unsafe state|hibernat", V2V_ERROR_REFUSED,
    "Windows is hibernated or was not shut down: start it and run 'shutdown /s /f', with "
    "fast startup off" },
  { "filesystem was mounted read-only|could not write to the guest filesystem",
    V2V_ERROR_REFUSED,
    "the guest's file system can only be mounted read-only: was the guest running when "
    "the disk was copied?" },
  { "could not find key to open LUKS encrypted (\\S+?)\\.?$|LUKS|BitLocker",
    V2V_ERROR_REFUSED, "the guest is encrypted and no key was given" },
  { "One of rhsrvany\\.exe or pvvxsvc\\.exe is missing in (\\S+?)\\.", V2V_ERROR_UNSUPPORTED,
    "virt-v2v needs rhsrvany.exe or pvvxsvc.exe for Windows and '$1' has neither "
    "(VIRT_TOOLS_DATA_DIR)" },
  { "cannot open virtio-win ISO file|virtio-win directory or ISO", V2V_ERROR_UNSUPPORTED,
    "virt-v2v cannot use the virtio-win drivers that VIRTIO_WIN names" },
  { "detected errors on the XFS filesystem on (\\S+)|e2fsck.*: (\\S+):|xfs_repair",
    V2V_ERROR_REFUSED, "a file system of the guest has errors ($1$2): repair it first" },
  { "supermin exited with error|cannot find any suitable libguestfs supermin"
    "|could not create appliance|couldn" Q "?t build appliance", V2V_ERROR_INTERNAL,
    "the libguestfs appliance cannot be built: libguestfs-test-tool says why" },
  { "qemu-nbd did not start up|qemu-nbd: Failed", V2V_ERROR_STORAGE,
    "qemu-nbd could not open a disk for virt-v2v" },
  { "Input/output error", V2V_ERROR_STORAGE,
    "a disk had an input/output error during the conversion" },
  { "appliance closed the connection unexpectedly|child process died unexpectedly"
    "|guestfs_launch failed|appliance closed the connection", V2V_ERROR_INTERNAL,
    "the libguestfs appliance died: libguestfs-test-tool shows whether it works here" },
  { "Cannot allocate memory|out of memory|Out of memory", V2V_ERROR_STORAGE,
    "there was not enough memory for the conversion" },
  { "(dracut|update-initramfs|mkinitrd|make-initrd|grub2?-mkconfig|rpm|dpkg)\\b.*"
    "(?:exit|fail|error)", V2V_ERROR_UNSUPPORTED,
    "the guest's own '$1' failed during the conversion" },
};

typedef struct {
  const char *pattern;
  const char *sentence; /* NULL: not told */
  const char *why;
} Warning;

static const Warning warnings[] = {
  { "could not determine a way to update the configuration of Grub2", NULL,
    "printed for every Debian: no tool there sets the default kernel, and none has to" },
  { "mount: mount_stub: .* \\(ignored\\)", NULL,
    "an fstab line that libguestfs cannot resolve; inspection told about it before" },
  { "/files/etc/fstab/\\d+/spec references unknown device", NULL,
    "what did not resolve in fstab has been reported when it was made optional" },
  { "/files(/etc/[^ ]*|/boot/[^ ]*?)/[^/ ]+ references unknown device \"([^\"]*)\"",
    "$1 names the device '$2' of the source, which no disk here is known by", NULL },
  { "^fstrim on guest filesystem", NULL,
    "trimming is ignored by our qemu-nbd, or only saves space" },
  { "random seed could not be set", NULL,
    "said for every Windows guest; only the first boot's entropy is concerned" },
  { "no initrd was found in /boot matching (.*)",
    "the initramfs was not rebuilt, none was found for $1: the guest may not find its root "
    "disk on virtio", NULL },
  { "could not rebuild grub2 configuration file \\(([^)]*)\\)",
    "$1 could not be rebuilt; the old one stays in use", NULL },
  { "Anti-Virus", "the guest has anti-virus software, which can keep the new disk driver "
                  "from loading (stop code 7B)", NULL },
  { "Group Policy", "the guest has group policies, which can keep the new disk driver "
                    "from loading (stop code 7B)", NULL },
};

/* "$1" -> groups[1], made printable. */
static char *
fill (const char *sentence, char **groups)
{
  guint n = g_strv_length (groups);
  GString *out = g_string_new (NULL);

  for (const char *p = sentence; *p != '\0'; p++) {
    if (*p == '$' && g_ascii_isdigit (p[1])) {
      guint index = (guint) (p[1] - '0');
      g_autofree char *shown
        = v2v_str_printable (index < n ? g_strstrip (groups[index]) : "", SHOW_MAX);

      g_string_append (out, shown);
      p++;
    } else {
      g_string_append_c (out, *p);
    }
  }
  return g_string_free (out, FALSE);
}

/* (transfer full) (nullable): the groups when @pattern is in @text.  The patterns are
 * ours, so an error can only be a text that is too long or too hard: told to nobody,
 * since the text itself is shown then. */
static char **
search (const char *pattern, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) regex = v2v_regex_new (pattern, &error);
  char **groups = NULL;
  gboolean matched;

  if (regex == NULL || !v2v_regex_match (regex, text, &matched, &groups, &error)) {
    g_debug ("messages: %s", error->message);
    return NULL;
  }
  return groups;
}

char *
v2v_message_explain_failure (const char *text, V2vErrorCode *out_code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++) {
    g_auto (GStrv) groups = search (failures[i].pattern, text);

    if (groups == NULL)
      continue;
    *out_code = failures[i].code;
    return fill (failures[i].sentence, groups);
  }
  return NULL;
}

/* A message is told in one line: blank lines and line ends become single blanks. */
static char *
on_one_line (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0')
      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", words[i]);
  }
  return v2v_str_printable (out->str, 2 * SHOW_MAX);
}

char *
v2v_message_translate_warning (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (warnings); i++) {
    g_auto (GStrv) groups = search (warnings[i].pattern, text);

    if (groups == NULL)
      continue;
    if (warnings[i].sentence == NULL) {
      g_debug ("warning of virt-v2v not told (%s): %s", warnings[i].why, text);
      return NULL;
    }
    return fill (warnings[i].sentence, groups);
  }
  return on_one_line (text);
}
