# entente: content analysis for Lua.  make help lists the targets.
#
# Everything is built into build/; nothing else in the tree changes. What a target needs of the system it
# installs itself with apt-get (see `need`), and only what is missing.

PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
CC      ?= cc
CFLAGS  ?= -O2 -g
LUA     ?= lua5.4
LUAS    ?= 5.4 5.3

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# ---- what the system must have -------------------------------------------------------------------------

PACKAGES_BUILD := gcc libc6-dev pkg-config liblua5.4-dev liblua5.3-dev libutf8proc-dev libstemmer-dev \
                  libxxhash-dev libseccomp-dev lua5.4 lua-dkjson lua-argparse lua-yaml lua-expat
PACKAGES_RUN   := pandoc poppler-utils unzip
PACKAGES_TEST  := lua-busted lua5.3 luajit lua-check unicode-data bzip2 libcmocka-dev procps zip libicu-dev

# $(call need,packages): installs those that are missing. Root does it itself, others through sudo without
# a prompt; who can do neither is told the one line to run.
define need
@missing=; for p in $(1); do \
  dpkg-query -W -f='$${db:Status-Status}\n' $$p 2>/dev/null | grep -qx installed || missing="$$missing $$p"; done; \
if [ -z "$$missing" ]; then exit 0; fi; \
if ! command -v apt-get >/dev/null; then echo "entente: no apt-get here; install by hand what$$missing stand for" >&2; exit 0; fi; \
if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; else \
  echo "entente: run this once, then make again: sudo apt-get install -y$$missing" >&2; exit 2; fi; \
echo "entente: installing$$missing"; \
log=$$(mktemp); \
if ! { $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing || \
  { $$as apt-get update && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; }; } \
  >$$log 2>&1 </dev/null; then tail -5 $$log >&2; rm -f $$log; exit 2; fi; rm -f $$log
endef

$(BUILD)/.have-build: Makefile
	$(call need,$(PACKAGES_BUILD))
	@mkdir -p $(@D) && touch $@

$(BUILD)/.have-run: Makefile $(BUILD)/.have-build
	$(call need,$(PACKAGES_RUN))
	@mkdir -p $(@D) && touch $@

$(BUILD)/.have-test: Makefile $(BUILD)/.have-run
	$(call need,$(PACKAGES_TEST))
	@mkdir -p $(@D) && touch $@

# ---- the core and its doors ----------------------------------------------------------------------------

WARN := -std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror
HARD := -fPIC -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2
ifneq ($(SANITIZE),)
HARD := -fPIC -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
LINK := -fsanitize=$(SANITIZE)
endif
CORE_FLAGS = $(WARN) $(HARD) -DENT_BUILD -Icore/include -Icore/src $(CFLAGS) $(CPPFLAGS)
LINK += -Wl,-z,relro,-z,now,-z,noexecstack
TEXT_LIBS := -lutf8proc -lstemmer -lpthread
# A sanitizer's runtime makes system calls of its own: that build does not confine.
SECCOMP_FLAGS = $(if $(SANITIZE),,$(shell pkg-config --exists libseccomp 2>/dev/null && echo -DHAVE_SECCOMP))
SECCOMP_LIBS  = $(shell pkg-config --libs libseccomp 2>/dev/null)

CORE_SOURCES := $(sort $(wildcard core/src/*/*.c))
CORE_OBJECTS := $(CORE_SOURCES:core/src/%.c=$(BUILD)/core/%.o)
SYSTEM_OBJECTS := $(filter $(BUILD)/core/store/file.o $(BUILD)/core/proc/%,$(CORE_OBJECTS))
PURE_OBJECTS := $(filter-out $(BUILD)/core/store/% $(BUILD)/core/corpus/% $(BUILD)/core/proc/%,$(CORE_OBJECTS))
LUA_MODULES := $(foreach v,$(LUAS),$(foreach m,core store system,$(BUILD)/lua/$(v)/entente/$(m).so))

$(BUILD)/core/%.o: core/src/%.c | $(BUILD)/.have-build
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(CORE_FLAGS) $(if $(findstring /proc/,$@),$(SECCOMP_FLAGS)) -MMD -MP -c $< -o $@

$(BUILD)/lib/libentente.a: $(CORE_OBJECTS)
	@mkdir -p $(@D)
	@rm -f $@
	@echo '  ar $@'
	@$(AR) rcs $@ $^

$(BUILD)/lib/libentente.so: $(CORE_OBJECTS)
	@mkdir -p $(@D)
	@echo '  ld $@'
	@$(CC) -shared $(LINK) -Wl,-soname,libentente.so $^ -o $@ $(LDFLAGS) $(TEXT_LIBS) $(SECCOMP_LIBS)

# One set of rules for each Lua. A module never links liblua: its host has it.
define lua_rules
$(BUILD)/bind/$(1)/%.o: core/bind/%.c | $(BUILD)/.have-build
	@mkdir -p $$(@D)
	@echo '  cc $$< ($(1))'
	@$(CC) $$(CORE_FLAGS) -Icore/bind $$(shell pkg-config --cflags lua$(1)) -MMD -MP -c $$< -o $$@

$(BUILD)/lua/$(1)/entente/core.so: $(BUILD)/bind/$(1)/lua_core.o $(BUILD)/bind/$(1)/lua_box.o $(BUILD)/bind/$(1)/lua_index.o \
                                   $(BUILD)/bind/$(1)/lua_source.o $(BUILD)/bind/$(1)/lua_codebook.o \
                                   $(BUILD)/bind/$(1)/lua_filter.o $(PURE_OBJECTS)
	@mkdir -p $$(@D)
	@echo '  ld $$@'
	@$(CC) -shared $(LINK) $$^ -o $$@ $(LDFLAGS) $(TEXT_LIBS)

$(BUILD)/lua/$(1)/entente/store.so: $(BUILD)/bind/$(1)/lua_store.o $(BUILD)/bind/$(1)/lua_corpus.o $(BUILD)/bind/$(1)/lua_box.o \
                                    $(BUILD)/bind/$(1)/lua_source.o $(CORE_OBJECTS)
	@mkdir -p $$(@D)
	@echo '  ld $$@'
	@$(CC) -shared $(LINK) $$^ -o $$@ $(LDFLAGS) $(TEXT_LIBS) $$(SECCOMP_LIBS)

$(BUILD)/lua/$(1)/entente/system.so: $(BUILD)/bind/$(1)/lua_system.o $(SYSTEM_OBJECTS) \
                                     $(filter $(BUILD)/core/base/%,$(CORE_OBJECTS))
	@mkdir -p $$(@D)
	@echo '  ld $$@'
	@$(CC) -shared $(LINK) $$^ -o $$@ $(LDFLAGS) $$(SECCOMP_LIBS)
endef
$(foreach v,$(LUAS),$(eval $(call lua_rules,$(v))))

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- codebooks and plugins -----------------------------------------------------------------------------

ENTENTE   := scripts/bin/entente
LUA_FILES := $(sort $(wildcard core/lua/entente/*.lua))
CODEBOOKS := $(filter-out scripts/codebooks/template.lua,$(sort $(wildcard scripts/codebooks/*.lua)))
CODEBOOK_JSON := $(CODEBOOKS:scripts/codebooks/%.lua=$(BUILD)/codebooks/%.json)

$(BUILD)/codebooks/%.json: scripts/codebooks/%.lua $(LUA_MODULES) $(LUA_FILES) $(ENTENTE)
	@mkdir -p $(@D)
	@echo '  codebook $<'
	@ENTENTE_BUILD=$(BUILD) $(ENTENTE) codebook compile $< -o $@

# A folder that pandoc can use as it is: the filter, the modules for each Lua, the library, the codebooks.
PANDOC := $(BUILD)/plugins/pandoc

$(PANDOC)/.made: plugins/pandoc/entente.lua $(LUA_MODULES) $(LUA_FILES) $(CODEBOOK_JSON)
	@rm -rf $(PANDOC) && mkdir -p $(PANDOC)/entente $(PANDOC)/codebooks
	@cp plugins/pandoc/entente.lua $(PANDOC)/
	@for v in $(LUAS); do mkdir -p $(PANDOC)/clib/$$v/entente && cp $(BUILD)/lua/$$v/entente/core.so $(PANDOC)/clib/$$v/entente/; done
	@cp $(foreach m,init words codebook coder damage pandoc_tree first_page metadata,core/lua/entente/$(m).lua) $(PANDOC)/entente/
	@cp $$($(LUA) -e 'print((package.searchpath("dkjson", package.path)))') $(PANDOC)/dkjson.lua
	@cp $(CODEBOOK_JSON) $(PANDOC)/codebooks/
	@touch $@

.PHONY: all
all: $(BUILD)/lib/libentente.a $(BUILD)/lib/libentente.so $(LUA_MODULES) $(CODEBOOK_JSON) $(PANDOC)/.made ## build everything

# ---- the main job --------------------------------------------------------------------------------------

.PHONY: demo
demo: all $(BUILD)/.have-run ## code the sample papers: prints a table and the report's path
	@mkdir -p $(BUILD)/demo
	@ENTENTE_BUILD=$(BUILD) $(ENTENTE) report tests/data/papers -c china_asean -o $(BUILD)/demo/report.html --table

# ---- install -------------------------------------------------------------------------------------------

SHARE := $(DESTDIR)$(PREFIX)/share/entente

.PHONY: install uninstall
install: all ## install into PREFIX (and DESTDIR)
	@set -e; for v in $(LUAS); do \
	  lib=$(DESTDIR)$(or $(LIBDIR),$(PREFIX)/lib/lua/$$v) lua=$(DESTDIR)$(or $(LUADIR),$(PREFIX)/share/lua/$$v); \
	  install -d $$lib/entente $$lua/entente; \
	  install -m 755 $(BUILD)/lua/$$v/entente/*.so $$lib/entente/; \
	  install -m 644 core/lua/entente/*.lua $$lua/entente/; done
	@install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib $(SHARE)/codebooks $(SHARE)/reports $(SHARE)/plugins
	@install -m 755 $(ENTENTE) $(DESTDIR)$(PREFIX)/bin/entente
	@install -m 644 core/include/entente.h $(DESTDIR)$(PREFIX)/include/
	@install -m 644 $(BUILD)/lib/libentente.a $(DESTDIR)$(PREFIX)/lib/
	@install -m 755 $(BUILD)/lib/libentente.so $(DESTDIR)$(PREFIX)/lib/
	@install -m 644 $(wildcard scripts/codebooks/*.lua) $(CODEBOOK_JSON) $(SHARE)/codebooks/
	@install -m 644 $(wildcard scripts/reports/*) $(SHARE)/reports/
	@rm -rf $(SHARE)/plugins/pandoc && cp -R $(PANDOC) $(SHARE)/plugins/pandoc && rm -f $(SHARE)/plugins/pandoc/.made
	@echo "entente is installed below $(PREFIX)"

uninstall: ## take away what install put there
	@rm -rf $(SHARE) $(DESTDIR)$(PREFIX)/bin/entente $(DESTDIR)$(PREFIX)/include/entente.h $(DESTDIR)$(PREFIX)/lib/libentente.a $(DESTDIR)$(PREFIX)/lib/libentente.so
	@for v in $(LUAS); do rm -rf $(DESTDIR)$(or $(LIBDIR),$(PREFIX)/lib/lua/$$v)/entente $(DESTDIR)$(or $(LUADIR),$(PREFIX)/share/lua/$$v)/entente; done

.PHONY: dist
dist: ## the committed tree as build/entente-COMMIT.tar.gz
	@mkdir -p $(BUILD)
	@name=entente-$$(git rev-parse --short HEAD) && git archive --prefix=$$name/ -o $(BUILD)/$$name.tar.gz HEAD && echo $(BUILD)/$$name.tar.gz

# ---- tests ---------------------------------------------------------------------------------------------

# What make test and make asan run; rooms that bring targets of their own add to them.
TESTS      := check-c conformance spec hosts lint
TESTS_ASAN := check-c conformance spec-asan

C_TESTS := $(patsubst tests/c/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/c/test_*.c)))
TAP := $(BUILD)/tap
UNICODE_DATA ?= /usr/share/unicode
RUN_ENV = ENTENTE_BUILD=$(abspath $(BUILD)) LUA_PATH="$(abspath core/lua)/?.lua;$(abspath core/lua)/?/init.lua;;" \
          LUA_CPATH="$(abspath $(BUILD))/lua/5.4/?.so;;"
BUSTED = $(RUN_ENV) $(RUNNER) $(LUA) /usr/bin/busted -o TAP

$(BUILD)/tests/%: tests/c/%.c $(BUILD)/lib/libentente.a | $(BUILD)/.have-test
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(filter-out -DENT_BUILD,$(CORE_FLAGS)) $(SECCOMP_FLAGS) -MMD -MP $< -o $@ $(LINK) $(BUILD)/lib/libentente.a $(TEXT_LIBS) $(SECCOMP_LIBS) -lcmocka

$(BUILD)/tests/conformance: tests/conformance/conformance.c $(BUILD)/lib/libentente.a | $(BUILD)/.have-test
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(filter-out -DENT_BUILD,$(CORE_FLAGS)) -MMD -MP $< -o $@ $(LINK) $(BUILD)/lib/libentente.a $(TEXT_LIBS)

.PHONY: test check-c spec conformance hosts hosts-pandoc lint
test: all $(BUILD)/.have-test ## run every test
	@sh tests/run.sh $(MAKE) BUILD=$(BUILD) $(TESTS)

check-c: $(C_TESTS) ## C tests, a program a room
	@failed=0; for t in $^; do echo "# $$t"; CMOCKA_MESSAGE_OUTPUT=TAP $$t || failed=1; done; exit $$failed

conformance: $(BUILD)/tests/conformance ## Unicode's own test files: NAME passed/total
	@$< $(UNICODE_DATA)

spec: all $(BUILD)/.have-test ## Lua specs
	@$(BUSTED) tests/spec

hosts: hosts-pandoc ## every host's test
hosts-pandoc: all $(BUILD)/.have-test ## the filter in the real pandoc
	@$(BUSTED) tests/hosts/pandoc_spec.lua

lint: $(BUILD)/.have-test ## arrows between rooms, doc comments, Lua 5.3 and LuaJIT syntax, luacheck, generated tables
	@$(LUA) tests/lint.lua $(UNICODE_DATA)

.PHONY: asan ubsan
asan: all ## the suite under AddressSanitizer and UndefinedBehaviorSanitizer
	@mkdir -p $(BUILD)-asan/codebooks && cp $(CODEBOOK_JSON) $(BUILD)-asan/codebooks/
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-asan SANITIZE=address,undefined CFLAGS="-O1 -g" \
	  RUNNER="env ENTENTE_ASAN=1 ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=$$($(CC) -print-file-name=libasan.so):$$($(CC) -print-file-name=libubsan.so)" \
	  test-asan
ubsan: asan ## the same: both run together
.PHONY: test-asan
test-asan: $(LUA_MODULES) $(C_TESTS) $(BUILD)/tests/conformance $(BUILD)/.have-test
	@sh tests/run.sh $(MAKE) BUILD=$(BUILD) SANITIZE=$(SANITIZE) CFLAGS="$(CFLAGS)" RUNNER="$(RUNNER)" $(TESTS_ASAN)
# Not the specs that start pandoc, pdftotext or iconv: they do not run with a sanitizer's runtime in them.
CONVERTER_SPECS := $(patsubst %,tests/spec/%_spec.lua,command index_command import import_pdf corpus encoding)
.PHONY: spec-asan
spec-asan: $(LUA_MODULES)
	@$(BUSTED) $(filter-out $(CONVERTER_SPECS),$(sort $(wildcard tests/spec/*_spec.lua)))

# Rooms that bring targets of their own.
include $(wildcard tests/*/*.mk plugins/*/*.mk)

.PHONY: clean help
clean: ## remove what was built
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan

help: ## list the targets
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
