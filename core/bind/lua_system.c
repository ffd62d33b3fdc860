/* bind/lua_system: the module entente.system: files and processes for Lua.
 *
 * Every function here is one of entente.h with its arguments checked. The caller's mistake (a wrong
 * type, an unknown option, a NUL in a path) raises; what the world refuses returns nil, message, code,
 * code being one of memory, limit, argument, utf8, pattern, state, io, time. */
#define _POSIX_C_SOURCE 200809L
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compat.h"

#define MOST_BYTES 9007199254740992.0 /* 2^53: every whole number up to it is a lua_Number */
#define STRING_CLASS "entente.system.string"
#define RAN_CLASS "entente.system.ran"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

typedef struct string_box {
  ent_string *string;
} string_box;

typedef struct ran_box {
  ent_ran *ran;
} ran_box;

static int release_string(lua_State *L) {
  string_box *box = luaL_checkudata(L, 1, STRING_CLASS);
  ent_string_free(box->string);
  box->string = NULL;
  return 0;
}

static int release_ran(lua_State *L) {
  ran_box *box = luaL_checkudata(L, 1, RAN_CLASS);
  ent_ran_free(box->ran);
  box->ran = NULL;
  return 0;
}

/* A path: a Lua string without NUL, which C would cut it at. */
static const char *check_path(lua_State *L, int index) {
  size_t length;
  luaL_checktype(L, index, LUA_TSTRING);
  const char *path = lua_tolstring(L, index, &length);
  luaL_argcheck(L, strlen(path) == length, index, "a path contains no NUL byte");
  luaL_argcheck(L, length > 0, index, "a path is not empty");
  return path;
}

/* A number of bytes, whole and at least 0. */
static bool is_size(lua_Number number) {
  return number >= 0 && number <= MOST_BYTES && number <= (lua_Number)SIZE_MAX &&
         (lua_Number)(uint64_t)number == number;
}

/* ---- files -------------------------------------------------------------------------------- */

/* system.read(path[, limit]) -> bytes, or nil, message, code
 * The bytes of a regular file; one of more than `limit` bytes is refused ("limit"). */
static int system_read(lua_State *L) {
  const char *path = check_path(L, 1);
  size_t limit = SIZE_MAX;
  if (!lua_isnoneornil(L, 2)) {
    lua_Number wanted = luaL_checknumber(L, 2);
    luaL_argcheck(L, is_size(wanted), 2, "limit is a whole number of bytes");
    limit = (size_t)wanted;
  }
  string_box *box = enti_lua_box(L, sizeof *box, STRING_CLASS);
  ent_error err = {0};
  ent_status status = ent_file_read(NULL, path, limit, &box->string, &err);
  if (status != ENT_OK) return enti_lua_fault(L, status, &err);
  size_t length;
  const char *bytes = ent_string_bytes(box->string, &length);
  lua_pushlstring(L, bytes, length);
  ent_string_free(box->string);
  box->string = NULL;
  return 1;
}

/* system.write(path, bytes) -> true, or nil, message, code
 * Writes a whole file or nothing: a temporary file beside it, synced, then renamed. */
static int system_write(lua_State *L) {
  const char *path = check_path(L, 1);
  size_t length;
  luaL_checktype(L, 2, LUA_TSTRING);
  const char *bytes = lua_tolstring(L, 2, &length);
  ent_error err = {0};
  ent_status status = ent_file_write(path, bytes, length, &err);
  if (status != ENT_OK) return enti_lua_fault(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* system.kind(path) -> "file" | "folder" | "other" | nil
 * What a path leads to, links followed; nil where there is nothing that this process can see. */
static int system_kind(lua_State *L) {
  switch (ent_path_kind_of(check_path(L, 1))) {
    case ENT_PATH_FILE: lua_pushliteral(L, "file"); break;
    case ENT_PATH_FOLDER: lua_pushliteral(L, "folder"); break;
    case ENT_PATH_OTHER: lua_pushliteral(L, "other"); break;
    case ENT_PATH_NONE: lua_pushnil(L); break;
  }
  return 1;
}

/* system.stat(path) -> {kind = "file" | "folder" | "other", size =, modified =, node =}, or nil
 * What tells whether a file is as it was, links followed; nil where there is nothing that this process can see. size
 * is in bytes, modified "SECONDS.NANOSECONDS" since 1970, node names the file itself: both as text, which keeps all. */
static int system_stat(lua_State *L) {
  static const char *const kinds[] = {NULL, "file", "folder", "other"}; /* as in ent_path_kind */
  ent_path_state state = ent_path_state_of(check_path(L, 1));
  char text[64];
  if (state.kind == ENT_PATH_NONE) {
    lua_pushnil(L);
    return 1;
  }
  lua_createtable(L, 0, 4);
  lua_pushstring(L, kinds[state.kind]);
  lua_setfield(L, -2, "kind");
  lua_pushinteger(L, (lua_Integer)state.size);
  lua_setfield(L, -2, "size");
  (void)snprintf(text, sizeof text, "%lld.%09u", (long long)state.seconds, (unsigned)state.nanoseconds);
  lua_pushstring(L, text);
  lua_setfield(L, -2, "modified");
  (void)snprintf(text, sizeof text, "%llx:%llx", (unsigned long long)state.device, (unsigned long long)state.node);
  lua_pushstring(L, text);
  lua_setfield(L, -2, "node");
  return 1;
}

/* system.list(path) -> names, or nil, message, code
 * The names in a folder but . and .., sorted bytewise. */
static int system_list(lua_State *L) {
  const char *path = check_path(L, 1);
  string_box *box = enti_lua_box(L, sizeof *box, STRING_CLASS);
  ent_error err = {0};
  ent_status status = ent_folder_list(NULL, path, &box->string, &err);
  if (status != ENT_OK) return enti_lua_fault(L, status, &err);
  size_t length;
  const char *bytes = ent_string_bytes(box->string, &length);
  lua_newtable(L);
  int count = 0;
  for (size_t at = 0; at < length && count < INT_MAX;) {
    size_t name = strlen(bytes + at);
    lua_pushlstring(L, bytes + at, name);
    lua_rawseti(L, -2, ++count);
    at += name + 1;
  }
  ent_string_free(box->string);
  box->string = NULL;
  return 1;
}

/* system.make_folder(path) -> true, or nil, message, code
 * Makes a folder; fine if it is there already. Its parent must be there. */
static int system_make_folder(lua_State *L) {
  const char *path = check_path(L, 1);
  ent_error err = {0};
  ent_status status = ent_folder_make(path, &err);
  if (status != ENT_OK) return enti_lua_fault(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* ---- processes ---------------------------------------------------------------------------- */

typedef struct run_options {
  const char **argv; /* the strings are those of the option's table, which the stack holds */
  const char *input;
  size_t input_length;
  ent_limits limits;
} run_options;

/* The program and its arguments, as C wants them: in a userdata, which is left on the stack. */
static void read_argv(lua_State *L, int index, run_options *options) {
  size_t count = lua_istable(L, index) ? enti_lua_rawlen(L, index) : 0;
  if (count == 0 || count > 65536) luaL_error(L, "option 'argv' must be a list: a program's name and its arguments");
  const char **argv = lua_newuserdata(L, (count + 1) * sizeof *argv);
  for (size_t i = 0; i < count; i++) {
    size_t length;
    lua_rawgeti(L, index, (int)i + 1);
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "option 'argv[%d]' must be a string", (int)i + 1);
    argv[i] = lua_tolstring(L, -1, &length);
    if (strlen(argv[i]) != length) luaL_error(L, "option 'argv[%d]' contains a NUL byte", (int)i + 1);
    lua_pop(L, 1);
  }
  if (!*argv[0]) luaL_error(L, "option 'argv[1]' must be a program's name");
  argv[count] = NULL;
  options->argv = argv;
}

static lua_Number check_limit(lua_State *L, const char *key, int index, lua_Number most) {
  lua_Number number = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : -1;
  if (!(number > 0 && number <= most)) luaL_error(L, "option '%s' must be a number above 0", key);
  return number;
}

static unsigned rounded_up(lua_Number number) {
  unsigned whole = (unsigned)number;
  return whole + (whole < number);
}

static size_t check_bytes(lua_State *L, const char *key, int index) {
  lua_Number number = check_limit(L, key, index, MOST_BYTES);
  if (!is_size(number)) luaL_error(L, "option '%s' must be a whole number of bytes", key);
  return (size_t)number;
}

/* One option: its key at index - 1, its value at index, the stack's top. */
static void read_option(lua_State *L, int index, run_options *options) {
  const char *key = lua_type(L, index - 1) == LUA_TSTRING ? lua_tostring(L, index - 1) : "";
  if (strcmp(key, "argv") == 0) return; /* read first */
  if (strcmp(key, "input") == 0) {
    if (lua_type(L, index) != LUA_TSTRING) luaL_error(L, "option 'input' must be a string");
    options->input = lua_tolstring(L, index, &options->input_length);
  } else if (strcmp(key, "wall") == 0) {
    options->limits.wall_ms = rounded_up(check_limit(L, key, index, 4000000) * 1000);
  } else if (strcmp(key, "cpu") == 0) {
    options->limits.cpu_seconds = rounded_up(check_limit(L, key, index, 4000000));
  } else if (strcmp(key, "memory") == 0) {
    options->limits.memory = check_bytes(L, key, index);
  } else if (strcmp(key, "output") == 0) {
    options->limits.output = check_bytes(L, key, index);
  } else if (strcmp(key, "file_size") == 0) {
    options->limits.file_size = check_bytes(L, key, index);
  } else {
    luaL_error(L, "unknown option '%s': there are argv, input, wall, cpu, memory, output, file_size",
               *key ? key : luaL_typename(L, index - 1));
  }
}

static void push_ran(lua_State *L, const ent_ran_view *view) {
  static const char *const ends[] = {"exit", "signal", "time", "output"}; /* as in ent_end */
  lua_createtable(L, 0, 4);
  lua_pushstring(L, ends[view->end]);
  lua_setfield(L, -2, "end");
  lua_pushinteger(L, view->code);
  lua_setfield(L, -2, "code");
  lua_pushlstring(L, view->out, view->out_length);
  lua_setfield(L, -2, "out");
  lua_pushlstring(L, view->err, view->err_length);
  lua_setfield(L, -2, "err");
}

/* system.run{argv = {program, …}, input =, wall =, cpu =, memory =, output =, file_size =}
 *   -> {["end"] = "exit" | "signal" | "time" | "output", code =, out =, err =}, or nil, message, code
 * Runs a program without a shell and waits. `input` is what it reads; the rest are limits, none where
 * they are left out: wall and cpu in seconds (cpu is rounded up to whole ones and ends the program with
 * SIGXCPU, 24), memory, output and file_size in bytes. `code` is its exit status, or the number of the
 * signal that ended it. `err` is cut after 64 KiB. */
static int system_run(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  run_options options;
  memset(&options, 0, sizeof options);
  lua_pushliteral(L, "argv");
  lua_rawget(L, 1);
  read_argv(L, 2, &options);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    read_option(L, lua_gettop(L), &options);
    lua_pop(L, 1);
  }
  ran_box *box = enti_lua_box(L, sizeof *box, RAN_CLASS);
  ent_error err = {0};
  ent_status status =
      ent_run(NULL, options.argv, options.input, options.input_length, &options.limits, &box->ran, &err);
  if (status != ENT_OK) return enti_lua_fault(L, status, &err);
  ent_ran_view view = ent_ran_look(box->ran);
  push_ran(L, &view);
  ent_ran_free(box->ran);
  box->ran = NULL;
  return 1;
}

/* system.confine() -> true, or nil, message, "state"
 * From here on this process can only read and write what it has open, allocate memory and end: any
 * other system call kills it. A stream must have been written to and flushed once before. */
static int system_confine(lua_State *L) {
  ent_error err = {0};
  ent_status status = ent_confine(&err);
  if (status != ENT_OK) return enti_lua_fault(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* ---- interrupts --------------------------------------------------------------------------- */

/* The one thing here that the process shares: a signal's handler can tell nobody else. */
static volatile sig_atomic_t interrupted;

static void note_interrupt(int number) {
  (void)number;
  interrupted = 1;
}

/* system.catch_interrupt() -> true, or nil, message, "io"
 * From here on the first SIGINT is only noted; a second one ends the process. For programs that own
 * their signals. */
static int system_catch_interrupt(lua_State *L) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_interrupt;
  action.sa_flags = (int)(SA_RESTART | SA_RESETHAND);
  (void)sigemptyset(&action.sa_mask);
  interrupted = 0;
  if (sigaction(SIGINT, &action, NULL) < 0) {
    ent_error err = {ENT_ERR_IO, 0, "SIGINT cannot be caught"};
    return enti_lua_fault(L, ENT_ERR_IO, &err);
  }
  lua_pushboolean(L, 1);
  return 1;
}

/* system.interrupted() -> boolean
 * Whether a SIGINT came since system.catch_interrupt. */
static int system_interrupted(lua_State *L) {
  lua_pushboolean(L, interrupted != 0);
  return 1;
}

/* system.isatty(fd) -> boolean
 * Whether a descriptor (0 input, 1 output, 2 errors) is a terminal. */
static int system_isatty(lua_State *L) {
  lua_Integer fd = luaL_checkinteger(L, 1);
  luaL_argcheck(L, fd >= 0 && fd <= INT_MAX, 1, "a descriptor is a number from 0");
  lua_pushboolean(L, isatty((int)fd));
  return 1;
}

/* system.clock() -> seconds
 * A clock that only goes forward, from an unknown start: for how long something took. */
static int system_clock(lua_State *L) {
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  lua_pushnumber(L, (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec / 1e9);
  return 1;
}

/* Besides the functions: built_for, the Lua that this module was built for, as in _VERSION; sanitized,
 * whether it was built with AddressSanitizer, which cannot live under a limit on memory. */
ENT_LUA_MODULE(entente_system) {
  static const luaL_Reg functions[] = {
      {"read", system_read},
      {"write", system_write},
      {"kind", system_kind},
      {"stat", system_stat},
      {"list", system_list},
      {"make_folder", system_make_folder},
      {"run", system_run},
      {"confine", system_confine},
      {"catch_interrupt", system_catch_interrupt},
      {"interrupted", system_interrupted},
      {"isatty", system_isatty},
      {"clock", system_clock},
      {NULL, NULL},
  };
  enti_lua_check_version(L);
  enti_lua_class(L, STRING_CLASS, NULL, release_string);
  enti_lua_class(L, RAN_CLASS, NULL, release_ran);
  lua_pop(L, 2);
  lua_newtable(L);
  enti_lua_add(L, functions);
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, -2, "built_for");
  lua_pushboolean(L, SANITIZED);
  lua_setfield(L, -2, "sanitized");
  return 1;
}
