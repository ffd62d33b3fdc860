/* papers: random documents, the same for the same seed: phrases of papers in several scripts, all that is repaired,
 * odd gaps, random text; pages, furniture, headings, tokens and elements that come with a text, fields of every kind. */
#ifndef PAPERS_H
#define PAPERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "../fuzz/pool.h"
#include "text/utf8.h"

enum { PAPER_ID = 64, PAPER_RANGES = 4, PAPER_FIELDS = 6, PAPER_STRINGS = 256, PAPER_GIVEN = 160, PAPER_NAMES = 2 };

typedef struct paper {
  char id[PAPER_ID];
  char *text;
  size_t length;
  ent_range pages[PAPER_RANGES], furniture[PAPER_RANGES];
  ent_heading headings[PAPER_RANGES];
  ent_range tokens[PAPER_GIVEN], sentences[PAPER_RANGES], paragraphs[PAPER_RANGES];
  const char *annotations[PAPER_GIVEN * PAPER_NAMES];
  ent_span spans[PAPER_RANGES];
  ent_field fields[PAPER_FIELDS];
  char strings[PAPER_STRINGS];
  ent_document document; /* points into the rest: a paper stays where it is */
} paper;

static inline const char *paper_phrase(pool_seed *seed) {
  static const char *const phrases[] = {
      "digital ", "digital divide ", "The ", "the ", "gap", "China", "ASEAN ", "co-operation ", "cooperation ", "US ", "us ",
      "Belt and Road ", "R&D ", "China\u2019s ", "Wi-Fi ", "3,500.25 ", "e.g. ", "U.S. ", "et al. ", "(2019) ", "caf\u00E9 ",
      "kesenjangan digital ", "ph\u00E1t tri\u1EC3n ", "\u0111\u00E0i ", "\u4E2D\u56FD", "\u6570\u5B57", "\u9E3F\u6C9F\u3002",
      "\u6230\u570B", "\u4E2D \u56FD", "\u0E01\u0E33\u0E25\u0E31\u0E07", "\u0E4D\u0E32", "\u0E19\u0E49 \u0E33", "\u1780\u1798\u17D2\u1796\u17BB\u1787\u17B6",
      "\uD55C\uAD6D\uC5B4 ", "\u30B3\u30F3\u30D4\u30E5\u30FC\u30BF", "\u0631\u0642\u0645\u064A ", "\uFB01rst ", "\uFF21\uFF33\uFF25\uFF21\uFF2E ",
      "digi\u00ADtal ", "digi\u00AD\ntal ", "digi-\ntal ", "co-\noperation ", "Sino-\nASEAN ", "win-win ", "win-\nwin ", "a\u2060b ",
      " ", " ", " ", "\n", "\n\n", "\f", "\r\n", "\t \t", ", ", ". ", ".\n", "\u3002", "? ", "\u201C", "\u201D ", " \u2014 ", "/", "*", "_",
      "-----------------------------------------------------------------------------------------", "\U0001F600", "\uFFFD",
      "# Findings\n\n", "1. Trust\n\n", "2.1 Ports\n\n", "- item\n", "| a | b |\n", "References\n\n", "[1] Lim, A. B. 2019. ",
      "\u53C2\u8003\u6587\u732E\n\n", "The two sides\n\nagreed that ", "Page 3\n\f", "http://a.org/b?c ", "x@y.org "};
  return phrases[pool_below(seed, sizeof phrases / sizeof *phrases)];
}

/* Where a character begins, at or before `at`. */
static inline size_t paper_border(const char *text, size_t length, size_t at) {
  while (at > 0 && at < length && ((unsigned char)text[at] & 0xC0) == 0x80) at--;
  return at;
}

static inline void paper_text(paper *p, pool_seed *seed, size_t pieces) {
  enum { PIECE = 96 };
  p->text = malloc(pieces * PIECE + 1);
  if (!p->text) exit(2);
  for (size_t i = 0; i < pieces; i++) {
    if (pool_below(seed, 16)) {
      const char *phrase = paper_phrase(seed);
      memcpy(p->text + p->length, phrase, strlen(phrase));
      p->length += strlen(phrase);
    } else {
      uint32_t cps[PIECE / 4];
      size_t count = 1 + pool_below(seed, PIECE / 4 - 1);
      pool_text(seed, cps, count, NULL);
      for (size_t k = 0; k < count; k++) p->length += enti_utf8_put(p->text + p->length, cps[k]);
    }
  }
}

/* Up to PAPER_RANGES ranges of a text, sorted. */
static inline size_t paper_ranges(const paper *p, pool_seed *seed, ent_range *out) {
  size_t count = 0, before = 0;
  for (size_t wanted = pool_below(seed, PAPER_RANGES + 1); count < wanted && before < p->length; count++) {
    size_t begin = before + pool_below(seed, p->length - before), end = begin + pool_below(seed, 60);
    out[count].begin = paper_border(p->text, p->length, begin);
    if (out[count].begin < before) out[count].begin = before;
    out[count].end = paper_border(p->text, p->length, end < p->length ? end : p->length);
    if (out[count].end < out[count].begin) out[count].end = out[count].begin;
    before = out[count].end;
  }
  return count;
}

/* Pages that lie side by side, as PDF import gives them. */
static inline size_t paper_pages(paper *p, pool_seed *seed) {
  size_t count = paper_ranges(p, seed, p->pages);
  for (size_t i = 0; i < count; i++) {
    p->pages[i].begin = i ? p->pages[i - 1].end : 0;
    if (i + 1 == count) p->pages[i].end = p->length;
  }
  return count;
}

static inline size_t paper_headings(paper *p, pool_seed *seed) {
  ent_range ranges[PAPER_RANGES];
  size_t some = paper_ranges(p, seed, ranges), count = 0;
  for (size_t i = 0; i < some; i++)
    if (ranges[i].begin < ranges[i].end) p->headings[count++] = (ent_heading){ranges[i].begin, ranges[i].end, 1 + pool_below(seed, 3)};
  return count;
}

/* Tokens that come with the text: words and pieces of them, some over blanks, with a lemma and a part of speech. */
static inline size_t paper_tokens(paper *p, pool_seed *seed) {
  static const char *const values[] = {NULL, "", "NOUN", "VERB", "digital", "\u4E2D", "be"};
  size_t count = 0, at = 0;
  while (count < PAPER_GIVEN && at < p->length) {
    size_t begin = at, end;
    if (pool_below(seed, 3) == 0) begin = paper_border(p->text, p->length, begin + pool_below(seed, 4));
    if (begin < at) begin = at;
    if (begin >= p->length) break;
    end = begin + 1;
    if (pool_below(seed, 4)) while (end < p->length && p->text[end] != ' ' && p->text[end] != '\n') end++;
    else end += pool_below(seed, 12);
    if (end > p->length) end = p->length;
    while (end < p->length && ((unsigned char)p->text[end] & 0xC0) == 0x80) end++;
    for (size_t i = 0; i < PAPER_NAMES; i++) p->annotations[count * PAPER_NAMES + i] = values[pool_below(seed, 7)];
    p->tokens[count++] = (ent_range){begin, end};
    at = end;
    if (at < p->length && pool_below(seed, 3)) at++;
    at = paper_border(p->text, p->length, at) < end ? end : paper_border(p->text, p->length, at);
  }
  return count;
}

/* Parts of vertical text: tokens, sentences, paragraphs, elements, each there or not. */
static inline void paper_given(paper *p, pool_seed *seed) {
  static const char *const names[PAPER_NAMES] = {"pos", "lemma"}, *const elements[] = {"s", "text", "\u00E9l\u00E9ment"};
  ent_source *source = &p->document.source;
  ent_range ranges[PAPER_RANGES];
  if (pool_below(seed, 4)) {
    source->tokens = p->tokens;
    source->token_count = paper_tokens(p, seed);
    if (pool_below(seed, 3)) {
      source->annotation_names = names;
      source->annotation_count = 1 + pool_below(seed, PAPER_NAMES);
      source->annotations = p->annotations;
    }
  }
  if (pool_below(seed, 2)) {
    source->sentences = p->sentences;
    source->sentence_count = paper_ranges(p, seed, p->sentences);
  }
  if (pool_below(seed, 2)) {
    source->paragraphs = p->paragraphs;
    source->paragraph_count = paper_ranges(p, seed, p->paragraphs);
  }
  source->spans = p->spans;
  source->span_count = paper_ranges(p, seed, ranges);
  for (size_t i = 0; i < source->span_count; i++)
    p->spans[i] = (ent_span){elements[pool_below(seed, 3)], ranges[i].begin, pool_below(seed, 2) ? p->length : ranges[i].end,
                             pool_below(seed, 2) ? NULL : "id=7\nwho=Lim"};
}

/* Fields in a random order, each with a probability of its own. */
static inline size_t paper_fields(paper *p, pool_seed *seed) {
  static const char *const langs[] = {"en", "zh", "vi", "", "th"};
  static const char authors[] = "Lim, A.\0Nguy\u1EC5n, B.\0\0";
  ent_field all[PAPER_FIELDS] = {
      {"year", {.kind = ENT_VALUE_INTEGER, .integer = 2015 + pool_below(seed, 10) - (pool_below(seed, 50) ? 0 : 5000)}},
      {"lang", {.kind = ENT_VALUE_TEXT}},
      {"score", {.kind = ENT_VALUE_NUMBER, .number = (double)pool_below(seed, 64) / 8 - 4}},
      {"open", {.kind = ENT_VALUE_BOOLEAN, .integer = pool_below(seed, 2)}},
      {"authors", {.kind = ENT_VALUE_LIST, .text = authors}},
      {"\u00E9tat", {.kind = ENT_VALUE_TEXT, .text = p->strings}}};
  static const size_t ends[] = {0, 8, 21, 22}; /* of the lists that `authors` holds */
  const char *lang = langs[pool_below(seed, 5)];
  size_t count = 0;
  all[1].value.text = lang;
  all[1].value.length = strlen(lang);
  all[4].value.length = ends[pool_below(seed, 4)];
  all[5].value.length = (size_t)snprintf(p->strings, sizeof p->strings, "v%u", pool_below(seed, 400));
  for (size_t i = 0; i < PAPER_FIELDS; i++) {
    size_t other = i + pool_below(seed, PAPER_FIELDS - i);
    ent_field kept = all[i];
    all[i] = all[other];
    all[other] = kept;
    if (pool_below(seed, 3)) p->fields[count++] = all[i];
  }
  return count;
}

/* A paper of about `pieces` phrases with this id. */
static inline void paper_make(paper *p, pool_seed *seed, const char *id, size_t pieces) {
  static const char *const langs[] = {NULL, NULL, NULL, "en", "zh", "th"};
  memset(p, 0, sizeof *p);
  (void)snprintf(p->id, sizeof p->id, "%s", id);
  paper_text(p, seed, pieces);
  ent_source *source = &p->document.source;
  p->document.id = p->id;
  source->text = p->text;
  source->length = p->length;
  source->layout = (ent_layout)pool_below(seed, 3);
  if (pool_below(seed, 4) == 0) source->unrepaired = pool_below(seed, 2) ? ENT_REPAIR_ALL : pool_below(seed, ENT_REPAIR_ALL + 1);
  source->lang = langs[pool_below(seed, 6)];
  if (pool_below(seed, 3) == 0) {
    source->pages = p->pages;
    source->page_count = paper_pages(p, seed);
    if (source->page_count == 0) source->pages = NULL;
  }
  if (pool_below(seed, 4) == 0) {
    source->furniture = p->furniture;
    source->furniture_count = paper_ranges(p, seed, p->furniture);
  }
  if (pool_below(seed, 4) == 0) {
    source->headings = p->headings;
    source->heading_count = paper_headings(p, seed);
  }
  if (pool_below(seed, 6) == 0) paper_given(p, seed);
  p->document.fields = p->fields;
  p->document.field_count = paper_fields(p, seed);
}

static inline void paper_free(paper *p) {
  free(p->text);
  p->text = NULL;
}

/* How long a paper is: most are short, some empty, a few long. */
static inline size_t paper_size(pool_seed *seed) {
  switch (pool_below(seed, 20)) {
    case 0: return 0;
    case 1: return 1;
    case 2: return 200 + pool_below(seed, 400);
    default: return 2 + pool_below(seed, 40);
  }
}

#endif
