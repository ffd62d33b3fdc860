/* bind/lua_source: a table of Lua as an ent_source: a document as it goes into an index.
 *
 * Nothing is copied but the lists, into userdata that are left on the stack; strings are those that the table holds.
 * So all of it lives until the function returns, and nothing is to be released when a call raises. */
#include "lua_core.h"

#include <limits.h>
#include <string.h>

static const char *const layouts[] = {"plain", "markdown", "blocks", NULL};

/* The source's field, on the top of the stack; false, and still a value there, where it is nil. */
static bool get_list(lua_State *L, int arg, const char *name) {
  lua_getfield(L, arg, name);
  if (lua_isnil(L, -1)) return false;
  if (!lua_istable(L, -1)) luaL_error(L, "%s must be a list of spans", name);
  return true;
}

/* Memory for a list of the source, owned by a userdata that stays on the stack; NULL for no list. */
static void *list_memory(lua_State *L, int arg, const char *name, size_t element, size_t *count) {
  *count = 0;
  if (!get_list(L, arg, name)) return NULL;
  *count = enti_lua_rawlen(L, -1);
  return lua_newuserdata(L, *count * element + 1);
}

static const ent_range *read_ranges(lua_State *L, int arg, const char *name, size_t *count) {
  ent_range *ranges = list_memory(L, arg, name, sizeof *ranges, count);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    if (!lua_istable(L, -1)) luaL_error(L, "%s[%d] must be a span", name, (int)i + 1);
    ranges[i] = enti_core_get_span(L);
    lua_pop(L, 1);
  }
  return ranges;
}

static const ent_heading *read_headings(lua_State *L, int arg, size_t *count) {
  ent_heading *headings = list_memory(L, arg, "headings", sizeof *headings, count);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    if (!lua_istable(L, -1)) luaL_error(L, "headings[%d] must be a span with a level", (int)i + 1);
    ent_range range = enti_core_get_span(L);
    lua_getfield(L, -1, "level");
    lua_Integer level = lua_tointeger(L, -1);
    if (level < 1 || level > 99) luaL_error(L, "headings[%d].level must be 1 to 99", (int)i + 1);
    headings[i].begin = range.begin;
    headings[i].end = range.end;
    headings[i].level = (uint32_t)level;
    lua_pop(L, 2);
  }
  return headings;
}

/* A string that ends where C thinks it ends. The table that holds it is below it on the stack. */
static const char *read_name(lua_State *L, int at, const char *what, int number) {
  size_t length;
  if (lua_type(L, at) != LUA_TSTRING) luaL_error(L, "%s[%d] must be a string", what, number);
  const char *bytes = lua_tolstring(L, at, &length);
  if (strlen(bytes) != length) luaL_error(L, "%s[%d] holds a NUL", what, number);
  return bytes;
}

static const ent_span *read_spans(lua_State *L, int arg, size_t *count) {
  ent_span *spans = list_memory(L, arg, "spans", sizeof *spans, count);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    if (!lua_istable(L, -1)) luaL_error(L, "spans[%d] must be a span with a name", (int)i + 1);
    ent_range range = enti_core_get_span(L);
    lua_getfield(L, -1, "name");
    lua_getfield(L, -2, "attributes");
    spans[i].name = read_name(L, -2, "names of spans", (int)i + 1);
    spans[i].attributes = lua_isnil(L, -1) ? NULL : read_name(L, -1, "attributes of spans", (int)i + 1);
    spans[i].begin = range.begin;
    spans[i].end = range.end;
    lua_pop(L, 3);
  }
  return spans;
}

const ent_range *enti_core_read_pairs(lua_State *L, int list, const char *name, size_t *count) {
  size_t length = enti_lua_rawlen(L, list);
  list = enti_lua_absindex(L, list);
  if (length % 2 != 0 || length > INT_MAX - 1) luaL_error(L, "%s must be a list of first and last", name);
  *count = length / 2;
  ent_range *ranges = lua_newuserdata(L, *count * sizeof *ranges + 1);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, list, (int)(2 * i + 1));
    lua_rawgeti(L, list, (int)(2 * i + 2));
    ranges[i] = enti_core_pop_span(L);
  }
  return ranges;
}

static const ent_range *read_pairs(lua_State *L, int arg, const char *name, size_t *count) {
  *count = 0;
  return get_list(L, arg, name) ? enti_core_read_pairs(L, -1, name, count) : NULL;
}

/* The lists of the field `annotations` as one, token by token. */
static void read_annotations(lua_State *L, int arg, ent_source *source) {
  enum { MOST = 32 };
  if (!get_list(L, arg, "annotations")) return;
  int lists = lua_gettop(L);
  size_t tokens = source->token_count, count = 0;
  for (lua_pushnil(L); lua_next(L, lists); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "annotations has named lists only");
    if (++count > MOST) luaL_error(L, "more than %d annotations", (int)MOST);
  }
  const char **names = lua_newuserdata(L, MOST * sizeof *names);
  const char **all = lua_newuserdata(L, tokens * count * sizeof *all + 1);
  for (size_t i = 0; i < tokens * count; i++) all[i] = NULL;
  size_t k = 0;
  for (lua_pushnil(L); lua_next(L, lists); lua_pop(L, 1), k++) {
    names[k] = lua_tostring(L, -2);
    if (!lua_istable(L, -1) || enti_lua_rawlen(L, -1) != tokens)
      luaL_error(L, "annotations.%s must be a list of one string, or false, for each token", names[k]);
    for (size_t i = 0; i < tokens; i++) {
      lua_rawgeti(L, -1, (int)i + 1);
      if (lua_toboolean(L, -1)) all[i * count + k] = read_name(L, -1, names[k], (int)i + 1);
      lua_pop(L, 1);
    }
  }
  source->annotation_names = names;
  source->annotation_count = count;
  source->annotations = all;
}

/* What the field `repairs` leaves out: nothing for nil and true, all for false; a table leaves out those that it
 * names with false. */
static unsigned read_unrepaired(lua_State *L, int arg) {
  static const char *const names[] = {"hyphens", "paragraphs", "furniture", "han_spaces", "ligatures", "soft_hyphens",
                                      "zero_width", "width", "sara_am", NULL}; /* in the order of ENT_REPAIR_… */
  unsigned unrepaired = 0;
  lua_getfield(L, arg, "repairs");
  if (!lua_istable(L, -1)) return lua_isnil(L, -1) || lua_toboolean(L, -1) ? 0 : ENT_REPAIR_ALL;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "repairs has named fields only");
    int number = enti_core_choice(L, lua_tostring(L, -2), "repair", names);
    if (!lua_toboolean(L, -1)) unrepaired |= 1u << number;
  }
  return unrepaired;
}

static void check_keys(lua_State *L, int arg) {
  static const char *const known[] = {"text", "layout", "repairs", "lang", "pages", "furniture", "headings", "tokens",
                                      "annotations", "sentences", "paragraphs", "spans", NULL};
  for (lua_pushnil(L); lua_next(L, arg); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "a source has named fields only");
    (void)enti_core_choice(L, lua_tostring(L, -2), "field of a source", known);
  }
}

void enti_core_read_source(lua_State *L, int arg, ent_source *source) {
  *source = (ent_source){0};
  luaL_checktype(L, arg, LUA_TTABLE);
  luaL_checkstack(L, 40, "a document");
  check_keys(L, arg);
  lua_getfield(L, arg, "text");
  if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "text must be a string");
  source->text = lua_tolstring(L, -1, &source->length);
  lua_getfield(L, arg, "layout");
  if (!lua_isnil(L, -1)) source->layout = (ent_layout)enti_core_choice(L, luaL_checkstring(L, -1), "layout", layouts);
  source->unrepaired = read_unrepaired(L, arg);
  lua_getfield(L, arg, "lang");
  source->lang = lua_isnil(L, -1) ? NULL : luaL_checkstring(L, -1);
  source->pages = read_ranges(L, arg, "pages", &source->page_count);
  source->furniture = read_ranges(L, arg, "furniture", &source->furniture_count);
  source->headings = read_headings(L, arg, &source->heading_count);
  source->tokens = read_pairs(L, arg, "tokens", &source->token_count);
  source->sentences = read_pairs(L, arg, "sentences", &source->sentence_count);
  source->paragraphs = read_pairs(L, arg, "paragraphs", &source->paragraph_count);
  source->spans = read_spans(L, arg, &source->span_count);
  if (source->tokens) read_annotations(L, arg, source);
}
