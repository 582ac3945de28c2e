/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-facts.c - os, distro, family, arch, source, option: what is known of the
 * guest and of the run, without a look at a file
 */
#include <config.h>

#include <string.h>

#include "v2v-predicate-private.h"

/* os: linux */

static const char *const os_names[] = { "linux", "windows", NULL };
static const V2vOsType os_types[] = { V2V_OS_LINUX, V2V_OS_WINDOWS };

static gpointer
os_parse (V2vArgs *args, GError **error)
{
  guint choice;

  if (!v2v_args_take_choice (args, "name", os_names, G_N_ELEMENTS (os_types), &choice, error))
    return NULL;
  if (choice == G_N_ELEMENTS (os_types)) {
    v2v_args_error_at (args, "name", error, "it is missing");
    return NULL;
  }
  return g_memdup2 (&os_types[choice], sizeof os_types[choice]);
}

static gboolean
os_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth, char **out_seen,
         GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  V2vOsType os = context->guest->os;

  (void) error;
  if (os == V2V_OS_UNKNOWN)
    return v2v_answer (answer, V2V_CANNOT_TELL, "the operating system is not known");
  return v2v_answer (answer, os == *(const V2vOsType *) data ? V2V_YES : V2V_NO, "os is %s",
                     os == V2V_OS_LINUX     ? "linux"
                     : os == V2V_OS_WINDOWS ? "windows"
                                            : "another one");
}

const V2vPredicateOps v2v_predicate_os_ops = {
  .name = "os",
  .shorthand = "name",
  .summary = "The kind of operating system",
  .parse = os_parse,
  .free = g_free,
  .test = os_test,
};

/* distro: [debian, ubuntu] and family: rhel */

/* A name that os-release cannot have would silently never match. */
static gpointer
ids_parse (V2vArgs *args, GError **error)
{
  g_auto (GStrv) names = NULL;

  if (!v2v_args_take_strings (args, "name", TRUE, &names, error))
    return NULL;
  for (guint i = 0; names[i] != NULL; i++) {
    if (*names[i] == '\0'
        || names[i][strspn (names[i], "abcdefghijklmnopqrstuvwxyz0123456789._-")] != '\0') {
      v2v_args_error_at (args, "name", error,
                         "'%s' is no ID of os-release: lower case letters, digits, '.', '_', '-'",
                         names[i]);
      return NULL;
    }
  }
  return g_steal_pointer (&names);
}

/* FALSE after an answer when nobody knows which distribution this is. */
static gboolean
is_distro_known (const V2vGuest *guest, V2vAnswer answer)
{
  static const char *const facts[] = { "/etc/os-release", "/usr/lib/os-release", "version" };
  const char *why = NULL;

  if (guest->distro != NULL && !g_str_equal (guest->distro, "unknown"))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (facts) && why == NULL; i++)
    why = v2v_predicate_why_unknown (guest, facts[i]);
  v2v_answer (answer, V2V_CANNOT_TELL, "the distribution is not known%s%s",
              why != NULL ? ": " : "", why != NULL ? why : "");
  return FALSE;
}

static gboolean
distro_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
             char **out_seen, GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const char *distro = context->guest->distro;
  g_autofree char *shown = NULL;

  (void) error;
  if (!is_distro_known (context->guest, answer))
    return TRUE;
  shown = v2v_predicate_dup_short (distro);
  return v2v_answer (answer, g_strv_contains (data, distro) ? V2V_YES : V2V_NO,
                     "distro is %s", shown);
}

const V2vPredicateOps v2v_predicate_distro_ops = {
  .name = "distro",
  .shorthand = "name",
  .summary = "The distribution, by the ID in os-release",
  .parse = ids_parse,
  .free = v2v_predicate_free_strv,
  .test = distro_test,
};

/* What ID_LIKE would say on guests older than os-release, which inspection names by
 * their own release files. */
static const struct {
  const char *distro;
  const char *like;
} ancestors[] = {
  { "almalinux", "rhel centos fedora" }, { "centos", "rhel fedora" },
  { "cloudlinux", "rhel centos fedora" }, { "ol", "fedora" },
  { "opensuse", "suse" },                { "rhel", "fedora" },
  { "rocky", "rhel centos fedora" },     { "scientific", "rhel centos fedora" },
  { "sles", "suse" },                    { "ubuntu", "debian" },
};

static const char *
likes_of (const V2vGuest *guest)
{
  if (guest->distro_like != NULL)
    return guest->distro_like;
  for (gsize i = 0; i < G_N_ELEMENTS (ancestors); i++) {
    if (g_str_equal (guest->distro, ancestors[i].distro))
      return ancestors[i].like;
  }
  return "";
}

static gboolean
family_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
             char **out_seen, GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const char *distro = context->guest->distro;
  g_autofree char *shown = NULL;
  g_autofree char *lower = NULL;
  g_auto (GStrv) words = NULL;
  gboolean found;

  (void) error;
  if (!is_distro_known (context->guest, answer))
    return TRUE;
  lower = g_ascii_strdown (likes_of (context->guest), -1);
  words = g_strsplit_set (lower, " \t", -1);
  found = g_strv_contains (data, distro);
  for (guint i = 0; words[i] != NULL && !found; i++)
    found = *words[i] != '\0' && g_strv_contains (data, words[i]);
  g_free (lower);
  lower = *words == NULL ? g_strdup (distro)
                         : g_strconcat (distro, ", like ", likes_of (context->guest), NULL);
  shown = v2v_predicate_dup_short (lower);
  return v2v_answer (answer, found ? V2V_YES : V2V_NO, "distro is %s", shown);
}

const V2vPredicateOps v2v_predicate_family_ops = {
  .name = "family",
  .shorthand = "name",
  .summary = "The distribution or what it is like, by ID and ID_LIKE in os-release",
  .parse = ids_parse,
  .free = v2v_predicate_free_strv,
  .test = family_test,
};

/* arch: x86_64 */

static gpointer
arch_parse (V2vArgs *args, GError **error)
{
  /* As inspection names them. */
  static const char *const known[]
    = { "x86_64", "i386",  "aarch64", "arm",     "loongarch64", "mips",
        "mips64", "ppc64", "ppc64le", "riscv64", "s390x",       NULL };
  g_auto (GStrv) names = NULL;

  if (!v2v_args_take_strings (args, "name", TRUE, &names, error))
    return NULL;
  for (guint i = 0; names[i] != NULL; i++) {
    if (!g_strv_contains (known, names[i])) {
      g_autofree char *list = g_strjoinv (", ", (char **) known);

      v2v_args_error_at (args, "name", error, "'%s' is not one of %s", names[i], list);
      return NULL;
    }
  }
  return g_steal_pointer (&names);
}

static gboolean
arch_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth, char **out_seen,
           GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const char *why = v2v_predicate_why_unknown (context->guest, "arch");
  const char *arch = context->guest->arch;

  (void) error;
  if (arch == NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "the architecture is not known%s%s",
                       why != NULL ? ": " : "", why != NULL ? why : "");
  return v2v_answer (answer, g_strv_contains (data, arch) ? V2V_YES : V2V_NO, "arch is %s",
                     arch);
}

const V2vPredicateOps v2v_predicate_arch_ops = {
  .name = "arch",
  .shorthand = "name",
  .summary = "The architecture of the programs in the guest",
  .parse = arch_parse,
  .free = v2v_predicate_free_strv,
  .test = arch_test,
};

/* source: ec2 */

#define SCORE_MAX 100
/* Not given: inspection's own verdict. */
#define NO_MIN_SCORE (SCORE_MAX + 1)
/* Of inspection's verdict, for words only. */
#define IS_EC2_SCORE 60

static gpointer
source_parse (V2vArgs *args, GError **error)
{
  static const char *const names[] = { "ec2", NULL };
  guint min_score;
  guint choice;

  if (!v2v_args_take_choice (args, "name", names, G_N_ELEMENTS (names), &choice, error)
      || !v2v_args_take_uint (args, "min-score", SCORE_MAX, NO_MIN_SCORE, &min_score, error))
    return NULL;
  if (choice == G_N_ELEMENTS (names)) {
    v2v_args_error_at (args, "name", error, "it is missing");
    return NULL;
  }
  return g_memdup2 (&min_score, sizeof min_score);
}

static gboolean
source_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
             char **out_seen, GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const V2vEc2 *ec2 = context->guest->ec2;
  guint min_score = *(const guint *) data;
  gboolean is_ec2;

  (void) error;
  if (ec2 == NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "where the guest comes from is not known");
  is_ec2 = min_score == NO_MIN_SCORE ? ec2->is_ec2 : ec2->score >= (int) min_score;
  if (is_ec2)
    return v2v_answer (answer, V2V_YES, "score %d", ec2->score);
  return v2v_answer (answer, V2V_NO, "score %d, below %u", ec2->score,
                     min_score == NO_MIN_SCORE ? IS_EC2_SCORE : min_score);
}

const V2vPredicateOps v2v_predicate_source_ops = {
  .name = "source",
  .shorthand = "name",
  .summary = "Where the guest has been running, by what it carries of it",
  .parse = source_parse,
  .free = g_free,
  .test = source_test,
};

/* option: {name: mac, value: new} */

static const struct {
  const char *name;
  const char *values[4];
} options[] = {
  { "mac", { "kept", "new", NULL } },
  { "engine", { "native", "virt-v2v", "none", NULL } },
  { "agents", { "disable", "remove", NULL } },
  { "guest-agent", { "keep", "install", NULL } },
};

typedef struct {
  char *name;
  char **values;
} Option;

static void
option_free (gpointer data)
{
  Option *option = data;

  if (option == NULL)
    return;
  g_free (option->name);
  g_strfreev (option->values);
  g_free (option);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Option, option_free)

/* The values that the option may have; NULL with @error when there is no such option. */
static const char *const *
known_values (const V2vArgs *args, const char *name, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    if (g_str_equal (name, options[i].name))
      return options[i].values;
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", options[i].name);
  }
  v2v_args_error_at (args, "name", error, "'%s' is not one of %s", name, list->str);
  return NULL;
}

static gpointer
option_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Option) option = g_new0 (Option, 1);
  const char *const *known;

  if (!v2v_args_take_string (args, "name", TRUE, &option->name, error)
      || !v2v_args_take_strings (args, "value", TRUE, &option->values, error))
    return NULL;
  known = known_values (args, option->name, error);
  if (known == NULL)
    return NULL;
  for (guint i = 0; option->values[i] != NULL; i++) {
    if (!g_strv_contains (known, option->values[i])) {
      g_autofree char *list = g_strjoinv (", ", (char **) known);

      v2v_args_error_at (args, "value", error, "'%s' is not one of %s", option->values[i],
                         list);
      return NULL;
    }
  }
  return g_steal_pointer (&option);
}

static gboolean
option_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
             char **out_seen, GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const Option *option = data;
  const char *value = g_hash_table_lookup (context->options, option->name);

  (void) error;
  if (value == NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "%s was not decided", option->name);
  return v2v_answer (answer,
                     g_strv_contains ((const char *const *) option->values, value) ? V2V_YES
                                                                                   : V2V_NO,
                     "%s is %s", option->name, value);
}

const V2vPredicateOps v2v_predicate_option_ops = {
  .name = "option",
  .summary = "How this run was asked for",
  .parse = option_parse,
  .free = option_free,
  .test = option_test,
};
