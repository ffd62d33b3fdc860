/* fuzz_merge: a hostile segment (hostile.h) merged with a sound one.
 *
 * One byte: which documents of the hostile one are removed. The merge fails, or what it writes can be opened and holds
 * the sound segment's documents as they were; of two sound segments it is sound. */
#include "hostile.h"

static const ent_document good[] = {{"good/1", {.text = "Digital trust, of\uFB01ce.", .length = 21}, NULL, 0},
                                    {"good/2", {.text = "trust \u6570\u5B57 \u201Cword7\u201D!", .length = 25}, NULL, 0},
                                    {"a", {.text = "digi-\ntal  divide", .length = 17}, NULL, 0}};
enum { GOOD = sizeof good / sizeof *good };
static memory_sink sound;

static void check_merged(const memory_sink *merged, bool both_sound) {
  enti_view view = memory_view(merged->at, merged->length);
  enti_segment *segment;
  ent_string *string;
  uint32_t document;
  size_t length;
  ent_status status = enti_segment_open(&hostile_alloc, &view, &segment, NULL);
  FUZZ_CHECK(status == ENT_OK);
  for (size_t i = 0; i < GOOD; i++) {
    status = enti_segment_find(segment, good[i].id, strlen(good[i].id), &document);
    FUZZ_CHECK(status == ENT_OK || !both_sound);
    if (status != ENT_OK || document == ENT_NONE) { /* a hostile one's documents need not be in order */
      FUZZ_CHECK(!both_sound);
      continue;
    }
    FUZZ_CHECK(enti_segment_text(segment, &hostile_alloc, document, 0, SIZE_MAX, &string) == ENT_OK);
    const char *bytes = ent_string_bytes(string, &length);
    FUZZ_CHECK(length == good[i].source.length && memcmp(bytes, good[i].source.text, length) == 0);
    ent_string_free(string);
  }
  if (both_sound) FUZZ_CHECK(enti_segment_verify(segment, NULL, NULL) == ENT_OK);
  enti_segment_free(segment);
  hostile_free(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  unsigned pattern = fuzz_byte(&in);
  enti_view views[2] = {hostile_view(&in)};
  enti_segment *segments[2];
  memory_sink merged = memory_sink_new();
  if (!sound.at) {
    sound = memory_sink_new();
    FUZZ_CHECK(memory_segment(NULL, good, GOOD, &sound) == ENT_OK);
  }
  if (hostile_fine(enti_segment_open(&hostile_alloc, &views[0], &segments[0], NULL))) {
    uint32_t documents = enti_segment_documents(segments[0]);
    size_t words = documents / 64 + 1;
    uint64_t *removed = malloc(words * sizeof *removed);
    FUZZ_CHECK(removed != NULL);
    for (size_t i = 0; i < words; i++) removed[i] = pattern * UINT64_C(0x0101010101010101);
    views[1] = memory_view(sound.at, sound.length);
    FUZZ_CHECK(enti_segment_open(&hostile_alloc, &views[1], &segments[1], NULL) == ENT_OK);
    bool both = enti_segment_verify(segments[0], NULL, NULL) == ENT_OK;
    enti_merge_input inputs[2] = {{segments[0], pattern ? removed : NULL}, {segments[1], NULL}};
    ent_status status = enti_segment_merge(&hostile_alloc, inputs, 2, &merged.sink, NULL);
    FUZZ_CHECK(!both || status != ENT_ERR_DAMAGE);
    if (status != ENT_ERR_ARGUMENT && hostile_fine(status)) check_merged(&merged, both);
    for (int i = 0; i < 2; i++) enti_segment_free(segments[i]);
    hostile_free(&views[1]);
    free(removed);
  }
  hostile_free(&views[0]);
  memory_sink_free(&merged);
  FUZZ_CHECK(hostile_held == 0);
  return 0;
}
