// bench_icu_utf8: what only ICU's C++ API has: normal forms of UTF-8, with and without ICU's map, and the
// source of the break rules.
#include <cstdlib>
#include <cstring>

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/rbbi.h>
#include <unicode/unistr.h>

#include "bench.h"

static bool normalize(const bench_input *input, icu::Edits *edits, uint64_t *found) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2 *form = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) return false;
  icu::CheckedArrayByteSink sink(input->room, static_cast<int32_t>(input->room_size));
  form->normalizeUTF8(0, icu::StringPiece(input->utf8, static_cast<int32_t>(input->length)), sink, edits, error);
  if (U_FAILURE(error) || sink.Overflowed()) return false;
  *found = static_cast<uint64_t>(sink.NumberOfBytesAppended());
  return true;
}

bool icu_normalize_utf8(void *, const bench_input *input, uint64_t *found) { return normalize(input, nullptr, found); }

bool icu_normalize_edits(void *, const bench_input *input, uint64_t *found) {
  icu::Edits edits;
  return normalize(input, &edits, found);
}

// The rules send what is in $dictionary to the dictionaries: with a set that no text has they stand alone.
uint16_t *icu_word_rules(void *breaker) {
  auto *rules = dynamic_cast<icu::RuleBasedBreakIterator *>(static_cast<icu::BreakIterator *>(breaker));
  if (!rules) return nullptr;
  icu::UnicodeString text = rules->getRules();
  const int32_t at = text.indexOf(icu::UnicodeString("$dictionary="));
  const int32_t end = at < 0 ? -1 : text.indexOf(u';', at);
  if (end < 0) return nullptr;
  text.replaceBetween(at, end, icu::UnicodeString("$dictionary=[\\uFFFF]"));
  const size_t size = static_cast<size_t>(text.length());
  auto *copy = static_cast<uint16_t *>(std::calloc(size + 1, sizeof(uint16_t)));
  if (copy) std::memcpy(copy, text.getBuffer(), size * sizeof(uint16_t));
  return copy;
}
