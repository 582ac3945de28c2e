/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide-driver.c - which device the guest has drivers for
 */
#include <config.h>

#include "v2v-decide-private.h"

typedef enum { FIT_YES, FIT_MAYBE, FIT_NO } Fit;

void
v2v_driver_choice_clear (V2vDriverChoice *choice)
{
  g_clear_pointer (&choice->why, g_free);
  g_clear_pointer (&choice->warning, g_free);
}

V2vDriverWhere
v2v_decide_driver (const V2vDecideArgs *args, const char *driver)
{
  if (args->kernel == NULL)
    return V2V_DRIVER_UNKNOWN;
  return v2v_kernel_driver (args->kernel, driver);
}

gboolean
v2v_decide_has_driver (const V2vDecideArgs *args, const char *driver)
{
  V2vDriverWhere where = v2v_decide_driver (args, driver);

  return where != V2V_DRIVER_ABSENT && where != V2V_DRIVER_UNKNOWN;
}

static const char *
where_text (V2vDriverWhere where)
{
  switch (where) {
  case V2V_DRIVER_ABSENT:
    return "missing";
  case V2V_DRIVER_ON_DISK:
    return "a module on disk";
  case V2V_DRIVER_IN_INITRAMFS:
    return "in its initramfs";
  case V2V_DRIVER_BUILTIN:
    return "built in";
  case V2V_DRIVER_UNKNOWN:
    return "not known";
  }
  g_return_val_if_reached ("not known");
}

static Fit
fit_one (V2vDriverWhere where, V2vDriverNeed need)
{
  switch (where) {
  case V2V_DRIVER_ABSENT:
    return FIT_NO;
  case V2V_DRIVER_ON_DISK:
    return need == V2V_NEED_AT_BOOT ? FIT_NO : FIT_YES;
  case V2V_DRIVER_IN_INITRAMFS:
  case V2V_DRIVER_BUILTIN:
    return FIT_YES;
  case V2V_DRIVER_UNKNOWN:
    return FIT_MAYBE;
  }
  g_return_val_if_reached (FIT_NO);
}

static Fit
fit_row (const V2vDecideArgs *args, const V2vDriverRow *row, V2vDriverNeed need)
{
  Fit worst = FIT_YES;

  for (const char *const *name = row->needs; *name != NULL; name++)
    worst = MAX (worst, fit_one (v2v_decide_driver (args, *name), need));
  return worst;
}

/* "virtio_blk is in its initramfs, virtio_pci is built in"; with @short_of only
 * what does not fit @need. */
static char *
describe_row (const V2vDecideArgs *args, const V2vDriverRow *row, V2vDriverNeed need,
              gboolean short_of)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (const char *const *name = row->needs; *name != NULL; name++) {
    V2vDriverWhere where = v2v_decide_driver (args, *name);
    const char *only = "";

    if (short_of && fit_one (where, need) == FIT_YES)
      continue;
    if (where == V2V_DRIVER_ON_DISK && need == V2V_NEED_AT_BOOT)
      only = " but not in its initramfs";
    g_ptr_array_add (parts, g_strdup_printf ("%s is %s%s", *name, where_text (where), only));
  }
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (", ", (char **) parts->pdata);
}

/* The row was not chosen by its drivers, so say when they do not fit it. */
static void
warn_if_unfit (const V2vDecideArgs *args, V2vDriverNeed need, const char *what,
               V2vDriverChoice *choice)
{
  g_autofree char *missing = NULL;

  if (args->kernel == NULL || fit_row (args, choice->row, need) == FIT_YES)
    return;
  missing = describe_row (args, choice->row, need, TRUE);
  choice->warning
    = g_strdup_printf ("the guest cannot be shown to reach its %s on %s: in %s %s", what,
                       choice->row->name, args->kernel_name, missing);
}

static void
choose_unread (const V2vDecideArgs *args, const V2vDriverRow *rows,
               const V2vDriverRow *compat_row, const char *what, V2vDriverChoice *choice)
{
  choice->row = &rows[0];
  if (args->guest == NULL) {
    choice->why = g_strdup ("not inspected: drivers for virtio are assumed");
  } else if (v2v_decide_is_windows (args) && args->converted) {
    choice->why = g_strdup ("the conversion installs the virtio drivers of Windows");
  } else if (v2v_decide_is_windows (args)) {
    choice->row = compat_row;
    choice->why = g_strdup ("the drivers of Windows were not read and nothing was converted; "
                            "this device has a driver in the box");
    choice->warning
      = g_strdup_printf ("the %s is on %s because Windows was not converted; when it has "
                         "virtio drivers use --compatibility-mode=off", what, compat_row->name);
  } else {
    choice->why = g_strdup ("the guest's drivers are not known: virtio is assumed");
    choice->warning = g_strdup_printf ("no kernel with known drivers was found: whether the "
                                       "guest reaches its %s on %s is not known",
                                       what, rows[0].name);
  }
}

static const V2vDriverRow *
find_fit (const V2vDecideArgs *args, const V2vDriverRow *rows, guint n_rows,
          V2vDriverNeed need, Fit fit)
{
  for (guint i = 0; i < n_rows; i++) {
    if (fit_row (args, &rows[i], need) == fit)
      return &rows[i];
  }
  return NULL;
}

/* The reason names what the kernel has and, for a second choice, what it lacks. */
static void
explain_fit (const V2vDecideArgs *args, const V2vDriverRow *rows, V2vDriverNeed need,
             V2vDriverChoice *choice)
{
  g_autofree char *has = describe_row (args, choice->row, need, FALSE);
  g_autofree char *lacks = describe_row (args, &rows[0], need, TRUE);

  if (choice->row == &rows[0])
    choice->why = g_strdup_printf ("in %s %s", args->kernel_name, has);
  else
    choice->why = g_strdup_printf ("in %s %s; not %s: %s", args->kernel_name, has,
                                   rows[0].name, lacks);
}

/* Nothing fits: virtio all the same, since that is what a repair would aim at, and
 * a warning that cannot be missed. */
static void
choose_hopeless (const V2vDecideArgs *args, const V2vDriverRow *rows, guint n_rows,
                 V2vDriverNeed need, const char *what, V2vDriverChoice *choice)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < n_rows; i++) {
    g_autofree char *lacks = describe_row (args, &rows[i], need, TRUE);

    g_string_append_printf (all, "%s%s: %s", i > 0 ? "; " : "", rows[i].name, lacks);
  }
  choice->row = &rows[0];
  choice->why = g_strdup_printf ("no device fits the drivers of %s: virtio is the default",
                                 args->kernel_name);
  choice->warning = g_strdup_printf ("the guest will NOT reach its %s: %s has no driver for "
                                     "any device that we can give it (%s)",
                                     what, args->kernel_name, all->str);
  g_string_free (all, TRUE);
}

static void
choose_by_drivers (const V2vDecideArgs *args, const V2vDriverRow *rows, guint n_rows,
                   V2vDriverNeed need, const char *what, V2vDriverChoice *choice)
{
  choice->row = find_fit (args, rows, n_rows, need, FIT_YES);
  if (choice->row != NULL) {
    explain_fit (args, rows, need, choice);
    return;
  }
  choice->row = find_fit (args, rows, n_rows, need, FIT_MAYBE);
  if (choice->row == NULL) {
    choose_hopeless (args, rows, n_rows, need, what, choice);
    return;
  }
  explain_fit (args, rows, need, choice);
  warn_if_unfit (args, need, what, choice);
}

void
v2v_decide_driver_row (const V2vDecideArgs *args, const V2vDriverRow *rows, guint n_rows,
                       const V2vDriverRow *compat_row, V2vDriverNeed need, const char *what,
                       V2vDriverChoice *choice)
{
  switch (args->request->compat) {
  case V2V_COMPAT_ON:
    choice->row = compat_row;
    choice->why = g_strdup ("compatibility mode is on");
    warn_if_unfit (args, need, what, choice);
    break;
  case V2V_COMPAT_OFF:
    choice->row = &rows[0];
    choice->why = g_strdup ("compatibility mode is off");
    warn_if_unfit (args, need, what, choice);
    break;
  case V2V_COMPAT_AUTO:
    if (args->kernel == NULL)
      choose_unread (args, rows, compat_row, what, choice);
    else
      choose_by_drivers (args, rows, n_rows, need, what, choice);
    break;
  }
}
