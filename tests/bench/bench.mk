# Ours beside its peers. README.md says what is measured; a bench never fails the build.

PACKAGES_BENCH := g++ libicu-dev libunistring-dev xz-utils
SHARED_DATA ?= ../shared/data
BENCH_MB    ?= 32
BENCH_RUNS  ?= 3

BENCH := $(BUILD)/bench
BENCH_OBJECTS := $(patsubst tests/bench/%,$(BENCH)/%.o,$(basename $(sort $(wildcard tests/bench/*.c tests/bench/*.cc))))
BENCH_FLAGS = $(filter-out -DENT_BUILD,$(CORE_FLAGS)) -Itests/bench

$(BUILD)/.have-bench: tests/bench/bench.mk $(BUILD)/.have-build
	$(call need,$(PACKAGES_BENCH))
	@mkdir -p $(@D) && touch $@

$(BENCH)/%.o: tests/bench/%.c | $(BUILD)/.have-bench
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(BENCH_FLAGS) -MMD -MP -c $< -o $@

$(BENCH)/%.o: tests/bench/%.cc | $(BUILD)/.have-bench
	@mkdir -p $(@D)
	@echo '  c++ $<'
	@$(CXX) $(patsubst -std=c11,-std=c++17,$(BENCH_FLAGS)) -MMD -MP -c $< -o $@

$(BENCH)/bench_text: $(BENCH_OBJECTS) $(BUILD)/lib/libentente.a
	@echo '  ld $@'
	@$(CXX) $(LINK) $^ -o $@ $(LDFLAGS) -licuuc -lunistring $(TEXT_LIBS) $(SECCOMP_LIBS)

# The shared texts that are there, unpacked once.
BENCH_SETS := English=ungdc Vietnamese=vi-wiki Chinese=zh-chinaxiv Thai=th-thaigov
bench_archive = $(SHARED_DATA)/$(word 2,$(subst =, ,$(1))).tar.xz
BENCH_HAVE := $(foreach s,$(BENCH_SETS),$(if $(wildcard $(call bench_archive,$(s))),$(s)))
BENCH_UNPACKED := $(foreach s,$(BENCH_HAVE),$(BENCH)/data/$(word 2,$(subst =, ,$(s))))

$(BENCH)/data/%: $(SHARED_DATA)/%.tar.xz | $(BUILD)/.have-bench
	@rm -rf $@ $@.new && mkdir -p $@.new
	@echo '  unpack $<'
	@tar -xJf $< -C $@.new && mv $@.new/$* $@ && rmdir $@.new && touch $@

.PHONY: bench bench-text
bench: bench-text ## every bench
bench-text: $(BENCH)/bench_text $(BENCH_UNPACKED) ## normal forms and words beside ICU, utf8proc, libunistring
	@$< -m $(BENCH_MB) -r $(BENCH_RUNS) -o $(BENCH)/text.tsv -n "$$($(CC) --version | head -n 1) $(CFLAGS)" \
	  -s tests/data/sources $(subst =,=$(BENCH)/data/,$(BENCH_HAVE)) || echo "bench-text: not complete" >&2

# tests/spec/bench_spec.lua runs it on a little text.
spec spec-asan: $(BENCH)/bench_text
