/* corpus/fresh: see fresh.h. */
#include "corpus/fresh.h"

enum { FAN_IN = 256 }; /* segments that one merge reads */

static ent_status path_of(const enti_place *place, uint64_t number, char out[ENTI_PATH], ent_error *err) {
  char name[ENTI_SEGMENT_NAME];
  enti_segment_name(name, number, ".tmp");
  return enti_path_join(out, place->folder, name, err);
}

/* Makes the next file and has `write` fill it. */
static ent_status make(const enti_place *place, ent_status (*write)(void *user, enti_sink *sink, ent_error *err), void *user,
                       enti_fresh *out, ent_error *err) {
  char path[ENTI_PATH];
  enti_seal seal;
  uint64_t number = *place->next;
  enti_fresh fresh = {.sealer = NULL};
  if (number >= ENTI_MOST_SEGMENTS) return enti_fail(err, ENT_ERR_LIMIT, 0, "%s: has no numbers left", enti_file_shown(place->folder));
  ent_status status = path_of(place, number, path, err);
  if (status == ENT_OK) status = enti_sealer_new(place->alloc, place->io, path, &fresh.sealer, err);
  if (status != ENT_OK) return status;
  ++*place->next;
  status = write(user, enti_sealer_sink(fresh.sealer), err);
  if (status != ENT_OK) enti_sealer_fault(fresh.sealer, err);
  else status = enti_sealer_finish(fresh.sealer, &seal, err);
  if (status == ENT_OK)
    status = enti_part_open_new(place->alloc, place->io, place->folder, number, &seal, &fresh.part, err);
  if (status == ENT_OK) {
    *out = fresh;
    return ENT_OK;
  }
  enti_sealer_free(fresh.sealer);
  (void)place->io->unlink(place->io->user, path);
  return status;
}

typedef struct batch_job {
  enti_batch *batch;
  unsigned threads;
} batch_job;

static ent_status write_batch(void *user, enti_sink *sink, ent_error *err) {
  const batch_job *one = user;
  return enti_batch_write(one->batch, one->threads, sink, err);
}

ent_status enti_fresh_write(const enti_place *place, enti_batch *batch, unsigned threads, enti_fresh *out, ent_error *err) {
  batch_job one = {batch, threads};
  return make(place, write_batch, &one, out, err);
}

typedef struct merge_job {
  const ent_alloc *alloc;
  const enti_merge_input *inputs;
  size_t count;
} merge_job;

static ent_status write_merge(void *user, enti_sink *sink, ent_error *err) {
  const merge_job *one = user;
  return enti_segment_merge(one->alloc, one->inputs, one->count, sink, err);
}

static ent_status merge_some(const enti_place *place, const enti_merge_input *inputs, size_t count, enti_fresh *out,
                             ent_error *err) {
  merge_job one = {place->alloc, inputs, count};
  return make(place, write_merge, &one, out, err);
}

/* Merges in groups, then the groups; each group's file is in use only until then. */
static ent_status merge_groups(const enti_place *place, const enti_merge_input *inputs, size_t count, enti_fresh *groups,
                               enti_merge_input *middle, size_t group_count, enti_fresh *out, ent_error *err) {
  ent_status status = ENT_OK;
  size_t made = 0;
  for (; status == ENT_OK && made < group_count; made += status == ENT_OK) {
    size_t at = made * FAN_IN, some = count - at < FAN_IN ? count - at : FAN_IN;
    status = merge_some(place, inputs + at, some, &groups[made], err);
    if (status != ENT_OK) break;
    enti_sealer_free(groups[made].sealer); /* it is never kept */
    groups[made].sealer = NULL;
    middle[made] = (enti_merge_input){groups[made].part.segment, NULL};
  }
  if (status == ENT_OK) status = enti_fresh_merge(place, middle, group_count, out, err);
  while (made > 0) enti_fresh_drop(place, &groups[--made]);
  return status;
}

ent_status enti_fresh_merge(const enti_place *place, const enti_merge_input *inputs, size_t count, enti_fresh *out,
                            ent_error *err) {
  if (count <= FAN_IN) return merge_some(place, inputs, count, out, err);
  size_t groups = (count + FAN_IN - 1) / FAN_IN;
  enti_fresh *fresh = enti_new(place->alloc, groups * sizeof *fresh);
  enti_merge_input *middle = enti_new(place->alloc, groups * sizeof *middle);
  ent_status status = fresh && middle ? merge_groups(place, inputs, count, fresh, middle, groups, out, err)
                                      : enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  enti_free(place->alloc, fresh, groups * sizeof *fresh);
  enti_free(place->alloc, middle, groups * sizeof *middle);
  return status;
}

ent_status enti_fresh_keep(const enti_place *place, enti_fresh *fresh, ent_error *err) {
  char from[ENTI_PATH], to[ENTI_PATH];
  ent_status status = enti_sealer_sync(fresh->sealer, err);
  if (status != ENT_OK) return status;
  enti_sealer_free(fresh->sealer);
  fresh->sealer = NULL;
  enti_part_path(&fresh->part, place->folder, from);
  fresh->part.temporary = false;
  enti_part_path(&fresh->part, place->folder, to);
  int result = place->io->rename(place->io->user, from, to);
  if (result >= 0) return ENT_OK;
  fresh->part.temporary = true;
  return enti_file_fault(err, to, "give it its name", -result);
}

void enti_fresh_drop(const enti_place *place, enti_fresh *fresh) {
  char path[ENTI_PATH];
  enti_part_path(&fresh->part, place->folder, path);
  enti_sealer_free(fresh->sealer);
  fresh->sealer = NULL;
  enti_part_close(place->alloc, &fresh->part);
  (void)place->io->unlink(place->io->user, path);
}

