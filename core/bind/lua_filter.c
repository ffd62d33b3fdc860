/* bind/lua_filter: what filters need: a stream of tokens, and where a block of a longer text may be cut. */
#include "lua_core.h"

static int stream_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, ENTI_STREAM_NAME);
  ent_stream_free(box->object);
  box->object = NULL;
  return 0;
}

/* core.stream([repairs[, block]]) -> stream: the tokens of a text that comes in blocks. With repairs it is kept
 * until its end. block: how many bytes are looked at together; tests make it small. */
static int core_stream(lua_State *L) {
  bool whole = lua_toboolean(L, 1);
  lua_Integer block = luaL_optinteger(L, 2, 0);
  luaL_argcheck(L, block >= 0, 2, "a block is a number of bytes");
  enti_box *box = enti_box_new(L, ENTI_STREAM_NAME);
  ent_stream *stream;
  ent_status status = ent_stream_new(NULL, (size_t)block, whole, &stream);
  if (status != ENT_OK) return enti_core_fail(L, status, NULL);
  box->object = stream;
  return 1;
}

/* stream:feed(bytes[, last]): the next bytes, any bytes; last when none follow. */
static int stream_feed(lua_State *L) {
  ent_stream *stream = enti_box_check(L, 1, ENTI_STREAM_NAME);
  size_t length;
  const char *bytes = luaL_checklstring(L, 2, &length);
  ent_status status = ent_stream_feed(stream, bytes, length, lua_toboolean(L, 3));
  if (status == ENT_ERR_STATE) return luaL_error(L, "feed: rows are waiting, or the last bytes were fed");
  if (status != ENT_OK) return enti_core_fail(L, status, NULL);
  lua_pushboolean(L, 1);
  return 1;
}

/* stream:rows() -> some lines, each begin, end (bytes of the input, [begin, end)), token, fold, script, sentence,
 * parted by tabs; "" when more must be fed or all is done; or nil, message, code. */
static int stream_rows(lua_State *L) {
  ent_stream *stream = enti_box_check(L, 1, ENTI_STREAM_NAME);
  const char *rows;
  size_t length;
  ent_error err = {0};
  ent_status status = ent_stream_rows(stream, &rows, &length, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushlstring(L, rows, length);
  return 1;
}

/* core.whole(bytes) -> length without the bytes at the end that begin a UTF-8 sequence which more bytes may complete. */
static int core_whole(lua_State *L) {
  size_t length;
  const char *bytes = luaL_checklstring(L, 1, &length);
  lua_pushinteger(L, (lua_Integer)ent_utf8_whole(bytes, length));
  return 1;
}

/* core.script(text) -> the script of its first letter or number that has one of its own: "Latin", "Han", "Common". */
static int core_script(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  if (ent_utf8_valid(text, length) != length) return luaL_argerror(L, 1, "invalid UTF-8");
  lua_pushstring(L, ent_script_of(text, length));
  return 1;
}

/* core.cut(text, form) -> how many bytes from the beginning can be normalized by themselves, whatever follows. */
static int core_cut(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  int form = enti_core_choice(L, luaL_checkstring(L, 2), "form", enti_core_forms);
  lua_pushinteger(L, (lua_Integer)ent_normal_cut((ent_form)form, text, length));
  return 1;
}

void enti_core_open_filter(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"feed", stream_feed}, {"rows", stream_rows}, {"close", stream_release}, {NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"stream", core_stream}, {"whole", core_whole}, {"script", core_script}, {"cut", core_cut}, {NULL, NULL}};
  enti_lua_class(L, ENTI_STREAM_NAME, methods, stream_release);
  lua_pop(L, 1);
  enti_lua_add(L, functions);
}
