/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-domain-private.h - what the files of the domain reader share
 */
#pragma once

#include "v2v-source.h"
#include "v2v-xml.h"

G_BEGIN_DECLS

typedef struct {
  xmlNode *domain;
  GPtrArray *warnings; /* or NULL */
  V2vSource *source;   /* filled in */
} V2vDomainReader;

/* Always FALSE; %V2V_ERROR_USAGE.  The text is made printable. */
gboolean v2v_domain_fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
void v2v_domain_warn (V2vDomainReader *reader, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A decimal number of at most @max; absent is 0, anything else an error. */
gboolean v2v_domain_number (xmlNode *context, const char *xpath, guint64 max,
                            guint64 *out_value, GError **error);

/* (transfer full) (nullable): like v2v_xml_dup_string(), but empty is NULL too. */
char *v2v_domain_dup (xmlNode *context, const char *xpath);

gboolean v2v_domain_read_disks (V2vDomainReader *reader, GError **error);
gboolean v2v_domain_read_nics (V2vDomainReader *reader, GError **error);

G_END_DECLS
