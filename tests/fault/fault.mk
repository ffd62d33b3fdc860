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

$(BUILD)/.have-fault: tests/fault/fault.mk $(BUILD)/.have-test
	$(call need,e2fsprogs mount)
	@touch $@

# Those that are quick as they are, and what others are told to be quick.
FAULT_QUICK := fault_disk fault_errors fault_powercut 'fault_powercut mutants' fault_lost fault_kill 'fault_sigbus 1000' fault_full fault_writers
FAULT_LONG  := fault_disk fault_errors 'fault_powercut 400' 'fault_powercut mutants' fault_lost fault_kill 'fault_sigbus 10000' 'fault_full 4' \
               fault_writers

# Memory is kept between cases, or half of the time goes into getting it from the system.
FAULT_ENV := MALLOC_TRIM_THRESHOLD_=268435456 MALLOC_MMAP_THRESHOLD_=67108864

.PHONY: check-fault fault fault-mutants fault-ext4
check-fault: $(FAULT_PROGRAMS) ## faults of the world: calls that fail, power cuts, kill -9, files cut off, full disks
	@failed=0; for t in $(FAULT_QUICK); do echo "# $$t"; $(FAULT_ENV) $(FAULT)/$$t || failed=1; done; exit $$failed

fault: $(FAULT_PROGRAMS) ## the same with ten times as many power cuts and files cut off, and a full disk every 4 KB
	@failed=0; for t in $(FAULT_LONG); do echo "# $$t"; $(FAULT_ENV) $(FAULT)/$$t || failed=1; done; exit $$failed

fault-mutants: $(FAULT)/fault_powercut ## without fsync of files, of the folder, with a manifest written in place: each is seen
	@$< mutants

fault-ext4: $(FAULT)/fault_ext4 | $(BUILD)/.have-fault ## 60 power cuts on an ext4 in a loop device, the writer alive; root
	@$<

.PHONY: fault-plant
fault-plant: $(BUILD)/.have-fault ## plants bugs in a copy of the project, one by one; a program of tests/fault must fail
	@sh tests/fault/plant.sh $(MAKE) $(FAULT)/planted $(BUGS)
