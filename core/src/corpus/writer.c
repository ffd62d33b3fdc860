/* corpus/writer: documents come, are replaced and go. See also open.c and commit.c.
 *
 * An id is looked for in three places: the open batch, by a table; the parts spilled since the last commit, when a
 * filter of a fixed size says that it may be there; the committed parts. What is found is taken out before the
 * document that replaces it is counted, so at most one document has an id.
 *
 * When a batch is full does not depend on threads: each document weighs a fixed function of its length. Now and then
 * the memory that the batch really takes is looked at besides, for texts that need more. Where the batches were cut
 * is not seen in a commit, which merges them. */
#include "corpus/writer.h"

enum { OPEN_WEIGHT = 4096, BYTE_WEIGHT = 3, LOOKS = 32, FILTER_SHARE = 64, QUEUE_SHARE = 16 };

ent_status enti_writer_end(ent_writer *writer, ent_status status) {
  if (status != ENT_OK && writer->fault == ENT_OK) writer->fault = status;
  return status;
}

ent_status enti_writer_check(const ent_writer *writer, ent_error *err) {
  if (writer->fault == ENT_OK) return ENT_OK;
  return enti_fail(err, ENT_ERR_STATE, 0, "%s: writing failed before (%s); open the corpus again",
                   enti_file_shown(writer->path), ent_status_text(writer->fault));
}

/* ---- the filter of spilled ids ---- */

static uint64_t hash_of(const char *id, size_t length) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)id[i]) * UINT64_C(0x100000001B3);
  hash ^= hash >> 32;
  hash *= UINT64_C(0xD6E8FEB86659FD93);
  return hash ^ hash >> 32;
}

static size_t filter_words(const ent_writer *writer) { /* a power of two */
  size_t words = 1;
  while (words * 2 * sizeof(uint64_t) <= writer->memory / FILTER_SHARE) words *= 2;
  return words;
}

void enti_writer_drop_filter(ent_writer *writer) {
  enti_free(&writer->alloc, writer->filter, filter_words(writer) * sizeof *writer->filter);
  writer->filter = NULL;
}

enum { PROBES = 3 };

static uint64_t probe(uint64_t hash, unsigned i, size_t words) {
  return (hash + i * (hash >> 32 | 1)) & (words * 64 - 1);
}

static bool filter_has(const ent_writer *writer, uint64_t hash) {
  size_t words = filter_words(writer);
  for (unsigned i = 0; writer->filter && i < PROBES; i++) {
    uint64_t bit = probe(hash, i, words);
    if (!(writer->filter[bit >> 6] >> (bit & 63) & 1)) return false;
  }
  return writer->filter != NULL;
}

static void filter_add(ent_writer *writer, uint64_t hash) {
  size_t words = filter_words(writer);
  for (unsigned i = 0; i < PROBES; i++) {
    uint64_t bit = probe(hash, i, words);
    writer->filter[bit >> 6] |= UINT64_C(1) << (bit & 63);
  }
}

/* Puts the ids of the open batch into the filter, before they are spilled. */
static ent_status filter_batch(ent_writer *writer, ent_error *err) {
  if (!writer->filter) writer->filter = enti_new(&writer->alloc, filter_words(writer) * sizeof *writer->filter);
  if (!writer->filter) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  for (uint32_t i = 0; i < ent_vocab_count(writer->ids); i++) {
    size_t length;
    const char *id = ent_vocab_bytes(writer->ids, i, &length);
    filter_add(writer, hash_of(id, length));
  }
  return ENT_OK;
}

/* ---- the open batch ---- */

void enti_writer_drop_batch(ent_writer *writer) {
  enti_crew_free(writer->crew);
  enti_batch_free(writer->batch);
  ent_vocab_free(writer->ids);
  enti_array_free(&writer->alloc, &writer->open);
  writer->crew = NULL;
  writer->batch = NULL;
  writer->ids = NULL;
  writer->weight = writer->looked = 0;
}

static ent_status need_batch(ent_writer *writer, ent_error *err) {
  ent_status status = ENT_OK;
  if (!writer->ids) status = ent_vocab_new(&writer->alloc, &writer->ids);
  if (status == ENT_OK && !writer->batch) status = enti_batch_new(&writer->alloc, writer->threads, &writer->batch);
  if (status == ENT_OK && !writer->crew && writer->threads > 1)
    status = enti_crew_new(&writer->alloc, writer->batch, writer->threads, writer->memory / QUEUE_SHARE, &writer->crew);
  return status == ENT_OK ? ENT_OK : enti_fail(err, status, 0, "%s", ent_status_text(status));
}

static void note_place(void *user, uint32_t key, unsigned lane, uint32_t number) {
  ent_writer *writer = user;
  writer->open.at[key].lane = lane;
  writer->open.at[key].number = number;
}

ent_status enti_writer_drain(ent_writer *writer, ent_error *err) {
  return writer->crew ? enti_crew_drain(writer->crew, note_place, writer, err) : ENT_OK;
}

/* Whether the open batch is as large as it may be. */
static ent_status is_full(ent_writer *writer, bool *full, ent_error *err) {
  uint64_t most = writer->memory - writer->memory / 4;
  *full = writer->weight >= most;
  if (*full || writer->weight - writer->looked < most / LOOKS) return ENT_OK;
  writer->looked = writer->weight;
  ent_status status = enti_writer_drain(writer, err);
  if (status == ENT_OK) *full = enti_batch_size(writer->batch) >= most;
  return status;
}

static ent_status spill_when_full(ent_writer *writer, ent_error *err) {
  bool full = false;
  ent_status status = is_full(writer, &full, err);
  if (status != ENT_OK || !full) return status;
  status = filter_batch(writer, err);
  if (status == ENT_OK) status = enti_writer_spill(writer, false, err);
  return status;
}

/* ---- finding ---- */

typedef struct found {
  enti_open_document *open; /* in the batch, or */
  enti_part *part;          /* in a part, or in neither */
  uint32_t document;
  uint8_t hash[16];
} found;

static ent_status find_in(ent_writer *writer, size_t from, size_t to, const char *id, size_t length, found *out,
                          ent_error *err) {
  for (size_t i = to; i-- > from;) {
    enti_part *part = &writer->parts.at[i];
    ent_document_view view;
    ent_status status = enti_part_find(part, id, length, &out->document);
    if (status == ENT_OK && out->document != ENT_NONE) status = enti_part_document(part, out->document, &view);
    if (status != ENT_OK) return enti_part_fail(part, status, err);
    if (out->document == ENT_NONE) continue;
    out->part = part;
    memcpy(out->hash, view.hash, sizeof out->hash);
    return ENT_OK;
  }
  return ENT_OK;
}

static ent_status find(ent_writer *writer, const char *id, found *out, ent_error *err) {
  size_t length = strlen(id);
  *out = (found){.open = NULL};
  uint32_t type = writer->ids ? enti_vocab_find(writer->ids, id, length) : ENT_NONE;
  if (type != ENT_NONE && type < writer->open.count && writer->open.at[type].there) {
    out->open = &writer->open.at[type];
    memcpy(out->hash, out->open->hash, sizeof out->hash);
    return ENT_OK;
  }
  ent_status status = ENT_OK;
  if (writer->parts.count > writer->committed && filter_has(writer, hash_of(id, length)))
    status = find_in(writer, writer->committed, writer->parts.count, id, length, out, err);
  if (status == ENT_OK && !out->part) status = find_in(writer, 0, writer->committed, id, length, out, err);
  return status;
}

/* Takes out what was found. */
static ent_status take_out(ent_writer *writer, const found *at, ent_error *err) {
  ent_status status;
  writer->changed = true;
  if (at->open) {
    status = enti_writer_drain(writer, err);
    if (status != ENT_OK) return status;
    enti_batch_remove(writer->batch, at->open->lane, at->open->number);
    at->open->there = false;
    return ENT_OK;
  }
  status = enti_part_remove(&writer->alloc, at->part, at->document);
  return status == ENT_OK ? ENT_OK : enti_part_fail(at->part, status, err);
}

static bool is_there(const found *at) { return at->open || at->part; }

/* ---- the calls ---- */

static ent_status check_id(const char *id, ent_error *err) {
  if (id && *id) return ENT_OK;
  return enti_fail(err, ENT_ERR_ARGUMENT, 0, "an id is needed");
}

/* The place of an id among those of the open batch. */
static ent_status open_place(ent_writer *writer, const char *id, uint32_t *out, ent_error *err) {
  ent_status status = enti_vocab_intern(writer->ids, id, strlen(id), out);
  if (status == ENT_OK && *out >= writer->open.count) {
    size_t more = *out + (size_t)1 - writer->open.count;
    status = enti_array_reserve(&writer->alloc, &writer->open, more);
    if (status == ENT_OK) {
      memset(writer->open.at + writer->open.count, 0, more * sizeof *writer->open.at);
      writer->open.count += more;
    }
  }
  return status == ENT_OK ? ENT_OK : enti_fail(err, status, 0, "%s", ent_status_text(status));
}

/* Puts a document into the batch, and takes out what it replaces. */
static ent_status put_in(ent_writer *writer, const ent_document *document, const uint8_t hash[16], found *old, ent_error *err) {
  uint32_t key, number = 0;
  ent_status status = ENT_OK;
  if (is_there(old) && (writer->crew || old->open)) status = take_out(writer, old, err);
  if (status == ENT_OK) status = open_place(writer, document->id, &key, err); /* old->open is no longer valid */
  if (status != ENT_OK) return enti_writer_end(writer, status);
  status = writer->crew ? enti_crew_give(writer->crew, document, hash, key, err)
                        : enti_batch_add(writer->batch, 0, document, hash, &number, err);
  if (status == ENT_OK && old->part && !writer->crew) status = take_out(writer, old, err);
  if (status != ENT_OK) return enti_writer_end(writer, status);
  enti_open_document *open = &writer->open.at[key];
  *open = (enti_open_document){.number = number, .there = true};
  memcpy(open->hash, hash, sizeof open->hash);
  writer->changed = true;
  writer->weight += (uint64_t)document->source.length * BYTE_WEIGHT + OPEN_WEIGHT;
  return enti_writer_end(writer, spill_when_full(writer, err));
}

ent_status ent_writer_add(ent_writer *writer, const ent_document *document, ent_change *change, ent_error *err) {
  uint8_t hash[16];
  found old;
  if (!document) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "a document is needed");
  ent_status status = enti_writer_check(writer, err);
  if (status == ENT_OK) status = enti_document_check(document, err);
  if (status != ENT_OK) return status;
  enti_document_hash(document, hash);
  status = need_batch(writer, err);
  if (status == ENT_OK) status = find(writer, document->id, &old, err);
  if (status != ENT_OK) return enti_writer_end(writer, status);
  bool replaces = is_there(&old);
  if (replaces && memcmp(hash, old.hash, sizeof hash) == 0) {
    if (change) *change = ENT_UNCHANGED;
    return ENT_OK;
  }
  status = put_in(writer, document, hash, &old, err);
  if (status == ENT_OK && change) *change = replaces ? ENT_REPLACED : ENT_ADDED;
  return status;
}

ent_status ent_writer_remove(ent_writer *writer, const char *id, bool *was, ent_error *err) {
  found at;
  ent_status status = enti_writer_check(writer, err);
  if (status == ENT_OK) status = check_id(id, err);
  if (status != ENT_OK) return status;
  status = find(writer, id, &at, err);
  bool there = status == ENT_OK && is_there(&at);
  if (there) status = take_out(writer, &at, err);
  if (status != ENT_OK) return enti_writer_end(writer, status);
  if (was) *was = there;
  return ENT_OK;
}

ent_status ent_writer_has(ent_writer *writer, const char *id, bool *has, ent_error *err) {
  found at;
  ent_status status = enti_writer_check(writer, err);
  if (status == ENT_OK) status = check_id(id, err);
  if (status == ENT_OK) status = find(writer, id, &at, err);
  if (status == ENT_OK) *has = is_there(&at);
  return status;
}

void ent_writer_merge(ent_writer *writer) { writer->merging = true; }
uint64_t ent_writer_generation(const ent_writer *writer) { return writer->generation; }
ent_totals ent_writer_totals(const ent_writer *writer) { return writer->totals; }

void ent_writer_free(ent_writer *writer) {
  if (!writer) return;
  ent_alloc alloc = writer->alloc;
  char path[ENTI_PATH];
  enti_writer_drop_batch(writer);
  enti_sealer_free(writer->open_part);
  for (size_t i = 0; i < writer->parts.count; i++) {
    enti_part *part = &writer->parts.at[i];
    enti_part_path(part, writer->path, path);
    bool temporary = part->temporary;
    enti_part_close(&alloc, part);
    if (temporary) (void)writer->io->unlink(writer->io->user, path);
  }
  enti_array_free(&alloc, &writer->parts);
  enti_writer_drop_filter(writer);
  enti_lock_release(&writer->lock);
  enti_free(&alloc, writer->path, strlen(writer->path) + 1);
  enti_free(&alloc, writer, sizeof *writer);
}
