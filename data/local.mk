# SPDX-License-Identifier: GPL-2.0-or-later
rulesdir = $(pkgdatadir)/rules
dist_rules_DATA = \
	%D%/rules/10-access.yaml \
	%D%/rules/20-storage.yaml \
	%D%/rules/30-drivers.yaml \
	%D%/rules/31-persist.yaml \
	%D%/rules/40-boot.yaml \
	%D%/rules/50-network.yaml \
	%D%/rules/60-agents.yaml \
	%D%/rules/61-repositories.yaml \
	%D%/rules/62-tools.yaml \
	%D%/rules/70-cloud-init.yaml \
	%D%/rules/80-time.yaml \
	%D%/rules/90-first-boot.yaml \
	$(NULL)

dist_pkgdata_DATA += %D%/engines.yaml
dist_pkgdata_SCRIPTS = %D%/qemu-tcg

EXTRA_DIST += %D%/virtio-win/README
