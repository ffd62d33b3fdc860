/* bench_disk: the folders that a bench makes. */
#ifndef BENCH_DISK_H
#define BENCH_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* Each gives false, and a line on standard error, when it could not be done. */

/* Adds up the lengths of the files below a folder. */
bool bench_disk_size(const char *folder, uint64_t *bytes);
/* Takes a folder away with all that is in it, if it is there. */
bool bench_disk_remove(const char *folder);
/* An empty folder, its parents too. */
bool bench_disk_fresh(const char *folder);
/* Whether so many bytes are free where a folder is. */
bool bench_disk_free(const char *folder, uint64_t bytes);

#endif
