/* sentences: a labelled set of passages in ten languages, the rules one by one, and walking in linear time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"
#include "token/segment.h"
#include "patience.h"

/* ---- the labelled set: tests/data/sentences.tsv ---- */

typedef struct passage { /* its text without marks, and whether a sentence ends behind each byte */
  char text[1024];
  size_t length;
  bool ends[1024];
} passage;

static void read_passage(const char *line, passage *out) {
  *out = (passage){.length = 0};
  while (*line && *line != '\n') {
    if (strncmp(line, "¦", 2) == 0) {
      out->ends[out->length] = true;
      line += 2;
    } else if (strncmp(line, "↵", 3) == 0) {
      out->text[out->length++] = '\n';
      line += 3;
    } else {
      out->text[out->length++] = *line++;
    }
    assert_true(out->length + 1 < sizeof out->text);
  }
}

typedef struct score {
  size_t right, wrong, missed;
} score;

/* Compares what is found with what is labelled; the end of the text is no find. */
static void judge(const passage *p, const char *lang, score *sum) {
  size_t at = 0;
  bool found[sizeof p->ends] = {false};
  while (at < p->length) {
    at = enti_sentence_end(p->text, at, p->length, NULL, 0);
    found[at] = true;
    at = enti_skip_blanks(p->text, at, p->length, NULL, 0);
  }
  for (size_t i = 1; i < p->length; i++) {
    if (found[i] && p->ends[i]) sum->right++;
    if (found[i] == p->ends[i]) continue;
    if (found[i]) sum->wrong++;
    else sum->missed++;
    print_message("# %s: %s after byte %zu: %s\n", lang, found[i] ? "an end" : "no end", i, p->text);
  }
}

static void labelled(void **state) {
  FILE *file = fopen("tests/data/sentences.tsv", "rb");
  char line[2048];
  score sum = {0};
  size_t passages = 0;
  (void)state;
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    passage p;
    char *tab = strchr(line, '\t');
    if (line[0] == '#') continue;
    assert_non_null(tab);
    *tab = '\0';
    read_passage(tab + 1, &p);
    judge(&p, line, &sum);
    passages++;
  }
  (void)fclose(file);
  print_message("# %zu passages: %zu ends right, %zu wrong, %zu missed\n", passages, sum.right, sum.wrong, sum.missed);
  assert_true(passages > 100 && sum.right > 100);
  assert_int_equal(sum.wrong, 0);
  assert_int_equal(sum.missed, 0);
}

/* ---- rules ---- */

/* The sentences of a text as one block, parted by |. */
static const char *sentences(const char *text, const ent_range *skips, size_t skip_count) {
  static char shown[1024];
  size_t end = strlen(text), at = enti_skip_blanks(text, 0, end, skips, skip_count), out = 0;
  while (at < end) {
    size_t skip = 0;
    while (skip < skip_count && skips[skip].end <= at) skip++;
    const ent_range *ahead = skips ? skips + skip : NULL;
    size_t to = enti_sentence_end(text, at, end, ahead, skip_count - skip);
    out += (size_t)snprintf(shown + out, sizeof shown - out, "%s%.*s", out ? "|" : "", (int)(to - at), text + at);
    at = enti_skip_blanks(text, to, end, ahead, skip_count - skip);
  }
  return shown;
}

/* Every mark of UAX #29 that ends a sentence ends ours, whatever bytes it is written in. */
static void every_terminator(void **state) {
  size_t marks = 0;
  (void)state;
  for (uint32_t c = 1; c <= 0x10FFFF; c++) {
    char text[16];
    if (enti_unicode_sb(c) != ENTI_SB_STERM) continue;
    size_t length = 1 + enti_utf8_put(text + 1, c);
    text[0] = 'a';
    memcpy(text + length, " B", 2);
    if (enti_sentence_end(text, 0, length + 2, NULL, 0) != length) fail_msg("U+%04X ends no sentence", c);
    marks++;
  }
  assert_int_equal(marks, 151);
}

static void furniture_inside(void **state) {
  static const char text[] = "The gap Run! 12 Grows on. It ends.";
  const ent_range skips[] = {{8, 15}};
  (void)state;
  assert_string_equal(sentences(text, skips, 1), "The gap Run! 12 Grows on.|It ends.");
  const ent_range behind[] = {{30, 31}, {31, 34}};
  assert_string_equal(sentences("One line ends here, in a gap. \n  3 Two. \n Three", behind, 2), "One line ends here, in a gap.|Two.|Three");
}

/* Entries of a reference list are whole; "[1]" elsewhere is the note of what stands before it. */
static void references(void **state) {
  (void)state;
  assert_string_equal(sentences("[1] Lim, A. Trust. Journal. 2020.\n[2] Tan, B. Ports! Press, 2021.", NULL, 0),
                      "[1] Lim, A. Trust. Journal. 2020.|[2] Tan, B. Ports!|Press, 2021.");
  assert_string_equal(sentences("So it is. [1] is the source. It is old.", NULL, 0), "So it is.|[1] is the source.|It is old.");
  assert_string_equal(sentences("So it is.[1] That is all.", NULL, 0), "So it is.[1]|That is all.");
  assert_string_equal(sentences("见李四.东盟合作[J].国际研究,2021. 又见王五.信任赤字.然后", NULL, 0),
                      "见李四.东盟合作[J].国际研究,2021.|又见王五.|信任赤字.|然后");
}

/* No input makes it read the text again and again. */
static void linear(void **state) {
  static const char *const pieces[] = {". ", "a.", "A. ", "[1]", "中.", "...", "?”", "ก. ", "a.a.a. ", "(. ", "e.g. ", "។ល", "\n[1] .", ".[1", "w.3 "};
  enum { SIZE = 1 << 20 };
  char *text = malloc(SIZE + 16);
  (void)state;
  assert_non_null(text);
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    size_t length = 0, piece = strlen(pieces[i]), at = 0;
    while (length + piece <= SIZE) {
      memcpy(text + length, pieces[i], piece);
      length += piece;
    }
    clock_t begin = clock();
    while (at < length) at = enti_skip_blanks(text, enti_sentence_end(text, at, length, NULL, 0), length, NULL, 0);
    double seconds = seconds_since(begin);
    if (seconds > patience(2)) fail_msg("%s: %.1f s for 1 MB", pieces[i], seconds);
  }
  free(text);
}

/* quanteda 4.3.1 counts 23: it reads the salutation, a paragraph of its own, with the sentence behind it. */
static void washington(void **state) {
  FILE *file = fopen("../shared/data/inaugural/texts/1789-Washington.txt", "rb");
  char text[16384];
  size_t count = 0, at = 0;
  (void)state;
  if (!file) return;
  size_t length = fread(text, 1, sizeof text, file);
  (void)fclose(file);
  for (; at < length; count++) at = enti_skip_blanks(text, enti_sentence_end(text, at, length, NULL, 0), length, NULL, 0);
  assert_int_equal(count, 23);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(labelled), cmocka_unit_test(every_terminator), cmocka_unit_test(furniture_inside),
      cmocka_unit_test(references), cmocka_unit_test(linear), cmocka_unit_test(washington),
  };
  return cmocka_run_group_tests_name("sentence", tests, NULL, NULL);
}
