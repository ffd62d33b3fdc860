/* conformance [UNICODE_FOLDER]: the library against the files of the Unicode Character Database.
 *
 * Prints one line a file, `NAME passed/total`, and exits with 1 when any is below its total or a file
 * cannot be read. Files that end in .bz2 go through bzip2. Public functions where there are any; the
 * folding of single code points is asked from text/ucd.h. */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "text/fold.h"
#include "text/ucd.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

enum { LONGEST_LINE = 4096, LAST = 0x10FFFF };

static const char *folder = "/usr/share/unicode";
static bool all_passed = true;

static void report(const char *name, size_t passed, size_t total) {
  printf("%s %zu/%zu\n", name, passed, total);
  if (passed != total || total == 0) all_passed = false;
}

/* What a line test failed on, for whoever has to look; on standard error, the first few only. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
static void complain(const char *format, ...) {
  static int complaints;
  va_list args;
  if (complaints++ >= 20) return;
  va_start(args, format);
  (void)vfprintf(stderr, format, args);
  va_end(args);
}

/* ---- reading ------------------------------------------------------------------------------ */

typedef void visit(void *user, const char *line);

static bool each_line(const char *name, visit *see, void *user) {
  char path[1024], command[1100], line[LONGEST_LINE];
  bool piped = false;
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (!file && !strchr(path, '\'')) {
    (void)snprintf(command, sizeof command, "bzip2 -dc '%s.bz2'", path);
    file = popen(command, "r");
    piped = true;
  }
  size_t lines = 0;
  while (file && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\r\n")] = '\0';
    see(user, line);
    lines++;
  }
  bool fine = file && !ferror(file);
  if (file) fine = (piped ? pclose(file) : fclose(file)) == 0 && fine;
  if (!fine || lines == 0) {
    (void)fprintf(stderr, "conformance: cannot read %s\n", path);
    all_passed = false;
  }
  return fine;
}

typedef struct string {
  char bytes[1024];
  size_t length;
} string;

/* Code points in hexadecimal up to `end`, or to the end of the line; returns what stands behind. */
static const char *read_points(const char *at, char end, string *out) {
  out->length = 0;
  for (;;) {
    while (*at == ' ' || *at == '\t') at++;
    if (*at == '\0' || *at == end) break;
    char *behind;
    unsigned long cp = strtoul(at, &behind, 16);
    if (behind == at || out->length + 4 > sizeof out->bytes) break;
    out->length += enti_utf8_put(out->bytes + out->length, (uint32_t)cp);
    at = behind;
  }
  return *at == end ? at + 1 : at;
}

static bool same(const string *a, const char *bytes, size_t length) {
  return a->length == length && memcmp(a->bytes, bytes, length) == 0;
}

/* ---- normal forms ------------------------------------------------------------------------- */

typedef struct normalization {
  size_t passed, total;
  bool part1;
  unsigned char *listed; /* a byte a code point: the first column of Part1 */
  enti_bytes scratch;
} normalization;

/* Through both doors: with a map, and for words. */
static bool becomes(normalization *test, ent_form form, const string *from, const string *to) {
  ent_normal *normal = NULL;
  if (ent_normalize(NULL, form, from->bytes, from->length, &normal, NULL) != ENT_OK) return false;
  size_t length;
  const char *bytes = ent_normal_bytes(normal, &length);
  bool right = same(to, bytes, length);
  ent_normal_free(normal);
  test->scratch.count = 0;
  return enti_text_fold(NULL, form, from->bytes, from->length, &test->scratch) == ENT_OK && right &&
         same(to, test->scratch.at, test->scratch.count);
}

/* c2 == NFC(c1) == NFC(c2) == NFC(c3), c4 == NFC(c4) == NFC(c5), and so on: 20 equalities. */
static void normalization_line(void *user, const char *line) {
  static const struct {
    ent_form form;
    int low, high; /* what the columns 1 … 3 and 4 … 5 become */
  } expected[] = {{ENT_NFC, 2, 4}, {ENT_NFD, 3, 5}, {ENT_NFKC, 4, 4}, {ENT_NFKD, 5, 5}};
  normalization *test = user;
  string column[6];
  if (line[0] == '@') test->part1 = strncmp(line, "@Part1", 6) == 0;
  if (line[0] == '#' || line[0] == '@' || line[0] == '\0') return;
  const char *at = line;
  for (int i = 1; i <= 5; i++) at = read_points(at, ';', &column[i]);
  if (test->part1) test->listed[enti_utf8_at(column[1].bytes, 0)] = 1;
  int equal = 0;
  for (size_t f = 0; f < 4; f++)
    for (int i = 1; i <= 5; i++)
      equal += becomes(test, expected[f].form, &column[i],
                       &column[i <= 3 ? expected[f].low : expected[f].high]);
  test->total++;
  if (equal == 20) test->passed++;
  else complain("NormalizationTest: %d of 20 in %s\n", equal, line);
}

static bool stays(normalization *test, uint32_t cp) {
  static const ent_form forms[] = {ENT_NFC, ENT_NFD, ENT_NFKC, ENT_NFKD};
  string itself;
  itself.length = enti_utf8_put(itself.bytes, cp);
  for (size_t f = 0; f < 4; f++)
    if (!becomes(test, forms[f], &itself, &itself)) return false;
  return true;
}

static void test_normalization(void) {
  normalization test = {.listed = calloc(LAST + 1, 1)};
  if (!test.listed) exit(1);
  each_line("NormalizationTest.txt", normalization_line, &test);
  report("NormalizationTest", test.passed, test.total);
  size_t passed = 0, total = 0;
  for (uint32_t cp = 0; cp <= LAST; cp++) {
    if (test.listed[cp] || (cp >= 0xD800 && cp <= 0xDFFF)) continue;
    total++;
    if (stays(&test, cp)) passed++;
    else complain("NormalizationTest-unlisted: U+%04X changes\n", (unsigned)cp);
  }
  report("NormalizationTest-unlisted", passed, total);
  enti_array_free(&enti_alloc_default, &test.scratch);
  free(test.listed);
}

/* ---- boundaries --------------------------------------------------------------------------- */

typedef size_t next_boundary(const char *text, size_t length, size_t at);

typedef struct breaking {
  const char *name;
  next_boundary *next;
  size_t passed, total;
} breaking;

/* `÷ 0061 × 0308 ÷ 0062 ÷ # …`: the right boundaries, all of them, in order. */
static void break_line(void *user, const char *line) {
  breaking *test = user;
  size_t wanted[256], count = 0, length = 0;
  char text[1024];
  for (const char *at = line; *at != '\0' && *at != '#';) {
    if (strncmp(at, "\xC3\xB7", 2) == 0) { /* ÷ */
      if (count < 256) wanted[count++] = length;
      at += 2;
    } else if (strchr("0123456789ABCDEF", *at) && length + 4 <= sizeof text) {
      char *behind;
      length += enti_utf8_put(text + length, (uint32_t)strtoul(at, &behind, 16));
      at = behind;
    } else {
      at++;
    }
  }
  if (count == 0) return;
  bool right = wanted[0] == 0;
  size_t at = 0;
  for (size_t i = 1; i < count && right; i++) right = (at = test->next(text, length, at)) == wanted[i];
  right = right && at == length;
  test->total++;
  if (right) test->passed++;
  else complain("%s: %s\n", test->name, line);
}

static void test_breaks(const char *name, next_boundary *next) {
  breaking test = {name, next, 0, 0};
  char path[128];
  (void)snprintf(path, sizeof path, "auxiliary/%s.txt", name);
  each_line(path, break_line, &test);
  report(name, test.passed, test.total);
}

/* ---- folding ------------------------------------------------------------------------------ */

typedef struct folding {
  size_t passed, total;
  unsigned char *listed;
} folding;

static bool folds_to(uint32_t cp, const string *wanted, size_t fold(uint32_t, uint32_t *)) {
  uint32_t cps[ENTI_UCD_LONGEST];
  size_t count = fold(cp, cps), at = 0;
  for (size_t i = 0; i < count; i++) {
    if (at == wanted->length) return false;
    uint32_t expected;
    at = enti_utf8_next(wanted->bytes, at, &expected);
    if (expected != cps[i]) return false;
  }
  return at == wanted->length;
}

/* `0041; C; 0061; # …`; status C and F are full folding. */
static void casefold_line(void *user, const char *line) {
  folding *test = user;
  char *behind;
  unsigned long cp = strtoul(line, &behind, 16);
  if (behind == line || line[0] == '#') return;
  char status = behind[2];
  if (status != 'C' && status != 'F') return;
  string wanted;
  read_points(behind + 4, ';', &wanted);
  test->total++;
  if (folds_to((uint32_t)cp, &wanted, enti_ucd_casefold)) test->passed++;
  else complain("CaseFolding: %s\n", line);
}

/* The property maps to NFC; ucd gives the same decomposed. */
static bool nfkc_casefold_is(uint32_t cp, const string *wanted) {
  uint32_t cps[ENTI_UCD_LONGEST];
  size_t count = enti_ucd_fold(cp, cps);
  string decomposed = {.length = 0};
  for (size_t i = 0; i < count; i++)
    decomposed.length += enti_utf8_put(decomposed.bytes + decomposed.length, cps[i]);
  ent_normal *normal = NULL;
  if (ent_normalize(NULL, ENT_NFC, decomposed.bytes, decomposed.length, &normal, NULL) != ENT_OK)
    return false;
  size_t length;
  const char *bytes = ent_normal_bytes(normal, &length);
  bool right = same(wanted, bytes, length);
  ent_normal_free(normal);
  return right;
}

/* `0041..0042 ; NFKC_CF; 0061 # …`. */
static void nfkc_casefold_line(void *user, const char *line) {
  folding *test = user;
  const char *field = strstr(line, "; NFKC_CF;");
  if (!field || line[0] == '#') return;
  char *behind;
  unsigned long first = strtoul(line, &behind, 16), last = first;
  if (strncmp(behind, "..", 2) == 0) last = strtoul(behind + 2, NULL, 16);
  string wanted;
  read_points(field + strlen("; NFKC_CF;"), '#', &wanted);
  for (unsigned long cp = first; cp <= last; cp++) {
    test->listed[cp] = 1;
    test->total++;
    if (nfkc_casefold_is((uint32_t)cp, &wanted)) test->passed++;
    else complain("NFKC_Casefold: U+%04lX in %s\n", cp, line);
  }
}

static void test_folding(void) {
  folding full = {0}, nfkc = {.listed = calloc(LAST + 1, 1)};
  if (!nfkc.listed) exit(1);
  each_line("CaseFolding.txt", casefold_line, &full);
  report("CaseFolding", full.passed, full.total);
  each_line("DerivedNormalizationProps.txt", nfkc_casefold_line, &nfkc);
  for (uint32_t cp = 0; cp <= LAST; cp++) {
    if (nfkc.listed[cp] || (cp >= 0xD800 && cp <= 0xDFFF)) continue;
    string itself;
    itself.length = enti_utf8_put(itself.bytes, cp);
    nfkc.total++;
    if (nfkc_casefold_is(cp, &itself)) nfkc.passed++;
    else complain("NFKC_Casefold: U+%04X changes\n", (unsigned)cp);
  }
  report("DerivedNormalizationProps-NFKC_Casefold", nfkc.passed, nfkc.total);
  free(nfkc.listed);
}

/* ---- scripts ------------------------------------------------------------------------------ */

/* `0041..005A ; Latin # …` into a name a code point. */
static void script_line(void *user, const char *line) {
  char(*names)[32] = user;
  char *behind;
  unsigned long first = strtoul(line, &behind, 16), last = first;
  if (behind == line || line[0] == '#') return;
  if (strncmp(behind, "..", 2) == 0) last = strtoul(behind + 2, &behind, 16);
  behind += strspn(behind, " ;");
  int size = (int)strcspn(behind, " ");
  for (unsigned long cp = first; cp <= last && cp <= LAST; cp++)
    (void)snprintf(names[cp], sizeof names[cp], "%.*s", size, behind);
}

/* All code points, surrogates and what is not listed (Unknown) included. */
static void test_scripts(void) {
  char(*names)[32] = calloc(LAST + 1, sizeof *names);
  if (!names) exit(1);
  each_line("Scripts.txt", script_line, names);
  size_t passed = 0;
  for (uint32_t cp = 0; cp <= LAST; cp++) {
    const char *name = enti_script_names[enti_unicode_full_script(cp)];
    if (strcmp(name, names[cp][0] ? names[cp] : "Unknown") == 0) passed++;
    else complain("Scripts: U+%04X is %s, not %s\n", (unsigned)cp, name, names[cp]);
  }
  report("Scripts", passed, LAST + 1);
  free(names);
}

int main(int argc, char **argv) {
  if (argc > 1) folder = argv[1];
  test_normalization();
  test_breaks("GraphemeBreakTest", ent_grapheme_next);
  test_breaks("WordBreakTest", ent_word_next);
  test_breaks("SentenceBreakTest", ent_sentence_next);
  test_folding();
  test_scripts();
  return all_passed ? 0 : 1;
}
