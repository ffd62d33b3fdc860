/* fault_boundaries [MB]: the smallest and largest documents; offsets beyond 4 GiB, in memory and in a sparse file; counts
 * beyond 2^31; what is larger than the format is refused. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/stat.h>

#define assert_non_null(x) assert_true((x) != NULL)
#define assert_int_equal(a, b) assert_true((a) == (b))
#define assert_true(x) ((x) ? (void)0 : (void)(printf("# %s:%d: %s\n", __FILE__, __LINE__, #x), exit(1)))
#define fail_msg(...) (printf("# " __VA_ARGS__), exit(1))

#include "../c/memory_segment.h"
#include "../c/same_document.h"
#include "far_segment.h"
#include "scratch.h"
#include "sparse.h"
#include "segment/find.h"
#include "segment/invert.h"
#include "store/sealed.h"
#include "tap.h"

enum { COUNT = 40 };

/* ---- documents ---------------------------------------------------------------------------- */

/* Text of `megabytes`, of words that are numbered, in lines and paragraphs. */
static char *make_text(size_t megabytes, size_t *length) {
  size_t room = megabytes << 20, at = 0;
  char *text = malloc(room + 64);
  assert_non_null(text);
  for (unsigned i = 0; at < room; i++)
    at += (size_t)snprintf(text + at, 64, "word%u%s", i % 50000, i % 400 == 399 ? ".\n\n" : i % 12 == 11 ? ",\n" : " ");
  *length = at;
  return text;
}

/* A document goes into a corpus and comes out of it as an index has it. */
static bool goes_through(const char *folder, const char *text, size_t length, const char *word) {
  char path[96];
  ent_writer *writer;
  ent_corpus *corpus;
  ent_vocab *vocab, *other;
  ent_index *added, *loaded;
  ent_string *is;
  ent_search *search;
  uint64_t number, found;
  uint32_t one, two;
  size_t got, hits = 0, wanted = 0;
  const ent_place *places;
  ent_error err = {0};
  ent_document document = {.id = "d", .source = {.text = text, .length = length}};
  (void)snprintf(path, sizeof path, "%s/one.entente", folder);
  assert_int_equal(ent_writer_open(NULL, path, NULL, &writer, &err), ENT_OK);
  if (ent_writer_add(writer, &document, NULL, &err) != ENT_OK || ent_writer_commit(writer, &err) != ENT_OK) fail_msg("%s\n", err.message);
  ent_writer_free(writer);
  assert_int_equal(ent_corpus_open(NULL, path, 0, &corpus, &err), ENT_OK);
  assert_int_equal(ent_corpus_find(corpus, "d", 1, &number, &err), ENT_OK);
  assert_int_equal(ent_corpus_text(corpus, number, 0, SIZE_MAX, &is, &err), ENT_OK);
  const char *bytes = ent_string_bytes(is, &got);
  bool same = got == length && (length == 0 || memcmp(bytes, text, length) == 0);
  ent_string_free(is);
  assert_true(ent_vocab_new(NULL, &vocab) == ENT_OK && ent_vocab_new(NULL, &other) == ENT_OK);
  assert_true(ent_index_new(vocab, &added) == ENT_OK && ent_index_new(other, &loaded) == ENT_OK);
  assert_int_equal(ent_index_add(added, &document.source, &one, &err), ENT_OK);
  if (ent_corpus_load(corpus, number, loaded, &two, &err) != ENT_OK) fail_msg("%s\n", err.message);
  const char *what = document_differs(added, one, loaded, two);
  if (what) printf("# %s differs\n", what);
  for (uint32_t i = 0; i < ent_index_tokens(added, one); i++) {
    size_t size;
    const char *type = ent_vocab_bytes(vocab, ent_index_token(added, one, i).type, &size);
    wanted += size == strlen(word) && memcmp(type, word, size) == 0;
  }
  assert_int_equal(ent_search_new(corpus, &word, 1, ENT_NONE, &search, &err), ENT_OK);
  assert_int_equal(ent_search_next(search, &found, &err), ENT_OK);
  if (found != ENT_NO_DOCUMENT) assert_int_equal(ent_search_places(search, &places, &hits, &err), ENT_OK);
  ent_search_free(search);
  ent_totals totals = ent_corpus_totals(corpus);
  same = same && !what && hits == wanted && totals.bytes == length && totals.tokens == ent_index_tokens(added, one) &&
         ent_corpus_verify(corpus, NULL, NULL, &err) == ENT_OK;
  ent_corpus_free(corpus);
  ent_index_free(added);
  ent_index_free(loaded);
  ent_vocab_free(vocab);
  ent_vocab_free(other);
  scratch_remove(path);
  return same;
}

static void test_documents(const char *folder, size_t megabytes) {
  size_t length;
  char *text = make_text(megabytes, &length), *word = malloc((megabytes << 20) + 1);
  assert_non_null(word);
  (void)tap(goes_through(folder, "", 0, "a"), "a document of no byte");
  (void)tap(goes_through(folder, " \n.", 3, "a"), "a document of no token");
  (void)tap(goes_through(folder, "a", 1, "a"), "a document of one token");
  (void)tap(goes_through(folder, text, length, "word7"), "a document of %zu MB", megabytes);
  memset(word, 'a', megabytes << 20);
  (void)tap(goes_through(folder, word, megabytes << 20, "a"), "a document of one token of %zu MB", megabytes);
  memset(word, ' ', megabytes << 20);
  word[(megabytes << 20) - 1] = 'a';
  (void)tap(goes_through(folder, word, megabytes << 20, "a"), "a document of a gap of %zu MB before one token", megabytes);
  free(text);
  free(word);
}

/* Too long a text is refused before a byte of it is looked at. */
static void test_refused(const char *folder) {
  char path[96];
  ent_writer *writer;
  ent_error err = {0};
  (void)snprintf(path, sizeof path, "%s/refused.entente", folder);
  assert_int_equal(ent_writer_open(NULL, path, NULL, &writer, &err), ENT_OK);
  bool fine = true;
  ent_document document = {.id = "d", .source = {.text = "a"}};
  const size_t lengths[] = {(size_t)INT32_MAX + 1, UINT32_MAX, SIZE_MAX};
  for (size_t i = 0; i < 3; i++) {
    document.source.length = lengths[i];
    fine = fine && ent_writer_add(writer, &document, NULL, &err) == ENT_ERR_LIMIT;
  }
  document.source.length = 1; /* and the writer goes on */
  fine = fine && ent_writer_add(writer, &document, NULL, &err) == ENT_OK && ent_writer_commit(writer, &err) == ENT_OK;
  ent_writer_free(writer);
  scratch_remove(path);
  (void)tap(fine, "a text of 2^31 bytes or more is refused");
}

/* ---- beyond 4 GiB ------------------------------------------------------------------------- */

static size_t count_places(const enti_segment *segment, const char *term, uint64_t *sum) {
  enti_query query;
  enti_finder *finder;
  uint32_t document;
  size_t all = 0, count;
  const ent_place *places;
  assert_int_equal(enti_query_make(&enti_alloc_default, &term, 1, ENT_NONE, &query, NULL), ENT_OK);
  assert_int_equal(enti_finder_new(&enti_alloc_default, segment, NULL, &query, &finder), ENT_OK);
  while (enti_finder_next(finder, &document) == ENT_OK && document != ENT_NONE) {
    assert_int_equal(enti_finder_places(finder, &places, &count), ENT_OK);
    for (size_t i = 0; i < count; i++) *sum = *sum * 31 + document * UINT64_C(1000003) + places[i].first;
    all += count;
  }
  enti_finder_free(finder);
  enti_query_free(&enti_alloc_default, &query);
  return all;
}

/* Whether two segments say the same: documents, what they load as, hits, types, values. */
static bool same_answers(const enti_segment *a, const enti_segment *b) {
  static const char *const terms[] = {"digital", "d*", "*", "china", "\u4E2D\u56FD", "belt and road"};
  const enti_segment *both[] = {a, b};
  ent_vocab *vocabs[2];
  ent_index *indexes[2];
  enti_type_map maps[2] = {{0}};
  bool same = enti_segment_documents(a) == enti_segment_documents(b);
  for (int i = 0; i < 2; i++) assert_true(ent_vocab_new(NULL, &vocabs[i]) == ENT_OK && ent_index_new(vocabs[i], &indexes[i]) == ENT_OK);
  for (uint32_t d = 0; d < enti_segment_documents(a) && same; d++) {
    uint32_t numbers[2], found;
    ent_document_view view;
    for (int i = 0; i < 2; i++) assert_int_equal(enti_segment_load(both[i], d, indexes[i], &maps[i], &numbers[i], NULL), ENT_OK);
    assert_int_equal(enti_segment_document(b, d, &view), ENT_OK);
    assert_int_equal(enti_segment_find(a, view.id, view.id_length, &found), ENT_OK);
    same = found == d && !document_differs(indexes[0], numbers[0], indexes[1], numbers[1]);
  }
  for (size_t t = 0; t < sizeof terms / sizeof *terms && same; t++) {
    uint64_t sums[2] = {0};
    size_t hits = count_places(a, terms[t], &sums[0]);
    same = hits > 0 && hits == count_places(b, terms[t], &sums[1]) && sums[0] == sums[1];
  }
  for (int i = 0; i < 2; i++) {
    enti_array_free(&enti_alloc_default, &maps[i]);
    ent_index_free(indexes[i]);
    ent_vocab_free(vocabs[i]);
  }
  return same;
}

static void merge_of(const enti_segment *a, const enti_segment *b, memory_sink *sink) {
  enti_merge_input inputs[] = {{a, NULL}, {b, NULL}};
  ent_error err = {0};
  *sink = (memory_sink)memory_sink_new();
  if (enti_segment_merge(NULL, inputs, 2, &sink->sink, &err) != ENT_OK) fail_msg("%s\n", err.message);
}

static void test_far(const memory_segment *near, const memory_segment *other) {
  far_segment far;
  memory_sink wanted, is;
  if (!far_segment_make(near->bytes, near->view.length, &far)) {
    (void)tap(false, "a segment whose offsets need more than 32 bits");
    return;
  }
  (void)tap(same_answers(far.segment, near->segment), "a segment whose offsets need more than 32 bits answers as the one it is made from");
  (void)tap(enti_segment_verify(far.segment, NULL, NULL) != ENT_OK, "and is not as a writer would have it: its holes are seen");
  merge_of(near->segment, other->segment, &wanted);
  merge_of(far.segment, other->segment, &is);
  (void)tap(is.length == wanted.length && memcmp(is.at, wanted.at, is.length) == 0, "and is merged as that is");
  free(is.at);
  free(wanted.at);
  far_segment_free(&far);
}

/* A sink that stands at 5 GiB already: what is written there can be read there. */
static void test_far_sink(const paper *papers, const memory_segment *near) {
  const uint64_t base = (UINT64_C(5) << 30) + 8;
  memory_sink sink = {.sink = {.write = memory_sink_write, .at = base}};
  enti_batch *batch;
  enti_segment *segment;
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  for (size_t i = 0; i < COUNT; i++) (void)batch_add(batch, 0, &papers[i].document);
  assert_int_equal(enti_batch_write(batch, 2, &sink.sink, NULL), ENT_OK);
  enti_batch_free(batch);
  uint64_t all = base + sink.length;
  unsigned char *at = mmap(NULL, (size_t)all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  assert_true(at != MAP_FAILED);
  memcpy(at + base, sink.at, sink.length);
  enti_view view = {.at = at, .length = all};
  bool fine = sink.length == near->view.length && enti_segment_open(NULL, &view, &segment, NULL) == ENT_OK;
  (void)tap(fine && same_answers(segment, near->segment), "a segment that is written behind 5 GiB of others");
  if (fine) enti_segment_free(segment);
  (void)munmap(at, (size_t)all);
  free(sink.at);
}

/* A sealed file of 5 GiB, whose segment stands at its end. */
static void test_far_file(const char *folder, const memory_segment *near) {
  static char zeros[1 << 20];
  const uint64_t hole = UINT64_C(5) << 30;
  char path[96];
  const enti_io io = sparse_io();
  enti_sealer *sealer;
  enti_sealed *sealed;
  enti_seal seal;
  struct stat about;
  ent_error err = {0};
  unsigned char *moved = malloc(near->view.length);
  assert_non_null(moved);
  memcpy(moved, near->bytes, near->view.length);
  for (int i = 0; i < ENTI_SECTIONS; i++) {
    unsigned char *entry = moved + near->view.length - ENTI_FOOTER_SIZE + 16 * i;
    (void)enti_put64(entry, enti_get64(entry) + hole);
  }
  (void)snprintf(path, sizeof path, "%s/sparse", folder);
  assert_int_equal(enti_sealer_new(&enti_alloc_default, &io, path, &sealer, &err), ENT_OK);
  for (uint64_t at = 0; at < hole; at += sizeof zeros) assert_int_equal(enti_sink_write(enti_sealer_sink(sealer), zeros, sizeof zeros), ENT_OK);
  assert_int_equal(enti_sink_write(enti_sealer_sink(sealer), moved, near->view.length), ENT_OK);
  if (enti_sealer_finish(sealer, &seal, &err) != ENT_OK) fail_msg("%s\n", err.message);
  enti_sealer_free(sealer);
  assert_int_equal(stat(path, &about), 0);
  for (unsigned mode = 0; mode <= ENT_OPEN_READ; mode++) {
    enti_segment *segment;
    if (enti_sealed_open(&enti_alloc_default, &enti_io_system, path, mode, &seal, &sealed, NULL, &err) != ENT_OK) fail_msg("%s\n", err.message);
    bool fine = enti_segment_open(NULL, enti_sealed_view(sealed), &segment, &err) == ENT_OK;
    (void)tap(fine && same_answers(segment, near->segment), "a file of %lld MiB, %lld KiB on disk, %s", (long long)about.st_size >> 20, (long long)about.st_blocks / 2,
              mode ? "read" : "mapped");
    if (fine) enti_segment_free(segment);
    enti_sealed_free(sealed);
  }
  free(moved);
  (void)unlink(path);
}

/* ---- counts ------------------------------------------------------------------------------- */

/* Says that every type of a segment occurs `count` times. */
static void set_counts(memory_segment *m, uint64_t count) {
  const enti_footer *f = &m->segment->footer;
  for (uint32_t i = 0; i < f->types; i++) {
    unsigned char *at = m->bytes + f->sections[ENTI_SECTION_TYPE_COUNTS].offset + UINT64_C(5) * i, made[8];
    if (enti_get40(at) == 0) continue;
    (void)enti_put64(made, count);
    memcpy(at, made, 5);
  }
}

static void test_counts(const paper *papers) {
  memory_segment one, two, merged;
  memory_sink sink;
  uint8_t first[COUNT] = {0}, second[COUNT] = {0};
  uint32_t type;
  uint64_t count = 0;
  for (size_t i = 0; i < COUNT; i++) (i % 2 ? first : second)[i] = 1;
  papers_segment(papers, COUNT, first, &one);
  papers_segment(papers, COUNT, second, &two);
  set_counts(&one, UINT64_C(3) << 37);
  set_counts(&two, UINT64_C(1) << 32);
  merge_of(one.segment, two.segment, &sink);
  memory_open(&merged, &sink);
  free(sink.at);
  assert_int_equal(enti_segment_type_find(merged.segment, "the", 3, &type), ENT_OK);
  assert_int_equal(enti_segment_count(merged.segment, type, &count), ENT_OK);
  (void)tap(count == (UINT64_C(3) << 37) + (UINT64_C(1) << 32), "a type that occurs more than 2^38 times");
  memory_close(&merged);
  set_counts(&two, UINT64_C(1) << 39);
  set_counts(&one, UINT64_C(1) << 39);
  sink = (memory_sink)memory_sink_new();
  ent_status status = enti_segment_merge(NULL, (enti_merge_input[]){{one.segment, NULL}, {two.segment, NULL}}, 2, &sink.sink, NULL);
  (void)tap(status == ENT_ERR_LIMIT, "a count of 2^40 is refused");
  free(sink.at);
  memory_close(&one);
  memory_close(&two);
}

static ent_status take_none(void *user, uint32_t term, const enti_bytes *postings, uint64_t tokens, uint32_t documents) {
  (void)user, (void)term, (void)postings, (void)tokens, (void)documents;
  return ENT_OK;
}

static void test_sums(void) {
  enti_document_terms documents[3] = {{.count = INT32_MAX}, {.count = INT32_MAX}, {.count = 1}};
  const uint64_t tokens[] = {UINT64_C(2) * INT32_MAX + 1};
  enti_inversion in = {documents, 3, 1, tokens};
  enti_postings postings = {.alloc = enti_alloc_default};
  unsigned char *at;
  (void)tap(enti_invert(&enti_alloc_default, &in, 0, 1, take_none, NULL) == ENT_ERR_LIMIT, "more than 2^32 tokens in one batch are refused");
  for (uint32_t d = 0; d < 3; d++) {
    assert_int_equal(enti_postings_room(&postings, 1, &at), ENT_OK);
    *at = 1;
    assert_int_equal(enti_postings_add(&postings, d, 1, INT32_MAX), ENT_OK);
  }
  (void)tap(postings.tokens == UINT64_C(3) * INT32_MAX, "a term of more than 2^32 tokens");
  enti_postings_free(&postings);
}

int main(int count, char **arguments) {
  char folder[64];
  pool_seed seed = 4;
  paper *papers = papers_make(&seed, 2 * COUNT);
  memory_segment near, other;
  scratch_make(folder);
  papers_segment(papers, COUNT, NULL, &near);
  papers_segment(papers + COUNT, COUNT, NULL, &other);
  test_documents(folder, count > 1 ? (size_t)atoi(arguments[1]) : 10);
  test_refused(folder);
  test_far(&near, &other);
  test_far_sink(papers, &near);
  test_far_file(folder, &near);
  test_counts(papers);
  test_sums();
  memory_close(&near);
  memory_close(&other);
  papers_free(papers, 2 * COUNT);
  scratch_remove(folder);
  return tap_end();
}
