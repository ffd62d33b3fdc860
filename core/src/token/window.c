/* token/window: the plain reader. See window.h. */
#include "token/window.h"

#include <stdbool.h>
#include <stddef.h>

enti_window enti_window_read(const char *at) {
  enti_window w = {0};
  uint64_t latin_to = 0; /* places that a Latin letter's lead byte has claimed */
  for (unsigned i = 0; i < ENTI_WINDOW_SIZE; i++) {
    unsigned char c = (unsigned char)at[i], next = i + 1 < ENTI_WINDOW_SIZE ? (unsigned char)at[i + 1] : 0;
    const uint64_t bit = UINT64_C(1) << i;
    if (c >= 0x80) {
      if (c >= 0xC3 && c <= 0xC9 && !(c == 0xC3 && (next == 0x97 || next == 0xB7))) latin_to |= bit | bit << 1;
      if (c == 0xE1 && next >= 0xB8 && next <= 0xBB) latin_to |= bit | bit << 1 | bit << 2;
      *(latin_to & bit ? &w.letter : &w.other) |= bit;
      continue;
    }
    if ((unsigned)((c | 0x20) - 'a') < 26) w.letter |= bit;
    else if ((unsigned)(c - '0') < 10) w.digit |= bit;
    else if (c == '.' || c == '\'') w.both |= bit;
    else if (c == ':') w.letters |= bit;
    else if (c == ',' || c == ';') w.digits |= bit;
    else if (c == '_') w.other |= bit;
  }
  return w;
}
