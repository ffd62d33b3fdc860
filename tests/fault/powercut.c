/* powercut: the hook behind each call, and the set of states that are known. */
#include "powercut.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { COMPLAINTS = 3 };

typedef struct known {
  uint64_t digest, found;
  bool used, good;
} known;

typedef struct cutting {
  const powercut_subject *subject;
  powercut_result *result;
  disk *medium;
  faulty table;
  unsigned randoms;
  volatile uint64_t acknowledged;
  known *states; /* a hash table, at most half full */
  size_t room, count;
} cutting;

static known *place_of(known *states, size_t room, uint64_t digest) {
  size_t place = (size_t)digest & (room - 1);
  while (states[place].used && states[place].digest != digest) place = (place + 1) & (room - 1);
  return &states[place];
}

static void grow(cutting *c) {
  size_t room = c->room ? 2 * c->room : 1024;
  known *states = calloc(room, sizeof *states);
  if (!states) abort();
  for (size_t i = 0; i < c->room; i++)
    if (c->states[i].used) *place_of(states, room, c->states[i].digest) = c->states[i];
  free(c->states);
  c->states = states;
  c->room = room;
}

static void complain(cutting *c, unsigned cut, const char *why) {
  if (c->result->violations++ >= COMPLAINTS) return;
  printf("# power cut behind call %" PRIu64 ", state %u, %" PRIu64 " acknowledged: %s\n", c->table.calls, cut,
         c->acknowledged, why);
  if (c->result->violations == 1) faulty_print(&c->table);
}

static void look(cutting *c, unsigned cut) {
  char why[POWERCUT_WHY] = "";
  bool random = cut >= DISK_FIXED;
  disk *left = disk_after(c->medium, random ? DISK_RANDOM : (disk_cut)cut, random ? c->table.calls << 16 | cut : 0);
  uint64_t digest = disk_digest(left);
  if (2 * c->count >= c->room) grow(c);
  known *state = place_of(c->states, c->room, digest);
  if (!state->used) {
    *state = (known){.digest = digest, .used = true};
    state->good = c->subject->check(c->subject->user, left, &state->found, why);
    c->count++;
    c->result->unique++;
  }
  c->result->states++;
  disk_free(left);
  if (state->good && (state->found < c->acknowledged || state->found > c->acknowledged + 1)) {
    (void)snprintf(why, sizeof why, "found commit %" PRIu64, state->found);
    complain(c, cut, why);
  } else if (!state->good) {
    complain(c, cut, why[0] ? why : "as above");
  }
}

static void cut_here(void *user) {
  cutting *c = user;
  c->result->cuts++;
  for (unsigned cut = 0; cut < DISK_FIXED + c->randoms; cut++) look(c, cut);
}

void powercut(const powercut_subject *subject, const disk *start, uint64_t acknowledged, fault_mutant mutant, unsigned randoms,
              powercut_result *result) {
  cutting c = {.subject = subject, .result = result, .randoms = randoms, .acknowledged = acknowledged};
  c.medium = disk_after(start, DISK_ALL, 0);
  enti_io under = disk_io(c.medium);
  faulty_init(&c.table, &under, c.medium);
  c.table.mutant = mutant;
  c.table.changed = cut_here;
  c.table.user = &c;
  if (!subject->run(subject->user, &c.table.io, &c.acknowledged)) complain(&c, 0, "the writer failed without a fault");
  cut_here(&c); /* behind the last acknowledgement */
  free(c.states);
  disk_free(c.medium);
}
