/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-xml.h"

static void
expect_refused (const char *xml, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (xmlDoc) doc = v2v_xml_parse (xml, strlen (xml), "input.xml", &error);

  g_assert_null (doc);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_refused (void)
{
  expect_refused ("", "input.xml");
  expect_refused ("<a><b></a>", "line 1");
  expect_refused ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "document type declaration");
  expect_refused ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "document type");
}

static void
test_read (void)
{
  const char *xml = "<domain type='kvm'><name> web </name><devices><disk n='1'/>"
                    "<disk n='2'/></devices></domain>";
  g_autoptr (GError) error = NULL;
  g_autoptr (xmlDoc) doc = v2v_xml_parse (xml, strlen (xml), "x", &error);
  xmlNode *root = xmlDocGetRootElement (doc);
  g_autofree char *name = v2v_xml_dup_string (root, "name");
  g_autofree char *none = v2v_xml_dup_string (root, "uuid");
  g_autofree char *type = v2v_xml_dup_string (root, "@type");
  g_autoptr (GPtrArray) disks = v2v_xml_find_all (root, "devices/disk");

  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, "web");
  g_assert_cmpstr (type, ==, "kvm");
  g_assert_null (none);
  g_assert_cmpuint (disks->len, ==, 2);
}

static void
test_write (void)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc ((const xmlChar *) "1.0");
  xmlNode *root = xmlNewNode (NULL, (const xmlChar *) "domain");
  g_autofree char *text = NULL;

  xmlDocSetRootElement (doc, root);
  v2v_xml_add (root, "name", "a<b>&\x01");
  v2v_xml_set (root, "type", "k\"%s", "vm");
  text = v2v_xml_to_string (doc);
  g_assert_cmpstr (text, ==,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<domain type=\"k&quot;vm\">\n"
                   "  <name>a&lt;b&gt;&amp;</name>\n"
                   "</domain>\n");
}

static void
test_too_large (void)
{
  g_autofree char *big = g_strnfill (2 * 1024 * 1024, ' ');

  expect_refused (big, "too large");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xml/refused", test_refused);
  g_test_add_func ("/xml/read", test_read);
  g_test_add_func ("/xml/write", test_write);
  g_test_add_func ("/xml/too-large", test_too_large);
  return g_test_run ();
}
