/* corpus/walk: documents of several segments in the order of their ids. See corpus.h.
 *
 * The documents of a segment stand in that order; which segment has the next one is found by looking at each, as
 * there are few. */
#include "corpus/corpus.h"

int enti_id_compare(const ent_document_view *a, const ent_document_view *b) {
  return enti_compare_bytes(a->id, a->id_length, b->id, b->id_length);
}

static ent_status settle(enti_walker *walker) {
  const enti_part *part = walker->part;
  while (walker->at < part->entry.documents &&
         (!enti_part_has(part, walker->at) || (walker->wanted && !enti_bit_has(walker->wanted, walker->at))))
    walker->at++;
  return walker->at < part->entry.documents ? enti_part_document(part, walker->at, &walker->view) : ENT_OK;
}

ent_status enti_walk_start(enti_walker *walker, const enti_part *part, const uint64_t *wanted) {
  *walker = (enti_walker){.part = part, .wanted = wanted};
  return settle(walker);
}

enti_walker *enti_walk_least(enti_walker *walkers, size_t count) {
  enti_walker *least = NULL;
  for (size_t i = 0; i < count; i++)
    if (walkers[i].at < walkers[i].part->entry.documents &&
        (!least || enti_id_compare(&walkers[i].view, &least->view) < 0))
      least = &walkers[i];
  return least;
}

ent_status enti_walk_on(enti_walker *walker) {
  walker->at++;
  return settle(walker);
}
