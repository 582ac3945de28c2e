/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args-scan.c - where in a file the arguments stand, for each kind of file
 */
#include <config.h>

#include <string.h>

#include "v2v-kernel-args-private.h"

#define BLANKS " \t"

static void
span_free (gpointer p)
{
  V2vKargsSpan *span = p;

  g_clear_pointer (&span->units, g_array_unref);
  g_clear_pointer (&span->args, g_ptr_array_unref);
  g_free (span);
}

V2vKargsSpan *
v2v_kargs_add_span (GPtrArray *spans, gsize from, gsize to, guint line)
{
  V2vKargsSpan *span = g_new0 (V2vKargsSpan, 1);

  span->from = from;
  span->to = to;
  span->line = line;
  span->initrd = TRUE;
  span->group = spans->len + 1;
  g_ptr_array_add (spans, span);
  return span;
}

/* Memory tests, Xen and boot sectors are loaded by the commands for kernels, too. */
gboolean
v2v_kargs_is_other_image (const char *path, gsize length)
{
  static const char *const prefixes[] = { "memtest", "xen", "memdisk", "ipxe" };
  static const char *const suffixes[] = { ".c32", ".com", ".cbt", ".bin", ".bss", ".0" };
  g_autofree char *copy = g_strndup (path, length);
  const char *slash = strrchr (copy, '/');
  const char *name = slash != NULL ? slash + 1 : copy;

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;
  }
  /* "vmlinuz-5.10.0" ends in ".0", too. */
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (g_str_has_suffix (name, suffixes[i]) && strstr (name, "linu") == NULL)
      return TRUE;
  }
  return FALSE;
}

/* One line of a text without its end. */
typedef struct {
  const char *text;
  gsize next;
  gsize from, to; /* blanks in front are skipped, the carriage return is behind */
  guint number;
} Line;

static gboolean
next_line (Line *line)
{
  gsize length;

  if (line->text[line->next] == '\0')
    return FALSE;
  length = strcspn (line->text + line->next, "\n");
  line->from = line->next;
  line->to = line->next + length;
  line->next = line->to + (line->text[line->to] == '\n');
  line->number++;
  while (line->to > line->from && line->text[line->to - 1] == '\r')
    line->to--;
  while (line->from < line->to && strchr (BLANKS, line->text[line->from]) != NULL)
    line->from++;
  return TRUE;
}

/* The place behind the word at @at. */
static gsize
skip_word (const Line *line, gsize at, const char *ends)
{
  while (at < line->to && strchr (ends, line->text[at]) == NULL)
    at++;
  return at;
}

static gsize
skip_all (const Line *line, gsize at, const char *chars)
{
  while (at < line->to && strchr (chars, line->text[at]) != NULL)
    at++;
  return at;
}

/* Whether the line's first word is @key; *@out_behind: the place after it. */
static gboolean
has_key (const Line *line, const char *key, gboolean any_case, gsize *out_behind)
{
  gsize n = strlen (key);
  gsize behind = skip_word (line, line->from, BLANKS "=");
  const char *word = line->text + line->from;

  if (behind - line->from != n
      || (any_case ? g_ascii_strncasecmp (word, key, n) : strncmp (word, key, n)) != 0)
    return FALSE;
  *out_behind = behind;
  return TRUE;
}

static V2vKargsSpan *
add_line (GPtrArray *spans, const Line *line, gsize from, guint group)
{
  V2vKargsSpan *span = v2v_kargs_add_span (spans, from, line->to, line->number);

  span->lead = TRUE;
  if (group != 0)
    span->group = group;
  return span;
}

static void
scan_bls (const char *text, GPtrArray *spans)
{
  Line line = { .text = text };
  gboolean kernel = FALSE;
  gboolean initrd = FALSE;
  gsize behind;
  V2vKargsSpan *span;

  while (next_line (&line)) {
    kernel |= has_key (&line, "linux", FALSE, &behind);
    initrd |= has_key (&line, "initrd", FALSE, &behind);
    if (has_key (&line, "options", FALSE, &behind) && text[behind] != '=')
      add_line (spans, &line, behind, 1);
  }
  if (kernel && spans->len == 0) {
    gsize length = strlen (text);

    span = v2v_kargs_add_span (spans, length, length, line.number + 1);
    span->before = text[length - 1] == '\n' ? "options " : "\noptions ";
    span->after = "\n";
  }
  for (guint i = 0; i < spans->len; i++)
    ((V2vKargsSpan *) g_ptr_array_index (spans, i))->initrd = initrd;
}

#define GRUBENV_HEADER "# GRUB Environment Block\n"
#define KERNELOPTS "kernelopts="

gboolean
v2v_kargs_is_grubenv (const char *text)
{
  return g_str_has_prefix (text, GRUBENV_HEADER);
}

char *
v2v_kargs_pad_grubenv (const char *text, gsize size)
{
  gsize used = strlen (text);
  char *out;

  while (used > 0 && text[used - 1] == '#')
    used--;
  /* A line of '#' only is padding, one that begins otherwise is the guest's. */
  if (used > 0 && text[used - 1] != '\n' && strlen (text) != size)
    return NULL;
  if (used > size)
    return NULL;
  out = g_malloc (size + 1);
  memcpy (out, text, used);
  memset (out + used, '#', size - used);
  out[size] = '\0';
  return out;
}

/* GRUB reads no block without its header, whatever it holds. */
static void
scan_grubenv (const char *text, GPtrArray *spans)
{
  guint line = 1;
  gsize at = 0;

  while (v2v_kargs_is_grubenv (text) && text[at] != '\0') {
    gsize from = at;

    while (text[at] != '\0' && text[at] != '\n')
      at += text[at] == '\\' && text[at + 1] != '\0' ? 2 : 1;
    /* Without an end of its own it would end with the padding. */
    if (text[at] == '\n' && g_str_has_prefix (text + from, KERNELOPTS)) {
      V2vKargsSpan *span
        = v2v_kargs_add_span (spans, from + strlen (KERNELOPTS), at, line);

      span->role = V2V_KARGS_KERNELOPTS;
      span->language = V2V_KARGS_ENV;
    }
    line++;
    at += text[at] == '\n';
  }
}

/* The end of the line without a word that begins with '#', which would be a comment if
 * all before it went, and without the blanks before it. */
static gsize
find_end (const Line *line)
{
  gboolean quoted = FALSE;
  gsize words = line->from;

  for (gsize i = line->from; i < line->to; i++) {
    gboolean blank = strchr (BLANKS, line->text[i]) != NULL;

    quoted ^= line->text[i] == '"';
    if (line->text[i] == '#' && !quoted && (i == line->from || i > words))
      return words;
    if (!blank || quoted)
      words = i + 1;
  }
  return line->to;
}

static void
scan_cmdline (const char *text, GPtrArray *spans)
{
  Line line = { .text = text };

  if (*text == '\0')
    v2v_kargs_add_span (spans, 0, 0, 1);
  while (next_line (&line)) {
    line.to = find_end (&line);
    if (line.to > line.from || text[line.from] != '#')
      add_line (spans, &line, line.from, 1)->lead = FALSE;
  }
}

/* update-grub of Debian keeps its own settings in comments: "# kopt=root=... ro". */
static void
scan_magic (const Line *line, GPtrArray *spans)
{
  static const struct {
    const char *key;
    V2vKargsRole role;
  } magic[] = {
    { "# kopt=", V2V_KARGS_ENTRY },
    { "# defoptions=", V2V_KARGS_OTHER },
    { "# xenkopt=", V2V_KARGS_OTHER },
    { "# kopt_", V2V_KARGS_OTHER }, /* # kopt_2_6_32=, for one version */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (magic); i++) {
    gsize n = strlen (magic[i].key);
    gsize from = line->from + n;

    if (line->to - line->from < n || memcmp (line->text + line->from, magic[i].key, n) != 0)
      continue;
    if (magic[i].key[n - 1] != '=')
      from = skip_word (line, from, BLANKS "=") + 1;
    if (from <= line->to && line->text[from - 1] == '=') {
      V2vKargsSpan *span = add_line (spans, line, from, G_MAXUINT);

      span->role = magic[i].role;
      span->lead = FALSE;
      /* xenkopt is for kernels of their own. */
      if (g_str_equal (magic[i].key, "# xenkopt="))
        span->group = G_MAXUINT - 1;
    }
    return;
  }
}

/* kernel [--type=x] PATH ARGS */
static V2vKargsSpan *
scan_legacy_kernel (const Line *line, gsize at, GPtrArray *spans)
{
  gsize path;

  at = skip_all (line, at, BLANKS "=");
  while (line->to - at >= 2 && line->text[at] == '-' && line->text[at + 1] == '-')
    at = skip_all (line, skip_word (line, at, BLANKS), BLANKS);
  path = at;
  at = skip_word (line, at, BLANKS);
  if (at == path || v2v_kargs_is_other_image (line->text + path, at - path))
    return NULL;
  return add_line (spans, line, at, 0);
}

static void
scan_legacy (const char *text, GPtrArray *spans)
{
  Line line = { .text = text };
  V2vKargsSpan *open = NULL;
  gsize behind;

  while (next_line (&line)) {
    if (has_key (&line, "title", FALSE, &behind)) {
      open = NULL;
    } else if (has_key (&line, "kernel", FALSE, &behind)) {
      open = scan_legacy_kernel (&line, behind, spans);
      if (open != NULL)
        open->initrd = FALSE;
    } else if (has_key (&line, "initrd", FALSE, &behind)) {
      if (open != NULL)
        open->initrd = TRUE;
    } else {
      scan_magic (&line, spans);
    }
  }
}

/* A label of extlinux: its lines come in any order. */
typedef struct {
  GPtrArray *spans;
  guint first;     /* its first span */
  gboolean initrd;
  gboolean other;  /* starts no Linux */
  gboolean global; /* lines before the first label */
} Label;

static void
close_label (Label *label)
{
  for (guint i = label->first; i < label->spans->len; i++) {
    V2vKargsSpan *span = g_ptr_array_index (label->spans, i);

    span->initrd = label->global || label->initrd;
    if (label->other)
      span->role = V2V_KARGS_OTHER;
  }
  label->first = label->spans->len;
  label->initrd = label->other = label->global = FALSE;
}

static void
scan_append (const Line *line, gsize behind, Label *label)
{
  V2vKargsSpan *span = add_line (label->spans, line, behind, 0);
  gsize at = skip_all (line, behind, BLANKS);

  label->initrd |= g_strstr_len (line->text + at, (gssize) (line->to - at), "initrd=") != NULL;
  /* "append -" says: none, not even the global one. */
  if (line->to - at == 1 && line->text[at] == '-')
    span->role = V2V_KARGS_OTHER;
}

static void
scan_extlinux (const char *text, GPtrArray *spans)
{
  Line line = { .text = text };
  Label label = { .spans = spans, .global = TRUE };
  gsize behind;

  while (next_line (&line)) {
    if (has_key (&line, "label", TRUE, &behind)) {
      close_label (&label);
    } else if (has_key (&line, "kernel", TRUE, &behind)
               || has_key (&line, "linux", TRUE, &behind)) {
      behind = skip_all (&line, behind, BLANKS);
      label.other
        |= v2v_kargs_is_other_image (text + behind, skip_word (&line, behind, BLANKS) - behind);
    } else if (has_key (&line, "com32", TRUE, &behind) || has_key (&line, "boot", TRUE, &behind)) {
      label.other = TRUE;
    } else if (has_key (&line, "initrd", TRUE, &behind)) {
      label.initrd = TRUE;
    } else if (has_key (&line, "append", TRUE, &behind)) {
      scan_append (&line, behind, &label);
    }
  }
  close_label (&label);
}

GPtrArray *
v2v_kargs_scan (V2vKernelArgsKind kind, const char *text)
{
  static void (*const scanners[V2V_KERNEL_ARGS_N_KINDS]) (const char *, GPtrArray *) = {
    [V2V_KERNEL_ARGS_DEFAULT_GRUB] = v2v_kargs_scan_default_grub,
    [V2V_KERNEL_ARGS_GRUB_CFG] = v2v_kargs_scan_grub_cfg,
    [V2V_KERNEL_ARGS_BLS] = scan_bls,
    [V2V_KERNEL_ARGS_GRUBENV] = scan_grubenv,
    [V2V_KERNEL_ARGS_CMDLINE] = scan_cmdline,
    [V2V_KERNEL_ARGS_LEGACY] = scan_legacy,
    [V2V_KERNEL_ARGS_EXTLINUX] = scan_extlinux,
  };
  GPtrArray *spans = g_ptr_array_new_with_free_func (span_free);

  scanners[kind] (text, spans);
  for (guint i = 0; i < spans->len; i++)
    v2v_kargs_split (text, g_ptr_array_index (spans, i));
  return spans;
}
