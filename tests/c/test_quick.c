/* text: the kernels, vector beside plain, on the same inputs; what the tables say against the machine's own
 * rules; maps both ways; where a text may be cut. Normal forms themselves: test_normal.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "text/quick.h"
#include "text/valid.h"

enum { FORMS = ENT_HANS + 1, ROOM = 1 << 14 };

static uint32_t seed = 7;
static uint32_t chance(uint32_t below) {
  seed = seed * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* Ranges of which a stretch of text is made: what a kernel knows by bytes, and what stands around it. */
static const uint32_t stretches[][2] = {
    {0x20, 0x7E},     {0x41, 0x5A},     {0xC0, 0x17F},    {0x1A0, 0x1B4},   {0x1EA0, 0x1EFF}, {0xE01, 0xE3A},
    {0xE40, 0xE4E},   {0xE31, 0xE3A},   {0xE47, 0xE4C},   {0xE80, 0xEDF},   {0x300, 0x36F},   {0x3000, 0x303F},
    {0x3040, 0x30FF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}, {0xFF01, 0xFF9F}, {0x2010, 0x2026}, {0x391, 0x44F},
    {0x1F600, 0x1F64F}, {0x5D0, 0x5EA}, {0x591, 0x5C7},   {0x621, 0x65F},   {0x901, 0x963},   {0x1100, 0x11FF},
    {0x200B, 0x200F}, {0xA0, 0xAD},     {0x80, 0x10FFFF}};

static size_t random_text(char *out, size_t most) {
  size_t length = 0;
  while (length + 64 < most) {
    const uint32_t *range = stretches[chance(sizeof stretches / sizeof *stretches)];
    for (uint32_t left = chance(chance(4) ? 5 : 40) + 1; left > 0 && length + 8 < most; left--) {
      uint32_t cp = range[0] + chance(range[1] - range[0] + 1);
      if (cp < 0xD800 || cp > 0xDFFF) length += enti_utf8_put(out + length, cp);
    }
  }
  return length;
}

/* ---- two kernels -------------------------------------------------------------------------- */

typedef struct side {
  enti_quick quick;
  enti_map map;
  char out[ROOM];
} side;

static void begin(side *s, ent_form form, const char *text, size_t length) {
  s->map.edits.count = s->map.anchors.count = 0;
  s->map.end = (enti_point){0, 0};
  assert_int_equal(enti_map_reserve(&enti_alloc_default, &s->map, length), ENT_OK);
  s->quick = (enti_quick){.text = text, .length = length, .out = s->out, .map = &s->map};
  enti_quick_init(&s->quick, form);
}

static bool run(side *s, enti_quick_kernel *kernel) {
  bool machine = kernel(&s->quick, s->quick.length);
  if (machine) enti_quick_back(&s->quick);
  return machine;
}

/* Leaves out what a machine would take: up to a clean code point with a clean one behind it. */
static void leave_out(side *s) {
  enti_quick *quick = &s->quick;
  uint32_t cp;
  size_t at = enti_utf8_next(quick->text, quick->at, &cp), next;
  for (; at < quick->length; at = next) {
    next = enti_utf8_next(quick->text, at, &cp);
    if (enti_quick_is_clean(quick, at) && (next == quick->length || enti_quick_is_clean(quick, next))) break;
  }
  quick->at = at;
  enti_map_add(&s->map, quick->size, at - s->map.end.source - (quick->size - s->map.end.out), 0);
}

static void check_kernels(const char *text, size_t length) {
  static side plain, vector;
  enti_quick_kernel *fast = enti_quick_vector();
  if (!fast) fast = enti_quick_plain;
  for (int form = 0; form < FORMS; form++) {
    begin(&plain, (ent_form)form, text, length);
    begin(&vector, (ent_form)form, text, length);
    bool machine;
    do {
      machine = run(&plain, enti_quick_plain);
      assert_int_equal(run(&vector, fast), machine);
      assert_int_equal(plain.quick.at, vector.quick.at);
      assert_int_equal(plain.quick.size, vector.quick.size);
      assert_memory_equal(plain.out, vector.out, plain.quick.size);
      assert_int_equal(plain.map.edits.count, vector.map.edits.count);
      if (plain.map.edits.count)
        assert_memory_equal(plain.map.edits.at, vector.map.edits.at,
                            plain.map.edits.count * sizeof *plain.map.edits.at);
      if (!machine) break;
      leave_out(&plain);
      leave_out(&vector);
    } while (plain.quick.at < length);
  }
}

static void kernels_on_random_text(void **state) {
  (void)state;
  static char text[2048];
  for (int round = 0; round < 20000; round++)
    check_kernels(text, random_text(text, round % 10 ? 300 : sizeof text));
}

/* Every code point behind and before what a kernel must not pass over, at a lane of a step that changes. */
static void kernels_on_code_points(void **state) {
  (void)state;
  static const char *const behind[] = {"", "\u0E01", "\u0E01\u0E48", "\u0E33", "\u200B", "\u00C0", "\u05D0\u05B0"};
  static const char *const before[] = {"", "\u0E48", "\u0E38", "\u0301", "\u0EC8"};
  char text[512];
  for (uint32_t cp = 0x80; cp <= 0x10FFFF; cp += cp < 0x3400 || (cp >= 0xF900 && cp < 0x10000) ? 1 : 61) {
    if (cp >= 0xD800 && cp <= 0xDFFF) continue;
    size_t length = 40 + cp % 61;
    memset(text, 'x', length);
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
      for (size_t j = 0; j < sizeof before / sizeof *before; j++) {
        length += (size_t)sprintf(text + length, "%s", behind[i]);
        length += enti_utf8_put(text + length, cp);
        length += (size_t)sprintf(text + length, "%sx", before[j]);
      }
    check_kernels(text, length);
  }
}

static void valid_kernels(void **state) {
  (void)state;
  static char text[512];
  enti_valid_kernel *vector = enti_valid_vector();
  if (!vector) vector = enti_valid_plain;
  for (int round = 0; round < 300000; round++) {
    size_t length = random_text(text, 100 + chance(300)), faults = chance(3);
    for (size_t i = 0; i < faults; i++) {
      size_t at = chance((uint32_t)length);
      if (chance(2)) text[at] = (char)chance(256);
      else length = at + 1;
    }
    assert_int_equal(vector(text, length), enti_valid_plain(text, length));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kernels_on_random_text),
      cmocka_unit_test(kernels_on_code_points),
      cmocka_unit_test(valid_kernels),
  };
  return cmocka_run_group_tests_name("quick", tests, NULL, NULL);
}
