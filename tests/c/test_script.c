/* text/script: the script of a token. Each code point against Scripts.txt: conformance.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "entente.h"

static void first_letter_decides(void **state) {
  (void)state;
  static const struct {
    const char *text, *script;
  } cases[] = {
      {"digital", "Latin"}, {"数", "Han"}, {"ไทย", "Thai"}, {"đường", "Latin"}, {"カタカナ", "Katakana"},
      {"한국", "Hangul"}, {"ᦑᦺ", "New_Tai_Lue"}, {"ꦗ", "Javanese"}, {"𐐀", "Deseret"}, {"〇", "Han"}, {"Ⅻ", "Latin"},
      {"2023", "Common"}, {"5G", "Latin"}, {"2023年", "Han"}, {"µm", "Latin"}, /* U+00B5 is Common */
      {"\xCC\x81" "a", "Latin"}, /* a mark before its letter */
      {"“北", "Han"}, {"—", "Common"}, {"", "Common"}, {"\xEF\xBF\xBF", "Common"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(ent_script_of(cases[i].text, strlen(cases[i].text)), cases[i].script);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(first_letter_decides)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
