/* bench_table: see bench_table.h. */
#define _POSIX_C_SOURCE 200809L
#include "bench_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente.h"

void bench_table_begin(void) {
  (void)printf("%-24s %-10s %-5s %9s %9s %7s  %-44s %s\n", "kernel", "data", "unit", "ours", "theirs", "ratio", "peer",
               "found, spread");
  (void)fflush(stdout);
}

/* Digits behind the point, so that no figure loses what tells it from another. */
static int digits(double figure) { return figure >= 100 ? 1 : figure >= 1 ? 2 : 4; }

static double ratio(const bench_row *row) { return row->theirs > 0 ? row->ours / row->theirs : 0; }

bool bench_table_add(bench_table *table, const bench_row *row) {
  if (table->count == table->room) {
    size_t room = table->room ? table->room * 2 : 64;
    bench_row *rows = realloc(table->rows, room * sizeof *rows);
    if (!rows) return false;
    table->rows = rows;
    table->room = room;
  }
  table->rows[table->count++] = *row;
  (void)printf("%-24s %-10s %-5s %9.*f %9.*f %7.2f  %-44s %s\n", row->kernel, row->data, row->unit, digits(row->ours),
               row->ours, digits(row->theirs), row->theirs, ratio(row), row->peer, row->note);
  (void)fflush(stdout);
  return true;
}

bool bench_table_end(const bench_table *table, const char *path, const char *last) {
  (void)printf("# %s\n", last);
  if (!path) return true;
  size_t size = (table->count + 1) * (sizeof(bench_row) + 64) + strlen(last) + 64, used = 0;
  char *text = malloc(size);
  if (!text) return false;
  used += (size_t)snprintf(text, size, "kernel\tdata\tunit\tours\tpeer\ttheirs\tratio\n");
  for (size_t i = 0; i < table->count; i++) {
    const bench_row *row = table->rows + i;
    used += (size_t)snprintf(text + used, size - used, "%s\t%s\t%s\t%.*f\t%s\t%.*f\t%.3f\n", row->kernel, row->data,
                             row->unit, digits(row->ours), row->ours, row->peer, digits(row->theirs), row->theirs, ratio(row));
  }
  used += (size_t)snprintf(text + used, size - used, "# %s\n", last);
  ent_error error = {0};
  bool fine = ent_file_write(path, text, used, &error) == ENT_OK;
  if (!fine) (void)fprintf(stderr, "%s\n", error.message);
  free(text);
  return fine;
}

void bench_table_free(bench_table *table) { free(table->rows); }

void bench_processor(char *name, size_t size) {
  char line[256];
  (void)snprintf(name, size, "unknown processor");
  FILE *file = fopen("/proc/cpuinfo", "r");
  while (file && fgets(line, sizeof line, file)) {
    const char *colon = strchr(line, ':');
    if (strncmp(line, "model name", 10) != 0 || !colon) continue;
    (void)snprintf(name, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
    break;
  }
  if (file) (void)fclose(file);
}

void bench_today(char *date, size_t size) {
  time_t now = time(NULL);
  struct tm parts;
  if (!gmtime_r(&now, &parts) || strftime(date, size, "%Y-%m-%d", &parts) == 0) (void)snprintf(date, size, "no date");
}
