/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-xml.c - XML from strangers, and XML that we write
 */
#include <config.h>

#include "v2v-xml.h"

#include <libxml/parser.h>
#include <libxml/xpathInternals.h>
#include <stdarg.h>
#include <string.h>

#include "v2v-file.h"
#include "v2v-str.h"

#define MAX_XML (1024 * 1024)

static void
set_parse_error (xmlParserCtxt *ctxt, const char *name, GError **error)
{
  const xmlError *last = xmlCtxtGetLastError (ctxt);
  g_autofree char *reason = NULL;

  if (last == NULL || last->message == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "'%s' is not XML", name);
    return;
  }
  reason = g_strchomp (g_strdup (last->message));
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "'%s' is not well-formed XML: line %d: %s",
               name, last->line, reason);
}

/* Stops at the declaration itself, before any entity in it can be defined. */
static void
refuse_subset (void *user, const xmlChar *name, const xmlChar *external,
               const xmlChar *system)
{
  xmlParserCtxt *ctxt = user;

  (void) name;
  (void) external;
  (void) system;
  *(gboolean *) ctxt->_private = TRUE;
  xmlStopParser (ctxt);
}

xmlDoc *
v2v_xml_parse (const char *data, gsize length, const char *name, GError **error)
{
  g_autoptr (xmlDoc) doc = NULL;
  gboolean has_dtd = FALSE;
  xmlParserCtxt *ctxt;

  if (length > MAX_XML) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "'%s' is too large for a domain XML",
                 name);
    return NULL;
  }
  ctxt = xmlNewParserCtxt ();
  ctxt->_private = &has_dtd;
  ctxt->sax->internalSubset = refuse_subset;
  doc = xmlCtxtReadMemory (ctxt, data, (int) length, NULL, NULL,
                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING
                             | XML_PARSE_NOCDATA);
  if (has_dtd) {
    g_clear_pointer (&doc, xmlFreeDoc);
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "'%s' has a document type declaration, which is not accepted: remove the "
                 "<!DOCTYPE ...> part",
                 name);
  } else if (doc == NULL) {
    set_parse_error (ctxt, name, error);
  }
  xmlFreeParserCtxt (ctxt);
  return g_steal_pointer (&doc);
}

xmlDoc *
v2v_xml_load (const char *path, GError **error)
{
  gsize length = 0;
  g_autofree char *data = v2v_file_read (path, MAX_XML, &length, error);

  if (data == NULL)
    return NULL;
  return v2v_xml_parse (data, length, path, error);
}

static xmlXPathObject *
evaluate (xmlNode *context, const char *xpath)
{
  xmlXPathContext *ctx = xmlXPathNewContext (context->doc);
  xmlXPathObject *object;

  xmlXPathSetContextNode (context, ctx);
  object = xmlXPathEvalExpression ((const xmlChar *) xpath, ctx);
  xmlXPathFreeContext (ctx);
  return object;
}

GPtrArray *
v2v_xml_find_all (xmlNode *context, const char *xpath)
{
  GPtrArray *nodes = g_ptr_array_new ();
  xmlXPathObject *object = evaluate (context, xpath);

  if (object != NULL && object->nodesetval != NULL) {
    for (int i = 0; i < object->nodesetval->nodeNr; i++)
      g_ptr_array_add (nodes, object->nodesetval->nodeTab[i]);
  }
  xmlXPathFreeObject (object);
  return nodes;
}

char *
v2v_xml_dup_string (xmlNode *context, const char *xpath)
{
  g_autoptr (GPtrArray) nodes = v2v_xml_find_all (context, xpath);
  xmlChar *content;
  char *text;

  if (nodes->len == 0)
    return NULL;
  content = xmlNodeGetContent (g_ptr_array_index (nodes, 0));
  text = g_strstrip (g_strdup ((const char *) content));
  xmlFree (content);
  return text;
}

/* XML 1.0 has no way to write most control characters, not even escaped. */
static char *
drop_unwritable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c >= 0x20 || c == '\t' || c == '\n')
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

xmlNode *
v2v_xml_add (xmlNode *parent, const char *name, const char *text)
{
  g_autofree char *clean = text != NULL ? drop_unwritable (text) : NULL;

  return xmlNewTextChild (parent, NULL, (const xmlChar *) name, (const xmlChar *) clean);
}

void
v2v_xml_set (xmlNode *node, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clean = drop_unwritable (text);
  xmlSetProp (node, (const xmlChar *) name, (const xmlChar *) clean);
}

char *
v2v_xml_to_string (xmlDoc *doc)
{
  xmlChar *bytes = NULL;
  int length = 0;
  char *text;

  xmlDocDumpFormatMemoryEnc (doc, &bytes, &length, "UTF-8", 1);
  text = g_strndup ((const char *) bytes, (gsize) length);
  xmlFree (bytes);
  return text;
}
