# SPDX-License-Identifier: GPL-2.0-or-later
# The only place with <guestfs.h> and <hivex.h>.
libv2v_a_SOURCES += \
	%D%/v2v-accel.c \
	%D%/v2v-appliance-close.c \
	%D%/v2v-appliance-private.h \
	%D%/v2v-appliance.c \
	%D%/v2v-appliance.h \
	%D%/v2v-disks.c \
	%D%/v2v-fs-archive.c \
	%D%/v2v-fs-archive.h \
	%D%/v2v-fs-cached-edit.c \
	%D%/v2v-fs-cached-list.c \
	%D%/v2v-fs-cached-private.h \
	%D%/v2v-fs-cached.c \
	%D%/v2v-fs-directory-edit.c \
	%D%/v2v-fs-directory-private.h \
	%D%/v2v-fs-directory.c \
	%D%/v2v-fs-edit.c \
	%D%/v2v-fs-guestfs-archive.c \
	%D%/v2v-fs-guestfs-edit.c \
	%D%/v2v-fs-guestfs-private.h \
	%D%/v2v-fs-guestfs.c \
	%D%/v2v-fs-private.h \
	%D%/v2v-fs-tree.c \
	%D%/v2v-fs-tree.h \
	%D%/v2v-fs.c \
	%D%/v2v-fs.h \
	%D%/v2v-groups.c \
	%D%/v2v-groups.h \
	%D%/v2v-guard.c \
	%D%/v2v-hive.h \
	%D%/v2v-luks.c \
	%D%/v2v-luks.h \
	%D%/v2v-lvm.c \
	%D%/v2v-lvm.h \
	%D%/v2v-md.c \
	%D%/v2v-md.h \
	%D%/v2v-mounts.c \
	%D%/v2v-names.c \
	%D%/v2v-names.h \
	%D%/v2v-probe.c \
	%D%/v2v-probe.h \
	%D%/v2v-slim.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-appliance \
	tests/unit/test-appliance-slim \
	tests/unit/test-fs-archive \
	tests/unit/test-fs-cached \
	tests/unit/test-fs-directory \
	tests/unit/test-fs-edit \
	tests/unit/test-md \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-archive fuzz/fuzz-blkid
fuzz_fuzz_archive_SOURCES = fuzz/fuzz-archive.c $(FUZZ_MAIN)
fuzz_fuzz_blkid_SOURCES = fuzz/fuzz-blkid.c $(FUZZ_MAIN)

# The programs of a component test; tests/component/test-guest.sh runs them.
check_PROGRAMS += tests/component/test-guest tests/component/test-guest-stop
tests_component_test_guest_SOURCES = \
	tests/component/test-guest-edit.c \
	tests/component/test-guest.c \
	tests/component/test-guest.h \
	$(NULL)
tests_component_test_guest_stop_SOURCES = tests/component/test-guest-stop.c
EXTRA_DIST += tests/component/test-guest.sh tests/component/test-luks.sh tests/component/test-md.sh tests/component/test-snapshot.sh tests/unit/test-fs-odd.h
