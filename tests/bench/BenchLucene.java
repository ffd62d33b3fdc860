// The Lucene side of bench_index. README.md says what is measured; bench_index_run.c says which lines are printed.
//
//   BenchLucene version
//   BenchLucene build INDEX TEXT ENDS    TEXT: documents one behind the other; ENDS: where each ends, a line each
//   BenchLucene ask INDEX QUERIES        QUERIES: a line each, the class and the words parted by tabs

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.spans.SpanNearQuery;
import org.apache.lucene.search.spans.SpanQuery;
import org.apache.lucene.search.spans.SpanTermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

public final class BenchLucene {
  private static final int DISTANCE = 5;
  private static final int WARM_BYTES = 5000000;
  private static final int WARM_RUNS = 3000;
  private static final long WARM_NANOS = 1000000000L;

  // As bench_index_run.c times the others.
  private static final int LEAST = 15;
  private static final int MOST = 1000;
  private static final int MOST_IN_A_ROW = 1000;
  private static final long SPENT_NANOS = 60000000L;
  private static final long BATCH_NANOS = 100000L;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  public static void main(String[] args) throws IOException {
    switch (args[0]) {
      case "version":
        System.out.println("version " + Version.LATEST);
        break;
      case "build":
        build(Paths.get(args[1]), documents(Paths.get(args[2]), Paths.get(args[3])));
        break;
      default:
        ask(Paths.get(args[1]), Files.readAllLines(Paths.get(args[2])));
    }
  }

  // ---- building ----

  private static String[] documents(Path text, Path ends) throws IOException {
    byte[] bytes = Files.readAllBytes(text);
    List<String> lines = Files.readAllLines(ends);
    String[] documents = new String[lines.size()];
    int begin = 0;
    for (int i = 0; i < documents.length; i++) {
      int end = Integer.parseInt(lines.get(i));
      documents[i] = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
      begin = end;
    }
    return documents;
  }

  private static void index(Directory directory, String[] documents, int count) throws IOException {
    FieldType type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS);
    type.setTokenized(true);
    type.setStored(true);
    type.setOmitNorms(true); // no scores are asked for
    type.freeze();
    IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer());
    config.setRAMBufferSizeMB(512);
    config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
    Document document = new Document();
    Field field = new Field("text", "", type);
    document.add(field);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < count; i++) {
        field.setStringValue(documents[i]);
        writer.addDocument(document);
      }
      writer.commit();
    }
  }

  // The first WARM_BYTES go into memory before the clock runs, so that the loops are compiled.
  private static void build(Path folder, String[] documents) throws IOException {
    int warm = 0;
    for (long size = 0; warm < documents.length && size < WARM_BYTES; warm++) size += documents[warm].length();
    try (Directory memory = new ByteBuffersDirectory()) {
      index(memory, documents, warm);
    }
    System.gc();
    long start = System.nanoTime();
    long processor = THREADS.getCurrentThreadCpuTime();
    try (Directory directory = FSDirectory.open(folder)) {
      index(directory, documents, documents.length);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(Locale.ROOT, "seconds %.6f %.6f%n", seconds, (THREADS.getCurrentThreadCpuTime() - processor) / 1e9);
  }

  // ---- asking ----

  private static final class Visitor extends SimpleCollector {
    long documents;
    long sum;
    private int base;

    @Override
    protected void doSetNextReader(LeafReaderContext context) {
      base = context.docBase;
    }

    @Override
    public void collect(int document) {
      documents++;
      sum += base + document;
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE_NO_SCORES;
    }
  }

  private static Query query(String[] fields) {
    String[] words = Arrays.copyOfRange(fields, 1, fields.length);
    if (fields[0].equals("prefix-glob")) return new PrefixQuery(new Term("text", words[0]));
    if (fields[0].equals("near")) {
      SpanQuery[] clauses = new SpanQuery[words.length];
      for (int i = 0; i < words.length; i++) clauses[i] = new SpanTermQuery(new Term("text", words[i]));
      return new SpanNearQuery(clauses, DISTANCE, false);
    }
    return words.length == 1 ? new TermQuery(new Term("text", words[0])) : new PhraseQuery("text", words);
  }

  private static Visitor visit(IndexSearcher searcher, Query query) throws IOException {
    Visitor visitor = new Visitor();
    searcher.search(query, visitor);
    return visitor;
  }

  private static double median(List<Double> nanos) {
    nanos.sort(null);
    int half = nanos.size() / 2;
    return nanos.size() % 2 == 1 ? nanos.get(half) : (nanos.get(half - 1) + nanos.get(half)) / 2.0;
  }

  private static double openNanos(Directory directory) throws IOException {
    List<Double> nanos = new ArrayList<>();
    long begin = System.nanoTime();
    while (nanos.size() < LEAST || (nanos.size() < MOST && System.nanoTime() - begin < 10 * SPENT_NANOS)) {
      long start = System.nanoTime();
      DirectoryReader reader = DirectoryReader.open(directory);
      nanos.add((double) (System.nanoTime() - start));
      reader.close();
    }
    return median(nanos);
  }

  private static void ask(Path folder, List<String> lines) throws IOException {
    try (Directory directory = FSDirectory.open(folder)) {
      System.out.printf(Locale.ROOT, "open %.6f%n", openNanos(directory) / 1e6);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null); // every run does its work
        for (String line : lines) time(searcher, query(line.split("\t")));
      }
    }
  }

  private static void time(IndexSearcher searcher, Query query) throws IOException {
    long begin = System.nanoTime();
    for (int i = 0; i < WARM_RUNS && System.nanoTime() - begin < WARM_NANOS; i++) visit(searcher, query);
    begin = THREADS.getCurrentThreadCpuTime();
    Visitor last = visit(searcher, query);
    int inARow = (int) Math.min(MOST_IN_A_ROW, 1 + BATCH_NANOS / Math.max(1, THREADS.getCurrentThreadCpuTime() - begin));
    List<Double> nanos = new ArrayList<>();
    begin = THREADS.getCurrentThreadCpuTime();
    while (nanos.size() < LEAST || (nanos.size() < MOST && THREADS.getCurrentThreadCpuTime() - begin < SPENT_NANOS)) {
      long start = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < inARow; i++) last = visit(searcher, query);
      nanos.add((THREADS.getCurrentThreadCpuTime() - start) / (double) inARow);
    }
    System.out.printf(Locale.ROOT, "query %d %d %.3f%n", last.documents, last.sum, median(nanos) / 1e3);
  }

  private BenchLucene() {}
}
