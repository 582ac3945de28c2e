/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-grub.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The first byte chooses the parser. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) files = NULL;

  if (size == 0)
    return 0;
  text = g_strndup ((const char *) data + 1, size - 1);
  v2v_grubenv_parse (menu, "saved_entry=1>2\nkernelopts=root=x\n");
  switch (data[0] % 6) {
  case 0:
    v2v_grub_parse (menu, text);
    break;
  case 1:
    v2v_grub_legacy_parse (menu, text);
    break;
  case 2:
    v2v_extlinux_parse (menu, text);
    break;
  case 3:
    v2v_loader_conf_parse (menu, text);
    v2v_bls_parse (menu, "x", text);
    break;
  case 4:
    v2v_bls_parse (menu, "a", text);
    v2v_bls_parse (menu, "b", text);
    v2v_bls_sort (menu);
    break;
  default:
    v2v_grubenv_parse (menu, text);
    break;
  }
  files = v2v_grub_dup_env_files (text);
  for (guint i = 0; i < menu->entries->len; i++)
    g_assert_nonnull (((V2vMenuEntry *) menu->entries->pdata[i])->entry.kernel);
  g_assert_true ((v2v_menu_default (menu) == NULL) == (menu->entries->len == 0));
  return 0;
}
