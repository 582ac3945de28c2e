/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-names.c - names of kernels, their initramfs images and modules
 */
#include <config.h>

#include <string.h>

#include "v2v-initramfs.h"
#include "v2v-kernels.h"

const char *
v2v_kernel_version_of (const char *name)
{
  static const char *const prefixes[] = { "vmlinuz-", "vmlinux-", "kernel-", "Image-", "bzImage-" };
  static const char *const left_behind[]
    = { ".rpmsave", ".rpmnew", ".rpmorig", ".dpkg-old", ".dpkg-new", ".dpkg-bak", ".old", ".bak",
        ".orig", ".pre-v2v", ".gz", ".hmac", ".sig", "~" };
  const char *version = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes) && version == NULL; i++)
    if (g_str_has_prefix (name, prefixes[i]))
      version = name + strlen (prefixes[i]);
  if (version == NULL || *version == '\0' || strstr (version, "rescue") != NULL
      || strstr (version, "kdump") != NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (left_behind); i++)
    if (g_str_has_suffix (version, left_behind[i]))
      return NULL;
  return version;
}

const char *
v2v_kernel_find_initrd (const GHashTable *names, const char *version)
{
  static const char *const forms[][2]
    = { { "initrd.img-", "" },        { "initramfs-", ".img" }, { "initrd-", "" },
        { "initrd-", ".img" },        { "initramfs-", "" },     { "initramfs.img-", "" },
        { "initramfs-genkernel-x86_64-", "" } };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *name = g_strconcat (forms[i][0], version, forms[i][1], NULL);
    gpointer found;

    if (g_hash_table_lookup_extended ((GHashTable *) names, name, &found, NULL))
      return found;
  }
  return NULL;
}

gboolean
v2v_kernel_list_has_module (const char *list, const char *name, char **out_path)
{
  while (*list != '\0') {
    gsize n = strcspn (list, ":\r\n");
    g_autofree char *path = g_strndup (list, n);
    g_autofree char *module = v2v_module_name (path);

    if (g_strcmp0 (module, name) == 0) {
      if (out_path != NULL)
        *out_path = g_steal_pointer (&path);
      return TRUE;
    }
    list += strcspn (list, "\n");
    list += *list == '\n';
  }
  return FALSE;
}

gboolean
v2v_kernel_config_has_builtin (const char *config, const char *name)
{
  static const struct {
    const char *name;
    const char *option;
  } rows[] = {
    { "virtio_pci", "VIRTIO_PCI" },         { "virtio_blk", "VIRTIO_BLK" },
    { "virtio_scsi", "SCSI_VIRTIO" },       { "virtio_net", "VIRTIO_NET" },
    { "virtio_rng", "HW_RANDOM_VIRTIO" },   { "virtio_balloon", "VIRTIO_BALLOON" },
    { "virtio_console", "VIRTIO_CONSOLE" }, { "virtio_input", "VIRTIO_INPUT" },
    { "sd_mod", "BLK_DEV_SD" },             { "ahci", "SATA_AHCI" },
    { "e1000e", "E1000E" },                 { "nvme", "BLK_DEV_NVME" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *line = NULL;
    const char *hit;

    if (!g_str_equal (rows[i].name, name))
      continue;
    line = g_strdup_printf ("CONFIG_%s=y\n", rows[i].option);
    hit = strstr (config, line);
    return hit != NULL && (hit == config || hit[-1] == '\n');
  }
  return FALSE;
}
