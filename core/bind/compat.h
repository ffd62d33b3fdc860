/* bind/compat: what every door to Lua shares: one source for Lua 5.3, 5.4 and LuaJIT/5.1, and one way
 * to report.
 *
 * Box first, resource second: enti_lua_box makes the userdata, empty, and only then is it filled; its
 * metatable releases what it holds. So no call that can raise stands between a resource and its box.
 * The caller's mistake raises; the world's fault returns nil, message, code (enti_lua_fault). */
#ifndef ENTI_COMPAT_H
#define ENTI_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

#include "entente.h"

/* The one way to export a module: ENT_LUA_MODULE(entente_system) { … return 1; } */
#if defined(__GNUC__)
#define ENT_LUA_MODULE(name)                                            \
  __attribute__((visibility("default"))) int luaopen_##name(lua_State *L); \
  int luaopen_##name(lua_State *L)
#else
#define ENT_LUA_MODULE(name)            \
  int luaopen_##name(lua_State *L);     \
  int luaopen_##name(lua_State *L)
#endif

#if LUA_VERSION_NUM < 502
static inline size_t enti_lua_rawlen(lua_State *L, int index) { return lua_objlen(L, index); }
static inline void enti_lua_check_version(lua_State *L) { (void)L; }
static inline int enti_lua_absindex(lua_State *L, int index) {
  return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(L) + index + 1;
}
#else
static inline size_t enti_lua_rawlen(lua_State *L, int index) { return (size_t)lua_rawlen(L, index); }
static inline void enti_lua_check_version(lua_State *L) { luaL_checkversion(L); }
static inline int enti_lua_absindex(lua_State *L, int index) { return lua_absindex(L, index); }
#endif

/* Adds functions to the table on the top of the stack. */
static inline void enti_lua_add(lua_State *L, const luaL_Reg *functions) {
  for (; functions->name; functions++) {
    lua_pushcfunction(L, functions->func);
    lua_setfield(L, -2, functions->name);
  }
}

/* Pushes a metatable of that name, made on the first call: its methods are its __index, `release` is
 * __gc and __close, and it is locked. methods may be NULL. */
static inline void enti_lua_class(lua_State *L, const char *name, const luaL_Reg *methods,
                                  lua_CFunction release) {
  if (!luaL_newmetatable(L, name)) return;
  lua_newtable(L);
  if (methods) enti_lua_add(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, release);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, release);
  lua_setfield(L, -2, "__close");
  lua_pushstring(L, name); /* 5.1 has no __name */
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
}

/* Pushes a zeroed userdata of a class whose metatable is there already. */
static inline void *enti_lua_box(lua_State *L, size_t size, const char *name) {
  char *box = lua_newuserdata(L, size);
  for (size_t i = 0; i < size; i++) box[i] = 0;
  luaL_getmetatable(L, name);
  lua_setmetatable(L, -2);
  return box;
}

/* The closed list of codes. */
static inline const char *enti_lua_code(ent_status status) {
  switch (status) {
    case ENT_OK: break;
    case ENT_ERR_MEMORY: return "memory";
    case ENT_ERR_LIMIT: return "limit";
    case ENT_ERR_ARGUMENT: return "argument";
    case ENT_ERR_UTF8: return "utf8";
    case ENT_ERR_PATTERN: return "pattern";
    case ENT_ERR_STATE: return "state";
    case ENT_ERR_IO: return "io";
    case ENT_ERR_TIME: return "time";
    case ENT_ERR_DAMAGE: return "damage";
    case ENT_ERR_LOCKED: return "locked";
  }
  return "state";
}

/* return enti_lua_fault(L, status, &err): nil, message, code. Where err was not filled (its message is
 * empty: initialize it with {0}) the status speaks. */
static inline int enti_lua_fault(lua_State *L, ent_status status, const ent_error *err) {
  lua_pushnil(L);
  lua_pushstring(L, err && err->message[0] ? err->message : ent_status_text(status));
  lua_pushstring(L, enti_lua_code(status));
  return 3;
}

#endif
