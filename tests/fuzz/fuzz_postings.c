/* fuzz_postings: a cursor over any bytes.
 *
 * Five bytes: documents of the term (2), documents there are (2), how; then, with `how` odd, the postings themselves, else
 * changes (hostile.h) to sound ones. Documents ascend below the limit, positions ascend, and, where a walk comes to the
 * end, to seek is to go on until. */
#include "hostile.h"

static void write_sound(uint32_t count, uint32_t limit, unsigned seed, enti_bytes *out) {
  enti_postings postings = {.alloc = hostile_alloc};
  uint32_t document = 0;
  for (uint32_t i = 0; i < count && document < limit; i++) {
    unsigned char *to, *at;
    uint32_t tokens = 1 + (i * seed >> 3) % 5;
    FUZZ_CHECK(enti_postings_room(&postings, 5 * ENTI_VARINT_MOST, &to) == ENT_OK);
    at = to;
    for (uint32_t t = 0; t < tokens; t++) at = enti_put_varint(at, 1 + (i + t) * seed % 300);
    FUZZ_CHECK(enti_postings_add(&postings, document, (size_t)(at - to), tokens) == ENT_OK);
    document += 1 + i * seed % 3;
  }
  FUZZ_CHECK(enti_postings_finish(&postings, out) == ENT_OK);
  enti_postings_free(&postings);
}

static void check_positions(enti_cursor *cursor) {
  ENTI_ARRAY(uint32_t) positions = {0};
  const unsigned char *at;
  uint32_t length;
  if (hostile_fine(enti_cursor_bytes(cursor, &at, &length))) {
    uint32_t number = enti_positions_count(at, length);
    if (hostile_fine(enti_cursor_positions(cursor, &hostile_alloc, &positions.at, &positions.count, &positions.room)))
      FUZZ_CHECK(positions.count == number);
    for (size_t i = 1; i < positions.count; i++) FUZZ_CHECK(positions.at[i] > positions.at[i - 1]);
  }
  enti_array_free(&hostile_alloc, &positions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  uint32_t count = fuzz_byte(&in), limit, how, document, sought, before = ENT_NONE;
  enti_bytes bytes = {0};
  enti_cursor one, other;
  count |= fuzz_byte(&in) << 8;
  limit = fuzz_byte(&in);
  limit |= fuzz_byte(&in) << 8;
  how = fuzz_byte(&in);
  if (!(how & 1)) count %= 700; /* a few blocks are enough */
  if (how & 1) FUZZ_CHECK(enti_bytes_add(&hostile_alloc, &bytes, in.at, in.left) == ENT_OK);
  else write_sound(count, limit, how >> 1, &bytes);
  size_t length = bytes.count;
  unsigned char *held = calloc(length + ENTI_FOOTER_SIZE, 1); /* as much can be read behind any section */
  FUZZ_CHECK(held != NULL);
  if (length) memcpy(held, bytes.at, length);
  if (!(how & 1)) hostile_change(&in, held, length);
  enti_view view = {.at = held, .length = length + ENTI_FOOTER_SIZE};
  if (hostile_fine(enti_cursor_open(&one, &view, 0, length, count, limit)) &&
      hostile_fine(enti_cursor_open(&other, &view, 0, length, count, limit))) {
    uint32_t step = 0;
    ent_status status;
    enti_cursor whole = one;
    while (hostile_fine(status = enti_cursor_next(&whole, &document)) && document != ENT_NONE) {}
    bool sound = status == ENT_OK; /* else a seek may pass what a walk stumbles over */
    while (hostile_fine(status = enti_cursor_next(&one, &document)) && document != ENT_NONE) {
      FUZZ_CHECK(document < limit && (before == ENT_NONE || document > before));
      check_positions(&one);
      if (step++ % 7 == 0 || document % 5 == 0) {
        bool found = hostile_fine(enti_cursor_seek(&other, before + 1, &sought)) && sought != ENT_NONE;
        FUZZ_CHECK(sound ? found && sought == document : !found || (sought > before && sought < limit) || before == ENT_NONE);
        if (found) check_positions(&other);
      }
      before = document;
    }
    FUZZ_CHECK(!sound || status == ENT_OK);
    if (sound) FUZZ_CHECK(enti_cursor_seek(&other, limit, &sought) == ENT_OK && sought == ENT_NONE);
    if (status == ENT_OK) FUZZ_CHECK(enti_cursor_next(&one, &document) == ENT_OK && document == ENT_NONE);
  }
  free(held);
  enti_array_free(&hostile_alloc, &bytes);
  FUZZ_CHECK(hostile_held == 0);
  return 0;
}
