/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-guest-json.h - the facts as a JSON object, for documents that hold it
 */
#pragma once

#include "v2v-guest.h"
#include "v2v-json.h"

G_BEGIN_DECLS

/* Adds every fact to @object, without the format number. */
void v2v_guest_to_json (JsonObject *object, const V2vGuest *guest);

G_END_DECLS
