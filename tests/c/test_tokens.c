/* tokens: what is written as blocks is read back, whatever its numbers, gaps and repairs; what is cut off is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "../fuzz/pool.h"
#include "segment/token_blocks.h"

enum { MOST = 2000, GAP_BYTES = 5000 };

static char gap_bytes[GAP_BYTES];
static enti_gap_table table;

enum { BLOCKS = MOST / ENTI_TOKENS_A_BLOCK + 1 };
static uint32_t types[MOST], texts[BLOCKS];
static uint8_t codes[MOST];
static enti_gap_form literals[MOST];
static enti_edited edited[MOST];

static int open_room(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof gap_bytes; i++) gap_bytes[i] = (char)(i * 31);
  for (uint32_t i = 0; i < ENTI_GAPS_MOST; i++) {
    table.at[i] = (enti_gap_form){gap_bytes + i, i % 7, (uint8_t)(i % 3 | (i % 2 ? ENTI_GAP_INSIDE : 0))};
  }
  table.count = ENTI_GAPS_MOST;
  for (uint32_t i = 0; i < BLOCKS; i++) texts[i] = i * 1000003 % INT32_MAX;
  return 0;
}

static uint32_t some_type(pool_seed *seed) {
  static const uint32_t edges[] = {0, 1, 0xFF, 0x100, 0xFFFF, 0x10000, 0xFFFFFF, 0x1000000, UINT32_MAX};
  if (pool_below(seed, 2)) return edges[pool_below(seed, 9)];
  return pool_below(seed, 4) ? pool_below(seed, 300) : (uint32_t)pool_random(seed);
}

/* The gap before token i of what `plain` says. */
static enti_gap_form gap_of(const enti_plain *plain, uint32_t i) {
  size_t literal = 0;
  if (plain->codes[i] != ENTI_GAP_LITERAL) return table.at[plain->codes[i]];
  for (uint32_t k = 0; k < i; k++) literal += plain->codes[k] == ENTI_GAP_LITERAL;
  return plain->literals[literal];
}

/* A block's bytes where nothing but the slack stands behind them. */
static unsigned char *alone(const unsigned char *at, size_t length) {
  unsigned char *block = malloc(length + ENTI_SLACK);
  assert_non_null(block);
  memcpy(block, at, length);
  memset(block + length, 0, ENTI_SLACK); /* what is read there looks well formed */
  return block;
}

static void same_form(const enti_gap_form *is, const enti_gap_form *wanted) {
  assert_int_equal(is->kind, wanted->kind);
  assert_int_equal(is->length, wanted->length);
  assert_memory_equal(is->bytes, wanted->bytes, wanted->length);
}

/* Reads one block and compares it. */
static void check_block(const enti_plain *plain, uint32_t first, uint32_t count, const unsigned char *at, size_t length,
                        size_t *next_edited) {
  enti_token_block block;
  uint32_t alone_types[ENTI_TOKENS_A_BLOCK];
  unsigned char *bytes = alone(at, length);
  assert_true(enti_token_block_read(&block, count, &table, bytes, bytes + length));
  assert_true(enti_token_block_types(alone_types, count, bytes, bytes + length));
  assert_int_equal(block.count, count);
  uint32_t changed = 0;
  for (uint32_t i = 0; i < count; i++) {
    enti_gap_form wanted = gap_of(plain, first + i);
    assert_int_equal(block.types[i], plain->types[first + i]);
    assert_int_equal(alone_types[i], plain->types[first + i]);
    assert_int_equal(block.codes[i], plain->codes[first + i]);
    same_form(&block.gaps[i], &wanted);
    if (*next_edited < plain->edited_count && plain->edited[*next_edited].token == first + i) {
      const enti_edited *other = &plain->edited[(*next_edited)++];
      assert_true(changed < block.edited_count);
      assert_int_equal(block.edited[changed].token, i);
      assert_int_equal(block.edited[changed].length, other->length);
      assert_memory_equal(block.edited[changed].bytes, other->bytes, other->length);
      changed++;
    }
  }
  assert_int_equal(block.edited_count, changed);
  for (size_t cut = 0; cut < length && length < 600; cut++) { /* whatever is cut off is missed */
    unsigned char *less = alone(bytes, cut);
    assert_false(enti_token_block_read(&block, count, &table, less, less + cut));
    free(less);
  }
  free(bytes);
}

/* Writes a document behind other bytes, and reads all of its blocks. */
static size_t check_document(const enti_plain *plain) {
  enti_bytes out = {0};
  size_t next_edited = 0, blocks = ((size_t)plain->count + 127) / 128, size;
  assert_int_equal(enti_bytes_add(&enti_alloc_default, &out, "before", 6), ENT_OK);
  assert_int_equal(enti_tokens_write(&enti_alloc_default, plain, &out), ENT_OK);
  const unsigned char *entries = (const unsigned char *)out.at + 6;
  size = out.count - 6;
  for (size_t b = 0; b < blocks; b++) {
    uint32_t count = b + 1 < blocks ? 128 : plain->count - (uint32_t)b * 128;
    size_t begin = enti_get32(entries + 8 * b + 4), end = b + 1 < blocks ? enti_get32(entries + 8 * b + 12) : size;
    assert_int_equal(enti_get32(entries + 8 * b), plain->texts[b]);
    assert_true(begin <= end && end <= size);
    check_block(plain, (uint32_t)b * 128, count, entries + begin, end - begin, &next_edited);
  }
  assert_int_equal(next_edited, plain->edited_count);
  enti_array_free(&enti_alloc_default, &out);
  return size;
}

/* ---- tests -------------------------------------------------------------------------------- */

/* Every length, all gaps alike: the bytes are those that the grammar asks for. */
static void every_length(void **state) {
  (void)state;
  for (uint32_t count = 0; count <= 300; count++)
    for (uint8_t usual = 0; usual < 3; usual++) {
      size_t wanted = 0;
      for (uint32_t i = 0; i < count; i++) {
        types[i] = i % 200;
        codes[i] = usual;
      }
      for (uint32_t left = count, some; left > 0; left -= some) {
        some = left < 128 ? left : 128;
        wanted += 8 + (some + 3) / 4 + some + 1 + (some + 7) / 8 + 1; /* table, lengths, numbers, default, bits, edited */
        if (usual > 1) wanted += some; /* neither 0 nor 1 has a byte a token */
      }
      assert_int_equal(check_document(&(enti_plain){.types = types, .codes = codes, .texts = texts, .count = count}), wanted);
    }
}

/* Types of one to four bytes at each place of a block's four, in a block that ends behind it. */
static void numbers(void **state) {
  (void)state;
  static const uint32_t sizes[] = {7, 0xFF, 0x100, 0xFFFF, 0x10000, 0xFFFFFF, 0x1000000};
  for (uint32_t place = 0; place < 9; place++)
    for (size_t i = 0; i < 7; i++) {
      for (uint32_t k = 0; k <= place; k++) types[k] = k == place ? sizes[i] : k;
      memset(codes, 1, sizeof codes);
      (void)check_document(&(enti_plain){.types = types, .codes = codes, .texts = texts, .count = place + 1});
    }
}

/* The code that most tokens have takes no byte, be it 0 or 1. */
static void usual_codes(void **state) {
  (void)state;
  for (uint32_t ones = 0; ones <= 128; ones++) {
    for (uint32_t i = 0; i < 128; i++) {
      types[i] = 9;
      codes[i] = i * 37 % 128 < ones;
    }
    size_t size = check_document(&(enti_plain){.types = types, .codes = codes, .texts = texts, .count = 128});
    assert_int_equal(size, 8 + 32 + 128 + 1 + 16 + (ones > 64 ? 128 - ones : ones) + 1);
  }
}

static void round_trips(void **state) {
  (void)state;
  pool_seed seed = 20261124;
  for (int round = 0; round < 3000; round++) {
    enti_plain plain = {.types = types, .codes = codes, .literals = literals, .edited = edited, .texts = texts};
    plain.count = pool_below(&seed, round % 40 ? 300 : MOST);
    uint32_t odd = 1 + pool_below(&seed, 60), changed = 1 + pool_below(&seed, 60), usual = pool_below(&seed, 2);
    for (uint32_t i = 0; i < plain.count; i++) {
      types[i] = some_type(&seed);
      codes[i] = (uint8_t)usual;
      if (pool_below(&seed, odd) == 0) codes[i] = (uint8_t)pool_below(&seed, ENTI_GAPS_MOST);
      if (pool_below(&seed, odd) == 0) codes[i] = ENTI_GAP_LITERAL;
      if (codes[i] == ENTI_GAP_LITERAL) {
        uint32_t length = pool_below(&seed, 8) ? pool_below(&seed, 9) : pool_below(&seed, GAP_BYTES / 2);
        literals[plain.literal_count++] = (enti_gap_form){gap_bytes + length, length, (uint8_t)(i % 3 | (i & 4))};
      }
      if (pool_below(&seed, changed) == 0)
        edited[plain.edited_count++] = (enti_edited){i, 1 + pool_below(&seed, 400), gap_bytes + i};
    }
    (void)check_document(&plain);
  }
}

/* Any bytes are read or refused; what is read stays within its bounds. */
static void any_bytes(void **state) {
  (void)state;
  pool_seed seed = 7;
  int read = 0;
  for (int round = 0; round < 200000; round++) {
    unsigned char bytes[400];
    enti_token_block block;
    uint32_t count = 1 + pool_below(&seed, round % 2 ? 8 : 128);
    size_t length = pool_below(&seed, sizeof bytes - ENTI_SLACK);
    for (size_t i = 0; i < length + ENTI_SLACK; i++) bytes[i] = (unsigned char)(pool_below(&seed, 3) ? pool_below(&seed, 4) : pool_below(&seed, 256));
    unsigned char *own = alone(bytes, length);
    if (enti_token_block_read(&block, count, &table, own, own + length)) {
      read++;
      assert_true(block.edited_count <= count);
      for (uint32_t i = 0; i < count; i++) assert_true((block.gaps[i].kind & 3) < 3 && block.gaps[i].kind < 8);
      for (uint32_t i = 0; i < block.edited_count; i++) {
        assert_true(block.edited[i].token < count && (i == 0 || block.edited[i].token > block.edited[i - 1].token));
        assert_true((const unsigned char *)block.edited[i].bytes + block.edited[i].length <= own + length);
      }
    }
    free(own);
  }
  assert_true(read > 100); /* otherwise nothing was tested */
}

static void gap_tables(void **state) {
  (void)state;
  static const unsigned char good[] = {0, 1, ' ', 1, 2, ',', ' ', 6, 0}, one[] = {2, 3, 'a', 'b', 'c'};
  enti_gap_table read;
  assert_true(enti_gap_table_read(&read, good, good + sizeof good));
  assert_int_equal(read.count, 3);
  assert_int_equal(read.at[1].length, 2);
  assert_memory_equal(read.at[1].bytes, ", ", 2);
  assert_int_equal(read.at[2].kind, 2 | ENTI_GAP_INSIDE);
  for (size_t cut = 1; cut < sizeof one; cut++) assert_false(enti_gap_table_read(&read, one, one + cut));
  for (unsigned kind = 0; kind < 256; kind++) {
    unsigned char bytes[] = {(unsigned char)kind, 0};
    assert_int_equal(enti_gap_table_read(&read, bytes, bytes + 2), kind < 7 && (kind & 3) != 3);
  }
  unsigned char many[2 * (ENTI_GAPS_MOST + 1)] = {0};
  assert_true(enti_gap_table_read(&read, many, many + 2 * ENTI_GAPS_MOST));
  assert_false(enti_gap_table_read(&read, many, many + sizeof many));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_length), cmocka_unit_test(numbers),   cmocka_unit_test(usual_codes),
      cmocka_unit_test(round_trips),  cmocka_unit_test(any_bytes), cmocka_unit_test(gap_tables)};
  return cmocka_run_group_tests_name("tokens", tests, open_room, NULL);
}
