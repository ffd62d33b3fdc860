# Ours beside its peers. README.md says what is measured; a bench never fails the build.

PACKAGES_BENCH := g++ libicu-dev libunistring-dev xz-utils libsqlite3-dev libxapian-dev
# Of bench-index alone, which does without when they cannot be installed.
PACKAGES_BENCH_JAVA := default-jdk-headless liblucene8-java
SHARED_DATA ?= ../shared/data
BENCH_INDEX_MB := $(or $(BENCH_MB),40)
BENCH_MB    ?= 32
BENCH_RUNS  ?= 3
SCALE_GB    ?= 1 10

BENCH := $(BUILD)/bench
bench_objects = $(patsubst %,$(BENCH)/%.o,$(1))
BENCH_TEXT  := bench_text bench_ours bench_icu bench_icu_utf8 bench_others bench_check bench_data bench_table
BENCH_INDEX := bench_index bench_index_run bench_index_ours bench_index_fts5 bench_index_xapian bench_queries \
               bench_child bench_disk bench_generate bench_data bench_table
BENCH_SCALE := bench_scale bench_child bench_disk bench_generate bench_table
BENCH_FLAGS = $(filter-out -DENT_BUILD,$(CORE_FLAGS)) -Itests/bench
# A library that is not there is a peer that is left out.
bench_has = $(shell pkg-config --exists $(1) 2>/dev/null && echo $(2))
BENCH_HAVE_FLAGS = $(call bench_has,sqlite3,-DHAVE_SQLITE) $(call bench_has,xapian-core,-DHAVE_XAPIAN)

$(BUILD)/.have-bench: tests/bench/bench.mk $(BUILD)/.have-build
	$(call need,$(PACKAGES_BENCH))
	@mkdir -p $(@D) && touch $@

$(BUILD)/.have-bench-java: tests/bench/bench.mk $(BUILD)/.have-bench
	-$(call need,$(PACKAGES_BENCH_JAVA))
	@touch $@

$(BENCH)/%.o: tests/bench/%.c | $(BUILD)/.have-bench
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(BENCH_FLAGS) $(BENCH_HAVE_FLAGS) -MMD -MP -c $< -o $@

$(BENCH)/%.o: tests/bench/%.cc | $(BUILD)/.have-bench
	@mkdir -p $(@D)
	@echo '  c++ $<'
	@$(CXX) $(patsubst -std=c11,-std=c++17,$(BENCH_FLAGS)) $(BENCH_HAVE_FLAGS) -MMD -MP -c $< -o $@

$(BENCH)/bench_text: $(call bench_objects,$(BENCH_TEXT)) $(BUILD)/lib/libentente.a
	@echo '  ld $@'
	@$(CXX) $(LINK) $^ -o $@ $(LDFLAGS) -licuuc -lunistring $(TEXT_LIBS) $(SECCOMP_LIBS)

$(BENCH)/bench_index: $(call bench_objects,$(BENCH_INDEX)) $(BUILD)/lib/libentente.a
	@echo '  ld $@'
	@$(CXX) $(LINK) $^ -o $@ $(LDFLAGS) $(call bench_has,sqlite3,-lsqlite3) $(call bench_has,xapian-core,-lxapian) $(TEXT_LIBS) $(SECCOMP_LIBS)

$(BENCH)/bench_scale: $(call bench_objects,$(BENCH_SCALE)) $(BUILD)/lib/libentente.a
	@echo '  ld $@'
	@$(CXX) $(LINK) $^ -o $@ $(LDFLAGS) $(TEXT_LIBS) $(SECCOMP_LIBS)

# Where Java and Lucene are, one file says the class path; else there is none.
LUCENE_JARS = /usr/share/java/lucene-core-8*.jar /usr/share/java/lucene-analyzers-common-8*.jar
.PHONY: bench-lucene
bench-lucene: tests/bench/BenchLucene.java | $(BUILD)/.have-bench-java
	@mkdir -p $(BENCH)/lucene && rm -f $(BENCH)/lucene/classpath
	@jars=$$(ls $(LUCENE_JARS) 2>/dev/null | tr '\n' ':'); \
	if [ -n "$$jars" ] && command -v java >/dev/null && command -v javac >/dev/null && javac -cp "$$jars" -d $(BENCH)/lucene $<; then \
	  echo "$${jars}$(BENCH)/lucene" >$(BENCH)/lucene/classpath; fi

# The shared texts that are there, unpacked once.
BENCH_SETS := English=ungdc Vietnamese=vi-wiki Chinese=zh-chinaxiv Thai=th-thaigov
bench_archive = $(SHARED_DATA)/$(word 2,$(subst =, ,$(1))).tar.xz
BENCH_HAVE := $(foreach s,$(BENCH_SETS),$(if $(wildcard $(call bench_archive,$(s))),$(s)))
bench_unpacked = $(foreach s,$(1),$(BENCH)/data/$(word 2,$(subst =, ,$(s))))
BENCH_ENGLISH := $(filter English=%,$(BENCH_HAVE))

$(BENCH)/data/%: $(SHARED_DATA)/%.tar.xz | $(BUILD)/.have-bench
	@rm -rf $@ $@.new && mkdir -p $@.new
	@echo '  unpack $<'
	@tar -xJf $< -C $@.new && mv $@.new/$* $@ && rmdir $@.new && touch $@

BENCH_NOTE = $$($(CC) --version | head -n 1) $(CFLAGS)

.PHONY: bench bench-text bench-index bench-scale
bench: bench-text bench-index ## every bench
bench-text: $(BENCH)/bench_text $(call bench_unpacked,$(BENCH_HAVE)) ## normal forms and words beside ICU, utf8proc, libunistring
	@$< -m $(BENCH_MB) -r $(BENCH_RUNS) -o $(BENCH)/text.tsv -n "$(BENCH_NOTE)" \
	  -s tests/data/sources $(subst =,=$(BENCH)/data/,$(BENCH_HAVE)) || echo "bench-text: not complete" >&2

bench-index: $(BENCH)/bench_index bench-lucene $(call bench_unpacked,$(BENCH_ENGLISH)) ## a corpus built and asked beside SQLite FTS5, Xapian, Lucene
	@$< -m $(BENCH_INDEX_MB) -r $(BENCH_RUNS) -o $(BENCH)/index.tsv -n "$(BENCH_NOTE)" -d $(BENCH)/index \
	  -j "$$(cat $(BENCH)/lucene/classpath 2>/dev/null)" $(subst =,=$(BENCH)/data/,$(BENCH_ENGLISH)) || echo "bench-index: not complete" >&2

bench-scale: $(BENCH)/bench_scale ## SCALE_GB (1 10) gigabytes of generated text into a corpus each, with 256 MiB of memory
	@$< -d $(BENCH)/scale $(SCALE_GB) || echo "bench-scale: not complete" >&2

# tests/spec/bench_spec.lua runs them on a little text.
spec spec-asan: $(BENCH)/bench_text $(BENCH)/bench_index $(BENCH)/bench_scale
