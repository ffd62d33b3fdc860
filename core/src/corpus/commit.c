/* corpus/commit: what came since the last commit becomes durable and seen.
 *
 *   the open batch is written; segments are merged; the new one is synced and gets its name; the folder is synced;
 *   the manifest is written beside the old one, synced, and gets its name; the folder is synced;
 *   only then the commit is acknowledged, and only then what no manifest names is taken away.
 *
 * At most one new segment comes of a commit. Its size is that of its living documents: bytes of text, and 256 for each,
 * which does not depend on how they were written. What is merged, by size, the new documents counted as one segment:
 *
 *   - parts that were spilled since the last commit, but for a single one that is whole and still open;
 *   - segments of which more than half of the documents are removed, rewritten;
 *   - the k smallest, for the largest k >= 2 whose largest is smaller than twice the sum of the others, so that the sizes
 *     of those that stand grow at least threefold in sum, and a document is copied a few times in its life;
 *   - more of the smallest while more than eight would stand;
 *   - all, where ent_writer_merge was called;
 *   - with any of these, what is new.
 *
 * A sync that fails is never tried again, and the writer is dead after any failure. */
#include "corpus/writer.h"

enum { MOST_STANDING = 8, DOCUMENT_SIZE = 256, GROWTH = 2 };

typedef struct plan {
  ENTI_ARRAY(bool) merged; /* by part */
  size_t count;            /* how many are */
} plan;

static uint64_t size_of(const enti_part *part) {
  return part->entry.bytes + (uint64_t)enti_part_live(part) * DOCUMENT_SIZE;
}

/* ---- what is merged ---- */

static void choose(plan *p, size_t part) {
  if (!p->merged.at[part]) p->count++;
  p->merged.at[part] = true;
}

typedef struct candidate {
  uint64_t size, number; /* the number makes the order whole */
  size_t part;           /* SIZE_MAX: the new documents */
} candidate;

static int compare_candidates(const void *a, const void *b) {
  const candidate *left = a, *right = b;
  if (left->size != right->size) return left->size < right->size ? -1 : 1;
  return (left->number > right->number) - (left->number < right->number);
}

/* How many of the smallest become one. */
static size_t tier_of(const candidate *list, size_t count) {
  uint64_t sum = count ? list[0].size : 0;
  size_t best = 0;
  for (size_t i = 1; i < count; i++) {
    if (list[i].size / GROWTH < sum) best = i + 1;
    sum += list[i].size;
  }
  if (count - (best ? best - 1 : 0) > MOST_STANDING) best = count - MOST_STANDING + 1;
  return best;
}

static void choose_new(const ent_writer *writer, plan *p) {
  for (size_t i = writer->committed; i < writer->parts.count; i++) choose(p, i);
}

/* Chooses the parts that are to be merged whatever their size; and lists all, what is new as one. */
static size_t sort_out(const ent_writer *writer, bool open, plan *p, candidate *list) {
  size_t count = 0;
  candidate fresh = {0, UINT64_MAX, SIZE_MAX};
  for (size_t i = 0; i < writer->committed; i++) {
    const enti_part *part = &writer->parts.at[i];
    if (writer->merging || part->entry.removed_count > part->entry.documents / 2) choose(p, i);
    list[count++] = (candidate){size_of(part), part->entry.number, i};
  }
  for (size_t i = writer->committed; i < writer->parts.count; i++) {
    const enti_part *part = &writer->parts.at[i];
    if (writer->merging || !open || part->entry.removed_count > 0 || i > writer->committed) choose_new(writer, p);
    fresh.size += size_of(part);
  }
  if (writer->parts.count > writer->committed) list[count++] = fresh;
  return count;
}

/* Whether to merge a part alone would only copy it: it loses nothing, and can stand as it is. */
static bool stands(const ent_writer *writer, bool open, size_t part) {
  return writer->parts.at[part].entry.removed_count == 0 && (open || part < writer->committed);
}

/* `open`: the last part can be synced as it is. */
static ent_status make_plan(ent_writer *writer, bool open, plan *p, ent_error *err) {
  size_t size = (writer->parts.count + 1) * sizeof(candidate);
  ent_status status = enti_array_reserve(&writer->alloc, &p->merged, writer->parts.count);
  candidate *list = status == ENT_OK ? enti_new(&writer->alloc, size) : NULL;
  if (!list) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  if (writer->parts.count) memset(p->merged.at, 0, writer->parts.count * sizeof *p->merged.at);
  size_t count = sort_out(writer, open, p, list);
  enti_sort(list, count, sizeof *list, compare_candidates);
  size_t tier = tier_of(list, count);
  for (size_t i = 0; i < tier; i++)
    if (list[i].part == SIZE_MAX) choose_new(writer, p);
    else choose(p, list[i].part);
  enti_free(&writer->alloc, list, size);
  for (size_t i = 0; p->count == 1 && i < writer->parts.count; i++)
    if (p->merged.at[i] && stands(writer, open, i)) {
      p->merged.at[i] = false;
      p->count = 0;
    }
  if (p->count > 0) choose_new(writer, p);
  return ENT_OK;
}

/* ---- the new segment ---- */

ent_status enti_writer_spill(ent_writer *writer, bool keep, ent_error *err) {
  enti_place place = enti_writer_place(writer);
  enti_fresh made;
  ent_status status = enti_writer_drain(writer, err);
  if (status == ENT_OK && enti_batch_count(writer->batch) > 0) {
    status = enti_array_reserve(&writer->alloc, &writer->parts, 1);
    if (status != ENT_OK) return enti_fail(err, status, 0, "out of memory");
    status = enti_fresh_write(&place, writer->batch, writer->threads, &made, err);
    if (status != ENT_OK) return status;
    writer->parts.at[writer->parts.count++] = made.part;
    if (keep) writer->open_part = made.sealer;
    else enti_sealer_free(made.sealer);
  } else if (status == ENT_OK && writer->open.count > 0) {
    enti_writer_drop_batch(writer); /* all of it was taken out again */
  }
  ent_vocab_free(writer->ids);
  writer->ids = NULL;
  writer->open.count = 0;
  writer->weight = writer->looked = 0;
  return status;
}

static uint64_t living(const ent_writer *writer, const plan *p) {
  uint64_t count = 0;
  for (size_t i = 0; i < writer->parts.count; i++)
    if (p->merged.at[i]) count += enti_part_live(&writer->parts.at[i]);
  return count;
}

static ent_status merge(ent_writer *writer, const plan *p, enti_fresh *out, ent_error *err) {
  size_t size = p->count * sizeof(enti_merge_input), count = 0;
  enti_place place = enti_writer_place(writer);
  enti_merge_input *inputs = enti_new(&writer->alloc, size);
  if (!inputs) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  for (size_t i = 0; i < writer->parts.count; i++)
    if (p->merged.at[i])
      inputs[count++] = (enti_merge_input){writer->parts.at[i].segment, writer->parts.at[i].entry.removed};
  ent_status status = enti_fresh_merge(&place, inputs, count, out, err);
  enti_free(&writer->alloc, inputs, size);
  for (size_t i = 0; status == ENT_OK && i < writer->parts.count; i++)
    if (p->merged.at[i] && (status = enti_view_still(enti_sealed_view(writer->parts.at[i].sealed))) != ENT_OK) {
      (void)enti_part_fail(&writer->parts.at[i], status, err);
      enti_fresh_drop(&place, out);
    }
  return status;
}

/* ---- the commit ---- */

/* The parts that stand after the commit, the new one last: it has the highest number. What they hold is still the
 * writer's, too. */
static ent_status standing(const ent_writer *writer, const plan *p, const enti_fresh *fresh, enti_parts *out) {
  ent_status status = enti_array_reserve(&writer->alloc, out, writer->parts.count + 1);
  if (status != ENT_OK) return status;
  for (size_t i = 0; i < writer->parts.count; i++)
    if (!p->merged.at[i]) out->at[out->count++] = writer->parts.at[i];
  if (fresh) out->at[out->count++] = fresh->part;
  return ENT_OK;
}

/* Writes the manifest and makes it seen and durable. *tried is set before it may have been seen. */
static ent_status publish(ent_writer *writer, const enti_parts *parts, bool *tried, ent_error *err) {
  enti_manifest manifest = {.alloc = writer->alloc, .generation = writer->generation + 1, .next = writer->next};
  ent_status status = enti_array_reserve(&writer->alloc, &manifest.entries, parts->count);
  if (status != ENT_OK) return enti_fail(err, status, 0, "out of memory");
  for (size_t i = 0; i < parts->count; i++) manifest.entries.at[manifest.entries.count++] = parts->at[i].entry;
  status = enti_manifest_prepare(&manifest, writer->io, writer->path, err);
  if (manifest.entries.at) enti_array_free(&writer->alloc, &manifest.entries); /* their bits are the parts' */
  if (status != ENT_OK) return status;
  *tried = true;
  status = enti_manifest_publish(writer->io, writer->path, err);
  return status == ENT_OK ? enti_folder_sync(writer->io, writer->path, err) : status;
}

/* The commit stands: the writer goes over to its parts, and files that it does not name are taken away. */
static void settle(ent_writer *writer, const plan *p, enti_parts *parts) {
  char path[ENTI_PATH];
  for (size_t i = 0; i < writer->parts.count; i++) {
    if (!p->merged.at[i]) continue;
    enti_part_path(&writer->parts.at[i], writer->path, path);
    enti_part_close(&writer->alloc, &writer->parts.at[i]);
    (void)writer->io->unlink(writer->io->user, path);
  }
  enti_array_free(&writer->alloc, &writer->parts);
  writer->parts = *parts;
  writer->committed = parts->count;
  writer->generation++;
  writer->changed = writer->merging = false;
  enti_writer_drop_filter(writer);
  writer->totals = (ent_totals){0};
  for (size_t i = 0; i < parts->count; i++) {
    writer->totals.documents += enti_part_live(&parts->at[i]);
    writer->totals.tokens += parts->at[i].entry.tokens;
    writer->totals.bytes += parts->at[i].entry.bytes;
  }
}

/* Makes the plan's commit. `fresh` is the merged segment, or the last part where it stands as it is, or NULL. */
static ent_status conclude(ent_writer *writer, const plan *p, enti_fresh *fresh, bool *tried, ent_error *err) {
  enti_place place = enti_writer_place(writer);
  enti_parts parts = {0};
  ent_status status = fresh ? enti_fresh_keep(&place, fresh, err) : ENT_OK;
  if (status == ENT_OK && fresh) status = enti_folder_sync(writer->io, writer->path, err);
  if (status == ENT_OK) {
    status = standing(writer, p, fresh, &parts);
    if (status != ENT_OK) (void)enti_fail(err, status, 0, "out of memory");
  }
  if (status == ENT_OK) status = publish(writer, &parts, tried, err);
  if (status == ENT_OK) settle(writer, p, &parts);
  else enti_array_free(&writer->alloc, &parts);
  return status;
}

/* Takes away what a commit that failed has made, but for a segment that a manifest may name. */
static void undo(ent_writer *writer, enti_fresh *fresh, bool tried) {
  char path[ENTI_PATH];
  enti_place place = enti_writer_place(writer);
  if (tried && enti_path_join(path, writer->path, "manifest.tmp", NULL) == ENT_OK)
    (void)writer->io->unlink(writer->io->user, path);
  if (!fresh) return;
  if (!tried) {
    enti_fresh_drop(&place, fresh);
  } else {
    enti_sealer_free(fresh->sealer);
    enti_part_close(&writer->alloc, &fresh->part);
  }
}

static ent_status commit(ent_writer *writer, plan *p, ent_error *err) {
  enti_fresh fresh = {.sealer = NULL};
  bool tried = false, made = false;
  ent_status status = writer->batch ? enti_writer_spill(writer, true, err) : ENT_OK;
  if (status == ENT_OK) status = make_plan(writer, writer->open_part != NULL, p, err);
  if (status != ENT_OK) return status;
  if (p->count > 0) {
    enti_writer_drop_batch(writer); /* its memory is the merge's now */
    enti_sealer_free(writer->open_part);
    writer->open_part = NULL;
    made = living(writer, p) > 0;
    if (made) status = merge(writer, p, &fresh, err);
    if (status != ENT_OK) return status;
  } else if (writer->open_part) {
    fresh = (enti_fresh){writer->parts.at[--writer->parts.count], writer->open_part};
    writer->open_part = NULL;
    made = true;
  }
  status = conclude(writer, p, made ? &fresh : NULL, &tried, err);
  if (status != ENT_OK) undo(writer, made ? &fresh : NULL, tried);
  return status;
}

static bool is_one(const ent_writer *writer) {
  return writer->parts.count == 0 || (writer->parts.count == 1 && writer->parts.at[0].entry.removed_count == 0);
}

ent_status ent_writer_commit(ent_writer *writer, ent_error *err) {
  plan p = {{0}, 0};
  ent_status status = enti_writer_check(writer, err);
  if (status != ENT_OK) return status;
  if (!writer->changed && (!writer->merging || is_one(writer))) {
    writer->merging = false;
    return ENT_OK;
  }
  status = commit(writer, &p, err);
  enti_array_free(&writer->alloc, &p.merged);
  return enti_writer_end(writer, status);
}
