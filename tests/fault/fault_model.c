/* fault_model [ROUNDS [SEED]]: random documents and operations on a corpus, against a list of documents in memory.
 *
 * In each round some documents are added, replaced and removed, with a spill or an asked-for merge now and then; what
 * came is committed or dropped; readers, mapped or not, follow at once, later, or stay where they are. What a reader
 * says is compared with the state that it opened. A failure names its seed and round. */
#include <string.h>

#include "corpus/writer.h"
#include "model_check.h"
#include "scratch.h"
#include "tap.h"

enum { READERS = 2, CORPUS_ROUNDS = 250, ROUNDS = 1000 };

typedef struct run {
  char folder[64], path[96], other[96];
  pool_seed seed;
  model pending, committed;
  ent_writer *writer;
  uint64_t generation;
  struct {
    ent_corpus *corpus;
    model seen;
    uint64_t generation;
  } readers[READERS];
  size_t checked, commits, dropped, merges, changes;
} run;

static char fault[500];

static bool wrong(const char *what, const char *detail) {
  (void)snprintf(fault, sizeof fault, "%s: %s", what, detail ? detail : "");
  return false;
}

/* ---- writing ------------------------------------------------------------------------------ */

static bool open_writer(run *r) {
  ent_writer_options options = {.memory = (size_t)16 << 20, .threads = 1 + pool_below(&r->seed, 3)};
  ent_error err = {0};
  if (ent_writer_open(NULL, r->path, pool_below(&r->seed, 4) ? &options : NULL, &r->writer, &err) != ENT_OK) return wrong("opened for writing", err.message);
  r->pending = r->committed;
  return ent_writer_generation(r->writer) == r->generation || wrong("the writer's generation", NULL);
}

static bool add(run *r, size_t number) {
  static const ent_change changes[] = {ENT_ADDED, ENT_REPLACED, ENT_UNCHANGED};
  pool_seed old = r->pending.seeds[number];
  paper p;
  ent_change change;
  ent_error err = {0};
  bool same = old && pool_below(&r->seed, 5) == 0, has;
  if (!same) r->pending.seeds[number] = pool_random(&r->seed) | 1;
  model_paper(&r->pending, number, &p);
  ent_status status = ent_writer_add(r->writer, &p.document, &change, &err);
  if (status == ENT_OK) status = ent_writer_has(r->writer, p.id, &has, &err);
  paper_free(&p);
  if (status != ENT_OK) return wrong("added", err.message);
  r->changes++;
  return (has && change == changes[same ? 2 : old != 0]) || wrong("what an add says it changed", p.id);
}

static bool take_away(run *r, size_t number) {
  char id[PAPER_ID];
  bool was, has;
  ent_error err = {0};
  model_id(number, id);
  if (ent_writer_remove(r->writer, id, &was, &err) != ENT_OK || ent_writer_has(r->writer, id, &has, &err) != ENT_OK) return wrong("removed", err.message);
  bool wanted = r->pending.seeds[number] != 0;
  r->pending.seeds[number] = 0;
  r->changes += was;
  return (was == wanted && !has) || wrong("whether there was a document to remove", id);
}

static bool commit(run *r) {
  ent_error err = {0};
  bool changed = memcmp(&r->pending, &r->committed, sizeof r->pending) != 0;
  if (ent_writer_commit(r->writer, &err) != ENT_OK) return wrong("committed", err.message);
  uint64_t generation = ent_writer_generation(r->writer);
  /* a change that was undone, or a merge that was asked for, may make a commit or none */
  if (generation > r->generation + 1 || (changed && generation == r->generation)) return wrong("the generation of a commit", NULL);
  r->generation = generation;
  r->committed = r->pending;
  r->commits++;
  return true;
}

static bool change(run *r) {
  for (size_t count = pool_below(&r->seed, 8); count > 0; count--) {
    size_t number = pool_below(&r->seed, MODEL_IDS);
    bool fine = true;
    switch (pool_below(&r->seed, 12)) {
      case 0: case 1: case 2: fine = take_away(r, number); break;
      case 3:
        if (r->writer->batch && pool_below(&r->seed, 2)) {
          r->writer->weight = r->writer->memory; /* as if memory were full: the next add spills */
        } else if (pool_below(&r->seed, 4) == 0) {
          ent_writer_merge(r->writer);
          r->merges++;
        }
        break;
      default: fine = add(r, number);
    }
    if (!fine) return false;
  }
  if (pool_below(&r->seed, 6) > 0) return commit(r);
  if (pool_below(&r->seed, 2)) return true; /* what came stays for the next round */
  ent_writer_free(r->writer);
  r->writer = NULL;
  r->dropped++;
  return open_writer(r);
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool read_on(run *r, size_t which) {
  ent_error err = {0};
  bool moved, is_new = r->readers[which].corpus == NULL || pool_below(&r->seed, 10) == 0;
  if (is_new) {
    ent_corpus_free(r->readers[which].corpus);
    r->readers[which].corpus = NULL;
    unsigned flags = pool_below(&r->seed, 2) ? ENT_OPEN_READ : 0;
    if (ent_corpus_open(NULL, r->path, flags, &r->readers[which].corpus, &err) != ENT_OK) return wrong("opened", err.message);
  } else if (pool_below(&r->seed, 3) > 0) {
    if (ent_corpus_refresh(r->readers[which].corpus, &moved, &err) != ENT_OK) return wrong("refreshed", err.message);
    if (moved != (r->readers[which].generation != r->generation)) return wrong("whether a refresh moved", NULL);
  } else {
    return true; /* stays where it is */
  }
  r->readers[which].seen = r->committed;
  r->readers[which].generation = r->generation;
  return true;
}

static void note(void *user, const char *line) {
  (void)user;
  printf("# %s\n", line);
}

static bool check(run *r, size_t which) {
  ent_corpus *corpus = r->readers[which].corpus;
  if (ent_corpus_generation(corpus) != r->readers[which].generation) return wrong("the generation of a snapshot", NULL);
  const char *what = model_differs(&r->readers[which].seen, corpus, &r->seed);
  r->checked++;
  if (what) return wrong("a snapshot", what);
  ent_error err = {0};
  if (pool_below(&r->seed, 20) == 0 && ent_corpus_verify(corpus, note, NULL, &err) != ENT_OK) return wrong("verified", err.message);
  return true;
}

/* ---- other corpora ------------------------------------------------------------------------ */

/* The bytes of the only segment of a corpus. */
static ent_string *only_segment(const char *path) {
  ent_string *names, *bytes = NULL;
  ent_error err = {0};
  size_t length;
  if (ent_folder_list(NULL, path, &names, &err) != ENT_OK) return NULL;
  const char *name = ent_string_bytes(names, &length);
  for (const char *at = name; at < name + length; at += strlen(at) + 1) {
    char file[256];
    if (strncmp(at, "segment-", 8) != 0) continue;
    ent_string_free(bytes);
    bytes = NULL;
    (void)snprintf(file, sizeof file, "%s/%s", path, at);
    if (ent_file_read(NULL, file, SIZE_MAX, &bytes, &err) != ENT_OK) break;
  }
  ent_string_free(names);
  return bytes;
}

/* A join of the corpus alone is the corpus, and its segment that of a new corpus of the same documents. */
static bool check_join(run *r) {
  const char *inputs[] = {r->path};
  char fresh[112];
  ent_error err = {0};
  ent_writer *writer;
  bool same = true;
  (void)snprintf(fresh, sizeof fresh, "%s.fresh", r->other);
  if (ent_corpus_merge(NULL, r->other, inputs, 1, &err) != ENT_OK) return wrong("joined", err.message);
  if (ent_writer_open(NULL, fresh, NULL, &writer, &err) != ENT_OK) return wrong("made anew", err.message);
  for (size_t i = MODEL_IDS; i-- > 0 && same;) {
    paper p;
    if (!r->committed.seeds[i]) continue;
    model_paper(&r->committed, i, &p);
    same = ent_writer_add(writer, &p.document, NULL, &err) == ENT_OK;
    paper_free(&p);
  }
  same = same && ent_writer_commit(writer, &err) == ENT_OK;
  ent_writer_free(writer);
  ent_string *joined = only_segment(r->other), *wanted = only_segment(fresh);
  size_t length = 0, other = 0;
  const char *bytes = joined ? ent_string_bytes(joined, &length) : "", *others = wanted ? ent_string_bytes(wanted, &other) : "";
  same = same && length == other && memcmp(bytes, others, length) == 0;
  ent_string_free(joined);
  ent_string_free(wanted);
  scratch_remove(fresh);
  scratch_remove(r->other);
  return same || wrong("a joined corpus, byte for byte", err.message);
}

/* ---- rounds ------------------------------------------------------------------------------- */

static bool one_round(run *r) {
  if (!change(r)) return false;
  for (size_t i = 0; i < READERS; i++)
    if (pool_below(&r->seed, 2) && r->generation > 0 && !(read_on(r, i) && check(r, i))) return false;
  return r->generation == 0 || pool_below(&r->seed, 60) > 0 || check_join(r);
}

static bool run_corpus(run *r, uint64_t seed, int rounds) {
  bool fine = true;
  int round = 0;
  r->seed = seed;
  r->generation = 0;
  memset(&r->pending, 0, sizeof r->pending);
  memset(&r->committed, 0, sizeof r->committed);
  (void)snprintf(r->path, sizeof r->path, "%s/model.entente", r->folder);
  (void)snprintf(r->other, sizeof r->other, "%s/other.entente", r->folder);
  fine = open_writer(r);
  for (; round < rounds && fine; round++) fine = one_round(r);
  if (!fine) printf("# seed %llu, round %d: %s\n", (unsigned long long)seed, round, fault);
  for (size_t i = 0; i < READERS; i++) {
    ent_corpus_free(r->readers[i].corpus);
    memset(&r->readers[i], 0, sizeof r->readers[i]);
  }
  ent_writer_free(r->writer);
  r->writer = NULL;
  scratch_remove(r->path);
  return fine;
}

int main(int count, char **arguments) {
  int rounds = count > 1 ? atoi(arguments[1]) : ROUNDS, done = 0;
  uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
  run *r = calloc(1, sizeof *r);
  bool fine = r != NULL;
  if (!r) return 2;
  scratch_make(r->folder);
  for (; done < rounds && fine; done += CORPUS_ROUNDS, seed++)
    fine = run_corpus(r, seed, rounds - done < CORPUS_ROUNDS ? rounds - done : CORPUS_ROUNDS);
  scratch_remove(r->folder);
  (void)tap(fine, "%d rounds: %zu changes, %zu commits, %zu dropped, %zu merges asked for; %zu snapshots as the list has them", rounds, r->changes,
            r->commits, r->dropped, r->merges, r->checked);
  free(r);
  return tap_end();
}
