/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-emit-decide.c - each rule of the target decision, with its reason
 */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "emit-fixtures.h"
#include "v2v-timezone.h"

#define MIB (G_GUINT64_CONSTANT (1024) * 1024)

static const struct {
  const char *name;
  V2vFirmware stated, found;
  const char *arch;
  gboolean source_sb, source_tpm;
  const char *distro;
  gboolean fallback, loader;
  V2vFirmware firmware;
  gboolean secure_boot, persistent;
  const char *why;
  const char *warning;
} firmware_rows[] = {
  { "source-first", V2V_FIRMWARE_UEFI, V2V_FIRMWARE_BIOS, "x86_64", FALSE, FALSE, "debian", TRUE,
    FALSE, V2V_FIRMWARE_UEFI, FALSE, FALSE, "the source says so", NULL },
  { "then-disk", V2V_FIRMWARE_UNKNOWN, V2V_FIRMWARE_UEFI, "x86_64", FALSE, FALSE, "debian", TRUE,
    FALSE, V2V_FIRMWARE_UEFI, FALSE, FALSE, "disk evidence", NULL },
  { "then-bios", V2V_FIRMWARE_UNKNOWN, V2V_FIRMWARE_UNKNOWN, "x86_64", FALSE, FALSE, "debian",
    FALSE, FALSE, V2V_FIRMWARE_BIOS, FALSE, FALSE, "BIOS is the default", NULL },
  { "source-bios-disk-uefi", V2V_FIRMWARE_BIOS, V2V_FIRMWARE_UEFI, "x86_64", FALSE, FALSE,
    "debian", TRUE, FALSE, V2V_FIRMWARE_BIOS, FALSE, FALSE, "the source says so",
    "boots by UEFI only" },
  { "no-loader", V2V_FIRMWARE_UEFI, V2V_FIRMWARE_BIOS, "x86_64", FALSE, FALSE, "debian", FALSE,
    FALSE, V2V_FIRMWARE_UEFI, FALSE, FALSE, "the source says so", "no EFI boot loader" },
  { "no-fallback", V2V_FIRMWARE_UEFI, V2V_FIRMWARE_UEFI, "x86_64", FALSE, FALSE, "debian", FALSE,
    TRUE, V2V_FIRMWARE_UEFI, FALSE, FALSE, "the source says so", "EFI/BOOT/BOOT*.EFI" },
  { "secure-boot", V2V_FIRMWARE_UEFI, V2V_FIRMWARE_UEFI, "x86_64", TRUE, FALSE, "debian", TRUE,
    TRUE, V2V_FIRMWARE_UEFI, TRUE, TRUE, "the source says so", "needs a storage class" },
  { "amazon", V2V_FIRMWARE_UEFI, V2V_FIRMWARE_UEFI, "x86_64", TRUE, FALSE, "amzn", TRUE, TRUE,
    V2V_FIRMWARE_UEFI, FALSE, FALSE, "the source says so", "Amazon Linux is signed by keys" },
  { "secure-boot-of-bios", V2V_FIRMWARE_BIOS, V2V_FIRMWARE_BIOS, "x86_64", TRUE, FALSE, "debian",
    TRUE, TRUE, V2V_FIRMWARE_BIOS, FALSE, FALSE, "the source says so", "needs UEFI" },
  { "tpm", V2V_FIRMWARE_UEFI, V2V_FIRMWARE_UEFI, "x86_64", FALSE, TRUE, "debian", TRUE, TRUE,
    V2V_FIRMWARE_UEFI, FALSE, TRUE, "the source says so", "TPM starts empty" },
  { "arm", V2V_FIRMWARE_UNKNOWN, V2V_FIRMWARE_UNKNOWN, "aarch64", TRUE, FALSE, "debian", TRUE,
    TRUE, V2V_FIRMWARE_UEFI, FALSE, FALSE, "aarch64 has no other", "only q35 has" },
};

static void
test_firmware (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (firmware_rows); i++) {
    g_autoptr (Fixture) f = fixture_new_linux ();
    g_autoptr (V2vTarget) target = NULL;

    g_test_message ("%s", firmware_rows[i].name);
    f->source->firmware = firmware_rows[i].stated;
    f->source->secure_boot = firmware_rows[i].source_sb;
    f->source->tpm = firmware_rows[i].source_tpm;
    f->guest->firmware = firmware_rows[i].found;
    fixture_set (&f->guest->firmware_why, "disk evidence");
    fixture_set (&f->guest->arch, firmware_rows[i].arch);
    fixture_set (&f->guest->distro, firmware_rows[i].distro);
    f->guest->bootloader->esp_fallback = firmware_rows[i].fallback;
    f->guest->bootloader->esp_loader = firmware_rows[i].loader;
    target = fixture_decide (f);
    g_assert_cmpint (target->firmware, ==, firmware_rows[i].firmware);
    g_assert_cmpint (target->secure_boot, ==, firmware_rows[i].secure_boot);
    g_assert_cmpint (target->smm, ==, firmware_rows[i].secure_boot);
    g_assert_cmpint (target->efi_persistent, ==, firmware_rows[i].persistent);
    g_assert_cmpint (target->tpm, ==, firmware_rows[i].source_tpm);
    fixture_assert_decided (target, "firmware", v2v_firmware_name (target->firmware),
                    firmware_rows[i].why);
    if (firmware_rows[i].warning == NULL)
      g_assert_cmpuint (target->warnings->len, ==, 0);
    else
      g_assert_true (fixture_has_warning (target, firmware_rows[i].warning));
  }
}

static void
test_uuid (void)
{
  static const struct {
    const char *uuid, *hint;
    gboolean evidence;
    const char *want, *why;
  } rows[] = {
    { NULL, NULL, FALSE, "none", "not stated" },
    { "564D1C2B-AAAA-BBBB-CCCC-0123456789AB", NULL, FALSE,
      "564d1c2b-aaaa-bbbb-cccc-0123456789ab", "as in the source" },
    { "564d1c2b-aaaa-bbbb-cccc-0123456789ab", "EC2", FALSE, "none", "never copied" },
    { "564d1c2b-aaaa-bbbb-cccc-0123456789ab", NULL, TRUE, "none", "never copied" },
    { "EC2a1c2b-aaaa-bbbb-cccc-0123456789ab", NULL, FALSE, "none", "knows EC2" },
    { "45e12aec-dcd1-b213-94ed-012345abcdef", "vSphere", FALSE, "none", "knows EC2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) f = fixture_new_linux ();
    g_autoptr (V2vTarget) target = NULL;

    fixture_set (&f->source->uuid, rows[i].uuid);
    fixture_set (&f->source->hint, rows[i].hint);
    f->guest->ec2->is_ec2 = rows[i].evidence;
    target = fixture_decide (f);
    fixture_assert_decided (target, "uuid", rows[i].want, rows[i].why);
    g_assert_cmpstr (target->uuid, ==, g_str_equal (rows[i].want, "none") ? NULL : rows[i].want);
  }
}

static void
test_size (void)
{
  static const struct {
    guint64 bytes;
    guint64 mib;
  } rows[] = { { 0, 2048 },           { 1, 2 },
               { 512 * MIB, 512 },    { 1023 * MIB, 1024 },
               { 1024 * MIB + 1, 1026 }, { 4097 * MIB, 4098 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) f = fixture_new_linux ();
    g_autoptr (V2vTarget) target = NULL;

    f->source->memory = rows[i].bytes;
    target = fixture_decide (f);
    g_assert_cmpuint (target->memory_mib, ==, rows[i].mib);
    g_assert_cmpuint (target->vcpus, ==, 1);
  }
}

static void
test_topology (void)
{
  g_autoptr (Fixture) f = fixture_new_windows ();
  g_autoptr (V2vTarget) server = NULL;
  g_autoptr (V2vTarget) client = NULL;

  f->source->vcpus = 4;
  server = fixture_decide (f);
  fixture_assert_decided (server, "topology", "4:1:1", "one core for each socket");
  fixture_set (&f->guest->variant, "Client");
  client = fixture_decide (f);
  fixture_assert_decided (client, "topology", "1:4:1", "two sockets at most");
}

static void
test_windows (void)
{
  g_autoptr (Fixture) f = fixture_new_windows ();
  g_autoptr (V2vTarget) converted = fixture_decide (f);
  g_autoptr (V2vTarget) skipped = NULL;
  g_autoptr (V2vTarget) old = NULL;

  fixture_assert_decided (converted, "disk0.bus", "virtio", "the conversion installs");
  fixture_assert_decided (converted, "hyperv", "yes", "runs better");
  fixture_assert_decided (converted, "balloon", "yes", "installs its driver");
  fixture_assert_decided (converted, "grace_seconds", "3600", "updates");
  fixture_assert_decided (converted, "efi_persistent", "yes", "boot entries");

  f->request->skip_conversion = TRUE;
  skipped = fixture_decide (f);
  fixture_assert_decided (skipped, "disk0.bus", "sata", "nothing was converted");
  fixture_assert_decided (skipped, "nic0.model", "e1000e", "nothing was converted");
  fixture_assert_decided (skipped, "balloon", "no", "unknown device");
  fixture_assert_decided (skipped, "rng", "no", "not read");
  g_assert_true (fixture_has_warning (skipped, "--compatibility-mode=off"));

  f->guest->major = 6;
  f->guest->minor = 0;
  old = fixture_decide (f);
  g_assert_false (old->usb_xhci);
  g_assert_true (fixture_has_warning (old, "older than the q35 machine"));
}

static void
test_bitlocker (void)
{
  g_autoptr (Fixture) f = fixture_new_windows ();
  g_autoptr (V2vTarget) target = NULL;

  v2v_guest_add_filesystem (f->guest)->type = g_strdup ("BitLocker");
  target = fixture_decide (f);
  g_assert_true (fixture_has_warning (target, "encrypted by BitLocker"));
}

static void
test_clock (void)
{
  g_autoptr (Fixture) f = fixture_new_windows ();
  g_autoptr (V2vTarget) local = fixture_decide (f);
  g_autoptr (V2vTarget) utc = NULL;
  g_autoptr (V2vTarget) odd = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *yaml = NULL;

  fixture_assert_decided (local, "clock", "Europe/Berlin", "W. Europe Standard Time");
  fixture_set (&f->guest->windows->timezone, "Middle-earth Standard\nTime");
  odd = fixture_decide (f);
  fixture_assert_decided (odd, "clock", "local time", "Middle-earth Standard\\x0aTime");
  g_assert_true (fixture_has_warning (odd, "the clock starts in UTC"));
  yaml = v2v_emit_kubevirt (odd, V2V_KUBEVIRT_VM, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (yaml, "utc: {}"));
  f->guest->windows->rtc_utc = TRUE;
  utc = fixture_decide (f);
  fixture_assert_decided (utc, "clock", "utc", "RealTimeIsUniversal");
}

static void
test_timezone (void)
{
  static const struct {
    const char *windows, *iana;
  } rows[] = { { "UTC", "Etc/UTC" },
               { "W. Europe Standard Time", "Europe/Berlin" },
               { "Pacific Standard Time", "America/Los_Angeles" },
               { "Tokyo Standard Time", "Asia/Tokyo" },
               { "", NULL },
               { "no such zone", NULL },
               { "\xff\xfe", NULL } };
  g_autofree char *longest = g_strnfill (5000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *iana = v2v_timezone_from_windows (rows[i].windows);

    g_assert_cmpstr (iana, ==, rows[i].iana);
  }
  g_assert_null (v2v_timezone_from_windows (longest));
}

static void
test_kernel_age (void)
{
  static const struct {
    const char *version;
    gboolean transitional, xhci, multiqueue;
  } rows[] = { { "6.1.0-18-amd64", FALSE, TRUE, TRUE },
               { "4.0.0", FALSE, TRUE, TRUE },
               { "3.16.0-4-amd64", TRUE, TRUE, TRUE },
               { "3.10.0-229.el7.x86_64", TRUE, TRUE, TRUE },
               { "3.10.0-327.el7.x86_64", FALSE, TRUE, TRUE },
               { "2.6.32-754.el6.x86_64", TRUE, FALSE, FALSE },
               { "", FALSE, TRUE, TRUE },
               { "garbage", FALSE, TRUE, TRUE },
               { "99999999999999999999.1", FALSE, TRUE, TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) f = fixture_new_linux ();
    g_autoptr (V2vTarget) target = NULL;

    g_test_message ("%s", rows[i].version);
    f->source->vcpus = 2;
    fixture_set (&((V2vKernel *) f->guest->kernels->pdata[0])->version, rows[i].version);
    target = fixture_decide (f);
    g_assert_cmpint (target->virtio_transitional, ==, rows[i].transitional);
    g_assert_cmpint (target->usb_xhci, ==, rows[i].xhci);
    g_assert_cmpint (target->net_multiqueue, ==, rows[i].multiqueue);
  }
}

static void
test_arch (void)
{
  static const struct {
    const char *guest, *arch, *machine;
    gboolean warns;
  } rows[] = { { "x86_64", "x86_64", "q35", FALSE },
               { "i386", "x86_64", "q35", FALSE },
               { "aarch64", "aarch64", "virt", FALSE },
               { NULL, "x86_64", "q35", FALSE },
               { "vax\n", "x86_64", "q35", TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) f = fixture_new_linux ();
    g_autoptr (V2vTarget) target = NULL;

    fixture_set (&f->guest->arch, rows[i].guest);
    target = fixture_decide (f);
    g_assert_cmpstr (target->arch, ==, rows[i].arch);
    g_assert_cmpstr (target->machine, ==, rows[i].machine);
    g_assert_cmpint (fixture_has_warning (target, "vax\\x0a"), ==, rows[i].warns);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decide/firmware", test_firmware);
  g_test_add_func ("/decide/uuid", test_uuid);
  g_test_add_func ("/decide/size", test_size);
  g_test_add_func ("/decide/topology", test_topology);
  g_test_add_func ("/decide/windows", test_windows);
  g_test_add_func ("/decide/bitlocker", test_bitlocker);
  g_test_add_func ("/decide/clock", test_clock);
  g_test_add_func ("/decide/timezone", test_timezone);
  g_test_add_func ("/decide/kernel-age", test_kernel_age);
  g_test_add_func ("/decide/arch", test_arch);
  return g_test_run ();
}
