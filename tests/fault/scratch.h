/* scratch: a folder of one's own in memory (/dev/shm), else in TMPDIR or /tmp. */
#ifndef FAULT_SCRATCH_H
#define FAULT_SCRATCH_H

#include <stddef.h>

/* Makes it; ends the program when it cannot. */
void scratch_make(char path[64]);
/* Takes a folder away with the files and folders in it. */
void scratch_remove(const char *path);

#endif
