/* fuzz_index: a document of any text and any options, against what a reader may rely on (check.h).
 *
 * Ten bytes: layout and repairs, where pages, furniture and headings lie; then a text as fuzz.h reads it. Added twice,
 * it is the same twice. */
#include "check.h"

static size_t place(fuzz_input *in, const char *text, size_t length, size_t least, bool exact) {
  size_t at = least + fuzz_byte(in) % (length - least + 1);
  return exact ? at : fuzz_character(text, length, at);
}

static ent_range range(fuzz_input *in, const char *text, size_t length, size_t least, bool exact) {
  size_t begin = place(in, text, length, least, exact);
  return (ent_range){begin, place(in, text, length, begin, exact)};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const langs[] = {NULL, "en", "zh", "th"};
  fuzz_input head = {data, size < 10 ? size : 10}, in = {data + head.left, size - head.left};
  size_t length;
  char *text = fuzz_text(&in, &length);
  unsigned options = fuzz_byte(&head), given = fuzz_byte(&head);
  bool exact = (given & 8) != 0; /* ranges that part characters */
  ent_range pages[2], furniture[2];
  furniture[0] = range(&head, text, length, 0, exact);
  furniture[1] = range(&head, text, length, furniture[0].end, exact);
  pages[0] = range(&head, text, length, 0, exact);
  pages[1] = range(&head, text, length, pages[0].end, exact);
  ent_heading heading = {furniture[0].end, furniture[1].begin, 1 + (given >> 4) % 3};
  ent_source source = {.text = text, .length = length, .layout = (ent_layout)(options % 3),
                       .unrepaired = options & 4 ? 0 : ENT_REPAIR_ALL, .lang = langs[options >> 3 & 3],
                       .pages = given & 1 ? pages : NULL, .page_count = given & 1 ? 2 : 0,
                       .furniture = given & 2 ? furniture : NULL, .furniture_count = given & 2 ? 2 : 0,
                       .headings = given & 4 ? &heading : NULL, .heading_count = given & 4 ? 1 : 0};
  ent_vocab *vocab;
  ent_index *index;
  uint32_t document, twin;
  FUZZ_CHECK(ent_vocab_new(NULL, &vocab) == ENT_OK && ent_index_new(vocab, &index) == ENT_OK);
  ent_status status = ent_index_add(index, &source, &document, NULL);
  if (status == ENT_OK) {
    if (given & 4) FUZZ_CHECK(fuzz_at_character(text, length, heading.begin));
    FUZZ_CHECK(ent_index_add(index, &source, &twin, NULL) == ENT_OK && twin == document + 1);
    check_document(index, document, &source);
    check_document(index, twin, &source);
    FUZZ_CHECK(ent_index_tokens(index, document) == ent_index_tokens(index, twin));
  } else { /* a heading without words, or ranges that part characters */
    FUZZ_CHECK(status == ENT_ERR_ARGUMENT && ent_index_count(index) == 0);
    FUZZ_CHECK(exact || heading.begin == heading.end);
  }
  ent_index_free(index);
  ent_vocab_free(vocab);
  free(text);
  return 0;
}
