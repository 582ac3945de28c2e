/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-request.h - what the user asked for: options after parsing, plain data
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { V2V_COMPAT_AUTO, V2V_COMPAT_ON, V2V_COMPAT_OFF } V2vCompat;
typedef enum { V2V_KUBEVIRT_VM, V2V_KUBEVIRT_FRAGMENT, V2V_KUBEVIRT_NONE } V2vKubevirt;
/* May programs of the guest run inside the appliance?  Auto: an engine that was chosen
 * may, and says so; our own actions never do. */
typedef enum { V2V_GUEST_EXEC_AUTO, V2V_GUEST_EXEC_NEVER, V2V_GUEST_EXEC_ALLOW } V2vGuestExec;
typedef enum { V2V_FORMAT_TEXT, V2V_FORMAT_JSON, V2V_FORMAT_XML } V2vFormat;

typedef struct {
  char **disks;            /* host paths, in the order of the command line */
  char *domain_xml;        /* -i libvirtxml FILE, or NULL */
  char *format;            /* --format of the disks: "raw", "qcow2"; NULL = raw */
  char *name;              /* --name, or NULL */
  char *root;              /* "first", "single", "/dev/sda1", "sda1" */
  char *source;            /* --source or V2V_source, or NULL */
  char *engine;            /* "auto", "native", "virt-v2v", "none" */
  V2vGuestExec guest_exec;
  char *initramfs;         /* "auto", "inject", "rebuild", "keep" */
  char *agents;            /* "disable", "remove" */
  char *guest_agent;       /* "keep", "install" */
  char *output_dir;        /* -o; NULL = current directory for convert */
  char *work_dir;          /* resolved by v2v_workdir_*(), or NULL */
  gboolean skip_conversion;
  gboolean no_inspect;
  gboolean trim;           /* let the engine discard free space */
  V2vCompat compat;
  V2vKubevirt kubevirt;
  V2vFormat report_format;
  char **rules_dirs;       /* --rules: after the default rules, later ones override; or NULL */
  char **rules_enable;     /* --enable, --disable, --param, as given; or NULL */
  char **rules_disable;
  char **rules_params;
  GPtrArray *keys;         /* V2vKey: --key and the pod's, in the order to try them */
  char *authorized_keys;   /* "USER:KEY" and a line break each, USER may be empty; or NULL */
  char **rules_shown;      /* --rule of "rules explain"; NULL = all */
  gboolean no_default_rules;
  gboolean quiet, verbose;
} V2vRequest;

V2vRequest *v2v_request_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_request_free (V2vRequest *request); /* NULL is allowed */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vRequest, v2v_request_free)

G_END_DECLS
