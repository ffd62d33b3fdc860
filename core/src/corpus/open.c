/* corpus/open: a corpus is opened for writing: the lock, the manifest, and what a dead writer left.
 *
 * A folder becomes a corpus with a manifest of generation 0, durable with its name, so that a manifest that is not
 * there is never a corpus that is empty. What no manifest names is taken away under the lock, and only after the folder
 * was synced: the manifest that is read may not have been durable yet, and an older one would need its files. */
#define _GNU_SOURCE
#include <errno.h>

#include "corpus/writer.h"

#define DEFAULT_MEMORY ((size_t)256 << 20)
#define LEAST_MEMORY ((size_t)16 << 20)
enum { MOST_THREADS = 64 };

typedef struct names {
  enti_bytes bytes;
  bool manifest, foreign; /* there is one; there are files that no corpus has */
} names;

static bool is_named(const ent_writer *writer, uint64_t number) {
  for (size_t i = 0; i < writer->parts.count; i++)
    if (writer->parts.at[i].entry.number == number) return true;
  return false;
}

static bool ends_in_tmp(const char *name) {
  size_t length = strlen(name);
  return length > 4 && strcmp(name + length - 4, ".tmp") == 0;
}

static ent_status list(ent_writer *writer, names *out, ent_error *err) {
  uint64_t number;
  out->bytes.count = 0;
  out->manifest = out->foreign = false;
  int result = writer->io->list(writer->io->user, writer->path, &writer->alloc, &out->bytes);
  if (result < 0) return enti_file_fault(err, writer->path, "read the folder", -result);
  for (const char *name = out->bytes.at, *end = name + out->bytes.count; name < end; name += strlen(name) + 1) {
    if (strcmp(name, "manifest") == 0) out->manifest = true;
    else if (strcmp(name, "lock") != 0 && strcmp(name, "manifest.tmp") != 0 && !enti_segment_named(name, &number))
      out->foreign = true;
  }
  return ENT_OK;
}

/* Takes away what was being written when a writer died, and segments that no manifest names. */
static ent_status sweep(ent_writer *writer, const names *all, ent_error *err) {
  char path[ENTI_PATH];
  bool synced = false;
  for (const char *name = all->bytes.at, *end = name + all->bytes.count; name < end; name += strlen(name) + 1) {
    uint64_t number = 0;
    bool segment = enti_segment_named(name, &number), temporary = ends_in_tmp(name);
    if (segment && number >= writer->next) writer->next = number + 1;
    if (!segment && strcmp(name, "manifest.tmp") != 0) continue;
    if (!temporary && is_named(writer, number)) continue;
    ent_status status = enti_path_join(path, writer->path, name, err);
    if (status == ENT_OK && !temporary && !synced) status = enti_folder_sync(writer->io, writer->path, err);
    if (status != ENT_OK) return status;
    synced = synced || !temporary;
    (void)writer->io->unlink(writer->io->user, path);
  }
  return ENT_OK;
}

/* The folder that holds a path. */
static ent_status sync_parent(const ent_writer *writer, ent_error *err) {
  char parent[ENTI_PATH];
  size_t length = strlen(writer->path);
  while (length > 1 && writer->path[length - 1] == '/') length--;
  while (length > 0 && writer->path[length - 1] != '/') length--;
  if (length >= ENTI_PATH) return enti_file_fault(err, writer->path, "make it", ENAMETOOLONG);
  memcpy(parent, length ? writer->path : ".", length ? length : 1);
  parent[length ? length : 1] = '\0';
  return enti_folder_sync(writer->io, parent, err);
}

static ent_status start_corpus(ent_writer *writer, ent_error *err) {
  const enti_manifest none = {.alloc = writer->alloc, .next = 1};
  ent_status status = sync_parent(writer, err);
  if (status == ENT_OK) status = enti_manifest_prepare(&none, writer->io, writer->path, err);
  if (status == ENT_OK) status = enti_manifest_publish(writer->io, writer->path, err);
  return status == ENT_OK ? enti_folder_sync(writer->io, writer->path, err) : status;
}

static ent_status open_parts(ent_writer *writer, const enti_manifest *manifest, ent_error *err) {
  ent_status status = enti_array_reserve(&writer->alloc, &writer->parts, manifest->entries.count);
  if (status != ENT_OK) return enti_fail(err, status, 0, "%s: out of memory", enti_file_shown(writer->path));
  for (size_t i = 0; status == ENT_OK && i < manifest->entries.count; i++) {
    enti_part *part = &writer->parts.at[writer->parts.count];
    bool missing;
    status = enti_part_open(&writer->alloc, writer->io, writer->path, &manifest->entries.at[i], 0, part, &missing, err);
    if (missing) status = enti_fail(err, ENT_ERR_DAMAGE, 0, "%s: a segment is missing; take the corpus from a copy or index "
                                    "it again", enti_file_shown(writer->path));
    if (status != ENT_OK) break;
    writer->parts.count++;
    writer->totals.documents += enti_part_live(part);
    writer->totals.tokens += part->entry.tokens;
    writer->totals.bytes += part->entry.bytes;
  }
  writer->committed = writer->parts.count;
  return status;
}

static bool has_segment(const names *all) {
  uint64_t number;
  for (const char *name = all->bytes.at, *end = name + all->bytes.count; name < end; name += strlen(name) + 1)
    if (enti_segment_named(name, &number) && !ends_in_tmp(name)) return true;
  return false;
}

/* With the lock: reads the manifest or makes the first one. */
static ent_status open_locked(ent_writer *writer, names *all, ent_error *err) {
  enti_manifest manifest;
  bool found;
  ent_status status = enti_manifest_read(&manifest, &writer->alloc, writer->io, writer->path, &found, err);
  if (status != ENT_OK) return status;
  writer->generation = manifest.generation;
  writer->next = manifest.next;
  status = list(writer, all, err);
  if (status == ENT_OK && !found && has_segment(all))
    status = enti_fail(err, ENT_ERR_DAMAGE, 0, "%s: the manifest is missing; take the corpus from a copy or index it again",
                       enti_file_shown(writer->path));
  if (status == ENT_OK) status = open_parts(writer, &manifest, err);
  enti_manifest_free(&manifest);
  if (status == ENT_OK) status = sweep(writer, all, err);
  if (status == ENT_OK && !found) status = start_corpus(writer, err);
  return status;
}

static ent_status open_writer(ent_writer *writer, names *all, ent_error *err) {
  int result = writer->io->make(writer->io->user, writer->path);
  if (result < 0 && result != -EEXIST) return enti_file_fault(err, writer->path, "make the folder", -result);
  ent_status status = result < 0 ? list(writer, all, err) : ENT_OK;
  if (status == ENT_OK && result < 0 && all->foreign && !all->manifest)
    status = enti_fail(err, ENT_ERR_ARGUMENT, 0, "%s: is a folder with other files in it; choose another name",
                       enti_file_shown(writer->path));
  if (status == ENT_OK) status = enti_lock_take(&writer->lock, writer->io, writer->path, err);
  return status == ENT_OK ? open_locked(writer, all, err) : status;
}

ent_status enti_writer_open_with(const enti_io *io, const ent_alloc *alloc, const char *path,
                                 const ent_writer_options *options, ent_writer **out, ent_error *err) {
  static const ent_writer_options defaults = {0};
  alloc = enti_alloc_or_default(alloc);
  if (!options) options = &defaults;
  if (!path || !*path || !out) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "a path is needed: name a corpus");
  if (options->threads > MOST_THREADS) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "at most %d threads", MOST_THREADS);
  size_t size = strlen(path) + 1, memory = options->memory ? options->memory : DEFAULT_MEMORY;
  ent_writer *writer = enti_new(alloc, sizeof *writer);
  char *copy = enti_new(alloc, size);
  if (!writer || !copy) {
    enti_free(alloc, writer, sizeof *writer);
    enti_free(alloc, copy, size);
    return enti_fail(err, ENT_ERR_MEMORY, 0, "%s: out of memory", enti_file_shown(path));
  }
  memcpy(copy, path, size);
  *writer = (ent_writer){.alloc = *alloc, .io = io, .path = copy, .lock = {io, -1}, .next = 1};
  writer->memory = memory < LEAST_MEMORY ? LEAST_MEMORY : memory;
  writer->threads = options->threads ? options->threads : 1;
  names all = {{0}, false, false};
  ent_status status = open_writer(writer, &all, err);
  enti_array_free(alloc, &all.bytes);
  if (status == ENT_OK) *out = writer;
  else ent_writer_free(writer);
  return status;
}

ent_status ent_writer_open(const ent_alloc *alloc, const char *path, const ent_writer_options *options, ent_writer **out,
                           ent_error *err) {
  return enti_writer_open_with(&enti_io_system, alloc, path, options, out, err);
}
