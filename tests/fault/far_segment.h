/* far_segment: a segment whose sections lie beyond 4 GiB, and begin with as many zeros, so that no offset in it fits 32
 * bits. What it says is what it was made from. */
#ifndef FAR_SEGMENT_H
#define FAR_SEGMENT_H

#include "segment/reader.h"

#define FAR_HOLE (UINT64_C(4100) << 20)

typedef struct far_segment {
  enti_view view;
  void *memory; /* reserved; what was not written costs nothing */
  enti_segment *segment;
} far_segment;

/* `bytes`, a segment of `length` bytes, with holes of FAR_HOLE bytes before and in its documents, its postings, and the
 * bytes of its types. False when there is no such room. */
bool far_segment_make(const unsigned char *bytes, uint64_t length, far_segment *out);
void far_segment_free(far_segment *segment);

#endif
