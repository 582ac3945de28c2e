/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-manifest.h - phony guests from tests/trees/NAME.yaml (its README has the format)
 */
#pragma once

#include "test-tree.h"
#include "v2v-inspect.h"
#include "v2v-yaml.h"

typedef struct {
  V2vYaml *yaml;
  const V2vYamlNode *root;
  char *name;
} Manifest;

static inline char *
manifest_source_path (const char *directory, const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (g_getenv ("V2V_SRCDIR"), "tests", directory, file, NULL);
}

static inline void
manifest_free (Manifest *manifest)
{
  v2v_yaml_free (manifest->yaml);
  g_free (manifest->name);
  g_free (manifest);
}

static inline Manifest *
manifest_load (const char *name)
{
  g_autofree char *path = manifest_source_path ("trees", name, ".yaml");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  Manifest *manifest = g_new0 (Manifest, 1);
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  manifest->yaml = v2v_yaml_parse (text, length, path, &error);
  g_assert_no_error (error);
  manifest->root = v2v_yaml_document (manifest->yaml, 0);
  manifest->name = g_strdup (name);
  return manifest;
}

/* A misspelt key would silently be another guest. */
static inline void
manifest_check_keys (const V2vYamlNode *node, const char *known)
{
  g_auto (GStrv) names = g_strsplit (known, " ", -1);

  g_assert_cmpint (node->kind, ==, V2V_YAML_MAPPING);
  for (guint i = 0; i < node->keys->len; i++) {
    const char *key = v2v_yaml_text (g_ptr_array_index (node->keys, i));

    if (!g_strv_contains ((const char *const *) names, key))
      g_error ("line %u: unknown key '%s'", node->line, key);
  }
}

static inline char *
manifest_dup (const V2vYamlNode *node, const char *key)
{
  return g_strdup (v2v_yaml_text (v2v_yaml_get (node, key)));
}

static inline guint
manifest_number (const V2vYamlNode *node, const char *key, guint base, guint fallback)
{
  const char *text = v2v_yaml_text (v2v_yaml_get (node, key));

  return text == NULL ? fallback : (guint) g_ascii_strtoull (text, NULL, (int) base);
}

static inline void
manifest_add_filesystem (V2vGuest *guest, const V2vYamlNode *node, const char *device)
{
  V2vFilesystem *fs;

  if (v2v_yaml_get (node, "type") == NULL)
    return;
  fs = v2v_guest_add_filesystem (guest);
  fs->device = g_strdup (device);
  fs->type = manifest_dup (node, "type");
  fs->uuid = manifest_dup (node, "uuid");
  fs->label = manifest_dup (node, "label");
}

static inline void
manifest_add_partition (V2vGuest *guest, const V2vDiskFact *disk, const V2vYamlNode *node)
{
  static const struct {
    const char *kind, *guid;
    int mbr;
  } kinds[] = {
    { "linux", "0FC63DAF-8483-4772-8E79-3D69D8477DE4", 0x83 },
    { "bios", "21686148-6449-6E6F-744E-656564454649", 0 },
    { "esp", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", 0xef },
  };
  V2vPartition *part = v2v_guest_add_partition (guest);
  g_autofree char *kind = manifest_dup (node, "kind");
  gboolean gpt = g_strcmp0 (disk->table, "gpt") == 0;

  manifest_check_keys (node, "number kind partuuid type uuid label");
  part->disk = disk->index;
  part->number = manifest_number (node, "number", 10, 0);
  part->device = g_strdup_printf ("%s%u", disk->device, part->number);
  part->partuuid = manifest_dup (node, "partuuid");
  part->mbr_type = -1;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (!g_str_equal (kinds[i].kind, kind))
      continue;
    part->type_guid = gpt ? g_strdup (kinds[i].guid) : NULL;
    part->mbr_type = gpt ? -1 : kinds[i].mbr;
  }
  g_assert_true (part->type_guid != NULL || part->mbr_type > 0);
  manifest_add_filesystem (guest, node, part->device);
}

static inline void
manifest_add_disk (V2vGuest *guest, const V2vYamlNode *node)
{
  V2vDiskFact *disk = v2v_guest_add_disk (guest);
  const V2vYamlNode *partitions = v2v_yaml_get (node, "partitions");

  manifest_check_keys (node, "device table partitions type uuid label");
  disk->index = guest->disks->len - 1;
  disk->device = manifest_dup (node, "device");
  disk->table = manifest_dup (node, "table");
  for (guint i = 0; partitions != NULL && i < partitions->values->len; i++)
    manifest_add_partition (guest, disk, g_ptr_array_index (partitions->values, i));
  manifest_add_filesystem (guest, node, disk->device);
}

/* (transfer full): the disks as they would be found, nothing read of the tree yet. */
static inline V2vGuest *
manifest_new_guest (const Manifest *manifest)
{
  const V2vYamlNode *facts = v2v_yaml_get (manifest->root, "facts");
  const V2vYamlNode *disks = v2v_yaml_get (facts, "disks");
  const V2vYamlNode *others = v2v_yaml_get (facts, "filesystems");
  V2vGuest *guest = v2v_guest_new ();

  manifest_check_keys (facts, "root disks filesystems");
  guest->os = V2V_OS_LINUX;
  guest->root = manifest_dup (facts, "root");
  for (guint i = 0; i < disks->values->len; i++)
    manifest_add_disk (guest, g_ptr_array_index (disks->values, i));
  for (guint i = 0; others != NULL && i < others->values->len; i++) {
    const V2vYamlNode *node = g_ptr_array_index (others->values, i);

    manifest_add_filesystem (guest, node, v2v_yaml_text (v2v_yaml_get (node, "device")));
  }
  return guest;
}

/* A program, as far as its header tells for what machine it is. */
static inline void
manifest_write_elf (const Tree *tree, const char *path, const char *arch)
{
  guint8 header[64] = { 0x7f, 'E', 'L', 'F', 2, 1, 1, [16] = 2, [18] = 0x3e };

  if (g_str_equal (arch, "aarch64"))
    header[18] = 0xb7;
  else
    g_assert_cmpstr (arch, ==, "x86_64");
  tree_write_bytes (tree, path, header, sizeof header);
}

static inline void
manifest_add_file (const Tree *tree, const V2vYamlNode *node)
{
  const char *path = v2v_yaml_text (v2v_yaml_get (node, "path"));
  const V2vYamlNode *text = v2v_yaml_get (node, "text");
  const char *link = v2v_yaml_text (v2v_yaml_get (node, "link"));
  gboolean root = geteuid () == 0;
  g_autofree char *host = tree_host_path (tree, path);
  const char *elf = v2v_yaml_text (v2v_yaml_get (node, "elf"));
  guint mode = manifest_number (node, "mode", 8, text == NULL ? 0755 : 0644);

  manifest_check_keys (node, "path text elf link dir mode uid gid");
  if (link != NULL)
    tree_link (tree, path, link);
  else if (text != NULL)
    tree_write (tree, path, text->text);
  else if (elf != NULL)
    manifest_write_elf (tree, path, elf);
  else
    tree_mkdir (tree, path);
  if (root)
    g_assert_cmpint (lchown (host, manifest_number (node, "uid", 10, 0),
                             manifest_number (node, "gid", 10, 0)), ==, 0);
  /* Only root may write where the mode forbids it. */
  if (link == NULL)
    g_assert_cmpint (chmod (host, root ? mode : mode | 0200), ==, 0);
}

/* (transfer full): the files in a temporary directory, not inspected yet. */
static inline Tree *
manifest_new_tree (const Manifest *manifest)
{
  const V2vYamlNode *files = v2v_yaml_get (manifest->root, "files");
  Tree *tree = tree_new ();

  manifest_check_keys (manifest->root, "name options enable facts files");
  for (guint i = 0; i < files->values->len; i++)
    manifest_add_file (tree, g_ptr_array_index (files->values, i));
  v2v_guest_free (tree->guest);
  tree->guest = manifest_new_guest (manifest);
  return tree;
}

/* (transfer full): ids of rules that are off by themselves. */
static inline char **
manifest_dup_enable (const Manifest *manifest)
{
  const V2vYamlNode *node = v2v_yaml_get (manifest->root, "enable");
  GPtrArray *ids = g_ptr_array_new ();

  for (guint i = 0; node != NULL && i < node->values->len; i++)
    g_ptr_array_add (ids, g_strdup (v2v_yaml_text (g_ptr_array_index (node->values, i))));
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (ids, FALSE);
}

/* (transfer full) (element-type utf8 utf8) */
static inline GHashTable *
manifest_dup_options (const Manifest *manifest)
{
  const V2vYamlNode *node = v2v_yaml_get (manifest->root, "options");
  GHashTable *options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  /* The program has decided it by then. */
  g_hash_table_insert (options, g_strdup ("engine"), g_strdup ("virt-v2v"));
  g_hash_table_insert (options, g_strdup ("agents"), g_strdup ("disable"));
  g_hash_table_insert (options, g_strdup ("guest-agent"), g_strdup ("keep"));
  for (guint i = 0; node != NULL && i < node->keys->len; i++)
    g_hash_table_insert (options, g_strdup (v2v_yaml_text (g_ptr_array_index (node->keys, i))),
                         g_strdup (v2v_yaml_text (g_ptr_array_index (node->values, i))));
  return options;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Manifest, manifest_free)
