/* utf8_outputs: all strings of one to four of the 25 bytes at which the rules of UTF-8 turn, mended, a line each, in
 * the order of counting. What it writes is known by its digest (RELIABILITY 2.4): see diff.mk. */
#include <stdio.h>

#include "entente.h"

int main(void) {
  static const unsigned char edge[25] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                         0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  for (size_t length = 1, all = 25; length <= 4; length++, all *= 25)
    for (size_t number = 0; number < all; number++) {
      char bytes[4];
      for (size_t i = length, rest = number; i-- > 0; rest /= 25) bytes[i] = (char)edge[rest % 25];
      ent_string *string;
      if (ent_utf8_mend(NULL, bytes, length, &string, NULL) != ENT_OK) return 1;
      size_t size;
      const char *mended = ent_string_bytes(string, &size);
      (void)fwrite(mended, 1, size, stdout);
      (void)putchar('\n');
      ent_string_free(string);
    }
  return ferror(stdout) ? 1 : 0;
}
