# entente.icu: a Lua module of its own, so that the core and the other modules need no ICU.

PACKAGES_TEST += libicu-dev
ICU_MODULES := $(LUAS:%=$(BUILD)/lua/%/entente/icu.so)

$(BUILD)/.have-plugin-icu: plugins/icu/icu.mk $(BUILD)/.have-build
	$(call need,libicu-dev)
	@mkdir -p $(@D) && touch $@

$(ICU_MODULES): $(BUILD)/lua/%/entente/icu.so: plugins/icu/icu.c | $(BUILD)/.have-plugin-icu
	@mkdir -p $(@D)
	@echo '  cc $< ($*)'
	@$(CC) $(WARN) $(HARD) $(CFLAGS) $(CPPFLAGS) $$(pkg-config --cflags lua$* icu-uc) -shared $(LINK) $< -o $@ \
	  $(LDFLAGS) $$(pkg-config --libs icu-uc)

.PHONY: plugins-icu hosts-icu
plugins-icu: $(ICU_MODULES) ## ICU's words for `--words icu` (installs libicu-dev)

hosts: hosts-icu
hosts-icu: all plugins-icu $(BUILD)/.have-test ## ICU's words, from the library and the command
	@$(BUSTED) tests/hosts/icu_spec.lua
