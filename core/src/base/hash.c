/* base/hash: are these the bytes of last time? */
#define XXH_INLINE_ALL /* no library at run time */
#include <xxhash.h>

#include "base/base.h"

void ent_hash(const void *bytes, size_t length, uint8_t hash[16]) {
  XXH128_canonical_t made;
  XXH128_canonicalFromHash(&made, XXH3_128bits(bytes, length));
  memcpy(hash, made.digest, 16);
}
