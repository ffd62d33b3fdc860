/* token/gap: what stands between two tokens, judged character by character.
 *
 *   joins    blanks with at most one line end; a hyphen with no blank before it and none, or a line end,
 *            behind it; apostrophes, quotation marks, middle dots, ignorable characters, * and _; the
 *            stop that directly follows a word (the sentence room has said that no sentence ends there);
 *            a dash between two Han characters
 *   breaks   two line ends, or more marks than a term could write
 *   marks    everything else, kept so that a term that writes it (R&D) can ask for it */
#include "token/gap.h"

#include "text/unicode_tables.h"
#include "text/utf8.h"

typedef enum kind { OTHER, BLANK, LINE_END, HYPHEN, DASH, STOP, QUIET } kind;

static kind kind_of(uint32_t c) {
  switch (c) {
    case ' ': case '\t': case '\v': case 0xA0: case 0x1680: case 0x202F: case 0x205F: case 0x3000: return BLANK;
    case '\n': case '\r': case '\f': case 0x85: case 0x2028: case 0x2029: return LINE_END;
    case '-': case 0x2010: case 0x2011: return HYPHEN;
    case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212: case 0x2E3A: case 0x2500: case 0xFF0D: return DASH;
    case '.': return STOP;
    case '\'': case '"': case '*': case '_': case '`':
    case 0xAB: case 0xBB: case 0xB7: case 0x2018: case 0x2019: case 0x201A: case 0x201B: case 0x201C: case 0x201D:
    case 0x201E: case 0x201F: case 0x2027: case 0x2039: case 0x203A: case 0x30FB: case 0xFF65: case 0xFF02: case 0xFF07:
      return QUIET;
    case 0xAD: case 0x34F: case 0x61C: case 0x180E: case 0x2060: case 0x2061: case 0x2062: case 0x2063: case 0x2064:
    case 0xFEFF:
      return QUIET;
    default: break;
  }
  if (c >= 0x2000 && c <= 0x200A) return BLANK;
  if (c >= 0x200B && c <= 0x200F) return QUIET;
  if (c >= 0x300A && c <= 0x300F) return QUIET; /* 《》「」『』 */
  if (c >= 0x3008 && c <= 0x3009) return QUIET; /* 〈〉 */
  if (c >= 0xFE00 && c <= 0xFE0F) return QUIET;
  return OTHER;
}

static bool han_before(const char *text, size_t at) {
  size_t back = at;
  uint32_t c;
  while (back > 0 && at - back < 4 && ((unsigned char)text[back - 1] & 0xC0) == 0x80) back--;
  if (back == 0) return false;
  c = enti_utf8_at(text, back - 1);
  return enti_unicode_script(c) == ENTI_SCRIPT_HAN;
}

static bool han_at(const char *text, size_t length, size_t at) {
  uint32_t c;
  if (at >= length) return false;
  c = enti_utf8_at(text, at);
  return enti_unicode_script(c) == ENTI_SCRIPT_HAN;
}

static void add_mark(enti_gap_view *view, const char *bytes, size_t count) {
  if (view->gap != ENTI_GAP_BREAK) view->gap = ENTI_GAP_MARK;
  if (view->mark_count + count > ENTI_GAP_MARKS) {
    view->gap = ENTI_GAP_BREAK;
    return;
  }
  memcpy(view->marks + view->mark_count, bytes, count);
  view->mark_count += count;
}

enti_gap_view enti_gap_read(const char *text, size_t length, size_t begin, size_t end) {
  enti_gap_view view = {.gap = ENTI_GAP_JOIN};
  size_t at = begin, line_ends = 0;
  bool blank_before = false;
  if (end <= begin) return view;
  while (at < end && view.gap != ENTI_GAP_BREAK) {
    uint32_t c;
    size_t next = enti_utf8_next(text, at, &c);
    bool blank = false;
    switch (kind_of(c)) {
      case BLANK: blank = true; break;
      case LINE_END:
        if (c == '\r' && next < end && text[next] == '\n') next++;
        if (c != '\f' && ++line_ends > 1) view.gap = ENTI_GAP_BREAK; /* a page's last line has its own end */
        blank = true;
        break;
      case HYPHEN: {
        uint32_t behind = 0;
        if (next < end) behind = enti_utf8_at(text, next);
        bool inside = !blank_before && (next >= end || kind_of(behind) == LINE_END || kind_of(behind) == QUIET);
        if (!inside) add_mark(&view, "-", 1);
        break;
      }
      case DASH:
        if (!han_before(text, begin) || !han_at(text, length, end)) add_mark(&view, "-", 1);
        break;
      case STOP:
        if (at != begin) add_mark(&view, ".", 1);
        break;
      case QUIET: break;
      case OTHER: add_mark(&view, text + at, next - at); break;
    }
    blank_before = blank;
    at = next;
  }
  return view;
}

/* ---- without the marks ---- */

/* How far a gap has been read. */
typedef enum state {
  AT_BEGIN,
  JOINED, SPACED,          /* behind what joins; behind a blank */
  HYPHENED,                /* behind a hyphen that joins if nothing follows, or a line end or a quiet mark */
  LINE_JOINED, LINE_SPACED, LINE_HYPHENED, /* the same, behind one line end */
  MARKED, LINE_MARKED,
  BROKEN, STATES
} state;

/* What the kinds lead to, in their order; no way is known behind DASH, whose neighbours must be asked. */
static const uint8_t after[STATES][QUIET + 1] = {
    [AT_BEGIN] = {MARKED, SPACED, LINE_SPACED, HYPHENED, 0, JOINED, JOINED},
    [JOINED] = {MARKED, SPACED, LINE_SPACED, HYPHENED, 0, MARKED, JOINED},
    [SPACED] = {MARKED, SPACED, LINE_SPACED, MARKED, 0, MARKED, JOINED},
    [HYPHENED] = {MARKED, MARKED, LINE_SPACED, MARKED, 0, MARKED, JOINED},
    [LINE_JOINED] = {LINE_MARKED, LINE_SPACED, BROKEN, LINE_HYPHENED, 0, LINE_MARKED, LINE_JOINED},
    [LINE_SPACED] = {LINE_MARKED, LINE_SPACED, BROKEN, LINE_MARKED, 0, LINE_MARKED, LINE_JOINED},
    [LINE_HYPHENED] = {LINE_MARKED, LINE_MARKED, BROKEN, LINE_MARKED, 0, LINE_MARKED, LINE_JOINED},
    [MARKED] = {MARKED, MARKED, LINE_MARKED, MARKED, 0, MARKED, MARKED},
    [LINE_MARKED] = {LINE_MARKED, LINE_MARKED, BROKEN, LINE_MARKED, 0, LINE_MARKED, LINE_MARKED},
    [BROKEN] = {BROKEN, BROKEN, BROKEN, BROKEN, 0, BROKEN, BROKEN}};

/* Of ASCII. CR and FF, which are line ends unlike others, go the way of DASH. */
static const uint8_t ascii_kinds[0x80] = {
    [' '] = BLANK, ['\t'] = BLANK, ['\v'] = BLANK, ['\n'] = LINE_END, ['\r'] = DASH, ['\f'] = DASH, ['-'] = HYPHEN,
    ['.'] = STOP, ['\''] = QUIET, ['"'] = QUIET, ['*'] = QUIET, ['_'] = QUIET, ['`'] = QUIET};

enti_gap enti_gap_judge(const char *text, size_t length, size_t begin, size_t end) {
  state now = AT_BEGIN;
  if (end > begin && end - begin > ENTI_GAP_MARKS) return enti_gap_read(text, length, begin, end).gap;
  for (size_t at = begin; at < end;) {
    uint32_t c;
    at = enti_utf8_next(text, at, &c);
    unsigned of = c < 0x80 ? ascii_kinds[c] : (unsigned)kind_of(c);
    if (of == DASH) return enti_gap_read(text, length, begin, end).gap;
    now = (state)after[now][of];
  }
  if (now == BROKEN) return ENTI_GAP_BREAK;
  return now == MARKED || now == LINE_MARKED ? ENTI_GAP_MARK : ENTI_GAP_JOIN;
}
