/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <signal.h>
#include <string.h>

#include "v2v-engine-output.h"
#include "v2v-engine-xml.h"

#define JSON(type, text) \
  "{ \"message\": \"" text "\", \"timestamp\": \"2026-01-01T00:00:00+00:00\", \"type\": \"" \
  type "\" }"

static void
on_line (const char *line, gpointer user_data)
{
  g_string_append_printf (user_data, "L:%s|", line);
}

static void
on_warning (const char *text, gpointer user_data)
{
  g_string_append_printf (user_data, "W:%s|", text);
}

typedef struct {
  const char *line;
  gboolean is_stderr;
} Input;

/* (transfer full): what the observer saw; the error of a failed run in @out_error. */
static char *
run (const Input *input, gsize n, int exit_status, GError **out_error)
{
  GString *seen = g_string_new (NULL);
  V2vObserver observer = { .line = on_line, .warning = on_warning, .user_data = seen };
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autoptr (V2vEngineOutput) output = v2v_engine_output_new (&observer, report);

  for (gsize i = 0; i < n; i++)
    v2v_engine_output_line (input[i].line, input[i].is_stderr, output);
  g_assert_cmpuint (report->warnings->len, ==, 0);
  if (out_error != NULL)
    g_assert_false (v2v_engine_output_fail (output, "virt-v2v 2.2.0", exit_status,
                                            out_error));
  return g_string_free (seen, FALSE);
}

/* As 2.2.0 prints it: typed and as text, in either order of the two streams. */
static void
test_typed (void)
{
  static const Input input[] = {
    { JSON ("message", "Opening the source"), FALSE },
    { "[   1.0] Opening the source", FALSE },
    { JSON ("warning", "a new one\\nin two lines"), FALSE },
    { "virt-v2v-in-place: warning: a new one", TRUE },
    { "in two lines", TRUE },
    { JSON ("warning", "could not determine a way to update the configuration of Grub2"),
      FALSE },
    { JSON ("info", "This guest has virtio drivers installed."), FALSE },
    { "virt-v2v-in-place: This guest has virtio drivers installed.", FALSE },
    { "update-initramfs: Generating /boot/initrd.img", TRUE },
    { "", TRUE },
  };
  g_autofree char *seen = run (input, G_N_ELEMENTS (input), 0, NULL);

  g_assert_cmpstr (seen, ==, "L:Opening the source|W:a new one in two lines|"
                             "L:This guest has virtio drivers installed.|"
                             "L:update-initramfs: Generating /boot/initrd.img|");
}

static void
test_untyped (void)
{
  static const Input input[] = {
    { "[   1.0] Opening the source", FALSE },
    { "virt-v2v-in-place: warning: look here", TRUE },
    { "virt-v2v-in-place: error: no bootloader detected", TRUE },
    { "", TRUE },
    { "If reporting bugs, run virt-v2v-in-place with debugging enabled", TRUE },
    { "  virt-v2v-in-place -v -x [...]", TRUE },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *seen = run (input, G_N_ELEMENTS (input), 1, &error);

  g_assert_cmpstr (seen, ==, "L:[   1.0] Opening the source|W:look here|"
                             "L:error: no bootloader detected|");
  g_assert_error (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==,
                   "virt-v2v 2.2.0 stopped: virt-v2v found no GRUB configuration in the "
                   "guest");
}

static void
test_same_warning_once (void)
{
  static const Input input[]
    = { { JSON ("warning", "x"), FALSE }, { JSON ("warning", "x"), FALSE } };
  g_autofree char *seen = run (input, G_N_ELEMENTS (input), 0, NULL);

  g_assert_cmpstr (seen, ==, "W:x|");
}

static void
test_warnings_without_observer (void)
{
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autoptr (V2vEngineOutput) output = v2v_engine_output_new (NULL, report);

  for (guint i = 0; i < 500; i++) {
    g_autofree char *line
      = g_strdup_printf ("virt-v2v-in-place: warning: number %u %%s", i);

    v2v_engine_output_line (line, TRUE, output);
  }
  g_assert_cmpuint (report->warnings->len, ==, 100);
  g_assert_cmpstr (g_ptr_array_index (report->warnings, 0), ==, "number 0 %s");
}

static const struct {
  const char *name;
  Input input[3];
  int exit_status;
  V2vErrorCode code;
  const char *message;
} failures[] = {
  { "unknown-error", { { JSON ("error", "Not_found.\\nmore"), FALSE } }, 1,
    V2V_ERROR_INTERNAL, "virt-v2v 2.2.0 failed: Not_found" },
  { "second-error-is-known",
    { { JSON ("error", "strange"), FALSE }, { JSON ("error", "no bootloader detected"), FALSE } },
    1, V2V_ERROR_UNSUPPORTED,
    "virt-v2v 2.2.0 stopped: virt-v2v found no GRUB configuration in the guest" },
  { "silent", { { NULL, FALSE } }, 3, V2V_ERROR_INTERNAL,
    "virt-v2v 2.2.0 failed (exit 3) without a message" },
  { "tool-below", { { "qemu-nbd: Failed to blk_new_open 'x'", TRUE } }, 1,
    V2V_ERROR_STORAGE,
    "virt-v2v 2.2.0 stopped: qemu-nbd could not open a disk for virt-v2v" },
  { "tool-unknown", { { "Fatal error: exception Out_of_luck", TRUE } }, 2,
    V2V_ERROR_INTERNAL,
    "virt-v2v 2.2.0 failed (exit 2): Fatal error: exception Out_of_luck" },
  { "killed", { { JSON ("message", "Opening the source"), FALSE } }, 128 + SIGKILL,
    V2V_ERROR_STORAGE,
    "virt-v2v 2.2.0 was killed (signal 9): did this machine run out of memory?" },
  { "crashed", { { NULL, FALSE } }, 128 + SIGSEGV, V2V_ERROR_INTERNAL,
    "virt-v2v 2.2.0 was killed by signal 11 (Segmentation fault)" },
  { "broken-json", { { "{ \"message\": \"cut off", FALSE },
                     { "virt-v2v-in-place: error: no bootloader detected", TRUE } }, 1,
    V2V_ERROR_UNSUPPORTED,
    "virt-v2v 2.2.0 stopped: virt-v2v found no GRUB configuration in the guest" },
  { "control-characters", { { JSON ("error", "\\u001b[31mred"), FALSE } }, 1,
    V2V_ERROR_INTERNAL, "virt-v2v 2.2.0 failed: \\x1b[31mred" },
};

static void
test_failure (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autofree char *seen = NULL;
  gsize n = 0;

  while (n < G_N_ELEMENTS (failures[i].input) && failures[i].input[n].line != NULL)
    n++;
  seen = run (failures[i].input, n, failures[i].exit_status, &error);
  g_assert_error (error, V2V_ERROR, (int) failures[i].code);
  g_assert_cmpstr (error->message, ==, failures[i].message);
}

static void
test_domain (void)
{
  static const char *const overlays[] = { "/w/a&b", "/w/1", "/w/2", NULL };
  static const char *const buses[] = { "nvme", "sata", "virtio" };
  g_autoptr (V2vSource) source = v2v_source_new ("secret name");
  g_autofree char *xml = NULL;

  for (guint i = 0; i < 3; i++)
    v2v_source_add_disk (source)->bus = g_strdup (buses[i]);
  xml = v2v_engine_xml_new (source, overlays);
  g_assert_nonnull (strstr (xml, "<source file=\"/w/a&amp;b\"/>"));
  g_assert_nonnull (strstr (xml, "<target dev=\"sda\"/>"));
  g_assert_nonnull (strstr (xml, "<target dev=\"sdb\" bus=\"sata\"/>"));
  g_assert_nonnull (strstr (xml, "<target dev=\"sdc\" bus=\"virtio\"/>"));
  g_assert_null (strstr (xml, "secret"));
}

static void
test_many_disks (void)
{
  g_autoptr (V2vSource) source = v2v_source_new ("x");
  g_auto (GStrv) overlays = g_new0 (char *, 801);
  g_autofree char *xml = NULL;

  for (guint i = 0; i < 800; i++) {
    v2v_source_add_disk (source);
    overlays[i] = g_strdup ("/w/x");
  }
  xml = v2v_engine_xml_new (source, (const char *const *) overlays);
  g_assert_nonnull (strstr (xml, "\"sdz\""));
  g_assert_nonnull (strstr (xml, "\"sdaa\""));
  g_assert_nonnull (strstr (xml, "\"sdzz\""));
  g_assert_nonnull (strstr (xml, "\"sdaaa\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-output/typed", test_typed);
  g_test_add_func ("/engine-output/untyped", test_untyped);
  g_test_add_func ("/engine-output/same-warning-once", test_same_warning_once);
  g_test_add_func ("/engine-output/warnings-without-observer",
                   test_warnings_without_observer);
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++) {
    g_autofree char *path = g_strdup_printf ("/engine-output/%s", failures[i].name);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_failure);
  }
  g_test_add_func ("/engine-xml/domain", test_domain);
  g_test_add_func ("/engine-xml/many-disks", test_many_disks);
  return g_test_run ();
}
