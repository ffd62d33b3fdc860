/* token/abbreviation: words that bear a stop.
 *
 *   never     "Dr.", "cf.", "PGS.": no sentence ends there
 *   number    "No. 5", "hlm. 12", "Jan. 3", "Art. IV": none ends there before a number
 *   soft      "Ltd.", "et al.", and letters with stops inside ("U.S.", "Ph.D.", "M.Si."): a sentence ends there
 *             only before a word that often begins one
 *   initials  one capital letter, in any script that has capitals: as soft
 *   numbers   at the sentence's head, alone or behind one word: "2. The gap", "Table 1. Trade", "Bab II. Tinjauan"
 *   Thai, Lao a stop is written behind short words only: "พ.ศ.", "ดร."
 *
 * What is not here ends a sentence before a capital: "etc.", "dll.", "v.v.". */
#include "token/abbreviation.h"

#include "base/word_list.h"
#include "text/ucd.h"
#include "text/utf8.h"

enum { NEVER = 1, NUMBER, SOFT, STARTER };

enum { LONGEST = 6 }; /* letters of an abbreviation */

/* Sorted. */
static const enti_word entries[] = {
    {"adm", NEVER}, {"al", SOFT}, {"amb", NEVER}, {"approx", NEVER}, {"apr", NUMBER}, {"art", NUMBER},
    {"arts", NUMBER}, {"assoc", NEVER}, {"asst", NEVER}, {"aug", NUMBER}, {"ave", SOFT}, {"bb", NEVER},
    {"bhd", SOFT}, {"bil", NUMBER}, {"bp", NEVER}, {"brig", NEVER}, {"bros", SOFT}, {"c", NUMBER}, {"ca", NEVER},
    {"capt", NEVER}, {"cf", NEVER}, {"ch", NUMBER}, {"chap", NUMBER}, {"cit", NEVER}, {"co", SOFT}, {"col", NEVER},
    {"corp", SOFT}, {"dec", NUMBER}, {"dept", NEVER}, {"dkk", SOFT}, {"dr", NEVER}, {"dra", NEVER}, {"drs", NEVER},
    {"ed", NEVER}, {"eds", NEVER}, {"eq", NUMBER}, {"eqs", NUMBER}, {"feb", NUMBER}, {"fig", NUMBER},
    {"figs", NUMBER}, {"ft", NEVER}, {"g", NEVER}, {"gb", NUMBER}, {"gen", NEVER}, {"gng", NEVER}, {"gov", NEVER},
    {"gs", NEVER}, {"h", NUMBER}, {"hal", NUMBER}, {"hj", NEVER}, {"hlm", NUMBER}, {"hon", NEVER}, {"ibid", NUMBER},
    {"inc", SOFT}, {"ir", NEVER}, {"jan", NUMBER}, {"jl", NEVER}, {"jln", NEVER}, {"jr", SOFT}, {"jul", NUMBER},
    {"jun", NUMBER}, {"kab", NEVER}, {"kec", NEVER}, {"kgg", NEVER}, {"kol", NEVER}, {"lt", NEVER}, {"ltd", SOFT},
    {"maj", NEVER}, {"mar", NUMBER}, {"messrs", NEVER}, {"mr", NEVER}, {"mrs", NEVER}, {"ms", NEVER}, {"mt", NEVER},
    {"n", NUMBER}, {"nn", NEVER}, {"no", NUMBER}, {"nos", NUMBER}, {"nov", NUMBER}, {"nxb", NEVER}, {"ny", NEVER},
    {"oct", NUMBER}, {"op", NEVER}, {"p", NUMBER}, {"para", NUMBER}, {"paras", NUMBER}, {"pgs", NEVER},
    {"plc", SOFT}, {"pn", NEVER}, {"pp", NUMBER}, {"pres", NEVER}, {"prof", NEVER}, {"pt", NUMBER}, {"pte", SOFT},
    {"rep", NEVER}, {"reps", NEVER}, {"rev", NEVER}, {"rp", NUMBER}, {"sdn", SOFT}, {"sdr", NEVER}, {"sec", NUMBER},
    {"sect", NUMBER}, {"sen", NEVER}, {"sens", NEVER}, {"sep", NUMBER}, {"sept", NUMBER}, {"sgt", NEVER},
    {"sr", SOFT}, {"st", NEVER}, {"supt", NEVER}, {"tab", NUMBER}, {"tbk", SOFT}, {"tel", NUMBER}, {"tgl", NUMBER},
    {"ths", NEVER}, {"tn", NEVER}, {"tp", NEVER}, {"tr", NUMBER}, {"trans", NEVER}, {"ts", NEVER}, {"univ", NEVER},
    {"v", NEVER}, {"viz", NEVER}, {"vol", NUMBER}, {"vols", NUMBER}, {"vs", NEVER}, {"yth", NEVER}};

/* Words that begin a sentence more often than they go on behind a stop (the U.S. The …). Sorted. */
static const enti_word starters[] = {
    {"a", STARTER}, {"after", STARTER}, {"all", STARTER}, {"although", STARTER}, {"an", STARTER}, {"and", STARTER},
    {"as", STARTER}, {"asean", STARTER}, {"at", STARTER}, {"because", STARTER}, {"beijing", STARTER}, {"both", STARTER},
    {"but", STARTER}, {"by", STARTER}, {"china", STARTER}, {"dalam", STARTER}, {"during", STARTER}, {"for", STARTER},
    {"from", STARTER}, {"he", STARTER}, {"his", STARTER}, {"however", STARTER}, {"if", STARTER}, {"in", STARTER},
    {"ini", STARTER}, {"it", STARTER}, {"its", STARTER}, {"moreover", STARTER}, {"namun", STARTER}, {"on", STARTER},
    {"our", STARTER}, {"pada", STARTER}, {"sejak", STARTER}, {"she", STARTER}, {"since", STARTER}, {"so", STARTER}, {"some", STARTER},
    {"such", STARTER}, {"that", STARTER}, {"the", STARTER}, {"their", STARTER}, {"there", STARTER}, {"therefore", STARTER},
    {"these", STARTER}, {"they", STARTER}, {"this", STARTER}, {"those", STARTER}, {"thus", STARTER}, {"to", STARTER},
    {"today", STARTER}, {"we", STARTER}, {"what", STARTER}, {"when", STARTER}, {"while", STARTER}, {"with", STARTER}};

static bool letter(char c) { return (unsigned char)((c | 0x20) - 'a') < 26; }
static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool numeral(char c) { return c == 'I' || c == 'V' || c == 'X' || c == 'L'; }

static bool starter_at(const char *text, size_t at, size_t end) {
  size_t to = at;
  while (to < end && letter(text[to])) to++;
  return enti_word_kind(starters, sizeof starters / sizeof *starters, text + at, to - at, true) != 0;
}

/* Whether a number, Roman ones included, stands at `at`. */
static bool number_at(const char *text, size_t at, size_t end) {
  if (at < end && digit(text[at])) return true;
  size_t to = at;
  while (to < end && numeral(text[to])) to++;
  return to > at && (to == end || (!letter(text[to]) && (unsigned char)text[to] < 0x80));
}

/* [word, stop) is letters with stops inside: parts of at most three letters, the first of at most two. */
static bool dotted(const char *text, size_t word, size_t stop) {
  size_t part = 0, parts = 0;
  if (stop - word > 16) return false;
  for (size_t i = word; i < stop; i++) {
    if (letter(text[i])) {
      if (++part > (parts == 0 ? 2 : 3)) return false;
    } else if (text[i] != '.' || part == 0) {
      return false;
    } else {
      part = 0;
      parts++;
    }
  }
  return part > 0 && parts > 0;
}

static bool is(const char *text, size_t begin, size_t end, const char *word) {
  size_t length = strlen(word);
  if (end - begin != length) return false;
  for (size_t i = 0; i < length; i++)
    if ((letter(text[begin + i]) ? text[begin + i] | 0x20 : text[begin + i]) != word[i]) return false;
  return true;
}

/* A number of up to three digits or Roman ones, at the sentence's head or behind its first word. */
static bool heads(const char *text, size_t head, size_t word, size_t stop) {
  size_t roman = 0, digits = 0, length = stop - word;
  if (word != head && length > 3) return false;
  for (size_t i = word; i < stop; i++) {
    roman += numeral(text[i]);
    digits += digit(text[i]) || text[i] == '.';
  }
  if (word == head) return roman == length || digits == length;
  if ((roman != length && digits != length) || text[word - 1] != ' ' || word - head > 24) return false;
  for (size_t i = head; i + 1 < word; i++)
    if (text[i] == ' ') return false;
  return true;
}

static size_t back_one(const char *text, size_t head, size_t at) {
  if (at > head) at--;
  while (at > head && ((unsigned char)text[at] & 0xC0) == 0x80) at--;
  return at;
}

/* A word of another script than Latin's ASCII letters before the stop. */
static bool other_script(const char *text, size_t head, size_t stop) {
  size_t at = back_one(text, head, stop);
  uint32_t c = enti_utf8_at(text, at), record = enti_unicode_record(c);
  unsigned script = enti_record_script(record);
  if (enti_record_category(record) == ENTI_CATEGORY_LU) {
    char before = at > head ? text[at - 1] : ' ';
    return before == ' ' || before == '.' || before == '\n';
  }
  if (script != ENTI_SCRIPT_THAI && script != ENTI_SCRIPT_LAO) return false;
  for (int letters = 1; letters <= 4; letters++) { /* marks above and below are no letters */
    while (at > head && !enti_ucd_is_letter(enti_utf8_at(text, at))) at = back_one(text, head, at);
    if (at == head) return true;
    at = back_one(text, head, at);
    c = enti_utf8_at(text, at);
    if (c < 0x80) return true;
  }
  return false;
}

bool enti_abbreviates(const char *text, size_t head, size_t stop, size_t next, size_t end) {
  size_t word = stop, last = stop;
  if (stop == head) return false;
  if ((unsigned char)text[stop - 1] >= 0x80) return other_script(text, head, stop);
  while (word > head && (letter(text[word - 1]) || digit(text[word - 1]) || text[word - 1] == '.')) word--;
  if (word == stop) return text[stop - 1] == ']' && stop - head >= 2 && letter(text[stop - 2]); /* [J]. */
  if (word > head && (unsigned char)text[word - 1] >= 0x80 && stop - word > 1) return false;
  if (heads(text, head, word, stop)) return true;
  while (last > word && text[last - 1] != '.') last--;
  if (last > word) { /* letters with stops inside */
    if (is(text, word, stop, "e.g") || is(text, word, stop, "i.e") || is(text, word, stop, "a.l")) return true;
    if (is(text, word, stop, "v.v")) return false;
    if (is(text, word, stop, "m.s")) return number_at(text, next, end);
  }
  size_t length = stop - last;
  unsigned kind = length <= LONGEST ? enti_word_kind(entries, sizeof entries / sizeof *entries, text + last, length, true) : 0;
  if (kind == NEVER) return true;
  if (kind == NUMBER && number_at(text, next, end)) return true;
  bool initial = stop - word == 1 && text[word] >= 'A' && text[word] <= 'Z';
  if (kind == SOFT || initial || dotted(text, word, stop)) return !starter_at(text, next, end);
  return false;
}
