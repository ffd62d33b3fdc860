/* corpus/search: words over all parts of a snapshot, one part after the other. */
#include "corpus/corpus.h"
#include "segment/find.h"

struct ent_search {
  ent_alloc alloc;
  const ent_corpus *corpus;
  enti_query query;
  enti_finder *finder; /* of part `at`; NULL before it is opened */
  size_t at;
};

ent_status ent_search_new(const ent_corpus *corpus, const char *const *terms, size_t count, uint32_t distance,
                          ent_search **out, ent_error *err) {
  ent_search *search = enti_new(&corpus->alloc, sizeof *search);
  if (!search) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory for a search");
  search->alloc = corpus->alloc;
  search->corpus = corpus;
  ent_status status = enti_query_make(&corpus->alloc, terms, count, distance, &search->query, err);
  if (status == ENT_OK) *out = search;
  else ent_search_free(search);
  return status;
}

void ent_search_free(ent_search *search) {
  if (!search) return;
  ent_alloc alloc = search->alloc;
  enti_finder_free(search->finder);
  enti_query_free(&alloc, &search->query);
  enti_free(&alloc, search, sizeof *search);
}

ent_status ent_search_next(ent_search *search, uint64_t *document, ent_error *err) {
  const enti_parts *parts = &search->corpus->parts;
  for (; search->at < parts->count; search->at++) {
    const enti_part *part = &parts->at[search->at];
    uint32_t local = ENT_NONE;
    ent_status status = ENT_OK;
    if (!search->finder)
      status = enti_finder_new(&search->alloc, part->segment, part->entry.removed, &search->query, &search->finder);
    if (status == ENT_OK) status = enti_finder_next(search->finder, &local);
    if (status != ENT_OK) return enti_part_fail(part, status, err);
    if (local != ENT_NONE) {
      *document = part->base + local;
      return ENT_OK;
    }
    enti_finder_free(search->finder);
    search->finder = NULL;
  }
  *document = ENT_NO_DOCUMENT;
  return ENT_OK;
}

ent_status ent_search_places(ent_search *search, const ent_place **places, size_t *count, ent_error *err) {
  *count = 0;
  if (!search->finder) return ENT_OK;
  ent_status status = enti_finder_places(search->finder, places, count);
  return status == ENT_OK ? ENT_OK : enti_part_fail(&search->corpus->parts.at[search->at], status, err);
}
