/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args-private.h - from a file to the spans that hold arguments, to arguments
 */
#pragma once

#include "v2v-kernel-args.h"

G_BEGIN_DECLS

/* How bytes stand for characters. */
typedef enum {
  V2V_KARGS_PLAIN, /* as they are */
  V2V_KARGS_ENV,   /* a backslash before backslash and newline */
  V2V_KARGS_SHELL,
  V2V_KARGS_GRUB,  /* GRUB script: the shell's quotes, no command substitution */
} V2vKargsLanguage;

/* The bytes that stand for one character, or for none. */
typedef struct {
  guint from, to;
  char c;         /* what they stand for; 0 = quotes, a joined line, or an expansion */
  char quote;     /* in which quotes the place behind them is: ' or " or 0 */
  guint8 opaque;   /* ${name}, $(command), `command`: kept as they stand */
  guint8 unended;  /* begins one of these, which does not end */
} V2vKargsUnit;

/* Reads the unit at @at, which is before @end.  *@quote: the state, 0 at a word's start. */
void v2v_kargs_unit_read (const char *text, gsize at, gsize end, V2vKargsLanguage language,
                          char *quote, V2vKargsUnit *out);

/* Takes a shell or GRUB script apart into words and the ends of commands.  @end is the
 * length of the text; @command begins as TRUE. */
typedef struct {
  const char *text;
  gsize at, end;
  V2vKargsLanguage language;
  gsize from, to;   /* the last word */
  gboolean first;   /* ... is the command's name, or an assignment before it */
  gboolean command; /* the next one would be */
  gboolean unclosed; /* ... and the text ends inside of it */
  gboolean broken;   /* an expansion does not end: what follows is not understood */
} V2vKargsLexer;

typedef enum { V2V_KARGS_END, V2V_KARGS_WORD, V2V_KARGS_SEPARATOR } V2vKargsToken;
V2vKargsToken v2v_kargs_lexer_next (V2vKargsLexer *lexer);

typedef enum {
  V2V_KARGS_ENTRY,        /* what a kernel gets */
  V2V_KARGS_KERNELOPTS,   /* what $kernelopts is */
  V2V_KARGS_LINUX,        /* GRUB_CMDLINE_LINUX */
  V2V_KARGS_LINUX_DEFAULT,
  V2V_KARGS_OTHER,        /* nothing is added here */
  V2V_KARGS_DISABLE_UUID, /* no arguments: the line GRUB_DISABLE_LINUX_UUID=true */
} V2vKargsRole;

/* A part of a text that holds arguments. */
typedef struct {
  gsize from, to;
  guint line;
  V2vKargsRole role;
  V2vKargsLanguage language;
  gboolean words;    /* each word is an argument; FALSE = the text is split once more */
  gboolean single;   /* ... and single quotes protect blanks as well */
  gboolean lead;     /* a keyword or a path stands right before it */
  gboolean refers;   /* VAR="$VAR ..." */
  gboolean initrd;
  gboolean unclosed; /* a quote is open at its end: nothing can follow */
  guint group;       /* spans of one group are one command line */
  const char *before, *after; /* what a first argument needs around it; NULL */
  GArray *units;     /* V2vKargsUnit */
  GPtrArray *args;   /* V2vKargsArg */
} V2vKargsSpan;

typedef struct {
  guint first, last; /* units, @last is behind */
  char *text;
  gboolean fixed;    /* begins with a variable, has an open quote, or is "--": left alone */
  gboolean gone;     /* while editing */
} V2vKargsArg;

/* (transfer full) (element-type V2vKargsSpan): with their arguments, in order. */
GPtrArray *v2v_kargs_scan (V2vKernelArgsKind kind, const char *text)
  G_GNUC_WARN_UNUSED_RESULT;

/* The arguments of [span->from, span->to): fills units and args. */
void v2v_kargs_split (const char *text, V2vKargsSpan *span);

/* (transfer none): a span appended; role ENTRY, initrd TRUE, a group of its own. */
V2vKargsSpan *v2v_kargs_add_span (GPtrArray *spans, gsize from, gsize to, guint line);

/* The same argument to the kernel: '-' and '_' are one letter in its name. */
gboolean v2v_kargs_is_same (const char *a, const char *b);

/* The kinds of files; the shell-like ones have a file of their own. */
void v2v_kargs_scan_default_grub (const char *text, GPtrArray *spans);
void v2v_kargs_scan_grub_cfg (const char *text, GPtrArray *spans);

/* Name of a program that the boot loader starts like a kernel but is none. */
gboolean v2v_kargs_is_other_image (const char *path, gsize length);

/* TRUE when one word of the span is or holds $kernelopts or $default_kernelopts. */
gboolean v2v_kargs_has_kernelopts (const char *text, const V2vKargsSpan *span);

/* GRUB's block: the header that makes it one, and where the padding begins. */
gboolean v2v_kargs_is_grubenv (const char *text);
/* (transfer full) (nullable): @text with padding to @size bytes; NULL when it has more, or
 * something else where padding would be. */
char *v2v_kargs_pad_grubenv (const char *text, gsize size) G_GNUC_WARN_UNUSED_RESULT;

/* Replaces, inserts and cuts bytes of one text. */
typedef struct _V2vKargsPatch V2vKargsPatch;
V2vKargsPatch *v2v_kargs_patch_new (const char *text);
void v2v_kargs_patch_free (V2vKargsPatch *patch);
void v2v_kargs_patch_cut (V2vKargsPatch *patch, gsize from, gsize to);
gboolean v2v_kargs_patch_is_cut (const V2vKargsPatch *patch, gsize at);
/* Several at one place stand in the order of the calls. */
void v2v_kargs_patch_insert (V2vKargsPatch *patch, gsize at, const char *text);
/* (transfer full) (nullable): NULL when nothing was asked for. */
char *v2v_kargs_patch_dup (const V2vKargsPatch *patch);

/* How one argument goes, changes and comes, in the terms of one span. */
void v2v_kargs_remove (V2vKargsPatch *patch, V2vKargsSpan *span, V2vKargsArg *arg);
void v2v_kargs_set_value (V2vKargsPatch *patch, const V2vKargsSpan *span,
                          const V2vKargsArg *arg, const char *value);
/* @args: one or more, joined by blanks. */
void v2v_kargs_append (V2vKargsPatch *patch, const V2vKargsSpan *span,
                       const GPtrArray *args);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vKargsPatch, v2v_kargs_patch_free)

G_END_DECLS
