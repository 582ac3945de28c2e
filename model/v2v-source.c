/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-source.c - allocation for V2vSource; no logic
 */
#include <config.h>

#include "v2v-source.h"

static void
disk_free (gpointer p)
{
  V2vSourceDisk *disk = p;

  g_free (disk->path);
  g_free (disk->real_path);
  g_free (disk->format);
  g_free (disk->bus);
  g_free (disk->serial);
  g_free (disk);
}

static void
nic_free (gpointer p)
{
  V2vSourceNic *nic = p;

  g_free (nic->mac);
  g_free (nic->network);
  g_free (nic->model);
  g_free (nic);
}

V2vSource *
v2v_source_new (const char *name)
{
  V2vSource *source = g_new0 (V2vSource, 1);

  source->name = g_strdup (name);
  source->disks = g_ptr_array_new_with_free_func (disk_free);
  source->nics = g_ptr_array_new_with_free_func (nic_free);
  return source;
}

void
v2v_source_free (V2vSource *source)
{
  if (source == NULL)
    return;
  g_free (source->name);
  g_free (source->uuid);
  g_free (source->hint);
  g_ptr_array_unref (source->disks);
  g_ptr_array_unref (source->nics);
  g_free (source);
}

V2vSourceDisk *
v2v_source_add_disk (V2vSource *source)
{
  V2vSourceDisk *disk = g_new0 (V2vSourceDisk, 1);

  g_ptr_array_add (source->disks, disk);
  return disk;
}

V2vSourceNic *
v2v_source_add_nic (V2vSource *source)
{
  V2vSourceNic *nic = g_new0 (V2vSourceNic, 1);

  g_ptr_array_add (source->nics, nic);
  return nic;
}
