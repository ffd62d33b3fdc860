/* bind/lua_core: the module entente.core, in which nothing touches a file or a process.
 *
 * Lives here: boxes, faults, spans, and the functions on plain text. lua_index.c, lua_codebook.c and
 * lua_filter.c add the rest. */
#include "lua_core.h"

#include <string.h>

const char *const enti_core_units[] = {"sentence", "paragraph", "section", "page", "document", NULL};
const char *const enti_core_forms[] = {"nfc", "nfd", "nfkc", "nfkd", "fold", "bare", "hans", NULL};

/* ---- boxes ---- */

enti_box *enti_box_new(lua_State *L, const char *name) {
  enti_box *box = enti_lua_box(L, sizeof *box, name);
  lua_newtable(L); /* what it keeps alive */
#if LUA_VERSION_NUM < 502
  lua_setfenv(L, -2);
#else
  lua_setuservalue(L, -2);
#endif
  return box;
}

void *enti_box_check(lua_State *L, int arg, const char *name) {
  enti_box *box = luaL_checkudata(L, arg, name);
  if (!box->object) luaL_error(L, "%s is closed", name);
  return box->object;
}

void enti_box_keep(lua_State *L, int box, int value) {
  value = enti_lua_absindex(L, value);
#if LUA_VERSION_NUM < 502
  lua_getfenv(L, box);
#else
  lua_getuservalue(L, box);
#endif
  lua_pushvalue(L, value);
  lua_rawseti(L, -2, (int)enti_lua_rawlen(L, -2) + 1);
  lua_pop(L, 1);
}

int enti_core_fail(lua_State *L, ent_status status, const ent_error *err) {
  if (status == ENT_ERR_MEMORY) return luaL_error(L, "not enough memory");
  int count = enti_lua_fault(L, status, err);
  if (status != ENT_ERR_PATTERN && status != ENT_ERR_UTF8) return count;
  lua_pushinteger(L, err ? (lua_Integer)err->offset + 1 : 1);
  return count + 1;
}

int enti_core_choice(lua_State *L, const char *word, const char *what, const char *const *list) {
  luaL_Buffer names;
  for (int i = 0; list[i]; i++)
    if (strcmp(list[i], word) == 0) return i;
  luaL_buffinit(L, &names);
  for (int i = 0; list[i]; i++) {
    if (i > 0) luaL_addstring(&names, ", ");
    luaL_addstring(&names, list[i]);
  }
  luaL_pushresult(&names);
  return luaL_error(L, "unknown %s '%s': it is one of %s", what, word, lua_tostring(L, -1));
}

/* ---- spans ---- */

void enti_core_set_integer(lua_State *L, const char *name, size_t value) {
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, name);
}

void enti_core_set_span(lua_State *L, const char *first, const char *last, size_t begin, size_t end) {
  enti_core_set_integer(L, first, begin + 1);
  enti_core_set_integer(L, last, end);
}

ent_range enti_core_get_span(lua_State *L) {
  lua_getfield(L, -1, "first");
  lua_getfield(L, -2, "last");
  return enti_core_pop_span(L);
}

ent_range enti_core_pop_span(lua_State *L) {
  ent_range range;
  lua_Integer first = lua_tointeger(L, -2), last = lua_tointeger(L, -1);
  lua_pop(L, 2);
  if (first < 1 || last < first - 1) luaL_error(L, "a span needs first >= 1 and last >= first - 1");
  range.begin = (size_t)first - 1;
  range.end = (size_t)last;
  return range;
}

/* ---- text ---- */

/* core.version() -> { entente = "0.1.0", unicode = "15.0.0", lua = "Lua 5.4" }: what the library was built of. */
static int core_version(lua_State *L) {
  lua_newtable(L);
  lua_pushliteral(L, ENT_VERSION);
  lua_setfield(L, -2, "entente");
  lua_pushliteral(L, ENT_UNICODE_VERSION);
  lua_setfield(L, -2, "unicode");
  lua_pushstring(L, ent_utf8proc_version());
  lua_setfield(L, -2, "utf8proc");
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, -2, "lua");
  return 1;
}

/* core.valid(text) -> true, or nil and the first byte that is not valid UTF-8. */
static int core_valid(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  size_t valid = ent_utf8_valid(text, length);
  if (valid == length) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushinteger(L, (lua_Integer)valid + 1);
  return 2;
}

/* A box for a string or a normal form that is about to be copied into Lua. */
#define STRING_NAME "entente.string"
#define NORMAL_NAME "entente.normal"

static int string_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, STRING_NAME);
  ent_string_free(box->object);
  box->object = NULL;
  return 0;
}

static int normal_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, NORMAL_NAME);
  ent_normal_free(box->object);
  box->object = NULL;
  return 0;
}

/* core.mend(bytes) -> text, count: valid UTF-8, and how many U+FFFD stand for what was not. */
static int core_mend(lua_State *L) {
  size_t length, replaced = 0;
  const char *bytes = luaL_checklstring(L, 1, &length);
  if (ent_utf8_valid(bytes, length) == length) {
    lua_settop(L, 1);
    lua_pushinteger(L, 0);
    return 2;
  }
  enti_box *box = enti_lua_box(L, sizeof *box, STRING_NAME);
  ent_string *string;
  ent_status status = ent_utf8_mend(NULL, bytes, length, &string, &replaced);
  if (status != ENT_OK) return enti_core_fail(L, status, NULL);
  box->object = string;
  bytes = ent_string_bytes(string, &length);
  lua_pushlstring(L, bytes, length);
  lua_pushinteger(L, (lua_Integer)replaced);
  return 2;
}

/* core.normalize(text, form) -> text: form is nfc, nfd, nfkc, nfkd, fold, bare or hans. nil, message,
 * "utf8", byte for text that is not valid UTF-8. */
static int core_normalize(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  int form = enti_core_choice(L, luaL_optstring(L, 2, "nfc"), "form", enti_core_forms);
  enti_box *box = enti_lua_box(L, sizeof *box, NORMAL_NAME);
  ent_normal *normal;
  ent_error err = {0};
  ent_status status = ent_normalize(NULL, (ent_form)form, text, length, &normal, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  box->object = normal;
  text = ent_normal_bytes(normal, &length);
  lua_pushlstring(L, text, length);
  return 1;
}

/* core.zawgyi(text) -> signs of Zawgyi, signs of Unicode, whether it is probably Zawgyi. `text` is valid UTF-8. */
static int core_zawgyi(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  ent_zawgyi signs = ent_zawgyi_signs(text, length);
  lua_pushinteger(L, (lua_Integer)signs.zawgyi);
  lua_pushinteger(L, (lua_Integer)signs.unicode);
  lua_pushboolean(L, ent_zawgyi_probable(signs));
  return 3;
}

/* core.from_zawgyi(text) -> text in Unicode. nil, message, "utf8", byte for text that is not valid UTF-8. */
static int core_from_zawgyi(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  enti_box *box = enti_lua_box(L, sizeof *box, STRING_NAME);
  ent_string *string;
  ent_error err = {ENT_ERR_UTF8, ent_utf8_valid(text, length), "invalid UTF-8"};
  ent_status status = ent_zawgyi_convert(NULL, text, length, &string);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  box->object = string;
  text = ent_string_bytes(string, &length);
  lua_pushlstring(L, text, length);
  return 1;
}

static const luaL_Reg functions[] = {{"version", core_version}, {"valid", core_valid}, {"mend", core_mend},
                                     {"normalize", core_normalize}, {"zawgyi", core_zawgyi},
                                     {"from_zawgyi", core_from_zawgyi}, {NULL, NULL}};

ENT_LUA_MODULE(entente_core) {
  enti_lua_check_version(L);
  enti_lua_class(L, STRING_NAME, NULL, string_release);
  enti_lua_class(L, NORMAL_NAME, NULL, normal_release);
  lua_pop(L, 2);
  lua_newtable(L);
  enti_lua_add(L, functions);
  enti_core_open_index(L);
  enti_core_open_codebook(L);
  enti_core_open_filter(L);
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, -2, "built_for");
  return 1;
}
