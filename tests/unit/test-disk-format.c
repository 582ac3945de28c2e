/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <string.h>

#include "v2v-disk-format.h"

typedef struct {
  guint8 bytes[V2V_DISK_HEAD_SIZE];
} Head;

/* qcow2 version 3, 1 MiB, one L1 entry: the fields that the check reads. */
static Head
qcow2_head (void)
{
  Head head = { { 'Q', 'F', 'I', 0xfb, 0, 0, 0, 3 } };

  head.bytes[23] = 16;   /* cluster bits */
  head.bytes[29] = 0x10; /* size */
  head.bytes[103] = 104; /* header length */
  return head;
}

static gboolean
check (const char *format, const Head *head, gsize length, const char *want)
{
  g_autoptr (GError) error = NULL;

  if (v2v_disk_format_check_header (format, head->bytes, length, "d", &error)) {
    g_assert_no_error (error);
    return TRUE;
  }
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  if (want == NULL || strstr (error->message, want) == NULL)
    g_error ("unexpected: %s", error->message);
  return FALSE;
}

static void
test_qcow2 (void)
{
  Head head = qcow2_head ();

  g_assert_true (check ("qcow2", &head, sizeof head, NULL));
  g_assert_false (check ("qcow2", &head, 103, "truncated"));
  g_assert_false (check ("qcow2", &head, 7, "truncated"));
  g_assert_false (check ("qcow2", &head, 2, "looks like raw"));
  g_assert_false (check ("vmdk", &head, sizeof head, "looks like qcow2"));
  head.bytes[15] = 1;
  g_assert_false (check ("qcow2", &head, sizeof head, "backing file"));
  head = qcow2_head ();
  head.bytes[79] = 4;
  g_assert_false (check ("qcow2", &head, sizeof head, "data in another file"));
  head.bytes[79] = 2;
  g_assert_false (check ("qcow2", &head, sizeof head, "corrupt"));
  head.bytes[79] = 1; /* dirty: qemu repairs the reference counts by itself */
  g_assert_true (check ("qcow2", &head, sizeof head, NULL));
  head.bytes[35] = 2;
  g_assert_false (check ("qcow2", &head, sizeof head, "encrypted"));
  head = qcow2_head ();
  head.bytes[7] = 2;
  g_assert_true (check ("qcow2", &head, 72, NULL));
  head.bytes[7] = 1;
  g_assert_false (check ("qcow2", &head, sizeof head, "version 1"));
}

static void
test_vmdk (void)
{
  Head head = { { 'K', 'D', 'M', 'V', 1 } };
  Head text = { { 0 } };

  g_assert_false (check ("vmdk", &head, sizeof head, "other files")); /* capacity 0 */
  head.bytes[12] = 8;
  g_assert_true (check ("vmdk", &head, sizeof head, NULL));
  g_assert_false (check ("vmdk", &head, 511, "truncated"));
  memcpy (text.bytes, "# Disk DescriptorFile", 21);
  g_assert_false (check ("vmdk", &text, sizeof text, "other files"));
}

static void
test_sniff (void)
{
  Head head = { { 0 } };

  g_assert_null (v2v_disk_format_sniff (head.bytes, sizeof head));
  g_assert_null (v2v_disk_format_sniff (head.bytes, 0));
  memcpy (head.bytes + 64, "\x7f\x10\xda\xbe", 4);
  g_assert_cmpstr (v2v_disk_format_sniff (head.bytes, sizeof head), ==, "vdi");
  g_assert_null (v2v_disk_format_sniff (head.bytes, 67));
  head = (Head){ "vhdxfile" };
  g_assert_cmpstr (v2v_disk_format_sniff (head.bytes, sizeof head), ==, "vhdx");
  head = (Head){ "conectix" };
  g_assert_cmpstr (v2v_disk_format_sniff (head.bytes, sizeof head), ==, "vpc");
  g_assert_cmpstr (v2v_disk_format_sniff_tail (head.bytes, 512), ==, "vpc");
  g_assert_null (v2v_disk_format_sniff_tail (head.bytes, 7));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk-format/qcow2", test_qcow2);
  g_test_add_func ("/disk-format/vmdk", test_vmdk);
  g_test_add_func ("/disk-format/sniff", test_sniff);
  return g_test_run ();
}
