/* text/quick: how far can the text be taken without the machine?
 *
 * A kernel copies what is plain, lower-cases ASCII where the form folds, and puts slots in the place of
 * what becomes one in any surroundings. It stops before a code point that only the machine of
 * text/rewrite knows, or before a mark that does not stand in order.
 *
 * Invariant: a *clean* code point, plain or DIRECT, is a starter that joins nothing before it; so a
 * normal form can be cut before it. What a kernel has written is right up to the last clean code point,
 * whatever follows; if the machine is needed, it begins there: enti_quick_back. */
#ifndef ENTI_QUICK_H
#define ENTI_QUICK_H

#include "base/base.h"
#include "text/map.h"
#include "text/quick_tables.h"
#include "text/utf8.h"

typedef struct enti_quick {
  const char *text; /* valid UTF-8 */
  size_t length;
  char *out; /* where output begins */
  enti_map *map; /* NULL where there is none to be made */
  const uint8_t *verdicts; /* of the form, by profile */
  unsigned safe;           /* of the form, enti_quick_safe */
  unsigned column;         /* 0 … 2: fold, bare, hans, whose slots are taken */
  bool lower;              /* ASCII is lower-cased */
  bool composed;           /* precomposed small letters and Kana are plain */
  size_t at, size; /* how far the text is read and the output written */
} enti_quick;

/* Goes on from `at` at least to `stop` (and less than 128 bytes beyond), or to the end, or until it
 * returns true: then the machine is needed for the code point at `at`. There is room for
 * ENTI_QUICK_GROWTH bytes for each up to `stop`, ENTI_QUICK_SLACK more, and as many edits as half of that. */
typedef bool enti_quick_kernel(enti_quick *quick, size_t stop);
enum { ENTI_QUICK_GROWTH = 4, ENTI_QUICK_SLACK = 512 };

enti_quick_kernel enti_quick_plain;
enti_quick_kernel *enti_quick_fastest(void); /* on this processor */
enti_quick_kernel *enti_quick_vector(void);  /* NULL where this processor has none; for tests */

/* Below this length there is no use in vectors. */
enum { ENTI_QUICK_SHORT = 80 };

/* Sets what depends on the form. */
static inline void enti_quick_init(enti_quick *quick, ent_form form) {
  quick->verdicts = enti_quick_verdicts[form];
  quick->safe = enti_quick_safe[form];
  quick->lower = form >= ENT_FOLD;
  quick->composed = form != ENT_NFD && form != ENT_NFKD && form != ENT_BARE;
  quick->column = quick->lower ? (unsigned)form - ENT_FOLD : 0;
}

/* Takes back what must go through the machine together with the code point at `at`. */
void enti_quick_back(enti_quick *quick);

/* ---- one code point ----------------------------------------------------------------------- */

/* Of the code point at text[at], not ASCII. */
static inline unsigned enti_quick_profile(const char *text, size_t at) {
  const unsigned char *byte = (const unsigned char *)text + at;
  unsigned block = enti_quick_leads[(byte[0] & 0x3Fu) << 6 | (byte[1] & 0x3Fu)];
  return enti_quick_blocks[block << 6 | (byte[0] < 0xE0 ? 0 : byte[2] & 0x3Fu)];
}

static inline unsigned enti_quick_verdict(const enti_quick *quick, size_t at) {
  if ((unsigned char)quick->text[at] < 0x80) return 0;
  return quick->verdicts[enti_quick_profile(quick->text, at)];
}

static inline bool enti_quick_is_clean(const enti_quick *quick, size_t at) {
  unsigned verdict = enti_quick_verdict(quick, at);
  return verdict == 0 || verdict == ENTI_QUICK_DIRECT;
}

/* The slot of a code point whose verdict is DIRECT. */
static inline uint64_t enti_quick_slot(const enti_quick *quick, uint32_t cp) {
  unsigned block = enti_quick_entry_stage1[cp >> 6];
  unsigned entry = enti_quick_entry_stage2[block << 6 | (cp & 0x3F)];
  return enti_quick_slots[enti_quick_entries[entry][quick->column]];
}

static inline size_t enti_quick_slot_size(uint64_t slot) { return (size_t)(slot >> 56 & (ENTI_QUICK_ONE - 1)); }

/* Whether a code point that took `taken` bytes becomes one of the same size, which is no edit. */
static inline bool enti_quick_is_alike(uint64_t slot, size_t taken) {
  return (size_t)(slot >> 56) == (ENTI_QUICK_ONE | taken);
}

/* Whether a mark at `at`, with a verdict of its own, stands in order behind what stays as it is. */
static inline bool enti_quick_ordered(const enti_quick *quick, size_t at, unsigned verdict) {
  return at == 0 || enti_quick_verdict(quick, enti_utf8_before(quick->text, at)) <= verdict;
}

/* Puts in what the code point at `at` becomes, which is DIRECT or GONE. */
static inline void enti_quick_replace(enti_quick *quick, unsigned verdict) {
  uint32_t cp;
  size_t next = enti_utf8_next(quick->text, quick->at, &cp), taken = next - quick->at;
  uint64_t slot = verdict == ENTI_QUICK_DIRECT ? enti_quick_slot(quick, cp) : 0;
  size_t written = enti_quick_slot_size(slot);
  char *to = quick->out + quick->size;
  to[0] = (char)slot; /* one store, on a machine of that byte order */
  to[1] = (char)(slot >> 8);
  to[2] = (char)(slot >> 16);
  to[3] = (char)(slot >> 24);
  to[4] = (char)(slot >> 32);
  to[5] = (char)(slot >> 40);
  to[6] = (char)(slot >> 48);
  to[7] = (char)(slot >> 56);
  if (quick->map && !enti_quick_is_alike(slot, taken)) enti_map_add(quick->map, quick->size, taken, written);
  quick->size += written;
  quick->at = next;
}

#endif
