# SPDX-License-Identifier: GPL-2.0-or-later
# Every seed and every past crash of every fuzz target, replayed.
. "$V2V_SRCDIR/tests/functions.sh"

for source in "$V2V_SRCDIR"/fuzz/fuzz-*.c; do
  name=$(basename "$source" .c)
  seeds=("$V2V_SRCDIR"/fuzz/corpus/"${name#fuzz-}"/*)
  ok "${name} replays ${#seeds[@]} inputs" "$V2V_BUILDDIR/fuzz/$name" "${seeds[@]}"
done
done_testing
