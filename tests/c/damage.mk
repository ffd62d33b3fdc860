# Every bit and every length of a small corpus's files, not only those that make test takes: a quarter of an hour.
.PHONY: fault-damage fault-damage-asan
fault-damage: $(BUILD)/tests/test_damage ## every bit of a corpus flipped, every file cut at every length
	@CMOCKA_MESSAGE_OUTPUT=TAP ENTENTE_DAMAGE=1 $<
fault-damage-asan: ## the same under AddressSanitizer and UndefinedBehaviorSanitizer; an hour or two
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-asan SANITIZE=address,undefined CFLAGS="-O1 -g" fault-damage
