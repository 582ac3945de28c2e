# SPDX-License-Identifier: GPL-2.0-or-later
man1_MANS += docs/v2v-wrapper.1
EXTRA_DIST += \
	%D%/ARCHITECTURE.md \
	%D%/DEFAULT-RULES.md \
	%D%/EC2.md \
	%D%/HYPERVISORS.md \
	%D%/RULES.md \
	%D%/v2v-wrapper.pod \
	CHANGES \
	HACKING \
	README \
	SECURITY \
	autogen.sh \
	check-code \
	run \
	$(NULL)
CLEANFILES += docs/v2v-wrapper.1

docs/v2v-wrapper.1: docs/v2v-wrapper.pod
	$(AM_V_GEN)$(MKDIR_P) docs && \
	$(POD2MAN) --section=1 --center='v2v-wrapper' --release='$(PACKAGE_VERSION)' \
	  --name=V2V-WRAPPER $< $@-t && mv $@-t $@
