/* text/map: see map.h. */
#include "text/map.h"

void enti_map_free(const ent_alloc *alloc, enti_map *map) {
  enti_array_free(alloc, &map->edits);
  enti_array_free(alloc, &map->wides);
  enti_array_free(alloc, &map->anchors);
}

ent_status enti_map_reserve(const ent_alloc *alloc, enti_map *map, size_t count) {
  ent_status status = enti_array_reserve(alloc, &map->edits, count);
  return status == ENT_OK ? enti_array_reserve(alloc, &map->anchors, count / ENTI_MAP_STRIDE + 1) : status;
}

static size_t wide_index(enti_edit edit) { return (size_t)edit.source << 16 | edit.out; }

static enti_wide read_edit(const enti_map *map, size_t number) {
  enti_edit edit = map->edits.at[number];
  if (edit.gap == ENTI_MAP_WIDE) return map->wides.at[wide_index(edit)];
  return (enti_wide){edit.gap, edit.source, edit.out};
}

/* Any sizes: what enti_map_add does not take is a wide edit. */
static ent_status add(const ent_alloc *alloc, enti_map *map, size_t at, size_t source, size_t out) {
  ent_status status = enti_map_reserve(alloc, map, 1);
  if (status != ENT_OK) return status;
  size_t gap = at - map->end.out;
  if (gap < ENTI_MAP_WIDE && source <= UINT16_MAX && out <= UINT16_MAX) {
    enti_map_add(map, at, source, out);
    return ENT_OK;
  }
  size_t number = map->wides.count;
  if (number > UINT32_MAX) return ENT_ERR_LIMIT;
  status = enti_array_reserve(alloc, &map->wides, 1);
  if (status != ENT_OK) return status;
  map->wides.at[map->wides.count++] = (enti_wide){gap, source, out};
  enti_map_add(map, at, source, out);
  map->edits.at[map->edits.count - 1] =
      (enti_edit){ENTI_MAP_WIDE, (uint16_t)(number >> 16), (uint16_t)number};
  return ENT_OK;
}

static void pop_one(enti_map *map) {
  enti_wide edit = read_edit(map, --map->edits.count);
  if (map->edits.at[map->edits.count].gap == ENTI_MAP_WIDE) map->wides.count--;
  if (map->edits.count % ENTI_MAP_STRIDE == 0) map->anchors.count--;
  map->end.source -= edit.gap + edit.source;
  map->end.out -= edit.gap + edit.out;
}

void enti_map_pop(enti_map *map) {
  bool marker;
  do {
    enti_wide edit = read_edit(map, map->edits.count - 1);
    marker = edit.source == 0 && edit.out == 0;
    pop_one(map);
  } while (marker && map->edits.count);
}

ent_status enti_map_meet(const ent_alloc *alloc, enti_map *map, size_t at, size_t source) {
  size_t removed = source - enti_map_ends(map, at);
  return removed ? add(alloc, map, at, removed, 0) : ENT_OK;
}

ent_status enti_map_block(const ent_alloc *alloc, enti_map *map, size_t at, size_t out, size_t begin,
                          size_t end) {
  size_t out_end = at + out, covered = enti_map_ends(map, at);
  if (begin < covered && end < covered) end = covered;
  while (map->edits.count && map->end.source > begin) {
    enti_wide edit = read_edit(map, map->edits.count - 1);
    at = map->end.out - edit.out;
    if (map->end.source - edit.source < begin) begin = map->end.source - edit.source;
    pop_one(map);
  }
  size_t met = enti_map_ends(map, at);
  if (met > begin) at -= met - begin; /* unchanged characters join the block */
  ent_status status = enti_map_meet(alloc, map, at, begin);
  return status == ENT_OK ? add(alloc, map, at, end - begin, out_end - at) : status;
}

ent_status enti_map_finish(const ent_alloc *alloc, enti_map *map, size_t at, size_t source) {
  while (map->edits.count && map->end.out > at) pop_one(map);
  return enti_map_meet(alloc, map, at, source);
}

size_t enti_map_first(const enti_map *map) {
  for (size_t i = 0; i < map->edits.count; i++) {
    enti_wide edit = read_edit(map, i);
    if (edit.gap > 0 || edit.out > 0) return edit.gap > 0 ? 0 : edit.out;
  }
  return 0;
}

/* ---- look-up ------------------------------------------------------------------------------ */

/* The last anchor that does not stand behind `at` in one text. */
static size_t anchor_of(const enti_map *map, size_t at, bool in_source) {
  size_t low = 0, high = map->anchors.count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    const enti_point *point = map->anchors.at + middle;
    if ((in_source ? point->source : point->out) <= at) low = middle;
    else high = middle;
  }
  return low;
}

size_t enti_map_source(const enti_map *map, size_t at, bool up) {
  if (map->edits.count == 0) return at;
  size_t anchor = anchor_of(map, at, false);
  enti_point point = map->anchors.at[anchor];
  for (size_t i = anchor * ENTI_MAP_STRIDE; i < map->edits.count; i++) {
    enti_wide edit = read_edit(map, i);
    if (at - point.out < edit.gap || (at - point.out == edit.gap && edit.out > 0)) break;
    point.source += edit.gap;
    point.out += edit.gap;
    if (at - point.out < edit.out) /* up: with what was removed behind the block */
      return up ? enti_map_source(map, point.out + edit.out, up) : point.source;
    point.source += edit.source;
    point.out += edit.out;
  }
  return point.source + (at - point.out);
}

size_t enti_map_out(const enti_map *map, size_t at, bool up) {
  if (map->edits.count == 0) return at;
  size_t anchor = anchor_of(map, at, true);
  enti_point point = map->anchors.at[anchor];
  for (size_t i = anchor * ENTI_MAP_STRIDE; i < map->edits.count; i++) {
    enti_wide edit = read_edit(map, i);
    if (at - point.source <= edit.gap) break;
    point.source += edit.gap;
    point.out += edit.gap;
    if (at - point.source < edit.source) return up ? point.out + edit.out : point.out;
    point.source += edit.source;
    point.out += edit.out;
  }
  return point.out + (at - point.source);
}
