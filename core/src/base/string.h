/* base/string: bytes that the library hands to its caller, who frees them.
 *
 * Include it as "base/string.h" with core/src in the path, never core/src/base itself: that would hide
 * the C library's <string.h>. */
#ifndef ENTI_STRING_H
#define ENTI_STRING_H

#include "base/base.h"

struct ent_string {
  ent_alloc alloc;
  size_t length;
  char bytes[]; /* length bytes, then a NUL that is not counted */
};

/* A copy of `length` bytes; `bytes` NULL leaves them for the caller to fill. */
ent_status enti_string_new(const ent_alloc *alloc, const char *bytes, size_t length, ent_string **out);

/* Changes the length; what was there stays, new bytes are for the caller to fill. *string changes only
 * on success. */
ent_status enti_string_resize(ent_string **string, size_t length);

#endif
