/* SPDX-License-Identifier: GPL-2.0-or-later
 * emit-fixtures.h - sources and guests that several emit tests start from
 */
#pragma once

#include "v2v-emit.h"

/* What a test case decides from. */
typedef struct {
  V2vSource *source;
  V2vGuest *guest; /* NULL: not inspected */
  V2vRequest *request;
} Fixture;

typedef struct {
  const char *name; /* also of the golden files */
  void (*fill) (Fixture *fixture);
} FixtureCase;

extern const FixtureCase fixture_cases[]; /* ended by a NULL name */

Fixture *fixture_new (const char *name); /* one of fixture_cases */

/* The parts, for tests that build their own: one raw disk, -i disk; */
Fixture *fixture_new_plain (const char *name, const char *path);
/* a Debian 12 with all virtio drivers, initramfs without virtio_input; */
void fixture_add_linux (Fixture *fixture);
/* a Windows Server 2022. */
void fixture_add_windows (Fixture *fixture);
Fixture *fixture_new_linux (void);   /* both on a plain disk */
Fixture *fixture_new_windows (void);
void fixture_set (char **where, const char *value); /* replaces a string */
void fixture_set_driver (Fixture *fixture, const char *driver, V2vDriverWhere where);
V2vSourceNic *fixture_add_nic (Fixture *fixture, const char *mac, const char *network);

V2vTarget *fixture_decide (const Fixture *fixture);

/* The decision for @key; aborts when there is not exactly one. */
const V2vDecision *fixture_decision (const V2vTarget *target, const char *key);
/* @why: a part of the reason. */
void fixture_assert_decided (const V2vTarget *target, const char *key, const char *value,
                             const char *why);
gboolean fixture_has_warning (const V2vTarget *target, const char *part);

/* @text against tests/golden/emit/NAME.SUFFIX, where @VERSION@ is the package's. */
void fixture_compare_golden (const char *name, const char *suffix, const char *text);

void fixture_free (Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)
