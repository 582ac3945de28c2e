/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-inject.h - images as tables of files, and a kernel to put into them
 */
#pragma once

#include "linux/v2v-initramfs-image-private.h"
#include "linux/v2v-inject-private.h"
#include "test-linux-tree.h"

/* One file of an image; text "@TARGET" is a link, NULL a file whose content nobody asked for. */
typedef struct {
  const char *path, *text;
} Entry;

static inline int
compare_entries (gconstpointer a, gconstpointer b)
{
  const V2vImageEntry *const *x = a;
  const V2vImageEntry *const *y = b;

  return strcmp ((*x)->path, (*y)->path);
}

static inline V2vImage *
new_image (const Entry *entries)
{
  V2vImage *image = v2v_image_new ();

  for (; entries->path != NULL; entries++) {
    const char *text = entries->text;
    gboolean link = text != NULL && *text == '@';
    g_autoptr (GBytes) bytes = NULL;

    if (text != NULL)
      bytes = g_bytes_new (text + link, strlen (text + link));
    v2v_image_add_entry (image, entries->path, (link ? S_IFLNK : S_IFREG) | 0644, bytes);
  }
  g_ptr_array_sort (image->entries, compare_entries);
  return image;
}

typedef struct {
  Tree *tree;
  V2vKernel *kernel;
  V2vModules *modules;
  V2vInjectFacts facts;
} Fixture;

static inline void
fixture_init (Fixture *f, const char *dep, const char *builtin)
{
  static const File nothing[] = { { NULL, NULL } };
  g_autoptr (GError) error = NULL;

  memset (f, 0, sizeof *f);
  f->tree = tree_on_disk (nothing, "ext4", TRUE, TRUE);
  add_partition (f->tree, 3, LINUX_GUID, "swap", "swap-uuid", NULL);
  f->kernel = v2v_guest_add_kernel (f->tree->guest);
  f->kernel->version = g_strdup ("6.1");
  if (dep != NULL) {
    f->modules = v2v_modules_new (dep, NULL, NULL, builtin, &error);
    g_assert_no_error (error);
  }
  f->facts = (V2vInjectFacts){ .guest = f->tree->guest, .kernel = f->kernel, .version = "6.1",
                               .modules = f->modules };
}

static inline void
fixture_clear (Fixture *f)
{
  v2v_modules_free (f->modules);
  tree_free (f->tree);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)
