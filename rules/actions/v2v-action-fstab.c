/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-fstab.c - device names in /etc/fstab become UUIDs
 */
#include <config.h>

#include "v2v-action-fstab.h"

#include <string.h>

#include "v2v-stable-name.h"
#include "v2v-str.h"

#define FSTAB "/etc/fstab"

/* More of a line than this is not repeated in a message. */
#define SHOW_MAX 200

/* Without it systemd gives an absent device 90 s before it goes on. */
#define DEVICE_TIMEOUT "x-systemd.device-timeout=10s"

enum { SPEC, MOUNTPOINT, VFSTYPE, OPTIONS, N_FIELDS };

typedef struct {
  const char *start; /* NULL: the line has no such field */
  gsize length;
} Field;

typedef struct {
  const V2vGuest *guest;
  GHashTable *by_line; /* line number -> const V2vMount */
  V2vFstabMissing missing;
  V2vReport *report;
  gboolean has_closed;
} Rewrite;

/* One line without its end, as fields.  FALSE for blank lines and comments. */
static gboolean
split_line (const char *line, gsize length, Field fields[N_FIELDS])
{
  const char *end = line + length;
  const char *p = line;

  memset (fields, 0, N_FIELDS * sizeof (Field));
  for (guint i = 0; i < N_FIELDS; i++) {
    while (p < end && (*p == ' ' || *p == '\t'))
      p++;
    if (p == end || (i == SPEC && *p == '#'))
      break;
    fields[i].start = p;
    while (p < end && *p != ' ' && *p != '\t')
      p++;
    fields[i].length = (gsize) (p - fields[i].start);
  }
  return fields[MOUNTPOINT].start != NULL;
}

static gboolean
field_equals (const Field *field, const char *text)
{
  return field->start != NULL && text != NULL && strlen (text) == field->length
         && memcmp (field->start, text, field->length) == 0;
}

/* TRUE when the comma-separated list has @name or @name=... */
static gboolean
has_option (const Field *options, const char *name)
{
  g_auto (GStrv) list = NULL;
  gsize length = strlen (name);
  g_autofree char *text = NULL;

  if (options->start == NULL)
    return FALSE;
  text = g_strndup (options->start, options->length);
  list = g_strsplit (text, ",", -1);
  for (guint i = 0; list[i] != NULL; i++) {
    if (strncmp (list[i], name, length) == 0
        && (list[i][length] == '\0' || list[i][length] == '='))
      return TRUE;
  }
  return FALSE;
}

/* Names that the source's hardware gave and the target's will not.  The dm- and md-
 * links come from metadata on the disks, which moves with them. */
static gboolean
names_hardware (const V2vMount *mount)
{
  if (!g_str_has_prefix (mount->spec, "/dev/"))
    return FALSE;
  if (mount->via == V2V_VIA_NVME || mount->via == V2V_VIA_XVD)
    return TRUE;
  return mount->via == V2V_VIA_BY_ID && strstr (mount->spec, "/by-id/dm-") == NULL
         && strstr (mount->spec, "/by-id/md-") == NULL;
}

/* libguestfs before 1.53.5 drops these from fstab.  virt-v2v on top of it then mounts
 * nothing at "/" and fails (seen with 2.2.0 on a root by PARTUUID=, as Debian's own cloud
 * images have it). */
static gboolean
names_partition (const V2vMount *mount)
{
  return mount->via == V2V_VIA_PARTUUID || mount->via == V2V_VIA_PARTLABEL;
}

/* (transfer full) (nullable): the device behind the name.  What "/" is, is known even
 * when its name means nothing to us: it is the root that was inspected. */
static char *
device_of (const V2vGuest *guest, const V2vMount *mount)
{
  const char *subvolume;

  if (mount->device != NULL)
    return g_strdup (mount->device);
  if (g_strcmp0 (mount->mountpoint, "/") != 0 || guest->root == NULL)
    return NULL;
  if (!g_str_has_prefix (guest->root, "btrfsvol:"))
    return g_strdup (guest->root);
  subvolume = strchr (guest->root + strlen ("btrfsvol:/dev/"), '/');
  if (subvolume == NULL)
    return NULL;
  return g_strndup (guest->root + strlen ("btrfsvol:"),
                    (gsize) (subvolume - guest->root) - strlen ("btrfsvol:"));
}

/* Appends the line to @out with [@from, @from + @cut) replaced by @text. */
static void
splice (Rewrite *rw, GString *out, const char *line, gsize length, const char *from,
        gsize cut, const char *text, const char *why)
{
  g_autofree char *before = g_strndup (line, length);
  g_autoptr (GString) after = g_string_new_len (line, (gssize) (from - line));

  g_string_append (after, text);
  g_string_append_len (after, from + cut, (gssize) (line + length - from - cut));
  g_string_append_len (out, after->str, (gssize) after->len);
  if (!g_str_equal (before, after->str))
    v2v_report_add_change (rw->report, "fstab", FSTAB, before, after->str, why);
}

static void
warn_unresolved (Rewrite *rw, const V2vMount *mount, const char *done)
{
  g_autofree char *spec = v2v_str_printable (mount->spec, SHOW_MAX);
  g_autofree char *where
    = v2v_str_printable (mount->mountpoint != NULL ? mount->mountpoint : "", SHOW_MAX);

  v2v_report_warn (rw->report, "%s line %u: '%s' (for '%s') is on none of the disks: %s",
                   FSTAB, mount->line, spec, where, done);
}

/* Without nofail systemd stops the boot in emergency mode for the missing device.
 * / and /usr are not optional: a guest that cannot find them must say so. */
static void
make_optional (Rewrite *rw, GString *out, const char *line, gsize length,
               const Field fields[N_FIELDS], const V2vMount *mount)
{
  const Field *last = fields[OPTIONS].start != NULL ? &fields[OPTIONS] : &fields[VFSTYPE];
  g_autoptr (GString) add = g_string_new (NULL);

  if (g_strcmp0 (mount->mountpoint, "/") == 0 || g_strcmp0 (mount->mountpoint, "/usr") == 0
      || last->start == NULL) {
    warn_unresolved (rw, mount, "left as it is, the guest may not boot");
    g_string_append_len (out, line, (gssize) length);
    return;
  }
  if (has_option (&fields[OPTIONS], "nofail") || has_option (&fields[OPTIONS], "noauto")) {
    warn_unresolved (rw, mount, "it will not be mounted, the boot goes on without it");
    g_string_append_len (out, line, (gssize) length);
    return;
  }
  if (rw->missing == V2V_FSTAB_MISSING_KEEP) {
    warn_unresolved (rw, mount, "left as it is, the boot may stop there");
    g_string_append_len (out, line, (gssize) length);
    return;
  }
  g_string_assign (add, fields[OPTIONS].start != NULL ? ",nofail" : " defaults,nofail");
  /* What is inside a locked LUKS volume is not visible to us but will be there,
   * after somebody typed the passphrase: no hurry then. */
  if (!rw->has_closed && !has_option (&fields[OPTIONS], "x-systemd.device-timeout"))
    g_string_append (add, "," DEVICE_TIMEOUT);
  warn_unresolved (rw, mount, "made optional (nofail)");
  splice (rw, out, line, length, last->start + last->length, 0, add->str,
          "its device is on none of the disks; the boot would stop in emergency mode");
}

static void
rewrite_line (Rewrite *rw, GString *out, const char *line, gsize length,
              const Field fields[N_FIELDS], const V2vMount *mount)
{
  g_autofree char *device = device_of (rw->guest, mount);
  g_autofree char *name = NULL;

  if (names_partition (mount) && device != NULL) {
    name = v2v_stable_name_dup (rw->guest, device, FALSE);
    if (name != NULL && g_str_has_prefix (name, "UUID="))
      splice (rw, out, line, length, fields[SPEC].start, fields[SPEC].length, name,
              "virt-v2v cannot follow the partition's name, the UUID means the same");
    else
      g_string_append_len (out, line, (gssize) length);
    return;
  }
  if (names_hardware (mount) && device != NULL) {
    name = v2v_stable_name_dup (rw->guest, device, FALSE);
    if (name == NULL) {
      v2v_report_warn (rw->report, "%s line %u: %s has neither a UUID nor a PARTUUID of "
                       "its own, its device name is left as it is", FSTAB, mount->line,
                       device);
      g_string_append_len (out, line, (gssize) length);
      return;
    }
    splice (rw, out, line, length, fields[SPEC].start, fields[SPEC].length, name,
            "device names change with the bus, the UUID stays");
    return;
  }
  /* A mapper name that we could not follow (LUKS, multipath) is the guest's own
   * business: it comes from metadata, not from the bus. */
  if (device == NULL && mount->via != V2V_VIA_PSEUDO && mount->via != V2V_VIA_MAPPER) {
    make_optional (rw, out, line, length, fields, mount);
    return;
  }
  g_string_append_len (out, line, (gssize) length);
}

static GHashTable *
index_mounts (const V2vGuest *guest)
{
  GHashTable *by_line = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint i = 0; i < guest->mounts->len; i++) {
    V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (mount->line != 0 && mount->spec != NULL)
      g_hash_table_insert (by_line, GUINT_TO_POINTER (mount->line), mount);
  }
  return by_line;
}

char *
v2v_action_fstab_rewrite (const char *text, const V2vGuest *guest, V2vReport *report)
{
  return v2v_action_fstab_rewrite_as (text, guest, V2V_FSTAB_MISSING_NOFAIL, report);
}

char *
v2v_action_fstab_rewrite_as (const char *text, const V2vGuest *guest,
                             V2vFstabMissing missing, V2vReport *report)
{
  g_autoptr (GHashTable) by_line = index_mounts (guest);
  Rewrite rw = { .guest = guest, .by_line = by_line, .missing = missing, .report = report,
                 .has_closed = v2v_guest_has_closed (guest) };
  GString *out = g_string_sized_new (strlen (text) + 256);
  guint number = 0;

  while (*text != '\0') {
    const char *newline = strchr (text, '\n');
    gsize whole = newline != NULL ? (gsize) (newline - text) + 1 : strlen (text);
    gsize length = newline != NULL ? whole - 1 : whole;
    Field fields[N_FIELDS];
    const V2vMount *mount;

    if (length > 0 && text[length - 1] == '\r')
      length--;
    mount = g_hash_table_lookup (by_line, GUINT_TO_POINTER (++number));
    /* The facts must be about this very line: a stale line number changes nothing. */
    if (mount != NULL && split_line (text, length, fields)
        && field_equals (&fields[SPEC], mount->spec))
      rewrite_line (&rw, out, text, length, fields, mount);
    else
      g_string_append_len (out, text, (gssize) length);
    g_string_append_len (out, text + length, (gssize) (whole - length));
    text += whole;
  }
  return g_string_free (out, FALSE);
}
