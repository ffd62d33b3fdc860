# The other compiler's opinion, with the same warnings; nothing is said where there is no clang.

CLANG := $(shell command -v clang 2>/dev/null)
CLANG_CHECK = $(CLANG) -fsyntax-only $(filter-out -DENT_BUILD,$(CORE_FLAGS)) $(SECCOMP_FLAGS)

.PHONY: lint-clang
ifneq ($(CLANG),)
lint: lint-clang
endif
lint-clang: $(BUILD)/.have-test ## the C sources under clang, with the warnings that gcc has
	@$(CLANG_CHECK) -DENT_BUILD $(CORE_SOURCES) && echo "ok - clang: the core" || echo "not ok - clang: the core"
	@for v in $(LUAS); do $(CLANG_CHECK) -DENT_BUILD -Icore/bind $$(pkg-config --cflags lua$$v) core/bind/*.c \
	  && echo "ok - clang: the doors to Lua $$v" || echo "not ok - clang: the doors to Lua $$v"; done
	@$(CLANG_CHECK) tests/c/*.c tests/conformance/*.c && echo "ok - clang: the tests" || echo "not ok - clang: the tests"
