/* text/zawgyi: Burmese in the font encoding Zawgyi: is this some, and what does it say in Unicode?
 *
 * Zawgyi uses the code points of the Myanmar block in the order of what the eye sees, and several for one letter's
 * shapes. What never meets in well-formed Unicode, and always does in Zawgyi:
 *
 *   U+1031 (ေ) not behind a consonant or medial   Zawgyi stores it before its consonant
 *   U+1039 not before a consonant                 Zawgyi's visible killer; Unicode's virama stacks what follows
 *
 * Against it speak U+1031 behind its consonant where no other can follow, and U+103A before U+1037 or U+1038, which is
 * the killer in Unicode and a medial in Zawgyi. The letters of Shan, Mon and Karen, which Zawgyi uses for
 * stacked consonants, say nothing.
 *
 *   Zawgyi syllable   = { ေ | ra } base { stack | medial | vowel | killer | dot … }
 *   Unicode syllable  = [ kinzi ] base { stack } ya ra wa ha ေ upper lower aa anusvara dot killer visarga */
#include "base/string.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

enum { E = 0x1031, VIRAMA = 0x1039, KILLER = 0x103A, YA = 0x103B, RA = 0x103C, WA = 0x103D, HA = 0x103E };

/* Consonants and independent vowels of Burmese and of the languages that share its script. */
static bool is_letter(uint32_t c) {
  return enti_unicode_script(c) == ENTI_SCRIPT_MYANMAR && enti_unicode_category(c) == ENTI_CATEGORY_LO;
}

static bool is_medial(uint32_t c) { return (c >= YA && c <= HA) || (c >= 0x105E && c <= 0x1060) || c == 0x1082; }

/* ---- signs ---- */

ent_zawgyi ent_zawgyi_signs(const char *text, size_t length) {
  ent_zawgyi signs = {0, 0};
  uint32_t before = 0, c = 0, behind;
  if (ent_utf8_valid(text, length) != length) return signs;
  for (size_t at = 0; at < length;) {
    const char *found = memchr(text + at, 0xE1, length - at); /* the first byte of the whole block */
    if (!found) break;
    if (found > text + at) before = 0;
    at = (size_t)(found - text);
    at = enti_utf8_next(text, at, &c);
    behind = at < length ? enti_utf8_at(text, at) : 0;
    if (behind >= 0xFE00 && behind <= 0xFE0F) { /* a variation selector belongs to its letter */
      at = enti_utf8_next(text, at, &behind);
      behind = at < length ? enti_utf8_at(text, at) : 0;
    }
    if (c == E && !is_letter(before) && !is_medial(before) && before != VIRAMA) signs.zawgyi++;
    else if (c == E && (is_letter(before) || is_medial(before)) && !is_letter(behind) && !is_medial(behind)) signs.unicode++;
    else if (c == VIRAMA && !is_letter(behind)) signs.zawgyi++;
    else if (c == KILLER && (behind == 0x1037 || behind == 0x1038)) signs.unicode++;
    before = c;
  }
  return signs;
}

bool ent_zawgyi_probable(ent_zawgyi signs) { return signs.zawgyi >= 5 && signs.zawgyi / 4 >= signs.unicode; }

/* ---- conversion ---- */

/* What one of Zawgyi's code points is, where that is not the same code point: at most four of Unicode. A 0 stands
 * behind the last one. */
typedef struct rule {
  uint32_t from, to[4];
} rule;

static const rule rules[] = {
    {0x1033, {0x102F}}, {0x1034, {0x1030}}, {0x1039, {KILLER}}, {0x103A, {YA}}, {0x103B, {RA}}, {0x103C, {WA}},
    {0x103D, {HA}}, {0x104E, {0x104E, 0x1004, KILLER, 0x1038}}, {0x105A, {0x102B, KILLER}},
    {0x1060, {VIRAMA, 0x1000}}, {0x1061, {VIRAMA, 0x1001}}, {0x1062, {VIRAMA, 0x1002}}, {0x1063, {VIRAMA, 0x1003}},
    {0x1064, {0x1004, KILLER, VIRAMA}}, {0x1065, {VIRAMA, 0x1005}}, {0x1066, {VIRAMA, 0x1006}}, {0x1067, {VIRAMA, 0x1006}},
    {0x1068, {VIRAMA, 0x1007}}, {0x1069, {VIRAMA, 0x1008}}, {0x106A, {0x1009}}, {0x106B, {0x100A}},
    {0x106C, {VIRAMA, 0x100B}}, {0x106D, {VIRAMA, 0x100C}}, {0x106E, {0x100D, VIRAMA, 0x100D}},
    {0x106F, {0x100D, VIRAMA, 0x100E}}, {0x1070, {VIRAMA, 0x100F}}, {0x1071, {VIRAMA, 0x1010}}, {0x1072, {VIRAMA, 0x1010}},
    {0x1073, {VIRAMA, 0x1011}}, {0x1074, {VIRAMA, 0x1011}}, {0x1075, {VIRAMA, 0x1012}}, {0x1076, {VIRAMA, 0x1013}},
    {0x1077, {VIRAMA, 0x1014}}, {0x1078, {VIRAMA, 0x1015}}, {0x1079, {VIRAMA, 0x1016}}, {0x107A, {VIRAMA, 0x1017}},
    {0x107B, {VIRAMA, 0x1018}}, {0x107C, {VIRAMA, 0x1019}}, {0x107D, {YA}}, {0x107E, {RA}}, {0x107F, {RA}}, {0x1080, {RA}},
    {0x1081, {RA}}, {0x1082, {RA}}, {0x1083, {RA}}, {0x1084, {RA}}, {0x1085, {VIRAMA, 0x101C}}, {0x1086, {0x103F}},
    {0x1087, {HA}}, {0x1088, {HA, 0x102F}}, {0x1089, {HA, 0x1030}}, {0x108A, {WA, HA}},
    {0x108B, {0x1004, KILLER, VIRAMA, 0x102D}}, {0x108C, {0x1004, KILLER, VIRAMA, 0x102E}},
    {0x108D, {0x1004, KILLER, VIRAMA, 0x1036}}, {0x108E, {0x102D, 0x1036}}, {0x108F, {0x1014}}, {0x1090, {0x101B}},
    {0x1091, {0x100F, VIRAMA, 0x100D}}, {0x1092, {0x100B, VIRAMA, 0x100C}}, {0x1093, {VIRAMA, 0x1018}}, {0x1094, {0x1037}},
    {0x1095, {0x1037}}, {0x1096, {VIRAMA, 0x1010, WA}}, {0x1097, {0x100B, VIRAMA, 0x100B}}};

static void meaning(uint32_t c, uint32_t to[4]) {
  memset(to, 0, 4 * sizeof *to);
  to[0] = c;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (rules[i].from == c) memcpy(to, rules[i].to, sizeof rules[i].to);
}

/* The places of a syllable, in Unicode's order. */
enum { KINZI, BASE, STACK, AT_YA, AT_RA, AT_WA, AT_HA, AT_E, UPPER, LOWER, AA, ANUSVARA, DOT, KILL, VISARGA, PLACES, NO_PLACE };
enum { ROOM = 8 }; /* code points that a place holds; a longer run begins a syllable of its own */

typedef struct syllable {
  uint32_t at[PLACES][ROOM];
  size_t count[PLACES];
  bool based;
} syllable;

static unsigned place_of(uint32_t c) {
  switch (c) {
    case YA: return AT_YA;
    case RA: return AT_RA;
    case WA: return AT_WA;
    case HA: return AT_HA;
    case E: return AT_E;
    case 0x102D: case 0x102E: case 0x1032: return UPPER;
    case 0x102F: case 0x1030: return LOWER;
    case 0x102B: case 0x102C: return AA;
    case 0x1036: return ANUSVARA;
    case 0x1037: return DOT;
    case KILLER: return KILL;
    case 0x1038: return VISARGA;
    default: return NO_PLACE;
  }
}

static void put(syllable *s, unsigned place, uint32_t c) { s->at[place][s->count[place]++] = c; }

/* Whether some place has no room for what one code point can mean. */
static bool is_full(const syllable *s) {
  for (unsigned place = 0; place < PLACES; place++)
    if (s->count[place] + 4 > ROOM) return true;
  return false;
}

static ent_status write_code(const ent_alloc *alloc, enti_bytes *out, uint32_t c) {
  char bytes[4];
  return enti_bytes_add(alloc, out, bytes, enti_utf8_put(bytes, c));
}

static ent_status write_out(const ent_alloc *alloc, enti_bytes *out, syllable *s) {
  uint32_t *base = s->at[BASE];
  if (s->count[BASE] && base[0] == 0x1025 && s->count[UPPER] && s->at[UPPER][0] == 0x102E) { /* ဥ ီ is ဦ */
    base[0] = 0x1026;
    s->count[UPPER] = 0;
  }
  if (s->count[BASE] && base[0] == 0x1025 && s->count[KILL]) base[0] = 0x1009; /* ဥ killed is ဉ */
  ent_status status = ENT_OK;
  for (unsigned place = 0; place < PLACES; place++)
    for (size_t i = 0; i < s->count[place] && status == ENT_OK; i++) status = write_code(alloc, out, s->at[place][i]);
  memset(s, 0, sizeof *s);
  return status;
}

/* Adds what a Zawgyi sign or letter means; a letter is a base, or what a stack begins. */
static void add_meaning(syllable *s, const uint32_t to[4]) {
  bool kinzi = to[0] == 0x1004 && to[1] == KILLER && to[2] == VIRAMA;
  size_t i = 0;
  if (kinzi)
    for (; i < 3; i++) put(s, KINZI, to[i]);
  for (; i < 4 && to[i]; i++) {
    unsigned place = place_of(to[i]);
    if (place != NO_PLACE) put(s, place, to[i]);
    else if (to[i] == VIRAMA && i + 1 < 4 && s->based) {
      put(s, STACK, to[i]);
      put(s, STACK, to[++i]);
    } else {
      put(s, BASE, to[i]);
      s->based = true;
    }
  }
}

static bool is_digit(uint32_t c) { return c >= 0x1040 && c <= 0x1049; }

/* Digits that stand for the letters they look like: ၀ for ဝ and ၇ for ရ where a sign of a letter is about them, ၀ also
 * where it begins a word. */
static uint32_t letter_of_digit(uint32_t c, uint32_t before, uint32_t behind) {
  uint32_t to[4];
  if (c != 0x1040 && c != 0x1047) return c;
  meaning(behind, to);
  bool sign = (place_of(to[0]) < PLACES && place_of(to[0]) != AT_E && place_of(to[0]) != AT_RA) || behind == 0x1064;
  meaning(before, to);
  if (c == 0x1040 && !is_digit(before) && is_letter(behind)) sign = true;
  if (!sign && to[0] != E && to[0] != RA) return c;
  return c == 0x1040 ? 0x101D : 0x101B;
}

static bool is_zawgyi(uint32_t c) { return (c >= 0x1000 && c <= 0x103F) || c == 0x104E || (c >= 0x105A && c <= 0x1097); }

static ent_status convert(const ent_alloc *alloc, const char *text, size_t length, enti_bytes *out) {
  syllable s = {0};
  uint32_t before = 0, c;
  ent_status status = ENT_OK;
  for (size_t at = 0, next; at < length && status == ENT_OK; at = next, before = c) {
    next = enti_utf8_next(text, at, &c);
    uint32_t to[4], letter = letter_of_digit(c, before, next < length ? enti_utf8_at(text, next) : 0);
    meaning(letter, to);
    bool starts = !is_zawgyi(letter) || to[0] == E || to[0] == RA || (place_of(to[0]) == NO_PLACE && to[0] != VIRAMA && to[2] != VIRAMA);
    bool ahead = !s.based && (s.count[AT_E] || s.count[AT_RA]); /* ေ and ra wait for their base */
    if (is_full(&s) || (starts && !(ahead && is_zawgyi(letter)))) status = write_out(alloc, out, &s);
    if (status != ENT_OK) return status;
    if (is_zawgyi(letter)) {
      add_meaning(&s, to);
    } else {
      status = write_out(alloc, out, &s);
      if (status == ENT_OK) status = enti_bytes_add(alloc, out, text + at, next - at);
    }
  }
  return status == ENT_OK ? write_out(alloc, out, &s) : status;
}

ent_status ent_zawgyi_convert(const ent_alloc *alloc, const char *text, size_t length, ent_string **out) {
  enti_bytes bytes = {0};
  alloc = enti_alloc_or_default(alloc);
  if (ent_utf8_valid(text, length) != length) return ENT_ERR_UTF8;
  ent_status status = convert(alloc, text, length, &bytes);
  if (status == ENT_OK) status = enti_string_new(alloc, bytes.at, bytes.count, out);
  enti_array_free(alloc, &bytes);
  return status;
}
