/* far_segment: see far_segment.h. */
#define _GNU_SOURCE
#include "far_segment.h"

#include <sys/mman.h>

/* How a section's own offsets are moved: u64 or u40 at the begin of each entry. */
static void move_offsets(unsigned char *at, uint64_t count, size_t entry, bool wide, uint64_t by) {
  for (uint64_t i = 0; i < count; i++, at += entry) {
    unsigned char made[8];
    (void)enti_put64(made, (wide ? enti_get64(at) : enti_get40(at)) + by);
    memcpy(at, made, wide ? 8 : 5);
  }
}

static enti_footer footer_of(const unsigned char *at) {
  enti_footer f = {.documents = enti_get32(at + ENTI_SECTIONS * 16 + 16), .types = enti_get32(at + ENTI_SECTIONS * 16 + 20),
                   .terms = enti_get32(at + ENTI_SECTIONS * 16 + 24)};
  for (int i = 0; i < ENTI_SECTIONS; i++) {
    f.sections[i].offset = enti_get64(at + 16 * i);
    f.sections[i].length = enti_get64(at + 16 * i + 8);
  }
  return f;
}

static bool has_hole(int section) {
  return section == ENTI_SECTION_DOCUMENTS || section == ENTI_SECTION_POSTINGS || section == ENTI_SECTION_TYPE_BYTES;
}

bool far_segment_make(const unsigned char *bytes, uint64_t length, far_segment *out) {
  const unsigned char *old = bytes + length - ENTI_FOOTER_SIZE;
  const enti_footer f = footer_of(old);
  uint64_t all = length + 4 * FAR_HOLE, moved = FAR_HOLE;
  unsigned char *to = mmap(NULL, (size_t)all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), *footer;
  if (to == MAP_FAILED) return false;
  memcpy(to, bytes, 8);
  footer = to + all - ENTI_FOOTER_SIZE;
  memcpy(footer, old, ENTI_FOOTER_SIZE);
  for (int i = 0; i < ENTI_SECTIONS; i++) {
    uint64_t begin = f.sections[i].offset + moved, hole = has_hole(i) ? FAR_HOLE : 0;
    memcpy(to + begin + hole, bytes + f.sections[i].offset, (size_t)f.sections[i].length);
    (void)enti_put64(enti_put64(footer + 16 * i, begin), f.sections[i].length + hole);
    moved += hole;
    if (i == ENTI_SECTION_TERMS) move_offsets(to + begin, f.terms + UINT64_C(1), ENTI_TERM_SIZE, true, FAR_HOLE);
    if (i == ENTI_SECTION_TYPE_OFFSETS) move_offsets(to + begin, f.types + UINT64_C(1), 5, false, FAR_HOLE);
    if (i == ENTI_SECTION_RECORDS) move_offsets(to + begin, f.documents, ENTI_RECORD_SIZE, true, FAR_HOLE);
  }
  *out = (far_segment){.view = {.at = to, .length = all}, .memory = to};
  return enti_segment_open(NULL, &out->view, &out->segment, NULL) == ENT_OK;
}

void far_segment_free(far_segment *segment) {
  enti_segment_free(segment->segment);
  if (segment->memory) (void)munmap(segment->memory, (size_t)segment->view.length);
}
