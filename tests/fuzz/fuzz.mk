# Fuzz targets. `make fuzz` needs clang and libFuzzer and writes what it finds into build/fuzz/; the corpora in
# tests/fuzz/corpus are only read. `make fuzz-replay`, a part of make test, runs them with any compiler.

FUZZ         := $(BUILD)/fuzz
FUZZ_TARGETS := decode normal words sentences index pattern given segment merge postings corpus
FUZZ_SECONDS ?= 60
FUZZ_CC      ?= clang-14
FUZZ_FLAGS   := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -D_FORTIFY_SOURCE=0
FUZZ_SOURCES  = $(filter-out core/src/proc/%,$(CORE_SOURCES))
FUZZ_HEADERS := $(wildcard tests/fuzz/*.h tests/diff/*.h tests/c/*.h)
FUZZ_INCLUDE := -Icore/include -Icore/src

TESTS      += fuzz-replay
TESTS_ASAN += fuzz-replay

$(BUILD)/.have-fuzz: tests/fuzz/fuzz.mk $(BUILD)/.have-icu
	$(call need,clang-14 libclang-rt-14-dev)
	@touch $@

# ---- replay ----

$(FUZZ)/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c tests/diff/icu.c $(FUZZ_HEADERS) $(BUILD)/lib/libentente.a | $(BUILD)/.have-icu
	@mkdir -p $(@D)
	@echo '  cc $< (replay)'
	@$(CC) $(filter-out -DENT_BUILD,$(CORE_FLAGS)) $(filter %.c,$^) -o $@ $(LINK) $(BUILD)/lib/libentente.a $(TEXT_LIBS) -licuuc

.PHONY: fuzz-replay
fuzz-replay: $(FUZZ_TARGETS:%=$(FUZZ)/replay_%)
	@for t in $(FUZZ_TARGETS); do $(FUZZ)/replay_$$t fuzz-$$t tests/fuzz/corpus/$$t/* || exit 1; done

# ---- fuzz ----

$(FUZZ)/core/%.o: core/src/%.c | $(BUILD)/.have-fuzz
	@mkdir -p $(@D)
	@echo '  $(FUZZ_CC) $<'
	@$(FUZZ_CC) $(FUZZ_FLAGS) -std=c11 -fsanitize=fuzzer-no-link,address,undefined $(FUZZ_INCLUDE) -MMD -MP -c $< -o $@

$(FUZZ)/fuzz_%: tests/fuzz/fuzz_%.c tests/diff/icu.c $(FUZZ_HEADERS) $(FUZZ_SOURCES:core/src/%.c=$(FUZZ)/core/%.o)
	@echo '  $(FUZZ_CC) $<'
	@$(FUZZ_CC) $(FUZZ_FLAGS) -std=c11 -fsanitize=fuzzer,address,undefined $(FUZZ_INCLUDE) $(filter %.c %.o,$^) -o $@ $(TEXT_LIBS) -licuuc

.SECONDARY: $(FUZZ_SOURCES:core/src/%.c=$(FUZZ)/core/%.o)

.PHONY: fuzz $(FUZZ_TARGETS:%=fuzz-%)
fuzz: $(FUZZ_TARGETS:%=fuzz-%) ## libFuzzer on each target for FUZZ_SECONDS (60)
$(FUZZ_TARGETS:%=fuzz-%): fuzz-%: $(FUZZ)/fuzz_%
	@mkdir -p $(FUZZ)/grown/$* $(FUZZ)/found
	@$< -max_total_time=$(FUZZ_SECONDS) -max_len=400 -timeout=20 -print_final_stats=1 \
	  -artifact_prefix=$(FUZZ)/found/$*- $(FUZZ)/grown/$* tests/fuzz/corpus/$* >$(FUZZ)/$*.log 2>&1 || \
	  { tail -40 $(FUZZ)/$*.log; echo "fuzz-$*: found something: $(FUZZ)/found/"; exit 1; }
	@echo "fuzz-$*: $$(awk '/number_of_executed_units/ {print $$2}' $(FUZZ)/$*.log) runs, nothing found"

.PHONY: fuzz-plant
fuzz-plant: $(BUILD)/.have-fuzz ## plants bugs in a copy of the core, one by one; each must be found within FUZZ_SECONDS
	@sh tests/fuzz/plant.sh $(MAKE) $(FUZZ)/planted $(FUZZ_SECONDS) $(BUGS)

# ---- other checks ----

VALGRIND_TESTS ?= $(filter-out %/test_proc,$(C_TESTS))
.PHONY: valgrind bench-bomb
valgrind: $(VALGRIND_TESTS) ## memcheck over the C tests (not the one that confines itself); slow
	$(call need,valgrind)
	@for t in $^; do echo "# $$t"; ENTENTE_SLOW=1 CMOCKA_MESSAGE_OUTPUT=TAP valgrind -q --error-exitcode=9 --leak-check=full $$t || exit 1; done

$(FUZZ)/bomb: tests/fuzz/bomb.c $(BUILD)/lib/libentente.a | $(BUILD)/.have-test
	@mkdir -p $(@D)
	@$(CC) $(filter-out -DENT_BUILD,$(CORE_FLAGS)) $< -o $@ $(LINK) $(BUILD)/lib/libentente.a $(TEXT_LIBS)

bench-bomb: $(FUZZ)/bomb ## how long runs of combining marks take, doubled up to 4 MB
	@$<
