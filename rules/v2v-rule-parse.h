/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-rule-parse.h - one rule file, from text to rules; used by v2v-ruleset only
 *
 * In two passes, because what "when" and "do" say depends on parameters that a later
 * file or the command line may set: v2v_rule_file_parse() reads everything else,
 * v2v_rule_document_parse_body() the rest.
 */
#pragma once

#include "v2v-ruleset.h"
#include "v2v-yaml.h"

G_BEGIN_DECLS

typedef struct _V2vRuleFile V2vRuleFile;

/* A document of a file: a rule, or a change of one of an earlier directory, "id" with
 * "enabled" and "params" only. */
typedef struct {
  const char *file;            /* for messages; of the V2vRuleFile */
  const V2vYamlNode *node;
  const V2vYamlNode *id_node;
  guint position;              /* in the file */
  gboolean is_change;
  gboolean sets_enabled;       /* change */
  const V2vYamlNode *values;   /* change: names and scalars; NULL = none */
  V2vRule *rule;               /* of a change: id, enabled and where */
} V2vRuleDocument;

struct _V2vRuleFile {
  char *name;           /* for messages */
  char *basename;       /* that the order goes by */
  guint directory;      /* set by whoever reads directories */
  V2vYaml *yaml;
  GPtrArray *documents; /* V2vRuleDocument */
};

/**
 * v2v_rule_file_parse:
 * @name: of the file for messages, printable
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_USAGE, "NAME:LINE:COLUMN: ..."
 */
V2vRuleFile *v2v_rule_file_parse (const char *name, const char *text, gsize length,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_rule_file_free (V2vRuleFile *file); /* NULL is allowed */

/* Fills in everything but "when" and "do". */
gboolean v2v_rule_document_parse_head (V2vRuleDocument *document, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_rule_document_parse_body:
 * @left: as in #V2vArgsScope
 *
 * Parses "when" and "do" of a rule with the values that its parameters have now.
 */
gboolean v2v_rule_document_parse_body (V2vRuleDocument *document, gsize *left,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Applies a change to @rule; an unknown parameter is an error at its place. */
gboolean v2v_rule_document_change (const V2vRuleDocument *document, V2vRule *rule,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE for [a-z][a-z0-9-]{0,62}. */
gboolean v2v_rule_is_id (const char *text);

/* (transfer none) (nullable) */
V2vParam *v2v_rule_find_param (const V2vRule *rule, const char *name);

/* NULL when @value may be one, else what is wrong with it. */
const char *v2v_rule_value_mistake (const char *value);

V2vRule *v2v_rule_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_rule_free (V2vRule *rule); /* NULL is allowed */

/* The text of one document, without its marks; @lines are the offsets at which lines
 * begin, @line counts from 1. */
char *v2v_rule_dup_source (const char *text, gsize length, const GArray *lines, guint line)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vRule, v2v_rule_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vRuleFile, v2v_rule_file_free)

G_END_DECLS
