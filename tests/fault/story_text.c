/* story_text: texts that are the same each time, different for each name and version. */
#include "story_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"cooperation", "digital", "ASEAN", "the", "of", "port", "中国", "合作", "hợp", "tác",
                                    "kerja", "sama", "connectivity", "rail", "Mekong", "trade.", "policy,", "2019", "win-win",
                                    "The", "region\n", "ความ", "development", "gap.\n\n"};
enum { WORDS = sizeof words / sizeof *words, SHORT_WORDS = 12, LONG_WORDS = 400, MOST_WORD = 16 };

static unsigned next(unsigned *seed) {
  *seed = *seed * 1664525U + 1013904223U;
  return *seed >> 16;
}

static void add_field(story_text *out, const char *name, ent_value value) {
  out->fields[out->field_count++] = (ent_field){name, value};
}

void story_id(char id[32], char name) {
  memcpy(id, "papers/?.txt", 13);
  id[7] = name;
}

void story_text_make(story_text *out, char name, int version) {
  unsigned seed = (unsigned)name * 977U + (unsigned)version * 31U;
  size_t count = isupper((unsigned char)name) ? LONG_WORDS : SHORT_WORDS + next(&seed) % (4 * SHORT_WORDS);
  *out = (story_text){0};
  story_id(out->id, name);
  (void)snprintf(out->mark, sizeof out->mark, "%s%c%dx", isupper((unsigned char)name) ? "long" : "mark", tolower((unsigned char)name), version);
  out->text = malloc(count * MOST_WORD + sizeof out->mark + 1);
  if (!out->text) abort();
  out->text[0] = 0;
  for (size_t i = 0; i < count && version > 0; i++) {
    const char *word = i == count / 2 ? out->mark : words[next(&seed) % WORDS];
    size_t length = strlen(word);
    memcpy(out->text + out->length, word, length);
    out->length += length;
    out->text[out->length++] = ' ';
  }
  if (name == 'n') return; /* no fields */
  add_field(out, "year", (ent_value){.kind = ENT_VALUE_INTEGER, .integer = 2000 + name % 20 + version});
  add_field(out, "mark", (ent_value){.kind = ENT_VALUE_TEXT, .text = out->mark, .length = strlen(out->mark)});
  if (version % 2) add_field(out, "weight", (ent_value){.kind = ENT_VALUE_NUMBER, .number = version / 8.0});
  memcpy(out->list, "China\0ASEAN", 12);
  if (version % 3) add_field(out, "actors", (ent_value){.kind = ENT_VALUE_LIST, .text = out->list, .length = version % 3 == 1 ? 12 : 6});
}

void story_text_free(story_text *text) { free(text->text); }

ent_document story_document(const story_text *text) {
  return (ent_document){.id = text->id,
                        .source = {.text = text->text, .length = text->length},
                        .fields = text->fields,
                        .field_count = text->field_count};
}

void story_world_at(const char *story, uint64_t commit, story_world *out) {
  uint64_t passed = 0;
  memset(out->versions, -1, sizeof out->versions);
  for (const char *at = story; *at && passed < commit; at++) {
    if (*at == ';') passed++;
    if (*at == '-') out->versions[(unsigned char)*++at] = -1;
    else if (isalpha((unsigned char)*at)) out->versions[(unsigned char)*at] = at[1] - '0', at++;
  }
}
