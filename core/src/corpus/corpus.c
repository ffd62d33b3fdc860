/* corpus/corpus: a snapshot: one commit, opened.
 *
 * Invariant: the parts are those of one manifest. Where a file of it has gone, a writer has committed since, and the
 * newer manifest is read; where the same manifest misses a file twice, the corpus is damaged. A refresh takes over
 * the files that both commits name, so what has been checked stays checked. */
#define _GNU_SOURCE
#include "corpus/corpus.h"

#include <time.h>

#include "base/string.h"
#include "vocab/vocab.h"

enum { TRIES = 100 }; /* commits that may pass while a snapshot is opened */

/* ---- opening ---- */

static enti_part *part_of(enti_parts *parts, const enti_entry *entry) {
  for (size_t i = 0; i < parts->count; i++) {
    const enti_entry *have = &parts->at[i].entry;
    if (have->number == entry->number && have->length == entry->length && have->crc == entry->crc &&
        have->documents == entry->documents)
      return &parts->at[i];
  }
  return NULL;
}

/* Closes parts but for the files that `kept` has, too. */
static void close_parts(const ent_alloc *alloc, enti_parts *parts, enti_parts *kept) {
  for (size_t i = 0; i < parts->count; i++) {
    enti_part *part = &parts->at[i], *same = part_of(kept, &part->entry);
    if (same && same->sealed == part->sealed) {
      part->sealed = NULL;
      part->segment = NULL;
      part->map.at = NULL;
      part->map.count = part->map.room = 0;
    }
    enti_part_close(alloc, part);
  }
  enti_array_free(alloc, parts);
}

static ent_status take_over(const ent_alloc *alloc, const enti_part *old, const enti_entry *entry, enti_part *out) {
  *out = *old;
  return enti_entry_copy(alloc, entry, &out->entry);
}

/* Opens the files that a manifest names, those of `old` taken over. */
static ent_status open_parts(ent_corpus *corpus, const enti_manifest *manifest, enti_parts *parts, bool *missing,
                             ent_error *err) {
  ent_status status = enti_array_reserve(&corpus->alloc, parts, manifest->entries.count);
  if (status != ENT_OK) return enti_fail(err, status, 0, "%s: out of memory", enti_file_shown(corpus->path));
  for (size_t i = 0; status == ENT_OK && i < manifest->entries.count; i++) {
    const enti_entry *entry = &manifest->entries.at[i];
    const enti_part *old = part_of(&corpus->parts, entry);
    enti_part *part = &parts->at[parts->count];
    status = old ? take_over(&corpus->alloc, old, entry, part)
                 : enti_part_open(&corpus->alloc, corpus->io, corpus->path, entry, corpus->flags, part, missing, err);
    if (status == ENT_OK) parts->count++;
    else if (old) (void)enti_fail(err, status, 0, "%s: out of memory", enti_file_shown(corpus->path));
  }
  return status;
}

static void adopt(ent_corpus *corpus, const enti_manifest *manifest, enti_parts *parts) {
  close_parts(&corpus->alloc, &corpus->parts, parts);
  corpus->parts = *parts;
  corpus->generation = manifest->generation;
  corpus->numbers = 0;
  corpus->totals = (ent_totals){0};
  for (size_t i = 0; i < parts->count; i++) {
    enti_part *part = &parts->at[i];
    part->base = corpus->numbers;
    corpus->numbers += part->entry.documents;
    corpus->totals.documents += enti_part_live(part);
    corpus->totals.tokens += part->entry.tokens;
    corpus->totals.bytes += part->entry.bytes;
  }
}

/* Moves to the newest commit; with `fresh` even if it is the one that is open. */
static ent_status move(ent_corpus *corpus, bool fresh, bool *moved, ent_error *err) {
  enti_manifest manifest;
  enti_parts parts = {0};
  bool found, missing = false;
  uint64_t last = UINT64_MAX;
  *moved = false;
  for (int try = 0; try < TRIES; try++) {
    ent_status status = enti_manifest_read(&manifest, &corpus->alloc, corpus->io, corpus->path, &found, err);
    if (status != ENT_OK) return status;
    if (!found) return enti_fail(err, ENT_ERR_IO, 0, "%s: is no corpus; check the name", enti_file_shown(corpus->path));
    if (!fresh && manifest.generation == corpus->generation) {
      enti_manifest_free(&manifest);
      return ENT_OK;
    }
    missing = false;
    status = open_parts(corpus, &manifest, &parts, &missing, err);
    if (status == ENT_OK) {
      adopt(corpus, &manifest, &parts);
      *moved = true;
    } else {
      close_parts(&corpus->alloc, &parts, &corpus->parts);
    }
    uint64_t generation = manifest.generation;
    enti_manifest_free(&manifest);
    if (!missing) return status;
    if (generation == last) return enti_fail(err, ENT_ERR_DAMAGE, 0, "%s: a segment is missing; take the corpus from a copy "
                                             "or index it again", enti_file_shown(corpus->path));
    last = generation;
  }
  return enti_fail(err, ENT_ERR_IO, 0, "%s: changes too fast to be opened; try again", enti_file_shown(corpus->path));
}

/* A number that no earlier corpus of this process had at the same address: the time, as none is opened and has
 * loaded as many documents within as many nanoseconds. */
static uint64_t first_turn(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec + 1;
}

ent_status enti_corpus_open_with(const enti_io *io, const ent_alloc *alloc, const char *path, unsigned flags,
                                 ent_corpus **out, ent_error *err) {
  alloc = enti_alloc_or_default(alloc);
  if (!path || !*path || !out) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "a path is needed: name a corpus");
  if (flags & ~ENT_OPEN_READ) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "an unknown flag");
  size_t size = strlen(path) + 1;
  ent_corpus *corpus = enti_new(alloc, sizeof *corpus);
  char *copy = enti_new(alloc, size);
  if (!corpus || !copy) {
    enti_free(alloc, corpus, sizeof *corpus);
    enti_free(alloc, copy, size);
    return enti_fail(err, ENT_ERR_MEMORY, 0, "%s: out of memory", enti_file_shown(path));
  }
  memcpy(copy, path, size);
  *corpus = (ent_corpus){.alloc = *alloc, .io = io, .flags = flags, .path = copy, .turn = first_turn()};
  bool moved;
  ent_status status = move(corpus, true, &moved, err);
  if (status == ENT_OK) *out = corpus;
  else ent_corpus_free(corpus);
  return status;
}

ent_status ent_corpus_open(const ent_alloc *alloc, const char *path, unsigned flags, ent_corpus **out, ent_error *err) {
  return enti_corpus_open_with(&enti_io_system, alloc, path, flags, out, err);
}

void ent_corpus_free(ent_corpus *corpus) {
  if (!corpus) return;
  ent_alloc alloc = corpus->alloc;
  enti_parts none = {0};
  close_parts(&alloc, &corpus->parts, &none);
  enti_free(&alloc, corpus->path, strlen(corpus->path) + 1);
  enti_free(&alloc, corpus, sizeof *corpus);
}

ent_status ent_corpus_refresh(ent_corpus *corpus, bool *moved, ent_error *err) {
  bool some;
  return move(corpus, false, moved ? moved : &some, err);
}

/* ---- reading ---- */

uint64_t ent_corpus_generation(const ent_corpus *corpus) { return corpus->generation; }
ent_totals ent_corpus_totals(const ent_corpus *corpus) { return corpus->totals; }
uint64_t ent_corpus_numbers(const ent_corpus *corpus) { return corpus->numbers; }

static const enti_part *part_at(const ent_corpus *corpus, uint64_t document) {
  for (size_t i = 0; i < corpus->parts.count; i++) {
    const enti_part *part = &corpus->parts.at[i];
    if (document >= part->base && document - part->base < part->entry.documents) return part;
  }
  return NULL;
}

bool ent_corpus_has(const ent_corpus *corpus, uint64_t document) {
  const enti_part *part = part_at(corpus, document);
  return part && enti_part_has(part, (uint32_t)(document - part->base));
}

ent_status enti_corpus_locate(const ent_corpus *corpus, uint64_t document, const enti_part **part, uint32_t *local,
                              ent_error *err) {
  if (!ent_corpus_has(corpus, document)) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "there is no document of this number");
  *part = part_at(corpus, document);
  *local = (uint32_t)(document - (*part)->base);
  return ENT_OK;
}

ent_status ent_corpus_document(const ent_corpus *corpus, uint64_t document, ent_document_view *out, ent_error *err) {
  const enti_part *part;
  uint32_t local;
  ent_document_view view;
  ent_status status = enti_corpus_locate(corpus, document, &part, &local, err);
  if (status != ENT_OK) return status;
  status = enti_part_document(part, local, &view);
  if (status != ENT_OK) return enti_part_fail(part, status, err);
  *out = view;
  return ENT_OK;
}

ent_status ent_corpus_find(const ent_corpus *corpus, const char *id, size_t length, uint64_t *document, ent_error *err) {
  if (!id || !document) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "an id is needed");
  for (size_t i = 0; i < corpus->parts.count; i++) {
    const enti_part *part = &corpus->parts.at[i];
    uint32_t local;
    ent_status status = enti_part_find(part, id, length, &local);
    if (status != ENT_OK) return enti_part_fail(part, status, err);
    if (local == ENT_NONE) continue;
    *document = part->base + local;
    return ENT_OK;
  }
  *document = ENT_NO_DOCUMENT;
  return ENT_OK;
}

/* Forgets which types of a vocabulary those of the segments are, unless it is this vocabulary. */
static void turn_to(ent_corpus *corpus, ent_vocab *vocab) {
  if (vocab->reader == corpus && vocab->turn == corpus->turn) return;
  vocab->reader = corpus;
  vocab->turn = ++corpus->turn;
  for (size_t i = 0; i < corpus->parts.count; i++) corpus->parts.at[i].map.count = 0;
}

ent_status ent_corpus_load(ent_corpus *corpus, uint64_t document, ent_index *index, uint32_t *number, ent_error *err) {
  const enti_part *part;
  uint32_t local;
  if (!index) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "an index is needed");
  ent_status status = enti_corpus_locate(corpus, document, &part, &local, err);
  if (status != ENT_OK) return status;
  turn_to(corpus, ent_index_vocab(index));
  ent_error inner = {.code = ENT_OK};
  enti_part *own = &corpus->parts.at[part - corpus->parts.at];
  status = enti_segment_load(own->segment, local, index, &own->map, number, &inner);
  if (status == ENT_OK) status = enti_view_still(enti_sealed_view(own->sealed));
  if (status != ENT_OK) return enti_part_fail(part, status, err);
  return ENT_OK;
}

ent_status ent_corpus_text(const ent_corpus *corpus, uint64_t document, size_t begin, size_t end, ent_string **out,
                           ent_error *err) {
  const enti_part *part;
  uint32_t local;
  ent_document_view view;
  ent_string *string = NULL;
  ent_status status = enti_corpus_locate(corpus, document, &part, &local, err);
  if (status != ENT_OK) return status;
  status = enti_part_document(part, local, &view);
  if (status != ENT_OK) return enti_part_fail(part, status, err);
  if (end > view.length) end = view.length;
  if (begin > end) begin = end;
  status = enti_segment_text(part->segment, &corpus->alloc, local, begin, end, &string);
  if (status == ENT_OK) status = enti_view_still(enti_sealed_view(part->sealed));
  if (status != ENT_OK) {
    ent_string_free(string);
    return enti_part_fail(part, status, err);
  }
  *out = string;
  return ENT_OK;
}
