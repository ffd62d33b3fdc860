/* bind/lua_index: vocabularies and indexes in Lua.
 *
 * Documents are numbered from 1 here, tokens too. An index keeps its vocabulary alive. */
#include "lua_core.h"

#include <limits.h>

static int vocab_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, ENTI_VOCAB_NAME);
  ent_vocab_free(box->object);
  box->object = NULL;
  return 0;
}

static int index_release(lua_State *L) {
  enti_box *box = luaL_checkudata(L, 1, ENTI_INDEX_NAME);
  ent_index_free(box->object);
  box->object = NULL;
  return 0;
}

/* core.vocab() -> vocab: an empty vocabulary. It is released with the last index and coder on it. */
static int core_vocab(lua_State *L) {
  enti_box *box = enti_box_new(L, ENTI_VOCAB_NAME);
  ent_vocab *vocab;
  ent_status status = ent_vocab_new(NULL, &vocab);
  if (status != ENT_OK) return enti_core_fail(L, status, NULL);
  box->object = vocab;
  return 1;
}

/* vocab:count() -> how many types it holds. */
static int vocab_count(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)ent_vocab_count(enti_box_check(L, 1, ENTI_VOCAB_NAME)));
  return 1;
}

/* vocab:layer(name) -> true, and there is a new layer whose forms come from fill. nil, message, code for a name
 * that is taken or cannot be one. */
static int vocab_layer(lua_State *L) {
  ent_vocab *vocab = enti_box_check(L, 1, ENTI_VOCAB_NAME);
  const char *name = luaL_checkstring(L, 2);
  uint32_t number;
  ent_error err = {0};
  ent_status status = ent_vocab_layer_add(vocab, name, NULL, &number, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* vocab:fill(name, form, from) -> next: gives the types from number `from` on (1 at first) that have no form on a
 * layer of vocab:layer's theirs: form(folded word) -> string. `next` is where the coming call begins. What `form`
 * raises, fill raises. It is called between calls of the core, which never calls Lua. */
static int vocab_fill(lua_State *L) {
  ent_vocab *vocab = enti_box_check(L, 1, ENTI_VOCAB_NAME);
  const char *name = luaL_checkstring(L, 2);
  luaL_checktype(L, 3, LUA_TFUNCTION);
  lua_Integer first = luaL_optinteger(L, 4, 1);
  if (first < 1 || first > (lua_Integer)INT_MAX) return luaL_argerror(L, 4, "out of range");
  uint32_t layer, fold, from = (uint32_t)first - 1, count = ent_vocab_count(vocab);
  ent_error err = {0};
  ent_status status = ent_vocab_layer_find(vocab, name, &layer, &err);
  while (status == ENT_OK && from < count) {
    size_t length;
    status = ent_vocab_layer_unset(vocab, layer, &from, &fold);
    if (status != ENT_OK || fold == ENT_NONE) break;
    const char *bytes = ent_vocab_bytes(vocab, fold, &length);
    lua_pushvalue(L, 3);
    lua_pushlstring(L, bytes, length);
    lua_call(L, 1, 1);
    if (lua_type(L, -1) != LUA_TSTRING) return luaL_error(L, "layer %s: its function gives no string", name);
    bytes = lua_tolstring(L, -1, &length);
    status = ent_vocab_layer_set(vocab, fold, layer, bytes, length);
    lua_pop(L, 1);
  }
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushinteger(L, (lua_Integer)from + 1);
  return 1;
}

/* core.stemmers() -> list of the languages that have a stemmer. */
static int core_stemmers(lua_State *L) {
  const char *const *lang = ent_stem_languages();
  lua_newtable(L);
  for (int i = 1; *lang; lang++, i++) {
    lua_pushstring(L, *lang);
    lua_rawseti(L, -2, i);
  }
  return 1;
}

/* core.index(vocab) -> index: an empty index on a vocabulary. */
static int core_index(lua_State *L) {
  ent_vocab *vocab = enti_box_check(L, 1, ENTI_VOCAB_NAME);
  enti_box *box = enti_box_new(L, ENTI_INDEX_NAME);
  enti_box_keep(L, lua_gettop(L), 1);
  ent_index *index;
  ent_status status = ent_index_new(vocab, &index);
  if (status != ENT_OK) return enti_core_fail(L, status, NULL);
  box->object = index;
  return 1;
}

/* ---- adding ---- */

static const char *const layouts[] = {"plain", "markdown", "blocks", NULL};

/* Memory for a list of the source, owned by a userdata that stays on the stack; NULL for no list. */
static void *list_memory(lua_State *L, const char *name, size_t element, size_t *count) {
  lua_getfield(L, 2, name);
  *count = 0;
  if (lua_isnil(L, -1)) return NULL;
  if (!lua_istable(L, -1)) luaL_error(L, "%s must be a list of spans", name);
  *count = enti_lua_rawlen(L, -1);
  return lua_newuserdata(L, *count * element + 1);
}

static const ent_range *read_ranges(lua_State *L, const char *name, size_t *count) {
  ent_range *ranges = list_memory(L, name, sizeof *ranges, count);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    if (!lua_istable(L, -1)) luaL_error(L, "%s[%d] must be a span", name, (int)i + 1);
    ranges[i] = enti_core_get_span(L);
    lua_pop(L, 1);
  }
  return ranges;
}

static const ent_heading *read_headings(lua_State *L, size_t *count) {
  ent_heading *headings = list_memory(L, "headings", sizeof *headings, count);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    if (!lua_istable(L, -1)) luaL_error(L, "headings[%d] must be a span with a level", (int)i + 1);
    ent_range range = enti_core_get_span(L);
    lua_getfield(L, -1, "level");
    lua_Integer level = lua_tointeger(L, -1);
    if (level < 1 || level > 99) luaL_error(L, "headings[%d].level must be 1 to 99", (int)i + 1);
    headings[i].begin = range.begin;
    headings[i].end = range.end;
    headings[i].level = (uint32_t)level;
    lua_pop(L, 2);
  }
  return headings;
}

/* What the field `repairs` leaves out: nothing for nil and true, all for false; a table leaves out those that it
 * names with false. */
static unsigned read_unrepaired(lua_State *L) {
  static const char *const names[] = {"hyphens", "paragraphs", "furniture", "han_spaces", "ligatures", "soft_hyphens",
                                      "zero_width", "width", "sara_am", NULL}; /* in the order of ENT_REPAIR_… */
  unsigned unrepaired = 0;
  lua_getfield(L, 2, "repairs");
  if (!lua_istable(L, -1)) return lua_isnil(L, -1) || lua_toboolean(L, -1) ? 0 : ENT_REPAIR_ALL;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "repairs has named fields only");
    int number = enti_core_choice(L, lua_tostring(L, -2), "repair", names);
    if (!lua_toboolean(L, -1)) unrepaired |= 1u << number;
  }
  return unrepaired;
}

static void check_keys(lua_State *L) {
  static const char *const known[] = {"text", "layout", "repairs", "lang", "pages", "furniture", "headings", NULL};
  for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "a source has named fields only");
    (void)enti_core_choice(L, lua_tostring(L, -2), "field of a source", known);
  }
}

/* index:add{text=, layout="plain"|"markdown"|"blocks", repairs=true, lang=, pages={span…}, furniture={span…},
 * headings={span with level…}} -> document number, or nil, message, code. A span is {first=, last=}, bytes.
 * repairs: true (all), false (none), or {hyphens=, paragraphs=, furniture=, han_spaces=, ligatures=, soft_hyphens=,
 * zero_width=, width=, sara_am=}, in which false switches one off. */
static int index_add(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  ent_source source = {0};
  ent_error err = {0};
  uint32_t document;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  check_keys(L);
  lua_getfield(L, 2, "text");
  if (lua_type(L, -1) != LUA_TSTRING) return luaL_error(L, "text must be a string");
  source.text = lua_tolstring(L, -1, &source.length);
  lua_getfield(L, 2, "layout");
  if (!lua_isnil(L, -1)) source.layout = (ent_layout)enti_core_choice(L, luaL_checkstring(L, -1), "layout", layouts);
  source.unrepaired = read_unrepaired(L);
  lua_getfield(L, 2, "lang");
  source.lang = lua_isnil(L, -1) ? NULL : luaL_checkstring(L, -1);
  source.pages = read_ranges(L, "pages", &source.page_count);
  source.furniture = read_ranges(L, "furniture", &source.furniture_count);
  source.headings = read_headings(L, &source.heading_count);
  ent_status status = ent_index_add(index, &source, &document, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushinteger(L, (lua_Integer)document + 1);
  return 1;
}

/* index:clear(): takes all documents out; what was got of them stays as it is. */
static int index_clear(lua_State *L) {
  ent_index_clear(enti_box_check(L, 1, ENTI_INDEX_NAME));
  return 0;
}

/* ---- reading ---- */

static uint32_t check_document(lua_State *L, const ent_index *index, int arg) {
  lua_Integer number = luaL_checkinteger(L, arg);
  if (number < 1 || number > (lua_Integer)ent_index_count(index)) luaL_argerror(L, arg, "no such document");
  return (uint32_t)(number - 1);
}

/* index:count() -> how many documents it holds. */
static int index_count(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)ent_index_count(enti_box_check(L, 1, ENTI_INDEX_NAME)));
  return 1;
}

/* index:text(document) -> its text. */
static int index_text(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  size_t length;
  const char *text = ent_index_text(index, check_document(L, index, 2), &length);
  lua_pushlstring(L, text, length);
  return 1;
}

/* index:token_count(document) -> how many tokens it has. */
static int index_token_count(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  lua_pushinteger(L, (lua_Integer)ent_index_tokens(index, check_document(L, index, 2)));
  return 1;
}

/* index:token(document, number) -> first, last (bytes), its form, its folded form. */
static int index_token(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  uint32_t document = check_document(L, index, 2), fold;
  lua_Integer number = luaL_checkinteger(L, 3);
  size_t length;
  if (number < 1 || number > (lua_Integer)ent_index_tokens(index, document)) return luaL_argerror(L, 3, "no such token");
  ent_token token = ent_index_token(index, document, (uint32_t)(number - 1));
  ent_vocab *vocab = ent_index_vocab(index);
  ent_status status = ent_vocab_layer(vocab, token.type, ENT_FOLD, &fold);
  if (status != ENT_OK) return enti_core_fail(L, status, NULL);
  lua_pushinteger(L, (lua_Integer)token.begin + 1);
  lua_pushinteger(L, (lua_Integer)token.end);
  const char *bytes = ent_vocab_bytes(vocab, token.type, &length);
  lua_pushlstring(L, bytes, length);
  bytes = ent_vocab_bytes(vocab, fold, &length);
  lua_pushlstring(L, bytes, length);
  return 4;
}

/* index:parts(document, unit) -> list of {first=, last= (bytes), tokens= (how many), token= (the first one's
 * number)}; sections also level=, heading_first=, heading_last= where they have a heading, reference=;
 * paragraphs lang=, reference=. */
static int index_parts(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  uint32_t document = check_document(L, index, 2);
  int unit = enti_core_choice(L, luaL_checkstring(L, 3), "unit", enti_core_units);
  size_t count;
  const ent_part *parts = ent_index_parts(index, document, (ent_unit)unit, &count);
  lua_createtable(L, count < INT_MAX ? (int)count : INT_MAX, 0);
  for (size_t i = 0; i < count; i++) {
    const ent_part *part = &parts[i];
    lua_createtable(L, 0, 6);
    enti_core_set_span(L, "first", "last", part->begin, part->end);
    enti_core_set_integer(L, "token", (size_t)part->first + 1);
    enti_core_set_integer(L, "tokens", (uint32_t)(part->last + 1) - part->first);
    if (unit == ENT_SECTION) {
      enti_core_set_integer(L, "level", part->level);
      if (part->heading_end > part->heading_begin)
        enti_core_set_span(L, "heading_first", "heading_last", part->heading_begin, part->heading_end);
    }
    if (unit == ENT_PARAGRAPH && part->lang[0]) {
      lua_pushstring(L, part->lang);
      lua_setfield(L, -2, "lang");
    }
    if (unit == ENT_PARAGRAPH || unit == ENT_SECTION) {
      lua_pushboolean(L, part->reference);
      lua_setfield(L, -2, "reference");
    }
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

static const char *const edit_kinds[ENT_EDIT_KINDS] = {"joined", "guessed", "kept", "paragraph", "furniture", "han_space",
                                                      "ligature", "soft_hyphen", "zero_width", "width", "sara_am"};

/* index:edits(document) -> list of {first=, last=, kind=}, sorted: what tokens leave out or read otherwise. Kinds:
 * joined, guessed, kept (hyphens at line ends), paragraph, furniture, han_space, ligature, soft_hyphen, zero_width,
 * width, sara_am. */
static int index_edits(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  size_t count;
  const ent_edit *edits = ent_index_edits(index, check_document(L, index, 2), &count);
  lua_createtable(L, count < INT_MAX ? (int)count : INT_MAX, 0);
  for (size_t i = 0; i < count; i++) {
    lua_createtable(L, 0, 3);
    enti_core_set_span(L, "first", "last", edits[i].begin, edits[i].end);
    lua_pushstring(L, edit_kinds[edits[i].kind]);
    lua_setfield(L, -2, "kind");
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

/* index:damage(document) -> {KIND = how many edits of it … (all kinds of index:edits), examples = {KIND = span},
 * replaced = U+FFFD in the text, pages_without_text =, zawgyi = boolean}. */
static int index_damage(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  ent_damage damage = ent_index_damage(index, check_document(L, index, 2));
  lua_createtable(L, 0, ENT_EDIT_KINDS + 4);
  lua_newtable(L);
  for (int kind = 0; kind < ENT_EDIT_KINDS; kind++) {
    lua_pushinteger(L, (lua_Integer)damage.count[kind]);
    lua_setfield(L, -3, edit_kinds[kind]);
    if (damage.count[kind] == 0) continue;
    lua_createtable(L, 0, 2);
    enti_core_set_span(L, "first", "last", damage.example[kind].begin, damage.example[kind].end);
    lua_setfield(L, -2, edit_kinds[kind]);
  }
  lua_setfield(L, -2, "examples");
  enti_core_set_integer(L, "replaced", damage.replaced);
  enti_core_set_integer(L, "pages_without_text", damage.pages_without_text);
  lua_pushboolean(L, damage.zawgyi);
  lua_setfield(L, -2, "zawgyi");
  return 1;
}

/* ---- word spans ---- */

/* index:words(document, {first, last, first, last, …}) -> how many words the document now has, or nil, message,
 * code: the word spans of a segmenter, as bytes of the text, sorted, not overlapping. */
static int index_words(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  uint32_t document = check_document(L, index, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  size_t count = enti_lua_rawlen(L, 3) / 2;
  if (enti_lua_rawlen(L, 3) % 2 != 0 || count > INT_MAX / 2) return luaL_argerror(L, 3, "a list of first and last");
  ent_range *words = lua_newuserdata(L, count * sizeof *words + 1);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 3, (int)(2 * i + 1));
    lua_rawgeti(L, 3, (int)(2 * i + 2));
    words[i] = enti_core_pop_span(L);
  }
  ent_error err = {0};
  ent_status status = ent_index_words(index, document, words, count, &err);
  if (status != ENT_OK) return enti_core_fail(L, status, &err);
  lua_pushinteger(L, (lua_Integer)ent_index_word_count(index, document));
  return 1;
}

/* index:word_begins(document, token) -> whether a word begins with this token. */
static int index_word_begins(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  uint32_t document = check_document(L, index, 2);
  lua_Integer number = luaL_checkinteger(L, 3);
  if (number < 1 || number > (lua_Integer)ent_index_tokens(index, document)) return luaL_argerror(L, 3, "no such token");
  lua_pushboolean(L, ent_index_word_begins(index, document, (uint32_t)(number - 1)));
  return 1;
}

void enti_core_open_index(lua_State *L) {
  static const luaL_Reg vocab_methods[] = {
      {"count", vocab_count}, {"layer", vocab_layer}, {"fill", vocab_fill}, {NULL, NULL}};
  static const luaL_Reg index_methods[] = {
      {"add", index_add},     {"clear", index_clear}, {"count", index_count}, {"text", index_text},
      {"token_count", index_token_count}, {"token", index_token}, {"parts", index_parts},
      {"edits", index_edits}, {"damage", index_damage}, {"words", index_words}, {"word_begins", index_word_begins},
      {"close", index_release}, {NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"vocab", core_vocab}, {"index", core_index}, {"stemmers", core_stemmers}, {NULL, NULL}};
  enti_lua_class(L, ENTI_VOCAB_NAME, vocab_methods, vocab_release);
  enti_lua_class(L, ENTI_INDEX_NAME, index_methods, index_release);
  lua_pop(L, 2);
  enti_lua_add(L, functions);
}
