# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += \
	%D%/build \
	%D%/check \
	%D%/demo \
	%D%/first-boot-run \
	%D%/first-boot.service \
	%D%/install-packages \
	%D%/packages-build.txt \
	%D%/packages-demo.txt \
	%D%/packages-run.txt \
	%D%/packages-test.txt \
	%D%/undo-head \
	%D%/undo-tail \
	$(NULL)

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/bash-completion/v2v-wrapper
