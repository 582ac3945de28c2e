# SPDX-License-Identifier: GPL-2.0-or-later
# A target is fuzz/fuzz-NAME.c with LLVMFuzzerTestOneInput() and seeds in
# fuzz/corpus/NAME/.  Normal builds link a main() that replays files, which
# tests/program/test-fuzz-replay.sh does for every corpus; --enable-fuzzing
# (CC=clang) links libFuzzer instead.  Folders add their targets to FUZZ_TARGETS.
FUZZ_TARGETS += fuzz/fuzz-xml
fuzz_fuzz_xml_SOURCES = %D%/fuzz-xml.c $(FUZZ_MAIN)

if FUZZING
FUZZ_MAIN =
else
FUZZ_MAIN = fuzz/replay-main.c
endif

check_PROGRAMS += $(FUZZ_TARGETS)
EXTRA_DIST += fuzz/corpus fuzz/replay-main.c
PROGRAM_TESTS += tests/program/test-fuzz-replay.sh
