/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-login.c - who could log in: accounts, keys, and what sshd says about them
 */
#include <config.h>

#include "predicates/v2v-login.h"

#include <string.h>

#include "v2v-str.h"

#define BLANKS " \t\r\f"

/* Amazon Linux 1 and RHEL 6 gave users 500 and up, all later ones 1000. */
#define UID_USER_MIN 500
#define UID_NOBODY_MIN 65534

/* The shortest hash that crypt(3) makes, of DES.  "x", "NP" and "*LK*" are none. */
#define HASH_MIN 13

enum { PW_NAME, PW_HASH, PW_UID, PW_GID, PW_GECOS, PW_HOME, PW_SHELL, PW_N };
enum { SP_HASH = 1, SP_EXPIRE = 7 };

static void
login_free (gpointer data)
{
  V2vLogin *login = data;

  g_free (login->name);
  g_free (login->home);
  g_free (login);
}

static gboolean
is_hash (const char *text)
{
  return text != NULL && strlen (text) >= HASH_MIN && *text != '!' && *text != '*';
}

static gboolean
gives_shell (const char *shell)
{
  static const char *const none[]
    = { "nologin", "false", "true", "sync", "halt", "shutdown", "git-shell", NULL };
  g_autofree char *base = *shell == '\0' ? g_strdup ("sh") : g_path_get_basename (shell);

  return !g_strv_contains (none, base);
}

/* (transfer full): name -> fields of its line in shadow. */
static GHashTable *
index_shadow (const char *shadow)
{
  GHashTable *table
    = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_strfreev);
  g_auto (GStrv) lines = g_strsplit (shadow, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], ":", -1);

    /* The first line of a name counts. */
    if (g_strv_length (fields) > SP_HASH && !g_hash_table_contains (table, fields[0])) {
      char *name = fields[0];

      g_hash_table_insert (table, name, g_steal_pointer (&fields));
    }
  }
  return table;
}

static gboolean
is_expired (char **shadow, gint64 today)
{
  guint64 day;

  return g_strv_length (shadow) > SP_EXPIRE
         && g_ascii_string_to_unsigned (shadow[SP_EXPIRE], 10, 0, G_MAXUINT32, &day, NULL)
         && (gint64) day < today;
}

/* (transfer full) (nullable) */
static V2vLogin *
parse_account (const char *line, GHashTable *shadow, gint64 today)
{
  g_auto (GStrv) fields = g_strsplit (line, ":", PW_N);
  V2vLogin *login;
  const char *hash;
  guint64 uid, gid;
  char **secret;

  if (g_strv_length (fields) != PW_N || *fields[PW_NAME] == '\0'
      || !g_ascii_string_to_unsigned (fields[PW_UID], 10, 0, G_MAXUINT32 - 1, &uid, NULL)
      || !g_ascii_string_to_unsigned (fields[PW_GID], 10, 0, G_MAXUINT32 - 1, &gid, NULL)
      || (uid != 0 && (uid < UID_USER_MIN || uid == UID_NOBODY_MIN))
      || *fields[PW_HOME] != '/' || !gives_shell (g_strchomp (fields[PW_SHELL])))
    return NULL;
  secret = shadow == NULL ? NULL : g_hash_table_lookup (shadow, fields[PW_NAME]);
  if (secret != NULL && is_expired (secret, today))
    return NULL;
  login = g_new0 (V2vLogin, 1);
  login->name = g_strdup (fields[PW_NAME]);
  login->home = g_strdup (fields[PW_HOME]);
  login->uid = (guint) uid;
  login->gid = (guint) gid;
  hash = secret != NULL ? secret[SP_HASH] : fields[PW_HASH];
  login->has_password = is_hash (hash);
  login->locked = *hash == '!';
  return login;
}

GPtrArray *
v2v_login_parse (const char *passwd, const char *shadow, gint64 today)
{
  GPtrArray *logins = g_ptr_array_new_with_free_func (login_free);
  g_autoptr (GHashTable) table = shadow == NULL ? NULL : index_shadow (shadow);
  g_auto (GStrv) lines = g_strsplit (passwd, "\n", -1);

  for (guint i = 0; lines[i] != NULL && logins->len < V2V_LOGINS_MAX; i++) {
    V2vLogin *login = parse_account (lines[i], table, today);

    if (login != NULL)
      g_ptr_array_add (logins, login);
  }
  return logins;
}

/* The end of the word at @text; quotes keep blanks in it. */
static const char *
skip_word (const char *text)
{
  gboolean quoted = FALSE;

  for (; *text != '\0' && (quoted || strchr (BLANKS, *text) == NULL); text++) {
    if (*text == '\\' && text[1] == '"')
      text++;
    else if (*text == '"')
      quoted = !quoted;
  }
  return text;
}

/* What follows the type: base64 of a key, whose first field is the length of its type. */
static gboolean
is_type_and_key (const char *text)
{
  static const char *const types[]
    = { "ssh-rsa", "ssh-ed25519", "ssh-dss", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_has_prefix (text, types[i])) {
      text += strcspn (text, BLANKS);
      text += strspn (text, BLANKS);
      return g_str_has_prefix (text, "AAAA");
    }
  }
  return FALSE;
}

/* TRUE when the options, up to @end, have one that begins with @name. */
static gboolean
has_option (const char *options, const char *end, const char *name)
{
  gboolean quoted = FALSE, starts = TRUE;

  for (const char *p = options; p < end; p++) {
    if (starts && g_ascii_strncasecmp (p, name, strlen (name)) == 0)
      return TRUE;
    if (*p == '\\' && p + 1 < end && p[1] == '"')
      p++;
    else if (*p == '"')
      quoted = !quoted;
    starts = !quoted && *p == ',';
  }
  return FALSE;
}

static gboolean
parse_key (const char *line, gboolean *out_shell)
{
  const char *end;

  line += strspn (line, BLANKS);
  *out_shell = TRUE;
  if (*line == '#' || is_type_and_key (line))
    return *line != '#';
  end = skip_word (line);
  /* A key of an authority is none by itself, but whoever has a certificate gets in. */
  *out_shell = !has_option (line, end, "command=");
  return is_type_and_key (end + strspn (end, BLANKS));
}

gboolean
v2v_login_is_key (const char *line)
{
  gboolean shell;

  return parse_key (line, &shell);
}

gboolean
v2v_login_has_key (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    gboolean shell;

    if (parse_key (lines[i], &shell) && shell)
      return TRUE;
  }
  return FALSE;
}

void
v2v_login_sshd_clear (V2vLoginSshd *sshd)
{
  g_clear_pointer (&sshd->keys_files, g_strfreev);
  g_clear_pointer (&sshd->keys_command, g_free);
  g_clear_pointer (&sshd->root, g_free);
  g_clear_pointer (&sshd->public_key, g_free);
  g_clear_pointer (&sshd->pam, g_free);
  g_clear_pointer (&sshd->allow, g_ptr_array_unref);
  g_clear_pointer (&sshd->deny, g_ptr_array_unref);
  sshd->n_includes = 0;
}

/* (transfer full): keyword and arguments of a line, without quotes; may be empty. */
static GPtrArray *
split_line (const char *line)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (;;) {
    gsize n = strspn (line, BLANKS);

    line += n;
    /* One "=" may stand between keyword and value. */
    if (words->len == 1 && *line == '=')
      line += 1 + strspn (line + 1, BLANKS);
    if (*line == '\0' || *line == '#')
      break;
    if (*line == '"') {
      n = strcspn (line + 1, "\"");
      g_ptr_array_add (words, g_strndup (line + 1, n));
      line += 1 + n;
      line += *line == '"';
    } else {
      n = strcspn (line, words->len == 0 ? BLANKS "=" : BLANKS);
      g_ptr_array_add (words, g_strndup (line, n));
      line += n;
      if (n == 0)
        break;
    }
  }
  g_ptr_array_add (words, NULL);
  return words;
}

static void
add_words (GPtrArray **list, char **words)
{
  if (*list == NULL)
    *list = g_ptr_array_new_with_free_func (g_free);
  for (; *words != NULL && (*list)->len < V2V_LOGINS_MAX; words++)
    g_ptr_array_add (*list, g_strdup (*words));
}

static void
take_first (char **slot, const char *value)
{
  if (*slot == NULL)
    *slot = g_strdup (value);
}

static void
take_keyword (V2vLoginSshd *sshd, const char *keyword, char **values)
{
  if (g_ascii_strcasecmp (keyword, "AuthorizedKeysFile") == 0) {
    if (sshd->keys_files == NULL)
      sshd->keys_files = g_strdupv (values);
  } else if (g_ascii_strcasecmp (keyword, "AuthorizedKeysCommand") == 0) {
    take_first (&sshd->keys_command, values[0]);
  } else if (g_ascii_strcasecmp (keyword, "PermitRootLogin") == 0) {
    take_first (&sshd->root, values[0]);
  } else if (g_ascii_strcasecmp (keyword, "PubkeyAuthentication") == 0) {
    take_first (&sshd->public_key, values[0]);
  } else if (g_ascii_strcasecmp (keyword, "UsePAM") == 0) {
    take_first (&sshd->pam, values[0]);
  } else if (g_ascii_strcasecmp (keyword, "AllowUsers") == 0) {
    add_words (&sshd->allow, values);
  } else if (g_ascii_strcasecmp (keyword, "DenyUsers") == 0) {
    add_words (&sshd->deny, values);
  }
}

gboolean
v2v_login_sshd_parse (V2vLoginSshd *sshd, const char *text, V2vLoginInclude include,
                      gpointer user_data, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (GPtrArray) words = split_line (lines[i]);
    char **values = (char **) words->pdata + 1;

    if (words->len < 3)
      continue;
    /* A Match block ends with its file. */
    if (g_ascii_strcasecmp (words->pdata[0], "Match") == 0)
      return TRUE;
    if (g_ascii_strcasecmp (words->pdata[0], "Include") != 0) {
      take_keyword (sshd, words->pdata[0], values);
      continue;
    }
    for (; *values != NULL && sshd->n_includes < V2V_LOGIN_INCLUDES_MAX; values++) {
      sshd->n_includes++;
      if (!include (sshd, *values, user_data, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* Patterns are USER or USER@HOST; where somebody comes from is not known here. */
static gboolean
names_user (const GPtrArray *patterns, const char *name)
{
  for (guint i = 0; patterns != NULL && i < patterns->len; i++) {
    const char *pattern = g_ptr_array_index (patterns, i);
    g_autofree char *user = g_strndup (pattern, strcspn (pattern, "@"));

    if (v2v_str_matches (user, name))
      return TRUE;
  }
  return FALSE;
}

gboolean
v2v_login_sshd_takes (const V2vLoginSshd *sshd, const V2vLogin *login)
{
  if (sshd->public_key != NULL && g_ascii_strcasecmp (sshd->public_key, "no") == 0)
    return FALSE;
  if (login->uid == 0 && sshd->root != NULL
      && (g_ascii_strcasecmp (sshd->root, "no") == 0
          || g_ascii_strcasecmp (sshd->root, "forced-commands-only") == 0))
    return FALSE;
  /* auth.c: only PAM lets a locked account in by a key. */
  if (login->locked && sshd->pam != NULL && g_ascii_strcasecmp (sshd->pam, "no") == 0)
    return FALSE;
  return !names_user (sshd->deny, login->name)
         && (sshd->allow == NULL || names_user (sshd->allow, login->name));
}

/* (transfer full): %h, %u, %U and %% as sshd has them; relative to the home directory. */
static char *
expand_path (const char *pattern, const V2vLogin *login)
{
  g_autoptr (GString) path = g_string_new (NULL);

  for (; *pattern != '\0'; pattern++) {
    if (*pattern != '%' || pattern[1] == '\0') {
      g_string_append_c (path, *pattern);
      continue;
    }
    pattern++;
    if (*pattern == 'h')
      g_string_append (path, login->home);
    else if (*pattern == 'u')
      g_string_append (path, login->name);
    else if (*pattern == 'U')
      g_string_append_printf (path, "%u", login->uid);
    else
      g_string_append_c (path, *pattern);
  }
  return g_canonicalize_filename (path->str, login->home);
}

char **
v2v_login_key_paths (const V2vLoginSshd *sshd, const V2vLogin *login)
{
  static const char *const usual[]
    = { ".ssh/authorized_keys", ".ssh/authorized_keys2", NULL };
  const char *const *patterns
    = sshd->keys_files != NULL ? (const char *const *) sshd->keys_files : usual;
  GPtrArray *paths = g_ptr_array_new ();

  for (guint i = 0; patterns[i] != NULL && i < V2V_LOGIN_INCLUDES_MAX; i++) {
    if (g_ascii_strcasecmp (patterns[i], "none") != 0)
      g_ptr_array_add (paths, expand_path (patterns[i], login));
  }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (paths, FALSE);
}
