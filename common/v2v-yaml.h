/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-yaml.h - read YAML that may have been written by an enemy
 *
 * A document becomes a tree of plain nodes that remember where they stood.  Types
 * are the reader's business: a scalar is its text, and whether it was quoted.
 * Aliases point to the anchored node itself; merge keys ("<<") are ordinary keys.
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

#define V2V_YAML_SIZE_MAX (1024 * 1024) /* bytes of text */
#define V2V_YAML_DEPTH_MAX 32           /* nesting, aliases included */
#define V2V_YAML_NODES_MAX 100000       /* nodes of a stream with every alias written out */
#define V2V_YAML_DOCUMENTS_MAX 1000

typedef enum { V2V_YAML_SCALAR, V2V_YAML_SEQUENCE, V2V_YAML_MAPPING } V2vYamlKind;

typedef struct _V2vYamlNode V2vYamlNode;
struct _V2vYamlNode {
  V2vYamlKind kind;
  guint line, column; /* from 1 */
  char *text;         /* scalar: valid UTF-8 */
  gboolean quoted;    /* scalar: quoted or a block, so it is a string whatever it says */
  GPtrArray *keys;    /* mapping: V2vYamlNode, in order, duplicates kept */
  GPtrArray *values;  /* mapping: V2vYamlNode, one for each key; sequence: the items */
  guint weight, depth; /* for the caps */
};

/* All documents of one stream.  Nodes live as long as it does. */
typedef struct _V2vYaml V2vYaml;

/**
 * v2v_yaml_parse:
 * @name: of the file, for messages
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_USAGE, "NAME:LINE:COLUMN: reason",
 * for bad syntax, for a cap that was met, and for an alias of a node that contains it.
 */
V2vYaml *v2v_yaml_parse (const char *text, gsize length, const char *name, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_yaml_free (V2vYaml *yaml); /* NULL is allowed */

guint v2v_yaml_n_documents (const V2vYaml *yaml);

/* (transfer none) (nullable): the root of a document; %NULL when it is not there.
 * An empty document is a plain scalar "". */
const V2vYamlNode *v2v_yaml_document (const V2vYaml *yaml, guint index);

/* (transfer none) (nullable): the value of @key in a mapping, of the last one when
 * it stands there twice (as PyYAML has it); %NULL for any other @node, also %NULL. */
const V2vYamlNode *v2v_yaml_get (const V2vYamlNode *node, const char *key);

/* The same by several keys, ended by %NULL. */
const V2vYamlNode *v2v_yaml_get_path (const V2vYamlNode *node, ...) G_GNUC_NULL_TERMINATED;

/* (nullable): the text of a scalar; %NULL for any other @node and for a plain null. */
const char *v2v_yaml_text (const V2vYamlNode *node);

/* TRUE for a plain scalar that YAML 1.1 takes for true: true, yes, on, y. */
gboolean v2v_yaml_is_true (const V2vYamlNode *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vYaml, v2v_yaml_free)

G_END_DECLS
