/* SPDX-License-Identifier: GPL-2.0-or-later
 * What predicates say of facts; those that look at files are in test-predicates-files.c.
 */
#include <config.h>

#include "predicates/v2v-predicate-private.h"
#include "test-when.h"

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
test_table (void)
{
  const char *before = "";

  for (const V2vPredicateOps *const *p = v2v_predicates (); *p != NULL; p++) {
    g_assert_cmpstr (before, <, (*p)->name);
    g_assert_true (v2v_predicate_find ((*p)->name) == *p);
    g_assert_nonnull ((*p)->summary);
    g_assert_nonnull ((*p)->parse);
    g_assert_nonnull ((*p)->test);
    before = (*p)->name;
  }
  g_assert_null (v2v_predicate_find ("all"));
}

static void
test_os (void)
{
  g_autoptr (When) when = when_new ();

  assert_when (when, "os: linux", V2V_YES, "os is linux");
  assert_when (when, "os: windows", V2V_NO, "os is linux");
  when->tree->guest->os = V2V_OS_WINDOWS;
  assert_when (when, "os: {name: windows}", V2V_YES, "os is windows");
  when->tree->guest->os = V2V_OS_OTHER;
  assert_when (when, "os: linux", V2V_NO, "os is another one");
  when->tree->guest->os = V2V_OS_UNKNOWN;
  assert_when (when, "os: linux", V2V_CANNOT_TELL, "the operating system is not known");
  assert_no_parse ("os: Linux", "t.yaml:1:5: os: name: 'Linux' is not one of linux, windows");
  assert_no_parse ("os: [linux]", "t.yaml:1:5: os: name must be a text");
  assert_no_parse ("os: {}", "t.yaml:1:5: os: name: it is missing");
}

static void
test_distro (void)
{
  g_autoptr (When) when = when_new ();
  V2vGuest *guest = when->tree->guest;

  assert_when (when, "distro: debian", V2V_CANNOT_TELL, "the distribution is not known");
  set (&guest->distro, "unknown");
  v2v_guest_add_unknown (guest, "/etc/os-release", "it is too large");
  assert_when (when, "distro: unknown", V2V_CANNOT_TELL,
               "the distribution is not known: it is too large");
  assert_when (when, "family: debian", V2V_CANNOT_TELL,
               "the distribution is not known: it is too large");
  set (&guest->distro, "ubuntu");
  set (&guest->distro_like, "debian");
  assert_when (when, "distro: [debian, ubuntu]", V2V_YES, "distro is ubuntu");
  assert_when (when, "distro: debian", V2V_NO, "distro is ubuntu");
  assert_when (when, "distro: ubunt", V2V_NO, "distro is ubuntu");
  set (&guest->distro, "x\033[31m\n");
  assert_when (when, "distro: ubuntu", V2V_NO, "distro is x\\x1b[31m\\x0a");
  assert_no_parse ("distro: [debian, Ubuntu]",
                   "t.yaml:1:9: distro: name: 'Ubuntu' is no ID of os-release: lower case "
                   "letters, digits, '.', '_', '-'");
  assert_no_parse ("family: ''", "t.yaml:1:9: family: name: '' is no ID of os-release: lower "
                                 "case letters, digits, '.', '_', '-'");
  assert_no_parse ("distro: []", "t.yaml:1:9: distro: name must have 1 to 1000 entries");
  assert_no_parse ("distro: {}", "t.yaml:1:9: distro needs 'name'");
}

static void
test_family (void)
{
  static const struct {
    const char *distro, *like, *condition, *seen;
    V2vTruth truth;
  } rows[] = {
    { "amzn", "centos rhel fedora", "family: rhel", "distro is amzn, like centos rhel fedora",
      V2V_YES },
    { "amzn", "fedora", "family: rhel", "distro is amzn, like fedora", V2V_NO },
    { "amzn", "fedora", "family: [rhel, amzn]", "distro is amzn, like fedora", V2V_YES },
    { "opensuse-leap", "suse opensuse", "family: suse",
      "distro is opensuse-leap, like suse opensuse", V2V_YES },
    { "debian", NULL, "family: debian", "distro is debian", V2V_YES },
    { "debian", NULL, "family: rhel", "distro is debian", V2V_NO },
    /* Without os-release: CentOS 6, SLES 11, Ubuntu 10.04. */
    { "centos", NULL, "family: rhel", "distro is centos, like rhel fedora", V2V_YES },
    { "sles", NULL, "family: suse", "distro is sles, like suse", V2V_YES },
    { "ubuntu", NULL, "family: debian", "distro is ubuntu, like debian", V2V_YES },
    { "x", "  RHEL\tFedora ", "family: rhel", "distro is x, like   RHEL Fedora ", V2V_YES },
    { "x", "rhelish", "family: rhel", "distro is x, like rhelish", V2V_NO },
  };
  g_autoptr (When) when = when_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    set (&when->tree->guest->distro, rows[i].distro);
    set (&when->tree->guest->distro_like, rows[i].like);
    assert_when (when, rows[i].condition, rows[i].truth, rows[i].seen);
  }
}

static void
test_version (void)
{
  static const struct {
    const char *version, *is;
    V2vTruth truth;
  } rows[] = {
    { "12", "12", V2V_YES },          { "12.4", "12", V2V_YES },
    { "12", "12.0", V2V_YES },        { "12", "12.4", V2V_NO },
    { "12.4", "=12.4", V2V_YES },     { "12.4", "12.5", V2V_NO },
    { "2023", "2", V2V_NO },          { "2", "2023", V2V_NO },
    { "2023", ">2", V2V_YES },        { "2", ">=2023", V2V_NO },
    { "2023", ">=2023", V2V_YES },    { "2018.03", "<2023", V2V_YES },
    { "2018.03", "2018.3", V2V_YES }, { "16.04", "<18.04", V2V_YES },
    { "18.04", "<9", V2V_NO },        { "9", "<18.04", V2V_YES },
    { "16.10", ">16.9", V2V_YES },    { "12.4", ">12", V2V_NO },
    { "12.4", "<=12", V2V_YES },      { "12.4", "<12", V2V_NO },
    { "13", ">12", V2V_YES },         { "7.9.2009", ">=7.9", V2V_YES },
    { "8.10", ">=8 <9", V2V_YES },    { "9.0", ">=8  <9", V2V_NO },
    { "7.9", ">=8 <9", V2V_NO },      { "10.0.20348", ">=10.0.17763", V2V_YES },
    { "12-beta", "12", V2V_YES },     { "12-beta", ">11", V2V_YES },
    { "12-beta", "12.1", V2V_CANNOT_TELL },
    { "12-beta", "12.1 <10", V2V_NO },
    { "12-beta", "13.1", V2V_NO },    { "12.", "12", V2V_YES },
    { "rolling", "12", V2V_CANNOT_TELL },
    { "", "12", V2V_CANNOT_TELL },
    { "1.2.3.4.5.6.7.8.9", "1", V2V_CANNOT_TELL },
    { "99999999999999999999", ">1", V2V_CANNOT_TELL },
    { "999999999999999999", ">1", V2V_YES },
  };
  g_autoptr (When) when = when_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("version: \"%s\"", rows[i].is);
    g_autoptr (V2vConditionResult) result = NULL;

    set (&when->tree->guest->version_id, rows[i].version);
    result = when_test (when, text);
    if (result->truth != rows[i].truth)
      g_error ("'%s' is '%s': %s", rows[i].version, rows[i].is,
               v2v_truth_name (result->truth));
  }
}

static void
test_version_words (void)
{
  g_autoptr (When) when = when_new ();
  V2vGuest *guest = when->tree->guest;

  assert_when (when, "version: 12", V2V_CANNOT_TELL, "the version is not known");
  v2v_guest_add_unknown (guest, "version", "the registry has no version number");
  assert_when (when, "version: 12", V2V_CANNOT_TELL,
               "the version is not known: the registry has no version number");
  set (&guest->version_id, "12.4");
  assert_when (when, "version: {is: 12}", V2V_YES, "version is 12.4");
  set (&guest->version_id, "trixie/sid");
  assert_when (when, "version: 12", V2V_CANNOT_TELL,
               "version is 'trixie/sid', not a number");

  assert_no_parse ("version: ~", "t.yaml:1:10: version: is has no value (quote it: \"\" or '~')");
  assert_no_parse ("version: ' '", "t.yaml:1:10: version: is: there is no comparison in it");
  assert_no_parse ("version: '>= 12'",
                   "t.yaml:1:10: version: is: '>=' is no comparison of versions: write 12, "
                   ">=2023 or \">=8 <10\"");
  assert_no_parse ("version: ==12",
                   "t.yaml:1:10: version: is: '==12' is no comparison of versions: write 12, "
                   ">=2023 or \">=8 <10\"");
  assert_no_parse ("version: 12-SP1",
                   "t.yaml:1:10: version: is: '12-SP1' is no comparison of versions: write 12, "
                   ">=2023 or \">=8 <10\"");
  assert_no_parse ("version: bookworm",
                   "t.yaml:1:10: version: is: 'bookworm' is no comparison of versions: write "
                   "12, >=2023 or \">=8 <10\"");
  assert_no_parse ("version: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
                   "t.yaml:1:10: version: is: more than 16 comparisons");
}

static void
test_arch (void)
{
  g_autoptr (When) when = when_new ();

  assert_when (when, "arch: x86_64", V2V_CANNOT_TELL, "the architecture is not known");
  v2v_guest_add_unknown (when->tree->guest, "arch", "no program was found");
  assert_when (when, "arch: x86_64", V2V_CANNOT_TELL,
               "the architecture is not known: no program was found");
  set (&when->tree->guest->arch, "aarch64");
  assert_when (when, "arch: [x86_64, aarch64]", V2V_YES, "arch is aarch64");
  assert_when (when, "arch: x86_64", V2V_NO, "arch is aarch64");
  assert_no_parse ("arch: amd64",
                   "t.yaml:1:7: arch: name: 'amd64' is not one of x86_64, i386, aarch64, arm, "
                   "loongarch64, mips, mips64, ppc64, ppc64le, riscv64, s390x");
}

static void
test_source (void)
{
  g_autoptr (When) when = when_new ();
  V2vEc2 *ec2 = when->tree->guest->ec2;

  ec2->score = 20;
  assert_when (when, "source: ec2", V2V_NO, "score 20, below 60");
  assert_when (when, "source: {name: ec2, min-score: 20}", V2V_YES, "score 20");
  assert_when (when, "source: {name: ec2, min-score: 21}", V2V_NO, "score 20, below 21");
  assert_when (when, "source: {name: ec2, min-score: 0}", V2V_YES, "score 20");
  ec2->score = 85;
  ec2->is_ec2 = TRUE;
  assert_when (when, "source: ec2", V2V_YES, "score 85");
  assert_when (when, "source: {name: ec2, min-score: 100}", V2V_NO, "score 85, below 100");
  when->tree->guest->ec2 = NULL;
  assert_when (when, "source: ec2", V2V_CANNOT_TELL,
               "where the guest comes from is not known");
  when->tree->guest->ec2 = ec2;
  assert_no_parse ("source: gcp", "t.yaml:1:9: source: name: 'gcp' is not one of ec2");
  assert_no_parse ("source: {min-score: 3}", "t.yaml:1:9: source: name: it is missing");
  assert_no_parse ("source: {name: ec2, min-score: 101}",
                   "t.yaml:1:32: source: min-score: '101' is not a number from 0 to 100");
}

static void
test_option (void)
{
  g_autoptr (When) when = when_new ();

  assert_when (when, "option: {name: mac, value: new}", V2V_CANNOT_TELL,
               "mac was not decided");
  g_hash_table_insert (when->context.options, (gpointer) "mac", (gpointer) "kept");
  assert_when (when, "option: {name: mac, value: new}", V2V_NO, "mac is kept");
  assert_when (when, "option: {name: mac, value: [new, kept]}", V2V_YES, "mac is kept");
  g_hash_table_insert (when->context.options, (gpointer) "engine", (gpointer) "virt-v2v");
  assert_when (when, "option: {name: engine, value: virt-v2v}", V2V_YES, "engine is virt-v2v");
  assert_no_parse ("option: mac", "t.yaml:1:9: option needs a mapping, {key: value}");
  assert_no_parse ("option: {name: mac}", "t.yaml:1:9: option needs 'value'");
  assert_no_parse ("option: {name: color, value: red}",
                   "t.yaml:1:16: option: name: 'color' is not one of mac, engine, agents, guest-agent");
  assert_no_parse ("option: {name: agents, value: [disable, new]}",
                   "t.yaml:1:31: option: value: 'new' is not one of disable, remove");
}

static void
test_package (void)
{
  g_autoptr (When) when = when_new ();
  V2vPackage *package;

  assert_when (when, "package: chrony", V2V_NO, "not installed");
  package = v2v_guest_add_package (when->tree->guest);
  package->name = g_strdup ("amazon-ssm-agent");
  package->version = g_strdup ("3.1.2");
  package = v2v_guest_add_package (when->tree->guest);
  package->name = g_strdup ("ec2-utils");
  assert_when (when, "package: amazon-ssm-agent", V2V_YES,
               "amazon-ssm-agent 3.1.2 is installed");
  assert_when (when, "package: [none, ec2-*]", V2V_YES, "ec2-utils is installed");
  assert_when (when, "package: ec2", V2V_NO, "not installed");

  v2v_guest_add_unknown (when->tree->guest, "packages", "the rpm database is of kind ndb");
  assert_when (when, "package: none", V2V_CANNOT_TELL,
               "package list unknown: the rpm database is of kind ndb");
  assert_when (when, "package: ec2-utils", V2V_YES, "ec2-utils is installed");
  assert_no_parse ("package: ''",
                   "t.yaml:1:10: package: name: an empty name matches no package");
}

/* A hostile fact stays one short line. */
static void
test_long_fact (void)
{
  g_autoptr (When) when = when_new ();
  g_autofree char *as = g_strnfill (50000, 'a');
  g_autoptr (V2vConditionResult) result = NULL;
  g_autoptr (V2vConditionResult) why = NULL;

  set (&when->tree->guest->distro, as);
  result = when_test (when, "distro: debian");
  g_assert_cmpuint (strlen (result->seen), ==, strlen ("distro is ...") + 120);
  v2v_guest_add_unknown (when->tree->guest, "packages", "%s", as);
  why = when_test (when, "package: x");
  g_assert_cmpuint (strlen (why->seen), ==, 403);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predicates/table", test_table);
  g_test_add_func ("/predicates/os", test_os);
  g_test_add_func ("/predicates/distro", test_distro);
  g_test_add_func ("/predicates/family", test_family);
  g_test_add_func ("/predicates/version", test_version);
  g_test_add_func ("/predicates/version-words", test_version_words);
  g_test_add_func ("/predicates/arch", test_arch);
  g_test_add_func ("/predicates/source", test_source);
  g_test_add_func ("/predicates/option", test_option);
  g_test_add_func ("/predicates/package", test_package);
  g_test_add_func ("/predicates/long-fact", test_long_fact);
  return g_test_run ();
}
