/* powercut: cuts the power behind every call of a writer, and looks at what is left.
 *
 * A writer runs on a disk in memory. Behind each call that changes something, the states in which the disk may be found
 * are made (disk.h: the fixed ones and some random ones), and each is checked. Equal states are checked once. */
#ifndef FAULT_POWERCUT_H
#define FAULT_POWERCUT_H

#include "faulty_io.h"

enum { POWERCUT_WHY = 400 };

typedef struct powercut_subject {
  void *user;
  /* Writes commit by commit and keeps *acknowledged at the number of the last that was said to be there. */
  bool (*run)(void *user, const enti_io *io, volatile uint64_t *acknowledged);
  /* Reads what is on the disk, tells which commit it is, goes on writing; false, and why, when something is wrong. */
  bool (*check)(void *user, disk *d, uint64_t *found, char why[POWERCUT_WHY]);
} powercut_subject;

typedef struct powercut_result {
  uint64_t cuts;       /* places at which the power was cut */
  uint64_t states;     /* that were made */
  uint64_t unique;     /* that were checked: no two are equal */
  uint64_t violations; /* states that are wrong */
} powercut_result;

/* `start` is copied. Adds to *result. What is wrong is printed, the first few with the calls that led there.
 * `acknowledged`: commits that are on `start`. */
void powercut(const powercut_subject *subject, const disk *start, uint64_t acknowledged, fault_mutant mutant, unsigned randoms,
              powercut_result *result);

#endif
