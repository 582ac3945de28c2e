/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-appliance-close.c - the end of an appliance, with and without what it still holds
 */
#include <config.h>

#include "v2v-appliance-private.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "v2v-error.h"
#include "v2v-luks.h"
#include "v2v-md.h"

#define SHUTDOWN_LIMIT_S 300

void
v2v_appliance_forget_process (V2vAppliance *appliance)
{
  if (appliance->pid != 0)
    v2v_cancel_remove_child (appliance->cancel, appliance->pid);
  appliance->pid = 0;
}

/* Each step that can lose data, and what it is called when it does.  Nothing is left for
 * the sync that libguestfs makes of its own. */
static gboolean
flush (V2vAppliance *appliance, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);

  if (guestfs_umount_all (appliance->g) < 0)
    return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE,
                                    "unmounting the guest");
  if (!v2v_luks_close_all (appliance, error))
    return FALSE;
  if (guestfs_sync (appliance->g) < 0)
    return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "syncing the guest");
  v2v_md_settle (appliance);
  return guestfs_set_autosync (appliance->g, 0) == 0
         || v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "syncing the guest");
}

static gboolean
stop (V2vAppliance *appliance, GError **error)
{
  gboolean late;
  V2vGuard *guard;
  int r;

  /* shutdown reaps qemu: from here on it may only be killed by its pidfd. */
  guard = v2v_guard_start (appliance->cancel, appliance->pidfd, SHUTDOWN_LIMIT_S);
  v2v_appliance_forget_process (appliance);
  r = guestfs_shutdown (appliance->g);
  late = v2v_guard_stop (guard);
  if (r < 0 || late)
    return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE,
                                    "shutting the appliance down");
  return v2v_cancel_check (appliance->cancel, error);
}

gboolean
v2v_appliance_close (V2vAppliance *appliance, GError **error)
{
  gboolean ok = flush (appliance, error) && stop (appliance, error);

  v2v_appliance_free (appliance);
  return ok;
}

void
v2v_appliance_free (V2vAppliance *appliance)
{
  if (appliance == NULL)
    return;
  if (appliance->pidfd >= 0) {
    syscall (SYS_pidfd_send_signal, appliance->pidfd, SIGKILL, NULL, 0);
    close (appliance->pidfd);
  } else if (appliance->pid != 0) {
    kill (appliance->pid, SIGKILL);
  }
  v2v_appliance_forget_process (appliance);
  if (appliance->g != NULL) {
    guestfs_set_autosync (appliance->g, 0);
    guestfs_close (appliance->g);
  }
  g_string_free (appliance->console, TRUE);
  g_free (appliance->note);
  g_ptr_array_unref (appliance->keys);
  g_ptr_array_unref (appliance->opened);
  g_free (appliance->probe_text);
  g_hash_table_unref (appliance->nouuid);
  g_hash_table_unref (appliance->types);
  g_free (appliance);
}
