/* disk_inside: what disk.c and disk_cut.c share.
 *
 * A node is a file or a folder. It holds what is seen (`now`), what is durable, and the changes that lead from the one
 * to the other. Bytes are shared between nodes and disks until they are written to, so that a copy costs little. */
#ifndef FAULT_DISK_INSIDE_H
#define FAULT_DISK_INSIDE_H

#include "disk.h"

typedef struct blob {
  unsigned uses;
  size_t length, room;
  unsigned char *at;
  bool digested;
  uint64_t digest;
} blob;

typedef struct entry {
  char *name;
  size_t node;
} entry;

typedef struct entries {
  entry *at;
  size_t count, room;
} entries;

typedef enum change_kind { CHANGE_WRITE, CHANGE_LENGTH, CHANGE_NAME, CHANGE_NO_NAME, CHANGE_RENAME } change_kind;

typedef struct change {
  change_kind kind;
  bool doomed;         /* a sync of it has failed: no later one makes it durable */
  size_t at, length;   /* WRITE: where, how many; LENGTH: how long */
  unsigned char *data; /* WRITE */
  char *from, *name;   /* NAME, NO_NAME: name; RENAME: from, name */
  size_t node;         /* NAME, RENAME */
} change;

typedef struct node {
  bool folder;
  int locked; /* by this descriptor, or 0 */
  blob *now, *durable;
  entries names, durable_names;
  change *changes;
  size_t count, room;
} node;

typedef struct descriptor {
  bool used, writes;
  size_t node, at;
} descriptor;

/* Descriptors are numbers that the system gives to nobody, so that none is mapped by mistake. */
enum { DISK_DESCRIPTORS = 256, DISK_SECTOR = 512, DISK_FIRST = 1 << 24 };

struct disk {
  node **nodes; /* the root is number 0 */
  size_t count, room;
  descriptor open[DISK_DESCRIPTORS];
};

void *disk_room(void *at, size_t size); /* realloc that never fails */

blob *blob_new(void);
blob *blob_share(blob *b);
void blob_drop(blob *b);
/* Makes *b its holder's alone, `length` bytes long, zeros where it grew. */
void blob_own(blob **b, size_t length);
/* A write, or a length. */
void blob_apply(blob **b, const change *c);

size_t disk_node(disk *d, bool folder);
/* SIZE_MAX where there is none. */
size_t names_find(const entries *names, const char *name);
void names_apply(entries *names, const change *c);
void names_copy(entries *to, const entries *from);
void names_free(entries *names);

#endif
