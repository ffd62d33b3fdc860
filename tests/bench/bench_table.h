/* bench_table: rows of results, as people and as programs read them. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct bench_row {
  char kernel[40], data[24], unit[12], peer[56];
  double ours, theirs;
  char note[80]; /* for the printed table only */
} bench_row;

typedef struct bench_table {
  bench_row *rows;
  size_t count, room;
} bench_table;

/* The header of the printed table. */
void bench_table_begin(void);
/* Keeps a row and prints it. False when there is no memory. */
bool bench_table_add(bench_table *table, const bench_row *row);
/* Prints the last line and writes header, rows and last line to a file, whole or not at all: a line `kernel
 * data unit ours peer theirs ratio`, parted by tabs, for each row, then `# last`. path NULL: writes none. */
bool bench_table_end(const bench_table *table, const char *path, const char *last);
void bench_table_free(bench_table *table);

/* The processor as the system names it, into a string of `size` bytes. */
void bench_processor(char *name, size_t size);
/* Today as YYYY-MM-DD, in UTC. */
void bench_today(char *date, size_t size);

#endif
