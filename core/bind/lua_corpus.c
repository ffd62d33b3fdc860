/* bind/lua_corpus: snapshots of corpora in Lua, and searches in them.
 *
 * Documents are numbered from 1 here, tokens too. A search is a cursor into its corpus: it stands in the corpus's list,
 * and what makes the snapshot another one (refresh, close) closes the searches first. What a C function hands to a
 * callback is gathered in memory of the callback's own and becomes Lua's when the function has returned, for nothing
 * that can raise may run inside it. */
#include "lua_store.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define CORPUS_NAME "entente.corpus"
#define SEARCH_NAME "entente.search"
#define LIST_NAME "entente.list"
#define TEXT_NAME "entente.store.string"
#define GATHER_NAME "entente.gather"

typedef struct search_box search_box;

typedef struct corpus_box {
  enti_box box;
  search_box *searches;
} corpus_box;

struct search_box {
  enti_box box;
  corpus_box *corpus; /* NULL when it is in no list */
  search_box *before, *next;
};

static void search_close(search_box *search) {
  ent_search_free(search->box.object);
  search->box.object = NULL;
  if (!search->corpus) return;
  if (search->before) search->before->next = search->next;
  else search->corpus->searches = search->next;
  if (search->next) search->next->before = search->before;
  search->corpus = NULL;
}

static int search_release(lua_State *L) {
  search_close(luaL_checkudata(L, 1, SEARCH_NAME));
  return 0;
}

static void close_searches(corpus_box *corpus) {
  while (corpus->searches) search_close(corpus->searches);
}

static int corpus_release(lua_State *L) {
  corpus_box *corpus = luaL_checkudata(L, 1, CORPUS_NAME);
  close_searches(corpus);
  ent_corpus_free(corpus->box.object);
  corpus->box.object = NULL;
  return 0;
}

static int list_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, LIST_NAME);
  ent_list_free(box->object);
  box->object = NULL;
  return 0;
}

static int text_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, TEXT_NAME);
  ent_string_free(box->object);
  box->object = NULL;
  return 0;
}

static uint64_t check_document(lua_State *L, const ent_corpus *corpus, int arg) {
  lua_Integer number = luaL_checkinteger(L, arg);
  if (number < 1 || (uint64_t)number > ent_corpus_numbers(corpus) || !ent_corpus_has(corpus, (uint64_t)number - 1))
    luaL_argerror(L, arg, "no such document");
  return (uint64_t)number - 1;
}

/* ---- documents ---- */

/* store.corpus(path, map) -> corpus, the snapshot of the last commit, or nil, message, code. map: whether files may be
 * mapped, which a program may ask for that owns SIGBUS (store.guard); else they are read. */
static int store_corpus(lua_State *L) {
  const char *path = enti_store_name(L, 1, "a path");
  unsigned flags = lua_toboolean(L, 2) ? 0 : ENT_OPEN_READ;
  corpus_box *box = enti_box_sized(L, CORPUS_NAME, sizeof *box);
  ent_corpus *corpus;
  ent_error err = {0};
  ent_status status = ent_corpus_open(NULL, path, flags, &corpus, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  box->box.object = corpus;
  return 1;
}

/* corpus:generation() -> which commit this is: 0 where there was none, 1 more with each. */
static int corpus_generation(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)ent_corpus_generation(enti_box_check(L, 1, CORPUS_NAME)));
  return 1;
}

/* corpus:refresh() -> whether there was a newer commit, or nil, message, code. Searches are closed, and documents have
 * other numbers then. */
static int corpus_refresh(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  bool moved;
  ent_error err = {0};
  close_searches(lua_touserdata(L, 1));
  ent_status status = ent_corpus_refresh(corpus, &moved, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, moved);
  return 1;
}

/* corpus:totals() -> {documents =, tokens =, bytes =}. */
static int corpus_totals(lua_State *L) {
  return enti_store_totals(L, ent_corpus_totals(enti_box_check(L, 1, CORPUS_NAME)));
}

/* corpus:find(id) -> number, false where there is none, or nil, message, code. */
static int corpus_find(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  size_t length;
  const char *id = luaL_checklstring(L, 2, &length);
  uint64_t document;
  ent_error err = {0};
  ent_status status = ent_corpus_find(corpus, id, length, &document, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  if (document == ENT_NO_DOCUMENT) lua_pushboolean(L, 0);
  else lua_pushinteger(L, (lua_Integer)document + 1);
  return 1;
}

/* corpus:document(number) -> id, tokens, bytes of text, hash of all that was given (16 bytes), or nil, message, code. */
static int corpus_document(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  ent_document_view view;
  ent_error err = {0};
  ent_status status = ent_corpus_document(corpus, check_document(L, corpus, 2), &view, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushlstring(L, view.id, view.id_length);
  lua_pushinteger(L, (lua_Integer)view.tokens);
  lua_pushinteger(L, (lua_Integer)view.length);
  lua_pushlstring(L, (const char *)view.hash, sizeof view.hash);
  return 4;
}

/* The bytes of a string, which its box releases. */
static const char *take_string(enti_box *box, ent_string *string, size_t *length) {
  box->object = string;
  return ent_string_bytes(string, length);
}

/* corpus:fields() -> the names of the fields that any document has, sorted, or nil, message, code. */
static int corpus_fields(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  enti_box *box = enti_lua_box(L, sizeof *box, TEXT_NAME);
  ent_string *string;
  ent_error err = {0};
  ent_status status = ent_corpus_fields(corpus, &string, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  ent_value names = {ENT_VALUE_LIST, NULL, 0, 0, 0};
  names.text = take_string(box, string, &names.length);
  return enti_store_value(L, &names);
}

/* corpus:value(number, field) -> its value, nil where it has none, or nil, message, code. */
static int corpus_value(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  ent_value value;
  bool has;
  ent_error err = {0};
  uint64_t document = check_document(L, corpus, 2);
  ent_status status = ent_corpus_value(corpus, document, enti_store_name(L, 3, "the name of a field"), &value, &has, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  if (has) return enti_store_value(L, &value);
  lua_pushnil(L);
  return 1;
}

/* Condition i of the list at 2: {field =, least =, most =} or {field =, values = {text …}}; leaves on the stack what
 * it points to. */
static ent_condition read_condition(lua_State *L, size_t i) {
  ent_condition condition = {0};
  lua_rawgeti(L, 2, (int)i + 1);
  if (!lua_istable(L, -1)) luaL_error(L, "a condition is a table");
  int table = lua_gettop(L);
  lua_getfield(L, table, "field");
  condition.field = enti_store_name(L, table + 1, "the name of a field");
  lua_getfield(L, table, "values");
  if (lua_istable(L, -1)) {
    condition.values = enti_store_names(L, table + 2, "a value", &condition.value_count);
    return condition;
  }
  lua_getfield(L, table, "least");
  lua_getfield(L, table, "most");
  condition.range = true;
  condition.least = (double)luaL_checknumber(L, -2);
  condition.most = (double)luaL_checknumber(L, -1);
  return condition;
}

/* corpus:documents(conditions) -> the numbers of the documents that meet all, in the order of their ids, or nil, message,
 * code. A condition is {field =, least =, most =} or {field =, values = {text …}}. */
static int corpus_documents(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  size_t count = enti_lua_rawlen(L, 2), found;
  luaL_argcheck(L, count <= 1000, 2, "at most 1000 conditions");
  luaL_checkstack(L, (int)count * 5 + 10, "conditions");
  ent_condition *conditions = lua_newuserdata(L, count * sizeof *conditions + 1);
  for (size_t i = 0; i < count; i++) conditions[i] = read_condition(L, i);
  enti_box *box = enti_lua_box(L, sizeof *box, LIST_NAME);
  ent_list *list;
  ent_error err = {0};
  ent_status status = ent_corpus_documents(corpus, conditions, count, &list, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  box->object = list;
  const uint64_t *numbers = ent_list_at(list, &found);
  if (found > INT_MAX) return luaL_error(L, "more than 2^31 documents: narrow the conditions");
  lua_createtable(L, (int)found, 0);
  for (size_t i = 0; i < found; i++) {
    lua_pushinteger(L, (lua_Integer)numbers[i] + 1);
    lua_rawseti(L, -2, (int)i + 1);
  }
  ent_list_free(list);
  box->object = NULL;
  return 1;
}

/* corpus:load(number, index) -> the document's number in an index of entente.core, or nil, message, code. */
static int corpus_load(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  uint64_t document = check_document(L, corpus, 2);
  uint32_t number;
  ent_error err = {0};
  ent_status status = ent_corpus_load(corpus, document, enti_box_check(L, 3, ENTI_INDEX_NAME), &number, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushinteger(L, (lua_Integer)number + 1);
  return 1;
}

/* corpus:text(number, first, last) -> those bytes of its text, as string.sub gives them, or nil, message, code. Without
 * first and last: all. first and last are not negative. */
static int corpus_text(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  uint64_t document = check_document(L, corpus, 2);
  lua_Integer first = luaL_optinteger(L, 3, 1), last = luaL_optinteger(L, 4, INT_MAX);
  luaL_argcheck(L, first >= 1, 3, "the first byte is 1");
  luaL_argcheck(L, last >= 0, 4, "the last byte is at least 0");
  if (last < first) last = first - 1;
  enti_box *box = enti_lua_box(L, sizeof *box, TEXT_NAME);
  ent_string *string;
  ent_error err = {0};
  ent_status status = ent_corpus_text(corpus, document, (size_t)first - 1, (size_t)last, &string, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  size_t length;
  const char *bytes = take_string(box, string, &length);
  lua_pushlstring(L, bytes, length);
  ent_string_free(string);
  box->object = NULL;
  return 1;
}

/* ---- what callbacks gather ---- */

typedef struct gather {
  char *bytes;
  size_t count, room;
} gather;

static int gather_release(lua_State *L) {
  gather *all = luaL_checkudata(L, 1, GATHER_NAME);
  free(all->bytes);
  *all = (gather){NULL, 0, 0};
  return 0;
}

static bool gather_add(gather *all, const void *bytes, size_t length) {
  if (length > SIZE_MAX / 4 - all->count) return false;
  if (all->count + length > all->room) {
    size_t room = (all->count + length) * 2 + 256;
    char *grown = realloc(all->bytes, room);
    if (!grown) return false;
    all->bytes = grown;
    all->room = room;
  }
  if (length) memcpy(all->bytes + all->count, bytes, length);
  all->count += length;
  return true;
}

typedef struct type_head { /* before the bytes of a type */
  uint64_t tokens, documents, length;
} type_head;

static ent_status gather_type(void *user, const ent_type_view *type) {
  type_head head = {type->tokens, type->documents, type->length};
  return gather_add(user, &head, sizeof head) && gather_add(user, type->bytes, type->length) ? ENT_OK : ENT_ERR_MEMORY;
}

/* corpus:types(layer, pattern) -> the forms on a layer that fit, packed, for store.type; or nil, message, code. pattern
 * nil: all. */
static int corpus_types(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  const char *layer = enti_store_name(L, 2, "a layer");
  size_t length = 0;
  const char *pattern = luaL_optlstring(L, 3, NULL, &length);
  gather *all = enti_lua_box(L, sizeof *all, GATHER_NAME);
  ent_error err = {0};
  ent_status status = ent_corpus_types(corpus, layer, pattern, length, gather_type, all, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushlstring(L, all->bytes ? all->bytes : "", all->count);
  free(all->bytes);
  *all = (gather){NULL, 0, 0};
  return 1;
}

/* store.type(packed, at) -> form, tokens, documents, where the next one is; nothing at the end. at: 1 at first. */
static int store_type(lua_State *L) {
  size_t length;
  const char *packed = luaL_checklstring(L, 1, &length);
  lua_Integer at = luaL_checkinteger(L, 2);
  type_head head;
  if (at < 1 || (size_t)at - 1 > length || length - ((size_t)at - 1) < sizeof head) return 0;
  packed += at - 1;
  length -= (size_t)at - 1 + sizeof head;
  memcpy(&head, packed, sizeof head);
  luaL_argcheck(L, head.length <= length, 1, "packed by corpus:types");
  lua_pushlstring(L, packed + sizeof head, (size_t)head.length);
  lua_pushinteger(L, (lua_Integer)head.tokens);
  lua_pushinteger(L, (lua_Integer)head.documents);
  lua_pushinteger(L, at + (lua_Integer)(sizeof head + head.length));
  return 4;
}

static void gather_line(void *user, const char *line) {
  (void)gather_add(user, line, strlen(line) + 1); /* a fault is reported without its line where memory is out */
}

/* corpus:verify() -> true, or nil, message, code, list of faults, a line each. */
static int corpus_verify(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  gather *all = enti_lua_box(L, sizeof *all, GATHER_NAME);
  ent_error err = {0};
  ent_status status = ent_corpus_verify(corpus, gather_line, all, &err);
  if (status == ENT_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  (void)enti_core_fail(L, status, &err);
  ent_value lines = {ENT_VALUE_LIST, all->bytes, all->count, 0, 0};
  return 3 + enti_store_value(L, &lines);
}

/* ---- search ---- */

/* corpus:search(words, distance) -> search, or nil, message, code: where words stand, side by side, or with at most
 * `distance` tokens between neighbours, in any order. */
static int corpus_search(lua_State *L) {
  ent_corpus *corpus = enti_box_check(L, 1, CORPUS_NAME);
  size_t count;
  lua_settop(L, 3);
  lua_Integer distance = luaL_optinteger(L, 3, -1);
  luaL_argcheck(L, distance >= -1 && distance < (lua_Integer)INT_MAX, 3, "a number of tokens");
  const char **words = enti_store_names(L, 2, "a word", &count);
  search_box *box = enti_box_sized(L, SEARCH_NAME, sizeof *box);
  enti_box_keep(L, lua_gettop(L), 1);
  ent_search *search;
  ent_error err = {0};
  ent_status status = ent_search_new(corpus, words, count, distance < 0 ? ENT_NONE : (uint32_t)distance, &search, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  corpus_box *owner = lua_touserdata(L, 1);
  box->box.object = search;
  box->corpus = owner;
  box->next = owner->searches;
  if (box->next) box->next->before = box;
  owner->searches = box;
  return 1;
}

/* search:next() -> number of the next document that has a hit, {first, last, first, last, …} (tokens); false at the
 * end; or nil, message, code. */
static int search_next(lua_State *L) {
  ent_search *search = enti_box_check(L, 1, SEARCH_NAME);
  uint64_t document;
  size_t count = 0;
  const ent_place *places = NULL;
  ent_error err = {0};
  ent_status status = ent_search_next(search, &document, &err);
  if (status == ENT_OK && document == ENT_NO_DOCUMENT) {
    lua_pushboolean(L, 0);
    return 1;
  }
  if (status == ENT_OK) status = ent_search_places(search, &places, &count, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  if (count > INT_MAX / 2) return luaL_error(L, "more than 2^30 hits in a document");
  lua_pushinteger(L, (lua_Integer)document + 1);
  lua_createtable(L, (int)count * 2, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushinteger(L, (lua_Integer)places[i].first + 1);
    lua_rawseti(L, -2, (int)(2 * i + 1));
    lua_pushinteger(L, (lua_Integer)places[i].last + 1);
    lua_rawseti(L, -2, (int)(2 * i + 2));
  }
  return 2;
}

void enti_store_open_corpus(lua_State *L) {
  static const luaL_Reg corpus_methods[] = {
      {"generation", corpus_generation}, {"refresh", corpus_refresh}, {"totals", corpus_totals}, {"find", corpus_find},
      {"document", corpus_document}, {"fields", corpus_fields}, {"value", corpus_value}, {"documents", corpus_documents},
      {"load", corpus_load}, {"text", corpus_text}, {"types", corpus_types}, {"verify", corpus_verify},
      {"search", corpus_search}, {"close", corpus_release}, {NULL, NULL}};
  static const luaL_Reg search_methods[] = {{"next", search_next}, {"close", search_release}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"corpus", store_corpus}, {"type", store_type}, {NULL, NULL}};
  enti_lua_class(L, CORPUS_NAME, corpus_methods, corpus_release);
  enti_lua_class(L, SEARCH_NAME, search_methods, search_release);
  enti_lua_class(L, LIST_NAME, NULL, list_release);
  enti_lua_class(L, TEXT_NAME, NULL, text_release);
  enti_lua_class(L, GATHER_NAME, NULL, gather_release);
  lua_pop(L, 5);
  enti_lua_add(L, functions);
}
