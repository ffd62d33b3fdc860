/* text/quick: the plain kernel, and the way back to the last clean code point. See quick.h. */
#include "text/quick.h"

/* Eight ASCII bytes at once. The high bit of each sum tells whether the byte is at least 'A', above 'Z'. */
static uint64_t lower_eight(uint64_t bytes) {
  const uint64_t each = UINT64_C(0x0101010101010101);
  uint64_t from_a = bytes + each * (0x80 - 'A'), above_z = bytes + each * (0x80 - 'Z' - 1);
  return bytes | (((from_a & ~above_z) & each * 0x80) >> 2);
}

/* Copies ASCII, and the rest of a code point that a kernel has begun. */
static void copy_bytes(enti_quick *quick) {
  const char *text = quick->text;
  size_t at = quick->at;
  char *to = quick->out + quick->size;
  while (quick->length - at >= 8) {
    uint64_t eight;
    memcpy(&eight, text + at, 8);
    if (eight & UINT64_C(0x8080808080808080)) break;
    if (quick->lower) eight = lower_eight(eight);
    memcpy(to, &eight, 8);
    to += 8;
    at += 8;
  }
  for (; at < quick->length && (unsigned char)text[at] < 0xC0; at++) {
    unsigned char byte = (unsigned char)text[at];
    *to++ = (char)(byte | (quick->lower && (unsigned)(byte - 'A') < 26 ? 0x20 : 0));
  }
  quick->size += at - quick->at;
  quick->at = at;
}

bool enti_quick_plain(enti_quick *quick, size_t stop) {
  while (quick->at < stop) {
    unsigned char lead = (unsigned char)quick->text[quick->at];
    if (lead < 0xC0) {
      copy_bytes(quick);
      continue;
    }
    unsigned verdict = quick->verdicts[enti_quick_profile(quick->text, quick->at)];
    if (verdict >= ENTI_QUICK_DIRECT) {
      enti_quick_replace(quick, verdict);
      continue;
    }
    if (verdict != 0 &&
        (verdict == ENTI_QUICK_MACHINE || !enti_quick_ordered(quick, quick->at, verdict)))
      return true;
    size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char *to = quick->out + quick->size;
    const char *from = quick->text + quick->at;
    for (size_t i = 0; i < size; i++) to[i] = from[i];
    quick->at += size;
    quick->size += size;
  }
  return false;
}

void enti_quick_back(enti_quick *quick) {
  for (bool clean = false; quick->at > 0 && !clean;) {
    size_t before = enti_utf8_before(quick->text, quick->at), taken = quick->at - before;
    unsigned verdict = enti_quick_verdict(quick, before);
    clean = verdict == 0 || verdict == ENTI_QUICK_DIRECT;
    if (verdict >= ENTI_QUICK_DIRECT) {
      uint64_t slot = clean ? enti_quick_slot(quick, enti_utf8_at(quick->text, before)) : 0;
      if (quick->map && !enti_quick_is_alike(slot, taken)) enti_map_pop(quick->map);
      quick->size -= enti_quick_slot_size(slot);
    } else {
      quick->size -= taken;
    }
    quick->at = before;
  }
}

enti_quick_kernel *enti_quick_fastest(void) {
  enti_quick_kernel *vector = enti_quick_vector();
  return vector ? vector : enti_quick_plain;
}
