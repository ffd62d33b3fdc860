/* bind/lua_core: the module entente.core, in which nothing touches a file or a process.
 *
 * Lives here: the functions on plain text. lua_index.c, lua_codebook.c and lua_filter.c add the rest. */
#include "lua_core.h"

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

/* core.hash(bytes) -> 32 hexadecimal digits: equal for equal bytes, and for no others by chance. Not against an attacker. */
static int core_hash(lua_State *L) {
  static const char digits[] = "0123456789abcdef";
  size_t length;
  const char *bytes = luaL_checklstring(L, 1, &length);
  uint8_t hash[16];
  char text[2 * sizeof hash];
  ent_hash(bytes, length, hash);
  for (size_t i = 0; i < sizeof text; i++) text[i] = digits[i % 2 ? hash[i / 2] & 15 : hash[i / 2] >> 4];
  lua_pushlstring(L, text, sizeof text);
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
                                     {"normalize", core_normalize}, {"hash", core_hash},
                                     {"zawgyi", core_zawgyi}, {"from_zawgyi", core_from_zawgyi}, {NULL, NULL}};

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
