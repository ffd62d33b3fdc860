/* disk: nodes, names, bytes, and the table of calls on them. */
#define _GNU_SOURCE
#include "disk_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>

void *disk_room(void *at, size_t size) {
  void *block = realloc(at, size ? size : 1);
  if (!block) abort();
  return block;
}

/* ---- bytes -------------------------------------------------------------------------------- */

blob *blob_new(void) {
  blob *b = disk_room(NULL, sizeof *b);
  *b = (blob){.uses = 1};
  return b;
}

blob *blob_share(blob *b) {
  b->uses++;
  return b;
}

void blob_drop(blob *b) {
  if (--b->uses) return;
  free(b->at);
  free(b);
}

void blob_own(blob **holder, size_t length) {
  blob *b = *holder;
  if (b->uses > 1) {
    blob *copy = blob_new();
    size_t kept = b->length < length ? b->length : length;
    copy->at = disk_room(NULL, length);
    copy->room = length;
    if (kept) memcpy(copy->at, b->at, kept);
    copy->length = kept;
    blob_drop(b);
    *holder = b = copy;
  }
  if (length > b->room) {
    b->room = length > 2 * b->room ? length : 2 * b->room;
    b->at = disk_room(b->at, b->room);
  }
  if (length > b->length) memset(b->at + b->length, 0, length - b->length);
  b->length = length;
  b->digested = false;
}

/* ---- names -------------------------------------------------------------------------------- */

static char *copy_name(const char *name) {
  size_t size = strlen(name) + 1;
  return memcpy(disk_room(NULL, size), name, size);
}

static size_t place_of(const entries *names, const char *name) {
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->at[i].name, name) == 0) return i;
  return SIZE_MAX;
}

size_t names_find(const entries *names, const char *name) {
  size_t place = place_of(names, name);
  return place == SIZE_MAX ? SIZE_MAX : names->at[place].node;
}

static void names_put(entries *names, const char *name, size_t number) {
  size_t place = place_of(names, name);
  if (place != SIZE_MAX) {
    names->at[place].node = number;
    return;
  }
  if (names->count == names->room) {
    names->room = names->room ? 2 * names->room : 8;
    names->at = disk_room(names->at, names->room * sizeof *names->at);
  }
  names->at[names->count++] = (entry){copy_name(name), number};
}

static void names_take(entries *names, const char *name) {
  size_t place = place_of(names, name);
  if (place == SIZE_MAX) return;
  free(names->at[place].name);
  names->at[place] = names->at[--names->count];
}

void names_apply(entries *names, const change *c) {
  if (c->kind == CHANGE_NO_NAME) {
    names_take(names, c->name);
    return;
  }
  if (c->kind == CHANGE_RENAME && names_find(names, c->from) == c->node) names_take(names, c->from);
  names_put(names, c->name, c->node);
}

void names_copy(entries *to, const entries *from) {
  for (size_t i = 0; i < from->count; i++) names_put(to, from->at[i].name, from->at[i].node);
}

void names_free(entries *names) {
  for (size_t i = 0; i < names->count; i++) free(names->at[i].name);
  free(names->at);
  *names = (entries){0};
}

/* ---- nodes -------------------------------------------------------------------------------- */

size_t disk_node(disk *d, bool folder) {
  if (d->count == d->room) {
    d->room = d->room ? 2 * d->room : 16;
    d->nodes = disk_room(d->nodes, d->room * sizeof(node *));
  }
  node *n = disk_room(NULL, sizeof *n);
  *n = (node){.folder = folder, .now = blob_new()};
  n->durable = blob_share(n->now);
  d->nodes[d->count] = n;
  return d->count++;
}

static void free_change(change *c) {
  free(c->data);
  free(c->from);
  free(c->name);
}

disk *disk_new(void) {
  disk *d = disk_room(NULL, sizeof *d);
  memset(d, 0, sizeof *d);
  (void)disk_node(d, true);
  return d;
}

void disk_free(disk *d) {
  if (!d) return;
  for (size_t i = 0; i < d->count; i++) {
    node *n = d->nodes[i];
    blob_drop(n->now);
    blob_drop(n->durable);
    names_free(&n->names);
    names_free(&n->durable_names);
    for (size_t c = 0; c < n->count; c++) free_change(&n->changes[c]);
    free(n->changes);
    free(n);
  }
  free(d->nodes);
  free(d);
}

/* ---- changes ------------------------------------------------------------------------------ */

void blob_apply(blob **b, const change *c) {
  size_t end = c->kind == CHANGE_WRITE ? c->at + c->length : c->length;
  blob_own(b, c->kind == CHANGE_WRITE && end < (*b)->length ? (*b)->length : end);
  if (c->kind == CHANGE_WRITE) memcpy((*b)->at + c->at, c->data, c->length);
}

static void change_node(node *n, change c) {
  if (n->folder) names_apply(&n->names, &c);
  else blob_apply(&n->now, &c);
  if (n->count == n->room) {
    n->room = n->room ? 2 * n->room : 8;
    n->changes = disk_room(n->changes, n->room * sizeof *n->changes);
  }
  n->changes[n->count++] = c;
}

static void make_durable(node *n) {
  size_t kept = 0;
  for (size_t i = 0; i < n->count; i++) {
    change *c = &n->changes[i];
    if (c->doomed) {
      n->changes[kept++] = *c;
      continue;
    }
    if (n->folder) names_apply(&n->durable_names, c);
    else blob_apply(&n->durable, c);
    free_change(c);
  }
  n->count = kept;
  if (kept || n->folder) return;
  blob_drop(n->durable); /* equal to `now`, and now the same */
  n->durable = blob_share(n->now);
}

/* ---- paths -------------------------------------------------------------------------------- */

/* The folder that a path's last name stands in, and that name, which is empty for the root. */
static int walk(disk *d, const char *path, size_t *folder, char name[NAME_MAX + 1]) {
  size_t at = 0, length = 0;
  name[0] = 0;
  *folder = 0;
  for (const char *from = path; *from; from += length) {
    while (*from == '/') from++;
    length = strcspn(from, "/");
    if (length == 0 || (length == 1 && *from == '.')) continue;
    if (length > NAME_MAX) return -ENAMETOOLONG;
    if (name[0]) {
      at = names_find(&d->nodes[*folder]->names, name);
      if (at == SIZE_MAX) return -ENOENT;
      *folder = at;
    }
    if (!d->nodes[*folder]->folder) return -ENOTDIR;
    memcpy(name, from, length);
    name[length] = 0;
  }
  return 0;
}

static int find(disk *d, const char *path, size_t *found) {
  char name[NAME_MAX + 1];
  size_t folder;
  int result = walk(d, path, &folder, name);
  if (result < 0) return result;
  *found = name[0] ? names_find(&d->nodes[folder]->names, name) : folder;
  return *found == SIZE_MAX ? -ENOENT : 0;
}

static descriptor *descriptor_of(disk *d, int fd) { return &d->open[fd - DISK_FIRST]; }

static node *node_of(disk *d, int fd) {
  bool good = fd >= DISK_FIRST && fd < DISK_FIRST + DISK_DESCRIPTORS && d->open[fd - DISK_FIRST].used;
  return good ? d->nodes[d->open[fd - DISK_FIRST].node] : NULL;
}

/* ---- the calls ---------------------------------------------------------------------------- */

static int open_node(disk *d, size_t number, int flags) {
  node *n = d->nodes[number];
  bool writes = (flags & O_ACCMODE) != O_RDONLY;
  if ((flags & O_DIRECTORY) && !n->folder) return -ENOTDIR;
  if (n->folder && writes) return -EISDIR;
  int place = 0;
  while (place < DISK_DESCRIPTORS && d->open[place].used) place++;
  if (place == DISK_DESCRIPTORS) return -EMFILE;
  if ((flags & O_TRUNC) && writes && n->now->length) change_node(n, (change){.kind = CHANGE_LENGTH});
  d->open[place] = (descriptor){true, writes, number, (flags & O_APPEND) ? n->now->length : 0};
  return place + DISK_FIRST;
}

static int call_open(void *user, const char *path, int flags, unsigned mode) {
  disk *d = user;
  char name[NAME_MAX + 1];
  size_t folder, number;
  (void)mode;
  int result = walk(d, path, &folder, name);
  if (result < 0) return result;
  number = name[0] ? names_find(&d->nodes[folder]->names, name) : folder;
  if (number != SIZE_MAX) {
    if ((flags & O_CREAT) && (flags & O_EXCL)) return -EEXIST;
    return open_node(d, number, flags);
  }
  if (!(flags & O_CREAT)) return -ENOENT;
  number = disk_node(d, false);
  change_node(d->nodes[folder], (change){.kind = CHANGE_NAME, .name = copy_name(name), .node = number});
  return open_node(d, number, flags);
}

static int64_t call_read(void *user, int fd, void *bytes, size_t length, uint64_t offset) {
  node *n = node_of(user, fd);
  if (!n) return -EBADF;
  if (n->folder) return -EISDIR;
  if (offset >= n->now->length) return 0;
  if (length > n->now->length - offset) length = (size_t)(n->now->length - offset);
  memcpy(bytes, n->now->at + offset, length);
  return (int64_t)length;
}

static int64_t call_write(void *user, int fd, const void *bytes, size_t length) {
  node *n = node_of(user, fd);
  descriptor *open = descriptor_of(user, fd);
  if (!n || !open->writes) return -EBADF;
  if (length == 0) return 0;
  change c = {.kind = CHANGE_WRITE, .at = open->at, .length = length};
  c.data = memcpy(disk_room(NULL, length), bytes, length);
  change_node(n, c);
  open->at += length;
  return (int64_t)length;
}

static int call_sync(void *user, int fd) {
  node *n = node_of(user, fd);
  if (!n) return -EBADF;
  make_durable(n);
  return 0;
}

void disk_doom(disk *d, int fd) {
  node *n = node_of(d, fd);
  for (size_t i = 0; n && !n->folder && i < n->count; i++) n->changes[i].doomed = true;
}

static int call_close(void *user, int fd) {
  disk *d = user;
  node *n = node_of(d, fd);
  if (!n) return -EBADF;
  if (n->locked == fd) n->locked = 0;
  descriptor_of(d, fd)->used = false;
  return 0;
}

static int call_stat(void *user, int fd, enti_io_stat *out) {
  disk *d = user;
  node *n = node_of(d, fd);
  if (!n) return -EBADF;
  *out = (enti_io_stat){.size = n->now->length, .regular = !n->folder, .folder = n->folder, .device = 1, .node = descriptor_of(d, fd)->node};
  return 0;
}

static int call_rename(void *user, const char *from, const char *to) {
  disk *d = user;
  char from_name[NAME_MAX + 1], to_name[NAME_MAX + 1];
  size_t from_folder, to_folder, number;
  int result = walk(d, from, &from_folder, from_name);
  if (result == 0) result = walk(d, to, &to_folder, to_name);
  if (result < 0) return result;
  if (from_folder != to_folder) return -EXDEV; /* a corpus never does */
  number = names_find(&d->nodes[from_folder]->names, from_name);
  if (number == SIZE_MAX) return -ENOENT;
  if (strcmp(from_name, to_name) == 0) return 0;
  change c = {.kind = CHANGE_RENAME, .from = copy_name(from_name), .name = copy_name(to_name), .node = number};
  change_node(d->nodes[from_folder], c);
  return 0;
}

static int call_unlink(void *user, const char *path) {
  disk *d = user;
  char name[NAME_MAX + 1];
  size_t folder, number;
  int result = find(d, path, &number);
  if (result == 0) result = walk(d, path, &folder, name);
  if (result < 0) return result;
  if (d->nodes[number]->folder) return -EISDIR;
  change_node(d->nodes[folder], (change){.kind = CHANGE_NO_NAME, .name = copy_name(name)});
  return 0;
}

static int call_make(void *user, const char *path) {
  disk *d = user;
  char name[NAME_MAX + 1];
  size_t folder;
  int result = walk(d, path, &folder, name);
  if (result < 0) return result;
  if (!name[0] || names_find(&d->nodes[folder]->names, name) != SIZE_MAX) return -EEXIST;
  size_t number = disk_node(d, true);
  change_node(d->nodes[folder], (change){.kind = CHANGE_NAME, .name = copy_name(name), .node = number});
  return 0;
}

static int call_lock(void *user, int fd) {
  node *n = node_of(user, fd);
  if (!n) return -EBADF;
  if (n->locked && n->locked != fd) return -EWOULDBLOCK;
  n->locked = fd;
  return 0;
}

static int call_truncate(void *user, int fd, uint64_t length) {
  node *n = node_of(user, fd);
  if (!n || !descriptor_of(user, fd)->writes) return -EBADF;
  change_node(n, (change){.kind = CHANGE_LENGTH, .length = (size_t)length});
  return 0;
}

static int call_list(void *user, const char *path, const ent_alloc *alloc, enti_bytes *names) {
  disk *d = user;
  size_t number;
  int result = find(d, path, &number);
  if (result < 0) return result;
  const node *n = d->nodes[number];
  if (!n->folder) return -ENOTDIR;
  for (size_t i = 0; i < n->names.count; i++)
    if (enti_bytes_add(alloc, names, n->names.at[i].name, strlen(n->names.at[i].name) + 1) != ENT_OK) return -ENOMEM;
  return 0;
}

enti_io disk_io(disk *d) {
  return (enti_io){.open = call_open, .read = call_read, .write = call_write, .sync = call_sync, .close = call_close,
                   .stat = call_stat, .rename = call_rename, .unlink = call_unlink, .make = call_make,
                   .lock = call_lock, .truncate = call_truncate, .list = call_list, .user = d};
}

size_t disk_descriptors(const disk *d) {
  size_t count = 0;
  for (size_t i = 0; i < DISK_DESCRIPTORS; i++) count += d->open[i].used;
  return count;
}
