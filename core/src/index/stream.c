/* index/stream: the tokens of a text of any length, a window at a time.
 *
 * A window is indexed as a document of its own, and cut where the whole text would be cut, too:
 *
 *   1. behind a blank line: paragraphs know nothing of each other;
 *   2. else where a sentence begins. The end of a sentence is judged by the first word of the next, so the
 *      last two sentences of a window that has no end yet may still change, and stay for the next window;
 *   3. else the window grows, up to MOST, and is then cut between two words, inside a sentence: the piece
 *      that follows has the number of the sentence that it belongs to.
 *
 * Invariant: text[0, done) has been given out; text[at] is the input's byte origin + at, as long as no shift
 * that is not yet passed stands before it. */
#include "index/index.h"
#include "text/utf8.h"
#include "text/valid.h"

enum {
  BLOCK = 128 * 1024,
  MOST = 256 * 1024,       /* of a window: a word of it, folded, takes up to 90 times as much */
  MARGIN = 4096,           /* a large window is not cut as near to its end as this */
  ROWS = 128 * 1024,       /* bytes of rows that are given at once, one row more at most */
  VOCABULARY = 8 << 20,    /* bytes; a larger one is made anew */
  TYPE_COST = 64           /* bytes that a type takes besides its own */
};

typedef struct shift { /* from text[at] on, the input's offset is `by` more (modulo 2^64) */
  size_t at, by;
} shift;

struct ent_stream {
  ent_alloc alloc;
  ent_vocab *vocab;
  ent_index *index;
  size_t block, window;
  unsigned unrepaired;
  bool last, indexed;
  enti_bytes raw, text, rows; /* raw: fed, and not yet mended */
  ENTI_ARRAY(shift) shifts;
  size_t shift;          /* the first one that is not yet in `origin` */
  size_t done;
  size_t origin;         /* what is added to an offset in text for the input's */
  size_t cut;            /* of the window that is indexed: bytes that it gives out */
  size_t sentences;      /* that ended before text[done] */
  size_t cut_sentences;  /* and in [done, done + cut) */
  uint32_t token, token_count, sentence;
  uint32_t measured;     /* types whose size is in vocab_size */
  size_t vocab_size;
};

void ent_stream_free(ent_stream *s) {
  if (!s) return;
  ent_alloc alloc = s->alloc;
  ent_index_free(s->index);
  ent_vocab_free(s->vocab);
  enti_array_free(&alloc, &s->raw);
  enti_array_free(&alloc, &s->text);
  enti_array_free(&alloc, &s->rows);
  enti_array_free(&alloc, &s->shifts);
  enti_free(&alloc, s, sizeof *s);
}

/* An empty vocabulary and an index on it, in place of those that there are. */
static ent_status renew(ent_stream *s) {
  ent_index_free(s->index);
  ent_vocab_free(s->vocab);
  s->index = NULL;
  s->vocab = NULL;
  s->measured = 0;
  s->vocab_size = 0;
  ent_status status = ent_vocab_new(&s->alloc, &s->vocab);
  return status == ENT_OK ? ent_index_new(s->vocab, &s->index) : status;
}

ent_status ent_stream_new(const ent_alloc *alloc, size_t block, bool whole, ent_stream **out) {
  alloc = enti_alloc_or_default(alloc);
  ent_stream *s = enti_new(alloc, sizeof *s);
  if (!s) return ENT_ERR_MEMORY;
  s->alloc = *alloc;
  s->block = s->window = whole ? SIZE_MAX : block ? block : BLOCK;
  s->unrepaired = whole ? 0 : ENT_REPAIR_HYPHENS | ENT_REPAIR_PARAGRAPHS | ENT_REPAIR_FURNITURE;
  ent_status status = renew(s);
  if (status == ENT_OK) *out = s;
  else ent_stream_free(s);
  return status;
}

/* ---- bytes ---- */

static ent_status add_mended(ent_stream *s, const char *bytes, size_t length) {
  ent_status status = ENT_OK;
  for (size_t at = 0; at < length && status == ENT_OK;) {
    size_t good = ent_utf8_valid(bytes + at, length - at);
    status = enti_bytes_add(&s->alloc, &s->text, bytes + at, good);
    at += good;
    if (at == length || status != ENT_OK) break;
    bool whole;
    size_t size = enti_valid_subpart(bytes, length, at, &whole);
    at += size;
    status = enti_bytes_add(&s->alloc, &s->text, "\xEF\xBF\xBD", 3);
    if (status == ENT_OK && size != 3) status = enti_array_reserve(&s->alloc, &s->shifts, 1);
    if (status == ENT_OK && size != 3) s->shifts.at[s->shifts.count++] = (shift){s->text.count, size - 3};
  }
  return status;
}

/* Takes out what has been given. */
static void compact(ent_stream *s) {
  size_t left = s->text.count - s->done, kept = s->shifts.count - s->shift;
  if (s->done == 0) return;
  memmove(s->text.at, s->text.at + s->done, left);
  for (size_t i = 0; i < kept; i++) {
    s->shifts.at[i] = s->shifts.at[i + s->shift];
    s->shifts.at[i].at -= s->done;
  }
  s->origin += s->done;
  s->text.count = left;
  s->shifts.count = kept;
  s->shift = s->done = 0;
}

ent_status ent_stream_feed(ent_stream *s, const char *bytes, size_t length, bool last) {
  if (s->last || s->indexed) return ENT_ERR_STATE;
  compact(s);
  ent_status status = length ? enti_bytes_add(&s->alloc, &s->raw, bytes, length) : ENT_OK;
  if (status != ENT_OK || s->raw.count == 0) return s->last = last, status;
  size_t whole = last ? s->raw.count : ent_utf8_whole(s->raw.at, s->raw.count);
  status = add_mended(s, s->raw.at, whole);
  s->raw.count -= whole;
  memmove(s->raw.at, s->raw.at + whole, s->raw.count);
  s->last = last;
  return status;
}

/* ---- windows ---- */

/* The end of the last blank line of [0, length); 0 when there is none. */
static size_t last_blank_line(const char *text, size_t length) {
  while (length > 0) {
    while (length > 0 && text[length - 1] != '\n') length--;
    size_t at = length ? length - 1 : 0;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t' || text[at - 1] == '\r')) at--;
    if (at > 0 && text[at - 1] == '\n') return length;
    length = at;
  }
  return 0;
}

/* Where the last sentence begins that no text to come can change, and how many stand before it; 0 when
 * that is the first one, or when a token reaches over every such place. */
static size_t sentence_cut(const ent_stream *s, size_t length, size_t *before) {
  size_t count, most = length > 16 * MARGIN ? length - MARGIN : length;
  const ent_part *parts = ent_index_parts(s->index, 0, ENT_SENTENCE, &count);
  for (size_t k = count; k-- > 1;) {
    const ent_part *part = &parts[k];
    if (k + 2 > count || part->begin > most) continue;
    if (part->first > 0 && ent_index_token(s->index, 0, part->first - 1).end > part->begin) continue;
    *before = k;
    return part->begin;
  }
  return 0;
}

/* Where the last word begins that stands behind white space, in the last MARGIN bytes; else the last word of
 * all, which the window's end may have cut; else the end. */
static size_t word_cut(const ent_stream *s, const char *text, size_t length) {
  uint32_t token = ent_index_tokens(s->index, 0);
  size_t last = length;
  while (token-- > 1) {
    size_t begin = ent_index_token(s->index, 0, token).begin;
    if (last == length) last = begin;
    else if (begin + MARGIN < length) break;
    if (text[begin - 1] == ' ' || text[begin - 1] == '\n') return begin;
  }
  return last;
}

/* How many sentences ended before `cut`; one that goes on behind it did not. */
static size_t sentences_before(const ent_stream *s, size_t cut) {
  size_t count;
  const ent_part *parts = ent_index_parts(s->index, 0, ENT_SENTENCE, &count);
  while (count > 0 && parts[count - 1].begin >= cut) count--;
  return count > 0 && cut <= parts[count - 1].end ? count - 1 : count;
}

static ent_status index_window(ent_stream *s, const char *text, size_t length, ent_error *err) {
  uint32_t document;
  ent_index_clear(s->index);
  return ent_index_add(s->index, &(ent_source){.text = text, .length = length, .unrepaired = s->unrepaired}, &document, err);
}

/* Indexes the next window and finds its cut; s->indexed stays false when more bytes are needed, or none are left. */
static ent_status take_window(ent_stream *s, ent_error *err) {
  const char *text = s->text.at ? s->text.at + s->done : "";
  size_t left = s->text.count - s->done, cut = 0;
  while (cut == 0 && left > 0) {
    size_t length = left < s->window ? left : s->window;
    if (length < left) {
      while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
    } else if (length < s->window && !s->last) {
      return ENT_OK;
    }
    bool end = s->last && length == left;
    cut = end ? length : last_blank_line(text, length);
    ent_status status = index_window(s, text, cut ? cut : length, err);
    if (status != ENT_OK) return status;
    if (cut) {
      (void)ent_index_parts(s->index, 0, ENT_SENTENCE, &s->cut_sentences);
    } else if ((cut = sentence_cut(s, length, &s->cut_sentences)) == 0) {
      if (s->window >= MOST) {
        cut = word_cut(s, text, length);
        s->cut_sentences = sentences_before(s, cut);
      } else {
        s->window = s->window < MOST / 2 ? s->window * 2 : MOST;
      }
    }
  }
  if (cut == 0) return ENT_OK;
  s->window = s->block;
  s->cut = cut;
  s->token = s->sentence = 0;
  s->token_count = ent_index_tokens(s->index, 0);
  while (s->token_count > 0 && ent_index_token(s->index, 0, s->token_count - 1).begin >= cut) s->token_count--;
  s->indexed = true;
  return ENT_OK;
}

/* ---- rows ---- */

/* The offset in the input of text[at]; `at` never goes back. */
static size_t input_offset(ent_stream *s, size_t at) {
  while (s->shift < s->shifts.count && s->shifts.at[s->shift].at <= at) s->origin += s->shifts.at[s->shift++].by;
  return s->origin + at;
}

static char *put_number(char *to, size_t number) {
  char digits[24], *at = digits + sizeof digits;
  do *--at = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  size_t count = (size_t)(digits + sizeof digits - at);
  memcpy(to, at, count);
  return to + count;
}

/* Line ends and tabs would make another row or field. */
static char *put_field(char *to, const char *bytes, size_t length) {
  *to++ = '\t';
  for (size_t i = 0; i < length; i++) *to++ = (unsigned char)bytes[i] < ' ' ? ' ' : bytes[i];
  return to;
}

static ent_status add_row(ent_stream *s, const ent_part *sentences, size_t sentence_count) {
  ent_token token = ent_index_token(s->index, 0, s->token);
  uint32_t fold;
  ent_status status = ent_vocab_layer(s->vocab, token.type, ENT_FOLD, &fold);
  if (status != ENT_OK) return status;
  size_t length, fold_length, room;
  const char *bytes = ent_vocab_bytes(s->vocab, token.type, &length);
  const char *fold_bytes = ent_vocab_bytes(s->vocab, fold, &fold_length);
  const char *script = ent_script_of(bytes, length);
  if (!enti_add(length, fold_length, &room) || !enti_add(room, 128, &room)) return ENT_ERR_LIMIT;
  status = enti_array_reserve(&s->alloc, &s->rows, room);
  if (status != ENT_OK) return status;
  while (s->sentence + 1 < sentence_count && sentences[s->sentence + 1].first <= s->token) s->sentence++;
  char *to = put_number(s->rows.at + s->rows.count, input_offset(s, s->done + token.begin));
  *to++ = '\t';
  to = put_number(to, input_offset(s, s->done + token.end));
  to = put_field(to, bytes, length);
  to = put_field(to, fold_bytes, fold_length);
  to = put_field(to, script, strlen(script));
  *to++ = '\t';
  to = put_number(to, s->sentences + s->sentence + 1);
  *to++ = '\n';
  s->rows.count = (size_t)(to - s->rows.at);
  s->token++;
  return ENT_OK;
}

/* Passes the window that has been given out. */
static ent_status pass_window(ent_stream *s) {
  s->done += s->cut;
  s->sentences += s->cut_sentences;
  (void)input_offset(s, s->done);
  s->indexed = false;
  ent_index_clear(s->index);
  for (uint32_t count = ent_vocab_count(s->vocab); s->measured < count; s->measured++) {
    size_t length;
    (void)ent_vocab_bytes(s->vocab, s->measured, &length);
    s->vocab_size += length + TYPE_COST;
  }
  return s->vocab_size > VOCABULARY ? renew(s) : ENT_OK;
}

ent_status ent_stream_rows(ent_stream *s, const char **rows, size_t *length, ent_error *err) {
  ent_status status = ENT_OK;
  s->rows.count = 0;
  while (status == ENT_OK && s->rows.count == 0) {
    if (!s->indexed) status = take_window(s, err);
    if (status != ENT_OK) return status;
    if (!s->indexed) break;
    size_t sentence_count;
    const ent_part *sentences = ent_index_parts(s->index, 0, ENT_SENTENCE, &sentence_count);
    while (status == ENT_OK && s->token < s->token_count && s->rows.count < ROWS)
      status = add_row(s, sentences, sentence_count);
    if (status == ENT_OK && s->token == s->token_count) status = pass_window(s);
  }
  if (status != ENT_OK) return enti_fail(err, status, 0, "%s", ent_status_text(status));
  *rows = s->rows.count ? s->rows.at : "";
  *length = s->rows.count;
  return ENT_OK;
}
