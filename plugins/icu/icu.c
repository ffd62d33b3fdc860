/* plugins/icu: the module entente.icu: ICU's words for scripts that are written without spaces.
 *
 * ICU has dictionaries for Han with Kana, Thai, Lao, Khmer and Burmese. Only runs of these scripts are shown to
 * it: they are copied as UTF-16 into one buffer, run after run, parted by line ends, each unit with the byte it
 * came from. Latin text is passed over and costs next to nothing.
 *
 *   text    in 中国 and 印度        buffer   中 国 \n 印 度 \n        origin   3 6 _ 14 17 _
 *
 * The buffer has one size whatever the text. A run that does not fit is broken as far as it goes, and what
 * follows the last word that stands well before the end is read again; a word that no buffer holds comes in
 * pieces. No other memory is taken here; the box closes the breaker. */
#include <lauxlib.h>
#include <lua.h>

#include <limits.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#define BREAKER_NAME "entente.icu.breaker"

enum {
  UNITS = 16384, /* of the buffer */
  MARGIN = 128   /* units at the end of a run that was cut: a word there may be cut, too */
};

typedef struct breaker {
  UBreakIterator *words;
  int32_t count; /* units in the buffer */
  UChar units[UNITS];
  int32_t origin[UNITS]; /* the byte of the text at which the unit's character begins */
} breaker;

typedef enum kind {
  OTHER,
  LETTER,   /* of a script that ICU has a dictionary for */
  WRAPS,    /* such a letter, behind which a line may end inside a word: Han and Kana */
  DIGIT,    /* of such a script: digits make words of their own */
  CONTINUES /* a mark: belongs to what stands before it */
} kind;

static kind kind_of(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  if (c < 0x300) return OTHER;
  if (c == 0x30FC) return CONTINUES; /* the sign that lengthens a Kana vowel */
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN: case USCRIPT_HIRAGANA: case USCRIPT_KATAKANA: return WRAPS;
    case USCRIPT_THAI: case USCRIPT_LAO: case USCRIPT_KHMER: case USCRIPT_MYANMAR:
      return u_charType(c) == U_DECIMAL_DIGIT_NUMBER ? DIGIT : LETTER;
    case USCRIPT_INHERITED: return CONTINUES;
    default: return OTHER;
  }
}

/* The character at *at, which moves behind it; negative for bytes that are not UTF-8. */
static UChar32 next_character(const char *text, int32_t *at, int32_t length) {
  const uint8_t *bytes = (const uint8_t *)text;
  int32_t i = *at;
  UChar32 c;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion" /* ICU's macro is not written for it */
  U8_NEXT(bytes, i, length, c);
#pragma GCC diagnostic pop
  *at = i;
  return c;
}

/* Where the next line begins, when blanks with one line end stand at `at`; else `at`. */
static int32_t behind_wrap(const char *text, int32_t at, int32_t length) {
  int32_t next = at, ends = 0;
  while (next < length && (text[next] == ' ' || text[next] == '\t' || text[next] == '\r' || text[next] == '\n'))
    ends += text[next++] == '\n';
  return ends == 1 ? next : at;
}

static void append(breaker *b, UChar32 c, int32_t origin) {
  if (U_IS_BMP(c)) {
    b->units[b->count] = (UChar)c;
  } else {
    b->units[b->count] = U16_LEAD(c);
    b->origin[b->count++] = origin;
    b->units[b->count] = U16_TRAIL(c);
  }
  b->origin[b->count++] = origin;
}

/* Fills the buffer with the runs of text[at …); returns where it stopped. *cut: inside a run. */
static int32_t fill(breaker *b, const char *text, int32_t at, int32_t length, int *cut) {
  kind run = OTHER; /* of the run that is being copied */
  b->count = 0;
  *cut = 0;
  while (at < length) {
    if (run == OTHER && (unsigned char)text[at] < 0x80) {
      at++;
      continue;
    }
    int32_t from = at;
    UChar32 c = next_character(text, &at, length);
    kind here = kind_of(c);
    if (here == CONTINUES) here = run;
    if (run != OTHER && (here == DIGIT) != (run == DIGIT)) { /* the run ends before this character */
      append(b, '\n', from);
    } else if (run != OTHER && here == OTHER) {
      int32_t next = run == WRAPS ? behind_wrap(text, from, length) : from;
      if (next > from) {
        at = next;
        continue;
      }
      append(b, '\n', from);
    }
    run = here;
    if (run == OTHER) continue;
    append(b, c, from);
    if (b->count > UNITS - 4) { /* a character and a line end must find room */
      *cut = 1;
      return at;
    }
  }
  return at;
}

/* Appends the words in the buffer to the list at the top of the stack, `*size` numbers long. Returns the byte
 * from which to go on: `next`, or, when a run was cut, where its last words begin. */
static int32_t give(lua_State *L, breaker *b, const char *text, int32_t next, int cut, lua_Integer *size) {
  UErrorCode status = U_ZERO_ERROR;
  ubrk_setText(b->words, b->units, b->count, &status);
  if (U_FAILURE(status)) luaL_error(L, "ICU: %s", u_errorName(status));
  int32_t begin = ubrk_first(b->words), end;
  while ((end = ubrk_next(b->words)) != UBRK_DONE) {
    if (cut && begin > 0 && end > b->count - MARGIN) return b->origin[begin];
    if (ubrk_getRuleStatus(b->words) >= UBRK_WORD_NONE_LIMIT) {
      int32_t last = b->origin[end - 1];
      lua_pushinteger(L, (lua_Integer)b->origin[begin] + 1);
      lua_rawseti(L, -2, ++*size);
      lua_pushinteger(L, (lua_Integer)last + 1 + U8_COUNT_TRAIL_BYTES((unsigned char)text[last]));
      lua_rawseti(L, -2, ++*size);
    }
    begin = end;
  }
  return next;
}

/* icu.words(text [, lang]) -> {first, last, first, last, …}: the words of the runs in scripts that ICU has a
 * dictionary for, as bytes of the text. lang is not read: the script says which dictionary it is. nil, message,
 * "limit" for a text of more than 2 GiB. Bytes that are not UTF-8 part runs. */
static int icu_words(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  breaker *b = lua_touserdata(L, lua_upvalueindex(1));
  if (length > INT32_MAX) {
    lua_pushnil(L);
    lua_pushliteral(L, "a text of more than 2 GiB; divide it");
    lua_pushliteral(L, "limit");
    return 3;
  }
  lua_newtable(L);
  lua_Integer size = 0;
  for (int32_t at = 0; at < (int32_t)length;) {
    int cut;
    at = fill(b, text, at, (int32_t)length, &cut);
    at = give(L, b, text, at, cut, &size);
  }
  return 1;
}

/* icu.version() -> the version of the ICU that is linked, "72.1". */
static int icu_version(lua_State *L) {
  UVersionInfo version;
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_getVersion(version);
  u_versionToString(version, text);
  lua_pushstring(L, text);
  return 1;
}

static int breaker_release(lua_State *L) {
  breaker *b = luaL_checkudata(L, 1, BREAKER_NAME);
  if (b->words) ubrk_close(b->words);
  b->words = NULL;
  return 0;
}

__attribute__((visibility("default"))) int luaopen_entente_icu(lua_State *L);

int luaopen_entente_icu(lua_State *L) {
  luaL_checkversion(L);
  lua_newtable(L);
  breaker *b = lua_newuserdata(L, sizeof *b);
  b->words = NULL;
  if (luaL_newmetatable(L, BREAKER_NAME)) {
    lua_pushcfunction(L, breaker_release);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  UErrorCode status = U_ZERO_ERROR;
  b->words = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
  if (U_FAILURE(status)) return luaL_error(L, "ICU has no word breaker: %s", u_errorName(status));
  lua_pushcclosure(L, icu_words, 1);
  lua_setfield(L, -2, "words");
  lua_pushcfunction(L, icu_version);
  lua_setfield(L, -2, "version");
  return 1;
}
