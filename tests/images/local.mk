# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += \
	tests/images/README \
	tests/images/boot-image \
	tests/images/lib/disk.sh \
	tests/images/lib/guest.sh \
	tests/images/lib/recipe.sh \
	tests/images/lib/rootfs.sh \
	tests/images/make-image \
	tests/images/packages.txt \
	tests/images/recipes/debian12-ec2.recipe \
	$(NULL)
