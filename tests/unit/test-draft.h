/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-draft.h - a draft over a directory, for one test
 */
#pragma once

#include "test-tree.h"
#include "v2v-draft.h"

typedef struct {
  Tree *tree;
  V2vDraft *draft;
  GError *error;
} Fixture;

static inline void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *fifo = NULL;

  (void) data;
  f->tree = tree_new ();
  tree_write (f->tree, "/etc/fstab", "one\n");
  tree_write (f->tree, "/etc/default/grub", "GRUB_TIMEOUT=5\n");
  tree_write (f->tree, "/usr/lib/systemd/system/a.service", "[Unit]\n");
  tree_link (f->tree, "/lib", "usr/lib");
  tree_link (f->tree, "/abs", "/etc/fstab");
  tree_link (f->tree, "/up", "../../../../../etc/fstab");
  tree_link (f->tree, "/dangling", "/no/such");
  tree_link (f->tree, "/dangling-dir", "/nowhere");
  tree_link (f->tree, "/loop1", "loop2");
  tree_link (f->tree, "/loop2", "loop1");
  tree_link (f->tree, "/self", "self/x");
  fifo = tree_host_path (f->tree, "/fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  f->draft = v2v_draft_new (f->tree->fs);
}

static inline void
tear_down (Fixture *f, gconstpointer data)
{
  (void) data;
  g_assert_no_error (f->error);
  v2v_draft_free (f->draft);
  tree_free (f->tree);
}

/* What a rule sees; "(absent)" when it is not there. */
static inline char *
text_of (Fixture *f, const char *path)
{
  char *text = NULL;

  g_assert_true (v2v_draft_read_text (f->draft, path, &text, &f->error));
  g_assert_no_error (f->error);
  return text != NULL ? text : g_strdup ("(absent)");
}

#define assert_text(f, path, expected)                                                     \
  do {                                                                                     \
    g_autofree char *text_ = text_of (f, path);                                            \
    g_assert_cmpstr (text_, ==, expected);                                                 \
  } while (0)

static inline void
write_text (Fixture *f, const char *path, const char *text)
{
  gboolean ok = v2v_draft_write_text (f->draft, path, text, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static inline void
put_text (Fixture *f, const char *path, const char *text, guint mode)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  gboolean ok = v2v_draft_put (f->draft, path, bytes, mode, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static inline void
do_remove (Fixture *f, const char *path)
{
  gboolean ok = v2v_draft_remove (f->draft, path, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static inline void
do_disable (Fixture *f, const char *path)
{
  gboolean ok = v2v_draft_disable (f->draft, path, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static inline void
do_symlink (Fixture *f, const char *path, const char *target)
{
  gboolean ok = v2v_draft_symlink (f->draft, path, target, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

/* The error is there, of this code, names the path as it was asked for (NULL: many
 * slashes), and says why. */
static inline void
expect (Fixture *f, gboolean ok, int code, const char *path, const char *why)
{
  g_autofree char *quoted = g_strdup_printf ("'%s': ", path != NULL ? path : "");

  g_assert_false (ok);
  g_assert_error (f->error, V2V_ERROR, code);
  g_assert_nonnull (strstr (f->error->message, path != NULL ? quoted : "///"));
  if (strstr (f->error->message, why) == NULL)
    g_error ("'%s' does not say '%s'", f->error->message, why);
  g_clear_error (&f->error);
}

#define CHANGE_KINDS "-FLD"

/* "PATH F>F" rows: the kinds before and after, joined by blanks. */
static inline char *
describe (GPtrArray *changes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < changes->len; i++) {
    const V2vFileChange *change = g_ptr_array_index (changes, i);

    g_string_append_printf (text, "%s%s %c>%c", i > 0 ? "; " : "", change->path,
                            CHANGE_KINDS[change->before->kind],
                            CHANGE_KINDS[change->after->kind]);
    if (change->moved_to != NULL)
      g_string_append_printf (text, " to %s", change->moved_to);
    if (change->moved_from != NULL)
      g_string_append_printf (text, " from %s", change->moved_from);
  }
  g_ptr_array_unref (changes);
  return g_string_free (text, FALSE);
}

#define assert_end(f, expected)                                                            \
  do {                                                                                     \
    g_autofree char *changes_ = describe (v2v_draft_end ((f)->draft));                     \
    g_assert_cmpstr (changes_, ==, expected);                                              \
  } while (0)

#define ADD(name, func) g_test_add ("/draft/" name, Fixture, NULL, set_up, func, tear_down)
