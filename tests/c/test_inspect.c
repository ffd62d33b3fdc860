/* segment/inspect: what is sound passes, and damage that no checksum sees, since it was there when they were made, is
 * named. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sample_segment.h"
#include "segment/reader.h"

static memory_sink sound; /* many documents: terms with several blocks of postings */

static int make(void **state) {
  (void)state;
  static memory_many many;
  static ent_document all[MEMORY_MANY + 16];
  size_t count;
  const ent_document *some = memory_documents(&count);
  sound = memory_sink_new();
  memory_many_make(&many);
  memcpy(all, many.documents, sizeof many.documents);
  memcpy(all + MEMORY_MANY, some, count * sizeof *some);
  return memory_segment(NULL, all, MEMORY_MANY + count, &sound) == ENT_OK ? 0 : 1;
}

static int drop(void **state) {
  (void)state;
  memory_sink_free(&sound);
  return 0;
}

/* ---- reports ---- */

typedef struct lines {
  size_t count;
  char first[240];
} lines;

static void take(void *user, const char *line) {
  lines *l = user;
  if (l->count++ == 0) (void)snprintf(l->first, sizeof l->first, "%s", line);
}

static ent_status verify(const unsigned char *bytes, size_t length, lines *l) {
  enti_view view = memory_view(bytes, length);
  enti_segment *segment;
  memset(l, 0, sizeof *l);
  ent_status status = enti_segment_open(NULL, &view, &segment, NULL);
  if (status == ENT_OK) {
    status = enti_segment_verify(segment, take, l);
    enti_segment_free(segment);
  }
  free((void *)(uintptr_t)view.at);
  return status;
}

/* ---- sound ---- */

static void sound_segments_pass(void **state) {
  (void)state;
  lines l;
  size_t count;
  const ent_document *documents = memory_documents(&count);
  assert_int_equal(verify(sound.at, sound.length, &l), ENT_OK);
  assert_int_equal(l.count, 0);
  for (size_t n = 0; n <= count; n++) { /* none, one, … */
    memory_sink sink = memory_sink_new();
    assert_int_equal(memory_segment(NULL, documents, n, &sink), ENT_OK);
    ent_status status = verify(sink.at, sink.length, &l);
    if (status != ENT_OK) fail_msg("%zu documents: %s", n, l.first);
    memory_sink_free(&sink);
  }
}

static void merged_segments_pass(void **state) {
  (void)state;
  enti_view views[2] = {memory_view(sound.at, sound.length)};
  enti_segment *segments[2];
  memory_sink other = memory_sink_new(), merged = memory_sink_new();
  ent_document one = {.id = "zz", .source = {.text = "trust, new words", .length = 16}};
  uint64_t removed[6] = {UINT64_C(0xF0F0F0F0), 0, 1, 0, 0, 0};
  lines l;
  assert_int_equal(memory_segment(NULL, &one, 1, &other), ENT_OK);
  views[1] = memory_view(other.at, other.length);
  for (int i = 0; i < 2; i++) assert_int_equal(enti_segment_open(NULL, &views[i], &segments[i], NULL), ENT_OK);
  enti_merge_input inputs[2] = {{segments[0], removed}, {segments[1], NULL}};
  assert_int_equal(enti_segment_merge(NULL, inputs, 2, &merged.sink, NULL), ENT_OK);
  assert_int_equal(verify(merged.at, merged.length, &l), ENT_OK);
  for (int i = 0; i < 2; i++) {
    enti_segment_free(segments[i]);
    free((void *)(uintptr_t)views[i].at);
  }
  memory_sink_free(&other);
  memory_sink_free(&merged);
}

/* ---- planted damage ---- */

static unsigned char *copy;
static enti_segment *opened;
static enti_view opened_view;

static unsigned char *section(int number) { return copy + opened->footer.sections[number].offset; }
static uint64_t section_length(int number) { return opened->footer.sections[number].length; }

static uint32_t type_of(const char *word) {
  uint32_t type;
  assert_int_equal(enti_segment_type_find(opened, word, strlen(word), &type), ENT_OK);
  assert_int_not_equal(type, ENT_NONE);
  return type;
}

static unsigned char *record_of(const char *id) {
  uint32_t document;
  assert_int_equal(enti_segment_find(opened, id, strlen(id), &document), ENT_OK);
  assert_int_not_equal(document, ENT_NONE);
  return section(ENTI_SECTION_RECORDS) + (size_t)document * ENTI_RECORD_SIZE;
}

static unsigned char *bytes_of(const char *id) {
  return section(ENTI_SECTION_DOCUMENTS) + enti_get64(record_of(id));
}

static unsigned char *parts_of(const char *id) { return bytes_of(id) + enti_get32(record_of(id) + 20); }
static unsigned char *stream_of(const char *id) { return parts_of(id) + enti_get32(record_of(id) + 24); }

static unsigned char *term_of(const char *word) {
  uint32_t term;
  assert_int_equal(enti_segment_term_find(opened, word, strlen(word), &term), ENT_OK);
  assert_int_not_equal(term, ENT_NONE);
  return section(ENTI_SECTION_TERMS) + (size_t)term * ENTI_TERM_SIZE;
}

static unsigned char *postings_of(const char *word) { return section(ENTI_SECTION_POSTINGS) + enti_get64(term_of(word)); }

static void swap(unsigned char *a, unsigned char *b, size_t length) {
  while (length-- > 0) {
    unsigned char kept = a[length];
    a[length] = b[length];
    b[length] = kept;
  }
}

static void a_count(void) { section(ENTI_SECTION_TYPE_COUNTS)[type_of("number") * 5u]--; }
static void two_types(void) { /* of one length, apart in their bytes only */
  uint32_t one = type_of("word1"), other = type_of("word2");
  unsigned char *offsets = section(ENTI_SECTION_TYPE_OFFSETS), *bytes = section(ENTI_SECTION_TYPE_BYTES);
  swap(bytes + enti_get40(offsets + one * 5u), bytes + enti_get40(offsets + other * 5u), 5);
}
static void a_letter(void) { section(ENTI_SECTION_TYPE_BYTES)[enti_get40(section(ENTI_SECTION_TYPE_OFFSETS) + type_of("trust") * 5u)] = 'T'; }
static void a_fold(void) { (void)enti_put32(section(ENTI_SECTION_TYPE_TERMS) + type_of("number") * 4u, 0); }
static void a_fold_of_none(void) { (void)enti_put32(section(ENTI_SECTION_TYPE_TERMS) + type_of("number") * 4u, ENT_NONE); }
static void a_slot(void) {
  unsigned char *at = section(ENTI_SECTION_SLOTS);
  uint32_t mark = type_of("number") + 1;
  while (enti_get32(at) != mark) at += 4;
  (void)enti_put32(at, 1);
}
static void a_slot_of_nothing(void) {
  unsigned char *at = section(ENTI_SECTION_SLOTS);
  while (enti_get32(at) != 0) at += 4;
  (void)enti_put32(at, 1);
}
static void a_layer(void) { (void)enti_put32(section(ENTI_SECTION_HANS) + 4, opened->footer.types); }
static void a_position(void) { section(ENTI_SECTION_POSTINGS)[enti_get64(term_of("helps") + ENTI_TERM_SIZE) - 1] ^= 1; }
static void a_tokens_number(void) { term_of("trust")[8]++; }
static void a_skip(void) { postings_of("trust")[16]++; } /* the last document of the first block */
static void a_skip_back(void) { (void)enti_put32(postings_of("trust") + 24 + 16, 1); }
static void a_term_of_another_form(void) { swap(term_of("word1") + 20, term_of("word2") + 20, 4); }
static void a_text_offset(void) { stream_of("long")[8]++; } /* of the second block */
static void a_gap(void) { section(ENTI_SECTION_GAPS)[2] = 0xFF; } /* a blank before most tokens: no UTF-8 */
static void a_token(void) { stream_of("many/007")[8 + 2] ^= 1; } /* lengths are two bytes for so few tokens */
static void a_part(void) { parts_of("long")[4]++; } /* how many sentences there are, behind the tail */
static void a_tail(void) { parts_of("marks")[2] = 0xFF; } /* no UTF-8 */
static void a_length(void) { record_of("long")[12]++; }
static void a_spare_byte(void) { record_of("long")[28] = 1; }
static void an_id(void) { bytes_of("long")[0] = 'a'; }
static void two_records(void) { swap(record_of("many/001"), record_of("many/002"), ENTI_RECORD_SIZE); }
static void a_value(void) {
  unsigned char *at = section(ENTI_SECTION_COLUMNS), *end = at + section_length(ENTI_SECTION_COLUMNS);
  while (at + 3 <= end && memcmp(at, "tVN", 3) != 0) at++;
  at[1] = 0xFF;
}
static void a_code(void) { /* of the last column, `year`: the last document's */
  unsigned char *end = section(ENTI_SECTION_COLUMNS) + section_length(ENTI_SECTION_COLUMNS);
  while (end[-1] == 0) end--;
  end[-1] ^= 3;
}
static void a_total(void) { copy[opened_view.length - ENTI_FOOTER_SIZE + ENTI_SECTIONS * 16]++; }
static void a_beginning(void) { copy[0] = 'E'; }
static void a_byte_between(void) {
  for (int i = 1; i < ENTI_SECTIONS; i++) {
    uint64_t end = opened->footer.sections[i - 1].offset + opened->footer.sections[i - 1].length;
    if (end < opened->footer.sections[i].offset) copy[end] = 1;
  }
}

static const struct planted {
  const char *name;
  void (*plant)(void);
} planted[] = {
#define PLANT(what) {#what, what}
    PLANT(a_count), PLANT(two_types), PLANT(a_letter), PLANT(a_fold), PLANT(a_fold_of_none), PLANT(a_slot), PLANT(a_slot_of_nothing),
    PLANT(a_layer), PLANT(a_position), PLANT(a_tokens_number), PLANT(a_skip), PLANT(a_skip_back),
    PLANT(a_term_of_another_form), PLANT(a_text_offset), PLANT(a_gap), PLANT(a_token), PLANT(a_part), PLANT(a_tail),
    PLANT(a_length), PLANT(a_spare_byte), PLANT(an_id), PLANT(two_records), PLANT(a_value), PLANT(a_code), PLANT(a_total),
    PLANT(a_beginning), PLANT(a_byte_between)};

static void planted_damage_is_named(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
    lines l;
    opened_view = memory_view(sound.at, sound.length);
    copy = (unsigned char *)(uintptr_t)opened_view.at;
    assert_int_equal(enti_segment_open(NULL, &opened_view, &opened, NULL), ENT_OK);
    planted[i].plant();
    ent_status status = verify(copy, sound.length, &l);

    if (status != ENT_ERR_DAMAGE || l.count == 0) fail_msg("%s: status %d, %zu lines", planted[i].name, status, l.count);
    enti_segment_free(opened);
    free(copy);
  }
}

/* Whether a byte can have any value that suits it: a text, an id, a field, a form, a hash. */
static bool is_content(size_t at) {
  static const int whole[] = {ENTI_SECTION_DOCUMENTS, ENTI_SECTION_TYPE_BYTES, ENTI_SECTION_COLUMNS, ENTI_SECTION_GAPS};
  enum { RECORD_HASH = 32 };
  const enti_footer *f = &opened->footer;
  for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
    if (at >= f->sections[whole[i]].offset && at < f->sections[whole[i]].offset + f->sections[whole[i]].length) return true;
  uint64_t record = at - f->sections[ENTI_SECTION_RECORDS].offset;
  return record < f->sections[ENTI_SECTION_RECORDS].length && record % ENTI_RECORD_SIZE >= RECORD_HASH;
}

/* Whichever bit is turned, the segment is refused or a fault is named, unless it is one of the content's. */
static void every_bit_is_looked_at(void **state) {
  (void)state;
  size_t count;
  const ent_document *documents = memory_documents(&count);
  memory_sink sink = memory_sink_new();
  lines l;
  assert_int_equal(memory_segment(NULL, documents, count, &sink), ENT_OK);
  opened_view = (enti_view){.at = sink.at, .length = sink.length};
  assert_int_equal(enti_segment_open(NULL, &opened_view, &opened, NULL), ENT_OK);
  for (size_t at = 0; at < sink.length; at++)
    for (unsigned bit = 1; bit < 256; bit <<= 1) {
      sink.at[at] ^= (unsigned char)bit;
      ent_status status = verify(sink.at, sink.length, &l);
      sink.at[at] ^= (unsigned char)bit;
      if (status != ENT_ERR_DAMAGE && (status != ENT_OK || !is_content(at))) fail_msg("byte %zu, bit %u: status %d", at, bit, status);
    }
  enti_segment_free(opened);
  memory_sink_free(&sink);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sound_segments_pass), cmocka_unit_test(merged_segments_pass),
                                     cmocka_unit_test(planted_damage_is_named), cmocka_unit_test(every_bit_is_looked_at)};
  return cmocka_run_group_tests_name("inspect", tests, make, drop);
}
