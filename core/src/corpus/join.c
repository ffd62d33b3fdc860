/* corpus/join: a new corpus of all documents of several.
 *
 * The inputs are opened as they stand in their last commits. Their documents are walked in the order of the ids: one
 * that comes twice is the same or refused, and the second of two is left out. What remains is merged into one segment. */
#include "corpus/writer.h"

typedef struct joiner {
  const ent_alloc *alloc;
  enti_part *parts; /* of all inputs; shared, but for the bits of what is left out */
  size_t count;
  enti_walker *walkers;
} joiner;

static ent_status refuse(const enti_walker *walker, ent_error *err) {
  return enti_fail(err, ENT_ERR_ARGUMENT, 0, "%.*s: stands in two of the corpora, in different forms; remove one of them",
                   (int)(walker->view.id_length < 150 ? walker->view.id_length : 150), walker->view.id);
}

/* Leaves out what comes again. */
static ent_status leave_out(joiner *j, ent_error *err) {
  enti_walker *last = NULL;
  ent_document_view view = {0};
  ent_status status = ENT_OK;
  for (size_t i = 0; i < j->count; i++) {
    status = enti_walk_start(&j->walkers[i], &j->parts[i], NULL);
    if (status != ENT_OK) return enti_part_fail(&j->parts[i], status, err);
  }
  for (enti_walker *walker; (walker = enti_walk_least(j->walkers, j->count)) != NULL;) {
    enti_part *part = &j->parts[walker - j->walkers];
    if (last && enti_id_compare(&view, &walker->view) == 0) {
      if (memcmp(view.hash, walker->view.hash, sizeof view.hash) != 0) return refuse(walker, err);
      status = enti_part_remove(j->alloc, part, walker->at);
      if (status != ENT_OK) return enti_part_fail(part, status, err);
    }
    last = walker;
    view = walker->view;
    status = enti_walk_on(walker);
    if (status != ENT_OK) return enti_part_fail(part, status, err);
  }
  return ENT_OK;
}

/* Gives the writer one part, as if it had been spilled. */
static ent_status hand_over(joiner *j, ent_writer *writer, ent_error *err) {
  enti_place place = enti_writer_place(writer);
  enti_fresh fresh;
  uint64_t living = 0;
  size_t size = j->count * sizeof(enti_merge_input);
  for (size_t i = 0; i < j->count; i++) living += enti_part_live(&j->parts[i]);
  if (living == 0) return ENT_OK;
  enti_merge_input *inputs = enti_new(j->alloc, size);
  ent_status status = inputs ? enti_array_reserve(j->alloc, &writer->parts, 1) : ENT_ERR_MEMORY;
  for (size_t i = 0; status == ENT_OK && i < j->count; i++)
    inputs[i] = (enti_merge_input){j->parts[i].segment, j->parts[i].entry.removed};
  if (status != ENT_OK) (void)enti_fail(err, status, 0, "out of memory");
  else status = enti_fresh_merge(&place, inputs, j->count, &fresh, err);
  enti_free(j->alloc, inputs, size);
  if (status != ENT_OK) return status;
  writer->parts.at[writer->parts.count++] = fresh.part;
  writer->open_part = fresh.sealer;
  writer->changed = true;
  for (size_t i = 0; status == ENT_OK && i < j->count; i++) {
    status = enti_view_still(enti_sealed_view(j->parts[i].sealed));
    if (status != ENT_OK) (void)enti_part_fail(&j->parts[i], status, err);
  }
  return status;
}

static ent_status collect(joiner *j, ent_corpus *const *corpora, size_t count, ent_error *err) {
  size_t parts = 0;
  for (size_t i = 0; i < count; i++) parts += corpora[i]->parts.count;
  j->parts = enti_new(j->alloc, (parts + 1) * sizeof *j->parts);
  j->walkers = enti_new(j->alloc, (parts + 1) * sizeof *j->walkers);
  if (!j->parts || !j->walkers) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < corpora[i]->parts.count; k++) {
      const enti_part *from = &corpora[i]->parts.at[k];
      j->parts[j->count] = *from;
      ent_status status = enti_entry_copy(j->alloc, &from->entry, &j->parts[j->count].entry);
      if (status != ENT_OK) return enti_fail(err, status, 0, "out of memory");
      j->count++;
    }
  return ENT_OK;
}

static ent_status join(const enti_io *io, const ent_alloc *alloc, const char *path, ent_corpus *const *corpora, size_t count,
                       ent_error *err) {
  joiner j = {.alloc = alloc};
  ent_writer *writer = NULL;
  size_t parts = 0;
  for (size_t i = 0; i < count; i++) parts += corpora[i]->parts.count;
  ent_status status = collect(&j, corpora, count, err);
  if (status == ENT_OK) status = leave_out(&j, err);
  if (status == ENT_OK) status = enti_writer_open_with(io, alloc, path, NULL, &writer, err);
  if (status == ENT_OK && ent_writer_generation(writer) > 0)
    status = enti_fail(err, ENT_ERR_ARGUMENT, 0, "%s: is a corpus already; choose another name", enti_file_shown(path));
  if (status == ENT_OK) status = hand_over(&j, writer, err);
  if (status == ENT_OK) {
    writer->changed = true; /* a corpus of nothing is one, too */
    status = ent_writer_commit(writer, err);
  }
  ent_writer_free(writer);
  for (size_t i = 0; i < j.count; i++) enti_entry_free(alloc, &j.parts[i].entry);
  enti_free(alloc, j.parts, (parts + 1) * sizeof *j.parts);
  enti_free(alloc, j.walkers, (parts + 1) * sizeof *j.walkers);
  return status;
}

ent_status enti_corpus_merge_with(const enti_io *io, const ent_alloc *alloc, const char *path, const char *const *inputs,
                                  size_t count, ent_error *err) {
  alloc = enti_alloc_or_default(alloc);
  size_t opened = 0, size = (count + 1) * sizeof(ent_corpus *);
  if (!path || !*path || (!inputs && count)) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "paths are needed: name corpora");
  if (count > SIZE_MAX / sizeof(ent_corpus *) - 1) return enti_fail(err, ENT_ERR_LIMIT, 0, "too many corpora");
  ent_corpus **corpora = enti_new(alloc, size);
  if (!corpora) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  ent_status status = ENT_OK;
  for (; status == ENT_OK && opened < count; opened += status == ENT_OK)
    status = enti_corpus_open_with(io, alloc, inputs[opened], 0, &corpora[opened], err);
  if (status == ENT_OK) status = join(io, alloc, path, corpora, count, err);
  while (opened > 0) ent_corpus_free(corpora[--opened]);
  enti_free(alloc, corpora, size);
  return status;
}

ent_status ent_corpus_merge(const ent_alloc *alloc, const char *path, const char *const *inputs, size_t count, ent_error *err) {
  return enti_corpus_merge_with(&enti_io_system, alloc, path, inputs, count, err);
}
