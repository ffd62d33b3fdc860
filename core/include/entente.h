/* entente: the public C header, the only one.
 *
 * bytes -> text -> tokens -> index -> hits. A program makes a vocabulary, an index on it, adds
 * documents, compiles a codebook and runs it over a document; what comes back are hits with their
 * spans.
 *
 * Units      Offsets and lengths count bytes unless a name says token. Ranges are half-open,
 *            0-based: [begin, end). Token ranges are first/last, both included.
 * Owner      What a _new function made, the _free function of the same noun frees; _free(NULL) is
 *            fine. A `const` pointer that comes back is borrowed: until when stands beside it.
 * Errors     A fallible function returns ent_status; results are written only on ENT_OK. Where it
 *            takes an ent_error, that may be NULL.
 * Memory     An ent_alloc pointer may be NULL (realloc and free are used); it is copied.
 * Threads    An object is used by one thread at a time unless its line says `frozen`: frozen objects
 *            may be read by any number of threads. There is no global state. */
#ifndef ENTENTE_H
#define ENTENTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(ENT_BUILD) && defined(__GNUC__)
#define ENT_API __attribute__((visibility("default")))
#else
#define ENT_API
#endif

#define ENT_VERSION "0.1.0"
#define ENT_UNICODE_VERSION "15.0.0"

/* ---- status ------------------------------------------------------------------------------- */

typedef enum ent_status {
  ENT_OK = 0,
  ENT_ERR_MEMORY = -1,   /* the allocator said no */
  ENT_ERR_LIMIT = -2,    /* larger than the format or the machine can hold */
  ENT_ERR_ARGUMENT = -3, /* the caller's mistake */
  ENT_ERR_UTF8 = -4,     /* invalid UTF-8 where it is refused; offset says where */
  ENT_ERR_PATTERN = -5,  /* a term or operator that cannot be compiled; offset inside the pattern */
  ENT_ERR_STATE = -6,    /* building where frozen is needed, or the reverse */
  ENT_ERR_IO = -7,       /* a file or a process; the message names it */
  ENT_ERR_TIME = -8,     /* a time limit ended it */
  ENT_ERR_DAMAGE = -9,   /* a corpus's file is not as it was written */
  ENT_ERR_LOCKED = -10   /* another process writes to the corpus; the message names it */
} ent_status;

typedef struct ent_error {
  ent_status code;
  size_t offset; /* bytes, in the text or pattern at fault */
  char message[240];
} ent_error;

/* The version of the utf8proc that is linked, as it says itself; static. */
ENT_API const char *ent_utf8proc_version(void);

/* A short English phrase for a status; static. */
ENT_API const char *ent_status_text(ent_status status);

/* One function for all memory. new_size 0 frees and returns NULL; block NULL allocates; NULL for a
 * new_size above 0 means that there is none, and the old block is untouched. */
typedef struct ent_alloc {
  void *(*resize)(void *user, void *block, size_t old_size, size_t new_size);
  void *user;
} ent_alloc;

/* ---- text --------------------------------------------------------------------------------- */

typedef struct ent_range {
  size_t begin, end;
} ent_range;

/* The offset of the first byte that does not belong to valid UTF-8, or `length` when all is valid. */
ENT_API size_t ent_utf8_valid(const char *text, size_t length);

/* A hash of any bytes: XXH3, 128 bits, the highest first. It tells whether bytes changed; it is no guard against somebody
 * who wants two texts to have one hash. */
ENT_API void ent_hash(const void *bytes, size_t length, uint8_t hash[16]);

/* A byte string that the library made. Free with ent_string_free. */
typedef struct ent_string ent_string;
/* The bytes, NUL-ended besides, until freed; `length` may be NULL. */
ENT_API const char *ent_string_bytes(const ent_string *string, size_t *length);
ENT_API void ent_string_free(ent_string *string);

/* Valid UTF-8 out of any bytes: one U+FFFD for each maximal subpart of an ill-formed sequence (the
 * Unicode Standard, section 3.9). *replaced counts them; it may be NULL. */
ENT_API ent_status ent_utf8_mend(const ent_alloc *alloc, const char *bytes, size_t length,
                                 ent_string **out, size_t *replaced);

/* The length of a block of a longer text without the bytes at its end, at most three, that begin a
 * sequence which the next block may complete. What is mended block by block, those bytes carried over, is
 * mended as the whole would be. */
ENT_API size_t ent_utf8_whole(const char *bytes, size_t length);

/* Zawgyi is a font encoding of Burmese on Unicode's code points: the same bytes, other letters. What speaks for
 * it in a text, and what for Unicode, in signs of either: counts that never meet in well-formed text. */
typedef struct ent_zawgyi {
  size_t zawgyi, unicode;
} ent_zawgyi;
ENT_API ent_zawgyi ent_zawgyi_signs(const char *text, size_t length); /* valid UTF-8 */
/* Whether the signs are enough to say so without being asked. */
ENT_API bool ent_zawgyi_probable(ent_zawgyi signs);
/* Zawgyi as Unicode, in Unicode's order; what is not Burmese stays. `text` must be valid UTF-8 (ENT_ERR_UTF8). */
ENT_API ent_status ent_zawgyi_convert(const ent_alloc *alloc, const char *text, size_t length, ent_string **out);

typedef enum ent_form {
  ENT_NFC,
  ENT_NFD,
  ENT_NFKC,
  ENT_NFKD,
  ENT_FOLD, /* the form that is matched: DESIGN 4, `fold` */
  ENT_BARE, /* fold without the diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic; đ as d */
  ENT_HANS  /* fold with Traditional characters as Simplified, where that is one-to-one */
} ent_form;

/* A normal form and the map between its bytes and the source's. */
typedef struct ent_normal ent_normal;

/* `text` must be valid UTF-8 (ENT_ERR_UTF8 with the offset otherwise). Linear in the length. The forms from
 * ENT_FOLD on drop a final 's: of a word, or of a text at its very end only. ENT_ERR_ARGUMENT for what is no form,
 * ENT_ERR_LIMIT for a run of marks of more than 4 GiB. */
ENT_API ent_status ent_normalize(const ent_alloc *alloc, ent_form form, const char *text, size_t length,
                                 ent_normal **out, ent_error *err);
/* Not NUL-ended; until freed. `length` may be NULL. */
ENT_API const char *ent_normal_bytes(const ent_normal *normal, size_t *length);
/* The source bytes that the normal form's bytes [begin, end) came from, whole characters; out-of-range is
 * cut to range. Source bytes that left nothing (a soft hyphen, a final 's) belong to what stands before
 * them, at the very start to what comes first. */
ENT_API ent_range ent_normal_source(const ent_normal *normal, size_t begin, size_t end);
/* The reverse: the normal form's bytes that the source bytes [begin, end) became, whole characters; empty,
 * and where they stood, when they left nothing. */
ENT_API ent_range ent_normal_target(const ent_normal *normal, size_t begin, size_t end);
ENT_API void ent_normal_free(ent_normal *normal);

/* For text that comes in pieces: an offset, the last that can be told, where a text that begins with these
 * bytes can be cut so that the normal forms of the two parts, one behind the other, are that of the whole,
 * whatever follows. 0 when there is none. Valid UTF-8, but the last character may be cut short. */
ENT_API size_t ent_normal_cut(ent_form form, const char *text, size_t length);

/* ---- boundaries by UAX #29, as it stands --------------------------------------------------- */

/* The next boundary after `at` in valid UTF-8; `length` at the end. `at` must be a boundary. */
ENT_API size_t ent_grapheme_next(const char *text, size_t length, size_t at);
ENT_API size_t ent_word_next(const char *text, size_t length, size_t at);
ENT_API size_t ent_sentence_next(const char *text, size_t length, size_t at);

/* The script of words: that of the first letter or number in valid UTF-8 that is neither Common nor
 * Inherited, as Unicode's Scripts.txt names it ("Latin", "Han", "New_Tai_Lue"); "Common" where there is
 * none (numbers, marks). Static. */
ENT_API const char *ent_script_of(const char *text, size_t length);

/* ---- index -------------------------------------------------------------------------------- */

/* A vocabulary: every distinct token form (type) once, with its layers. Building; it only grows, and
 * one vocabulary can serve many indexes and coders one after the other. */
typedef struct ent_vocab ent_vocab;
ENT_API ent_status ent_vocab_new(const ent_alloc *alloc, ent_vocab **out);
ENT_API void ent_vocab_free(ent_vocab *vocab); /* after the indexes and coders that use it */
/* How many types there are: their numbers are those below it. */
ENT_API uint32_t ent_vocab_count(const ent_vocab *vocab);
/* The bytes of a type (words joined), not NUL-ended, until the vocabulary is freed; NULL for a number that is none. */
ENT_API const char *ent_vocab_bytes(const ent_vocab *vocab, uint32_t type, size_t *length);
/* The type that `type` is on a layer: ENT_FOLD, ENT_BARE, ENT_HANS, or a number that the vocabulary gave.
 * ENT_ERR_ARGUMENT for a type or layer that is not there. */
ENT_API ent_status ent_vocab_layer(ent_vocab *vocab, uint32_t type, uint32_t layer, uint32_t *out);

/* ---- layers -------------------------------------------------------------------------------- */

/* Layers are known by name: "fold", "bare", "hans", "stem-en" (of each language that has a stemmer), and those
 * that plugins add to a codebook or a vocabulary. Both number theirs by themselves; a coder brings them
 * together by name. Every layer but the first three is computed from the folded form, once per type. */

/* How a plugin's layer makes the form of a folded word: any valid UTF-8, read before the next call. It must
 * give the same for the same word, and calls nothing on the object that calls it. */
typedef struct ent_layer {
  ent_status (*form)(void *user, const char *fold, size_t length, const char **out, size_t *out_length);
  void *user;
} ent_layer;

/* Adds a layer; a name is a small letter, then small letters, digits, - and _, at most 31 bytes, and not taken.
 * `layer` is copied, `user` lives as long as what it was added to. NULL: the forms are given from outside. */
ENT_API ent_status ent_vocab_layer_add(ent_vocab *vocab, const char *name, const ent_layer *layer,
                                       uint32_t *number, ent_error *err);
/* The number of a layer; the first question for a stem layer makes it. ENT_ERR_ARGUMENT when there is none. */
ENT_API ent_status ent_vocab_layer_find(ent_vocab *vocab, const char *name, uint32_t *number, ent_error *err);
/* Gives the form of a type, and of all that fold alike, on a layer that is filled from outside, before a coder
 * meets the type. A type without one stands there as it folds. */
ENT_API ent_status ent_vocab_layer_set(ent_vocab *vocab, uint32_t type, uint32_t layer, const char *form,
                                       size_t length);
/* The next type from *from on whose folded form, *fold, has no form on such a layer, *from behind it; ENT_NONE when
 * there is none. So what is new is filled after each add, with *from kept. */
ENT_API ent_status ent_vocab_layer_unset(ent_vocab *vocab, uint32_t layer, uint32_t *from, uint32_t *fold);

/* Tokens that come with their text (`tokens` of an ent_source) can bring annotations: a lemma, a part of speech. A token's
 * are part of its type: can (NOUN) and can (VERB) are two types, of one form and one fold. Each annotation is a layer
 * of its name, on which a type stands as its value folds, so that a term finds it; a type without one is empty
 * there, and no term finds it. */

/* The layer of an annotation, made by the first question for it. ENT_ERR_ARGUMENT when another layer has the name. */
ENT_API ent_status ent_vocab_layer_annotation(ent_vocab *vocab, const char *name, uint32_t *number, ent_error *err);
/* A type's annotations, 0, 1, …, sorted by name; false behind the last. Not NUL-ended, until the vocabulary is freed. */
typedef struct ent_annotation {
  const char *name;
  size_t name_length;
  const char *value; /* as it was given; not empty */
  size_t value_length;
} ent_annotation;
ENT_API bool ent_vocab_annotation(const ent_vocab *vocab, uint32_t type, uint32_t number, ent_annotation *out);

/* The languages that have a stemmer ("en", "id", …), sorted, then NULL; static. */
ENT_API const char *const *ent_stem_languages(void);

typedef enum ent_unit {
  ENT_SENTENCE,
  ENT_PARAGRAPH,
  ENT_SECTION,
  ENT_PAGE,
  ENT_DOCUMENT
} ent_unit;

/* How structure is found in a text. */
typedef enum ent_layout {
  ENT_LAYOUT_PLAIN,    /* blank lines part paragraphs; numbered lines that stand alone are headings */
  ENT_LAYOUT_MARKDOWN, /* the same, and # headings, list items, tables, YAML front matter */
  ENT_LAYOUT_BLOCKS    /* a blank line parts two blocks; headings only where the caller says */
} ent_layout;

enum { /* repairs: change tokens, never the text. All are done but those that a source leaves out; what is not repaired
        * is read as it is written, and no term finds it */
  ENT_REPAIR_HYPHENS = 1,       /* join words that a hyphen divides at a line or page end */
  ENT_REPAIR_PARAGRAPHS = 2,    /* join paragraphs that a blank line or page end divides inside a sentence */
  ENT_REPAIR_FURNITURE = 4,     /* find running heads and page numbers where `furniture` names none */
  ENT_REPAIR_HAN_SPACES = 8,    /* Han characters are adjacent over blanks */
  ENT_REPAIR_LIGATURES = 16,    /* U+FB00 to U+FB06, U+FB13 to U+FB17 are their letters */
  ENT_REPAIR_SOFT_HYPHENS = 32, /* U+00AD is left out, with the line end behind it */
  ENT_REPAIR_ZERO_WIDTH = 64,   /* U+200B to U+200D, U+2060, U+FEFF are left out */
  ENT_REPAIR_WIDTH = 128,       /* full-width letters and digits, half-width kana and Hangul are the usual ones */
  ENT_REPAIR_SARA_AM = 256      /* Thai SARA AM in pieces, or behind a blank, is one character */
};
#define ENT_REPAIR_ALL 511u

typedef struct ent_heading {
  size_t begin, end; /* the heading's words, its number included */
  uint32_t level;    /* 1 is the highest */
} ent_heading;

/* A named stretch of a text: an element of its markup, with what the element says. */
typedef struct ent_span {
  const char *name;       /* ended by NUL */
  size_t begin, end;      /* bytes */
  const char *attributes; /* lines of key=value, ended by NUL; NULL for none */
} ent_span;

/* One document as it goes into an index. Ranges are sorted, do not overlap, lie inside the text and
 * part no character (ENT_ERR_ARGUMENT otherwise). */
typedef struct ent_source {
  const char *text; /* valid UTF-8; copied */
  size_t length;    /* at most 2^31 - 1 */
  ent_layout layout;
  unsigned unrepaired;    /* ENT_REPAIR_… that are left out */
  const char *lang;       /* "en", "zh", …, or NULL: each paragraph's language is found from its words */
  const ent_range *pages; /* NULL: parted by form feeds, if there are any */
  size_t page_count;
  const ent_range *furniture; /* running heads, page numbers: no tokens come from them, whatever is repaired */
  size_t furniture_count;
  const ent_heading *headings; /* besides those that the layout finds */
  size_t heading_count;
  /* What came with the text and takes the place of what would be found; NULL: it is found. Tokens are kept as they are
   * (none of them empty), so nothing is joined and no running head is looked for, `furniture` is not read. But one
   * without a letter, number or ideograph is a gap between tokens, as it would be in any text. */
  const ent_range *tokens;
  size_t token_count;
  const char *const *annotation_names; /* names that layers can have; at most 32 */
  size_t annotation_count;
  const char *const *annotations; /* of each token one of each name, NUL-ended or NULL, token by token; NULL: none */
  const ent_range *sentences, *paragraphs; /* a heading inside a paragraph divides it */
  size_t sentence_count, paragraph_count;
  const ent_span *spans; /* sorted by where they begin; may overlap and be empty */
  size_t span_count;
} ent_source;

/* Documents as tokens. Building while documents are added; frozen for readers between two adds. */
typedef struct ent_index ent_index;
ENT_API ent_status ent_index_new(ent_vocab *vocab, ent_index **out); /* borrows vocab */
ENT_API void ent_index_free(ent_index *index);
/* Adds a document and gives its number (0, 1, …). On failure the index is as before: ENT_ERR_UTF8 with the offset of
 * what is invalid, ENT_ERR_LIMIT for a text that is too long, ENT_ERR_ARGUMENT for ranges that are not as above. */
ENT_API ent_status ent_index_add(ent_index *index, const ent_source *source, uint32_t *document,
                                 ent_error *err);
/* Takes all documents out and keeps the memory for the next ones. */
ENT_API void ent_index_clear(ent_index *index);
ENT_API uint32_t ent_index_count(const ent_index *index);
ENT_API ent_vocab *ent_index_vocab(const ent_index *index); /* the one it was made on */

typedef struct ent_token {
  size_t begin, end; /* bytes in the document's text */
  uint32_t type;
} ent_token;

typedef struct ent_part {    /* one sentence, paragraph, section, page, or the document */
  size_t begin, end;         /* bytes */
  uint32_t first, last;      /* tokens, both included; first > last when it holds none */
  uint32_t level;            /* sections: of the heading; 0 for what stands before the first heading */
  size_t heading_begin, heading_end; /* sections: the heading's words; equal when it has none */
  char lang[4];              /* paragraphs: "en"; "" when unknown */
  bool reference;            /* sections and paragraphs: part of the reference list */
} ent_part;

typedef enum ent_edit_kind { /* how the bytes of an edit are read */
  ENT_EDIT_JOINED,      /* a hyphen and line end left out: the joined word occurs elsewhere */
  ENT_EDIT_GUESSED,     /* the same, but neither form occurs elsewhere */
  ENT_EDIT_KEPT,        /* a hyphen at a line end that stays: the hyphenated form occurs */
  ENT_EDIT_PARAGRAPH,   /* what stands between two parts of one paragraph, as one blank */
  ENT_EDIT_FURNITURE,   /* a running head or page number, left out */
  ENT_EDIT_HAN_SPACE,   /* blanks between two Han characters, left out */
  ENT_EDIT_LIGATURE,    /* as its letters */
  ENT_EDIT_SOFT_HYPHEN, /* left out, with the line end behind it, if any */
  ENT_EDIT_ZERO_WIDTH,  /* left out */
  ENT_EDIT_WIDTH,       /* as the usual characters */
  ENT_EDIT_SARA_AM      /* as a tone, if one is there, and U+0E33 */
} ent_edit_kind;
#define ENT_EDIT_KINDS 11

/* A repair: the bytes [begin, end) of the text that tokens leave out or read otherwise. A document's are sorted
 * by begin; one that lies in another (a running head where a paragraph was joined) comes after it. */
typedef struct ent_edit {
  size_t begin, end;
  ent_edit_kind kind;
} ent_edit;

/* What is wrong with a document's text, and what was repaired. */
typedef struct ent_damage {
  size_t count[ENT_EDIT_KINDS];     /* edits of each kind */
  ent_edit example[ENT_EDIT_KINDS]; /* the first one; begin == end == 0 where there is none */
  size_t replaced;                  /* U+FFFD in the text */
  size_t pages_without_text;
  bool zawgyi;                      /* Burmese that is probably encoded as Zawgyi: no term finds it */
} ent_damage;

/* What an index holds; `document`, and the token where one is asked for, must exist. Pointers are borrowed until the
 * next add, clear or free; they may be NULL where *count is 0, the text never is. */
ENT_API const char *ent_index_text(const ent_index *index, uint32_t document, size_t *length);
ENT_API uint32_t ent_index_tokens(const ent_index *index, uint32_t document); /* how many */
ENT_API ent_token ent_index_token(const ent_index *index, uint32_t document, uint32_t token);
ENT_API const ent_part *ent_index_parts(const ent_index *index, uint32_t document, ent_unit unit,
                                        size_t *count);
/* The spans that the document was given, in their order. */
ENT_API const ent_span *ent_index_spans(const ent_index *index, uint32_t document, size_t *count);
ENT_API const ent_edit *ent_index_edits(const ent_index *index, uint32_t document, size_t *count);
/* Reads the text once for what no edit shows. */
ENT_API ent_damage ent_index_damage(const ent_index *index, uint32_t document);
/* The part of `unit` that holds a token; NULL when none does (a document without pages). */
ENT_API const ent_part *ent_index_part_of(const ent_index *index, uint32_t document, ent_unit unit,
                                          uint32_t token);

/* ---- word spans --------------------------------------------------------------------------- */

/* Where a text is written without spaces (Han, Hiragana, Thai, Lao, Khmer, Myanmar, …) each character is a
 * token, and which of them make a word only a segmenter can say. Its spans count words and guard the borders
 * of hits; they never find a hit. In other scripts a word is a token, whatever the spans. */

/* A document with given tokens has its words: each token is one. */

/* Gives a document the word spans of a segmenter in place of those it has: bytes of its text, sorted, not
 * overlapping, none empty (ENT_ERR_ARGUMENT, nothing changed, otherwise). Two neighbouring tokens are of one
 * word when both stand in such a script, nothing parts them, and a span reaches over the border between
 * them. So a token in no span is a word, and a border inside a token is none. */
ENT_API ent_status ent_index_words(ent_index *index, uint32_t document, const ent_range *words, size_t count,
                                   ent_error *err);
/* Whether a word begins with this token: always, where the document has no word spans. */
ENT_API bool ent_index_word_begins(const ent_index *index, uint32_t document, uint32_t token);
/* How many words a document has; ENT_NONE where it holds text written without spaces and no word spans. */
ENT_API uint32_t ent_index_word_count(const ent_index *index, uint32_t document);

/* ---- stream ------------------------------------------------------------------------------- */

/* The tokens of a text of any length, as lines of a table, in memory that does not grow with it:
 *
 *   begin TAB end TAB token TAB fold TAB script TAB sentence LF
 *
 * Offsets count the input's bytes (those that were mended, too), sentences from 1. The bytes go in by
 * ent_stream_feed, any bytes in blocks of any size; then ent_stream_rows is pulled until it gives none.
 * The rows are those of the whole text in one index, with two limits: a sentence of more than 256 KiB is
 * read piece by piece, cut between two words; a word of more than 256 KiB is cut. */
typedef struct ent_stream ent_stream;
/* `block`: how many bytes are looked at together where that is enough, 0 for 128 KiB. What a
 * repair can tell from the words at hand is repaired; with `whole` the text is one document, kept until its end,
 * and the repairs that look at all of it (hyphens, paragraphs, running heads) are done, too. */
ENT_API ent_status ent_stream_new(const ent_alloc *alloc, size_t block, bool whole, ent_stream **out);
ENT_API void ent_stream_free(ent_stream *stream);
/* The next bytes; `last` when none follow. After a failure the stream is only to be freed. */
ENT_API ent_status ent_stream_feed(ent_stream *stream, const char *bytes, size_t length, bool last);
/* Some rows, whole lines, until the next call; *length 0: feed more, or, after the last bytes, done. */
ENT_API ent_status ent_stream_rows(ent_stream *stream, const char **rows, size_t *length, ent_error *err);

/* ---- codebook ----------------------------------------------------------------------------- */

/* Categories and rules, compiled. Building until ent_codebook_freeze, then frozen: what builds gives ENT_ERR_STATE.
 * Expressions are built from the leaves up; each call gives a node, an id that is valid in this codebook. */
typedef struct ent_codebook ent_codebook;
#define ENT_NONE UINT32_MAX /* no number: of a type, a category, a count */

typedef enum ent_overlap { ENT_OVERLAP_ALL, ENT_OVERLAP_LONGEST, ENT_OVERLAP_EXCLUSIVE } ent_overlap;

typedef enum ent_op {
  ENT_OP_NEAR,   /* all kids in any order, at most n tokens between neighbours, inside one unit */
  ENT_OP_SEQ,    /* the same, in this order */
  ENT_OP_ALL,    /* all kids in one unit; n is not read */
  ENT_OP_ANY,    /* the hits of each kid */
  ENT_OP_EXCEPT, /* hits of kid 0 that overlap no hit of kid 1 */
  ENT_OP_UNLESS, /* hits of kid 0 with no hit of kid 1 in the unit at most n tokens away */
  ENT_OP_WITHIN, /* hits of kid 0 that lie inside one unit */
  ENT_OP_WHERE   /* hits of kid 0 in documents for which condition n holds */
} ent_op;

typedef enum ent_role { ENT_ROLE_ANY, ENT_ROLE_NONE, ENT_ROLE_GUARD } ent_role;

ENT_API ent_status ent_codebook_new(const ent_alloc *alloc, ent_overlap overlap, ent_codebook **out);
ENT_API void ent_codebook_free(ent_codebook *codebook);
/* Categories are numbered 0, 1, … in codebook order; parent is ENT_NONE at the top. `unit` is the one
 * that its hits report. */
ENT_API ent_status ent_codebook_category(ent_codebook *codebook, uint32_t parent, ent_unit unit,
                                         uint32_t *category);
/* The unit given for a category, which must exist. */
ENT_API ent_unit ent_codebook_unit(const ent_codebook *codebook, uint32_t category);
/* As ent_vocab_layer_add and _find, for the terms of a codebook. A layer with a function is added to the
 * vocabularies that coders run on; one whose forms are given must be there already. */
ENT_API ent_status ent_codebook_layer_add(ent_codebook *codebook, const char *name, const ent_layer *layer,
                                          uint32_t *number, ent_error *err);
ENT_API ent_status ent_codebook_layer_find(ent_codebook *codebook, const char *name, uint32_t *number,
                                           ent_error *err);
/* The layer of an annotation, for terms: a word of a term is what stands between blanks, as it folds, and may hold
 * wildcards. ENT_ERR_ARGUMENT when another layer has the name. */
ENT_API ent_status ent_codebook_annotation(ent_codebook *codebook, const char *name, uint32_t *number, ent_error *err);
/* Gives the form of a word of terms that come later, as ent_vocab_layer_set does. */
ENT_API ent_status ent_codebook_layer_set(ent_codebook *codebook, uint32_t layer, const char *word,
                                          size_t word_length, const char *form, size_t length);
/* A term (DESIGN 6, Terms) on a layer: ENT_FOLD, ENT_BARE, ENT_HANS or a number that the codebook gave; on the
 * latter, annotations aside, a word holds no wildcards. ENT_ERR_PATTERN with the offset in `term` when malformed. */
ENT_API ent_status ent_codebook_term(ent_codebook *codebook, const char *term, size_t length,
                                     uint32_t layer, uint32_t *node, ent_error *err);
/* As written: case, marks, hyphens; no wildcards. */
ENT_API ent_status ent_codebook_exact(ent_codebook *codebook, const char *term, size_t length,
                                      uint32_t *node, ent_error *err);
/* The hits of another category (by number; may be added later) after its `none`, descendants included. */
ENT_API ent_status ent_codebook_ref(ent_codebook *codebook, uint32_t category, uint32_t *node);
/* An operator over nodes, which are copied; `n` and `unit` where it reads them. ENT_ERR_PATTERN for too few or too many
 * of them, or where they nest too deep, ENT_ERR_ARGUMENT, with its place as offset, for one that is no node. */
ENT_API ent_status ent_codebook_op(ent_codebook *codebook, ent_op op, uint32_t n, ent_unit unit,
                                   const uint32_t *kids, size_t kid_count, uint32_t *node, ent_error *err);
/* A rule of a category; rules are numbered 0, 1, … in the order of the calls. `lang` limits it to
 * paragraphs of that language; NULL does not. */
ENT_API ent_status ent_codebook_rule(ent_codebook *codebook, uint32_t category, ent_role role,
                                     uint32_t node, const char *lang, uint32_t *rule, ent_error *err);
/* Checks references (ENT_ERR_PATTERN for a cycle, offset = category) and makes it ready to run. */
ENT_API ent_status ent_codebook_freeze(ent_codebook *codebook, ent_error *err);

/* ---- coder -------------------------------------------------------------------------------- */

/* Runs one frozen codebook over indexes of one vocabulary and remembers which types fit which
 * entries. One thread; any number of coders may share the codebook. ENT_ERR_STATE when the codebook is not
 * frozen, or has a layer filled from outside that the vocabulary has not, or an annotation whose name is there another
 * layer's. Both are borrowed until it is freed. */
typedef struct ent_coder ent_coder;
ENT_API ent_status ent_coder_new(const ent_codebook *codebook, ent_vocab *vocab, ent_coder **out);
ENT_API void ent_coder_free(ent_coder *coder);
ENT_API const ent_codebook *ent_coder_codebook(const ent_coder *coder); /* the one it was made for */

typedef struct ent_hit {
  uint32_t category, rule;
  uint32_t first, last; /* tokens */
  size_t begin, end;    /* bytes in the document's text */
} ent_hit;

/* The hits that stand, sorted by begin, end, codebook order; until the next run or free. In a document with
 * word spans a hit whose first or last token cuts a word does not stand.
 * `conditions` holds one byte a condition (ENT_OP_WHERE's n), not 0 where it holds. */
ENT_API ent_status ent_coder_run(ent_coder *coder, const ent_index *index, uint32_t document,
                                 const uint8_t *conditions, size_t condition_count, const ent_hit **hits,
                                 size_t *count, ent_error *err);
/* How many hits the last run left out because they cut a word, counted before the overlap policy. */
ENT_API size_t ent_coder_guarded(const ent_coder *coder);

/* ---- files (POSIX) ------------------------------------------------------------------------ */

/* The bytes of a regular file of at most `limit` bytes (ENT_ERR_LIMIT above it). */
ENT_API ent_status ent_file_read(const ent_alloc *alloc, const char *path, size_t limit, ent_string **out,
                                 ent_error *err);
/* Writes a whole file or nothing: a temporary file beside it, synced, then renamed, folder synced. */
ENT_API ent_status ent_file_write(const char *path, const char *bytes, size_t length, ent_error *err);

typedef enum ent_path_kind { ENT_PATH_NONE, ENT_PATH_FILE, ENT_PATH_FOLDER, ENT_PATH_OTHER } ent_path_kind;
ENT_API ent_path_kind ent_path_kind_of(const char *path); /* follows links */

/* What tells whether a file is as it was: all the same, and the time not just now, then its bytes are. */
typedef struct ent_path_state {
  ent_path_kind kind; /* ENT_PATH_NONE: the rest is 0 */
  uint64_t size;
  int64_t seconds;    /* of the last change of its bytes, since 1970 */
  uint32_t nanoseconds;
  uint64_t device, node;
} ent_path_state;
ENT_API ent_path_state ent_path_state_of(const char *path); /* follows links */
/* The names in a folder but . and .., sorted bytewise, each ended by NUL, in one string. */
ENT_API ent_status ent_folder_list(const ent_alloc *alloc, const char *path, ent_string **out,
                                   ent_error *err);
ENT_API ent_status ent_folder_make(const char *path, ent_error *err); /* fine if it is there already */

/* ---- corpora on disk (POSIX) --------------------------------------------------------------- */

/* A corpus is a folder: documents, their metadata and their index in immutable segments, and a small manifest
 * that names them. A writer adds, replaces and removes documents; nothing of it is seen until a commit, which is
 * there whole or not at all, whatever fails. Readers see one commit, a snapshot, until they ask for a newer one; they
 * never wait. One process writes at a time. */

typedef enum ent_value_kind { ENT_VALUE_TEXT, ENT_VALUE_INTEGER, ENT_VALUE_NUMBER, ENT_VALUE_BOOLEAN, ENT_VALUE_LIST } ent_value_kind;
typedef struct ent_value {
  ent_value_kind kind;
  const char *text; /* TEXT: `length` bytes of valid UTF-8. LIST: texts, each ended by a NUL that `length` counts */
  size_t length;
  int64_t integer; /* INTEGER; BOOLEAN: 0 or 1 */
  double number;   /* NUMBER; not NaN */
} ent_value;

typedef struct ent_field { /* of a document's metadata */
  const char *name;        /* ended by NUL; at most 255 bytes of valid UTF-8, none of them a control character */
  ent_value value;
} ent_field;

typedef struct ent_document { /* as it goes into a corpus */
  const char *id;             /* ended by NUL; 1 to 4095 bytes of valid UTF-8 */
  ent_source source;
  const ent_field *fields;    /* each name once, in any order */
  size_t field_count;
} ent_document;

/* ---- writing ---- */

typedef struct ent_writer ent_writer;

typedef struct ent_writer_options { /* all may be 0 */
  size_t memory;    /* bytes that documents may take before a segment is written. 0: 256 MiB; at least 16 MiB. To merge
                     * segments takes memory besides, which grows with their types */
  unsigned threads; /* that index documents, at most 64; 0: one. The corpus is the same with any number. With more than
                     * one all of them call the allocator */
} ent_writer_options;

typedef enum ent_change { ENT_ADDED, ENT_REPLACED, ENT_UNCHANGED } ent_change;

/* Opens a corpus for writing and makes it when it is not there (its parent folder must be). Takes the lock:
 * ENT_ERR_LOCKED while another writer has it. `options` may be NULL. */
ENT_API ent_status ent_writer_open(const ent_alloc *alloc, const char *path, const ent_writer_options *options,
                                   ent_writer **out, ent_error *err);
/* Adds a document, or puts it in the place of the one with this id; one that is the same in text, structure and
 * metadata is left alone (ENT_UNCHANGED). Everything is copied. A document that is refused (as ent_index_add does, or
 * for its id or fields, ENT_ERR_ARGUMENT) changes nothing; after any other failure the writer is only to be freed.
 * `change` may be NULL. */
ENT_API ent_status ent_writer_add(ent_writer *writer, const ent_document *document, ent_change *change, ent_error *err);
/* Removes a document; *was tells whether there was one; `was` may be NULL. */
ENT_API ent_status ent_writer_remove(ent_writer *writer, const char *id, bool *was, ent_error *err);
/* Whether a document with this id is there, what is not yet committed included. */
ENT_API ent_status ent_writer_has(ent_writer *writer, const char *id, bool *has, ent_error *err);
/* The next commit makes the corpus one segment: its bytes are those of any other corpus of the same documents. */
ENT_API void ent_writer_merge(ent_writer *writer);
/* Makes everything since the last commit durable and seen. When it fails the writer is only to be freed, and the last
 * commit stands; or this one does, whole, where only its last step failed. Nothing changed: nothing is written. */
ENT_API ent_status ent_writer_commit(ent_writer *writer, ent_error *err);
/* The generation of the last commit: 0 for a corpus that has none, 1 more with each. */
ENT_API uint64_t ent_writer_generation(const ent_writer *writer);
/* Documents, tokens and bytes of text, as of the last commit. */
typedef struct ent_totals {
  uint64_t documents, tokens, bytes;
} ent_totals;
ENT_API ent_totals ent_writer_totals(const ent_writer *writer);
/* Drops what is not committed and gives the lock back. */
ENT_API void ent_writer_free(ent_writer *writer);

/* Writes a new corpus, one segment, of all documents of several; deterministic and associative. A document that two
 * of them have in the same form is taken once; in two forms, ENT_ERR_ARGUMENT names it. `path` must not be a corpus yet. */
ENT_API ent_status ent_corpus_merge(const ent_alloc *alloc, const char *path, const char *const *inputs, size_t count,
                                    ent_error *err);

/* ---- reading ---- */

/* A snapshot. Frozen but for ent_corpus_refresh and ent_corpus_load, which want it for themselves. */
typedef struct ent_corpus ent_corpus;
#define ENT_OPEN_READ 1u /* read by pread into memory, never map: for hosts that own their signals */
#define ENT_NO_DOCUMENT UINT64_MAX

/* In a time that does not grow with the corpus. Whatever is read is checked when it is first read, so any function
 * below may give ENT_ERR_DAMAGE. A mapped file that is cut off while it is read raises SIGBUS, unless
 * ent_corpus_guard was called; then, as with ENT_OPEN_READ, it is ENT_ERR_DAMAGE. */
ENT_API ent_status ent_corpus_open(const ent_alloc *alloc, const char *path, unsigned flags, ent_corpus **out, ent_error *err);
ENT_API void ent_corpus_free(ent_corpus *corpus);
/* Installs a handler for SIGBUS, once for the process: for programs that own it. What is no file of a corpus goes to
 * the handler that was there before. */
ENT_API ent_status ent_corpus_guard(ent_error *err);
ENT_API uint64_t ent_corpus_generation(const ent_corpus *corpus);
/* Moves to the newest commit; *moved tells whether there was one. Document numbers change. On failure it stays. */
ENT_API ent_status ent_corpus_refresh(ent_corpus *corpus, bool *moved, ent_error *err);
ENT_API ent_totals ent_corpus_totals(const ent_corpus *corpus);
/* Document numbers are below this; some of them may be of removed documents. */
ENT_API uint64_t ent_corpus_numbers(const ent_corpus *corpus);
ENT_API bool ent_corpus_has(const ent_corpus *corpus, uint64_t document);

typedef struct ent_document_view { /* `id` is borrowed until refresh or free */
  const char *id;                  /* `id_length` bytes, not ended by NUL */
  size_t id_length;
  uint32_t tokens, length;         /* length: bytes of text */
  uint8_t hash[16];                /* of everything that was given: XXH3, 128 bits */
} ent_document_view;
ENT_API ent_status ent_corpus_document(const ent_corpus *corpus, uint64_t document, ent_document_view *out, ent_error *err);
/* The document with an id, or ENT_NO_DOCUMENT. */
ENT_API ent_status ent_corpus_find(const ent_corpus *corpus, const char *id, size_t length, uint64_t *document, ent_error *err);
/* Adds a document to an index in memory, as it was added to the corpus: the same text, tokens, parts, edits, spans. Its
 * types go into the index's vocabulary. */
ENT_API ent_status ent_corpus_load(ent_corpus *corpus, uint64_t document, ent_index *index, uint32_t *number, ent_error *err);
/* The bytes [begin, end) of a document's text; `end` is cut to its length. */
ENT_API ent_status ent_corpus_text(const ent_corpus *corpus, uint64_t document, size_t begin, size_t end, ent_string **out,
                                   ent_error *err);

/* ---- metadata ---- */

/* The names of the fields that any document has, sorted bytewise, each ended by NUL. */
ENT_API ent_status ent_corpus_fields(const ent_corpus *corpus, ent_string **out, ent_error *err);
/* A document's value of a field; *has is false when it has none. Borrowed until refresh or free. */
ENT_API ent_status ent_corpus_value(const ent_corpus *corpus, uint64_t document, const char *field, ent_value *out, bool *has,
                                    ent_error *err);

/* A condition on a field: a number in a range (a text counts as the decimal number that it is), or, as text (2019, 0.5,
 * true), one of some values. A list meets it when one of its texts does; a document without the field does not. */
typedef struct ent_condition {
  const char *field;
  bool range;
  double least, most; /* both included */
  const char *const *values;
  size_t value_count;
} ent_condition;

/* Numbers of documents; freed by the caller. */
typedef struct ent_list ent_list;
ENT_API const uint64_t *ent_list_at(const ent_list *list, size_t *count);
ENT_API void ent_list_free(ent_list *list);
/* The documents that meet all conditions, in the bytewise order of their ids. */
ENT_API ent_status ent_corpus_documents(const ent_corpus *corpus, const ent_condition *conditions, size_t count, ent_list **out,
                                        ent_error *err);

/* ---- types and search ---- */

/* Calls for each form on a layer ("raw": as written, "fold", "bare", "hans") that fits a pattern (`*`, `?`, `\`; NULL:
 * all), in bytewise order, with how many tokens and documents have it, removed documents not counted; documents only on
 * fold, else 0. A status other than ENT_OK that `each` gives ends it and is returned. */
typedef struct ent_type_view {
  const char *bytes;
  size_t length;
  uint64_t tokens, documents;
} ent_type_view;
ENT_API ent_status ent_corpus_types(const ent_corpus *corpus, const char *layer, const char *pattern, size_t length,
                                    ent_status (*each)(void *user, const ent_type_view *type), void *user, ent_error *err);

/* Where terms stand, over the folded forms. A term is one word or several, parted by blanks, that stand side by side; a
 * word with `*` or `?` in it stands for all that fit. Several terms: in any order with at most `distance` tokens between
 * neighbours; with ENT_NONE side by side, in this order, which is one term. Documents come one by one, in the order of
 * their numbers. ENT_ERR_PATTERN for what holds no word. The terms are copied; the snapshot must not move meanwhile. */
typedef struct ent_search ent_search;
ENT_API ent_status ent_search_new(const ent_corpus *corpus, const char *const *terms, size_t count, uint32_t distance,
                                  ent_search **out, ent_error *err);
/* The next document that has a hit, ENT_NO_DOCUMENT at the end. */
ENT_API ent_status ent_search_next(ent_search *search, uint64_t *document, ent_error *err);
/* The hits in it, tokens, sorted; until the next call. */
typedef struct ent_place {
  uint32_t first, last;
} ent_place;
ENT_API ent_status ent_search_places(ent_search *search, const ent_place **places, size_t *count, ent_error *err);
ENT_API void ent_search_free(ent_search *search);

/* Reads everything and checks every sum and invariant. `report`, when not NULL, is told each fault as a line. */
ENT_API ent_status ent_corpus_verify(const ent_corpus *corpus, void (*report)(void *user, const char *line), void *user,
                                     ent_error *err);

/* ---- processes (POSIX) -------------------------------------------------------------------- */

typedef struct ent_limits { /* 0: no limit */
  unsigned wall_ms;
  unsigned cpu_seconds;
  size_t memory;     /* bytes of address space */
  size_t output;     /* bytes of standard output; a program that writes more is ended */
  size_t file_size;  /* bytes of any file that it writes */
} ent_limits;

typedef enum ent_end { ENT_END_EXIT, ENT_END_SIGNAL, ENT_END_TIME, ENT_END_OUTPUT } ent_end;

typedef struct ent_ran ent_ran;
typedef struct ent_ran_view {
  ent_end end;
  int code; /* exit status, or the signal's number */
  const char *out, *err;
  size_t out_length, err_length; /* err is cut after 64 KiB */
} ent_ran_view;

/* Runs argv[0] (looked up in PATH) without a shell, `input` on its standard input, and waits. Its
 * process group is killed when a limit is passed. argv ends with NULL. */
ENT_API ent_status ent_run(const ent_alloc *alloc, const char *const *argv, const char *input,
                           size_t input_length, const ent_limits *limits, ent_ran **out, ent_error *err);
ENT_API ent_ran_view ent_ran_look(const ent_ran *ran); /* until freed */
ENT_API void ent_ran_free(ent_ran *ran);

/* From here on this process can only read and write what it has open, allocate memory and end; any
 * other system call kills it (Linux: seccomp). ENT_ERR_STATE where the system has no such thing. */
ENT_API ent_status ent_confine(ent_error *err);

#ifdef __cplusplus
}
#endif

#endif
