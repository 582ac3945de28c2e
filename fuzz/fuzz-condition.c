/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: the YAML of a condition, a NUL, what a guest says: its version, a list of names
 * and a kernel configuration all at once.
 */
#include <config.h>

#include <string.h>

#include "predicates/v2v-predicate-private.h"
#include "v2v-condition.h"
#include "v2v-glob.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Truth of a group follows from its parts, and every leaf has been looked at. */
static void
check (const V2vConditionResult *result)
{
  guint n[3] = { 0 };

  g_assert_nonnull (result->text);
  g_assert_null (strpbrk (result->text, "\n\033"));
  g_assert_true (g_utf8_validate (result->text, -1, NULL));
  g_assert_true ((result->children->len == 0) == (result->seen != NULL));
  for (guint i = 0; i < result->children->len; i++) {
    const V2vConditionResult *child = g_ptr_array_index (result->children, i);

    check (child);
    n[child->truth]++;
  }
  if (g_str_equal (result->text, "all"))
    g_assert_cmpint (result->truth, ==, n[V2V_NO] > 0            ? V2V_NO
                                        : n[V2V_CANNOT_TELL] > 0 ? V2V_CANNOT_TELL
                                                                 : V2V_YES);
  if (g_str_equal (result->text, "any"))
    g_assert_cmpint (result->truth, ==, n[V2V_YES] > 0           ? V2V_YES
                                        : n[V2V_CANNOT_TELL] > 0 ? V2V_CANNOT_TELL
                                                                 : V2V_NO);
}

static V2vGuest *
make_guest (const char *text)
{
  V2vGuest *guest = v2v_guest_new ();

  guest->os = V2V_OS_LINUX;
  guest->distro = g_strndup (text, 20);
  guest->distro_like = g_strdup (text);
  guest->version_id = g_strdup (text);
  v2v_guest_add_package (guest)->name = g_strdup (text);
  return guest;
}

/* The root is a directory with nothing that a rule looks for: what is found in files is
 * the business of the text functions. */
static void
try_condition (const V2vCondition *condition, V2vGuest *guest)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vFs) fs = v2v_fs_new_directory ("/proc/self/fdinfo", &error);
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (GHashTable) options = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vConditionResult) result = NULL;
  V2vRuleContext context = { .guest = guest, .options = options, .warnings = warnings };

  g_assert_no_error (error);
  draft = v2v_draft_new (fs);
  context.draft = draft;
  v2v_condition_add_paths (condition, paths);
  for (guint i = 0; i < paths->len; i++)
    g_assert_cmpint (((const char *) paths->pdata[i])[0], ==, '/');
  result = v2v_condition_test (condition, &context, &error);
  g_assert_true ((result == NULL) == (error != NULL));
  if (result != NULL)
    check (result);
}

static void
try_texts (const char *text)
{
  static const char *const symbols[] = { "CONFIG_A", "CONFIG_VIRTIO_BLK" };
  g_auto (GStrv) halves = g_strsplit (text, "\n", 2);
  V2vVersion version;
  V2vVersion again;
  int order = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (symbols); i++)
    g_free (v2v_kconfig_dup_value (text, symbols[i]));
  if (v2v_version_parse (text, &version)) {
    again = version;
    again.more = FALSE;
    g_assert_true (v2v_version_compare (&version, &again, &order));
    g_assert_cmpint (order, ==, 0);
  }
  if (g_strv_length (halves) == 2)
    v2v_glob_match (halves[0], halves[1]);
  g_assert_true (v2v_glob_has_wildcards (text) || v2v_glob_match (text, text));
  g_assert_true (v2v_glob_match ("*", text));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *nul = size > 0 ? memchr (data, 0, size) : NULL;
  gsize n = nul != NULL ? (gsize) (nul - data) : size;
  g_autofree char *text
    = nul != NULL ? g_strndup ((const char *) nul + 1, size - n - 1) : g_strdup ("");
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vYaml) yaml = v2v_yaml_parse ((const char *) data, n, "fuzz", &error);
  g_autoptr (V2vGuest) guest = make_guest (text);
  V2vArgsScope scope = { "fuzz", NULL };

  try_texts (text);
  for (guint i = 0; yaml != NULL && i < v2v_yaml_n_documents (yaml); i++) {
    g_autoptr (V2vCondition) condition = NULL;

    g_clear_error (&error);
    condition = v2v_condition_parse (v2v_yaml_document (yaml, i), &scope, &error);
    g_assert_true ((condition == NULL) == (error != NULL));
    if (condition == NULL) {
      g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
      g_assert_true (g_str_has_prefix (error->message, "fuzz:"));
      continue;
    }
    v2v_condition_only_package (condition);
    try_condition (condition, guest);
  }
  return 0;
}
