# Random operations against a list in memory; processes and threads at once; documents and files at the edge of what is
# possible. README.md says what each program does. `make check-model` is the quick part, which make test runs.

FAULT      := $(BUILD)/fault
MODEL_FLAGS = $(filter-out -DENT_BUILD,$(CORE_FLAGS)) -MMD -MP

TESTS      += check-model
TESTS_ASAN += check-model

MODEL_PROGRAMS := $(FAULT)/fault_model

$(MODEL_PROGRAMS:=.o) $(FAULT)/model_check.o $(FAULT)/scratch.o: $(FAULT)/%.o: tests/fault/%.c | $(BUILD)/.have-test
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(MODEL_FLAGS) -c $< -o $@

$(MODEL_PROGRAMS): %: %.o $(FAULT)/model_check.o $(FAULT)/scratch.o $(BUILD)/lib/libentente.a
	@echo '  ld $@'
	@$(CC) $(filter %.o %.a,$^) -o $@ $(LINK) $(TEXT_LIBS) $(SECCOMP_LIBS)

.PHONY: check-model fault-model
check-model: $(FAULT)/fault_model ## random operations, readers beside writers, edges: the quick part
	@$(FAULT)/fault_model 1000

fault-model: $(FAULT)/fault_model ## 10,000 rounds of random operations on corpora
	@$< 10000
