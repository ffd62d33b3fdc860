/* bind: what the files of entente.store share. */
#ifndef ENTI_LUA_STORE_H
#define ENTI_LUA_STORE_H

#include "lua_core.h"

/* A string, not empty, that C does not cut short; raises, saying what it is. */
const char *enti_store_name(lua_State *L, int arg, const char *what);
/* The strings of the list at `arg`, in a userdata that stays on the stack. */
const char **enti_store_names(lua_State *L, int arg, const char *what, size_t *count);

/* Each pushes one value, and gives 1. */
int enti_store_totals(lua_State *L, ent_totals totals);
int enti_store_value(lua_State *L, const ent_value *value);

/* Adds its functions to the module table on the top of the stack. */
void enti_store_open_corpus(lua_State *L);

#endif
