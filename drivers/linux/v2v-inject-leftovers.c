/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject-leftovers.c - what an image made for one machine knows of that machine
 */
#include <config.h>

#include "v2v-inject-private.h"

#include <string.h>
#include <sys/stat.h>

#include "v2v-inject-names.h"
#include "v2v-mdadm.h"
#include "v2v-str.h"

const char *const v2v_inject_wanted_files[] = {
  "*lib/modules/*/modules.dep",
  "conf/*",         /* initramfs-tools; conf/conf.d too */
  "cryptroot/*",
  "etc/cmdline.d/*", /* dracut */
  "etc/cmdline",
  "etc/crypttab",
  "etc/fstab*",
  "etc/lvm/*",
  "etc/mdadm*",
  NULL,
};

typedef struct {
  const V2vImage *image;
  V2vInjectNames *names;
  V2vImageEdit *edit; /* NULL: names are collected, nothing is changed yet */
  GPtrArray *notes, *warnings;
  GHashTable *told; /* devices */
} Leftovers;

static char *
show (const char *text)
{
  return v2v_str_printable (text, V2V_INJECT_SHOW_MAX);
}

/* (nullable): the device that "emergency/80-\x2fdev\x2fnvme0n1p1.sh" waits for */
static char *
dup_hook_device (const char *path)
{
  static const char marker[] = "dracut/hooks/";
  const char *base = strrchr (path, '/');
  const char *hook = strstr (path, marker);
  g_autofree char *name = NULL;
  gsize n;

  if (base == NULL || hook == NULL || !g_str_has_suffix (path, ".sh"))
    return NULL;
  base++;
  if (g_str_has_prefix (base, "devexists-"))
    base += strlen ("devexists-");
  else if (g_ascii_isdigit (base[0]) && g_ascii_isdigit (base[1]) && base[2] == '-') {
    base += 3;
    if (g_str_has_prefix (base, "devexists-"))
      base += strlen ("devexists-");
  } else
    return NULL;
  n = strlen (base) - strlen (".sh");
  name = g_strndup (base, n);
  return g_str_has_prefix (name, "\\x2f") ? v2v_inject_unescape (name, FALSE) : NULL;
}

/* (nullable): the device of a unit in "etc/systemd/system/initrd.target.wants/X.device" or
 * of "X.device.d/timeout.conf" */
static char *
dup_unit_device (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  guint n = g_strv_length (parts);
  const char *suffix = ".device";
  const char *unit;
  g_autofree char *name = NULL;

  if (n < 4 || strstr (path, "systemd/system/") == NULL)
    return NULL;
  unit = parts[n - 1];
  if (g_str_has_suffix (parts[n - 2], ".device.d")) {
    unit = parts[n - 2];
    suffix = ".device.d";
  } else if (!g_str_has_suffix (unit, suffix)
             || (!g_str_has_suffix (parts[n - 2], ".wants")
                 && !g_str_has_suffix (parts[n - 2], ".requires")))
    return NULL;
  name = g_strndup (unit, strlen (unit) - strlen (suffix));
  return g_str_has_prefix (name, "dev-") ? v2v_inject_unescape (name, TRUE) : NULL;
}

static void
remove_waits (Leftovers *self)
{
  for (guint i = 0; i < self->image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (self->image->entries, i);
    g_autofree char *device = NULL;
    g_autofree char *shown = NULL;

    if (S_ISDIR (entry->mode))
      continue;
    device = dup_hook_device (entry->path);
    if (device == NULL)
      device = dup_unit_device (entry->path);
    if (device == NULL || !v2v_inject_names_is_gone (self->names, device))
      continue;
    v2v_image_edit_remove (self->edit, entry->path);
    if (!g_hash_table_add (self->told, g_strdup (device)))
      continue;
    shown = show (device);
    v2v_inject_say (self->notes, "removed what waits for '%s'", shown);
  }
}

/* (transfer full) (nullable): the text of an entry, NULL when it is none or has no text */
static char *
dup_text (const V2vImageEntry *entry)
{
  gsize size;
  const char *data;

  if (!S_ISREG (entry->mode) || entry->data == NULL)
    return NULL;
  data = g_bytes_get_data (entry->data, &size);
  if (data == NULL || memchr (data, '\0', size) != NULL)
    return NULL;
  return g_strndup (data, size);
}

/* What stands in place of "root=VALUE" or "resume=VALUE"; NULL: it stays. */
static char *
new_value (Leftovers *self, const V2vImageEntry *entry, const char *parameter,
           const char *value)
{
  g_autofree char *why = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *file = NULL;
  char *name;

  if (self->edit == NULL) {
    v2v_inject_names_add (self->names, parameter, value);
    return NULL;
  }
  name = v2v_inject_names_dup (self->names, parameter, value, &why);
  shown = show (value);
  file = show (entry->path);
  if (name != NULL)
    v2v_inject_say (self->notes, "'%s=%s' in '%s' is '%s' now", parameter, shown, file, name);
  else if (g_str_equal (parameter, "root") && why != NULL)
    v2v_inject_say (self->warnings, "'root=%s' in '%s' of the initramfs stays: %s", shown,
                    file, why);
  else if (g_str_equal (parameter, "resume") && v2v_inject_names_is_gone (self->names, value)) {
    v2v_inject_say (self->notes, "'resume=%s' in '%s' waits for nothing any more", shown, file);
    return g_strdup ("");
  }
  return name;
}

/* @text with the values of root= and resume= replaced by new_value(). */
static char *
edit_words (Leftovers *self, const V2vImageEntry *entry, const char *text)
{
  static const char *const parameters[] = { "root", "resume", NULL };
  g_autoptr (GString) out = g_string_new (NULL);

  while (*text != '\0') {
    gsize blanks = strspn (text, " \t\r\n");
    gsize length = strcspn (text + blanks, " \t\r\n");
    g_autofree char *word = g_strndup (text + blanks, length);
    g_autofree char *value = NULL;
    const char *parameter = NULL;

    for (const char *const *p = parameters; *p != NULL && parameter == NULL; p++)
      if (g_str_has_prefix (word, *p) && word[strlen (*p)] == '=')
        parameter = *p;
    if (parameter != NULL) {
      const char *old = word + strlen (parameter) + 1;
      g_autofree char *plain = v2v_inject_unquote (old);

      value = new_value (self, entry, parameter, plain);
    }
    g_string_append_len (out, text, (gssize) blanks);
    if (value == NULL)
      g_string_append (out, word);
    else if (*value != '\0')
      g_string_append_printf (out, "%s=%s", parameter, value);
    text += blanks + length;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* The value of "RESUME=" or "ROOT=" at the start of a line of a shell file. */
static const char *
assigned (const char *line, const char **out_parameter)
{
  static const struct {
    const char *name, *parameter;
  } rows[] = { { "RESUME=", "resume" }, { "ROOT=", "root" } };

  line += strspn (line, " \t");
  if (g_str_has_prefix (line, "export "))
    line += strlen ("export ");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_str_has_prefix (line, rows[i].name)) {
      *out_parameter = rows[i].parameter;
      return line + strlen (rows[i].name);
    }
  }
  return NULL;
}

/* initramfs-tools reads these with its shell, before the kernel's arguments. */
static char *
edit_assignments (Leftovers *self, const V2vImageEntry *entry, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (*text != '\0') {
    gsize length = strcspn (text, "\n");
    g_autofree char *line = g_strndup (text, length);
    const char *parameter = NULL;
    const char *old = assigned (line, &parameter);
    g_autofree char *value = NULL;
    gsize n = 0;

    if (old != NULL) {
      g_autofree char *plain = NULL;

      n = strcspn (old, " \t\r#;");
      plain = g_strndup (old, n);
      value = v2v_inject_unquote (plain);
      g_free (plain);
      plain = g_steal_pointer (&value);
      value = new_value (self, entry, parameter, plain);
    }
    if (value != NULL) {
      g_string_append_len (out, line, old - line);
      g_string_append (out, *value == '\0' ? "none" : value);
      g_string_append (out, old + n);
    } else
      g_string_append (out, line);
    text += length;
    if (*text == '\n')
      g_string_append_c (out, *text++);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
is_assignments (const char *path)
{
  return g_str_has_prefix (path, "conf/conf.d/") || g_str_equal (path, "conf/initramfs.conf")
         || g_str_equal (path, "conf/param.conf");
}

static gboolean
is_words (const char *path)
{
  return g_str_equal (path, "etc/cmdline") || g_str_has_prefix (path, "etc/cmdline.d/");
}

static void
edit_values (Leftovers *self)
{
  for (guint i = 0; i < self->image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (self->image->entries, i);
    g_autofree char *text = NULL;
    g_autofree char *changed = NULL;

    if (!is_assignments (entry->path) && !is_words (entry->path))
      continue;
    text = dup_text (entry);
    if (text == NULL)
      continue;
    if (is_words (entry->path))
      changed = edit_words (self, entry, text);
    else
      changed = edit_assignments (self, entry, text);
    if (self->edit != NULL && !g_str_equal (text, changed)) {
      g_autoptr (GBytes) bytes = g_bytes_new (changed, strlen (changed));

      v2v_image_edit_put (self->edit, entry->path, entry->mode & 07777, bytes);
    }
  }
}

/* lvmdevices(8): what these types name belongs to a disk as it was attached. */
static gboolean
pins_hardware (const char *text)
{
  static const char *const types[]
    = { "IDTYPE=sys_wwid", "IDTYPE=sys_serial", "IDTYPE=wwid_", "IDTYPE=devname",
        "IDTYPE=scsi_debug" };
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    if (**line == '#')
      continue;
    for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
      if (strstr (*line, types[i]) != NULL)
        return TRUE;
  }
  return FALSE;
}

/* LVM takes no disk that its devices file does not list; without the file it takes all. */
static void
remove_devices_files (Leftovers *self)
{
  for (guint i = 0; i < self->image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (self->image->entries, i);
    g_autofree char *text = NULL;
    g_autofree char *shown = NULL;

    if (!g_str_has_prefix (entry->path, "etc/lvm/devices/")
        || !g_str_has_suffix (entry->path, ".devices"))
      continue;
    text = dup_text (entry);
    if (text == NULL || !pins_hardware (text))
      continue;
    v2v_image_edit_remove (self->edit, entry->path);
    shown = show (entry->path);
    v2v_inject_say (self->notes, "removed '%s', which lets LVM see the old disks only", shown);
  }
}

/* The guest's own files are the matter of a rule, which does the same. */
static void
free_mdadm (Leftovers *self)
{
  for (guint i = 0; i < self->image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (self->image->entries, i);
    g_autofree char *text = v2v_mdadm_is_config (entry->path) ? dup_text (entry) : NULL;
    g_autofree char *changed = text == NULL ? NULL : v2v_mdadm_dup_free (text);
    g_autofree char *shown = text == NULL ? NULL : show (entry->path);
    g_autoptr (GBytes) bytes = NULL;

    if (text != NULL && v2v_mdadm_knows_by_disks (text))
      v2v_inject_say (self->warnings, "'%s' of the initramfs knows an array by names of the "
                      "source's disks only: name it by UUID in the guest and make the initramfs "
                      "anew", shown);
    if (changed == NULL)
      continue;
    bytes = g_bytes_new (changed, strlen (changed));
    v2v_image_edit_put (self->edit, entry->path, entry->mode & 07777, bytes);
    v2v_inject_say (self->notes, "'%s' lets mdadm look at all disks", shown);
  }
}

/* initramfs-tools packs the rules by which a card has its name from its MAC address.  With
 * virtio_net in the image they would be used before the guest's own: a card that kept its
 * address is then called as on the old machine whatever the guest's files say by now, and
 * where they say eth0 it has no network (seen with Debian 11).  The guest's own udev gives
 * the same names a moment later, when the guest still has the rules. */
static void
remove_card_names (Leftovers *self)
{
  for (guint i = 0; i < self->image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (self->image->entries, i);
    g_autofree char *shown = NULL;

    if (S_ISDIR (entry->mode)
        || !g_str_has_suffix (entry->path, "udev/rules.d/70-persistent-net.rules"))
      continue;
    v2v_image_edit_remove (self->edit, entry->path);
    shown = show (entry->path);
    v2v_inject_say (self->notes, "removed '%s': the guest's own udev names network cards", shown);
  }
}

/* (nullable): the first word of @line that is a name of the source's hardware, as far as
 * patterns and lists of names can be told apart from names */
static char *
dup_source_name (const char *line)
{
  static const char *const prefixes[]
    = { "/dev/nvme", "/dev/xvd", "/dev/disk/by-path/", "/dev/disk/by-id/nvme-" };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    const char *hit = strstr (line, prefixes[i]);

    if (hit != NULL)
      return g_strndup (hit, strcspn (hit, " \t\r\"'|,;:]"));
  }
  return NULL;
}

static void
warn_about_text (Leftovers *self, const V2vImageEntry *entry, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    g_autofree char *name = NULL;
    g_autofree char *shown = NULL;

    g_strstrip (*line);
    if (**line == '#')
      continue;
    name = dup_source_name (*line);
    if (name == NULL)
      continue;
    shown = show (name);
    v2v_inject_say (self->warnings, "'%s' of the initramfs names '%s', which no virtio disk is "
                    "called: name it by UUID in the guest and make the initramfs anew",
                    entry->path, shown);
    return;
  }
}

static void
warn_about_names (Leftovers *self)
{
  static const char *const files[]
    = { "conf/conf.d/cryptroot", "cryptroot/crypttab", "etc/crypttab",  "etc/fstab",
        "etc/fstab.sys",         "etc/lvm/lvm.conf" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    const V2vImageEntry *entry = v2v_image_find (self->image, files[i]);
    g_autofree char *text = entry == NULL ? NULL : dup_text (entry);

    if (text != NULL)
      warn_about_text (self, entry, text);
  }
}

void
v2v_inject_plan_leftovers (const V2vInjectFacts *facts, const V2vImage *image,
                           V2vImageEdit *edit, GPtrArray *notes, GPtrArray *warnings)
{
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (V2vInjectNames) names = v2v_inject_names_new (facts->guest, facts->fstab);
  Leftovers self = { .image = image, .names = names, .notes = notes, .warnings = warnings,
                     .told = told };

  /* Which other names are used decides what each of them means: all are added first. */
  edit_values (&self);
  self.edit = edit;
  edit_values (&self);
  remove_waits (&self);
  remove_devices_files (&self);
  remove_card_names (&self);
  free_mdadm (&self);
  warn_about_names (&self);
}
