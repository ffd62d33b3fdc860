# Random operations on a corpus; processes and threads at once; documents and files at the edge of what is possible.
# fault.mk makes the programs. `make check-model` is the quick part, which make test runs.

TESTS      += check-model
TESTS_ASAN += check-model

.PHONY: check-model fault-model fault-concurrency fault-boundaries tsan test-tsan
check-model: $(FAULT)/fault_model $(FAULT)/fault_concurrency ## random operations, readers beside a writer, edges: the quick part
	@failed=0; for t in 'fault_model 1000' 'fault_concurrency 3'; do echo "# $$t"; $(FAULT)/$$t || failed=1; done; exit $$failed

fault-model: $(FAULT)/fault_model ## 10,000 rounds of random operations on corpora
	@$< 10000

fault-concurrency: $(FAULT)/fault_concurrency ## four readers beside a writer for 30 s, threads that read one snapshot
	@$< 30

.SECONDARY: $(FAULT_OBJECTS)

TSAN_TESTS = $(BUILD)/tests/test_batch $(FAULT)/fault_concurrency
tsan: ## what runs in threads, under ThreadSanitizer
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-tsan SANITIZE=thread CFLAGS="-O1 -g" test-tsan
test-tsan: $(TSAN_TESTS)
	@CMOCKA_MESSAGE_OUTPUT=TAP TSAN_OPTIONS=exitcode=66 $(BUILD)/tests/test_batch
	@TSAN_OPTIONS=exitcode=66 $(FAULT)/fault_concurrency threads
