// bench_index_xapian: Xapian's glass, positions and the text as each document's data, one flush and commit.
#include "bench_index.h"

#ifndef HAVE_XAPIAN

const bench_engine *bench_xapian() { return nullptr; }

#else

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

#include <xapian.h>

namespace {

// Everything of Xapian may throw, and nothing may pass the C interface.
template <typename Result, typename Work>
Result guarded(Result failed, Work work) {
  try {
    return work();
  } catch (const Xapian::Error &error) {
    (void)std::fprintf(stderr, "Xapian: %s\n", error.get_msg().c_str());
  } catch (const std::exception &error) {
    (void)std::fprintf(stderr, "Xapian: %s\n", error.what());
  }
  return failed;
}

const char *version() { return Xapian::version_string(); }

std::string path_of(const char *folder) { return std::string(folder) + "/bench.glass"; }

// Document i is document i + 1 there.
bool build(const char *folder, const bench_documents *documents, unsigned) {
  return guarded(false, [&] {
    (void)setenv("XAPIAN_FLUSH_THRESHOLD", "100000000", 1); // documents; by default it flushes behind each 10,000
    Xapian::WritableDatabase database(path_of(folder), Xapian::DB_CREATE_OR_OVERWRITE);
    Xapian::TermGenerator generator;
    for (size_t i = 0; i < documents->count; i++) {
      const size_t begin = bench_documents_begin(documents, i);
      const std::string text(documents->text + begin, documents->ends[i] - begin);
      Xapian::Document document;
      document.set_data(text);
      generator.set_document(document);
      generator.index_text(text);
      database.add_document(document);
    }
    database.commit();
    database.close();
    return true;
  });
}

void *open(const char *folder) {
  return guarded(static_cast<void *>(nullptr), [&] { return static_cast<void *>(new Xapian::Database(path_of(folder))); });
}

void close(void *index) { delete static_cast<Xapian::Database *>(index); }

struct asked {
  std::string term; // of a single word; else empty
  Xapian::Query query;
};

void *prepare(void *, const bench_query *query) {
  return guarded(static_cast<void *>(nullptr), [&] {
    auto result = std::make_unique<asked>();
    const char(*words)[BENCH_WORD] = query->words;
    if (query->class_of == BENCH_PREFIX)
      result->query = Xapian::Query(Xapian::Query::OP_WILDCARD, words[0]);
    else if (query->class_of == BENCH_NEAR) // a window counts the words at its ends
      result->query = Xapian::Query(Xapian::Query::OP_NEAR, words, words + query->count, BENCH_DISTANCE + 2);
    else if (query->count > 1)
      result->query = Xapian::Query(Xapian::Query::OP_PHRASE, words, words + query->count, static_cast<unsigned>(query->count));
    else
      result->term = words[0];
    return static_cast<void *>(result.release());
  });
}

void forget(void *prepared) { delete static_cast<asked *>(prepared); }

// A term's list is read as it is, without a matcher, which is cheaper; all else without weights, in the order of numbers.
bool ask(void *index, void *prepared, uint64_t *documents, uint64_t *sum) {
  return guarded(false, [&] {
    const auto *database = static_cast<const Xapian::Database *>(index);
    const auto *a = static_cast<const asked *>(prepared);
    *documents = *sum = 0;
    if (!a->term.empty()) {
      for (auto at = database->postlist_begin(a->term), end = database->postlist_end(a->term); at != end; ++at) {
        ++*documents;
        *sum += *at;
      }
      return true;
    }
    Xapian::Enquire enquire(*database);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.set_docid_order(Xapian::Enquire::ASCENDING);
    enquire.set_query(a->query);
    const Xapian::MSet found = enquire.get_mset(0, database->get_doccount());
    for (auto at = found.begin(); at != found.end(); ++at) {
      ++*documents;
      *sum += *at;
    }
    return true;
  });
}

} // namespace

const bench_engine *bench_xapian() {
  static const bench_engine engine = {"Xapian", version, build, open, prepare, ask, forget, close};
  return &engine;
}

#endif
