/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-draft-flush.h - a draft over a tree, and what its flush asks of the tree
 */
#pragma once

#include <sys/stat.h>

#include "test-counting-fs.h"
#include "test-draft.h"

typedef struct {
  Fixture draft; /* first: the helpers of test-draft.h take it */
  CountingFs *counting;
} FlushFixture;

static inline void
flush_set_up (FlushFixture *f, gconstpointer data)
{
  set_up (&f->draft, data);
  v2v_draft_free (f->draft.draft);
  f->counting = counting_fs_new (f->draft.tree->fs);
  f->draft.draft = v2v_draft_new (&f->counting->fs);
}

static inline void
flush_tear_down (FlushFixture *f, gconstpointer data)
{
  tear_down (&f->draft, data);
  v2v_fs_free (&f->counting->fs);
}

static inline void
flush (FlushFixture *f)
{
  gboolean ok = v2v_draft_flush (f->draft.draft, NULL, NULL, &f->draft.error);

  g_assert_no_error (f->draft.error);
  g_assert_true (ok);
}

#define assert_log(f, expected)                                                            \
  do {                                                                                     \
    g_autofree char *log_ = counting_fs_take_log ((f)->counting);                          \
    g_assert_cmpstr (log_, ==, expected);                                                  \
  } while (0)

/* What is in the directory, without any of our code. */
static inline void
assert_host (FlushFixture *f, const char *path, const char *expected)
{
  g_autofree char *host = g_build_filename (f->draft.tree->root, path, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (host, &text, NULL, NULL))
    text = g_strdup ("(absent)");
  g_assert_cmpstr (text, ==, expected);
}

static inline void
host_stat (FlushFixture *f, const char *path, struct stat *out_st)
{
  g_autofree char *host = g_build_filename (f->draft.tree->root, path, NULL);

  g_assert_cmpint (lstat (host, out_st), ==, 0);
}

#define ADD_FLUSH(name, func)                                                              \
  g_test_add ("/draft/flush/" name, FlushFixture, NULL, flush_set_up, func, flush_tear_down)
