/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine.h - who changes drivers and boot configuration: a table of engines
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-fs.h"
#include "v2v-guest.h"
#include "v2v-report.h"
#include "v2v-request.h"
#include "v2v-source.h"

G_BEGIN_DECLS

/* How a long step tells the user what is going on. */
typedef struct {
  void (*line) (const char *line, gpointer user_data);    /* live output of a tool */
  void (*warning) (const char *text, gpointer user_data); /* goes to the report too */
  gpointer user_data;
} V2vObserver;

typedef struct {
  const V2vRequest *request;
  const V2vSource *source;
  const V2vGuest *guest;        /* facts before conversion */
  const char *const *overlays;  /* qcow2 overlay of each disk, in source order */
  const char *dir;              /* private directory for temporary files */
  const V2vObserver *observer;
  V2vReport *report;
  V2vCancel *cancel;
} V2vEngineArgs;

typedef struct {
  const char *name; /* "virt-v2v", "none" */
  /* Can it take this guest with what is installed?  Nothing is written.
   * %V2V_ERROR_UNSUPPORTED with one sentence otherwise.  @out_label (transfer full):
   * "virt-v2v 2.2.0". */
  gboolean (*probe) (const V2vEngineArgs *args, char **out_label, GError **error);
  /* Changes the overlays.  No appliance of ours is running.  NULL: rules do everything. */
  gboolean (*convert) (const V2vEngineArgs *args, GError **error);
  const char *const *initramfs; /* the values of --initramfs that it can do */
  const char *initramfs_why;    /* "it runs no program of the guest": no others, since */
} V2vEngine;

extern const V2vEngine v2v_engine_virt_v2v;
extern const V2vEngine v2v_engine_native;

/**
 * v2v_engine_choose:
 * @request: which engine, "auto" or a name, and whether programs of the guest may run
 * @fs: the guest
 * @options: of the rules
 * @out_why: (out) (transfer full): a sentence for the log
 *
 * "auto" takes native for a guest that matches a row of data/engines.yaml, that is a class
 * of guests that booted in our matrix, and virt-v2v for all others.  --initramfs rebuild is
 * virt-v2v's, inject and keep are not.
 *
 * Returns: (transfer none): a row, or %NULL with %V2V_ERROR_USAGE naming the choices, or
 * that something is wrong with data/engines.yaml; %V2V_ERROR_UNSUPPORTED when only virt-v2v
 * is left and programs of the guest must not run, or it cannot do what --initramfs says.
 */
const V2vEngine *v2v_engine_choose (const V2vRequest *request, V2vFs *fs, const V2vGuest *guest,
                                    GHashTable *options, char **out_why, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with %V2V_ERROR_USAGE naming the choices when there is no such engine, or when it is
 * one that --guest-exec rules out; with %V2V_ERROR_UNSUPPORTED when it cannot do what
 * --initramfs says: to be asked before a disk is opened. */
gboolean v2v_engine_check_request (const V2vRequest *request, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The probe of @engine.  When "auto" took virt-v2v, virt-v2v cannot, and the native engine
 * could, the message says so. */
gboolean v2v_engine_probe (const V2vEngine *engine, const V2vEngineArgs *args,
                           char **out_label, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_engine_classes_match:
 * @text: of an engines.yaml: "engines: 1", then a document for each class: id, why,
 *   proof: boot|static, when: as in a rule
 * @out_class: (out) (transfer full) (nullable): the id of the first that matches
 *
 * A condition that cannot be evaluated is no match.
 */
gboolean v2v_engine_classes_match (const char *text, gsize length, const char *file,
                                   V2vFs *fs, const V2vGuest *guest, GHashTable *options,
                                   char **out_class, char **out_proof, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
