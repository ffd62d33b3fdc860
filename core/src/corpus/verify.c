/* corpus/verify: all of a snapshot is read and held against itself: every block's checksum, every segment's structure,
 * what the manifest says of the segments, and that no id stands twice. */
#include <inttypes.h>
#include <stdio.h>

#include "corpus/corpus.h"

enum { LINE = 320 };

typedef struct verifier {
  const ent_corpus *corpus;
  const enti_part *part; /* that is being looked at; NULL: the corpus */
  void (*report)(void *user, const char *line);
  void *user;
  ent_status worst; /* damage, before what kept us from looking */
} verifier;

static void note(void *user, const char *what) {
  verifier *v = user;
  char line[LINE], name[ENTI_SEGMENT_NAME] = "corpus";
  if (v->part) enti_segment_name(name, v->part->entry.number, "");
  (void)snprintf(line, sizeof line, "%s: %s", name, what);
  if (v->report) v->report(v->user, line);
}

static void add(verifier *v, ent_status status) {
  if (status != ENT_OK && v->worst != ENT_ERR_DAMAGE) v->worst = status;
}

static void fault(verifier *v, const char *what) {
  note(v, what);
  add(v, ENT_ERR_DAMAGE);
}

/* Sums up the documents that are not removed. */
static ent_status check_entry(verifier *v) {
  const enti_part *part = v->part;
  uint64_t tokens = 0, bytes = 0;
  for (uint32_t i = 0; i < part->entry.documents; i++) {
    ent_document_view view;
    if (!enti_part_has(part, i)) continue;
    ent_status status = enti_part_document(part, i, &view);
    if (status != ENT_OK) return status;
    tokens += view.tokens;
    bytes += view.length;
  }
  if (tokens != part->entry.tokens || bytes != part->entry.bytes) fault(v, "the manifest's sums are not those of its documents");
  return ENT_OK;
}

static void check_part(verifier *v) {
  const enti_part *part = v->part;
  ent_status status = enti_sealed_verify(part->sealed, note, v);
  add(v, status);
  if (status != ENT_OK) return; /* what else is wrong there follows from it */
  add(v, enti_segment_verify(part->segment, note, v));
  status = check_entry(v);
  if (status == ENT_OK) status = enti_view_still(enti_sealed_view(part->sealed));
  if (status != ENT_OK) note(v, ent_status_text(status));
  add(v, status);
}

/* Ids come in order, so the same one comes twice in a row. */
static ent_status check_ids(verifier *v, enti_walker *walkers) {
  const enti_parts *parts = &v->corpus->parts;
  ent_document_view last = {0};
  bool first = true;
  for (size_t i = 0; i < parts->count; i++) {
    ent_status status = enti_walk_start(&walkers[i], &parts->at[i], NULL);
    if (status != ENT_OK) return status;
  }
  for (enti_walker *walker; (walker = enti_walk_least(walkers, parts->count)) != NULL;) {
    int order = first ? -1 : enti_id_compare(&last, &walker->view);
    if (order >= 0) fault(v, order == 0 ? "an id stands twice" : "ids are not in their order");
    last = walker->view;
    first = false;
    ent_status status = enti_walk_on(walker);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

ent_status ent_corpus_verify(const ent_corpus *corpus, void (*report)(void *user, const char *line), void *user,
                             ent_error *err) {
  verifier v = {corpus, NULL, report, user, ENT_OK};
  size_t size = (corpus->parts.count + 1) * sizeof(enti_walker);
  enti_walker *walkers = enti_new(&corpus->alloc, size);
  if (!walkers) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  for (size_t i = 0; i < corpus->parts.count; i++) {
    v.part = &corpus->parts.at[i];
    check_part(&v);
  }
  v.part = NULL;
  if (v.worst == ENT_OK) {
    ent_status status = check_ids(&v, walkers);
    if (status != ENT_OK) note(&v, ent_status_text(status));
    add(&v, status);
  }
  enti_free(&corpus->alloc, walkers, size);
  if (v.worst == ENT_OK) return ENT_OK;
  return enti_fail(err, v.worst, 0, "%s: %s%s", enti_file_shown(corpus->path), ent_status_text(v.worst),
                   v.worst == ENT_ERR_DAMAGE ? "; take the corpus from a copy or index it again" : "");
}
