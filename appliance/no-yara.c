/* SPDX-License-Identifier: GPL-2.0-or-later
 * no-yara.c - YARA, as our appliance has it: not at all
 *
 * See no-tsk.c: guestfsd is linked with it for calls that v2v-wrapper never makes.  Every
 * function that can fail does, so nothing is ever opened, compiled or scanned.
 */

/* Any number but 0 is an error; this one is ERROR_INTERNAL_FATAL_ERROR. */
#define FAIL 31

int
yr_initialize (void)
{
  return FAIL;
}

int
yr_finalize (void)
{
  return 0;
}

int
yr_compiler_create (void)
{
  return FAIL;
}

void
yr_compiler_destroy (void)
{
}

void
yr_compiler_set_callback (void)
{
}

/* How many errors the rules have. */
int
yr_compiler_add_file (void)
{
  return 1;
}

int
yr_compiler_get_rules (void)
{
  return FAIL;
}

int
yr_rules_load (void)
{
  return FAIL;
}

int
yr_rules_destroy (void)
{
  return 0;
}

int
yr_rules_scan_fd (void)
{
  return FAIL;
}
