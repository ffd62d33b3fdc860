/* corpus/part: see part.h. */
#include "corpus/part.h"

#include <inttypes.h>

static void name_of(const enti_part *part, char out[ENTI_SEGMENT_NAME]) {
  enti_segment_name(out, part->entry.number, part->temporary ? ".tmp" : "");
}

void enti_part_path(const enti_part *part, const char *folder, char out[ENTI_PATH]) {
  char name[ENTI_SEGMENT_NAME];
  name_of(part, name);
  if (enti_path_join(out, folder, name, NULL) != ENT_OK) out[0] = '\0'; /* nothing was ever made there */
}

ent_status enti_part_fail(const enti_part *part, ent_status status, ent_error *err) {
  char name[ENTI_SEGMENT_NAME];
  name_of(part, name);
  return enti_fail(err, status, 0, "%s: %s%s", name, ent_status_text(status),
                   status == ENT_ERR_DAMAGE ? "; take the corpus from a copy or index it again" : "");
}

void enti_part_close(const ent_alloc *alloc, enti_part *part) {
  enti_array_free(alloc, &part->map);
  enti_segment_free(part->segment);
  enti_sealed_free(part->sealed);
  enti_entry_free(alloc, &part->entry);
  part->segment = NULL;
  part->sealed = NULL;
}

/* Opens file and reader of a part whose entry is filled in. */
static ent_status open_file(const ent_alloc *alloc, const enti_io *io, const char *folder, const enti_seal *seal,
                            unsigned flags, enti_part *part, bool *missing, ent_error *err) {
  char path[ENTI_PATH], name[ENTI_SEGMENT_NAME];
  if (missing) *missing = false;
  name_of(part, name);
  ent_status status = enti_path_join(path, folder, name, err);
  if (status == ENT_OK) status = enti_sealed_open(alloc, io, path, flags, seal, &part->sealed, missing, err);
  if (status == ENT_OK) status = enti_segment_open(alloc, enti_sealed_view(part->sealed), &part->segment, err);
  return status;
}

ent_status enti_part_open(const ent_alloc *alloc, const enti_io *io, const char *folder, const enti_entry *entry,
                          unsigned flags, enti_part *out, bool *missing, ent_error *err) {
  enti_part part = {0};
  const enti_seal seal = {entry->length, entry->crc};
  if (missing) *missing = false;
  ent_status status = enti_entry_copy(alloc, entry, &part.entry);
  if (status != ENT_OK) return enti_fail(err, status, 0, "%s: out of memory", enti_file_shown(folder));
  status = open_file(alloc, io, folder, &seal, flags, &part, missing, err);
  if (status == ENT_OK && enti_segment_documents(part.segment) != entry->documents)
    status = enti_part_fail(&part, ENT_ERR_DAMAGE, err);
  if (status == ENT_OK) *out = part;
  else enti_part_close(alloc, &part);
  return status;
}

ent_status enti_part_open_new(const ent_alloc *alloc, const enti_io *io, const char *folder, uint64_t number,
                              const enti_seal *seal, enti_part *out, ent_error *err) {
  enti_part part = {.entry = {.number = number, .length = seal->length, .crc = seal->crc}, .temporary = true};
  ent_status status = open_file(alloc, io, folder, seal, 0, &part, NULL, err);
  if (status == ENT_OK) {
    ent_totals totals = enti_segment_totals(part.segment);
    part.entry.documents = enti_segment_documents(part.segment);
    part.entry.tokens = totals.tokens;
    part.entry.bytes = totals.bytes;
    *out = part;
  } else {
    enti_part_close(alloc, &part);
  }
  return status;
}

ent_status enti_part_find(const enti_part *part, const char *id, size_t length, uint32_t *document) {
  uint32_t found = ENT_NONE;
  ent_status status = enti_segment_find(part->segment, id, length, &found);
  if (status == ENT_OK) status = enti_view_still(enti_sealed_view(part->sealed));
  if (status == ENT_OK) *document = found != ENT_NONE && enti_part_has(part, found) ? found : ENT_NONE;
  return status;
}

ent_status enti_part_document(const enti_part *part, uint32_t document, ent_document_view *out) {
  ent_status status = enti_segment_document(part->segment, document, out);
  return status == ENT_OK ? enti_view_still(enti_sealed_view(part->sealed)) : status;
}

ent_status enti_part_remove(const ent_alloc *alloc, enti_part *part, uint32_t document) {
  enti_entry *entry = &part->entry;
  ent_document_view view;
  if (!enti_part_has(part, document)) return ENT_ERR_ARGUMENT;
  ent_status status = enti_part_document(part, document, &view);
  if (status != ENT_OK) return status;
  if (view.tokens > entry->tokens || view.length > entry->bytes) return ENT_ERR_DAMAGE;
  if (!entry->removed) entry->removed = enti_new(alloc, enti_removed_words(entry->documents) * sizeof *entry->removed);
  if (!entry->removed) return ENT_ERR_MEMORY;
  entry->removed[document >> 6] |= UINT64_C(1) << (document & 63);
  entry->removed_count++;
  entry->tokens -= view.tokens;
  entry->bytes -= view.length;
  return ENT_OK;
}
