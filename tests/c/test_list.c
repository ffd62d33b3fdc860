/* corpus: metadata. Fields come back as they were given; conditions choose documents, across segments, in the order of
 * their ids; what was removed is in no list. */
#include "corpus_helper.h"

#include <locale.h>

static char corpus_at[200];

static ent_value text_value(const char *text) { return (ent_value){.kind = ENT_VALUE_TEXT, .text = text, .length = strlen(text)}; }
static ent_value whole_value(int64_t n) { return (ent_value){.kind = ENT_VALUE_INTEGER, .integer = n}; }
static ent_value number_value(double n) { return (ent_value){.kind = ENT_VALUE_NUMBER, .number = n}; }

/* Five documents in three commits, and one that goes again. */
static int build(void **state) {
  if (make_folder(state) != 0) return -1;
  (void)snprintf(corpus_at, sizeof corpus_at, "%s", corpus_path("list"));
  static const char authors[] = "Li Wei\0Tan";
  const ent_field a[] = {{"year", whole_value(2019)}, {"country", text_value("VN")}, {"share", number_value(0.5)}};
  const ent_field b[] = {{"year", text_value("2021")}, {"country", text_value("中国")},
                         {"authors", {.kind = ENT_VALUE_LIST, .text = authors, .length = sizeof authors}}};
  const ent_field c[] = {{"open", {.kind = ENT_VALUE_BOOLEAN, .integer = 1}}, {"year", whole_value(2024)}};
  const ent_field d[] = {{"year", number_value(2020.0)}, {"open", {.kind = ENT_VALUE_BOOLEAN}}};
  const ent_field gone[] = {{"only-here", text_value("x")}, {"year", whole_value(2019)}};
  ent_writer *writer = open_writer(corpus_at, NULL);
  (void)add_fields(writer, "d", "Fourth.", d, 2);
  (void)add_fields(writer, "a", "First.", a, 3);
  for (int i = 0; i < 40; i++) { /* so that segments stand beside each other */
    char id[20];
    (void)snprintf(id, sizeof id, "z%02d", i);
    (void)add(writer, id, "Others have no metadata at all, but they make this segment larger than the next.");
  }
  commit(writer, 1);
  (void)add_fields(writer, "gone", "Last.", gone, 2);
  for (int i = 0; i < 5; i++) {
    char id[20];
    (void)snprintf(id, sizeof id, "y%02d", i);
    (void)add(writer, id, "More.");
  }
  (void)add_fields(writer, "b", "Second.", b, 3);
  commit(writer, 2);
  (void)add_fields(writer, "c", "Third.", c, 2);
  bool was;
  assert_int_equal(ent_writer_remove(writer, "gone", &was, NULL), ENT_OK);
  commit(writer, 3);
  ent_writer_free(writer);
  return files_in(corpus_at, "segment-") > 1 ? 0 : -1;
}

/* The ids, parted by blanks, of the documents that meet conditions. */
static void expect_chosen(const ent_condition *conditions, size_t count, const char *wanted) {
  ent_corpus *corpus = open_corpus(corpus_at, 0);
  ent_list *list = NULL;
  char ids[600] = "";
  size_t found, used = 0;
  assert_int_equal(ent_corpus_documents(corpus, conditions, count, &list, NULL), ENT_OK);
  const uint64_t *numbers = ent_list_at(list, &found);
  for (size_t i = 0; i < found; i++) {
    ent_document_view view;
    assert_int_equal(ent_corpus_document(corpus, numbers[i], &view, NULL), ENT_OK);
    used += (size_t)snprintf(ids + used, sizeof ids - used, "%s%.*s", i ? " " : "", (int)view.id_length, view.id);
  }
  assert_string_equal(ids, wanted);
  ent_list_free(list);
  ent_corpus_free(corpus);
}

static void test_ranges(void **state) {
  (void)state;
  expect_chosen(&(ent_condition){.field = "year", .range = true, .least = 2019, .most = 2024}, 1, "a b c d");
  expect_chosen(&(ent_condition){.field = "year", .range = true, .least = 2020, .most = 2021}, 1, "b d"); /* text counts as the number that it is */
  expect_chosen(&(ent_condition){.field = "year", .range = true, .least = 2019.5, .most = 2019.9}, 1, "");
  expect_chosen(&(ent_condition){.field = "share", .range = true, .least = 0.5, .most = 0.5}, 1, "a");
  expect_chosen(&(ent_condition){.field = "country", .range = true, .least = -1e9, .most = 1e9}, 1, "");
  expect_chosen(&(ent_condition){.field = "none", .range = true, .least = -1e9, .most = 1e9}, 1, "");
}

static void test_values(void **state) {
  (void)state;
#define VALUES(...) .values = (const char *const[]){__VA_ARGS__}, .value_count = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)
  expect_chosen(&(ent_condition){.field = "country", VALUES("中国", "VN")}, 1, "a b");
  expect_chosen(&(ent_condition){.field = "country", VALUES("V", "VN ", "vn")}, 1, "");
  expect_chosen(&(ent_condition){.field = "year", VALUES("2019", "2020", "2021")}, 1, "a b d");
  expect_chosen(&(ent_condition){.field = "share", VALUES("0.5")}, 1, "a");
  expect_chosen(&(ent_condition){.field = "authors", VALUES("Tan")}, 1, "b");
  expect_chosen(&(ent_condition){.field = "authors", VALUES("Li")}, 1, "");
  expect_chosen(&(ent_condition){.field = "open", VALUES("true")}, 1, "c");
  expect_chosen(&(ent_condition){.field = "open", VALUES("false")}, 1, "d");
  expect_chosen(&(ent_condition){.field = "only-here", VALUES("x")}, 1, ""); /* it was removed */
  expect_chosen(&(ent_condition){.field = "country", .value_count = 0}, 1, "");
  const ent_condition both[] = {{.field = "year", .range = true, .least = 2019, .most = 2021}, {.field = "country", VALUES("VN")}};
  expect_chosen(both, 2, "a");
}

static void test_any_locale(void **state) {
  (void)state;
  static const char *const names[] = {"de_DE.UTF-8", "id_ID.UTF-8", "vi_VN.UTF-8", "C.UTF-8"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!setlocale(LC_ALL, names[i])) continue;
    expect_chosen(&(ent_condition){.field = "share", VALUES("0.5")}, 1, "a");
    expect_chosen(&(ent_condition){.field = "year", .range = true, .least = 2020.5, .most = 2021.5}, 1, "b");
  }
  (void)setlocale(LC_ALL, "C");
}

static void test_wrong_conditions(void **state) {
  (void)state;
  ent_corpus *corpus = open_corpus(corpus_at, 0);
  ent_list *list = NULL;
  ent_error err;
  const ent_condition wrong[] = {{.field = NULL}, {.field = "year", .value_count = 1}};
  for (size_t i = 0; i < 2; i++) assert_int_equal(ent_corpus_documents(corpus, &wrong[i], 1, &list, &err), ENT_ERR_ARGUMENT);
  ent_corpus_free(corpus);
}

static void test_fields(void **state) {
  (void)state;
  static const char wanted[] = "authors\0country\0open\0share\0year"; /* not that of the document that has gone */
  ent_corpus *corpus = open_corpus(corpus_at, 0);
  ent_string *names = NULL;
  size_t length;
  assert_int_equal(ent_corpus_fields(corpus, &names, NULL), ENT_OK);
  const char *bytes = ent_string_bytes(names, &length);
  assert_int_equal(length, sizeof wanted);
  assert_memory_equal(bytes, wanted, sizeof wanted);
  ent_string_free(names);
  uint64_t document;
  ent_value value;
  bool has = false;
  assert_int_equal(ent_corpus_find(corpus, "b", 1, &document, NULL), ENT_OK);
  assert_int_equal(ent_corpus_value(corpus, document, "authors", &value, &has, NULL), ENT_OK);
  assert_true(has && value.kind == ENT_VALUE_LIST && value.length == 11);
  assert_memory_equal(value.text, "Li Wei\0Tan", 11);
  assert_int_equal(ent_corpus_value(corpus, document, "share", &value, &has, NULL), ENT_OK);
  assert_false(has);
  assert_int_equal(ent_corpus_value(corpus, document, "none", &value, &has, NULL), ENT_OK);
  assert_false(has);
  assert_int_equal(ent_corpus_find(corpus, "a", 1, &document, NULL), ENT_OK);
  assert_int_equal(ent_corpus_value(corpus, document, "year", &value, &has, NULL), ENT_OK);
  assert_true(has && value.kind == ENT_VALUE_INTEGER && value.integer == 2019);
  assert_int_equal(ent_corpus_value(corpus, document, "share", &value, &has, NULL), ENT_OK);
  assert_true(has && value.kind == ENT_VALUE_NUMBER && value.number == 0.5);
  assert_int_equal(ent_corpus_value(corpus, ENT_NO_DOCUMENT, "year", &value, &has, NULL), ENT_ERR_ARGUMENT);
  ent_corpus_free(corpus);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ranges),           cmocka_unit_test(test_values), cmocka_unit_test(test_any_locale),
      cmocka_unit_test(test_wrong_conditions), cmocka_unit_test(test_fields),
  };
  return cmocka_run_group_tests(tests, build, remove_folder);
}
