/* SPDX-License-Identifier: GPL-2.0-or-later
 * The default rules on guests that somebody else has worked on: configurations that nobody
 * expects, agents that are half gone.  Each comes out right or as it was, never half.
 */
#include <config.h>

#include "test-bad-guests.h"
#include "test-default-rules.h"
#include "test-tree.h"
#include "v2v-glob.h"
#include "v2v-ruleset.h"
#include "v2v-verify-sshd.h"

static Tree *
row_tree (const Row *row)
{
  Tree *tree = tree_new ();

  tree->guest->ec2->score = 100;
  tree->guest->ec2->is_ec2 = TRUE;
  for (const Content *file = row->files; file->path != NULL; file++) {
    if (*file->text == '@')
      tree_link (tree, file->path, file->text + 1);
    else if (*file->text == '%') /* a NUL in front */
      tree_write_bytes (tree, file->path, "\0x\n", 3);
    else
      tree_write (tree, file->path, file->text);
  }
  return tree;
}

static char *
outcome_of (const V2vPlan *plan, const char *id)
{
  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    if (g_str_equal (rule->id, id))
      return g_strdup (v2v_outcome_name (rule->outcome));
  }
  return g_strdup ("did not run");
}

static void G_GNUC_PRINTF (2, 3)
complain (const Row *row, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list ap;

  va_start (ap, format);
  text = g_strdup_vprintf (format, ap);
  va_end (ap);
  g_test_message ("%s, %s: %s", row->rule, row->name, text);
  g_test_fail ();
}

static void
check_content (const Row *row, const Tree *tree, const Content *content)
{
  const char *const paths[] = { content->path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (tree->fs, paths, &error);
  g_autofree char *text = NULL;
  const V2vFileInfo *info;

  g_assert_no_error (error);
  info = g_ptr_array_index (rows, 0);
  if (content->text == NULL || info->kind == V2V_FILE_ABSENT) {
    if (content->text != NULL || info->kind != V2V_FILE_ABSENT)
      complain (row, "'%s' is %sthere", content->path, content->text != NULL ? "not " : "");
    return;
  }
  /* "": whatever is in it. */
  if (*content->text == '\0' || *content->text == '@' || *content->text == '%')
    return;
  text = v2v_fs_read_text (tree->fs, content->path, &error);
  g_assert_no_error (error);
  if (!g_str_equal (text, content->text))
    complain (row, "'%s' is\n%s", content->path, text);
}

typedef struct {
  const Tree *tree;
  V2vSshd sshd;
  guint depth;
} Sshd;

static gboolean
include (const char *pattern, gpointer user_data, GError **error)
{
  Sshd *self = user_data;
  g_autofree char *path = g_canonicalize_filename (pattern, "/etc/ssh");
  const char *globs[] = { path, NULL };
  g_autoptr (GPtrArray) paths = v2v_glob_expand (self->tree->fs, globs, V2V_GLOB_MAX, error);

  g_assert_nonnull (paths);
  g_assert_cmpuint (++self->depth, <, 5);
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *text = v2v_fs_read_text (self->tree->fs, paths->pdata[i], error);

    g_assert_nonnull (text);
    g_assert_true (v2v_sshd_parse (&self->sshd, text, path, include, self, error));
  }
  self->depth--;
  return TRUE;
}

/* (transfer full) (nullable): by what verify/ reads. */
static char *
dup_sshd_fault (const Tree *tree)
{
  Sshd self = { .tree = tree };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = v2v_fs_read_text (tree->fs, CONFIG, &error);
  char *fault;

  g_assert_true (v2v_sshd_parse (&self.sshd, text, CONFIG, include, &self, &error));
  g_assert_no_error (error);
  fault = v2v_sshd_dup_fault (&self.sshd);
  v2v_sshd_clear (&self.sshd);
  return fault;
}

static void
check_sshd (const Row *row, const Tree *tree)
{
  g_autofree char *fault = dup_sshd_fault (tree);

  if (fault != NULL)
    complain (row, "%s", fault);
}

/* Has every file of the tree's /etc/ssh name the tree's own for a program of the host. */
static void
rebase_configs (const Tree *tree)
{
  static const char *const globs[]
    = { CONFIG, "/etc/ssh/*.conf", "/etc/ssh/sshd_config.d/*.conf", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths = v2v_glob_expand (tree->fs, globs, V2V_GLOB_MAX, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *text = v2v_fs_read_text (tree->fs, paths->pdata[i], &error);
    g_autoptr (GString) rebased = g_string_new (text);
    g_autofree char *to = g_strdup_printf ("Include %s/etc/ssh/", tree->root);

    g_string_replace (rebased, "Include \"/etc/ssh/", "Include /etc/ssh/", 0);
    g_string_replace (rebased, "*.conf\"", "*.conf", 0);
    g_string_replace (rebased, "Include /etc/ssh/", to, 0);
    tree_write (tree, paths->pdata[i], rebased->str);
  }
}

/* What sshd itself says; only that it cannot run here is no fault. */
static void
ask_sshd (const Row *row, const Tree *tree)
{
  g_autofree char *config = g_build_filename (tree->root, CONFIG, NULL);
  g_autofree char *key = g_build_filename (tree->root, "host-key", NULL);
  const char *const keygen[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key, NULL };
  const char *const argv[] = { "/usr/sbin/sshd", "-t", "-h", key, "-f", config, NULL };
  g_autofree char *messages = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  rebase_configs (tree);
  g_assert_true (g_spawn_sync (NULL, (char **) keygen, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL,
                               &messages, &status, &error));
  g_assert_no_error (error);
  if (status != 0 && !g_str_has_prefix (messages, "Missing privilege separation directory"))
    complain (row, "sshd -t: %s", messages);
}

/* netplan's own reader and writer: what is configured is no card of a
 * certain MAC address. */
static void
ask_netplan (const Row *row, const Tree *tree)
{
  const char *const argv[] = { "netplan", "generate", "--root-dir", tree->root, NULL };
  g_autofree char *messages = NULL;
  g_autofree char *made
    = g_build_filename (tree->root, "run/systemd/network/10-netplan-v2v-wrapper.network", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!g_str_equal (row->expected, "changes"))
    return;
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, &messages, &status, &error));
  g_assert_no_error (error);
  if (status != 0 || !g_file_get_contents (made, &text, NULL, NULL)
      || strstr (text, "Name=e*\n") == NULL || strstr (text, "DHCP=yes\n") == NULL
      || strstr (text, "MACAddress") != NULL)
    complain (row, "netplan generate: %s%s", messages, text != NULL ? text : "");
}

static gboolean
run_rules (const V2vRuleset *rules, const Tree *tree, V2vDraft *draft, V2vPlan *plan,
           GError **error)
{
  g_autoptr (GHashTable) options = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  V2vRuleContext context = { .guest = tree->guest, .draft = draft, .options = options,
                             .warnings = warnings };

  g_hash_table_insert (options, (gpointer) "mac", (gpointer) "new");
  return v2v_ruleset_run (rules, &context, (1U << V2V_N_PHASES) - 1, FALSE, plan, error);
}

/* Somebody else's opinion of what came out. */
typedef void (*Ask) (const Row *row, const Tree *tree);

static void
check_row (const V2vRuleset *rules, const Row *row, Ask ask)
{
  g_autoptr (Tree) tree = row_tree (row);
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *got = NULL;

  if (!run_rules (rules, tree, draft, plan, &error)) {
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    if (*row->expected != '!' || strstr (error->message, row->expected + 1) == NULL)
      complain (row, "%s", error->message);
    return;
  }
  g_assert_no_error (error);
  got = outcome_of (plan, row->rule);
  if (!g_str_equal (got, row->expected))
    complain (row, "'%s', not '%s'", got, row->expected);
  g_assert_true (v2v_draft_flush (draft, NULL, NULL, &error));
  g_assert_no_error (error);
  for (const Content *file = row->files; row->after[0].path == NULL && file->path != NULL; file++)
    check_content (row, tree, file);
  for (const Content *file = row->after; file->path != NULL; file++)
    check_content (row, tree, file);
  /* Nobody has one of a file that is no text, or no file. */
  if (ask != NULL && *row->files[0].text != '%' && *row->files[0].text != '@')
    ask (row, tree);
}

/* An Include that no rule follows has the command too, and took its user from sshd_config:
 * verify/ says so, which ends the conversion. */
static void
test_half_is_seen (void)
{
  static const Row row
    = { "a second one behind an Include", "ec2-instance-connect-sshd", "changes",
        { { CONFIG, "AuthorizedKeysCommand " EIC " %u\nAuthorizedKeysCommandUser ec2-instance-connect\n"
                    "Include /etc/ssh/extra.conf\n" },
          { "/etc/ssh/extra.conf", "AuthorizedKeysCommand " EIC " %u\n" } },
        { { NULL, NULL } } };
  g_autoptr (V2vRuleset) rules = default_rules_load (NULL);
  g_autoptr (Tree) tree = row_tree (&row);
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;

  g_assert_true (run_rules (rules, tree, draft, plan, &error));
  g_assert_true (v2v_draft_flush (draft, NULL, NULL, &error));
  g_assert_no_error (error);
  fault = dup_sshd_fault (tree);
  g_assert_cmpstr (fault, ==, "AuthorizedKeysCommand is set without AuthorizedKeysCommandUser");
}

typedef struct {
  const char *path;
  const Row *rows;
  gsize n;
  Ask ask;
  const char *program; /* that it asks; NULL */
} Table;

static const Table tables[] = {
  { "/bad-guests/sshd", sshd_rows, G_N_ELEMENTS (sshd_rows), check_sshd, NULL },
  { "/bad-guests/sshd/by-sshd", sshd_rows, G_N_ELEMENTS (sshd_rows), ask_sshd, "/usr/sbin/sshd" },
  { "/bad-guests/netplan", netplan_rows, G_N_ELEMENTS (netplan_rows), NULL, NULL },
  { "/bad-guests/netplan/by-netplan", netplan_rows, G_N_ELEMENTS (netplan_rows), ask_netplan,
    "netplan" },
  { "/bad-guests/cloud-init", cloud_rows, G_N_ELEMENTS (cloud_rows), NULL, NULL },
  { "/bad-guests/agents", agent_rows, G_N_ELEMENTS (agent_rows), NULL, NULL },
  { "/bad-guests/accounts", account_rows, G_N_ELEMENTS (account_rows), NULL, NULL },
};

static void
test_table (gconstpointer data)
{
  const Table *table = data;
  g_autofree char *program
    = table->program == NULL ? NULL : g_find_program_in_path (table->program);
  g_autoptr (V2vRuleset) rules = default_rules_load (NULL);

  if (table->program != NULL && program == NULL) {
    g_autofree char *why = g_strdup_printf ("%s is not installed", table->program);

    g_test_skip (why);
    return;
  }
  for (gsize i = 0; i < table->n; i++)
    check_row (rules, &table->rows[i], table->ask);
}

int
main (int argc, char **argv)
{
  g_setenv ("OSINFO_SYSTEM_DIR", "/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    g_test_add_data_func (tables[i].path, &tables[i], test_table);
  g_test_add_func ("/bad-guests/sshd/half-is-seen", test_half_is_seen);
  return g_test_run ();
}
