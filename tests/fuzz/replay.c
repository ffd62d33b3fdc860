/* replay NAME FILE…: runs a target over the files of its corpus, without a fuzzer. Prints `NAME replayed/total`. */
#include "fuzz.h"

static bool replay(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  uint8_t *data = NULL;
  size_t size = 0, got;
  do {
    uint8_t *more = realloc(data, size + 4096);
    if (!more) abort();
    data = more;
    got = fread(data + size, 1, 4096, file);
    size += got;
  } while (got > 0);
  bool fine = !ferror(file);
  (void)fclose(file);
  uint8_t *exact = realloc(data, size ? size : 1); /* so that a read behind it is seen */
  if (fine && exact) (void)LLVMFuzzerTestOneInput(exact, size);
  free(exact ? exact : data);
  return fine;
}

int main(int argc, char **argv) {
  int replayed = 0, total = argc - 2;
  for (int i = 2; i < argc; i++) {
    if (replay(argv[i])) replayed++;
    else (void)fprintf(stderr, "replay: cannot read %s\n", argv[i]);
  }
  if (argc >= 2) printf("%s %d/%d\n", argv[1], replayed, total);
  return argc >= 3 && replayed == total ? 0 : 1;
}
