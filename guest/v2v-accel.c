/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-accel.c - can this machine run the appliance on KVM?
 *
 * qemu's own "accel=kvm:tcg" falls back only when /dev/kvm does not open.  A KVM
 * that opens, creates machines and then never runs a kernel exists (a
 * paravirtual KVM below another hypervisor), and libguestfs waits for it forever.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "v2v-appliance-private.h"

/* Hundreds of processors with hundreds of flags each. */
#define CPUINFO_MAX (16 * 1024 * 1024)

gboolean
v2v_accel_cpu_can (const char *cpuinfo)
{
  const char *end;

  for (const char *line = cpuinfo; line != NULL && *line != '\0'; line = end + 1) {
    end = strchrnul (line, '\n');
    if (g_str_has_prefix (line, "flags")) {
      g_autofree char *text = g_strndup (line, (gsize) (end - line));
      g_auto (GStrv) words = g_strsplit_set (text, " \t:", -1);

      return g_strv_contains ((const char *const *) words, "vmx")
             || g_strv_contains ((const char *const *) words, "svm");
    }
    if (*end == '\0')
      break;
  }
  return FALSE;
}

static gboolean
cpu_can (void)
{
#if defined(__x86_64__) || defined(__i386__)
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents ("/proc/cpuinfo", &text, &length, NULL) || length > CPUINFO_MAX)
    return FALSE;
  return v2v_accel_cpu_can (text);
#else
  return TRUE;
#endif
}

static gboolean
kvm_works (void)
{
  int kvm = open ("/dev/kvm", O_RDWR | O_CLOEXEC);
  int vm;

  if (kvm < 0)
    return FALSE;
  vm = ioctl (kvm, KVM_CREATE_VM, 0);
  if (vm >= 0)
    close (vm);
  close (kvm);
  return vm >= 0;
}

const char *
v2v_accel_user (void)
{
  const char *settings = g_getenv ("LIBGUESTFS_BACKEND_SETTINGS");
  g_auto (GStrv) list = g_strsplit (settings != NULL ? settings : "", ":", -1);

  for (guint i = 0; list[i] != NULL; i++) {
    if (g_str_has_prefix (list[i], "force_tcg"))
      return "tcg";
    if (g_str_has_prefix (list[i], "force_kvm"))
      return "kvm";
  }
  return NULL;
}

/* qemu asks for huge pages for all that a guest has.  Of most of them an appliance uses a
 * part, and the kernel clears the whole, 40 MiB more by the end; where free memory belongs to
 * a hypervisor meanwhile (balloon, free page reporting), each MiB that is not touched saves
 * 2 ms.  Only what is emulated: with KVM huge pages save more than they cost.  The setting
 * stays with our process and its children, prctl(2), of which none is better off with them. */
static void
spare_huge_pages (void)
{
  if (prctl (PR_SET_THP_DISABLE, 1, 0, 0, 0) < 0)
    g_debug ("huge pages stay on: %s", g_strerror (errno));
}

/* data/qemu-tcg has no other way to learn of it. */
#define QEMU_VARIABLE "V2V_QEMU"

void
v2v_accel_prepare (void)
{
  guestfs_h *g
    = guestfs_create_flags (GUESTFS_CREATE_NO_ENVIRONMENT | GUESTFS_CREATE_NO_CLOSE_ON_EXIT);
  g_autofree char *qemu = NULL;

  /* Whoever needs an appliance says why there is none. */
  if (g == NULL)
    return;
  /* What is wrong there is said when an appliance is started. */
  guestfs_set_error_handler (g, NULL, NULL);
  if (guestfs_parse_environment (g) == 0)
    qemu = guestfs_get_hv (g);
  if (qemu == NULL || !g_setenv (QEMU_VARIABLE, qemu, TRUE))
    g_debug ("the environment does not tell which qemu is libguestfs' own");
  guestfs_close (g);
}

gboolean
v2v_accel_limit_memory (V2vAppliance *appliance)
{
  const char *datadir = g_getenv ("V2V_DATADIR");
  g_autofree char *qemu = guestfs_get_hv (appliance->g);
  g_autofree char *backend = guestfs_get_backend (appliance->g);
  g_autofree char *wrapper
    = g_build_filename (datadir != NULL ? datadir : PKGDATADIR, "qemu-tcg", NULL);
  g_autofree char *real = realpath (wrapper, NULL);

  if (g_str_equal (appliance->accel, "tcg"))
    spare_huge_pages ();
  if (!g_str_equal (appliance->accel, "tcg") || g_getenv ("LIBGUESTFS_HV") != NULL
      || g_getenv ("LIBGUESTFS_QEMU") != NULL || qemu == NULL
      /* libvirt starts it with an environment of its own. */
      || g_strcmp0 (backend, "direct") != 0)
    return TRUE;
  if (real == NULL || access (real, X_OK) < 0) {
    g_debug ("qemu takes the memory it wants: '%s': %s", wrapper, g_strerror (errno));
    return TRUE;
  }
  if (g_strcmp0 (g_getenv (QEMU_VARIABLE), qemu) != 0) {
    g_debug ("qemu takes the memory it wants: nobody has prepared the environment");
    return TRUE;
  }
  return guestfs_set_hv (appliance->g, real) == 0;
}

gboolean
v2v_appliance_needs_tcg (const char **out_why)
{
  const char *why = NULL;

  if (!cpu_can ())
    why = "the processor shows neither vmx nor svm";
  else if (!kvm_works ())
    why = "/dev/kvm cannot create a virtual machine";
  if (out_why != NULL)
    *out_why = why != NULL ? why : "KVM works";
  return why != NULL;
}
