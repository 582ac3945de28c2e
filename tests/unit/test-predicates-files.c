/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "predicates/v2v-predicate-private.h"
#include "test-when.h"

static void
test_path (void)
{
  g_autoptr (When) when = when_new ();
  const Tree *tree = when->tree;
  g_autofree char *fifo = tree_host_path (tree, "/etc/fifo");

  tree_write (tree, "/etc/a.conf", "");
  tree_write (tree, "/etc/b.conf", "");
  tree_link (tree, "/etc/dangling", "/none");
  tree_link (tree, "/etc/link", "a.conf");
  tree_link (tree, "/etc/dirlink", "../usr/lib");
  tree_mkdir (tree, "/usr/lib");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);

  assert_when (when, "path: /etc/a.conf", V2V_YES, "/etc/a.conf is there");
  assert_when (when, "path: /etc/none", V2V_NO, "no such file");
  assert_when (when, "path: /etc/a.conf/x", V2V_NO, "no such file");
  assert_when (when, "path: /etc/*.none", V2V_NO, "no file of that name");
  assert_when (when, "path: [/etc/none, /nowhere]", V2V_NO, "no file of that name");
  assert_when (when, "path: [/none, /etc/b.conf]", V2V_YES, "/etc/b.conf is there");
  assert_when (when, "path: /etc/*.conf", V2V_YES, "/etc/a.conf and 1 more are there");
  assert_when (when, "path: /etc/dangling", V2V_YES, "/etc/dangling is there");

  assert_when (when, "path: {name: /etc/a.conf, kind: file}", V2V_YES, "/etc/a.conf is there");
  assert_when (when, "path: {name: /etc/link, kind: file}", V2V_YES, "/etc/link is there");
  assert_when (when, "path: {name: /etc/link, kind: link}", V2V_YES, "/etc/link is there");
  assert_when (when, "path: {name: /etc/dangling, kind: link}", V2V_YES,
               "/etc/dangling is there");
  assert_when (when, "path: {name: /etc/dangling, kind: file}", V2V_NO,
               "/etc/dangling is a link");
  assert_when (when, "path: {name: /etc/dirlink, kind: file}", V2V_NO,
               "/etc/dirlink is a link");
  assert_when (when, "path: {name: /etc/dirlink, kind: directory}", V2V_YES,
               "/etc/dirlink is there");
  assert_when (when, "path: {name: /etc, kind: directory}", V2V_YES, "/etc is there");
  assert_when (when, "path: {name: /etc, kind: file}", V2V_NO, "/etc is a directory");
  assert_when (when, "path: {name: /etc/a.conf, kind: directory}", V2V_NO,
               "/etc/a.conf is a file");
  assert_when (when, "path: {name: /etc/fifo, kind: file}", V2V_NO,
               "/etc/fifo is a special file");
  assert_when (when, "path: {name: '/etc/*', kind: link}", V2V_YES,
               "/etc/dangling and 2 more are there");
  assert_no_parse ("path: etc", "t.yaml:1:7: path: name: the path 'etc' is not absolute: it "
                                "must begin with '/'");
  assert_no_parse ("path: {name: /x, kind: dir}",
                   "t.yaml:1:24: path: kind: 'dir' is not one of any, file, directory, link");
}

/* The draft decides, not the guest. */
static void
test_draft (void)
{
  g_autoptr (When) when = when_new ();
  V2vDraft *draft = when->context.draft;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x=1\n", 4);

  tree_write (when->tree, "/etc/old", "");
  tree_write (when->tree, "/etc/edited", "before\n");
  g_assert_true (v2v_draft_remove (draft, "/etc/old", &error));
  g_assert_true (v2v_draft_put (draft, "/etc/new", bytes, 0644, &error));
  g_assert_true (v2v_draft_write_text (draft, "/etc/edited", "after\n", &error));
  g_assert_no_error (error);
  assert_when (when, "path: /etc/old", V2V_NO, "no such file");
  assert_when (when, "path: /etc/n*", V2V_YES, "/etc/new is there");
  assert_when (when, "text: {file: '/etc/*', pattern: '^x'}", V2V_YES,
               "/etc/new line 1: x=1");
  assert_when (when, "text: {file: /etc/edited, pattern: before}", V2V_NO,
               "no line matches in /etc/edited");
}

static void
test_text (void)
{
  g_autoptr (When) when = when_new ();
  const Tree *tree = when->tree;

  tree_write (tree, "/etc/chrony.conf",
              "# time\r\nserver 169.254.169.123 prefer\r\n\r\nlast");
  tree_write (tree, "/etc/empty", "");
  tree_write (tree, "/etc/lf", "\n");
  tree_write (tree, "/etc/latin1", "caf\351\n");
  tree_write (tree, "/etc/d/x.conf", "one\n");
  tree_mkdir (tree, "/etc/d/y.conf");
  tree_link (tree, "/etc/d/z.conf", "/none");

#define TEXT(file, pattern) "text: {file: " file ", pattern: '" pattern "'}"
  assert_when (when, TEXT ("/etc/chrony.conf", "169\\.254\\.169\\.123"), V2V_YES,
               "/etc/chrony.conf line 2: server 169.254.169.123 prefer");
  assert_when (when, TEXT ("/etc/chrony.conf", "prefer$"), V2V_YES,
               "/etc/chrony.conf line 2: server 169.254.169.123 prefer");
  assert_when (when, TEXT ("/etc/chrony.conf", "^last$"), V2V_YES,
               "/etc/chrony.conf line 4: last");
  assert_when (when, TEXT ("/etc/chrony.conf", "^$"), V2V_YES, "/etc/chrony.conf line 3: ");
  assert_when (when, TEXT ("/etc/chrony.conf", "\\r"), V2V_NO,
               "no line matches in /etc/chrony.conf");
  assert_when (when, TEXT ("/etc/chrony.conf", "time.*server"), V2V_NO,
               "no line matches in /etc/chrony.conf");
  assert_when (when, TEXT ("/etc/empty", "^$"), V2V_NO, "no line matches in /etc/empty");
  assert_when (when, TEXT ("/etc/lf", "^$"), V2V_YES, "/etc/lf line 1: ");
  assert_when (when, TEXT ("/etc/latin1", "caf"), V2V_YES, "/etc/latin1 line 1: caf\\xe9");
  assert_when (when, TEXT ("/etc/none", "x"), V2V_NO, "no such file");
  assert_when (when, TEXT ("'/etc/*.none'", "x"), V2V_NO, "no file of that name");
  assert_when (when, TEXT ("'/etc/d/*.conf'", "two"), V2V_NO,
               "no line matches in /etc/d/x.conf");
  assert_when (when, TEXT ("'/etc/d/[yz].conf'", "two"), V2V_NO, "no file of that name");
  assert_when (when, TEXT ("[/etc/empty, /etc/lf]", "x"), V2V_NO, "no line matches in 2 files");

  assert_no_parse ("text: {file: /x}", "t.yaml:1:7: text needs 'pattern'");
  assert_no_parse ("text: {pattern: x}", "t.yaml:1:7: text needs 'file'");
  assert_no_parse ("text: {file: /x, pattern: '('}",
                   "t.yaml:1:27: text: pattern: the regular expression '(' is wrong at offset "
                   "1: missing closing parenthesis");
}

static void
test_text_unread (void)
{
  g_autoptr (When) when = when_new ();
  g_autofree char *big = g_strnfill (V2V_FS_TEXT_MAX + 1, '\n');
  g_autofree char *line = g_strnfill (60, 'a');
  g_autofree char *evil = g_strdup_printf ("%sb\n", line);

  tree_write_bytes (when->tree, "/etc/nul", "yes\n\0no\n", 8);
  tree_write (when->tree, "/etc/evil", evil);
  tree_write (when->tree, "/etc/good", "aaa\n");
  tree_write (when->tree, "/etc/big", big);
  assert_when (when, TEXT ("/etc/nul", "yes"), V2V_CANNOT_TELL,
               "'/etc/nul': it has NUL bytes, so it is no text");
  assert_when (when, TEXT ("/etc/big", "^x"), V2V_CANNOT_TELL,
               "reading '/etc/big': it is too large: 1048577 bytes, at most 1048576 are read");
  assert_when (when, TEXT ("/etc/evil", "^(a+)+$"), V2V_CANNOT_TELL,
               "'/etc/evil': line 1: searching for a pattern was given up: match limit "
               "exceeded");
  /* What is found elsewhere is certain all the same. */
  assert_when (when, TEXT ("[/etc/evil, /etc/nul, /etc/good]", "^(a+)+$"), V2V_YES,
               "/etc/good line 1: aaa");
  assert_when (when, TEXT ("[/etc/good, /etc/nul]", "^b"), V2V_CANNOT_TELL,
               "'/etc/nul': it has NUL bytes, so it is no text");
}

/* A file full of lines that each take just less than the limit. */
static void
test_text_deadline (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) pattern = v2v_regex_new ("x", &error);
  g_autofree char *line = NULL;
  guint number;

  g_assert_false (v2v_text_search (pattern, "a\nb\n", 4, g_get_monotonic_time () - 1, NULL,
                                   &number, &line, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==,
                   "line 1: searching for a pattern was given up: it takes too long");
}

static void
test_text_cancelled (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) pattern = v2v_regex_new ("x", &error);
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autofree char *line = NULL;
  guint number;

  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "a signal");
  g_assert_false (v2v_text_search (pattern, "a\nb\n", 4, G_MAXINT64, cancel, &number, &line,
                                   &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
}

/* A long line is cut, a terminal is not driven. */
static void
test_text_shown (void)
{
  g_autoptr (When) when = when_new ();
  g_autofree char *as = g_strnfill (119, 'a');
  g_autofree char *text = g_strdup_printf ("%s\303\251 and more\n\033[2Jx\n", as);
  g_autofree char *expected = g_strdup_printf ("/etc/x line 1: %s...", as);

  tree_write (when->tree, "/etc/x", text);
  assert_when (when, TEXT ("/etc/x", "^aa"), V2V_YES, expected);
  assert_when (when, TEXT ("/etc/x", "x$"), V2V_YES, "/etc/x line 2: \\x1b[2Jx");
}

static void
test_unit_enabled (void)
{
  g_autoptr (When) when = when_new ();
  const Tree *tree = when->tree;
  g_autoptr (GError) error = NULL;
  const char *wants = "/etc/systemd/system/multi-user.target.wants/amazon-ssm-agent.service";

  assert_when (when, "unit: a.service", V2V_NO, "not enabled");
  tree_link (tree, wants, "/usr/lib/systemd/system/amazon-ssm-agent.service");
  tree_link (tree, "/etc/systemd/system/multi-user.target.wants/policy-routes@ens5.service",
             "/usr/lib/systemd/system/policy-routes@.service");
  tree_link (tree, "/etc/systemd/system/timers.target.wants/refresh.timer", "/x");
  tree_link (tree, "/etc/systemd/system/multi-user.target.wants/masked.service", "/x");
  tree_link (tree, "/etc/systemd/system/masked.service", "/dev/null");
  v2v_draft_free (when->context.draft);
  when->context.draft = v2v_draft_new (tree->fs);

  assert_when (when, "unit: amazon-ssm-agent.service", V2V_YES,
               "amazon-ssm-agent.service is enabled");
  assert_when (when, "unit: amazon-ssm-agent", V2V_YES, "amazon-ssm-agent.service is enabled");
  assert_when (when, "unit: [none, 'amazon-*']", V2V_YES,
               "amazon-ssm-agent.service is enabled");
  assert_when (when, "unit: 'policy-routes@*.service'", V2V_YES,
               "policy-routes@ens5.service is enabled");
  assert_when (when, "unit: refresh.timer", V2V_YES, "refresh.timer is enabled");
  assert_when (when, "unit: refresh", V2V_NO, "not enabled");
  assert_when (when, "unit: amazon-ssm-agent.timer", V2V_NO, "not enabled");
  assert_when (when, "unit: masked.service", V2V_NO, "not enabled");

  g_assert_true (v2v_draft_remove (when->context.draft, wants, &error));
  g_assert_no_error (error);
  assert_when (when, "unit: amazon-ssm-agent.service", V2V_NO, "not enabled");
  assert_no_parse ("unit: a/b.service",
                   "t.yaml:1:7: unit: name: 'a/b.service' is no name of a unit");
  assert_no_parse ("unit: {name: a, state: running}",
                   "t.yaml:1:24: unit: state: 'running' is not one of enabled, present");
}

/* SysV: the name of the script. */
static void
test_unit_sysv (void)
{
  g_autoptr (When) when = when_new ();

  tree_link (when->tree, "/etc/rc3.d/S80cloud-init", "../init.d/cloud-init");
  assert_when (when, "unit: cloud-init.service", V2V_YES, "cloud-init is enabled");
  assert_when (when, "unit: cloud-init", V2V_YES, "cloud-init is enabled");
  assert_when (when, "unit: cloud-config.service", V2V_NO, "not enabled");
}

static void
test_unit_present (void)
{
  g_autoptr (When) when = when_new ();
  const Tree *tree = when->tree;

  tree_write (tree, "/usr/lib/systemd/system/policy-routes@.service", "");
  tree_write (tree, "/usr/lib/systemd/system/a.service", "");
  tree_write (tree, "/lib/systemd/system/b.service", "");
  tree_write (tree, "/run/systemd/system/c.service", "");
  tree_link (tree, "/etc/systemd/system/masked.service", "/dev/null");
  tree_link (tree, "/etc/systemd/system/a.service", "/dev/null");
  tree_mkdir (tree, "/etc/systemd/system/d.service");

  assert_when (when, "unit: {name: a.service, state: present}", V2V_YES,
               "/usr/lib/systemd/system/a.service is there");
  assert_when (when, "unit: {name: a, state: present}", V2V_YES,
               "/usr/lib/systemd/system/a.service is there");
  assert_when (when, "unit: {name: b.service, state: present}", V2V_YES,
               "/lib/systemd/system/b.service is there");
  assert_when (when, "unit: {name: c.service, state: present}", V2V_NO,
               "no unit file of that name");
  assert_when (when, "unit: {name: d.service, state: present}", V2V_NO,
               "no unit file of that name");
  assert_when (when, "unit: {name: masked.service, state: present}", V2V_NO,
               "no unit file of that name");
  assert_when (when, "unit: {name: policy-routes@ens5.service, state: present}", V2V_YES,
               "/usr/lib/systemd/system/policy-routes@.service is there");
  assert_when (when, "unit: {name: 'policy-*', state: present}", V2V_YES,
               "/usr/lib/systemd/system/policy-routes@.service is there");
}

static void
test_kconfig_value (void)
{
  static const char text[] = "#\n# Linux\n#\nCONFIG_VIRTIO=y\nCONFIG_VIRTIO_BLK=m\r\n"
                             "# CONFIG_VIRTIO_NET is not set\nCONFIG_HZ=250\n"
                             "CONFIG_CC=\"gcc = 12\"\nCONFIG_TWICE=y\nCONFIG_TWICE=m\n"
                             "xCONFIG_OTHER=y\n CONFIG_BLANK=y\nCONFIG_LAST=m";
  static const struct {
    const char *symbol, *value;
  } rows[] = {
    { "CONFIG_VIRTIO", "y" },     { "CONFIG_VIRTIO_BLK", "m" },
    { "CONFIG_VIRTIO_NET", "n" }, { "CONFIG_VIRTIO_N", "n" },
    { "CONFIG_HZ", "250" },       { "CONFIG_CC", "\"gcc = 12\"" },
    { "CONFIG_TWICE", "m" },      { "CONFIG_OTHER", "n" },
    { "CONFIG_BLANK", "n" },      { "CONFIG_LAST", "m" },
    { "CONFIG_VIRTI", "n" },
  };
  static const char *const none[] = { "", "\n\n", "# nothing\n", "VIRTIO=y\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *value = v2v_kconfig_dup_value (text, rows[i].symbol);

    g_assert_cmpstr (value, ==, rows[i].value);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_null (v2v_kconfig_dup_value (none[i], "CONFIG_VIRTIO"));
}

static void
test_kconfig (void)
{
  g_autoptr (When) when = when_new ();
  V2vKernel *kernel;

#define KCONFIG(symbol, value) "kconfig: {symbol: " symbol ", value: " value "}"
  assert_when (when, KCONFIG ("VIRTIO_BLK", "y"), V2V_CANNOT_TELL,
               "the kernel that boots is not known");
  kernel = v2v_guest_add_kernel (when->tree->guest);
  kernel->version = g_strdup ("6.1.0");
  kernel->is_default = TRUE;
  assert_when (when, KCONFIG ("VIRTIO_BLK", "y"), V2V_CANNOT_TELL,
               "there is no configuration of kernel 6.1.0");
  tree_write (when->tree, "/lib/modules/6.1.0/config", "CONFIG_VIRTIO_BLK=m\n");
  v2v_draft_free (when->context.draft);
  when->context.draft = v2v_draft_new (when->tree->fs);
  assert_when (when, KCONFIG ("VIRTIO_BLK", "[y, m]"), V2V_YES,
               "CONFIG_VIRTIO_BLK is m in kernel 6.1.0");
  assert_when (when, KCONFIG ("CONFIG_VIRTIO_BLK", "y"), V2V_NO,
               "CONFIG_VIRTIO_BLK is m in kernel 6.1.0");
  assert_when (when, KCONFIG ("VIRTIO_SCSI", "n"), V2V_YES,
               "CONFIG_VIRTIO_SCSI is n in kernel 6.1.0");
  tree_write_bytes (when->tree, "/boot/config-6.1.0", "CONFIG_A=y\n\0CONFIG_B=y\n", 23);
  v2v_draft_free (when->context.draft);
  when->context.draft = v2v_draft_new (when->tree->fs);
  assert_when (when, KCONFIG ("B", "n"), V2V_CANNOT_TELL,
               "the file for the configuration of kernel 6.1.0 has none in it");
  kernel->version[0] = 0;
  tree_mkdir (when->tree, "/boot/config-");
  assert_when (when, KCONFIG ("B", "n"), V2V_CANNOT_TELL,
               "reading '/boot/config-': it is a directory");
  assert_no_parse (KCONFIG ("B", "yes"),
                   "t.yaml:1:29: kconfig: value: 'yes' is not one of y, m, n");
  assert_no_parse (KCONFIG ("virtio-blk", "y"),
                   "t.yaml:1:19: kconfig: symbol: 'virtio-blk' is no symbol of a kernel "
                   "configuration, as VIRTIO_BLK is");
  assert_no_parse (KCONFIG ("CONFIG_", "y"),
                   "t.yaml:1:19: kconfig: symbol: 'CONFIG_' is no symbol of a kernel "
                   "configuration, as VIRTIO_BLK is");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predicates/path", test_path);
  g_test_add_func ("/predicates/draft", test_draft);
  g_test_add_func ("/predicates/text", test_text);
  g_test_add_func ("/predicates/text/unread", test_text_unread);
  g_test_add_func ("/predicates/text/deadline", test_text_deadline);
  g_test_add_func ("/predicates/text/cancelled", test_text_cancelled);
  g_test_add_func ("/predicates/text/shown", test_text_shown);
  g_test_add_func ("/predicates/unit/enabled", test_unit_enabled);
  g_test_add_func ("/predicates/unit/sysv", test_unit_sysv);
  g_test_add_func ("/predicates/unit/present", test_unit_present);
  g_test_add_func ("/predicates/kconfig/value", test_kconfig_value);
  g_test_add_func ("/predicates/kconfig", test_kconfig);
  return g_test_run ();
}
