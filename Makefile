# xend and xm. `make demo` and `make test` do all the set-up themselves.

PUBLISH := artifacts/publish
UNIT_TESTS := Sxp.Tests XmlRpc.Tests XenStore.Tests Linux.Interop.Tests LibXc.Interop.Tests Rfb.Tests Xend.Tests Xm.Tests Architecture.Tests

PREFIX ?= /usr
SYSCONFDIR ?= /etc
# Where systemd looks, whatever the prefix. Not /lib: that is a link where /usr is merged, and a tree cannot be copied over a link.
UNITDIR ?= /usr/lib/systemd/system
DESTDIR ?=

.PHONY: all build prerequisites install test test-packages unit-test mutants format check-format bench clean

all: build

# A C linker and zlib for NativeAOT.
prerequisites:
	@build/install-packages.sh build gcc zlib1g-dev

# The two programs as native binaries.
build: prerequisites
	@for project in Xend Xm; do \
	  dotnet publish src/$$project -c Release -r linux-x64 -p:NativeAot=true -p:DebugType=none -o $(PUBLISH) --nologo -v quiet || exit 1; \
	done
	@ls -l $(PUBLISH)/xend $(PUBLISH)/xm

# Existing configuration is never overwritten.
install:
	@test -x $(PUBLISH)/xend -a -x $(PUBLISH)/xm || { echo 'install: run "make build" first' >&2; exit 1; }
	install -D -m 755 $(PUBLISH)/xend $(DESTDIR)$(PREFIX)/sbin/xend
	install -D -m 755 $(PUBLISH)/xm $(DESTDIR)$(PREFIX)/sbin/xm
	test -e $(DESTDIR)$(SYSCONFDIR)/xen/xend-config.sxp || install -D -m 644 config/xend-config.sxp $(DESTDIR)$(SYSCONFDIR)/xen/xend-config.sxp
	for script in config/scripts/*; do \
	  installed=$(DESTDIR)$(SYSCONFDIR)/xen/scripts/$$(basename $$script); \
	  test -e $$installed || install -D -m 755 $$script $$installed || exit 1; \
	done
	for unit in xend xend-guests xend-autostart; do \
	  install -D -m 644 config/systemd/$$unit.service $(DESTDIR)$(UNITDIR)/$$unit.service || exit 1; \
	  sed -i 's#/usr/sbin/#$(PREFIX)/sbin/#' $(DESTDIR)$(UNITDIR)/$$unit.service || exit 1; \
	done
	for program in xend xm; do \
	  install -D -m 644 config/completion/$$program $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$program; \
	  install -D -m 644 docs/man/$$program.1 $(DESTDIR)$(PREFIX)/share/man/man1/$$program.1; \
	done
	install -D -m 644 docs/man/xmdomain.cfg.5 $(DESTDIR)$(PREFIX)/share/man/man5/xmdomain.cfg.5
	for example in config/examples/*; do \
	  install -D -m 644 $$example $(DESTDIR)$(PREFIX)/share/doc/xend/examples/$$(basename $$example); \
	done

# One layout for all of the code: CSharpier, at the version that .config/dotnet-tools.json names.
format:
	@dotnet tool restore >/dev/null && dotnet csharpier format .

check-format:
	@dotnet tool restore >/dev/null && dotnet csharpier check . || { echo 'The layout above is not that of CSharpier: make format' >&2; exit 1; }

# Fast: no Xen, no root.
unit-test: check-format test-packages
	@build/run-tests.sh $(addprefix tests/,$(UNIT_TESTS))

# Everything, the emulated hosts included; ends with the totals. Their image, where none is cached, is made beside the build.
test: check-format test-packages prerequisites
	@$(LAB)/install-prerequisites.sh
	@$(MAKE) --no-print-directory --jobs=2 lab-image lab-tree
	@XEN_LAB_PUBLISH="$(LAB_TREE)" build/run-tests.sh $(addprefix tests/,$(UNIT_TESTS)) tests/Lab

# Whether the sweeps of Xend.Tests see it when the undo of a step is lost: each in turn, or those that STEPS names. A few minutes.
mutants:
	@dotnet build tests/Mutants --nologo -v quiet
	@dotnet artifacts/bin/Mutants/debug/Mutants.dll $(STEPS)

test-packages:
	@build/install-packages.sh tests gcc libc6-dev libxen-dev libxenmisc4.17 python3

# xm and xend against xl, on the emulated host, in one run.
bench: lab-tree
	@$(LAB)/with-host.sh --publish "$(LAB_TREE)" -- tests/Benchmarks/run.sh

clean:
	rm -rf artifacts

include tests/Lab/lab.mk
