/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-unit-text.h - names and texts of systemd units, presets and upstart overrides
 *
 * Text in, facts or text out: nothing here reads a file.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): "a" is "a.service"; a name that ends in a type of unit stays. */
char *v2v_unit_dup_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when @name can be the name of a unit; wildcards only when @wildcards. */
gboolean v2v_unit_is_name (const char *name, gboolean wildcards);

/* (transfer full) (nullable): "a@.service" for "a@1.service"; %NULL for any other name. */
char *v2v_unit_dup_template (const char *unit) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): "a@1.service" for "a@.service" and "1". */
char *v2v_unit_dup_instance (const char *unit_template, const char *instance)
  G_GNUC_WARN_UNUSED_RESULT;

/* Whether @unit is meant by @name, a name with a type, wildcards, or a template, which
 * means all of its instances. */
gboolean v2v_unit_matches (const char *name, const char *unit);

/* What "systemctl enable" would do; the lists are NULL-terminated, never NULL. */
typedef struct {
  char **wanted_by, **required_by, **upheld_by, **aliases, **also;
  char *default_instance; /* NULL = none */
} V2vUnitInstall;

/**
 * v2v_unit_install_parse:
 * @text: of a unit file
 * @unit: its name, an instance's where there is one: for %i, %p, %n, %N, %j and %%
 *
 * Returns: (transfer full): the [Install] sections; of an unknown specifier the name that
 * has it is left out
 */
V2vUnitInstall *v2v_unit_install_parse (const char *text, const char *unit)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_unit_install_free (V2vUnitInstall *install); /* NULL is allowed */

/* TRUE when there is something that enabling does. */
gboolean v2v_unit_install_is_useful (const V2vUnitInstall *install);

typedef enum {
  V2V_PRESET_SILENT, /* no line is about the unit */
  V2V_PRESET_ENABLE,
  V2V_PRESET_DISABLE, /* or "ignore": left as it is */
} V2vPreset;

/* What the first line of a preset file that is about @unit says. */
V2vPreset v2v_unit_preset (const char *text, const char *unit);

/* TRUE when the first boot is still to come: systemd then applies its presets.  @text
 * is /etc/machine-id, %NULL when it is not there.  Releases differ about an empty one. */
gboolean v2v_unit_is_first_boot (const char *text);

/**
 * v2v_unit_dropin_disable:
 * @text: (nullable): the drop-in as it is
 *
 * Our drop-in of a unit has up to two parts: what a rule wants in it, and at its end the
 * condition that never holds.  Each of these three touches one part and keeps the other.
 *
 * Returns: (transfer full)
 */
char *v2v_unit_dropin_disable (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): "" when nothing is left and the file should go. */
char *v2v_unit_dropin_enable (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *v2v_unit_dropin_set (const char *text, const char *wanted) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): an upstart NAME.override with the word "manual" on a line of its own.
 * @text: (nullable) */
char *v2v_upstart_override (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vUnitInstall, v2v_unit_install_free)

G_END_DECLS
