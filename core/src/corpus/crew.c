/* corpus/crew: see crew.h.
 *
 * One queue under one lock. Each thread owns its lane of the batch and its list of what it has done, so nothing else
 * is shared while they work; the lists are read when all are idle. Which thread takes which document does not matter:
 * a batch is written in the order of the ids. */
#define _GNU_SOURCE
#include "corpus/crew.h"

#include <pthread.h>
#include <signal.h>

#include "corpus/copy.h"

typedef struct job job;
struct job {
  job *next;
  enti_copy copy;
  uint8_t hash[16];
  uint32_t key;
};

typedef struct done_job {
  uint32_t key, number;
} done_job;

typedef struct worker {
  enti_crew *crew;
  pthread_t thread;
  unsigned lane;
  ENTI_ARRAY(done_job) done;
} worker;

struct enti_crew {
  ent_alloc alloc;
  enti_batch *batch;
  unsigned threads, started, busy;
  size_t room, waiting; /* bytes */
  job *first, **last;
  bool ending;
  ent_status status; /* what the first that failed gave */
  ent_error fault;
  pthread_mutex_t lock;
  pthread_cond_t work, idle; /* something waits, or the end has come; something was taken, or is done */
  worker workers[];
};

static void free_job(enti_crew *crew, job *one) {
  enti_copy_free(&crew->alloc, &one->copy);
  enti_free(&crew->alloc, one, sizeof *one);
}

/* The next job, or NULL at the end. Called and left with the lock held. */
static job *take(enti_crew *crew) {
  while (!crew->first && !crew->ending) (void)pthread_cond_wait(&crew->work, &crew->lock);
  if (crew->ending) return NULL;
  job *one = crew->first;
  crew->first = one->next;
  if (!crew->first) crew->last = &crew->first;
  crew->waiting -= one->copy.size;
  crew->busy++;
  (void)pthread_cond_broadcast(&crew->idle);
  return one;
}

static ent_status index_one(worker *self, const job *one, ent_error *err) {
  enti_crew *crew = self->crew;
  done_job done = {.key = one->key};
  ent_status status = enti_array_reserve(&crew->alloc, &self->done, 1);
  if (status != ENT_OK) return enti_fail(err, status, 0, "out of memory");
  status = enti_batch_add(crew->batch, self->lane, &one->copy.document, one->hash, &done.number, err);
  if (status == ENT_OK) self->done.at[self->done.count++] = done;
  return status;
}

static void *run(void *argument) {
  worker *self = argument;
  enti_crew *crew = self->crew;
  (void)pthread_mutex_lock(&crew->lock);
  for (job *one; (one = take(crew)) != NULL;) {
    ent_error err = {.code = ENT_OK};
    bool failed = crew->status != ENT_OK;
    (void)pthread_mutex_unlock(&crew->lock);
    ent_status status = failed ? ENT_OK : index_one(self, one, &err);
    free_job(crew, one);
    (void)pthread_mutex_lock(&crew->lock);
    if (status != ENT_OK && crew->status == ENT_OK) {
      crew->status = status;
      crew->fault = err;
    }
    crew->busy--;
    (void)pthread_cond_broadcast(&crew->idle);
  }
  (void)pthread_mutex_unlock(&crew->lock);
  return NULL;
}

/* Starts the threads with all signals blocked: those are for the caller's. */
static ent_status start(enti_crew *crew) {
  sigset_t all, kept;
  (void)sigfillset(&all);
  (void)sigdelset(&all, SIGBUS);
  (void)sigdelset(&all, SIGSEGV);
  (void)pthread_sigmask(SIG_BLOCK, &all, &kept);
  int result = 0;
  for (unsigned i = 0; result == 0 && i < crew->threads; i++) {
    crew->workers[i].crew = crew;
    crew->workers[i].lane = i;
    result = pthread_create(&crew->workers[i].thread, NULL, run, &crew->workers[i]);
    if (result == 0) crew->started++;
  }
  (void)pthread_sigmask(SIG_SETMASK, &kept, NULL);
  return result == 0 ? ENT_OK : ENT_ERR_MEMORY;
}

static size_t crew_size(unsigned threads) { return sizeof(enti_crew) + threads * sizeof(worker); }

ent_status enti_crew_new(const ent_alloc *alloc, enti_batch *batch, unsigned threads, size_t room, enti_crew **out) {
  enti_crew *crew = enti_new(alloc, crew_size(threads));
  if (!crew) return ENT_ERR_MEMORY;
  crew->alloc = *alloc;
  crew->batch = batch;
  crew->threads = threads;
  crew->room = room;
  crew->last = &crew->first;
  bool lock = pthread_mutex_init(&crew->lock, NULL) == 0;
  bool work = lock && pthread_cond_init(&crew->work, NULL) == 0;
  if (work && pthread_cond_init(&crew->idle, NULL) == 0) {
    ent_status status = start(crew);
    if (status == ENT_OK) *out = crew;
    else enti_crew_free(crew);
    return status;
  }
  if (work) (void)pthread_cond_destroy(&crew->work);
  if (lock) (void)pthread_mutex_destroy(&crew->lock);
  enti_free(alloc, crew, crew_size(threads));
  return ENT_ERR_MEMORY;
}

void enti_crew_free(enti_crew *crew) {
  if (!crew) return;
  ent_alloc alloc = crew->alloc;
  (void)pthread_mutex_lock(&crew->lock);
  crew->ending = true;
  (void)pthread_cond_broadcast(&crew->work);
  (void)pthread_mutex_unlock(&crew->lock);
  for (unsigned i = 0; i < crew->started; i++) {
    (void)pthread_join(crew->workers[i].thread, NULL);
    enti_array_free(&alloc, &crew->workers[i].done);
  }
  for (job *one = crew->first, *next; one; one = next) {
    next = one->next;
    free_job(crew, one);
  }
  (void)pthread_cond_destroy(&crew->idle);
  (void)pthread_cond_destroy(&crew->work);
  (void)pthread_mutex_destroy(&crew->lock);
  enti_free(&alloc, crew, crew_size(crew->threads));
}

ent_status enti_crew_give(enti_crew *crew, const ent_document *document, const uint8_t hash[16], uint32_t key, ent_error *err) {
  job *one = enti_new(&crew->alloc, sizeof *one);
  if (!one) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  ent_status status = enti_copy_document(&crew->alloc, document, &one->copy);
  if (status != ENT_OK) {
    enti_free(&crew->alloc, one, sizeof *one);
    return enti_fail(err, status, 0, "%s", ent_status_text(status));
  }
  memcpy(one->hash, hash, sizeof one->hash);
  one->key = key;
  (void)pthread_mutex_lock(&crew->lock);
  while (crew->first && crew->waiting + one->copy.size > crew->room && crew->status == ENT_OK)
    (void)pthread_cond_wait(&crew->idle, &crew->lock);
  status = crew->status;
  if (status == ENT_OK) {
    *crew->last = one;
    crew->last = &one->next;
    crew->waiting += one->copy.size;
    (void)pthread_cond_signal(&crew->work);
  } else if (err) {
    *err = crew->fault;
  }
  (void)pthread_mutex_unlock(&crew->lock);
  if (status != ENT_OK) free_job(crew, one);
  return status;
}

ent_status enti_crew_drain(enti_crew *crew, void (*done)(void *user, uint32_t key, unsigned lane, uint32_t number),
                           void *user, ent_error *err) {
  (void)pthread_mutex_lock(&crew->lock);
  while (crew->first || crew->busy > 0) (void)pthread_cond_wait(&crew->idle, &crew->lock);
  ent_status status = crew->status;
  if (status != ENT_OK && err) *err = crew->fault;
  (void)pthread_mutex_unlock(&crew->lock);
  for (unsigned i = 0; i < crew->threads; i++) {
    worker *one = &crew->workers[i];
    for (size_t j = 0; j < one->done.count; j++) done(user, one->done.at[j].key, one->lane, one->done.at[j].number);
    one->done.count = 0;
  }
  return status;
}
