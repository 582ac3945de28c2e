/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-private.h - the predicates, and what they share
 */
#pragma once

#include "v2v-fs.h"
#include "v2v-predicate.h"

G_BEGIN_DECLS

/* Bytes of a line of the guest, or of a fact, in what a predicate has seen. */
#define V2V_SEEN_TEXT_MAX 120

/* v2v-predicate-facts.c */
extern const V2vPredicateOps v2v_predicate_os_ops;
extern const V2vPredicateOps v2v_predicate_distro_ops;
extern const V2vPredicateOps v2v_predicate_family_ops;
extern const V2vPredicateOps v2v_predicate_arch_ops;
extern const V2vPredicateOps v2v_predicate_source_ops;
extern const V2vPredicateOps v2v_predicate_option_ops;
/* v2v-predicate-version.c */
extern const V2vPredicateOps v2v_predicate_version_ops;
/* v2v-predicate-files.c */
extern const V2vPredicateOps v2v_predicate_path_ops;
extern const V2vPredicateOps v2v_predicate_text_ops;
/* one file each */
extern const V2vPredicateOps v2v_predicate_cmdline_ops;
extern const V2vPredicateOps v2v_predicate_kconfig_ops;
extern const V2vPredicateOps v2v_predicate_login_ops;
extern const V2vPredicateOps v2v_predicate_package_ops;
extern const V2vPredicateOps v2v_predicate_unit_ops;

/* Where a predicate's answer goes. */
typedef struct {
  V2vTruth *truth;
  char **seen;
} V2vAnswer;

/* Always TRUE.  The words become one printable line. */
gboolean v2v_answer (V2vAnswer answer, V2vTruth truth, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/**
 * v2v_answer_unread:
 * @local: (transfer full): why something could not be read
 *
 * Returns: %TRUE with CANNOT_TELL for %V2V_ERROR_REFUSED and %V2V_ERROR_NOT_FOUND, else
 * %FALSE with @error: nothing can be read any more
 */
gboolean v2v_answer_unread (V2vAnswer answer, GError *local, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the beginning of a guest's text, printable, "..." when it is cut. */
char *v2v_predicate_dup_short (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none) (nullable): why @fact could not be read; NULL when nobody said so. */
const char *v2v_predicate_why_unknown (const V2vGuest *guest, const char *fact);

/* For predicates whose data is a list of strings. */
void v2v_predicate_free_strv (gpointer data);

/* The numbers of a version: "10.0.20348", "15.5", "2018.03". */
#define V2V_VERSION_NUMBERS_MAX 8
typedef struct {
  guint64 numbers[V2V_VERSION_NUMBERS_MAX];
  guint n;
  gboolean more; /* something that is not a number follows: "12-beta" */
} V2vVersion;

/* FALSE when @text does not begin with a number or has too many or too large ones. */
gboolean v2v_version_parse (const char *text, V2vVersion *out_version);

/**
 * v2v_version_compare:
 *
 * As many numbers as @wanted has: 12.4 compared with 12 is equal.  A number that @version
 * lacks is 0.
 *
 * Returns: %FALSE when @version has something else than a number where @wanted has one
 */
gboolean v2v_version_compare (const V2vVersion *version, const V2vVersion *wanted,
                              int *out_order);

/**
 * v2v_text_search:
 * @text: a NUL follows it in memory
 * @deadline: of g_get_monotonic_time(), for a file whose every line is expensive
 * @cancel: (nullable)
 * @out_line: its number from 1; 0 when no line matches
 * @out_text: (transfer full) (nullable): that line, without its end
 *
 * Each line by itself, without LF or CR LF.
 *
 * Returns: %FALSE with @error, %V2V_ERROR_REFUSED: NUL bytes, a line that is too much
 * for the pattern, or too much time; %V2V_ERROR_CANCELLED
 */
gboolean v2v_text_search (V2vRegex *pattern, const char *text, gsize length,
                          gint64 deadline, V2vCancel *cancel, guint *out_line,
                          char **out_text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_kconfig_dup_value:
 * @symbol: with CONFIG_
 *
 * Returns: (transfer full) (nullable): "y", "m", a number or a string as it stands; "n"
 * when it is not set; %NULL when @text is no kernel configuration at all
 */
char *v2v_kconfig_dup_value (const char *text, const char *symbol) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): NULL-terminated; the patterns that names of enabled units are held
 * against: "a.service" is also "a", as SysV has it, and "a" is also "a.service". */
char **v2v_unit_enabled_patterns (const char *const *names) G_GNUC_WARN_UNUSED_RESULT;
/* The same for paths of unit files: "a@b.service" is also its template, "a@.service". */
char **v2v_unit_file_patterns (const char *const *names) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
