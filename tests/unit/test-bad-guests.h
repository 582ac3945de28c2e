/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-bad-guests.h - guests that somebody else has worked on, and what becomes of them
 */
#pragma once

#include <glib.h>

#define EIC "/opt/aws/bin/eic_run_authorized_keys"
#define CONFIG "/etc/ssh/sshd_config"
#define NETPLAN "/etc/netplan/50-cloud-init.yaml"
#define OUR_NETPLAN "/etc/netplan/99-v2v-wrapper.yaml"
#define ASIDE "/var/lib/v2v-wrapper/disabled"

/* @text: "@target" is a link, NULL in what is expected: it is not there. */
typedef struct {
  const char *path, *text;
} Content;

typedef struct {
  const char *name;
  const char *rule;
  const char *expected; /* outcome, or "!" and a part of the refusal */
  Content files[6];
  Content after[4]; /* none: all is as it was */
} Row;

static const Row sshd_rows[] = {
  { "in a Match block, with tabs and in lower case", "ec2-instance-connect-sshd", "changes",
    { { CONFIG, "Port 22\nMatch User a\n\tauthorizedkeyscommand\t" EIC " %u %f\n"
                "\tAUTHORIZEDKEYSCOMMANDUSER = ec2-instance-connect\nMatch all\n X11Forwarding no\n" } },
    { { CONFIG, "Port 22\nMatch User a\n#\tauthorizedkeyscommand\t" EIC " %u %f\n"
                "#\tAUTHORIZEDKEYSCOMMANDUSER = ec2-instance-connect\nMatch all\n X11Forwarding no\n" } } },
  { "with = and quotes, CRLF, no newline at the end", "ec2-instance-connect-sshd", "changes",
    { { CONFIG, "AuthorizedKeysCommandUser=\"ec2-instance-connect\"\r\nPort 22\r\n"
                "AuthorizedKeysCommand=" EIC " %u %f" } },
    { { CONFIG, "#AuthorizedKeysCommandUser=\"ec2-instance-connect\"\r\nPort 22\r\n"
                "#AuthorizedKeysCommand=" EIC " %u %f" } } },
  { "keywords in quotes", "ec2-instance-connect-sshd", "changes",
    { { CONFIG, "\"AuthorizedKeysCommand\" " EIC " %u\nAuthorizedKeysCommandUser ec2-instance-connect\n" } },
    { { CONFIG, "#\"AuthorizedKeysCommand\" " EIC " %u\n#AuthorizedKeysCommandUser ec2-instance-connect\n" } } },
  { "command and user in two files", "ec2-instance-connect-sshd", "changes",
    { { CONFIG, "Include /etc/ssh/sshd_config.d/*.conf\nAuthorizedKeysCommandUser ec2-instance-connect\n" },
      { "/etc/ssh/sshd_config.d/60-eic.conf", "Match User *\n  AuthorizedKeysCommand " EIC " %u\n" } },
    { { CONFIG, "Include /etc/ssh/sshd_config.d/*.conf\n#AuthorizedKeysCommandUser ec2-instance-connect\n" },
      { "/etc/ssh/sshd_config.d/60-eic.conf", "Match User *\n#  AuthorizedKeysCommand " EIC " %u\n" } } },
  { "the user of somebody else", "ec2-instance-connect-sshd", "changes",
    { { CONFIG, "AuthorizedKeysCommand " EIC " %u\nAuthorizedKeysCommandUser nobody\n" } },
    { { CONFIG, "#AuthorizedKeysCommand " EIC " %u\nAuthorizedKeysCommandUser nobody\n" } } },
  { "switched off above a Match block", "ec2-instance-connect-sshd", "changes",
    { { CONFIG, "AuthorizedKeysCommand none\nMatch User a\nAuthorizedKeysCommand " EIC " %u\n"
                "AuthorizedKeysCommandUser ec2-instance-connect\n" } },
    { { CONFIG, "AuthorizedKeysCommand none\nMatch User a\n#AuthorizedKeysCommand " EIC " %u\n"
                "#AuthorizedKeysCommandUser ec2-instance-connect\n" } } },
  { "another command in a Match block, with the same user", "ec2-instance-connect-sshd-mixed",
    "warned",
    { { CONFIG, "AuthorizedKeysCommand " EIC " %u\nAuthorizedKeysCommandUser ec2-instance-connect\n"
                "Match Group staff\n\t\"AuthorizedKeysCommand\"\t/usr/bin/ldap-keys %u\n" } },
    { { NULL, NULL } } },
  { "another command in a file", "ec2-instance-connect-sshd-mixed", "warned",
    { { CONFIG, "Include \"/etc/ssh/sshd_config.d/*.conf\"\nAuthorizedKeysCommand " EIC " %u\n"
                "AuthorizedKeysCommandUser ec2-instance-connect\n" },
      { "/etc/ssh/sshd_config.d/10-ldap.conf", "authorizedkeyscommand=/usr/bin/ldap-keys\n"
                                               "authorizedkeyscommanduser=ldap\n" } },
    { { NULL, NULL } } },
  { "behind an Include of another directory", "ec2-instance-connect-sshd", "no-match",
    { { CONFIG, "Include /etc/ssh/extra.conf\nAuthorizedKeysCommandUser ec2-instance-connect\n" },
      { "/etc/ssh/extra.conf", "AuthorizedKeysCommand " EIC " %u\n" } },
    { { NULL, NULL } } },
  { "somebody else's, with a keyword in quotes", "ec2-instance-connect-sshd", "no-match",
    { { CONFIG, "AuthorizedKeysCommand /usr/bin/ldap-keys %u\n\"AuthorizedKeysCommandUser\"=ldap\n" } },
    { { NULL, NULL } } },
  { "comments and longer words only", "ec2-instance-connect-sshd", "no-match",
    { { CONFIG, "#AuthorizedKeysCommand " EIC "\n # AuthorizedKeysCommandUser ec2-instance-connect\n"
                "Banner /etc/AuthorizedKeysCommand\n" } },
    { { NULL, NULL } } },
  { "commented out by its owner in part", "ec2-instance-connect-sshd", "no-match",
    { { CONFIG, "#AuthorizedKeysCommand " EIC "\nAuthorizedKeysCommandUser ec2-instance-connect\n" } },
    { { NULL, NULL } } },
  { "NUL bytes", "ec2-instance-connect-sshd", "unknown",
    { { CONFIG, "%AuthorizedKeysCommand " EIC "\n" } }, { { NULL, NULL } } },
  { "a link in a circle", "ec2-instance-connect-sshd", "no-match",
    { { CONFIG, "@sshd_config" } }, { { NULL, NULL } } },
};

#define MAC "0a:00:00:00:00:01"
#define OUR_TEXT                                                                           \
  "network:\n  version: 2\n  ethernets:\n    v2v-wrapper:\n      match:\n        name: \"e*\"\n" \
  "      dhcp4: true\n      dhcp6: true\n      dhcp-identifier: mac\n"

#define ANCHORS                                                                            \
  "network:\n  version: 2\n  ethernets:\n    ens5: &card\n      match: &m {macaddress: '" MAC  \
  "'}\n      dhcp4: true\n      set-name: ens5\n"
#define QUOTED                                                                             \
  "network: {\"version\": 2, \"ethernets\": {\"ens5\": {\"dhcp4\": true, \"match\": {"         \
  "\"macaddress\" : \"" MAC "\"}, \"set-name\": \"ens5\"}}}\n"
#define DOCUMENTS                                                                          \
  "# by cloud-init\n---\nnetwork:\n  version: 2\n  ethernets:\n    ens5:\n      dhcp4: true\n"  \
  "      match:\n        macaddress: " MAC "\n      set-name: ens5\n...\n---\nother: 1\n"
#define OF_OWNER                                                                           \
  "network:\n  version: 2\n  ethernets:\n    ens5:\n      match: {macaddress: '" MAC "'}\n"     \
  "      set-name: ens5\n  bridges:\n    br0:\n      interfaces: [ens5]\n      dhcp4: true\n"
#define WITH_GATEWAY                                                                       \
  "network:\n  version: 2\n  ethernets:\n    ens5:\n      match: {macaddress: '" MAC "'}\n"     \
  "      set-name: ens5\n      addresses: [10.0.0.5/24]\n      gateway4: 10.0.0.1\n"
#define ON_EC2                                                                             \
  "network:\n  version: 2\n  ethernets:\n    ens5:\n      match: {macaddress: '" MAC "'}\n"     \
  "      set-name: ens5\n      dhcp4: true\n      addresses: [172.31.5.9/20]\n"
#define SPOOFED                                                                            \
  "network:\n  version: 2\n  ethernets:\n    ens5:\n      dhcp4: true\n"                         \
  "# macaddress: " MAC "\n"

static const Row netplan_rows[] = {
  { "anchors", "net-netplan-mac", "changes", { { NETPLAN, ANCHORS } },
    { { NETPLAN, NULL }, { ASIDE NETPLAN, ANCHORS }, { OUR_NETPLAN, OUR_TEXT } } },
  { "flow style, keys in quotes", "net-netplan-mac", "changes", { { NETPLAN, QUOTED } },
    { { NETPLAN, NULL }, { ASIDE NETPLAN, QUOTED }, { OUR_NETPLAN, OUR_TEXT } } },
  { "more documents than one", "net-netplan-mac", "changes", { { NETPLAN, DOCUMENTS } },
    { { NETPLAN, NULL }, { ASIDE NETPLAN, DOCUMENTS }, { OUR_NETPLAN, OUR_TEXT } } },
  { "a second address of the VPC", "net-netplan-mac", "changes", { { NETPLAN, ON_EC2 } },
    { { NETPLAN, NULL }, { ASIDE NETPLAN, ON_EC2 }, { OUR_NETPLAN, OUR_TEXT } } },
  { "a bridge", "net-netplan-mac", "no-match", { { NETPLAN, OF_OWNER } }, { { NULL, NULL } } },
  { "a bridge: it is said", "net-netplan-other-mac", "warned", { { NETPLAN, OF_OWNER } },
    { { NULL, NULL } } },
  { "a gateway", "net-netplan-mac", "no-match", { { NETPLAN, WITH_GATEWAY } },
    { { NULL, NULL } } },
  { "a gateway: it is said", "net-netplan-other-mac", "warned", { { NETPLAN, WITH_GATEWAY } },
    { { NULL, NULL } } },
  /* As Debian's own image for EC2 has it. */
  { "cloud-init told to keep off", "net-netplan-mac", "changes",
    { { NETPLAN, ON_EC2 },
      { "/etc/cloud/cloud.cfg.d/99-x.cfg", "network: {config: disabled}\n" } },
    { { NETPLAN, NULL }, { ASIDE NETPLAN, ON_EC2 }, { OUR_NETPLAN, OUR_TEXT } } },
  { "a file of the owner's", "net-netplan-other-mac", "warned",
    { { "/etc/netplan/01-own.yaml", ANCHORS } }, { { NULL, NULL } } },
  { "a comment", "net-netplan-mac", "no-match", { { NETPLAN, SPOOFED } }, { { NULL, NULL } } },
  { "a comment: nothing to say", "net-netplan-other-mac", "no-match", { { NETPLAN, SPOOFED } },
    { { NULL, NULL } } },
};

#define GENERATOR "/usr/lib/systemd/system-generators/cloud-init-generator"
#define OURS "/etc/cloud/cloud.cfg.d/zz-90-v2v-wrapper.cfg"
#define IDENTIFY "/etc/cloud/ds-identify.cfg"

static const Row cloud_rows[] = {
  { "cloud.cfg is not YAML", "cloud-init-datasource", "changes",
    { { GENERATOR, "x" }, { "/etc/cloud/cloud.cfg", "users: [\n\t- }{\n\xff: : :\n" } },
    { { "/etc/cloud/cloud.cfg", "users: [\n\t- }{\n\xff: : :\n" }, { OURS, "" }, { IDENTIFY, "" } } },
  { "cloud.cfg has NUL bytes", "cloud-init-datasource", "changes",
    { { GENERATOR, "x" }, { "/etc/cloud/cloud.cfg", "%" } }, { { OURS, "" }, { IDENTIFY, "" } } },
  { "a later file is not YAML and names Ec2", "cloud-init-datasource", "changes",
    { { GENERATOR, "x" }, { "/etc/cloud/cloud.cfg", "x: 1\n" },
      { "/etc/cloud/cloud.cfg.d/zzz.cfg", "a: [\ndatasource_list: [ Ec2 ]\n" } },
    { { OURS, "" }, { IDENTIFY, "" },
      { "/etc/cloud/cloud.cfg.d/zzz.cfg", "a: [\n#datasource_list: [ Ec2 ]\n" } } },
  { "a later file that is an alias of it all", "cloud-init-datasource", "changes",
    { { GENERATOR, "x" }, { "/etc/cloud/cloud.cfg", "x: 1\n" },
      { "/etc/cloud/cloud.cfg.d/zzz.cfg", "x: &l [ Ec2 ]\ndatasource_list: *l\n" } },
    { { OURS, "" }, { IDENTIFY, "" },
      { "/etc/cloud/cloud.cfg.d/zzz.cfg", "x: &l [ Ec2 ]\n#datasource_list: *l\n" } } },
  { "a later file has NUL bytes", "cloud-init-datasource", "!NUL",
    { { GENERATOR, "x" }, { "/etc/cloud/cloud.cfg", "x: 1\n" },
      { "/etc/cloud/cloud.cfg.d/zzz.cfg", "%datasource_list: [ Ec2 ]\n" } },
    { { NULL, NULL } } },
  { "cloud.cfg.d is a file", "cloud-init-datasource", "!cloud.cfg.d",
    { { GENERATOR, "x" }, { "/etc/cloud/cloud.cfg", "x: 1\n" }, { "/etc/cloud/cloud.cfg.d", "x" } },
    { { NULL, NULL } } },
};

#define UNIT "amazon-ssm-agent.service"
#define ETC "/etc/systemd/system/"
#define LIB "/usr/lib/systemd/system/"
#define WANTED ETC "multi-user.target.wants/" UNIT
#define DROPIN ETC UNIT ".d/50-v2v-wrapper.conf"
#define SYSTEMD "/usr/lib/systemd/systemd"

static const Row agent_rows[] = {
  { "the package is gone, its link is left", "ec2-ssm-agent", "changes",
    { { SYSTEMD, "x" }, { WANTED, "@" LIB UNIT } }, { { WANTED, NULL }, { DROPIN, NULL } } },
  { "the unit is there, nothing starts it", "ec2-ssm-agent", "no-match",
    { { SYSTEMD, "x" }, { LIB UNIT, "[Service]\nExecStart=/gone\n" } }, { { NULL, NULL } } },
  { "the owner's copy of the unit, edited", "ec2-ssm-agent", "changes",
    { { SYSTEMD, "x" }, { ETC UNIT, "[Service]\nExecStart=/usr/local/bin/own\n" },
      { WANTED, "@../" UNIT } },
    { { WANTED, NULL }, { ETC UNIT, "[Service]\nExecStart=/usr/local/bin/own\n" } } },
  /* systemd takes no notice of it. */
  { "a copy where the link should be", "ec2-ssm-agent", "nothing",
    { { SYSTEMD, "x" }, { LIB UNIT, "[Service]\nExecStart=/x\n" },
      { WANTED, "[Service]\nExecStart=/x\n" } },
    { { NULL, NULL } } },
  { "masked already", "ec2-ssm-agent", "no-match",
    { { SYSTEMD, "x" }, { ETC UNIT, "@/dev/null" }, { WANTED, "@" LIB UNIT } }, { { NULL, NULL } } },
  { "the link in a circle", "ec2-ssm-agent", "changes",
    { { SYSTEMD, "x" }, { LIB UNIT, "[Service]\n" }, { WANTED, "@" UNIT } }, { { WANTED, NULL } } },
};

/* Nobody can type a locked password; a key lets its owner in all the same, unless sshd does
 * without PAM. */
#define PASSWD "root:x:0:0::/root:/bin/bash\nec2-user:x:1000:1000::/home/ec2-user:/bin/bash\n"
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7gqB6Zp4ZJ0bq3oW8p1 me\n"
#define KEYS "/home/ec2-user/.ssh/authorized_keys"

static const Row account_rows[] = {
  { "all locked, no key", "access-nobody", "warned",
    { { "/etc/passwd", PASSWD }, { "/etc/shadow", "root:*LOCK*:1::::::\nec2-user:!!:1::::::\n" } },
    { { NULL, NULL } } },
  { "a hash behind the lock", "access-nobody", "warned",
    { { "/etc/passwd", PASSWD },
      { "/etc/shadow", "root:!$6$saltsaltsalt$hashhashhash:1::::::\nec2-user:!:1::::::\n" } },
    { { NULL, NULL } } },
  { "locked, with a key", "access-nobody", "no-match",
    { { "/etc/passwd", PASSWD }, { "/etc/shadow", "root:*:1::::::\nec2-user:!:1::::::\n" },
      { KEYS, KEY } },
    { { NULL, NULL } } },
  { "locked, with a key, and no PAM", "access-nobody", "warned",
    { { "/etc/passwd", PASSWD }, { "/etc/shadow", "root:*:1::::::\nec2-user:!:1::::::\n" },
      { KEYS, KEY }, { CONFIG, "usepam no\n" } },
    { { NULL, NULL } } },
  { "no password, a key, no PAM", "access-nobody", "no-match",
    { { "/etc/passwd", PASSWD }, { "/etc/shadow", "root:!:1::::::\nec2-user:*:1::::::\n" },
      { KEYS, KEY }, { CONFIG, "UsePAM no\n" } },
    { { NULL, NULL } } },
  { "expired, with a key", "access-nobody", "warned",
    { { "/etc/passwd", PASSWD }, { "/etc/shadow", "root:!:1::::::\nec2-user:!:1:0:9:7::10:\n" },
      { KEYS, KEY } },
    { { NULL, NULL } } },
  { "shadow is no text", "access-nobody", "warned",
    { { "/etc/passwd", PASSWD }, { "/etc/shadow", "%" } }, { { NULL, NULL } } },
};
