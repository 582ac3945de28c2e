/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-options.h - the command line as a V2vRequest; parsing collects, it does not act
 */
#pragma once

#include <glib.h>

#include "v2v-request.h"

G_BEGIN_DECLS

/* Groups of options; a command takes the union of some. */
typedef enum {
  V2V_OPTIONS_INPUT = 1 << 0,  /* -i, --disk-format, --root, --name, --source */
  V2V_OPTIONS_SHOW = 1 << 1,   /* --format text|json|xml */
  V2V_OPTIONS_OUTPUT = 1 << 2, /* -o, --kubevirt, --compatibility-mode, --no-inspect */
  V2V_OPTIONS_CONVERT = 1 << 3, /* --format RAW, --engine, --work-dir, ... */
  V2V_OPTIONS_RULES = 1 << 4,   /* --rules, --enable, --disable, --param */
  V2V_OPTIONS_LOOK = 1 << 5,    /* --format text|json */
  V2V_OPTIONS_EXPLAIN = 1 << 6, /* --rule */
  V2V_OPTIONS_ENGINE = 1 << 7,  /* --engine */
} V2vOptionGroups;

typedef struct {
  V2vRequest *request;
  char *mode_flag; /* -i */
} V2vOptions;

/**
 * v2v_options_parse:
 * @command: for the help text: "convert [DISK...]"
 * @summary: one paragraph for --help
 * @argv: the words after the command name, with argv[0] something to print
 *
 * Checks each value against its list.  Positional words become request->disks;
 * with "-i libvirtxml" the first one is request->domain_xml.
 *
 * Returns: %FALSE with %V2V_ERROR_USAGE or a GOption error.
 */
gboolean v2v_options_parse (const char *command, const char *summary,
                            V2vOptionGroups groups, char **argv, V2vOptions *out_options,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

void v2v_options_clear (V2vOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vOptions, v2v_options_clear)

G_END_DECLS
