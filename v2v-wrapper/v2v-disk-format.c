/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-disk-format.c - does the image agree with the format that was stated?
 *
 * Magic numbers: qemu block drivers, function bdrv_probe of each; qcow2 header:
 * qemu docs/interop/qcow2.txt; VMDK header: VMware Virtual Disk Format 5.0.
 */
#include <config.h>

#include "v2v-disk-format.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "v2v-json.h"
#include "v2v-process.h"
#include "v2v-str.h"

#define INFO_TIMEOUT_S 60
#define CHECK_TIMEOUT_S 600 /* reads all metadata of the image, not its data */
#define JSON_MAX 65536

typedef struct {
  const char *format;
  guint offset;
  guint length;
  const char *bytes;
} Magic;

static const Magic magics[] = {
  { "qcow2", 0, 4, "QFI\xfb" }, /* qcow version 1 too: check_qcow2() tells */
  { "qed", 0, 4, "QED\0" },
  { "vmdk", 0, 4, "KDMV" },
  { "vmdk", 0, 4, "COWD" },
  { "vmdk", 0, 21, "# Disk DescriptorFile" },
  { "vdi", 64, 4, "\x7f\x10\xda\xbe" },
  { "vhdx", 0, 8, "vhdxfile" },
  { "vpc", 0, 8, "conectix" },
  { "parallels", 0, 16, "WithoutFreeSpace" },
  { "parallels", 0, 16, "WithouFreSpacExt" },
  { "bochs", 0, 22, "Bochs Virtual HD Image" },
};

gboolean
v2v_disk_format_is_known (const char *format)
{
  static const char *const known[] = { "raw", "qcow2", "vmdk", NULL };

  return g_strv_contains (known, format);
}

const char *
v2v_disk_format_sniff (const guint8 *head, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (magics); i++) {
    const Magic *magic = &magics[i];

    if (length >= magic->offset + magic->length
        && memcmp (head + magic->offset, magic->bytes, magic->length) == 0)
      return magic->format;
  }
  return NULL;
}

const char *
v2v_disk_format_sniff_tail (const guint8 *tail, gsize length)
{
  return length >= 8 && memcmp (tail, "conectix", 8) == 0 ? "vpc" : NULL;
}

static guint32
be32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

static guint64
be64 (const guint8 *p)
{
  return (guint64) be32 (p) << 32 | be32 (p + 4);
}

static gboolean G_GNUC_PRINTF (3, 4)
refuse (GError **error, const char *name, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "disk '%s' %s", name, why);
  return FALSE;
}

#define QCOW2_V2_HEADER 72
#define QCOW2_V3_HEADER 104
#define QCOW2_INCOMPAT_CORRUPT (G_GUINT64_CONSTANT (1) << 1)
#define QCOW2_INCOMPAT_DATA_FILE (G_GUINT64_CONSTANT (1) << 2)

static gboolean
check_qcow2 (const guint8 *head, gsize length, const char *name, GError **error)
{
  guint32 version;

  if (length < QCOW2_V2_HEADER || (be32 (head + 4) >= 3 && length < QCOW2_V3_HEADER))
    return refuse (error, name, "is truncated: its qcow2 header is not complete");
  version = be32 (head + 4);
  if (version != 2 && version != 3)
    return refuse (error, name, "is qcow version %u; 2 and 3 can be converted", version);
  if (be64 (head + 8) != 0)
    return refuse (error, name,
                   "has a backing file: give a whole image, for example made by "
                   "'qemu-img convert'");
  if (be32 (head + 32) != 0)
    return refuse (error, name, "is an encrypted qcow2 image: decrypt it first");
  if (version == 3 && (be64 (head + 72) & QCOW2_INCOMPAT_DATA_FILE) != 0)
    return refuse (error, name,
                   "keeps its data in another file: give a whole image, for example made "
                   "by 'qemu-img convert'");
  if (version == 3 && (be64 (head + 72) & QCOW2_INCOMPAT_CORRUPT) != 0)
    return refuse (error, name, "is marked as corrupt: see 'qemu-img check -r all'");
  return TRUE;
}

#define VMDK_HEADER 512

static gboolean
check_vmdk (const guint8 *head, gsize length, const char *name, GError **error)
{
  /* A text descriptor, and one embedded in a header of capacity 0, name extents in
   * other files, which may be any file of this host. */
  if (memcmp (head, "KDMV", 4) == 0 && length < VMDK_HEADER)
    return refuse (error, name, "is truncated: its VMDK header is not complete");
  if (memcmp (head, "KDMV", 4) != 0 || memcmp (head + 12, "\0\0\0\0\0\0\0\0", 8) == 0)
    return refuse (error, name,
                   "is a VMDK whose data is in other files; only the sparse kind in one "
                   "file (monolithicSparse) can be converted in place");
  return TRUE;
}

gboolean
v2v_disk_format_check_header (const char *format, const guint8 *head, gsize length,
                              const char *name, GError **error)
{
  const char *seen = v2v_disk_format_sniff (head, length);

  if (g_strcmp0 (seen, format) != 0)
    return refuse (error, name, "is not in the stated format %s: it looks like %s", format,
                   seen != NULL ? seen : "raw");
  if (g_str_equal (format, "qcow2"))
    return check_qcow2 (head, length, name, error);
  return check_vmdk (head, length, name, error);
}

/* Runs qemu-img SUBCOMMAND on the image; @out_root is NULL when it printed no JSON. */
static gboolean
run_json (const char *subcommand, const char *path, const char *format, const char *name,
          guint timeout_s, JsonNode **out_root, int *out_status, char **out_reason,
          GError **error)
{
  /* -U: whether somebody has it open is asked and said elsewhere, in better words. */
  const char *argv[]
    = { "qemu-img", subcommand, "-U", "--output=json", "-f", format, path, NULL };
  g_autofree char *what = g_strdup_printf ("reading disk '%s'", name);
  V2vProcess process = { .argv = argv,
                         .what = what,
                         .timeout_s = timeout_s,
                         .max_output = JSON_MAX };
  g_auto (V2vProcessResult) result = { 0 };
  g_autofree char *line = NULL;

  if (!v2v_process_run (&process, &result, error)) {
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_INTERNAL);
    return FALSE;
  }
  *out_root = json_from_string (result.out, NULL);
  *out_status = result.exit_status;
  line = g_strndup (result.err, strcspn (result.err, "\n"));
  *out_reason = v2v_str_printable (line, 400);
  return TRUE;
}

static gboolean
image_info (const char *path, const char *format, const char *name, guint64 *out_size,
            GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *reason = NULL;
  JsonNode *size;
  int status;

  if (!run_json ("info", path, format, name, INFO_TIMEOUT_S, &root, &status, &reason,
                 error))
    return FALSE;
  if (status != 0 || root == NULL)
    return refuse (error, name, "cannot be read as %s: %s", format, reason);
  /* Once more by qemu's own reading of the header, in case ours missed a way. */
  if (v2v_json_lookup (root, "backing-filename") != NULL
      || v2v_json_lookup (root, "format-specific/data/data-file") != NULL)
    return refuse (error, name, "depends on another file: give a whole image");
  size = v2v_json_lookup (root, "virtual-size");
  if (size == NULL || json_node_get_value_type (size) != G_TYPE_INT64
      || json_node_get_int (size) <= 0)
    return refuse (error, name, "is an empty %s image", format);
  *out_size = (guint64) json_node_get_int (size);
  return TRUE;
}

static gboolean
image_check (const char *path, const char *format, const char *name, GError **error)
{
  enum { CLEAN = 0, CORRUPT = 2, LEAKS = 3 }; /* qemu-img(1), "check" */
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *reason = NULL;
  int status;

  if (!run_json ("check", path, format, name, CHECK_TIMEOUT_S, &root, &status, &reason,
                 error))
    return FALSE;
  if (status == CLEAN || status == LEAKS)
    return TRUE;
  if (status == CORRUPT)
    return refuse (error, name,
                   "is truncated or damaged (%s): copy it again, or see 'qemu-img check "
                   "-r all'",
                   reason);
  return refuse (error, name, "cannot be checked as %s: %s", format, reason);
}

gboolean
v2v_disk_format_check_image (const char *path, const char *format, const char *name,
                             guint64 *out_size, GError **error)
{
  return image_info (path, format, name, out_size, error)
         && image_check (path, format, name, error);
}
