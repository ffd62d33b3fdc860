/* story: plays it, checks a corpus against it, and brings it to its end. */
#define _GNU_SOURCE
#include "story.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "corpus/writer.h"
#include "story_text.h"

static bool say(char why[STORY_WHY], const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  (void)vsnprintf(why, STORY_WHY, format, rest);
  va_end(rest);
  return false;
}

uint64_t story_commits(const char *story) {
  uint64_t count = 0;
  for (; *story; story++) count += *story == ';';
  return count;
}

static bool is_there(const enti_io *io, const char *path, const char *name) {
  char file[256];
  (void)snprintf(file, sizeof file, "%s/%s", path, name);
  int fd = io->open(io->user, file, O_RDONLY, 0);
  if (fd >= 0) (void)io->close(io->user, fd);
  return fd >= 0;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* A failure that a reader reported is told apart from a wrong answer by *status. */
typedef struct reading {
  ent_corpus *corpus;
  const story_world *world;
  ent_status status;
  ent_error err;
  char *why;
} reading;

static bool failed(reading *r, ent_status status, const char *what) {
  r->status = status;
  return say(r->why, "%s: %s (%s)", what, r->err.message, ent_status_text(status));
}

/* Something that was borrowed is not as it should be: wrong, unless the corpus has been damaged since it was lent, and
 * says so when it is asked again. */
static bool differs(reading *r, uint64_t document, const story_text *wanted, const char *what) {
  ent_document_view view;
  ent_status status = ent_corpus_document(r->corpus, document, &view, &r->err);
  return status != ENT_OK ? failed(r, status, "asked again") : say(r->why, "%s: another %s", wanted->id, what);
}

static bool same_value(const ent_value *a, const ent_value *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
    case ENT_VALUE_TEXT:
    case ENT_VALUE_LIST: return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
    case ENT_VALUE_NUMBER: return memcmp(&a->number, &b->number, sizeof a->number) == 0;
    default: return a->integer == b->integer;
  }
}

static bool check_fields(reading *r, uint64_t document, const story_text *wanted) {
  static const char *const names[] = {"actors", "mark", "weight", "year"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const ent_value *value = NULL;
    ent_value got;
    bool has;
    for (size_t f = 0; f < wanted->field_count; f++)
      if (strcmp(wanted->fields[f].name, names[i]) == 0) value = &wanted->fields[f].value;
    ent_status status = ent_corpus_value(r->corpus, document, names[i], &got, &has, &r->err);
    if (status != ENT_OK) return failed(r, status, "a field");
    if (has != (value != NULL) || (has && !same_value(&got, value))) return differs(r, document, wanted, names[i]);
  }
  return true;
}

static bool check_search(reading *r, uint64_t document, const story_text *wanted) {
  const char *words[] = {wanted->mark};
  ent_search *search;
  uint64_t first = ENT_NO_DOCUMENT, second = ENT_NO_DOCUMENT;
  ent_status status = ent_search_new(r->corpus, words, 1, 0, &search, &r->err);
  if (status != ENT_OK) return failed(r, status, "a search");
  status = ent_search_next(search, &first, &r->err);
  if (status == ENT_OK && first != ENT_NO_DOCUMENT) status = ent_search_next(search, &second, &r->err);
  ent_search_free(search);
  if (status != ENT_OK) return failed(r, status, "a search");
  bool good = wanted->length ? first == document && second == ENT_NO_DOCUMENT : first == ENT_NO_DOCUMENT;
  return good || say(r->why, "%s: a search for %s finds something else", wanted->id, wanted->mark);
}

static bool check_there(reading *r, uint64_t document, const story_text *wanted) {
  ent_document_view view;
  ent_string *text;
  size_t length;
  ent_status status = ent_corpus_document(r->corpus, document, &view, &r->err);
  if (status != ENT_OK) return failed(r, status, "a document");
  if (view.id_length != strlen(wanted->id) || memcmp(view.id, wanted->id, view.id_length) != 0 || view.length != wanted->length)
    return differs(r, document, wanted, "id or length");
  status = ent_corpus_text(r->corpus, document, 0, SIZE_MAX, &text, &r->err);
  if (status != ENT_OK) return failed(r, status, "a text");
  const char *bytes = ent_string_bytes(text, &length);
  bool same = length == wanted->length && memcmp(bytes, wanted->text, length) == 0;
  ent_string_free(text);
  if (!same) return say(r->why, "%s: another text", wanted->id);
  return check_fields(r, document, wanted) && check_search(r, document, wanted);
}

static bool check_document(reading *r, char name, int version) {
  story_text wanted;
  char id[32];
  uint64_t document;
  story_id(id, name);
  ent_status status = ent_corpus_find(r->corpus, id, strlen(id), &document, &r->err);
  if (status != ENT_OK) return failed(r, status, "find");
  if (version < 0) return document == ENT_NO_DOCUMENT || say(r->why, "%s: is there", id);
  if (document == ENT_NO_DOCUMENT) return say(r->why, "%s: is not there", id);
  story_text_make(&wanted, name, version);
  bool good = check_there(r, document, &wanted);
  story_text_free(&wanted);
  return good;
}

static bool check_world(reading *r) {
  uint64_t count = 0, has = 0;
  for (int name = 'A'; name <= 'z'; name++) {
    if (!isalpha(name)) continue;
    count += r->world->versions[name] >= 0;
    if (!check_document(r, (char)name, r->world->versions[name])) return false;
  }
  for (uint64_t i = 0; i < ent_corpus_numbers(r->corpus); i++) has += ent_corpus_has(r->corpus, i);
  if (has != count || ent_corpus_totals(r->corpus).documents != count)
    return say(r->why, "%" PRIu64 " documents, not %" PRIu64, has, count);
  return true;
}

story_answer story_read(const char *story, ent_corpus *corpus, char why[STORY_WHY]) {
  story_world world;
  reading r = {.corpus = corpus, .world = &world, .why = why};
  uint64_t generation = ent_corpus_generation(corpus);
  story_world_at(story, generation, &world);
  if (generation > story_commits(story)) (void)say(why, "generation %" PRIu64 " is none", generation);
  else if (check_world(&r)) return STORY_GOOD;
  return r.status != ENT_OK ? STORY_REFUSED : STORY_WRONG;
}

story_answer story_check(const char *story, const char *path, const enti_io *io, unsigned flags, uint64_t *found,
                         char why[STORY_WHY]) {
  ent_corpus *corpus;
  ent_error err = {0};
  *found = 0;
  ent_status status = enti_corpus_open_with(io, NULL, path, flags, &corpus, &err);
  if (status == ENT_ERR_IO && !is_there(io, path, "manifest")) return STORY_GOOD;
  if (status != ENT_OK) {
    (void)say(why, "open: %s", err.message);
    return STORY_REFUSED;
  }
  *found = ent_corpus_generation(corpus);
  story_answer answer = story_read(story, corpus, why);
  if (answer == STORY_GOOD && ent_corpus_verify(corpus, NULL, NULL, &err) != ENT_OK) {
    (void)say(why, "verify: %s", err.message);
    answer = STORY_REFUSED;
  }
  ent_corpus_free(corpus);
  return answer;
}

/* ---- playing ------------------------------------------------------------------------------ */

typedef struct player {
  story_play *play;
  ent_writer *writer;
  ent_corpus *reader;
  ent_error err;
} player;

static bool writer_said(player *p, ent_status status, const char *what) {
  if (status == ENT_OK) return true;
  if (!p->err.message[0] || p->err.code != status) {
    p->play->wrong = true;
    return say(p->play->why, "%s: an error without a message", what);
  }
  p->play->writer_failed = true;
  return p->play->wrong ? false : say(p->play->why, "%s: %s", what, p->err.message);
}

static bool open_writer(player *p) {
  const story_play *play = p->play;
  ent_writer_free(p->writer);
  p->writer = NULL;
  p->err = (ent_error){0};
  const ent_writer_options options = {.memory = 1};
  ent_status status = enti_writer_open_with(play->io, NULL, play->path, &options, &p->writer, &p->err);
  if (status == ENT_OK && play->memory) p->writer->memory = play->memory;
  return writer_said(p, status, "open");
}

static bool put(player *p, char name, int version) {
  story_text text;
  story_text_make(&text, name, version);
  ent_document document = story_document(&text);
  bool good = writer_said(p, ent_writer_add(p->writer, &document, NULL, &p->err), "add");
  story_text_free(&text);
  return good;
}

static bool take(player *p, char name) {
  char id[32];
  story_id(id, name);
  return writer_said(p, ent_writer_remove(p->writer, id, NULL, &p->err), "remove");
}

static void read_all(player *p) {
  story_play *play = p->play;
  ent_error err = {0};
  bool moved;
  char why[STORY_WHY] = "";
  ent_status status = p->reader ? ent_corpus_refresh(p->reader, &moved, &err)
                                : enti_corpus_open_with(play->io, NULL, play->path, ENT_OPEN_READ, &p->reader, &err);
  story_answer answer = status == ENT_OK ? story_read(play->story, p->reader, why) : STORY_REFUSED;
  if (answer == STORY_GOOD && ent_corpus_generation(p->reader) < *play->acknowledged) {
    (void)say(why, "generation %" PRIu64 " is older than what was acknowledged", ent_corpus_generation(p->reader));
    answer = STORY_WRONG;
  }
  if (answer == STORY_REFUSED) play->reader_failed = true;
  if (answer == STORY_WRONG && !play->wrong) (void)say(play->why, "a reader: %s", why);
  play->wrong |= answer == STORY_WRONG;
}

/* One step at *at, which moves behind it. */
static bool step(player *p, const char **at, uint64_t *passed) {
  char c = *(*at)++;
  story_play *play = p->play;
  if (c == ' ') return true;
  if (c == '^') return open_writer(p);
  if (c == '?') {
    read_all(p);
    return true;
  }
  if (c == '!') {
    ent_writer_merge(p->writer);
    return true;
  }
  if (c == '-') return take(p, *(*at)++);
  if (isalpha((unsigned char)c)) return put(p, c, *(*at)++ - '0');
  if (!writer_said(p, ent_writer_commit(p->writer, &p->err), "commit")) return false;
  *play->acknowledged = ++*passed;
  if (ent_writer_generation(p->writer) == *passed) return true;
  play->wrong = true;
  return say(play->why, "commit %" PRIu64 " made generation %" PRIu64, *passed, ent_writer_generation(p->writer));
}

void story_run(story_play *play) {
  player p = {.play = play};
  uint64_t passed = 0;
  const char *at = play->story;
  for (; passed < *play->acknowledged && *at; at++) passed += *at == ';';
  bool good = open_writer(&p);
  while (good && *at) good = step(&p, &at, &passed);
  ent_writer_free(p.writer);
  ent_corpus_free(p.reader);
}

/* ---- to the end --------------------------------------------------------------------------- */

/* Nothing but the lock, the manifest and one segment, whose bytes it sums up. */
static bool check_names(const char *path, const enti_io *io, uint64_t *digest, char *why) {
  enti_bytes names = {0};
  size_t segments = 0, others = 0;
  char name[256] = "";
  if (io->list(io->user, path, &enti_alloc_default, &names) < 0) return say(why, "the folder cannot be listed");
  for (size_t at = 0; at < names.count; at += strlen(names.at + at) + 1) {
    const char *one = names.at + at;
    if (strncmp(one, "segment-", 8) == 0 && !strchr(one, '.')) {
      segments++;
      (void)snprintf(name, sizeof name, "%s/%s", path, one);
    } else if (strcmp(one, "manifest") != 0 && strcmp(one, "lock") != 0) {
      others++;
      (void)say(why, "%s is left over", one);
    }
  }
  enti_array_free(&enti_alloc_default, &names);
  if (others) return false;
  if (segments != 1) return say(why, "%zu segments are there, not 1", segments);
  unsigned char bytes[4096];
  int64_t count;
  int fd = io->open(io->user, name, O_RDONLY, 0);
  *digest = UINT64_C(14695981039346656037);
  for (uint64_t at = 0; (count = io->read(io->user, fd, bytes, sizeof bytes, at)) > 0; at += (uint64_t)count)
    for (int64_t i = 0; i < count; i++) *digest = (*digest ^ bytes[i]) * UINT64_C(1099511628211);
  (void)io->close(io->user, fd);
  return count == 0 || say(why, "the segment cannot be read");
}

static bool merge_all(const char *path, const enti_io *io, char *why) {
  ent_writer *writer;
  ent_error err = {0};
  ent_status status = enti_writer_open_with(io, NULL, path, NULL, &writer, &err);
  if (status != ENT_OK) return say(why, "open, to merge: %s", err.message);
  ent_writer_merge(writer);
  status = ent_writer_commit(writer, &err);
  ent_writer_free(writer);
  return status == ENT_OK || say(why, "merge: %s", err.message);
}

bool story_finish(const char *story, const char *path, const enti_io *io, uint64_t *digest, char why[STORY_WHY]) {
  uint64_t found, sum;
  volatile uint64_t reached;
  if (story_check(story, path, io, ENT_OPEN_READ, &found, why) != STORY_GOOD) return false;
  reached = found;
  story_play play = {.story = story, .path = path, .io = io, .acknowledged = &reached};
  story_run(&play);
  if (play.writer_failed || play.reader_failed || play.wrong) return say(why, "a retry fails: %s", play.why);
  if (story_check(story, path, io, ENT_OPEN_READ, &found, why) != STORY_GOOD) return false;
  if (found != story_commits(story)) return say(why, "a retry ends at commit %" PRIu64, found);
  if (!merge_all(path, io, why)) return false;
  return check_names(path, io, digest ? digest : &sum, why);
}

bool story_go_on(const char *story, const char *path, const enti_io *io, uint64_t *found, char why[STORY_WHY]) {
  static const char more[] = " z9 ! ;";
  char longer[1024];
  if (story_check(story, path, io, ENT_OPEN_READ, found, why) != STORY_GOOD) return false;
  size_t length = 0;
  for (uint64_t passed = 0; passed < *found; length++) passed += story[length] == ';';
  if (length + sizeof more > sizeof longer) return say(why, "the story is too long");
  memcpy(longer, story, length);
  memcpy(longer + length, more, sizeof more);
  return story_finish(longer, path, io, NULL, why);
}
