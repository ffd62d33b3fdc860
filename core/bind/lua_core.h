/* bind: what the files of entente.core and entente.store share. */
#ifndef ENTI_LUA_CORE_H
#define ENTI_LUA_CORE_H

#include "compat.h"

/* A box holds one pointer to a core object: NULL before it is filled and after close. */
typedef struct enti_box {
  void *object;
} enti_box;

enti_box *enti_box_new(lua_State *L, const char *name);
/* The same with `size` bytes, zeroed, of which an enti_box is the beginning. */
void *enti_box_sized(lua_State *L, const char *name, size_t size);
/* The object in the box at `arg`; raises when it is another value, or closed. */
void *enti_box_check(lua_State *L, int arg, const char *name);
/* The value at `value` lives at least as long as the box at `box`. */
void enti_box_keep(lua_State *L, int box, int value);

/* As enti_lua_fault; memory raises, and ENT_ERR_PATTERN adds a fourth value: the offset, 1-based. */
int enti_core_fail(lua_State *L, ent_status status, const ent_error *err);

/* The place of a word in a list that ends with NULL; raises, naming the list. */
int enti_core_choice(lua_State *L, const char *word, const char *what, const char *const *list);

/* The one place where spans are turned: [begin, end) in C is first = begin + 1, last = end in Lua. Set and get
 * work on the table at the top of the stack; pop takes first and last from it. */
void enti_core_set_span(lua_State *L, const char *first, const char *last, size_t begin, size_t end);
ent_range enti_core_get_span(lua_State *L);
ent_range enti_core_pop_span(lua_State *L);

/* A list {first, last, first, last, …} at `list` as ranges, in memory that stays on the stack; raises, naming it. */
const ent_range *enti_core_read_pairs(lua_State *L, int list, const char *name, size_t *count);
/* lua_source.c: fills the source from the table at `arg` (index:add says what it holds). What it points to lives as
 * long as that table and what is left on the stack; raises for what is not as it should be. */
void enti_core_read_source(lua_State *L, int arg, ent_source *source);

void enti_core_set_integer(lua_State *L, const char *name, size_t value);

extern const char *const enti_core_units[];
extern const char *const enti_core_forms[];

/* Each adds its functions to the module table on the top of the stack. */
void enti_core_open_index(lua_State *L);
void enti_core_open_codebook(lua_State *L);
void enti_core_open_filter(lua_State *L);

#define ENTI_VOCAB_NAME "entente.vocab"
#define ENTI_INDEX_NAME "entente.index"
#define ENTI_CODEBOOK_NAME "entente.codebook"
#define ENTI_STREAM_NAME "entente.stream"
#define ENTI_CODER_NAME "entente.coder"

#endif
