/* fault_narrow [MB…]: files that are larger than a machine's addresses. `make fault-narrow` builds it for 32 bits, where all but
 * the small ones must be refused; on 64 bits all are read. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <stdlib.h>

#include "scratch.h"
#include "sparse.h"
#include "store/sealed.h"
#include "tap.h"

static const char last[] = "the last bytes";

/* Writes a file of `size` zeros, then the last bytes. */
static enti_seal write_file(const char *path, uint64_t size) {
  static char zeros[1 << 20];
  const enti_io io = sparse_io();
  enti_sealer *sealer;
  enti_seal seal;
  ent_error err = {0};
  (void)unlink(path);
  ent_status status = enti_sealer_new(&enti_alloc_default, &io, path, &sealer, &err);
  for (uint64_t at = 0; at < size && status == ENT_OK; at += sizeof zeros) status = enti_sink_write(enti_sealer_sink(sealer), zeros, sizeof zeros);
  if (status == ENT_OK) status = enti_sink_write(enti_sealer_sink(sealer), last, sizeof last);
  if (status == ENT_OK) status = enti_sealer_finish(sealer, &seal, &err);
  if (status != ENT_OK) {
    printf("# %s\n", err.message);
    exit(2);
  }
  enti_sealer_free(sealer);
  return seal;
}

static ent_status read_file(const char *path, unsigned flags, const enti_seal *seal, ent_error *err) {
  enti_sealed *sealed;
  ent_status status = enti_sealed_open(&enti_alloc_default, &enti_io_system, path, flags, seal, &sealed, NULL, err);
  if (status != ENT_OK) return status;
  enti_view *view = enti_sealed_view(sealed);
  status = enti_view_touch(view, view->length - sizeof last, sizeof last);
  if (status == ENT_OK && memcmp(view->at + view->length - sizeof last, last, sizeof last) != 0) status = ENT_ERR_STATE;
  enti_sealed_free(sealed);
  return status;
}

int main(int count, char **arguments) {
  uint64_t sizes[] = {0, 64, 2100, 4096, 4100, 6000};
  size_t some = count > 1 ? 0 : sizeof sizes / sizeof *sizes;
  const bool narrow = sizeof(void *) == 4;
  char folder[64], path[96];
  for (; some + 1 < (size_t)count && some < sizeof sizes / sizeof *sizes; some++) sizes[some] = strtoull(arguments[some + 1], NULL, 10);
  scratch_make(folder);
  (void)snprintf(path, sizeof path, "%s/file", folder);
  for (size_t i = 0; i < some; i++) {
    enti_seal seal = write_file(path, sizes[i] << 20);
    for (unsigned flags = 0; flags <= ENT_OPEN_READ; flags++) {
      ent_error err = {0};
      ent_status status = read_file(path, flags, &seal, &err), wanted = narrow && sizes[i] > 1024 ? ENT_ERR_LIMIT : ENT_OK;
      (void)tap(status == wanted && (status == ENT_OK || err.message[0]), "a file of %llu MB, %s, with addresses of %d bits: %s", (unsigned long long)sizes[i],
                flags ? "read" : "mapped", narrow ? 32 : 64, status == ENT_OK ? "read" : ent_status_text(status));
    }
  }
  scratch_remove(folder);
  return tap_end();
}
