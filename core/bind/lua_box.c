/* bind/lua_box: what entente.core and entente.store share: boxes, faults, choices, spans. Each module has its own copy,
 * and no state: a box of the one is a box of the other by the name of its metatable. */
#include "lua_core.h"

#include <string.h>

const char *const enti_core_units[] = {"sentence", "paragraph", "section", "page", "document", NULL};
const char *const enti_core_forms[] = {"nfc", "nfd", "nfkc", "nfkd", "fold", "bare", "hans", NULL};

/* ---- boxes ---- */

void *enti_box_sized(lua_State *L, const char *name, size_t size) {
  void *box = enti_lua_box(L, size, name);
  lua_newtable(L); /* what it keeps alive */
#if LUA_VERSION_NUM < 502
  lua_setfenv(L, -2);
#else
  lua_setuservalue(L, -2);
#endif
  return box;
}

enti_box *enti_box_new(lua_State *L, const char *name) { return enti_box_sized(L, name, sizeof(enti_box)); }

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
