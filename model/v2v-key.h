/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-key.h - a passphrase for encrypted volumes, plain data
 *
 * Only the appliance gets @secret: it is in no log, report, record or argv.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *id;     /* "all", a device as the appliance names it, or the volume's UUID */
  char *file;   /* absolute host path, where @secret was read from */
  char *secret;
} V2vKey;

/* (transfer full): all empty. */
V2vKey *v2v_key_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Overwrites the secret first; NULL is allowed. */
void v2v_key_free (V2vKey *key);

/* TRUE when @key is for the volume; @uuid may be %NULL. */
gboolean v2v_key_is_for (const V2vKey *key, const char *device, const char *uuid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vKey, v2v_key_free)

G_END_DECLS
