/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-modules.c - modules.dep and its neighbours, as depmod writes them
 */
#include <config.h>

#include "v2v-modules.h"

#include <limits.h>
#include <string.h>

#include "v2v-initramfs.h"
#include "v2v-str.h"

/* modules.dep lists dependencies of dependencies too: real chains have ten links. */
#define DEPTH_MAX 100
/* Words of all lines together; a distribution's kernel has about 20,000. */
#define WORDS_MAX (1000 * 1000)
#define SHOW_MAX 200
#define ADVICE ": run 'depmod' for this kernel in the guest"

typedef enum { UNSEEN, OPEN, DONE } State;

typedef struct {
  char *path;
  char **needs;    /* paths; NULL = none */
  GPtrArray *pre;  /* char*: names, of modules.softdep; NULL = none */
  GPtrArray *post;
} Module;

struct _V2vModules {
  GHashTable *by_name; /* char* to Module, owned */
  GHashTable *by_path; /* the same by path, borrowed */
  GHashTable *builtin; /* set of char* */
  GHashTable *aliases; /* char* to char*: a module's name */
};

static void
module_free (gpointer data)
{
  Module *module = data;

  g_free (module->path);
  g_strfreev (module->needs);
  g_clear_pointer (&module->pre, g_ptr_array_unref);
  g_clear_pointer (&module->post, g_ptr_array_unref);
  g_free (module);
}

static gboolean
refuse_line (GError **error, const char *file, guint line, const char *why)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "'%s' is damaged, line %u %s" ADVICE, file, line,
               why);
  return FALSE;
}

static char *
dup_name (const char *name)
{
  return g_strdelimit (g_strdup (name), "-", '_');
}

/* depmod before 2006 wrote "/lib/modules/2.6.9/kernel/fs/jbd/jbd.ko". */
static const char *
below_version (const char *path)
{
  static const char directory[] = "/lib/modules/";
  const char *slash;

  if (*path != '/' || !g_str_has_prefix (path, directory))
    return path;
  slash = strchr (path + strlen (directory), '/');
  return slash == NULL ? path : slash + 1;
}

/* A path that stays below the modules' directory, wherever it is joined to. */
static gboolean
is_inside (const char *path)
{
  if (strlen (path) >= PATH_MAX)
    return FALSE;
  for (;;) {
    gsize n = strcspn (path, "/");

    if (n == 0 || (n == 1 && *path == '.') || (n == 2 && strncmp (path, "..", 2) == 0))
      return FALSE;
    path += n;
    if (*path == '\0')
      return TRUE;
    path++;
  }
}

/* The next line without its end; NULL at the end of the text.  Moves @text. */
static char *
next_line (const char **text)
{
  gsize n = strcspn (*text, "\n");
  char *line;

  if (**text == '\0')
    return NULL;
  line = g_strndup (*text, n);
  *text += n;
  *text += **text == '\n';
  return g_strchomp (line);
}

static char **
split_words (const char *text)
{
  char **words = g_strsplit_set (text, " \t", -1);
  guint kept = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '\0')
      g_free (words[i]);
    else
      words[kept++] = words[i];
  }
  words[kept] = NULL;
  return words;
}

static gboolean
add_dep_line (V2vModules *modules, char *line, guint number, guint *words, GError **error)
{
  char *colon = strchr (line, ':');
  const char *path;
  Module *module;
  char *name;

  if (colon == NULL)
    return refuse_line (error, "modules.dep", number, "has no ':'");
  *colon = '\0';
  path = below_version (line);
  name = v2v_module_name (path);
  if (name == NULL || *name == '\0' || !is_inside (path)) {
    g_free (name);
    return refuse_line (error, "modules.dep", number, "names no module");
  }
  module = g_new0 (Module, 1);
  module->path = g_strdup (path);
  module->needs = split_words (colon + 1);
  /* depmod lists each module once; of two the later one would win in its index too. */
  if (g_hash_table_contains (modules->by_name, name)) {
    const Module *old = g_hash_table_lookup (modules->by_name, name);

    g_hash_table_remove (modules->by_path, old->path);
  }
  g_hash_table_replace (modules->by_name, name, module);
  g_hash_table_replace (modules->by_path, module->path, module);
  *words += g_strv_length (module->needs) + 1;
  for (char **need = module->needs; *need != NULL; need++) {
    char *relative = g_strdup (below_version (*need));

    g_free (*need);
    *need = relative;
  }
  if (g_hash_table_size (modules->by_name) > V2V_MODULES_MAX || *words > WORDS_MAX)
    return refuse_line (error, "modules.dep", number, "is one too many");
  return TRUE;
}

static gboolean
parse_dep (V2vModules *modules, const char *text, GError **error)
{
  guint number = 0, words = 0;

  for (;;) {
    g_autofree char *line = next_line (&text);

    if (line == NULL)
      return TRUE;
    number++;
    if (*line != '\0' && *line != '#' && !add_dep_line (modules, line, number, &words, error))
      return FALSE;
  }
}

/* "softdep NAME pre: A B post: C".  A later line about a module adds to it. */
static void
add_softdep (V2vModules *modules, char **words, guint *budget)
{
  g_autofree char *name = NULL;
  GPtrArray **list = NULL;
  Module *module;

  if (words[0] == NULL || !g_str_equal (words[0], "softdep") || words[1] == NULL)
    return;
  name = dup_name (words[1]);
  module = g_hash_table_lookup (modules->by_name, name);
  for (char **word = words + 2; module != NULL && *word != NULL && *budget > 0; word++) {
    if (g_str_equal (*word, "pre:"))
      list = &module->pre;
    else if (g_str_equal (*word, "post:"))
      list = &module->post;
    else if (list != NULL) {
      if (*list == NULL)
        *list = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (*list, dup_name (*word));
      (*budget)--;
    }
  }
}

/* What modprobe would not understand it skips, and so do we. */
static void
parse_softdep (V2vModules *modules, const char *text)
{
  guint budget = WORDS_MAX;

  for (;;) {
    g_autofree char *line = next_line (&text);
    g_auto (GStrv) words = NULL;

    if (line == NULL)
      return;
    words = split_words (line);
    add_softdep (modules, words, &budget);
  }
}

static void
parse_alias (V2vModules *modules, const char *text)
{
  for (;;) {
    g_autofree char *line = next_line (&text);
    g_auto (GStrv) words = NULL;
    char *name;

    if (line == NULL || g_hash_table_size (modules->aliases) >= V2V_MODULES_MAX)
      return;
    if (!g_str_has_prefix (line, "alias ") || strpbrk (line, "*?[") != NULL)
      continue;
    words = split_words (line);
    if (g_strv_length (words) != 3)
      continue;
    name = dup_name (words[1]);
    if (g_hash_table_contains (modules->aliases, name))
      g_free (name);
    else
      g_hash_table_insert (modules->aliases, name, dup_name (words[2]));
  }
}

static void
parse_builtin (V2vModules *modules, const char *text)
{
  for (;;) {
    g_autofree char *line = next_line (&text);
    char *name;

    if (line == NULL || g_hash_table_size (modules->builtin) >= V2V_MODULES_MAX)
      return;
    name = v2v_module_name (line);
    if (name != NULL)
      g_hash_table_add (modules->builtin, name);
  }
}

V2vModules *
v2v_modules_new (const char *dep, const char *softdep, const char *alias, const char *builtin,
                 GError **error)
{
  g_autoptr (V2vModules) modules = g_new0 (V2vModules, 1);

  modules->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, module_free);
  modules->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  modules->builtin = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  modules->aliases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (dep == NULL) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         "'modules.dep' is not there" ADVICE);
    return NULL;
  }
  if (!parse_dep (modules, dep, error))
    return NULL;
  if (softdep != NULL)
    parse_softdep (modules, softdep);
  if (alias != NULL)
    parse_alias (modules, alias);
  if (builtin != NULL)
    parse_builtin (modules, builtin);
  return g_steal_pointer (&modules);
}

void
v2v_modules_free (V2vModules *modules)
{
  if (modules == NULL)
    return;
  g_hash_table_unref (modules->aliases);
  g_hash_table_unref (modules->builtin);
  g_hash_table_unref (modules->by_path);
  g_hash_table_unref (modules->by_name);
  g_free (modules);
}

/* What modprobe takes for @name: itself before an alias of it. */
static V2vModuleKind
look_up (const V2vModules *modules, const char *name, Module **out_module)
{
  g_autofree char *plain = dup_name (name);
  const char *target = plain;

  for (guint i = 0; i < 2 && target != NULL; i++) {
    *out_module = g_hash_table_lookup (modules->by_name, target);
    if (g_hash_table_contains (modules->builtin, target))
      return V2V_MODULE_BUILTIN;
    if (*out_module != NULL)
      return V2V_MODULE_LOADABLE;
    target = g_hash_table_lookup (modules->aliases, target);
  }
  return V2V_MODULE_ABSENT;
}

V2vModuleKind
v2v_modules_kind (const V2vModules *modules, const char *name)
{
  Module *module;

  return look_up (modules, name, &module);
}

const char *
v2v_modules_path (const V2vModules *modules, const char *name)
{
  Module *module;

  return look_up (modules, name, &module) == V2V_MODULE_LOADABLE ? module->path : NULL;
}

typedef struct {
  const V2vModules *modules;
  GHashTable *states; /* Module to State, along modules.dep */
  GHashTable *asked;  /* set of Module: with its soft dependencies */
  GPtrArray *paths;
} Closure;

/* @module behind all that modules.dep says it needs. */
static gboolean
add_module (Closure *self, const Module *module, guint depth, GError **error)
{
  State state = GPOINTER_TO_INT (g_hash_table_lookup (self->states, module));
  g_autofree char *shown = NULL;

  if (state == DONE)
    return TRUE;
  shown = v2v_str_printable (module->path, SHOW_MAX);
  if (state == OPEN || depth > DEPTH_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 state == OPEN ? "'modules.dep' is damaged, '%s' needs itself in the end" ADVICE
                               : "'modules.dep' is damaged, too much leads to '%s'" ADVICE,
                 shown);
    return FALSE;
  }
  g_hash_table_insert (self->states, (gpointer) module, GINT_TO_POINTER (OPEN));
  for (char **need = module->needs; *need != NULL; need++) {
    const Module *needed = g_hash_table_lookup (self->modules->by_path, *need);

    if (needed == NULL) {
      g_autofree char *missing = v2v_str_printable (*need, SHOW_MAX);

      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "'modules.dep' is damaged, '%s' needs '%s', which it does not list" ADVICE,
                   shown, missing);
      return FALSE;
    }
    if (!add_module (self, needed, depth + 1, error))
      return FALSE;
  }
  g_hash_table_insert (self->states, (gpointer) module, GINT_TO_POINTER (DONE));
  g_ptr_array_add (self->paths, g_strdup (module->path));
  return TRUE;
}

static gboolean add_soft (Closure *self, const Module *module, guint depth, GError **error);

/* Soft dependencies may be absent, and may lead in a circle: modprobe bears both. */
static gboolean
add_soft_list (Closure *self, const GPtrArray *names, guint depth, GError **error)
{
  for (guint i = 0; names != NULL && i < names->len; i++) {
    Module *module;

    if (look_up (self->modules, g_ptr_array_index (names, i), &module) == V2V_MODULE_LOADABLE
        && !add_soft (self, module, depth, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_soft (Closure *self, const Module *module, guint depth, GError **error)
{
  if (depth > DEPTH_MAX || !g_hash_table_add (self->asked, (gpointer) module))
    return TRUE;
  for (char **need = module->needs; *need != NULL; need++) {
    const Module *needed = g_hash_table_lookup (self->modules->by_path, *need);

    if (needed != NULL && !add_soft (self, needed, depth + 1, error))
      return FALSE;
  }
  return add_soft_list (self, module->pre, depth + 1, error)
         && add_module (self, module, 0, error)
         && add_soft_list (self, module->post, depth + 1, error);
}

GPtrArray *
v2v_modules_closure (const V2vModules *modules, const char *const *names, GError **error)
{
  g_autoptr (GHashTable) states = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) asked = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  Closure self = { .modules = modules, .states = states, .asked = asked, .paths = paths };

  for (; *names != NULL; names++) {
    Module *module;
    V2vModuleKind kind = look_up (modules, *names, &module);

    if (kind == V2V_MODULE_ABSENT) {
      g_autofree char *shown = v2v_str_printable (*names, SHOW_MAX);

      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "there is no module '%s'", shown);
      return NULL;
    }
    if (kind == V2V_MODULE_LOADABLE && !add_soft (&self, module, 0, error))
      return NULL;
  }
  return g_steal_pointer (&paths);
}
