# Faults of the world: calls that fail, power cuts, kill -9, files cut off, full disks, several writers. README.md says
# what each program does. `make check-fault` is the quick part, which make test and make asan run; `make fault` the
# long one.

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

# Memory is kept between cases, or half of the time goes into getting it from the system.
FAULT_ENV := MALLOC_TRIM_THRESHOLD_=268435456 MALLOC_MMAP_THRESHOLD_=67108864
# The programs, and with what argument the quick and the long run call them. A sanitizer makes all of them slow.
# To a sanitizer a killed process says nothing.
FAULT_RUNS           := errors merge powercut $(if $(SANITIZE),,kill) sigbus mutants lost full writers disk
FAULT_QUICK_powercut := $(if $(SANITIZE),4)
FAULT_QUICK_sigbus   := $(if $(SANITIZE),200,1000)
FAULT_LONG_powercut  := 600
FAULT_LONG_sigbus    := 10000
FAULT_LONG_full      := 4

.PHONY: check-fault fault fault-mutants fault-ext4 $(FAULT_RUNS:%=check-fault-%) $(FAULT_RUNS:%=fault-%)
check-fault: $(FAULT_PROGRAMS) ## faults of the world: calls that fail, power cuts, kill -9, files cut off, full disks
	@$(MAKE) --no-print-directory -s -k -j2 -O $(FAULT_RUNS:%=check-fault-%)

$(FAULT_RUNS:%=check-fault-%): check-fault-%: $(FAULT_PROGRAMS)
	@echo "# fault_$*"; $(FAULT_ENV) $(FAULT)/$(if $(filter mutants,$*),fault_powercut mutants,fault_$* $(FAULT_QUICK_$*))

fault: $(FAULT_RUNS:%=fault-%) ## the same with ten times as many power cuts and files cut off, and a full disk every 4 KB
$(filter-out fault-mutants,$(FAULT_RUNS:%=fault-%)): fault-%: $(FAULT_PROGRAMS)
	@echo "# fault_$*"; $(FAULT_ENV) $(FAULT)/fault_$* $(FAULT_LONG_$*)

fault-mutants: $(FAULT_PROGRAMS) ## without fsync of files, of the folder, with a manifest written in place: each is seen
	@$(FAULT)/fault_powercut mutants

fault-ext4: $(FAULT)/fault_ext4 $(BUILD)/.have-fault ## 60 power cuts on an ext4 in a loop device, the writer alive; root
	@$<

.PHONY: fault-plant
fault-plant: $(BUILD)/.have-fault ## plants bugs in a copy of the project, one by one; a program of tests/fault must fail
	@sh tests/fault/plant.sh $(MAKE) $(FAULT)/planted $(BUGS)
