/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args.c - kernel arguments come, go and change in all stores of a guest
 */
#include <config.h>

#include "v2v-kernel-args.h"

#include <string.h>

#include "v2v-error.h"
#include "v2v-kernel-args-private.h"

/* Arguments without the quotes that the kernel takes off. */
static char **
dup_unquoted (const char *const *args)
{
  GPtrArray *out = g_ptr_array_new ();

  for (; args != NULL && *args != NULL; args++) {
    GString *text = g_string_new (NULL);

    for (const char *p = *args; *p != '\0'; p++) {
      if (*p != '"')
        g_string_append_c (text, *p);
    }
    g_ptr_array_add (out, g_string_free (text, FALSE));
  }
  g_ptr_array_add (out, NULL);
  return (char **) g_ptr_array_free (out, FALSE);
}


/* A file under the knife. */
typedef struct {
  V2vKernelArgsFile *file;
  GPtrArray *spans;
  V2vKargsPatch *patch;
} Work;

typedef struct {
  const V2vKernelArgsEdit *edit;
  char **wanted;   /* edit->add without quotes */
  GPtrArray *work; /* Work, one for each file */
  gboolean kernelopts; /* some file says what $kernelopts is */
} Editor;

static void
work_free (gpointer p)
{
  Work *work = p;

  g_ptr_array_unref (work->spans);
  v2v_kargs_patch_free (work->patch);
  g_free (work);
}

static gboolean
is_wanted (const Editor *self, const char *arg)
{
  for (char **p = self->wanted; *p != NULL; p++) {
    if (v2v_kargs_is_same (*p, arg))
      return TRUE;
  }
  return FALSE;
}

static void
rename_arg (const Editor *self, Work *work, const V2vKargsSpan *span, const V2vKargsArg *arg)
{
  static const char *const names[] = { "root", "resume" };
  const char *equals = strchr (arg->text, '=');

  for (gsize i = 0; equals != NULL && i < G_N_ELEMENTS (names); i++) {
    gsize n = strlen (names[i]);
    g_autofree char *value = NULL;

    if ((gsize) (equals - arg->text) != n || memcmp (arg->text, names[i], n) != 0)
      continue;
    value = self->edit->rename (names[i], equals + 1, span->initrd, self->edit->user_data);
    if (value != NULL && !g_str_equal (value, equals + 1))
      v2v_kargs_set_value (work->patch, span, arg, value);
  }
}

/* What goes and what changes is decided argument by argument. */
static void
edit_span (const Editor *self, Work *work, V2vKargsSpan *span)
{
  if (span->role == V2V_KARGS_DISABLE_UUID) {
    if (self->edit->rename != NULL)
      v2v_kargs_patch_insert (work->patch, span->from, "#");
    return;
  }
  for (guint i = 0; i < span->args->len; i++) {
    V2vKargsArg *arg = g_ptr_array_index (span->args, i);

    if (arg->fixed)
      continue;
    if (self->edit->remove != NULL && v2v_kernel_args_match (self->edit->remove, arg->text)
        && !is_wanted (self, arg->text))
      v2v_kargs_remove (work->patch, span, arg);
    else if (self->edit->rename != NULL)
      rename_arg (self, work, span, arg);
  }
}

static gboolean
span_has (const V2vKargsSpan *span, const char *wanted)
{
  for (guint i = 0; i < span->args->len; i++) {
    const V2vKargsArg *arg = g_ptr_array_index (span->args, i);

    if (!arg->gone && v2v_kargs_is_same (arg->text, wanted))
      return TRUE;
  }
  return FALSE;
}

/* (transfer full): those of edit->add that @present does not have. */
static GPtrArray *
missing (const Editor *self, gboolean (*present) (gconstpointer, const char *),
         gconstpointer data)
{
  GPtrArray *out = g_ptr_array_new ();

  for (guint i = 0; self->wanted[i] != NULL; i++) {
    gboolean twice = FALSE;

    for (guint n = 0; n < i; n++)
      twice |= v2v_kargs_is_same (self->wanted[n], self->wanted[i]);
    if (!twice && !present (data, self->wanted[i]))
      g_ptr_array_add (out, (gpointer) self->edit->add[i]);
  }
  return out;
}

static gboolean
group_has (gconstpointer data, const char *wanted)
{
  const GPtrArray *group = data;

  for (guint i = 0; i < group->len; i++) {
    if (span_has (g_ptr_array_index (group, i), wanted))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_args (const V2vKargsSpan *span)
{
  for (guint i = 0; i < span->args->len; i++) {
    if (!((const V2vKargsArg *) g_ptr_array_index (span->args, i))->gone)
      return TRUE;
  }
  return FALSE;
}

/* Adds to one command line: to the last of its spans that has something. */
static void
add_to_group (const Editor *self, Work *work, const GPtrArray *group)
{
  const V2vKargsSpan *target = NULL;
  g_autoptr (GPtrArray) args = missing (self, group_has, group);

  for (guint i = 0; i < group->len; i++) {
    const V2vKargsSpan *span = g_ptr_array_index (group, i);

    if (span->unclosed
        || (self->kernelopts && v2v_kargs_has_kernelopts (work->file->text, span)))
      return;
    if ((span->role == V2V_KARGS_ENTRY || span->role == V2V_KARGS_KERNELOPTS)
        && (target == NULL || has_args (span)))
      target = span;
  }
  if (target != NULL && args->len > 0)
    v2v_kargs_append (work->patch, target, args);
}

static void
add_to_file (const Editor *self, Work *work)
{
  g_autoptr (GHashTable) groups
    = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();

  for (guint i = 0; i < work->spans->len; i++) {
    V2vKargsSpan *span = g_ptr_array_index (work->spans, i);
    GPtrArray *group = g_hash_table_lookup (groups, GUINT_TO_POINTER (span->group));

    if (group == NULL) {
      group = g_ptr_array_new ();
      g_hash_table_insert (groups, GUINT_TO_POINTER (span->group), group);
      g_ptr_array_add (order, group);
    }
    g_ptr_array_add (group, span);
  }
  for (guint i = 0; i < order->len; i++)
    add_to_group (self, work, g_ptr_array_index (order, i));
}

/* What the variables of /etc/default/grub come to when all files were sourced. */
typedef struct {
  GPtrArray *linux_args, *default_args; /* V2vKargsSpan whose arguments are in force */
} Sourced;

static gboolean
sourced_has (gconstpointer data, const char *wanted)
{
  const Sourced *sourced = data;

  return group_has (sourced->linux_args, wanted) || group_has (sourced->default_args, wanted);
}

static gboolean
span_has_cb (gconstpointer data, const char *wanted)
{
  return span_has (data, wanted);
}

static void
source (Sourced *sourced, V2vKargsSpan *span)
{
  GPtrArray *in_force = span->role == V2V_KARGS_LINUX           ? sourced->linux_args
                        : span->role == V2V_KARGS_LINUX_DEFAULT ? sourced->default_args
                                                                : NULL;

  if (in_force == NULL)
    return;
  if (!span->refers)
    g_ptr_array_set_size (in_force, 0);
  g_ptr_array_add (in_force, span);
}

/* Adds to each assignment of @role that does not build on an older one: whichever is in
 * force, also in a branch that we cannot evaluate.  FALSE when there is none. */
static gboolean
add_to_role (const Editor *self, V2vKargsRole role, gboolean refers, const GPtrArray *args)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->work->len; i++) {
    Work *work = g_ptr_array_index (self->work, i);

    for (guint n = 0; n < work->spans->len; n++) {
      V2vKargsSpan *span = g_ptr_array_index (work->spans, n);
      g_autoptr (GPtrArray) mine = NULL;

      if (span->role != role || span->refers != refers)
        continue;
      found = TRUE;
      if (span->unclosed)
        continue;
      mine = missing (self, span_has_cb, span);
      for (guint k = mine->len; k > 0; k--) {
        if (!g_ptr_array_find ((GPtrArray *) args, mine->pdata[k - 1], NULL))
          g_ptr_array_remove_index (mine, k - 1);
      }
      if (mine->len > 0)
        v2v_kargs_append (work->patch, span, mine);
    }
  }
  return found;
}

/* A file without any of the variables gets one. */
static void
add_variable (Work *work, const GPtrArray *args)
{
  gsize length = strlen (work->file->text);
  V2vKargsSpan *span;

  for (guint i = 0; i < work->spans->len; i++) {
    if (((V2vKargsSpan *) g_ptr_array_index (work->spans, i))->unclosed)
      return;
  }
  span = v2v_kargs_add_span (work->spans, length, length, 0);

  span->role = V2V_KARGS_LINUX;
  span->language = V2V_KARGS_SHELL;
  span->before = length == 0 || work->file->text[length - 1] == '\n'
                   ? "GRUB_CMDLINE_LINUX="
                   : "\nGRUB_CMDLINE_LINUX=";
  span->after = "\n";
  v2v_kargs_split (work->file->text, span);
  v2v_kargs_append (work->patch, span, args);
}

static void
add_to_default_grub (const Editor *self)
{
  g_autoptr (GPtrArray) linux_args = g_ptr_array_new ();
  g_autoptr (GPtrArray) default_args = g_ptr_array_new ();
  Sourced sourced = { linux_args, default_args };
  g_autoptr (GPtrArray) args = NULL;
  Work *first = NULL;

  for (guint i = 0; i < self->work->len; i++) {
    Work *work = g_ptr_array_index (self->work, i);

    if (work->file->kind != V2V_KERNEL_ARGS_DEFAULT_GRUB)
      continue;
    first = first == NULL ? work : first;
    for (guint n = 0; n < work->spans->len; n++)
      source (&sourced, g_ptr_array_index (work->spans, n));
  }
  args = missing (self, sourced_has, &sourced);
  if (first == NULL || args->len == 0 || add_to_role (self, V2V_KARGS_LINUX, FALSE, args)
      || add_to_role (self, V2V_KARGS_LINUX_DEFAULT, FALSE, args)
      || add_to_role (self, V2V_KARGS_LINUX, TRUE, args)
      || add_to_role (self, V2V_KARGS_LINUX_DEFAULT, TRUE, args))
    return;
  add_variable (first, args);
}

static void
add_all (const Editor *self)
{
  for (guint i = 0; i < self->work->len; i++) {
    Work *work = g_ptr_array_index (self->work, i);

    if (work->file->kind != V2V_KERNEL_ARGS_DEFAULT_GRUB)
      add_to_file (self, work);
  }
  add_to_default_grub (self);
}

static void
open_files (Editor *self, const GPtrArray *files)
{
  for (guint i = 0; i < files->len; i++) {
    Work *work = g_new0 (Work, 1);

    work->file = g_ptr_array_index (files, i);
    work->spans = v2v_kargs_scan (work->file->kind, work->file->text);
    work->patch = v2v_kargs_patch_new (work->file->text);
    g_ptr_array_add (self->work, work);
    for (guint n = 0; n < work->spans->len; n++) {
      V2vKargsSpan *span = g_ptr_array_index (work->spans, n);

      self->kernelopts |= span->role == V2V_KARGS_KERNELOPTS;
      edit_span (self, work, span);
    }
  }
}

static gboolean
finish_file (Work *work, GError **error)
{
  V2vKernelArgsFile *file = work->file;
  g_autofree char *text = v2v_kargs_patch_dup (work->patch);

  g_clear_pointer (&file->edited, g_free);
  if (text != NULL && file->kind == V2V_KERNEL_ARGS_GRUBENV) {
    char *padded = v2v_kargs_pad_grubenv (text, strlen (file->text));

    if (padded == NULL) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "'%s': the environment block of %zu bytes has no room for the change",
                   file->path, strlen (file->text));
      return FALSE;
    }
    g_free (text);
    text = padded;
  }
  if (g_strcmp0 (text, file->text) != 0)
    file->edited = g_steal_pointer (&text);
  return TRUE;
}

gboolean
v2v_kernel_args_edit (const GPtrArray *files, const V2vKernelArgsEdit *edit, GError **error)
{
  g_autoptr (GPtrArray) work = g_ptr_array_new_with_free_func (work_free);
  g_auto (GStrv) wanted = dup_unquoted (edit->add);
  Editor self = { .edit = edit, .wanted = wanted, .work = work };
  gboolean ok = TRUE;

  open_files (&self, files);
  if (*wanted != NULL)
    add_all (&self);
  for (guint i = 0; i < work->len && ok; i++)
    ok = finish_file (g_ptr_array_index (work, i), error);
  for (guint i = 0; i < files->len && !ok; i++)
    g_clear_pointer (&((V2vKernelArgsFile *) g_ptr_array_index (files, i))->edited, g_free);
  return ok;
}
