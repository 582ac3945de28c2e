/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-xml.h - XML from strangers, and XML that we write
 */
#pragma once

#include <glib.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/**
 * v2v_xml_load:
 * @path: host file, at most 1 MiB
 *
 * A document type declaration is refused, so no entity, internal or external,
 * is ever expanded; nothing is fetched.  All errors are %V2V_ERROR_USAGE with
 * file, line and reason (an unreadable file keeps its own code).
 *
 * Returns: (transfer full): free with xmlFreeDoc() or g_autoptr (xmlDoc).
 */
xmlDoc *v2v_xml_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same from memory; @name is for messages. */
xmlDoc *v2v_xml_parse (const char *data, gsize length, const char *name, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_xml_dup_string:
 * @xpath: an expression relative to @context, e.g. "os/type" or "source/@file"
 *
 * Returns: (transfer full) (nullable): the text, stripped; %NULL when the node
 * does not exist.
 */
char *v2v_xml_dup_string (xmlNode *context, const char *xpath) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_xml_find_all:
 *
 * Returns: (transfer container) (element-type xmlNode): the nodes in document
 * order, owned by the document.
 */
GPtrArray *v2v_xml_find_all (xmlNode *context, const char *xpath)
  G_GNUC_WARN_UNUSED_RESULT;

/* Adds <name>text</name>; @text may be NULL.  Both are escaped by libxml2, and
 * characters that XML cannot hold are dropped.  Returns the new element. */
xmlNode *v2v_xml_add (xmlNode *parent, const char *name, const char *text);

/* Sets an attribute from a printf format. */
void v2v_xml_set (xmlNode *node, const char *name, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/* (transfer full): the document, indented, UTF-8, ending in a newline. */
char *v2v_xml_to_string (xmlDoc *doc) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)

G_END_DECLS
