/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-crypttab.h - /etc/crypttab, resolved against the volumes that were found
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/* More lines are not read. */
#define V2V_CRYPTTAB_ENTRIES_MAX 256

typedef struct {
  guint line;      /* from 1 */
  char *name;      /* below /dev/mapper */
  char *source;    /* as written */
  gboolean random; /* plain or with a new key at each boot: what is there has no id, and may
                      be written over */
  gboolean foreign;  /* no LUKS volume by its own first bytes: nothing on it tells which it is */
  gboolean optional; /* nofail or noauto */
  char *device;    /* resolved; NULL when it does not resolve */
  char *why;       /* when device is NULL */
  gboolean unfit;  /* device is NULL though there is such a disk: why says what it holds */
} V2vCryptRow;

/**
 * v2v_crypttab_parse:
 * @fstab: (nullable): which other names are used decides what each of them means
 *
 * Returns: (transfer full) (element-type V2vCryptRow): the rows, in their order
 */
GPtrArray *v2v_crypttab_parse (const char *text, const V2vGuest *guest, const char *fstab)
  G_GNUC_WARN_UNUSED_RESULT;

/* Gives the opened volumes of @guest the names that @text has for them. */
void v2v_crypttab_name (V2vGuest *guest, const char *text, const char *fstab);

G_END_DECLS
