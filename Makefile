# loya: make, make check, make demo, make install.  See README.
# make deps      installs the build packages (Debian; needs root)
# make deps-doors  what the tests of front doors start, where it is there
# make deps-faults  what make fuzz, torture and valgrind need
# make DEV=1     warnings are errors     make SAN=address,undefined check

VERSION	= 0.1
PREFIX	= /usr/local
SBINDIR	= $(PREFIX)/sbin
BINDIR	= $(PREFIX)/bin
MANDIR	= $(PREFIX)/share/man
DATADIR	= $(PREFIX)/share/loya

PACKAGES = gcc libc6-dev make pkg-config libsqlite3-dev libsodium-dev nettle-dev \
	libjansson-dev libmicrohttpd-dev libgnutls28-dev libexpat1-dev \
	libcurl4-gnutls-dev sqlite3 curl openssl perl mandoc tzdata
# Without these, tests that need them are skipped.
PACKAGES_CHECK = libio-socket-ssl-perl

# What make fuzz, make torture and make valgrind need.
FAULTS	= clang libclang-rt-dev llvm strace valgrind

# Each has a test, t/026* or t/0806, that skips where it is not installed.
DOORS	= openbsd-inetd stunnel4 nginx systemd ucspi-tcp socat webhook

# `make deps demo` installs first and looks for libraries afterwards, also
# with -j: everything else is made by a second make.
ifneq (,$(filter deps,$(MAKECMDGOALS)))

.PHONY: deps $(filter-out deps,$(MAKECMDGOALS))
deps:
	@echo "installing with apt-get: $(PACKAGES) $(PACKAGES_CHECK)"
	@test "$$(id -u)" = 0 || { echo "make deps: needs root" >&2; exit 1; }
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
	    --no-install-recommends $(PACKAGES) $(PACKAGES_CHECK)

$(filter-out deps,$(MAKECMDGOALS)): deps
	+$(MAKE) $@

else

CC	= gcc
AR	= gcc-ar
B	= build$(if $(SAN),-$(subst $(comma),-,$(SAN)))
comma	= ,
CFLAGS	= -O2 -g
WARN	= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wundef
ifdef DEV
WARN	+= -Werror
endif
ifdef SAN
CFLAGS	= -O1 -g -fsanitize=$(SAN) -fno-omit-frame-pointer \
	-fno-sanitize-recover=all
endif
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DLOYA_VERSION='"$(VERSION)"' -I. -I$(B) \
	$(WARN) $(CFLAGS) $(shell pkg-config --cflags $(PKGS))

PKGS	= sqlite3 libsodium nettle jansson expat libmicrohttpd gnutls libcurl
LIBS_store != pkg-config --libs sqlite3 libsodium nettle
LIBS_conf != pkg-config --libs jansson expat
LIBS_http != pkg-config --libs libmicrohttpd gnutls
LIBS_curl != pkg-config --libs libcurl
LIBS_load = -ldl -lpthread
LIBS_loya-recv	= $(LIBS_store) $(LIBS_conf) $(LIBS_http) -lpthread
LIBS_loya-apply	= $(LIBS_store) $(LIBS_conf) -lpthread
LIBS_loya-audit	= $(LIBS_store) $(LIBS_conf) -lpthread
LIBS_loya-token	= $(LIBS_store) $(LIBS_conf) $(LIBS_load)
LIBS_loya-pull	= $(LIBS_store) $(LIBS_conf) $(LIBS_load)
LIBS_loya-push	= $(LIBS_store) $(LIBS_conf) $(LIBS_load)
LIBS_unit	= $(LIBS_loya-recv) $(LIBS_load)

SBIN	= loya-recv
BIN	= loya-apply loya-audit loya-pull loya-push loya-token
LOADS	= loya-pull loya-push loya-token
SRCS	= $(wildcard common/*.c)
OBJS	= $(SRCS:%.c=$(B)/%.o)
HDRS	= $(wildcard common/*.h)
UNITS	= $(patsubst t/unit/%.c,$(B)/t/%,$(wildcard t/unit/*.c))
DATA	= $(wildcard common/schema/*.sql common/profiles/*.json)

.PHONY: all check check-unit interop demo install lint clean bench unit dist
.SECONDARY:
all: $(SBIN:%=$(B)/%) $(BIN:%=$(B)/%)

$(B)/%: $(B)/cmd/%.o $(B)/libloya.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_$*)

$(B)/libloya.a: $(OBJS)
	@rm -f $@
	$(AR) rcs $@ $(OBJS)

# Every object depends on every header: one line, never stale.
$(B)/%.o: %.c $(HDRS) $(B)/data.inc Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Schema and profiles become C strings: { "name", "text" }, one an entry.
$(B)/data.inc: $(DATA) Makefile
	@mkdir -p $(B)
	for f in $(DATA); do \
		printf '{ "%s",\n' "$${f#common/}"; \
		sed 's/[\\"]/\\&/g; s/^/"/; s/$$/\\n"/' $$f; \
		printf '},\n'; \
	done >$@.tmp
	mv $@.tmp $@

# libcurl is not linked but loaded (common/httpc_lib.h), by the name that
# linking would have written.
$(B)/curl.inc: Makefile
	@mkdir -p $(B)
	echo 'int x;' | $(CC) -shared -fPIC -Wl,--no-as-needed -o $@.so \
	    -x c - $(LIBS_curl)
	readelf -d $@.so | sed -n 's/.*(NEEDED).*\[\(libcurl.*\)\]/\1/p' | \
	    sed 's/.*/#define HTTPC_SONAME "&"/' >$@.tmp
	@test -s $@.tmp || { echo "make: there is no libcurl.so" >&2; exit 1; }
	mv $@.tmp $@
$(B)/common/httpc_lib.o $(B)/common/httpc_note.o: $(B)/curl.inc
$(B)/common/httpc_note.o: common/httpc_note.S
	@mkdir -p $(@D)
	$(CC) -I$(B) -c -o $@ $<
$(LOADS:%=$(B)/%): $(B)/common/httpc_note.o

$(B)/t/%: t/unit/%.c t/unit/tap.h $(B)/libloya.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libloya.a $(LIBS_unit)

# A sanitizer's runtime wants to be loaded first: no preloading then.
$(B)/t/killat.so: t/helper/killat.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -shared -fPIC -o $@ $< -ldl

$(B)/t/sweep $(B)/t/tamper: $(B)/t/%: t/helper/%.c $(B)/libloya.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libloya.a $(LIBS_unit)

# What the tests ask and sign with: nothing of it is under test.
$(B)/t/http $(B)/t/sign: $(B)/t/%: t/helper/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -o $@ $< -lsodium

# The fuzz targets, as programs that run the files they are given; `make fuzz`
# links them with libFuzzer instead.
FUZZERS	= $(patsubst t/fuzz/%.c,$(B)/fuzz/%,$(wildcard t/fuzz/*.c))
FUZZ	= -DFUZZ_MAIN
$(B)/fuzz/%: t/fuzz/%.c t/fuzz/fuzz.h t/unit/jsondiff.h $(B)/libloya.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(FUZZ) $(LDFLAGS) -o $@ $< $(B)/libloya.a \
	    $(LIBS_unit)

.PHONY: fuzzers fuzz
fuzzers: $(FUZZERS)

HELPERS	= $(B)/t/sweep $(B)/t/http $(B)/t/sign $(B)/t/tamper \
	$(if $(SAN),,$(B)/t/killat.so)
unit: $(UNITS) $(FUZZERS) $(HELPERS)

# Some tests wait most of their time, so there are more of them at once than
# two cores can do.
JOBS	= 4
check: check-unit
check-unit: all unit
	BUILD=$(CURDIR)/$(B) prove -fo -j$(JOBS) -e '' $(UNITS)
check:
	BUILD=$(CURDIR)/$(B) TMPDIR=$$(sh t/where.sh) \
	    prove -fo -j$(JOBS) -e sh t/*.t

# make fuzz TIME=10 TARGET="http json": seconds for each, and only these
fuzz:
	+$(MAKE) B=build-fuzz CC=clang FUZZ=-fsanitize=fuzzer CFLAGS="-O1 -g \
	    -fno-omit-frame-pointer -fno-sanitize-recover=all \
	    -fsanitize=fuzzer-no-link,address,undefined" fuzzers
	BUILD=build-fuzz sh t/fuzz/run.sh $(or $(TIME),600) $(TARGET)

# What no test ran, line by line; COVERAGE=check-unit takes the unit tests alone.
.PHONY: coverage
coverage:
	+$(MAKE) B=build-coverage CFLAGS="-O0 -g --coverage" \
	    LDFLAGS=--coverage all unit
	find build-coverage -name '*.gcda' -exec rm {} +
	+-$(MAKE) B=build-coverage CFLAGS="-O0 -g --coverage" \
	    LDFLAGS=--coverage $(or $(COVERAGE),check)
	sh t/coverage.sh build-coverage

# make torture TIME=60: about so many seconds
.PHONY: torture
torture: all unit
	BUILD=$(CURDIR)/$(B) sh t/torture/run.sh $(or $(TIME),900)

# Each program and verb under valgrind.
.PHONY: valgrind
valgrind: all unit
	BUILD=$(CURDIR)/$(B) prove -e sh t/torture/valgrind.t

# Against clients and servers that others wrote; needs node and npm.
interop: all
	BUILD=$(CURDIR)/$(B) sh t/interop/run.sh

# make bench BENCH="receive apply.new": only these lines; BENCH=none lists them
bench: all $(patsubst t/%.c,$(B)/t/%,$(wildcard t/bench/*.c))
	BUILD=$(CURDIR)/$(B) sh t/bench/bench.sh $(BENCH_FLAGS) $(BENCH)

# It must load what loya-recv loads.
$(B)/t/bench/keep: LDFLAGS += -Wl,--no-as-needed
$(B)/t/bench/keep: LIBS_curl =
$(B)/t/bench/%: t/bench/%.c t/bench/body.h t/bench/request.h $(B)/libloya.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libloya.a \
	    $(LIBS_unit) $(LIBS_curl)

demo: all
	BUILD=$(CURDIR)/$(B) sh t/demo.sh

# Into folders of packages: DESTDIR=/tmp/pkg PREFIX=/usr
install: all
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR) \
	    $(DESTDIR)$(DATADIR)/profiles $(DESTDIR)$(DATADIR)/examples
	install -m 755 $(SBIN:%=$(B)/%) $(DESTDIR)$(SBINDIR)
	install -m 755 $(BIN:%=$(B)/%) $(DESTDIR)$(BINDIR)
	install -m 644 common/profiles/*.json $(DESTDIR)$(DATADIR)/profiles
	for f in man/examples/* man/*.[1-8]; do \
		case $$f in \
		man/examples/*) to=$(DESTDIR)$(DATADIR)/examples ;; \
		*) to=$(DESTDIR)$(MANDIR)/man$${f##*.} ;; \
		esac; \
		install -d $$to && sed 's|/usr/local|$(PREFIX)|g' $$f \
		    >$$to/$${f##*/} && chmod 644 $$to/$${f##*/} || exit; \
	done

# None of these servers is to run because of us: policy-rc.d says so to their
# packages while they are unpacked.
.PHONY: deps-doors deps-faults
deps-doors deps-faults:
	@test "$$(id -u)" = 0 || { echo "make $@: needs root" >&2; exit 1; }
	apt-get update -q
	p=/usr/sbin/policy-rc.d; \
	[ -e $$p ] || { trap "rm -f $$p" EXIT; \
	    printf '#!/bin/sh\nexit 101\n' >$$p && chmod 755 $$p; }; \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
	    --no-install-recommends \
	    $(if $(filter deps-doors,$@),$(DOORS),$(FAULTS))

lint: export LINT_CFLAGS = $(ALL_CFLAGS)
lint: $(B)/data.inc $(B)/curl.inc
	CC="$(CC)" BUILD=$(B) sh t/lint.sh

dist:
	git archive --prefix=loya-$(VERSION)/ -o loya-$(VERSION).tar.gz HEAD

clean:
	rm -rf build build-*

endif
