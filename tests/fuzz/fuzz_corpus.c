/* fuzz_corpus: a hostile manifest and hostile segments, opened as a corpus.
 *
 * One byte: 1: the manifest's checksum is mended, 2: changes to the segment (as hostile.h has them) follow, as many bytes
 * as the next one says, and its file is sealed again, 4: it is opened, too. Then the manifest, in which `@`
 * stands for the true entry of the segment. What is parsed comes out of the writer as it went in; what is opened can be
 * asked anything (ask.h). Files are in memory. */
#include <errno.h>
#include <fcntl.h>

#include "hostile.h"

#include "../c/ask.h"
#include "base/checksum.h"
#include "corpus/corpus.h"

/* ---- files ---- */

typedef struct file {
  const char *name;
  unsigned char *at;
  size_t length, room;
} file;
static file files[2] = {{"corpus/manifest", NULL, 0, 0}, {"corpus/segment-0000000001", NULL, 0, 0}};
enum { FIRST = 100 };

static void file_add(file *f, const void *bytes, size_t length) {
  if (f->length + length > f->room) {
    f->room = 2 * (f->length + length);
    f->at = realloc(f->at, f->room);
    FUZZ_CHECK(f->at != NULL);
  }
  if (length) memcpy(f->at + f->length, bytes, length);
  f->length += length;
}

static int file_open(void *user, const char *path, int flags, unsigned mode) {
  (void)user, (void)mode;
  for (int i = 0; i < 2; i++) {
    if (strcmp(path, files[i].name) != 0) continue;
    if (flags & O_CREAT) files[i].length = 0;
    return FIRST + i;
  }
  return -ENOENT;
}

static int64_t file_read(void *user, int fd, void *bytes, size_t length, uint64_t offset) {
  const file *f = &files[fd - FIRST];
  (void)user;
  if (offset >= f->length) return 0;
  if (length > f->length - offset) length = f->length - (size_t)offset;
  memcpy(bytes, f->at + offset, length);
  return (int64_t)length;
}

static int64_t file_write(void *user, int fd, const void *bytes, size_t length) {
  (void)user;
  file_add(&files[fd - FIRST], bytes, length);
  return (int64_t)length;
}

static int file_stat(void *user, int fd, enti_io_stat *out) {
  (void)user;
  *out = (enti_io_stat){.size = files[fd - FIRST].length, .regular = true, .node = (uint64_t)fd};
  return 0;
}

static int file_close(void *user, int fd) {
  (void)user, (void)fd;
  return 0;
}

static const enti_io io = {.open = file_open, .read = file_read, .write = file_write, .sync = file_close, .close = file_close,
                           .stat = file_stat};

/* ---- manifests ---- */

static enti_seal seal_segment(const unsigned char *at, size_t length) {
  enti_sealer *sealer;
  enti_seal seal;
  FUZZ_CHECK(enti_sealer_new(&enti_alloc_default, &io, files[1].name, &sealer, NULL) == ENT_OK);
  FUZZ_CHECK(enti_sink_write(enti_sealer_sink(sealer), at, length) == ENT_OK);
  FUZZ_CHECK(enti_sealer_finish(sealer, &seal, NULL) == ENT_OK);
  enti_sealer_free(sealer);
  return seal;
}

static void make_manifest(fuzz_input *in, bool mend, const enti_seal *seal, const enti_segment *segment) {
  char line[128];
  ent_totals totals = enti_segment_totals(segment);
  files[0].length = 0;
  file_add(&files[0], "", 1); /* so that there are bytes to point at */
  files[0].length = 0;
  int length = snprintf(line, sizeof line, "segment 1 %llu %08x %u %llu %llu\n", (unsigned long long)seal->length, (unsigned)seal->crc,
                        (unsigned)totals.documents, (unsigned long long)totals.tokens, (unsigned long long)totals.bytes);
  for (; in->left > 0; in->left--, in->at++) {
    if (*in->at == '@') file_add(&files[0], line, (size_t)length);
    else file_add(&files[0], in->at, 1);
  }
  if (!mend) return;
  length = snprintf(line, sizeof line, "crc %08x\n", (unsigned)enti_crc32c(0, files[0].at, files[0].length));
  file_add(&files[0], line, (size_t)length);
}

static void check_parser(void) {
  enti_manifest manifest = {.alloc = hostile_alloc};
  enti_bytes again = {0};
  if (hostile_fine(enti_manifest_parse(&manifest, (const char *)files[0].at, files[0].length))) {
    FUZZ_CHECK(enti_manifest_format(&manifest, &again) == ENT_OK);
    FUZZ_CHECK(again.count == files[0].length && memcmp(again.at, files[0].at, again.count) == 0);
    enti_array_free(&hostile_alloc, &again);
  }
  enti_manifest_free(&manifest);
  FUZZ_CHECK(hostile_held == 0);
}

static void check_corpus(unsigned flags) {
  static const char *const ids[] = {"en/gap.txt", "zh/trust.md", "none"};
  static ask_answers answers;
  ent_corpus *corpus;
  ent_vocab *vocab;
  ent_index *index;
  ent_status status = enti_corpus_open_with(&io, &hostile_alloc, "corpus", flags, &corpus, NULL);
  if (status == ENT_ERR_IO || !hostile_fine(status)) return;
  uint64_t numbers = ent_corpus_numbers(corpus);
  FUZZ_CHECK(ent_vocab_new(&hostile_alloc, &vocab) == ENT_OK && ent_index_new(vocab, &index) == ENT_OK);
  bool sound = hostile_fine(ent_corpus_verify(corpus, NULL, NULL, NULL));
  ask_all(corpus, ids, 3, numbers < 20 ? numbers : 20, index, &answers);
  for (size_t i = 0; i < answers.count; i++)
    if (answers.at[i].status != ENT_ERR_ARGUMENT) FUZZ_CHECK(hostile_fine(answers.at[i].status) || !sound || answers.at[i].status != ENT_ERR_DAMAGE);
  ent_index_free(index);
  ent_vocab_free(vocab);
  ent_corpus_free(corpus);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  unsigned how = fuzz_byte(&in), many = how & 2 ? fuzz_byte(&in) : 0;
  enti_segment *segment;
  hostile_start();
  enti_view view = memory_view(hostile_bases[0].at, hostile_bases[0].length);
  FUZZ_CHECK(enti_segment_open(NULL, &view, &segment, NULL) == ENT_OK);
  fuzz_input changes = {in.at, many < in.left ? many : in.left};
  in.at += changes.left;
  in.left -= changes.left;
  hostile_change(&changes, (unsigned char *)(uintptr_t)view.at, (size_t)view.length);
  enti_seal seal = seal_segment(view.at, (size_t)view.length);
  make_manifest(&in, how & 1, &seal, segment);
  check_parser();
  if (how & 4) check_corpus(ENT_OPEN_READ);
  enti_segment_free(segment);
  hostile_free(&view);
  FUZZ_CHECK(hostile_held == 0);
  return 0;
}
