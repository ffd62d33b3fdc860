/* store/manifest: see manifest.h.
 *
 * The file, lines of ASCII ended by LF, numbers without leading zeros, nothing before, between or behind:
 *
 *   manifest = "entente-corpus 1" "generation" N "next" N segment* "crc" X
 *   segment  = "segment" number length X documents tokens bytes, then, where documents are removed,
 *              "removed" and their numbers, ascending, a or a-b: runs that do not touch
 *   X        = eight hexadecimal digits, small letters: of the segment's trailer; of all bytes before the crc line
 *
 * The parser takes this and nothing else, so a manifest has one form, and whatever is cut off, added or changed is
 * ENT_ERR_DAMAGE. It goes into `manifest.tmp`, synced, and is renamed. */
#define _GNU_SOURCE
#include "store/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/checksum.h"

enum { LINE = 200, CRC_LINE = 13 };
#define MOST_BYTES (UINT64_C(1) << 30)
/* Of a segment's file at least so many bytes are of each document (its hash): a false count asks for no memory. */
enum { BYTES_PER_DOCUMENT = 16 };

static const char head[] = "entente-corpus 1\n";

void enti_segment_name(char out[ENTI_SEGMENT_NAME], uint64_t number, const char *end) {
  (void)snprintf(out, ENTI_SEGMENT_NAME, "segment-%010" PRIu64 "%.4s", number > ENTI_MOST_SEGMENTS ? 0 : number, end);
}

bool enti_segment_named(const char *name, uint64_t *number) {
  static const char first[] = "segment-";
  char again[ENTI_SEGMENT_NAME];
  uint64_t value = 0;
  if (strncmp(name, first, sizeof first - 1) != 0) return false;
  for (const char *at = name + sizeof first - 1; *at >= '0' && *at <= '9' && value <= ENTI_MOST_SEGMENTS; at++)
    value = value * 10 + (uint64_t)(*at - '0');
  if (value > ENTI_MOST_SEGMENTS) return false;
  *number = value;
  enti_segment_name(again, value, "");
  if (strcmp(name, again) == 0) return true;
  enti_segment_name(again, value, ".tmp");
  return strcmp(name, again) == 0;
}

void enti_entry_free(const ent_alloc *alloc, enti_entry *entry) {
  enti_free(alloc, entry->removed, enti_removed_words(entry->documents) * sizeof *entry->removed);
  entry->removed = NULL;
}

void enti_manifest_free(enti_manifest *manifest) {
  for (size_t i = 0; i < manifest->entries.count; i++) enti_entry_free(&manifest->alloc, &manifest->entries.at[i]);
  if (manifest->entries.at) enti_array_free(&manifest->alloc, &manifest->entries);
}

ent_status enti_entry_copy(const ent_alloc *alloc, const enti_entry *entry, enti_entry *out) {
  enti_entry copy = *entry;
  if (entry->removed) {
    size_t size = enti_removed_words(entry->documents) * sizeof *entry->removed;
    copy.removed = enti_new(alloc, size);
    if (!copy.removed) return ENT_ERR_MEMORY;
    memcpy(copy.removed, entry->removed, size);
  }
  *out = copy;
  return ENT_OK;
}

/* ---- writing ---- */

static ent_status format_removed(const enti_manifest *manifest, const enti_entry *entry, enti_bytes *text) {
  char run[LINE];
  ent_status status = enti_bytes_add(&manifest->alloc, text, "removed", 7);
  for (uint32_t at = 0, end; status == ENT_OK && at < entry->documents; at = end) {
    end = at + 1;
    if (!enti_bit_has(entry->removed, at)) continue;
    while (end < entry->documents && enti_bit_has(entry->removed, end)) end++;
    int length = end - at == 1 ? snprintf(run, sizeof run, " %" PRIu32, at)
                               : snprintf(run, sizeof run, " %" PRIu32 "-%" PRIu32, at, end - 1);
    status = enti_bytes_add(&manifest->alloc, text, run, (size_t)length);
  }
  return status == ENT_OK ? enti_bytes_add(&manifest->alloc, text, "\n", 1) : status;
}

ent_status enti_manifest_format(const enti_manifest *manifest, enti_bytes *text) {
  char line[LINE];
  int length = snprintf(line, sizeof line, "%sgeneration %" PRIu64 "\nnext %" PRIu64 "\n", head, manifest->generation,
                        manifest->next);
  ent_status status = enti_bytes_add(&manifest->alloc, text, line, (size_t)length);
  for (size_t i = 0; status == ENT_OK && i < manifest->entries.count; i++) {
    const enti_entry *entry = &manifest->entries.at[i];
    length = snprintf(line, sizeof line,
                      "segment %" PRIu64 " %" PRIu64 " %08" PRIx32 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", entry->number,
                      entry->length, entry->crc, entry->documents, entry->tokens, entry->bytes);
    status = enti_bytes_add(&manifest->alloc, text, line, (size_t)length);
    if (status == ENT_OK && entry->removed_count > 0) status = format_removed(manifest, entry, text);
  }
  if (status != ENT_OK) return status;
  length = snprintf(line, sizeof line, "crc %08" PRIx32 "\n", enti_crc32c(0, text->at, text->count));
  return enti_bytes_add(&manifest->alloc, text, line, (size_t)length);
}

ent_status enti_manifest_prepare(const enti_manifest *manifest, const enti_io *io, const char *folder, ent_error *err) {
  char path[ENTI_PATH];
  enti_bytes text = {0};
  ent_status status = enti_path_join(path, folder, "manifest.tmp", err);
  if (status != ENT_OK) return status;
  status = enti_manifest_format(manifest, &text);
  if (status != ENT_OK)
    (void)enti_fail(err, status, 0, "%s: %s", enti_file_shown(path), ent_status_text(status));
  else
    status = enti_file_create(io, path, text.at, text.count, err);
  enti_array_free(&manifest->alloc, &text);
  return status;
}

ent_status enti_manifest_publish(const enti_io *io, const char *folder, ent_error *err) {
  char from[ENTI_PATH], to[ENTI_PATH];
  ent_status status = enti_path_join(from, folder, "manifest.tmp", err);
  if (status == ENT_OK) status = enti_path_join(to, folder, "manifest", err);
  if (status != ENT_OK) return status;
  int result = io->rename(io->user, from, to);
  return result < 0 ? enti_file_fault(err, to, "put the new one in its place", -result) : ENT_OK;
}

/* ---- reading ---- */

typedef struct cursor {
  const char *at, *end;
} cursor;

static bool take_word(cursor *in, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(in->end - in->at) < length || memcmp(in->at, word, length) != 0) return false;
  in->at += length;
  return true;
}

static bool take_number(cursor *in, uint64_t most, uint64_t *out) {
  const char *first = in->at;
  uint64_t value = 0;
  for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
    uint64_t digit = (uint64_t)(*in->at - '0');
    if (value > (UINT64_MAX - digit) / 10) return false;
    value = value * 10 + digit;
  }
  if (in->at == first || value > most || (*first == '0' && in->at - first > 1)) return false;
  *out = value;
  return true;
}

static bool take_crc(cursor *in, uint32_t *out) {
  uint32_t value = 0;
  if (in->end - in->at < 8) return false;
  for (int i = 0; i < 8; i++) {
    char c = *in->at++;
    if (c >= '0' && c <= '9') value = value << 4 | (uint32_t)(c - '0');
    else if (c >= 'a' && c <= 'f') value = value << 4 | (uint32_t)(c - 'a' + 10);
    else return false;
  }
  *out = value;
  return true;
}

static ent_status take_removed(const ent_alloc *alloc, cursor *in, enti_entry *entry) {
  if (entry->documents == 0) return ENT_ERR_DAMAGE;
  entry->removed = enti_new(alloc, enti_removed_words(entry->documents) * sizeof *entry->removed);
  if (!entry->removed) return ENT_ERR_MEMORY;
  uint64_t first, last, least = 0;
  while (take_word(in, " ")) {
    if (!take_number(in, entry->documents - 1, &first) || first < least) return ENT_ERR_DAMAGE;
    last = first;
    if (take_word(in, "-") && (!take_number(in, entry->documents - 1, &last) || last <= first)) return ENT_ERR_DAMAGE;
    for (uint64_t at = first; at <= last; at++) entry->removed[at >> 6] |= UINT64_C(1) << (at & 63);
    entry->removed_count += (uint32_t)(last - first + 1);
    least = last + 2;
  }
  return entry->removed_count > 0 && take_word(in, "\n") ? ENT_OK : ENT_ERR_DAMAGE;
}

static bool take_entry(cursor *in, enti_entry *entry) {
  uint64_t documents;
  bool fine = take_number(in, ENTI_MOST_SEGMENTS, &entry->number) && take_word(in, " ") &&
              take_number(in, INT64_MAX, &entry->length) && take_word(in, " ") && take_crc(in, &entry->crc) &&
              take_word(in, " ") && take_number(in, ENT_NONE - 1, &documents) && take_word(in, " ") &&
              take_number(in, INT64_MAX, &entry->tokens) && take_word(in, " ") &&
              take_number(in, INT64_MAX, &entry->bytes) && take_word(in, "\n");
  if (!fine || documents > entry->length / BYTES_PER_DOCUMENT) return false;
  entry->documents = (uint32_t)documents;
  return true;
}

static ent_status take_entries(enti_manifest *manifest, cursor *in) {
  for (uint64_t least = 0; take_word(in, "segment ");) {
    ent_status status = enti_array_reserve(&manifest->alloc, &manifest->entries, 1);
    if (status != ENT_OK) return status;
    enti_entry *entry = &manifest->entries.at[manifest->entries.count];
    *entry = (enti_entry){0};
    if (!take_entry(in, entry) || entry->number < least || entry->number >= manifest->next) return ENT_ERR_DAMAGE;
    manifest->entries.count++;
    least = entry->number + 1;
    if (take_word(in, "removed")) status = take_removed(&manifest->alloc, in, entry);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

ent_status enti_manifest_parse(enti_manifest *manifest, const char *text, size_t length) {
  cursor in = {text, text + length};
  uint32_t crc;
  if (length < CRC_LINE) return ENT_ERR_DAMAGE;
  cursor tail = {in.end - CRC_LINE, in.end};
  if (!take_word(&tail, "crc ") || !take_crc(&tail, &crc) || !take_word(&tail, "\n") ||
      crc != enti_crc32c(0, text, length - CRC_LINE))
    return ENT_ERR_DAMAGE;
  in.end -= CRC_LINE;
  if (!take_word(&in, head) || !take_word(&in, "generation ") ||
      !take_number(&in, UINT64_MAX - 1, &manifest->generation) || !take_word(&in, "\nnext ") ||
      !take_number(&in, ENTI_MOST_SEGMENTS, &manifest->next) || !take_word(&in, "\n"))
    return ENT_ERR_DAMAGE;
  ent_status status = take_entries(manifest, &in);
  return status != ENT_OK ? status : in.at == in.end ? ENT_OK : ENT_ERR_DAMAGE;
}

static ent_status read_file(enti_manifest *manifest, const enti_io *io, int fd, const char *path, ent_error *err) {
  enti_io_stat about;
  int result = io->stat(io->user, fd, &about);
  if (result < 0) return enti_file_fault(err, path, "examine it", -result);
  if (!about.regular) return enti_fail(err, ENT_ERR_DAMAGE, 0, "%s: is no file", enti_file_shown(path));
  if (about.size > MOST_BYTES || about.size > SIZE_MAX)
    return enti_fail(err, ENT_ERR_LIMIT, 0, "%s: is too large", enti_file_shown(path));
  size_t size = (size_t)about.size;
  char *text = enti_new(&manifest->alloc, size + 1);
  if (!text) return enti_fail(err, ENT_ERR_MEMORY, 0, "%s: out of memory", enti_file_shown(path));
  int64_t got = enti_call_read(io, fd, text, size, 0);
  ent_status status = got < 0                ? enti_file_fault(err, path, "read it", (int)-got)
                      : (size_t)got != size ? ENT_ERR_DAMAGE
                                             : enti_manifest_parse(manifest, text, size);
  enti_free(&manifest->alloc, text, size + 1);
  if (status == ENT_ERR_DAMAGE)
    return enti_fail(err, status, 0, "%s: is damaged; take the corpus from a copy or index it again", enti_file_shown(path));
  if (status != ENT_OK && got >= 0) return enti_fail(err, status, 0, "%s: out of memory", enti_file_shown(path));
  return status;
}

ent_status enti_manifest_read(enti_manifest *manifest, const ent_alloc *alloc, const enti_io *io, const char *folder,
                              bool *found, ent_error *err) {
  char path[ENTI_PATH];
  *manifest = (enti_manifest){.alloc = *alloc, .next = 1};
  *found = false;
  ent_status status = enti_path_join(path, folder, "manifest", err);
  if (status != ENT_OK) return status;
  int fd = enti_call_open(io, path, O_RDONLY | O_NONBLOCK);
  if (fd == -ENOENT) return ENT_OK;
  if (fd < 0) return enti_file_fault(err, path, "open it", -fd);
  status = read_file(manifest, io, fd, path, err);
  (void)enti_call_close(io, fd);
  if (status != ENT_OK) enti_manifest_free(manifest);
  *found = status == ENT_OK;
  return status;
}
