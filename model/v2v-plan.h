/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-plan.h - what the rules want to change in one guest, and why: plain data
 *
 * Made by rules/, shown by emit/, kept in the report and in the guest's own record.
 * Strings and arrays are owned by their struct.  Guest text is kept as read; whoever
 * prints it makes it printable.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In the order in which they run. */
typedef enum {
  V2V_PHASE_ACCESS,
  V2V_PHASE_STORAGE,
  V2V_PHASE_DRIVERS,
  V2V_PHASE_BOOT,
  V2V_PHASE_NETWORK,
  V2V_PHASE_AGENTS,
  V2V_PHASE_CLOUD_INIT,
  V2V_PHASE_TIME,
  V2V_PHASE_FIRSTBOOT,
  V2V_N_PHASES,
} V2vPhase;

/* As rule files write it: "cloud-init". */
const char *v2v_phase_name (V2vPhase phase);
/* FALSE when no phase has that name. */
gboolean v2v_phase_from_name (const char *name, V2vPhase *out_phase);

/* Kleene's three values: what could not be read is never a silent "no". */
typedef enum { V2V_NO, V2V_YES, V2V_CANNOT_TELL } V2vTruth;
const char *v2v_truth_name (V2vTruth truth); /* "no", "yes", "cannot tell" */

typedef enum {
  V2V_STATE_ABSENT,
  V2V_STATE_FILE,
  V2V_STATE_LINK,
  V2V_STATE_DIRECTORY,
} V2vStateKind;

/* A file at one moment. */
typedef struct {
  V2vStateKind kind;
  guint mode, uid, gid; /* permission bits; not of a link */
  GBytes *bytes;        /* FILE; may be a mapped temporary file when it is large */
  char *sha256;         /* FILE: of @bytes, lower-case hex */
  char *link;           /* LINK: the target as text */
} V2vFileState;

V2vFileState *v2v_file_state_new (V2vStateKind kind) G_GNUC_WARN_UNUSED_RESULT;
V2vFileState *v2v_file_state_copy (const V2vFileState *state) G_GNUC_WARN_UNUSED_RESULT;
void v2v_file_state_free (V2vFileState *state); /* NULL is allowed */
/* (transfer full): a FILE with its checksum. */
V2vFileState *v2v_file_state_new_file (GBytes *bytes, guint mode, guint uid, guint gid)
  G_GNUC_WARN_UNUSED_RESULT;
V2vFileState *v2v_file_state_new_link (const char *target) G_GNUC_WARN_UNUSED_RESULT;
/* Kind, content, link; mode and owner except of links. */
gboolean v2v_file_state_equal (const V2vFileState *a, const V2vFileState *b);

/* One difference of one path between two moments. */
typedef struct {
  char *path;           /* in the guest, symbolic links resolved */
  V2vFileState *before; /* never NULL; ABSENT when it was not there */
  V2vFileState *after;  /* never NULL; ABSENT when it is removed */
  char *moved_to;       /* where a disabled file goes; NULL */
  char *moved_from;     /* and the same row seen from the other end; NULL */
  gboolean compared;    /* the next one is known: reports show it several times */
  GPtrArray *diff;      /* char*: the lines that differ; NULL: they are no texts */
} V2vFileChange;

V2vFileChange *v2v_file_change_new (const char *path, const V2vFileState *before,
                                    const V2vFileState *after) G_GNUC_WARN_UNUSED_RESULT;
void v2v_file_change_free (V2vFileChange *change); /* NULL is allowed */

/* A condition, evaluated: a tree as the rule has it. */
typedef struct {
  char *text;          /* "unit: amazon-ssm-agent.service", "any", "not" */
  char *where;         /* FILE:LINE:COLUMN */
  V2vTruth truth;
  char *seen;          /* what was there instead: "not enabled", "os is windows" */
  GPtrArray *children; /* V2vConditionResult; empty for a leaf */
} V2vConditionResult;

V2vConditionResult *v2v_condition_result_new (const char *text, const char *where)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_condition_result_free (V2vConditionResult *result); /* NULL is allowed */

typedef enum {
  V2V_OUTCOME_NOT_RUN,  /* its phase was not asked for */
  V2V_OUTCOME_OFF,      /* disabled by its file or by --disable */
  V2V_OUTCOME_NO_MATCH, /* the condition is not met */
  V2V_OUTCOME_UNKNOWN,  /* the condition could not be evaluated: not run, and said */
  V2V_OUTCOME_NOTHING,  /* it matched, and everything was as it should be */
  V2V_OUTCOME_CHANGES,  /* it matched and changed something */
  V2V_OUTCOME_WARNED,   /* it matched and only had something to say */
  V2V_OUTCOME_FAILED,   /* on-error: warn; its one step failed and was taken back */
} V2vOutcome;
const char *v2v_outcome_name (V2vOutcome outcome); /* "no-match", for JSON */

/* What one rule came to. */
typedef struct {
  char *id, *title, *why;
  V2vPhase phase;
  char *where;              /* FILE:LINE of the rule */
  V2vOutcome outcome;
  V2vConditionResult *when; /* NULL: no condition, or not evaluated */
  GPtrArray *changes;       /* V2vFileChange, by path */
  GPtrArray *warnings;      /* char*: for the user */
  GPtrArray *notes;         /* char*: what changes alone do not tell, and why there are none */
  char *error;              /* FAILED: why */
} V2vPlanRule;

typedef struct {
  GPtrArray *rules; /* V2vPlanRule, in the order in which they ran */
} V2vPlan;

V2vPlan *v2v_plan_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_plan_free (V2vPlan *plan); /* NULL is allowed */
/* (transfer none): appended, its arrays made. */
V2vPlanRule *v2v_plan_add_rule (V2vPlan *plan, const char *id);
void v2v_plan_rule_free (V2vPlanRule *rule); /* NULL is allowed */
/* Number of file changes of all rules. */
guint v2v_plan_n_changes (const V2vPlan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vPlan, v2v_plan_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vFileState, v2v_file_state_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vFileChange, v2v_file_change_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vConditionResult, v2v_condition_result_free)

G_END_DECLS
