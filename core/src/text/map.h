/* text/map: which source bytes did these bytes come from, and what became of those?
 *
 *   source  ....aaaa....bb......c.......
 *   out     ....A....bbb............       an edit: unchanged bytes before it (gap), bytes it took from
 *                                          the source, bytes that it wrote; none for what was removed
 *
 * Invariant: edits stand in the order of both texts and do not overlap; between them bytes are the same
 * or of characters of the same length, so offsets run side by side. An edit is 8 bytes, whatever the
 * size of the texts; where a number does not fit, the edit names a wide one. Every 64th has an anchor,
 * so that a look-up is a binary search and a short walk. */
#ifndef ENTI_MAP_H
#define ENTI_MAP_H

#include "base/base.h"

typedef struct enti_edit {
  uint32_t gap; /* ENTI_MAP_WIDE: source and out are the halves of a number of `wides` */
  uint16_t source, out;
} enti_edit;

typedef struct enti_wide {
  size_t gap, source, out;
} enti_wide;

/* Offsets in both texts that belong together. */
typedef struct enti_point {
  size_t source, out;
} enti_point;

#define ENTI_MAP_WIDE UINT32_MAX
enum { ENTI_MAP_STRIDE = 64 };

typedef struct enti_map {
  ENTI_ARRAY(enti_edit) edits;
  ENTI_ARRAY(enti_wide) wides;
  ENTI_ARRAY(enti_point) anchors; /* before edits 0, 64, 128 … */
  enti_point end;                 /* behind the last edit */
} enti_map;

/* A map starts zeroed: nothing changed. */
void enti_map_free(const ent_alloc *alloc, enti_map *map);

/* Room for `count` calls of enti_map_add. */
ent_status enti_map_reserve(const ent_alloc *alloc, enti_map *map, size_t count);

/* The `out` bytes at offset `at` of the output came from the next `source` bytes. There is room, the
 * numbers are small, and nothing was removed since the last edit without an edit of its own. */
static inline void enti_map_add(enti_map *map, size_t at, size_t source, size_t out) {
  size_t gap = at - map->end.out;
  if (map->edits.count % ENTI_MAP_STRIDE == 0) map->anchors.at[map->anchors.count++] = map->end;
  map->edits.at[map->edits.count++] = (enti_edit){(uint32_t)gap, (uint16_t)source, (uint16_t)out};
  map->end.source += gap + source;
  map->end.out = at + out;
}

/* Takes the last edit back, and markers behind it. */
void enti_map_pop(enti_map *map);

/* Puts in a marker, an edit of nothing, where the gap to offset `at` has become so wide that the next
 * edit might not fit. There is room. */
static inline void enti_map_mark(enti_map *map, size_t at) {
  if (at - map->end.out > ENTI_MAP_WIDE / 2) enti_map_add(map, at, 0, 0);
}

/* The source offset of an output offset at or behind the last edit's end. */
static inline size_t enti_map_ends(const enti_map *map, size_t at) {
  return map->end.source + (at - map->end.out);
}

/* The `out` bytes at offset `at` came from the source bytes [begin, end) as one block; source bytes
 * before `begin` that no edit tells of were removed. Where begin reaches back behind what is recorded,
 * all of that is one block. */
ent_status enti_map_block(const ent_alloc *alloc, enti_map *map, size_t at, size_t out, size_t begin,
                          size_t end);

/* Output offset `at` belongs to source offset `source`: what no edit tells of between them and the last
 * edit was removed. */
ent_status enti_map_meet(const ent_alloc *alloc, enti_map *map, size_t at, size_t source);

/* The output ends at `at`, which may be earlier than what is recorded; the source at `source`. */
ent_status enti_map_finish(const ent_alloc *alloc, enti_map *map, size_t at, size_t source);

/* The size of the block that the output begins with; 0 when it begins with bytes that run side by side. */
size_t enti_map_first(const enti_map *map);

/* The source offset of an output offset, and the reverse. Inside of a block it is the block's begin or,
 * where `up`, its end. */
size_t enti_map_source(const enti_map *map, size_t at, bool up);
size_t enti_map_out(const enti_map *map, size_t at, bool up);

#endif
