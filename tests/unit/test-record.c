/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-draft.h"
#include "v2v-json.h"
#include "v2v-record.h"

#define DIR V2V_DRAFT_STATE_DIR
#define SHA_ONE "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806"
#define SHA_TWO "27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a"

typedef void (*Edit) (Fixture *f);

/* What one rule did, as a plan has it. */
static void
run_rule (Fixture *f, V2vPlan *plan, const char *id, Edit edit)
{
  V2vPlanRule *rule = v2v_plan_add_rule (plan, id);

  rule->title = g_strdup ("A title");
  rule->why = g_strdup ("A reason.");
  rule->phase = V2V_PHASE_STORAGE;
  v2v_draft_begin (f->draft);
  edit (f);
  g_clear_pointer (&rule->changes, g_ptr_array_unref);
  rule->changes = v2v_draft_end (f->draft);
}

static void
record (Fixture *f, const V2vPlan *plan)
{
  gboolean ok = v2v_record_add (f->draft, plan, "1.2.3", "2026-01-31T12:00:00Z", &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static void
flush (Fixture *f)
{
  gboolean ok = v2v_draft_flush (f->draft, NULL, NULL, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static JsonNode *
read_record (Fixture *f, const char *path)
{
  g_autofree char *text = text_of (f, path);
  JsonNode *root = json_from_string (text, &f->error);

  g_assert_no_error (f->error);
  return root;
}

/* (transfer none): change @j of rule @i. */
static JsonObject *
change_at (JsonNode *root, guint i, guint j)
{
  JsonArray *rules = json_object_get_array_member (json_node_get_object (root), "rules");
  JsonObject *rule = json_array_get_object_element (rules, i);

  return json_array_get_object_element (json_object_get_array_member (rule, "changes"), j);
}

static const char *
member (JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default (object, name, NULL);
}

static void
assert_mode (Fixture *f, const char *path, guint mode)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (v2v_draft_fs (f->draft), paths, &f->error);

  g_assert_no_error (f->error);
  g_assert_cmpuint (((V2vFileInfo *) g_ptr_array_index (rows, 0))->mode, ==, mode);
}

static gboolean
is_there (Fixture *f, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *real = v2v_draft_dup_real_path (f->draft, path, &error);

  return real != NULL;
}

static void
edit_fstab (Fixture *f)
{
  write_text (f, "/up", "two\n");
}

static void
edit_fstab_again (Fixture *f)
{
  write_text (f, "/etc/fstab", "three\n");
}

static void
edit_fstab_back (Fixture *f)
{
  write_text (f, "/etc/fstab", "one\n");
}

static void
edit_nothing (Fixture *f)
{
  (void) f;
}

static void
edit_others (Fixture *f)
{
  do_disable (f, "/etc/default/grub");
  do_remove (f, "/usr/lib/systemd/system/a.service");
  do_remove (f, "/lib");
  put_text (f, "/etc/new", "new\n", 0640);
}

static void
test_record (Fixture *f, gconstpointer data)
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (JsonNode) root = NULL;
  JsonObject *change;

  (void) data;
  run_rule (f, plan, "first", edit_fstab);
  run_rule (f, plan, "idle", edit_nothing);
  run_rule (f, plan, "second", edit_fstab_again);
  run_rule (f, plan, "third", edit_others);
  record (f, plan);
  flush (f);

  root = read_record (f, DIR "/record-1.json");
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (root), "format"), ==, 1);
  g_assert_cmpstr (member (json_node_get_object (root), "program"), ==, "v2v-wrapper");
  g_assert_cmpstr (member (json_node_get_object (root), "version"), ==, "1.2.3");
  g_assert_cmpstr (member (json_node_get_object (root), "when"), ==, "2026-01-31T12:00:00Z");
  g_assert_cmpuint (json_array_get_length (
                      json_object_get_array_member (json_node_get_object (root), "rules")),
                    ==, 3);

  change = change_at (root, 0, 0);
  g_assert_cmpstr (member (change, "path"), ==, "/etc/fstab");
  g_assert_cmpstr (member (change, "original"), ==, DIR "/original/1/etc/fstab");
  g_assert_cmpstr (member (json_object_get_object_member (change, "before"), "sha256"), ==,
                   SHA_ONE);
  g_assert_cmpstr (member (json_object_get_object_member (change, "after"), "sha256"), ==,
                   SHA_TWO);
  change = change_at (root, 1, 0);
  g_assert_cmpstr (member (json_object_get_object_member (change, "before"), "sha256"), ==,
                   SHA_TWO);
  g_assert_false (json_object_has_member (change, "original"));

  /* Sorted by path: grub, new, lib, a.service, and what holds the disabled file. */
  change = change_at (root, 2, 0);
  g_assert_cmpstr (member (change, "moved_to"), ==, DIR "/disabled/etc/default/grub");
  g_assert_false (json_object_has_member (change, "original"));
  change = change_at (root, 2, 1);
  g_assert_cmpstr (member (change, "path"), ==, "/etc/new");
  g_assert_cmpstr (member (json_object_get_object_member (change, "before"), "kind"), ==,
                   "absent");
  g_assert_cmpstr (member (json_object_get_object_member (change, "after"), "mode"), ==,
                   "0640");
  change = change_at (root, 2, 2);
  g_assert_cmpstr (member (json_object_get_object_member (change, "before"), "link"), ==,
                   "usr/lib");
  change = change_at (root, 2, 3);
  g_assert_cmpstr (member (change, "original"), ==,
                   DIR "/original/1/usr/lib/systemd/system/a.service");

  assert_text (f, DIR "/original/1/etc/fstab", "one\n");
  assert_text (f, DIR "/original/1/usr/lib/systemd/system/a.service", "[Unit]\n");
  g_assert_false (is_there (f, DIR "/original/1/etc/default"));
  g_assert_false (is_there (f, DIR "/original/1/etc/new"));
  assert_mode (f, DIR, 0700);
  assert_mode (f, DIR "/record-1.json", 0600);
  assert_mode (f, DIR "/original/1/etc/fstab", 0600);
}

/* The second conversion finds nothing to do; a third that does gets a number of its own. */
static void
test_again (Fixture *f, gconstpointer data)
{
  g_autoptr (V2vPlan) first = v2v_plan_new ();
  g_autoptr (V2vPlan) second = v2v_plan_new ();
  g_autoptr (V2vPlan) third = v2v_plan_new ();
  guint generation;

  (void) data;
  run_rule (f, first, "rule", edit_fstab);
  record (f, first);
  flush (f);
  run_rule (f, second, "rule", edit_fstab);
  generation = v2v_draft_generation (f->draft);
  record (f, second);
  g_assert_cmpuint (v2v_draft_generation (f->draft), ==, generation);
  g_assert_false (is_there (f, DIR "/record-2.json"));
  /* Originals without a record: somebody tidied up. */
  tree_mkdir (f->tree, DIR "/original/2");
  run_rule (f, third, "rule", edit_fstab_again);
  record (f, third);
  flush (f);
  g_assert_false (is_there (f, DIR "/record-2.json"));
  assert_text (f, DIR "/original/3/etc/fstab", "two\n");
  assert_text (f, DIR "/original/1/etc/fstab", "one\n");
  g_assert_true (is_there (f, DIR "/record-3.json"));
}

static void
test_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (V2vPlan) none = v2v_plan_new ();
  g_autoptr (V2vPlan) undone = v2v_plan_new ();

  (void) data;
  record (f, none);
  run_rule (f, none, "idle", edit_nothing);
  record (f, none);
  run_rule (f, undone, "there", edit_fstab);
  run_rule (f, undone, "and-back", edit_fstab_back);
  record (f, undone);
  g_assert_false (is_there (f, "/var"));
}

static void
edit_large (Fixture *f)
{
  g_autofree char *host = g_build_filename (f->tree->root, "host", NULL);

  g_assert_true (v2v_draft_put_file (f->draft, "/boot/initrd", host, 0600, &f->error));
  do_remove (f, "/boot/just");
}

static void
test_large (Fixture *f, gconstpointer data)
{
  g_autofree char *big = g_strnfill (V2V_RECORD_ORIGINAL_MAX + 1, 'x');
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (JsonNode) root = NULL;

  (void) data;
  tree_write (f->tree, "/boot/initrd", big);
  tree_write (f->tree, "/host", "small\n");
  big[V2V_RECORD_ORIGINAL_MAX] = '\0';
  tree_write (f->tree, "/boot/just", big);
  run_rule (f, plan, "initrd", edit_large);
  record (f, plan);
  root = read_record (f, DIR "/record-1.json");
  g_assert_cmpstr (member (change_at (root, 0, 0), "original_omitted"), ==,
                   "larger than 1 MiB");
  g_assert_false (json_object_has_member (change_at (root, 0, 0), "original"));
  g_assert_false (is_there (f, DIR "/original/1/boot/initrd"));
  assert_text (f, DIR "/original/1/boot/just", big);
}

static void
edit_then_disable (Fixture *f)
{
  write_text (f, "/etc/fstab", "two\n");
  do_disable (f, "/etc/fstab");
}

/* The file that is kept aside is not what was there: the original is kept too. */
static void
test_edited_and_disabled (Fixture *f, gconstpointer data)
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();

  (void) data;
  run_rule (f, plan, "both", edit_then_disable);
  record (f, plan);
  flush (f);
  assert_text (f, DIR "/disabled/etc/fstab", "two\n");
  assert_text (f, DIR "/original/1/etc/fstab", "one\n");
}

static void
edit_latin (Fixture *f)
{
  write_text (f, "/etc/caf\xe9 x", "two\n");
}

static void
test_latin_name (Fixture *f, gconstpointer data)
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (JsonNode) root = NULL;
  JsonObject *change;

  (void) data;
  tree_write (f->tree, "/etc/caf\xe9 x", "one\n");
  run_rule (f, plan, "latin", edit_latin);
  record (f, plan);
  flush (f);
  root = read_record (f, DIR "/record-1.json");
  change = change_at (root, 0, 0);
  g_assert_cmpstr (member (change, "path"), ==, "/etc/caf\xef\xbf\xbd x");
  g_assert_cmpstr (member (change, "path_uri"), ==, "/etc/caf%E9%20x");
  g_assert_cmpstr (member (change, "original_uri"), ==, DIR "/original/1/etc/caf%E9%20x");
  assert_text (f, DIR "/original/1/etc/caf\xe9 x", "one\n");
}

static void
test_in_the_way (Fixture *f, gconstpointer data)
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();

  (void) data;
  tree_write (f->tree, DIR, "a file");
  run_rule (f, plan, "rule", edit_fstab);
  expect (f, v2v_record_add (f->draft, plan, "1", "now", &f->error), V2V_ERROR_REFUSED,
          DIR "/original/1/etc/fstab", "not a directory");
  g_assert_null (f->error);
}

/* A guest that was converted too often, or says so. */
static void
test_too_many (Fixture *f, gconstpointer data)
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();

  (void) data;
  tree_mkdir (f->tree, DIR "/original");
  for (guint i = 1; i <= V2V_RECORD_MAX; i++) {
    g_autofree char *path = g_strdup_printf ("%s" DIR "/original/%u", f->tree->root, i);

    g_assert_cmpint (mkdir (path, 0700), ==, 0);
  }
  run_rule (f, plan, "rule", edit_fstab);
  g_assert_false (v2v_record_add (f->draft, plan, "1", "now", &f->error));
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (f->error->message, "10000 records already"));
  g_clear_error (&f->error);
}

#undef ADD
#define ADD(name, func) g_test_add ("/record/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("record", test_record);
  ADD ("again", test_again);
  ADD ("nothing", test_nothing);
  ADD ("large", test_large);
  ADD ("edited-and-disabled", test_edited_and_disabled);
  ADD ("latin-name", test_latin_name);
  ADD ("in-the-way", test_in_the_way);
  ADD ("too-many", test_too_many);
  return g_test_run ();
}
