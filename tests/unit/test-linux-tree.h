/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-linux-tree.h - whole guests from tables of files, on a described disk
 */
#pragma once

#include "test-tree.h"
#include "v2v-inspect.h"

typedef struct {
  const char *path;
  const char *text; /* "@TARGET" is a link, "/" a directory, "#elf" and "#newc NAMES" are made */
} File;

static inline void
write_elf (const Tree *tree, const char *path)
{
  static const guint8 header[64] = { 0x7f, 'E', 'L', 'F', 2, 1, 1, [18] = 62 };

  tree_write_bytes (tree, path, header, sizeof header);
}

static inline void
add_newc (GByteArray *out, const char *name)
{
  static const guint8 zeros[4];
  g_autofree char *header
    = g_strdup_printf ("070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, 0100644, 0,
                       0, 1, 0, 0, 0, 0, 0, 0, (guint) strlen (name) + 1, 0);

  g_byte_array_append (out, (const guint8 *) header, 110);
  g_byte_array_append (out, (const guint8 *) name, (guint) strlen (name) + 1);
  g_byte_array_append (out, zeros, -out->len & 3);
}

static inline void
write_newc (const Tree *tree, const char *path, const char *names)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  for (guint i = 0; list[i] != NULL; i++)
    add_newc (out, list[i]);
  add_newc (out, "TRAILER!!!");
  tree_write_bytes (tree, path, out->data, out->len);
}

static inline void
add_files (const Tree *tree, const File *files)
{
  for (; files->path != NULL; files++) {
    if (files->text[0] == '@')
      tree_link (tree, files->path, files->text + 1);
    else if (g_str_equal (files->text, "/"))
      tree_mkdir (tree, files->path);
    else if (g_str_equal (files->text, "#elf"))
      write_elf (tree, files->path);
    else if (g_str_has_prefix (files->text, "#newc "))
      write_newc (tree, files->path, files->text + strlen ("#newc "));
    else
      tree_write (tree, files->path, files->text);
  }
}

static inline void
add_partition (Tree *tree, guint number, const char *guid, const char *type, const char *uuid,
               const char *label)
{
  V2vPartition *part = v2v_guest_add_partition (tree->guest);

  part->number = number;
  part->device = g_strdup_printf ("/dev/sda%u", number);
  part->type_guid = g_strdup (guid);
  part->partuuid = g_strdup_printf ("part-%u", number);
  if (type != NULL) {
    V2vFilesystem *fs = v2v_guest_add_filesystem (tree->guest);

    fs->device = g_strdup (part->device);
    fs->type = g_strdup (type);
    fs->uuid = g_strdup (uuid);
    fs->label = g_strdup (label);
  }
}

#define LINUX_GUID "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
#define ESP_GUID "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define BIOS_GUID "21686148-6449-6E6F-744E-656564454649"

/* One GPT disk with p1 as root, p14 for BIOS and p15 as ESP. */
static inline Tree *
tree_on_disk (const File *files, const char *type, gboolean bios, gboolean esp)
{
  Tree *tree = tree_new ();
  V2vDiskFact *disk = v2v_guest_add_disk (tree->guest);

  disk->device = g_strdup ("/dev/sda");
  disk->table = g_strdup ("gpt");
  add_partition (tree, 1, LINUX_GUID, type, "root-uuid", "/");
  if (bios)
    add_partition (tree, 14, BIOS_GUID, NULL, NULL, NULL);
  if (esp)
    add_partition (tree, 15, ESP_GUID, "vfat", "ABCD-0001", "UEFI");
  tree->guest->root = g_strdup ("/dev/sda1");
  add_files (tree, files);
  return tree;
}

static inline V2vGuest *
inspect (Tree *tree)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (v2v_inspect_tree (tree->fs, tree->guest, NULL, &error));
  g_assert_no_error (error);
  return tree->guest;
}

static inline const V2vBootEntry *
default_entry (const V2vGuest *guest)
{
  for (guint i = 0; guest->bootloader != NULL && i < guest->bootloader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (guest->bootloader->entries, i);

    if (entry->is_default)
      return entry;
  }
  return NULL;
}

static inline char *
unit_list (const V2vGuest *guest)
{
  g_autoptr (GPtrArray) units = g_ptr_array_new ();

  for (guint i = 0; i < guest->units->len; i++)
    g_ptr_array_add (units, g_ptr_array_index (guest->units, i));
  g_ptr_array_add (units, NULL);
  return g_strjoinv (" ", (char **) units->pdata);
}
