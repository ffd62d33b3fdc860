/* store/call: calls through the table, done to their end, and what failed in words. */
#ifndef ENTI_CALL_H
#define ENTI_CALL_H

#include "store/io.h"

enum { ENTI_PATH = 4096 };

/* file.c: the end of a path that fits a message; and the message for an errno value. */
const char *enti_file_shown(const char *path);
ent_status enti_file_fault(ent_error *err, const char *path, const char *what, int number);

/* The path of a file in a folder; ENT_ERR_LIMIT when it is too long. */
ent_status enti_path_join(char out[ENTI_PATH], const char *folder, const char *name, ent_error *err);

/* Each gives a result >= 0 or -errno. An interrupted call is made again, but not for ever; sync and rename are never
 * made again, for nobody can tell what the first one did. */
int enti_call_open(const enti_io *io, const char *path, int flags);
int enti_call_write(const enti_io *io, int fd, const void *bytes, size_t length);                      /* all */
int64_t enti_call_read(const enti_io *io, int fd, void *bytes, size_t length, uint64_t offset); /* up to the end */
/* An interrupted close has closed. */
int enti_call_close(const enti_io *io, int fd);

/* Makes what was renamed or made in a folder durable. */
ent_status enti_folder_sync(const enti_io *io, const char *folder, ent_error *err);
/* Writes a whole file that is not there yet, synced and closed; whatever fails takes it away again. */
ent_status enti_file_create(const enti_io *io, const char *path, const void *bytes, size_t length, ent_error *err);

#endif
