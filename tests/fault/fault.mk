# Faults of the world: calls that fail, power cuts, kill -9, files cut off, full disks, several writers. README.md says
# what each program does. `make check-fault` is the quick part, which make test runs; `make fault` the long one.

FAULT          := $(BUILD)/fault
FAULT_PROGRAMS := $(sort $(patsubst tests/fault/%.c,$(FAULT)/%,$(wildcard tests/fault/fault_*.c)))
FAULT_PARTS    := $(sort $(filter-out tests/fault/fault_%,$(wildcard tests/fault/*.c)))
FAULT_OBJECTS  := $(FAULT_PARTS:tests/fault/%.c=$(FAULT)/%.o)
FAULT_FLAGS     = $(filter-out -DENT_BUILD,$(CORE_FLAGS)) -MMD -MP

TESTS      += check-fault
TESTS_ASAN += check-fault

$(FAULT)/%.o: tests/fault/%.c | $(BUILD)/.have-test
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(FAULT_FLAGS) -c $< -o $@

$(FAULT)/fault_%: tests/fault/fault_%.c $(FAULT_OBJECTS) $(BUILD)/lib/libentente.a | $(BUILD)/.have-test
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(FAULT_FLAGS) $< -o $@ $(LINK) $(FAULT_OBJECTS) $(BUILD)/lib/libentente.a $(TEXT_LIBS) $(SECCOMP_LIBS) -lpthread
