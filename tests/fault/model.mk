# Random operations on a corpus; processes and threads at once; documents and files at the edge of what is possible.
# fault.mk makes the programs. `make check-model` is the quick part, which make test runs.

TESTS      += check-model
TESTS_ASAN += check-model

.PHONY: check-model fault-model fault-concurrency fault-boundaries fault-narrow tsan test-tsan
MODEL_QUICK := 'fault_model 1000' 'fault_concurrency 3' 'fault_boundaries 10' 'fault_narrow 0 4100'
# Where the compiler makes programs for 32 bits, too.
CAN_NARROW := $(if $(SANITIZE),,$(shell echo 'int main(void) { return 0; }' | $(CC) -m32 -xc - -o /dev/null 2>/dev/null && echo yes))

check-model: $(FAULT_PROGRAMS) $(if $(CAN_NARROW),$(FAULT)/narrow) ## random operations, readers beside a writer, edges: the quick part
	@failed=0; for t in $(MODEL_QUICK) $(if $(CAN_NARROW),'narrow 0 4100'); do echo "# $$t"; $(FAULT)/$$t || failed=1; done; exit $$failed

fault-model: $(FAULT)/fault_model ## 10,000 rounds of random operations on corpora
	@$< 10000

fault-concurrency: $(FAULT)/fault_concurrency ## four readers beside a writer for 30 s, threads that read one snapshot
	@$< 30

.SECONDARY: $(FAULT_OBJECTS)

fault-boundaries: $(FAULT)/fault_boundaries $(FAULT)/fault_narrow ## documents of 100 MB, files beyond 4 GiB
	@$< 100 && $(FAULT)/fault_narrow

# The rooms that need no library, for 32 bits.
NARROW_SOURCES := $(sort $(wildcard core/src/base/*.c core/src/store/*.c)) tests/fault/scratch.c
$(FAULT)/narrow: tests/fault/fault_narrow.c $(NARROW_SOURCES) | $(BUILD)/.have-test
	@mkdir -p $(@D)
	@echo '  cc $< (32 bits)'
	@$(CC) -m32 $(FAULT_FLAGS) $(filter %.c,$^) -o $@ -lpthread

fault-narrow: $(FAULT)/narrow ## what a build for 32 bits makes of large files; wants gcc-multilib
	@$<

TSAN_TESTS = $(BUILD)/tests/test_batch $(FAULT)/fault_concurrency
# It knows no fences, of which the compiler warns; the one there is orders what a signal handler writes.
tsan: ## what runs in threads, under ThreadSanitizer
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-tsan SANITIZE=thread CFLAGS="-O1 -g -Wno-tsan" test-tsan
test-tsan: $(TSAN_TESTS)
	@CMOCKA_MESSAGE_OUTPUT=TAP TSAN_OPTIONS=exitcode=66 $(BUILD)/tests/test_batch
	@TSAN_OPTIONS=exitcode=66 $(FAULT)/fault_concurrency threads
