# The emulated Xen host. Included by the Makefile of the whole, which knows how to build and install.

LAB := tests/Lab
# What dom0 gets: the tree that `make install` makes.
LAB_TREE ?= $(CURDIR)/artifacts/dom0

.PHONY: lab lab-image lab-tree lab-test lab-probe demo

# The disk image of the host, made once and kept in the user's cache.
lab-image:
	@$(LAB)/install-prerequisites.sh
	@$(LAB)/image/make-image.sh $(XEN_LAB_SUITE)

lab-tree: build
	@rm -rf "$(LAB_TREE)"
	@$(MAKE) --no-print-directory install DESTDIR="$(LAB_TREE)"

# dom0's shell with the build installed.
lab: lab-tree
	@$(LAB)/with-host.sh --publish "$(LAB_TREE)" -- $(LAB)/shell.sh

# A guest created by xm in front of your eyes. BATCH=1: a transcript, and no prompt.
demo: lab-tree
	@BATCH="$(BATCH)" $(LAB)/with-host.sh --publish "$(LAB_TREE)" -- $(LAB)/demo.sh

# The tests on the emulated host. FILTER="FullyQualifiedName~…" runs some of them. Said with it: what a test prints, such as the seed of a sweep.
lab-test: lab-tree
	XEN_LAB_PUBLISH="$(LAB_TREE)" dotnet test $(LAB) --logger "console;verbosity=detailed" $(if $(FILTER),--filter "$(FILTER)")

# How reliable the emulated host is: guests by xl and by xm in turn beside programs with known results. PROBE_MINUTES, PROBE_KINDS.
lab-probe: lab-tree
	@$(LAB)/with-host.sh --publish "$(LAB_TREE)" -- $(LAB)/probe/probe.sh
