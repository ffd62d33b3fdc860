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

/* index:add{text=, layout="plain"|"markdown"|"blocks", repairs=true, lang=, pages={span…}, furniture={span…},
 * headings={span with level…}, tokens=, annotations=, sentences=, paragraphs=, spans=} -> document number, or nil,
 * message, code. A span is {first=, last=}, bytes.
 * repairs: true (all), false (none), or {hyphens=, paragraphs=, furniture=, han_spaces=, ligatures=, soft_hyphens=,
 * zero_width=, width=, sara_am=}, in which false switches one off.
 * tokens, sentences, paragraphs: {first, last, first, last, …}, given instead of found. annotations: {name = list with
 * a string, or false, for each token}. spans: {span with name and attributes…}, the
 * latter lines of key=value or nil. */
static int index_add(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  ent_source source;
  ent_error err = {0};
  uint32_t document;
  lua_settop(L, 2);
  enti_core_read_source(L, 2, &source);
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

static ent_token check_token(lua_State *L, const ent_index *index, uint32_t document, int arg) {
  lua_Integer number = luaL_checkinteger(L, arg);
  if (number < 1 || number > (lua_Integer)ent_index_tokens(index, document)) luaL_argerror(L, arg, "no such token");
  return ent_index_token(index, document, (uint32_t)(number - 1));
}

/* index:annotations(document, number) -> {name = value}: what a given token came with. */
static int index_annotations(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  ent_token token = check_token(L, index, check_document(L, index, 2), 3);
  ent_annotation annotation;
  lua_newtable(L);
  for (uint32_t i = 0; ent_vocab_annotation(ent_index_vocab(index), token.type, i, &annotation); i++) {
    lua_pushlstring(L, annotation.name, annotation.name_length);
    lua_pushlstring(L, annotation.value, annotation.value_length);
    lua_rawset(L, -3);
  }
  return 1;
}

/* index:token(document, number) -> first, last (bytes), its form, its folded form. */
static int index_token(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  uint32_t document = check_document(L, index, 2), fold;
  size_t length;
  ent_token token = check_token(L, index, document, 3);
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

/* index:spans(document) -> list of {name=, first=, last=, attributes= (lines of key=value, or nil)}, as given. */
static int index_spans(lua_State *L) {
  ent_index *index = enti_box_check(L, 1, ENTI_INDEX_NAME);
  size_t count;
  const ent_span *spans = ent_index_spans(index, check_document(L, index, 2), &count);
  lua_createtable(L, count < INT_MAX ? (int)count : INT_MAX, 0);
  for (size_t i = 0; i < count; i++) {
    lua_createtable(L, 0, 4);
    enti_core_set_span(L, "first", "last", spans[i].begin, spans[i].end);
    lua_pushstring(L, spans[i].name);
    lua_setfield(L, -2, "name");
    if (spans[i].attributes[0]) {
      lua_pushstring(L, spans[i].attributes);
      lua_setfield(L, -2, "attributes");
    }
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

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
  size_t count;
  const ent_range *words = enti_core_read_pairs(L, 3, "words", &count);
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
  (void)check_token(L, index, document, 3);
  lua_pushboolean(L, ent_index_word_begins(index, document, (uint32_t)(lua_tointeger(L, 3) - 1)));
  return 1;
}

void enti_core_open_index(lua_State *L) {
  static const luaL_Reg vocab_methods[] = {
      {"count", vocab_count}, {"layer", vocab_layer}, {"fill", vocab_fill}, {NULL, NULL}};
  static const luaL_Reg index_methods[] = {
      {"add", index_add},     {"clear", index_clear}, {"count", index_count}, {"text", index_text},
      {"token_count", index_token_count}, {"token", index_token}, {"annotations", index_annotations}, {"parts", index_parts}, {"spans", index_spans},
      {"edits", index_edits}, {"damage", index_damage}, {"words", index_words}, {"word_begins", index_word_begins},
      {"close", index_release}, {NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"vocab", core_vocab}, {"index", core_index}, {"stemmers", core_stemmers}, {NULL, NULL}};
  enti_lua_class(L, ENTI_VOCAB_NAME, vocab_methods, vocab_release);
  enti_lua_class(L, ENTI_INDEX_NAME, index_methods, index_release);
  lua_pop(L, 2);
  enti_lua_add(L, functions);
}
