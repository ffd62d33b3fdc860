/* bind/lua_store: the module entente.store: corpora on disk for Lua.
 *
 * Lives here: arguments, metadata, and what writes. lua_corpus.c adds what reads. A document's fields point into the
 * caller's table; lists, which C wants in one piece, into a userdata on the stack. */
#include "lua_store.h"

#include <limits.h>
#include <string.h>

#define WRITER_NAME "entente.writer"

static int writer_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, WRITER_NAME);
  ent_writer_free(box->object);
  box->object = NULL;
  return 0;
}

/* ---- arguments ---- */

/* A string that C does not cut short. */
const char *enti_store_name(lua_State *L, int arg, const char *what) {
  size_t length;
  if (lua_type(L, arg) != LUA_TSTRING) luaL_error(L, "%s must be a string", what);
  const char *name = lua_tolstring(L, arg, &length);
  if (strlen(name) != length || length == 0) luaL_error(L, "%s is not empty and contains no NUL byte", what);
  return name;
}

/* The strings of the list at `arg`, in a userdata that stays on the stack. */
const char **enti_store_names(lua_State *L, int arg, const char *what, size_t *count) {
  luaL_checktype(L, arg, LUA_TTABLE);
  *count = enti_lua_rawlen(L, arg);
  if (*count > INT_MAX) luaL_error(L, "%s: too many", what);
  const char **names = lua_newuserdata(L, *count * sizeof *names + 1);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, arg, (int)i + 1);
    names[i] = enti_store_name(L, lua_gettop(L), what); /* the list holds it */
    lua_pop(L, 1);
  }
  return names;
}

int enti_store_totals(lua_State *L, ent_totals totals) {
  lua_createtable(L, 0, 3);
  enti_core_set_integer(L, "documents", (size_t)totals.documents);
  enti_core_set_integer(L, "tokens", (size_t)totals.tokens);
  enti_core_set_integer(L, "bytes", (size_t)totals.bytes);
  return 1;
}

/* ---- metadata ---- */

static bool is_whole(lua_State *L, int at) {
#if LUA_VERSION_NUM >= 503
  return lua_isinteger(L, at);
#else
  lua_Number number = lua_tonumber(L, at);
  return number >= -9007199254740992.0 && number <= 9007199254740992.0 && (lua_Number)(int64_t)number == number;
#endif
}

/* How many bytes the texts of the list on the top need; raises, naming the field. */
static size_t check_list(lua_State *L, const char *field) {
  size_t bytes = 0, count = enti_lua_rawlen(L, -1);
  for (size_t i = 0; i < count; i++) {
    size_t length;
    lua_rawgeti(L, -1, (int)i + 1);
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "meta.%s[%d] must be a string", field, (int)i + 1);
    const char *text = lua_tolstring(L, -1, &length);
    if (strlen(text) != length) luaL_error(L, "meta.%s[%d] contains a NUL byte", field, (int)i + 1);
    bytes += length + 1;
    lua_pop(L, 1);
  }
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
    if (lua_type(L, -2) != LUA_TNUMBER) luaL_error(L, "meta.%s must be a list of strings", field);
  return bytes;
}

/* The value on the top of the stack; what is a list goes to *room, which moves on. */
static ent_value read_value(lua_State *L, const char *field, char **room) {
  ent_value value = {ENT_VALUE_TEXT, NULL, 0, 0, 0};
  switch (lua_type(L, -1)) {
    case LUA_TSTRING: value.text = lua_tolstring(L, -1, &value.length); break;
    case LUA_TBOOLEAN:
      value.kind = ENT_VALUE_BOOLEAN;
      value.integer = lua_toboolean(L, -1);
      break;
    case LUA_TNUMBER:
      value.kind = is_whole(L, -1) ? ENT_VALUE_INTEGER : ENT_VALUE_NUMBER;
      if (value.kind == ENT_VALUE_INTEGER) value.integer = (int64_t)lua_tointeger(L, -1);
      else value.number = (double)lua_tonumber(L, -1);
      if (value.number != value.number) luaL_error(L, "meta.%s is not a number", field);
      break;
    case LUA_TTABLE:
      value.kind = ENT_VALUE_LIST;
      value.text = *room;
      for (size_t i = 1, count = enti_lua_rawlen(L, -1); i <= count; i++) {
        size_t length;
        lua_rawgeti(L, -1, (int)i);
        const char *text = lua_tolstring(L, -1, &length);
        memcpy(*room, text, length + 1);
        *room += length + 1;
        lua_pop(L, 1);
      }
      value.length = (size_t)(*room - value.text);
      break;
    default: luaL_error(L, "meta.%s must be a string, number, boolean or list of strings", field);
  }
  return value;
}

/* The fields of the table at `arg`, in a userdata that stays on the stack; texts are those of the table. */
static const ent_field *check_fields(lua_State *L, int arg, size_t *count) {
  size_t bytes = 0;
  *count = 0;
  luaL_checktype(L, arg, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, arg); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "meta has named fields only");
    (void)enti_store_name(L, lua_gettop(L) - 1, "the name of a field");
    if (lua_istable(L, -1)) bytes += check_list(L, lua_tostring(L, -2));
    (*count)++;
  }
  ent_field *fields = lua_newuserdata(L, *count * sizeof *fields + 1);
  char *room = lua_newuserdata(L, bytes + 1);
  size_t at = 0;
  for (lua_pushnil(L); lua_next(L, arg); lua_pop(L, 1), at++) {
    fields[at].name = lua_tostring(L, -2);
    fields[at].value = read_value(L, fields[at].name, &room);
  }
  return fields;
}

int enti_store_value(lua_State *L, const ent_value *value) {
  switch (value->kind) {
    case ENT_VALUE_TEXT: lua_pushlstring(L, value->text, value->length); break;
    case ENT_VALUE_INTEGER: lua_pushinteger(L, (lua_Integer)value->integer); break;
    case ENT_VALUE_NUMBER: lua_pushnumber(L, (lua_Number)value->number); break;
    case ENT_VALUE_BOOLEAN: lua_pushboolean(L, value->integer != 0); break;
    case ENT_VALUE_LIST:
      lua_newtable(L);
      for (size_t at = 0, i = 1; at < value->length; i++) {
        size_t length = strlen(value->text + at);
        lua_pushlstring(L, value->text + at, length);
        lua_rawseti(L, -2, (int)i);
        at += length + 1;
      }
      break;
  }
  return 1;
}

/* ---- writing ---- */

/* store.writer(path, memory, threads) -> writer, or nil, message, code: opens a corpus for writing, makes it when it is
 * not there, and takes the lock ("locked"). memory: bytes that it may hold; 0 for the usual. */
static int store_writer(lua_State *L) {
  const char *path = enti_store_name(L, 1, "a path");
  lua_Number memory = luaL_optnumber(L, 2, 0);
  lua_Integer threads = luaL_optinteger(L, 3, 0);
  luaL_argcheck(L, memory >= 0 && memory <= (lua_Number)(SIZE_MAX / 2), 2, "a number of bytes");
  luaL_argcheck(L, threads >= 0 && threads <= 64, 3, "0 to 64 threads");
  ent_writer_options options = {(size_t)memory, (unsigned)threads};
  enti_box *box = enti_box_new(L, WRITER_NAME);
  ent_writer *writer;
  ent_error err = {0};
  ent_status status = ent_writer_open(NULL, path, &options, &writer, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  box->object = writer;
  return 1;
}

/* writer:add(id, source, meta) -> "added", "replaced" or "unchanged", or nil, message, code. source is as index:add
 * takes it, meta a table of strings, numbers, booleans and lists of strings. A document that is refused (argument, utf8,
 * limit) changes nothing; after another fault the writer is only to be closed. */
static int writer_add(lua_State *L) {
  static const char *const changes[] = {"added", "replaced", "unchanged"}; /* as in ent_change */
  ent_writer *writer = enti_box_check(L, 1, WRITER_NAME);
  lua_settop(L, 4);
  ent_document document = {0};
  ent_change change;
  ent_error err = {0};
  document.id = enti_store_name(L, 2, "an id");
  enti_core_read_source(L, 3, &document.source);
  document.fields = check_fields(L, 4, &document.field_count);
  ent_status status = ent_writer_add(writer, &document, &change, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushstring(L, changes[change]);
  return 1;
}

/* writer:remove(id) -> whether there was one, or nil, message, code. */
static int writer_remove(lua_State *L) {
  ent_writer *writer = enti_box_check(L, 1, WRITER_NAME);
  bool was;
  ent_error err = {0};
  ent_status status = ent_writer_remove(writer, enti_store_name(L, 2, "an id"), &was, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, was);
  return 1;
}

/* writer:has(id) -> whether there is one, what is not committed included, or nil, message, code. */
static int writer_has(lua_State *L) {
  ent_writer *writer = enti_box_check(L, 1, WRITER_NAME);
  bool has;
  ent_error err = {0};
  ent_status status = ent_writer_has(writer, enti_store_name(L, 2, "an id"), &has, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, has);
  return 1;
}

/* writer:merge(): the next commit makes the corpus one segment. */
static int writer_merge(lua_State *L) {
  ent_writer_merge(enti_box_check(L, 1, WRITER_NAME));
  return 0;
}

/* writer:commit() -> the generation that it made, or nil, message, code; then the last commit stands, and the writer is
 * only to be closed. */
static int writer_commit(lua_State *L) {
  ent_writer *writer = enti_box_check(L, 1, WRITER_NAME);
  ent_error err = {0};
  ent_status status = ent_writer_commit(writer, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushinteger(L, (lua_Integer)ent_writer_generation(writer));
  return 1;
}

/* writer:totals() -> {documents =, tokens =, bytes =}. */
static int writer_totals(lua_State *L) {
  return enti_store_totals(L, ent_writer_totals(enti_box_check(L, 1, WRITER_NAME)));
}

/* store.merge(path, inputs) -> true, or nil, message, code: a new corpus of all documents of several. */
static int store_merge(lua_State *L) {
  size_t count;
  const char *path = enti_store_name(L, 1, "a path");
  lua_settop(L, 2);
  const char **inputs = enti_store_names(L, 2, "inputs", &count);
  ent_error err = {0};
  ent_status status = ent_corpus_merge(NULL, path, inputs, count, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* store.guard() -> true, or nil, message, code: a file that is cut off while it is read is damage from here on, and no
 * signal that ends the process. For programs that own their signals. */
static int store_guard(lua_State *L) {
  ent_error err = {0};
  ent_status status = ent_corpus_guard(&err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* Besides the functions: built_for, the Lua that this module was built for, as in _VERSION. */
ENT_LUA_MODULE(entente_store) {
  static const luaL_Reg writer_methods[] = {
      {"add", writer_add},       {"remove", writer_remove}, {"has", writer_has},       {"merge", writer_merge},
      {"commit", writer_commit}, {"totals", writer_totals}, {"close", writer_release}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"writer", store_writer}, {"merge", store_merge}, {"guard", store_guard}, {NULL, NULL}};
  enti_lua_check_version(L);
  enti_lua_class(L, WRITER_NAME, writer_methods, writer_release);
  lua_pop(L, 1);
  lua_newtable(L);
  enti_lua_add(L, functions);
  enti_store_open_corpus(L);
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, -2, "built_for");
  return 1;
}
