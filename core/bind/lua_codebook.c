/* bind/lua_codebook: compiling a codebook from Lua, and running it.
 *
 * Categories, nodes, rules and conditions are numbered from 1 here. Vocabularies and codebooks have no
 * close: indexes and coders that use them keep them alive. */
#include "lua_core.h"

#include <limits.h>

static const char *const overlaps[] = {"all", "longest", "exclusive", NULL};
static const char *const ops[] = {"near", "seq", "all", "any", "except", "unless", "within", "where", NULL};
static const char *const roles[] = {"any", "none", "guard", NULL};

static int codebook_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, ENTI_CODEBOOK_NAME);
  ent_codebook_free(box->object);
  box->object = NULL;
  return 0;
}

static int coder_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, ENTI_CODER_NAME);
  ent_coder_free(box->object);
  box->object = NULL;
  return 0;
}

/* A number from 1 as an id from 0. */
static uint32_t check_id(lua_State *L, int arg) {
  lua_Integer number = luaL_checkinteger(L, arg);
  if (number < 1 || number > (lua_Integer)INT_MAX) luaL_argerror(L, arg, "out of range");
  return (uint32_t)(number - 1);
}

static int give_id(lua_State *L, ent_status status, const ent_error *err, uint32_t id) {
  if (status != ENT_OK) return enti_core_fail(L, status, err);
  lua_pushinteger(L, (lua_Integer)id + 1);
  return 1;
}

/* core.codebook(overlap) -> codebook: an empty one; overlap is all, longest or exclusive. */
static int core_codebook(lua_State *L) {
  int overlap = enti_core_choice(L, luaL_optstring(L, 1, "longest"), "overlap", overlaps);
  enti_box *box = enti_box_new(L, ENTI_CODEBOOK_NAME);
  ent_codebook *codebook;
  ent_status status = ent_codebook_new(NULL, (ent_overlap)overlap, &codebook);
  if (status != ENT_OK) return enti_core_fail(L, status, NULL);
  box->object = codebook;
  return 1;
}

/* codebook:category(parent or nil, unit) -> category. Descendants are added right behind their parent. */
static int codebook_category(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  uint32_t parent = lua_isnoneornil(L, 2) ? ENT_NONE : check_id(L, 2), category = 0;
  int unit = enti_core_choice(L, luaL_optstring(L, 3, "sentence"), "unit", enti_core_units);
  ent_status status = ent_codebook_category(codebook, parent, (ent_unit)unit, &category);
  return give_id(L, status, NULL, category);
}

/* codebook:layer(name) -> true, and there is a new layer for terms whose forms come from set_form. nil, message,
 * code for a name that is taken or cannot be one. */
static int codebook_layer(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  const char *name = luaL_checkstring(L, 2);
  uint32_t number;
  ent_error err = {0};
  ent_status status = ent_codebook_layer_add(codebook, name, NULL, &number, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* codebook:annotation(name) -> true, and there is a layer of that name for terms that ask for what given tokens bring.
 * nil, message, code for a name that is taken or cannot be one. */
static int codebook_annotation(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  uint32_t number;
  ent_error err = {0};
  ent_status status = ent_codebook_annotation(codebook, luaL_checkstring(L, 2), &number, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* codebook:set_form(layer, word, form) -> true: what a word of the terms that come is on a layer that
 * codebook:layer made. */
static int codebook_set_form(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  size_t word_length, length;
  uint32_t layer;
  ent_error err = {0};
  const char *word = luaL_checklstring(L, 3, &word_length), *form = luaL_checklstring(L, 4, &length);
  ent_status status = ent_codebook_layer_find(codebook, luaL_checkstring(L, 2), &layer, &err);
  if (status == ENT_OK) status = ent_codebook_layer_set(codebook, layer, word, word_length, form, length);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* codebook:term(text, layer) -> node; layer is fold, bare, hans, stem-LANG or one of codebook:layer's and :annotation's.
 * nil, message, "pattern", offset. */
static int codebook_term(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  size_t length;
  const char *term = luaL_checklstring(L, 2, &length);
  uint32_t node = 0, layer = ENT_FOLD;
  ent_error err = {0};
  ent_status status = ent_codebook_layer_find(codebook, luaL_optstring(L, 3, "fold"), &layer, &err);
  if (status == ENT_OK) status = ent_codebook_term(codebook, term, length, layer, &node, &err);
  return give_id(L, status, &err, node);
}

/* codebook:exact(text) -> node: as written. */
static int codebook_exact(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  size_t length;
  const char *term = luaL_checklstring(L, 2, &length);
  uint32_t node = 0;
  ent_error err = {0};
  ent_status status = ent_codebook_exact(codebook, term, length, &node, &err);
  return give_id(L, status, &err, node);
}

/* codebook:ref(category) -> node: the hits of another category, its descendants' included. */
static int codebook_ref(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  uint32_t node = 0;
  ent_status status = ent_codebook_ref(codebook, check_id(L, 2), &node);
  return give_id(L, status, NULL, node);
}

/* codebook:op(name, n, unit, nodes) -> node. n is near's, seq's and unless' distance in tokens, where's
 * condition (from 1); others take 0. */
static int codebook_op(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  int op = enti_core_choice(L, luaL_checkstring(L, 2), "operator", ops);
  lua_Integer n = luaL_checkinteger(L, 3);
  int unit = enti_core_choice(L, luaL_optstring(L, 4, "sentence"), "unit", enti_core_units);
  luaL_checktype(L, 5, LUA_TTABLE);
  if (n < 0 || n > (lua_Integer)INT_MAX) return luaL_argerror(L, 3, "out of range");
  if (op == ENT_OP_WHERE) n -= 1;
  size_t count = enti_lua_rawlen(L, 5);
  uint32_t *kids = lua_newuserdata(L, count * sizeof *kids + 1), node = 0;
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 5, (int)i + 1);
    kids[i] = check_id(L, -1);
    lua_pop(L, 1);
  }
  ent_error err = {0};
  ent_status status = ent_codebook_op(codebook, (ent_op)op, (uint32_t)n, (ent_unit)unit, kids, count, &node, &err);
  return give_id(L, status, &err, node);
}

/* codebook:rule(category, role, node, lang or nil) -> rule; role is any, none or guard. */
static int codebook_rule(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  uint32_t category = check_id(L, 2), node = check_id(L, 4), rule = 0;
  int role = enti_core_choice(L, luaL_checkstring(L, 3), "role", roles);
  ent_error err = {0};
  ent_status status =
      ent_codebook_rule(codebook, category, (ent_role)role, node, luaL_optstring(L, 5, NULL), &rule, &err);
  return give_id(L, status, &err, rule);
}

/* codebook:freeze() -> true, or nil, message, code, category. */
static int codebook_freeze(lua_State *L) {
  ent_error err = {0};
  ent_status status = ent_codebook_freeze(enti_box_check(L, 1, ENTI_CODEBOOK_NAME), &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* ---- coder ---- */

/* core.coder(codebook, vocab) -> coder: the codebook must be frozen, and the vocabulary have the layers that the
 * codebook's set_form filled. */
static int core_coder(lua_State *L) {
  ent_codebook *codebook = enti_box_check(L, 1, ENTI_CODEBOOK_NAME);
  ent_vocab *vocab = enti_box_check(L, 2, ENTI_VOCAB_NAME);
  enti_box *box = enti_box_new(L, ENTI_CODER_NAME);
  enti_box_keep(L, lua_gettop(L), 1);
  enti_box_keep(L, lua_gettop(L), 2);
  ent_coder *coder;
  ent_status status = ent_coder_new(codebook, vocab, &coder);
  if (status != ENT_OK) return enti_core_fail(L, status, NULL);
  box->object = coder;
  return 1;
}

/* The number, from 1, of a part among the document's. */
static void set_part(lua_State *L, const char *name, const ent_index *index, uint32_t document, ent_unit unit,
                     uint32_t token) {
  size_t count;
  const ent_part *parts = ent_index_parts(index, document, unit, &count);
  const ent_part *part = ent_index_part_of(index, document, unit, token);
  if (part) enti_core_set_integer(L, name, (size_t)(part - parts) + 1);
}

static void push_hit(lua_State *L, const ent_codebook *codebook, const ent_index *index, uint32_t document,
                     const ent_hit *hit) {
  ent_unit unit = ent_codebook_unit(codebook, hit->category);
  const ent_part *part = ent_index_part_of(index, document, unit, hit->first);
  const ent_part *paragraph = ent_index_part_of(index, document, ENT_PARAGRAPH, hit->first);
  lua_createtable(L, 0, 12);
  enti_core_set_integer(L, "category", (size_t)hit->category + 1);
  enti_core_set_integer(L, "rule", (size_t)hit->rule + 1);
  enti_core_set_span(L, "first", "last", hit->begin, hit->end);
  lua_pushstring(L, enti_core_units[unit]);
  lua_setfield(L, -2, "unit");
  if (part) enti_core_set_span(L, "unit_first", "unit_last", part->begin, part->end);
  else enti_core_set_span(L, "unit_first", "unit_last", hit->begin, hit->end);
  set_part(L, "section", index, document, ENT_SECTION, hit->first);
  set_part(L, "page", index, document, ENT_PAGE, hit->first);
  if (!paragraph) return;
  if (paragraph->lang[0]) {
    lua_pushstring(L, paragraph->lang);
    lua_setfield(L, -2, "lang");
  }
  lua_pushboolean(L, paragraph->reference);
  lua_setfield(L, -2, "reference");
}

/* coder:run(index, document, conditions) -> list of hits, sorted by first, last, codebook order:
 * {category=, rule=, first=, last=, unit=, unit_first=, unit_last=, section=, page=, lang=, reference=}.
 * conditions is a list of booleans for where, or nil. */
static int coder_run(lua_State *L) {
  ent_coder *coder = enti_box_check(L, 1, ENTI_CODER_NAME);
  ent_index *index = enti_box_check(L, 2, ENTI_INDEX_NAME);
  lua_Integer number = luaL_checkinteger(L, 3);
  if (number < 1 || number > (lua_Integer)ent_index_count(index)) return luaL_argerror(L, 3, "no such document");
  uint32_t document = (uint32_t)(number - 1);
  size_t condition_count = 0, count = 0;
  uint8_t *conditions = NULL;
  if (!lua_isnoneornil(L, 4)) {
    luaL_checktype(L, 4, LUA_TTABLE);
    condition_count = enti_lua_rawlen(L, 4);
    conditions = lua_newuserdata(L, condition_count + 1);
    for (size_t i = 0; i < condition_count; i++) {
      lua_rawgeti(L, 4, (int)i + 1);
      conditions[i] = (uint8_t)lua_toboolean(L, -1);
      lua_pop(L, 1);
    }
  }
  const ent_hit *hits = NULL;
  ent_error err = {0};
  ent_status status = ent_coder_run(coder, index, document, conditions, condition_count, &hits, &count, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  const ent_codebook *codebook = ent_coder_codebook(coder);
  lua_createtable(L, count < INT_MAX ? (int)count : INT_MAX, 0);
  for (size_t i = 0; i < count; i++) {
    push_hit(L, codebook, index, document, &hits[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

/* coder:guarded() -> how many hits the last run left out because they cut a word. */
static int coder_guarded(lua_State *L) {
  ent_coder *coder = enti_box_check(L, 1, ENTI_CODER_NAME);
  lua_pushinteger(L, (lua_Integer)ent_coder_guarded(coder));
  return 1;
}

void enti_core_open_codebook(lua_State *L) {
  static const luaL_Reg codebook_methods[] = {
      {"category", codebook_category}, {"layer", codebook_layer}, {"annotation", codebook_annotation},
      {"set_form", codebook_set_form}, {"term", codebook_term}, {"exact", codebook_exact}, {"ref", codebook_ref},
      {"op", codebook_op}, {"rule", codebook_rule}, {"freeze", codebook_freeze}, {NULL, NULL}};
  static const luaL_Reg coder_methods[] = {{"run", coder_run}, {"guarded", coder_guarded}, {"close", coder_release}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"codebook", core_codebook}, {"coder", core_coder}, {NULL, NULL}};
  enti_lua_class(L, ENTI_CODEBOOK_NAME, codebook_methods, codebook_release);
  enti_lua_class(L, ENTI_CODER_NAME, coder_methods, coder_release);
  lua_pop(L, 2);
  enti_lua_add(L, functions);
}
