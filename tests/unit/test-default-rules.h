/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-default-rules.h - data/rules, for the tests of what they do to guests
 */
#pragma once

#include <glib.h>

#include "v2v-ruleset.h"

/* (transfer full); @enable: (nullable): ids of rules that are off by themselves */
static inline V2vRuleset *
default_rules_load (const char *const *enable)
{
  g_autofree char *directory
    = g_build_filename (g_getenv ("V2V_SRCDIR"), "data", "rules", NULL);
  const char *directories[] = { directory, NULL };
  const V2vRulesetArgs args = { .directories = directories, .enable = enable };
  g_autoptr (GError) error = NULL;
  V2vRuleset *rules = v2v_ruleset_load (&args, &error);

  g_assert_no_error (error);
  return rules;
}
