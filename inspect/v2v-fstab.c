/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fstab.c - /etc/fstab, resolved against the file systems that were found
 */
#include <config.h>

#include "v2v-fstab.h"

#include <string.h>

#include "v2v-device-name.h"

#define BLANKS " \t\r"
enum { FIELD_SPEC, FIELD_MOUNTPOINT, FIELD_TYPE, FIELD_OPTIONS, N_FIELDS };

/* \040 and its like; any other backslash is itself. */
static char *
decode (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++) {
    if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] >= '0'
        && text[2] <= '7' && text[3] >= '0' && text[3] <= '7') {
      char c = (char) ((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0'));

      if (c != '\0')
        g_string_append_c (out, c);
      text += 3;
    } else {
      g_string_append_c (out, *text);
    }
  }
  return g_string_free (out, FALSE);
}

/* A path with single slashes and none at its end; "none" and "swap" stay. */
static char *
clean_mountpoint (const char *text)
{
  g_autofree char *path = decode (text);
  GString *out = g_string_new (NULL);

  for (const char *p = path; *p != '\0'; p++)
    if (*p != '/' || p[1] != '/')
      g_string_append_c (out, *p);
  if (out->len > 1 && out->str[out->len - 1] == '/')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static gboolean
has_option (const char *options, const char *name)
{
  g_auto (GStrv) words = g_strsplit (options == NULL ? "" : options, ",", -1);

  return g_strv_contains ((const char *const *) words, name);
}

char *
v2v_fstab_dup_option (const char *options, const char *name)
{
  g_auto (GStrv) words = g_strsplit (options == NULL ? "" : options, ",", -1);
  gsize n = strlen (name);

  for (guint i = 0; words[i] != NULL; i++)
    if (strncmp (words[i], name, n) == 0 && words[i][n] == '=')
      return g_strdup (words[i] + n + 1);
  return NULL;
}

/* The fields of one line; FALSE for comments, blank and short lines. */
static gboolean
split_line (char *line, char *fields[N_FIELDS])
{
  char *p = line + strspn (line, BLANKS);

  if (*p == '#')
    return FALSE;
  for (guint i = 0; i < N_FIELDS; i++) {
    gsize n = strcspn (p, BLANKS);

    fields[i] = n == 0 ? NULL : p;
    if (n == 0)
      continue;
    p += n;
    if (*p != '\0')
      *p++ = '\0';
    p += strspn (p, BLANKS);
  }
  return fields[FIELD_MOUNTPOINT] != NULL;
}

static void
add_row (V2vGuest *guest, guint line, char *fields[N_FIELDS])
{
  V2vMount *mount = v2v_guest_add_mount (guest);

  mount->line = line;
  mount->spec = g_strdup (fields[FIELD_SPEC]);
  mount->mountpoint = clean_mountpoint (fields[FIELD_MOUNTPOINT]);
  mount->vfstype = g_strdup (fields[FIELD_TYPE] == NULL ? "auto" : fields[FIELD_TYPE]);
  mount->options = decode (fields[FIELD_OPTIONS] == NULL ? "defaults" : fields[FIELD_OPTIONS]);
  mount->nofail = has_option (mount->options, "nofail");
}

gboolean
v2v_fstab_parse (V2vGuest *guest, const char *text)
{
  guint entries = 0;
  guint line = 1;

  for (const char *p = text; *p != '\0'; line++) {
    gsize n = strcspn (p, "\n");
    g_autofree char *copy = g_strndup (p, n);
    char *fields[N_FIELDS];

    if (split_line (copy, fields)) {
      if (entries++ >= V2V_FSTAB_ENTRIES_MAX)
        return FALSE;
      add_row (guest, line, fields);
    }
    p += p[n] == '\n' ? n + 1 : n;
  }
  return TRUE;
}

/* "btrfsvol:/dev/sda1/@rootfs": the device has as many parts as an LV at most. */
gboolean
v2v_fstab_same_device (const char *a, const char *b)
{
  if (a == NULL || b == NULL)
    return FALSE;
  if (g_str_has_prefix (a, "btrfsvol:")) {
    gsize n = strlen (b);

    a += strlen ("btrfsvol:");
    return strncmp (a, b, n) == 0 && (a[n] == '/' || a[n] == '\0');
  }
  return g_str_equal (a, b);
}

static gboolean
one_type_fits (const char *type, const char *wanted)
{
  static const char *const same[][2] = {
    { "ext2", "ext3" },  { "ext2", "ext4" },    { "ext3", "ext2" }, { "ext3", "ext4" },
    { "ext4", "ext2" },  { "ext4", "ext3" },    { "vfat", "msdos" }, { "ntfs", "ntfs3" },
    { "ntfs", "ntfs-3g" }, { "ntfs", "fuseblk" },
  };

  if (g_str_equal (wanted, "auto") || g_str_equal (wanted, type))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    if (g_str_equal (type, same[i][0]) && g_str_equal (wanted, same[i][1]))
      return TRUE;
  return FALSE;
}

gboolean
v2v_fstab_type_fits (const char *type, const char *vfstype)
{
  g_auto (GStrv) wanted = g_strsplit (vfstype == NULL ? "auto" : vfstype, ",", -1);

  if (type == NULL || *type == '\0')
    return FALSE;
  for (guint i = 0; wanted[i] != NULL; i++)
    if (one_type_fits (type, wanted[i]))
      return TRUE;
  return FALSE;
}

/* Kernel and network file systems: the spec is no disk. */
static gboolean
is_pseudo (const V2vMount *mount, const char *spec)
{
  static const char *const types[]
    = { "9p",      "afs",       "autofs",    "bpf",     "ceph",     "cgroup",   "cgroup2",
        "cifs",    "configfs",  "debugfs",   "devpts",  "devtmpfs", "efivarfs", "fusectl",
        "glusterfs", "hugetlbfs", "lustre",  "mqueue",  "nfs",      "nfs4",     "nfsd",
        "none",    "overlay",   "proc",      "pstore",  "ramfs",    "rpc_pipefs",
        "securityfs", "selinuxfs", "smb3",   "smbfs",   "sysfs",    "tmpfs",    "tracefs",
        "usbfs",   "virtiofs",  "zfs",       NULL };

  return g_strv_contains (types, mount->vfstype)
         || g_str_has_prefix (mount->vfstype, "fuse.")
         || has_option (mount->options, "bind") || has_option (mount->options, "rbind")
         || has_option (mount->options, "loop")
         || (strchr (spec, '=') == NULL && !g_str_has_prefix (spec, "/dev/"));
}

/* A way to name a file system, as NAME=value and as a directory of links. */
static const struct {
  const char *tag;
  const char *directory;
  V2vMountVia via;
} tags[] = {
  { "UUID=", "/dev/disk/by-uuid/", V2V_VIA_UUID },
  { "LABEL=", "/dev/disk/by-label/", V2V_VIA_LABEL },
  { "PARTUUID=", "/dev/disk/by-partuuid/", V2V_VIA_PARTUUID },
  { "PARTLABEL=", "/dev/disk/by-partlabel/", V2V_VIA_PARTLABEL },
};

/* The value of a tag or link; NULL when @spec is neither. */
static char *
dup_tag (const char *spec, V2vMountVia *out_via)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++) {
    gsize n = strlen (tags[i].tag);

    *out_via = tags[i].via;
    if (strncmp (spec, tags[i].tag, n) == 0) {
      gsize length = strlen (spec + n);

      if (length >= 2 && (spec[n] == '"' || spec[n] == '\'') && spec[n + length - 1] == spec[n])
        return g_strndup (spec + n + 1, length - 2);
      return g_strdup (spec + n);
    }
    if (g_str_has_prefix (spec, tags[i].directory))
      return v2v_device_name_unescape (spec + strlen (tags[i].directory));
  }
  *out_via = V2V_VIA_NONE;
  return NULL;
}

/* Counts the devices whose tag is @value, and keeps one: the root's when it is among
 * them, since snapshots of one volume share every id. */
static guint
find_tag (const V2vGuest *guest, V2vMountVia via, const char *value, const char **out_device)
{
  guint found = 0;

  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);
    gboolean hit
      = via == V2V_VIA_UUID ? fs->uuid != NULL && g_ascii_strcasecmp (fs->uuid, value) == 0
                            : via == V2V_VIA_LABEL && g_strcmp0 (fs->label, value) == 0;

    if (hit && (found++ == 0 || v2v_fstab_same_device (guest->root, fs->device)))
      *out_device = fs->device;
  }
  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);
    gboolean hit = via == V2V_VIA_PARTUUID
                     ? part->partuuid != NULL
                         && g_ascii_strcasecmp (part->partuuid, value) == 0
                     : via == V2V_VIA_PARTLABEL && g_strcmp0 (part->partlabel, value) == 0;

    if (hit && (found++ == 0 || v2v_fstab_same_device (guest->root, part->device)))
      *out_device = part->device;
  }
  return found;
}

static void
resolve_tag (const V2vGuest *guest, V2vMount *mount, const char *value)
{
  const char *device = NULL;
  guint found = find_tag (guest, mount->via, value, &device);

  if (found == 0)
    mount->why = g_strdup ("no given disk holds it");
  else if (found > 1 && !v2v_fstab_same_device (guest->root, device))
    mount->why = g_strdup_printf ("%u file systems have this id", found);
  else
    mount->device = g_strdup (device);
}

/* The only file system whose device begins with one of /dev/md... or is an LV. */
static const char *
find_only (const V2vGuest *guest, gboolean md)
{
  const char *device = NULL;

  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);
    gboolean hit = md ? g_str_has_prefix (fs->device, "/dev/md")
                      : g_str_has_prefix (fs->device, "/dev/")
                          && strchr (fs->device + strlen ("/dev/"), '/') != NULL
                          && !g_str_has_prefix (fs->device, "/dev/md")
                          && !g_str_has_prefix (fs->device, "/dev/mapper/");

    if (hit && device != NULL)
      return NULL;
    if (hit)
      device = fs->device;
  }
  return device;
}

/* LVM by any of its names, MD and dm-crypt. */
static void
resolve_mapper (const V2vGuest *guest, V2vMount *mount, const char *spec)
{
  static const char *const prefixes[]
    = { "/dev/mapper/", "/dev/disk/by-id/dm-name-", "/dev/disk/by-id/md-name-" };
  g_autofree char *volume = NULL;
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, spec);

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes) && fs == NULL; i++) {
    if (!g_str_has_prefix (spec, prefixes[i]))
      continue;
    fs = v2v_guest_find_mapped (guest, spec + strlen (prefixes[i]));
    if (fs != NULL)
      break;
    volume = v2v_device_name_from_mapper (spec + strlen (prefixes[i]));
    fs = volume == NULL ? NULL : v2v_guest_find_filesystem (guest, volume);
    break;
  }
  if (fs != NULL)
    mount->device = g_strdup (fs->device);
  else if (g_str_has_prefix (spec, "/dev/md") || g_str_has_prefix (spec, "/dev/disk/by-id/md-"))
    mount->device = g_strdup (find_only (guest, TRUE)); /* md0 often turns into md127 */
  else if (g_str_has_prefix (spec, "/dev/disk/by-id/dm-uuid-LVM-"))
    mount->device = g_strdup (find_only (guest, FALSE));
  if (mount->device == NULL)
    mount->why = g_strdup (v2v_guest_has_closed (guest) ? "it may be on an encrypted volume, which is closed"
                                            : "no volume of that name was found");
}

static V2vMountVia
via_of_kind (V2vNameKind kind)
{
  switch (kind) {
  case V2V_NAME_LETTER:
    return V2V_VIA_XVD;
  case V2V_NAME_NVME:
    return V2V_VIA_NVME;
  case V2V_NAME_ID:
    return V2V_VIA_BY_ID;
  case V2V_NAME_MAPPER:
    return V2V_VIA_MAPPER;
  case V2V_NAME_OTHER:
  case V2V_NAME_REMOVABLE:
  default:
    return V2V_VIA_NONE;
  }
}

/* Everything that needs no other row; TRUE when the name map has to be asked. */
static gboolean
resolve_first (const V2vGuest *guest, V2vMount *mount, V2vDeviceName *name)
{
  g_autofree char *spec = decode (mount->spec);
  g_autofree char *value = dup_tag (spec, &mount->via);

  memset (name, 0, sizeof *name);
  if (is_pseudo (mount, spec)) {
    mount->via = V2V_VIA_PSEUDO;
    return FALSE;
  }
  if (value != NULL) {
    resolve_tag (guest, mount, value);
    return FALSE;
  }
  v2v_device_name_parse (spec, name);
  mount->via = via_of_kind (name->kind);
  if (name->kind == V2V_NAME_MAPPER)
    resolve_mapper (guest, mount, spec);
  else if (name->kind == V2V_NAME_REMOVABLE)
    mount->why = g_strdup ("it is a removable drive");
  else if (name->key == NULL)
    mount->why = g_strdup ("it is no name of a disk that we know");
  return name->key != NULL;
}

/* Resolves the rows whose name is (or is not) a letter, and claims what they got. */
static void
resolve_names (V2vGuest *guest, V2vNameMap *map, const V2vDeviceName *names,
               gboolean letters)
{
  for (guint i = 0; i < guest->mounts->len; i++) {
    V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (names[i].key != NULL && (names[i].kind == V2V_NAME_LETTER) == letters)
      mount->device = g_strdup (v2v_name_map_find (map, mount, &names[i], &mount->unfit,
                                                   &mount->why));
  }
  for (guint i = 0; i < guest->mounts->len; i++)
    v2v_name_map_claim (map, g_ptr_array_index (guest->mounts, i));
}

/* The surest first: ids, then NVMe and by-id, then letters. */
void
v2v_fstab_resolve (V2vGuest *guest)
{
  g_autofree V2vDeviceName *names = g_new0 (V2vDeviceName, guest->mounts->len + 1);
  g_autoptr (V2vNameMap) map = v2v_name_map_new (guest);

  for (guint i = 0; i < guest->mounts->len; i++) {
    V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (mount->line > 0 && resolve_first (guest, mount, &names[i]))
      v2v_name_map_add (map, mount, &names[i]);
    v2v_name_map_claim (map, mount);
  }
  resolve_names (guest, map, names, FALSE);
  resolve_names (guest, map, names, TRUE);
  for (guint i = 0; i < guest->mounts->len; i++)
    v2v_device_name_clear (&names[i]);
}
