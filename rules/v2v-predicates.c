/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicates.c - the table of predicates: a new one is a file in predicates/ and a row here
 */
#include <config.h>

#include "predicates/v2v-predicate-private.h"

static const V2vPredicateOps *const table[] = {
  &v2v_predicate_arch_ops,
  &v2v_predicate_cmdline_ops,
  &v2v_predicate_distro_ops,
  &v2v_predicate_family_ops,
  &v2v_predicate_kconfig_ops,
  &v2v_predicate_login_ops,
  &v2v_predicate_option_ops,
  &v2v_predicate_os_ops,
  &v2v_predicate_package_ops,
  &v2v_predicate_path_ops,
  &v2v_predicate_source_ops,
  &v2v_predicate_text_ops,
  &v2v_predicate_unit_ops,
  &v2v_predicate_version_ops,
  NULL,
};

const V2vPredicateOps *const *
v2v_predicates (void)
{
  return table;
}

const V2vPredicateOps *
v2v_predicate_find (const char *name)
{
  for (guint i = 0; table[i] != NULL; i++) {
    if (g_str_equal (table[i]->name, name))
      return table[i];
  }
  return NULL;
}
