/* disk: folders and files in memory, which know what of them a power cut may take.
 *
 * What was written is seen at once, and is durable once the file is synced; a name (made, renamed, taken away) is
 * durable once its folder is. Nothing else makes anything durable: the least that POSIX promises. Out of memory ends
 * the program. One thread. */
#ifndef FAULT_DISK_H
#define FAULT_DISK_H

#include "store/io.h"

typedef struct disk disk;

/* An empty one. Paths begin at its root, with or without a slash. */
disk *disk_new(void);
void disk_free(disk *d);
/* A table of calls on it, which it outlives. */
enti_io disk_io(disk *d);
/* A sync of this file has failed: what was written to it up to now is seen, but no later sync makes it durable. */
void disk_doom(disk *d, int fd);

/* How many are open. */
size_t disk_descriptors(const disk *d);

/* What a power cut leaves of what is not durable. */
typedef enum disk_cut {
  DISK_ALL,      /* everything */
  DISK_NOTHING,  /* nothing */
  DISK_NAMES,    /* names; of data nothing */
  DISK_ZEROED,   /* names and lengths; the data is zeros */
  DISK_TORN,     /* names; of each write the first half, up to a sector's end */
  DISK_LAST,     /* of the names of a folder the last change alone; all data */
  DISK_FIXED,    /* how many of these there are */
  DISK_RANDOM = DISK_FIXED
} disk_cut;

/* The disk as it is found after a power cut, everything on it durable. A rename is there whole or not at all; else
 * DISK_RANDOM lets each write and each change of a name be there, or not, or in part, as `seed` says. */
disk *disk_after(const disk *d, disk_cut cut, uint64_t seed);

/* The same number for the same names and bytes. */
uint64_t disk_digest(const disk *d);

#endif
