# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion offers what the program takes.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/scripts/bash-completion/v2v-wrapper"

complete_at () { # words, the last of which is being typed
  COMP_WORDS=("$V2V" "$@")
  COMP_CWORD=$#
  _v2v_wrapper
  printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}

is "commands" "$(complete_at i)" "inspect "
like "all commands" <(complete_at "") 'convert .*emit .*inspect .*plan .*rules .*verify'
is "verbs of rules" "$(complete_at rules "")" "check explain list page show "
like "options of a command" <(complete_at convert --) '--disable --.*--work-dir'
is "one option" "$(complete_at convert --kube)" "--kubevirt "
is "values of an option" "$(complete_at convert --kubevirt "")" "fragment none vm "
is "values of --initramfs" "$(complete_at plan --initramfs "")" "auto inject keep rebuild "
is "values of --agents" "$(complete_at plan --agents "")" "disable remove "
is "values of --guest-agent" "$(complete_at plan --guest-agent "")" "install keep "
is "values that begin so" "$(complete_at inspect --format j)" "json "
like "rules for --disable" <(complete_at plan --disable ec2-s) 'ec2-ssm-agent'
like "rules to show" <(complete_at rules show ec2-s) 'ec2-ssm-agent'
touch "$T/web01.raw"
is "disks" "$(complete_at plan "$T/web")" "$T/web01.raw "
is "nothing for an unknown command's options" "$(complete_at no-such --)" " "
done_testing
