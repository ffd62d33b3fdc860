# What is installed works by itself.

.PHONY: hosts-install
hosts: hosts-install
hosts-install: all $(BUILD)/.have-test ## make install into a fresh prefix, used with the tree out of reach
	@$(BUSTED) tests/hosts/install_spec.lua
