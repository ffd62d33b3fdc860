/* tokens: what becomes of numbers, addresses, hyphens, apostrophes, and of each way of writing. core/README.md, "What is
 * a token?", says the same in words. Tokens are shown as their folded forms, parted by |, with ~ where two are not adjacent. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "entente.h"
#include "token/gap.h"

static char shown[2048];

static const char *tokens(const char *text) {
  ent_vocab *vocab;
  ent_index *index;
  ent_source source = {.text = text, .length = strlen(text), .layout = ENT_LAYOUT_BLOCKS, .unrepaired = ENT_REPAIR_HYPHENS};
  uint32_t document, fold;
  size_t at = 0, length, before = 0;
  assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
  assert_int_equal(ent_index_new(vocab, &index), ENT_OK);
  assert_int_equal(ent_index_add(index, &source, &document, NULL), ENT_OK);
  shown[0] = '\0';
  for (uint32_t i = 0; i < ent_index_tokens(index, document); i++) {
    ent_token token = ent_index_token(index, document, i);
    assert_int_equal(ent_vocab_layer(vocab, token.type, ENT_FOLD, &fold), ENT_OK);
    const char *bytes = ent_vocab_bytes(vocab, fold, &length);
    bool joined = i == 0 || enti_gap_read(text, source.length, before, token.begin).gap == ENTI_GAP_JOIN;
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%.*s", i == 0 ? "" : joined ? "|" : "~", (int)length, bytes);
    assert_true(at < sizeof shown);
    before = token.end;
  }
  ent_index_free(index);
  ent_vocab_free(vocab);
  return shown;
}

typedef struct example {
  const char *text, *tokens;
} example;

static void check(const example *examples, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(tokens(examples[i].text), examples[i].tokens) != 0)
      fail_msg("%s: %s, not %s", examples[i].text, shown, examples[i].tokens);
}
#define CHECK(...) check((const example[]){__VA_ARGS__}, sizeof((const example[]){__VA_ARGS__}) / sizeof(example))

static void numbers(void **state) {
  (void)state;
  CHECK({"1,234.5", "1,234.5"}, {"1.234,5", "1.234,5"}, {"3.5%", "3.5"}, {"10%", "10"}, {"$5.2bn", "5.2bn"}, {"S$3", "s~3"},
        {"2023/24", "2023~24"}, {"1949–2023", "1949~2023"}, {"9:30", "9~30"}, {"5G", "5g"}, {"COVID-19", "covid|19"},
        {"COVID19", "covid19"}, {"A/79/PV.5", "a~79~pv|5"}, {"1 000", "1|000"}, {"½ ²", "1⁄2|2"}, {"(3)", "3"}, {"-5", "5"},
        {"+4.2", "4.2"}, {"v2.0", "v2.0"}, {"3.", "3"}, {"１２３", "123"}, {"๑๒๓", "๑|๒|๓"}, {"Rp5.000.000,00", "rp5.000.000,00"});
}

static void addresses(void **state) {
  (void)state;
  CHECK({"www.asean.org", "www.asean.org"}, {"https://www.asean.org/a-b", "https~www.asean.org~a|b"},
        {"info@asean.org", "info~asean.org"}, {"https://x.org/?q=1&r=2#top", "https~x.org~q~1~r~2~top"}, {"@asean", "asean"},
        {"#ASEAN", "asean"}, {"doi:10.1000/182", "doi~10.1000~182"});
}

static void hyphens(void **state) {
  (void)state;
  CHECK({"win-win", "win|win"}, {"win‑win", "win|win"}, {"win win", "win|win"}, {"win - win", "win~win"}, {"China–ASEAN", "china~asean"},
        {"China—ASEAN", "china~asean"}, {"中国—东盟", "中|国|东|盟"}, {"co-\noperation", "co|operation"}, {"up-to-date", "up|to|date"},
        {"so\xC2\xADlid", "solid"}, {"R&D", "r~d"}, {"and/or", "and~or"}, {"snake_case", "snake_case"}, {"_so_ *so*", "so|so"});
}

static void apostrophes(void **state) {
  (void)state;
  CHECK({"China's", "china"}, {"China’s", "china"}, {"CHINA'S", "china"}, {"states'", "states"}, {"don't", "don't"},
        {"don’t", "don't"}, {"l'ASEAN", "l'asean"}, {"O'Neill", "o'neill"}, {"'tis", "tis"}, {"Dato' Seri", "dato|seri"}, {"“trust”", "trust"});
}

static void stops(void **state) {
  (void)state;
  CHECK({"U.S.", "u.s"}, {"U.S. strategy", "u.s|strategy"}, {"Ph.D.", "ph.d"}, {"No. 5", "no|5"}, {"ASEAN.", "asean"},
        {"a, b", "a~b"}, {"a: b", "a~b"}, {"(a) b", "a~b"}, {"e.g. this", "e.g|this"}, {"end.The", "end.the"});
}

static void scripts(void **state) {
  (void)state;
  CHECK({"中国ASEAN合作", "中|国|asean|合|作"}, {"コンピュータ", "コンピュータ"}, {"です", "で|す"}, {"한국어 연구", "한국어|연구"},
        {"กำลัง", "กํา|ลั|ง"}, {"ນ້ຳ", "ນ້ໍາ"}, {"កម្ពុជា", "ក|ម្|ពុ|ជា"}, {"ရန်ကုန်", "ရ|န်|ကု|န်"}, {"ᨲ᩠ᩅᩫ", "ᨲ᩠|ᩅᩫ"},
        {"ᦅᧄ", "ᦅ|ᧄ"}, {"हिन्दी", "हिन्दी"}, {"தமிழ்", "தமிழ்"}, {"Việt Nam", "việt|nam"}, {"ＡＳＥＡＮ", "asean"}, {"😀 … — ,", ""},
        {"①", "1"}, {"ﬁrst", "first"}, {"Москва", "москва"}, {"东 盟", "东|盟"}, {"「东盟」", "东|盟"});
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers), cmocka_unit_test(addresses), cmocka_unit_test(hyphens),
      cmocka_unit_test(apostrophes), cmocka_unit_test(stops), cmocka_unit_test(scripts),
  };
  return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
