/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-emit-golden.c - whole outputs against files written by hand
 *
 * The files under tests/golden/emit were written from the rules, not taken from the
 * program.  UPDATE_GOLDEN=1 rewrites them ("make update-golden"); a commit that does
 * so says why.
 */
#include <config.h>

#include <glib.h>

#include "emit-fixtures.h"

static void
test_golden (gconstpointer data)
{
  const char *name = data;
  g_autoptr (Fixture) f = fixture_new (name);
  g_autoptr (V2vTarget) target = fixture_decide (f);
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = v2v_emit_libvirt_xml (target, &error);
  g_autofree char *vm = NULL;
  g_autofree char *fragment = NULL;

  g_assert_no_error (error);
  vm = v2v_emit_kubevirt (target, V2V_KUBEVIRT_VM, &error);
  g_assert_no_error (error);
  fragment = v2v_emit_kubevirt (target, V2V_KUBEVIRT_FRAGMENT, &error);
  g_assert_no_error (error);
  fixture_compare_golden (name, "xml", xml);
  fixture_compare_golden (name, "vm.yaml", vm);
  fixture_compare_golden (name, "fragment.yaml", fragment);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const FixtureCase *c = fixture_cases; c->name != NULL; c++) {
    g_autofree char *path = g_strconcat ("/emit/golden/", c->name, NULL);

    g_test_add_data_func (path, c->name, test_golden);
  }
  return g_test_run ();
}
