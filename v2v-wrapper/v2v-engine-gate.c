/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-gate.c - which guests virt-v2v takes
 */
#include <config.h>

#include "v2v-engine-gate.h"

#include <string.h>
#include <sys/utsname.h>

#include "v2v-error.h"
#include "v2v-str.h"

#define SHOW_MAX 80
#define TOOLS_DIR "/usr/share/virt-tools"
#define VIRTIO_WIN_DIR "/usr/share/virtio-win"

/* os-release ID -> libguestfs' name for the guest.  NULL: libguestfs does not know it,
 * or virt-v2v stops with "unable to convert this guest type". */
static const struct {
  const char *id;
  const char *libguestfs;
} distros[] = {
  { "almalinux", "redhat-based" },
  { "alpine", NULL },
  { "altlinux", "altlinux" },
  /* No release file that libguestfs knows, and a package manager it does not either. */
  { "amzn", NULL },
  { "anolis", "redhat-based" },
  { "arch", NULL },
  { "azurelinux", NULL },
  { "bottlerocket", NULL },
  { "centos", "centos" },
  { "circle", "redhat-based" },
  { "clear-linux-os", NULL },
  { "cloudlinux", "redhat-based" },
  { "debian", "debian" },
  { "devuan", "debian" },
  { "elementary", NULL },
  { "eurolinux", "redhat-based" },
  { "fedora", "fedora" },
  { "flatcar", NULL },
  { "gentoo", NULL },
  { "kali", "kalilinux" },
  { "linuxmint", "linuxmint" },
  { "mageia", NULL },
  { "mariner", NULL },
  { "miraclelinux", "redhat-based" },
  { "nixos", NULL },
  { "ol", "oraclelinux" },
  { "openEuler", NULL },
  { "opencloudos", NULL },
  { "opensuse", "opensuse" },
  { "opensuse-leap", "opensuse" },
  { "opensuse-tumbleweed", "opensuse" },
  /* Its lsb-release hides the os-release from libguestfs. */
  { "photon", NULL },
  { "pop", NULL },
  { "raspbian", "debian" },
  { "rhcos", NULL },
  { "rhel", "rhel" },
  { "rocky", "rocky" },
  { "scientific", "scientificlinux" },
  { "sl-micro", NULL },
  { "slackware", NULL },
  { "sle-micro", NULL },
  { "sled", "sles" },
  { "sles", "sles" },
  { "sles_sap", "sles" },
  { "tencentos", NULL },
  { "ubuntu", "ubuntu" },
  { "virtuozzo", "redhat-based" },
  { "void", NULL },
  { "wolfi", NULL },
};

static gboolean
has_word (const char *list, const char *word)
{
  g_auto (GStrv) words = g_strsplit_set (list != NULL ? list : "", " \t\"", -1);

  return g_strv_contains ((const char *const *) words, word);
}

const char *
v2v_gate_distro (const char *id, const char *id_like)
{
  for (gsize i = 0; i < G_N_ELEMENTS (distros); i++) {
    if (strcmp (distros[i].id, id) == 0)
      return distros[i].libguestfs;
  }
  /* A rebuild of RHEL that we never heard of carries /etc/redhat-release, since its
   * packages look for it. */
  return has_word (id_like, "rhel") ? "redhat-based" : NULL;
}

static gboolean
unsupported (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
unsupported (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED, text);
  return FALSE;
}

/* Its conversion runs programs of the guest. */
static gboolean
check_arch (const V2vGuest *guest, GError **error)
{
  struct utsname host;

  if (guest->arch == NULL || uname (&host) != 0 || strcmp (guest->arch, host.machine) == 0)
    return TRUE;
  if (strcmp (guest->arch, "i386") == 0 && strcmp (host.machine, "x86_64") == 0)
    return TRUE;
  return unsupported (error,
                      "virt-v2v runs the guest's own programs and cannot do so for %s on "
                      "this %s machine", guest->arch, host.machine);
}

static gboolean
has_package (const V2vGuest *guest, const char *name)
{
  for (guint i = 0; i < guest->packages->len; i++) {
    const V2vPackage *package = g_ptr_array_index (guest->packages, i);

    if (g_strcmp0 (package->name, name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Where packages are unknown, the version tells: 9.2 and 38 brought the split. */
static gboolean
has_kernel_core_split (const V2vGuest *guest, const char *libguestfs)
{
  static const char *const rebuilds[]
    = { "rhel", "centos", "redhat-based", "oraclelinux", "rocky", NULL };

  if (guest->packages->len > 0)
    return has_package (guest, "kernel-modules-core");
  if (strcmp (libguestfs, "fedora") == 0)
    return guest->major >= 38;
  if (!g_strv_contains (rebuilds, libguestfs))
    return FALSE;
  /* CentOS Stream has no minor version and has been past 9.2 for long. */
  return guest->major > 9
         || (guest->major == 9 && (guest->minor >= 2 || strcmp (libguestfs, "centos") == 0));
}

static gboolean
check_bootloader (const V2vGuest *guest, GError **error)
{
  const V2vBootloader *loader = guest->bootloader;

  if (loader == NULL || loader->kind == NULL)
    return unsupported (error, "no boot loader was found on the disks, and virt-v2v needs "
                               "GRUB's configuration");
  if (!g_str_has_prefix (loader->kind, "grub"))
    return unsupported (error, "virt-v2v only knows GRUB and this guest boots by %s ('%s'): "
                        "install GRUB in it, or take --engine native", loader->kind,
                        loader->config == NULL ? "no configuration" : loader->config);
  if (guest->kernels->len == 0)
    return unsupported (error, "no kernel is installed in this guest");
  return TRUE;
}

gboolean
v2v_gate_can_name_root (const V2vGuest *guest)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, guest->root);

  return g_str_has_prefix (guest->root, "/dev/") && (fs == NULL || fs->container == NULL);
}

/* It opens every LUKS volume that it sees, and asks at the terminal for a passphrase that it was
 * not given (libguestfs-common, options/keys.c); in a pod that is the end of it. */
static gboolean
check_closed (const V2vGuest *guest, GError **error)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (g_strcmp0 (fs->type, "crypto_LUKS") == 0 && !fs->opened)
      return unsupported (error,
                          "virt-v2v opens all encrypted volumes, and there is no key for '%s': "
                          "give one (--key), or take --engine native", fs->device);
  }
  return TRUE;
}

/* virt-v2v's --root cannot name a btrfs subvolume, only take the single root. */
static gboolean
check_root (const V2vGuest *guest, GError **error)
{
  if (v2v_gate_can_name_root (guest) || guest->roots->len <= 1)
    return TRUE;
  return unsupported (error,
                      "the disks hold %u operating systems, and virt-v2v cannot be told to "
                      "take the one in %s", guest->roots->len,
                      g_str_has_prefix (guest->root, "/dev/") ? "an encrypted volume"
                                                              : "a btrfs subvolume");
}

/* libguestfs opens a volume under a name of its own ("cryptsda1") and knows no other than
 * dracut's /dev/mapper/luks-UUID to be the same: with 2.2 "mount_stub: /dev/mapper/cr_root: No
 * such file or directory".  The new initramfs would ask crypttab for that name as well. */
static gboolean
check_encryption (const V2vGuest *guest, GError **error)
{
  const V2vMount *mount = v2v_guest_find_mount (guest, "/");
  const V2vFilesystem *fs
    = mount == NULL ? NULL : v2v_guest_find_filesystem (guest, mount->device);
  g_autofree char *shown = NULL;

  if (fs == NULL || fs->container == NULL || mount->spec == NULL
      || !g_str_has_prefix (mount->spec, "/dev/mapper/")
      || g_str_has_prefix (mount->spec, "/dev/mapper/luks-"))
    return TRUE;
  shown = v2v_str_printable (mount->spec, SHOW_MAX);
  return unsupported (error,
                      "virt-v2v does not find the encrypted root by the name that fstab has for "
                      "it, '%s': use --engine native", shown);
}

static gboolean
check_linux (const V2vGuest *guest, const V2vHandshake *handshake, GError **error)
{
  const char *id = guest->distro != NULL ? guest->distro : "unknown";
  g_autofree char *name
    = v2v_str_printable (guest->product != NULL ? guest->product : id, SHOW_MAX);
  const char *libguestfs = v2v_gate_distro (id, guest->distro_like);

  if (libguestfs == NULL)
    return unsupported (error, "virt-v2v cannot convert %s", name);
  if (!check_arch (guest, error) || !check_bootloader (guest, error)
      || !check_root (guest, error) || !check_closed (guest, error)
      || !check_encryption (guest, error))
    return FALSE;
  if ((handshake->quirks & V2V_QUIRK_KERNEL_CORE_SPLIT)
      && has_kernel_core_split (guest, libguestfs))
    return unsupported (error,
                        "virt-v2v %s cannot convert %s: %s; install version 2.3.4 or newer",
                        handshake->version_text, name,
                        v2v_handshake_quirk_why (V2V_QUIRK_KERNEL_CORE_SPLIT));
  return TRUE;
}

static gboolean
has_file (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* (transfer none): the first variable that is set, or @fallback. */
static const char *
environment (const char *first, const char *second, const char *fallback)
{
  const char *value = g_getenv (first);

  if ((value == NULL || *value == '\0') && second != NULL)
    value = g_getenv (second);
  return value != NULL && *value != '\0' ? value : fallback;
}

static gboolean
check_windows (const V2vGuest *guest, GError **error)
{
  const char *tools = environment ("VIRT_TOOLS_DATA_DIR", NULL, TOOLS_DIR);
  const char *drivers = environment ("VIRTIO_WIN", "VIRTIO_WIN_DIR", VIRTIO_WIN_DIR);

  if (guest->windows != NULL && guest->windows->hibernated) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "Windows is hibernated or was not shut down: start it and run "
                 "'shutdown /s /f', with fast startup off");
    return FALSE;
  }
  if (!has_file (tools, "rhsrvany.exe") && !has_file (tools, "pvvxsvc.exe"))
    return unsupported (error,
                        "virt-v2v needs rhsrvany.exe or pvvxsvc.exe for Windows and '%s' "
                        "has neither (VIRT_TOOLS_DATA_DIR)", tools);
  if (!g_file_test (drivers, G_FILE_TEST_EXISTS))
    return unsupported (error,
                        "virt-v2v needs the virtio-win drivers for Windows and '%s' does "
                        "not exist (VIRTIO_WIN names an ISO or a directory)", drivers);
  return TRUE;
}

gboolean
v2v_gate_check (const V2vGuest *guest, const V2vHandshake *handshake, GError **error)
{
  if (guest->root == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_NO_OS,
                 "the disks hold no operating system that could be converted");
    return FALSE;
  }
  switch (guest->os) {
  case V2V_OS_LINUX:
    return check_linux (guest, handshake, error);
  case V2V_OS_WINDOWS:
    return check_windows (guest, error);
  case V2V_OS_OTHER:
  case V2V_OS_UNKNOWN:
    break;
  }
  return unsupported (error, "virt-v2v only converts Linux and Windows guests");
}
