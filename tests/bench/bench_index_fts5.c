/* bench_index_fts5: SQLite FTS5, its text in the table itself, one transaction. */
#include <stddef.h>

#include "bench_index.h"

#ifndef HAVE_SQLITE

const bench_engine *bench_fts5(void) { return NULL; }

#else

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

/* A page cache as large as our writer's memory, so that the one transaction never writes before its commit; 16 MiB of
 * words in memory instead of 1 before they become a segment, which was fastest of 1 to 256. All else is the default:
 * pages of 4 KiB, a rollback journal, synchronous FULL, merging as it goes. */
static const char *const setup = "PRAGMA cache_size=-262144;"
                                 "CREATE VIRTUAL TABLE d USING fts5(text, tokenize='unicode61', detail=full);"
                                 "INSERT INTO d(d, rank) VALUES('hashsize', 16777216);"
                                 "BEGIN";

static bool say(sqlite3 *db) {
  (void)fprintf(stderr, "SQLite FTS5: %s\n", db ? sqlite3_errmsg(db) : "no memory");
  return false;
}

static sqlite3 *open_file(const char *folder) {
  sqlite3 *db = NULL;
  char path[1024];
  (void)snprintf(path, sizeof path, "%s/bench.db", folder);
  if (sqlite3_open(path, &db) == SQLITE_OK) return db;
  (void)say(db);
  (void)sqlite3_close(db);
  return NULL;
}

static bool insert_all(sqlite3 *db, const bench_documents *documents) {
  sqlite3_stmt *insert = NULL;
  bool fine = sqlite3_prepare_v2(db, "INSERT INTO d(rowid, text) VALUES(?, ?)", -1, &insert, NULL) == SQLITE_OK;
  for (size_t i = 0; i < documents->count && fine; i++) {
    size_t begin = bench_documents_begin(documents, i);
    fine = sqlite3_bind_int64(insert, 1, (sqlite3_int64)i) == SQLITE_OK &&
           sqlite3_bind_text(insert, 2, documents->text + begin, (int)(documents->ends[i] - begin), SQLITE_STATIC) == SQLITE_OK &&
           sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK;
  }
  (void)sqlite3_finalize(insert);
  return fine;
}

static bool fts5_build(const char *folder, const bench_documents *documents, unsigned threads) {
  (void)threads;
  sqlite3 *db = open_file(folder);
  if (!db) return false;
  bool fine = sqlite3_exec(db, setup, NULL, NULL, NULL) == SQLITE_OK && insert_all(db, documents) &&
              sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
  if (!fine) (void)say(db);
  return sqlite3_close(db) == SQLITE_OK && fine;
}

static void *fts5_prepare(void *db, const bench_query *query);

/* SQLite reads nothing before the first statement: opened is what has one ready. */
static void *fts5_open(const char *folder) {
  static const bench_query any = {BENCH_RARE, 1, {"any"}};
  sqlite3 *db = open_file(folder);
  if (!db) return NULL;
  sqlite3_stmt *ready = NULL;
  if (sqlite3_exec(db, "PRAGMA cache_size=-262144", NULL, NULL, NULL) == SQLITE_OK) ready = fts5_prepare(db, &any);
  (void)sqlite3_finalize(ready);
  if (ready) return db;
  (void)sqlite3_close(db);
  return NULL;
}

static void fts5_close(void *db) { (void)sqlite3_close(db); }

static void *fts5_prepare(void *db, const bench_query *query) {
  char match[BENCH_MOST_WORDS * BENCH_WORD + 32];
  const char(*w)[BENCH_WORD] = query->words;
  if (query->class_of == BENCH_PREFIX)
    (void)snprintf(match, sizeof match, "%s*", w[0]);
  else if (query->class_of == BENCH_NEAR)
    (void)snprintf(match, sizeof match, "NEAR(%s %s, %d)", w[0], w[1], BENCH_DISTANCE);
  else
    (void)snprintf(match, sizeof match, "\"%s %s %s\"", w[0], w[1], w[2]);
  sqlite3_stmt *select = NULL;
  bool fine = sqlite3_prepare_v2(db, "SELECT rowid FROM d WHERE d MATCH ?", -1, &select, NULL) == SQLITE_OK &&
              sqlite3_bind_text(select, 1, match, -1, SQLITE_TRANSIENT) == SQLITE_OK;
  if (fine) return select;
  (void)say(db);
  (void)sqlite3_finalize(select);
  return NULL;
}

static bool fts5_ask(void *db, void *prepared, uint64_t *documents, uint64_t *sum) {
  sqlite3_stmt *select = prepared;
  int step;
  *documents = *sum = 0;
  while ((step = sqlite3_step(select)) == SQLITE_ROW) {
    ++*documents;
    *sum += (uint64_t)sqlite3_column_int64(select, 0);
  }
  (void)sqlite3_reset(select);
  return step == SQLITE_DONE || say(db);
}

static void fts5_forget(void *prepared) { (void)sqlite3_finalize(prepared); }

const bench_engine *bench_fts5(void) {
  static const bench_engine engine = {"SQLite FTS5", sqlite3_libversion, fts5_build, fts5_open,
                                      fts5_prepare, fts5_ask, fts5_forget, fts5_close};
  return &engine;
}

#endif
