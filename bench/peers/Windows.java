import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Facts are gathered in sessions; when one closes they go to the order's ledger by their event times, and what that lets
 * through goes out as its event. What cannot be used goes on as it is, with the reason in a header.
 */
final class Windows implements Processor<byte[], Fact, byte[], byte[]> {
  /** Nothing came for so long: the clock closes. */
  private static final long IDLE_MS = 3_000;
  private static final Duration CLOCK = Duration.ofMillis(500);

  private final FramedReader reader;
  private final FramedWriter writer;
  private final ToEvent toEvent;
  private final Schemas schemas;
  private final AtomicLong newestAtMs;
  private ProcessorContext<byte[], byte[]> context;
  private Sessions sessions;
  private Ledgers ledgers;

  private Windows(Registry registry, Schemas schemas, int eventSchemaId, AtomicLong newestAtMs) {
    this.reader = new FramedReader(registry, schemas.orderPlaced());
    this.writer = new FramedWriter(schemas.orderEvent(), eventSchemaId);
    this.toEvent = new ToEvent(schemas.orderPlaced(), schemas.orderEvent());
    this.schemas = schemas;
    this.newestAtMs = newestAtMs;
  }

  static ProcessorSupplier<byte[], Fact, byte[], byte[]> supplier(Registry registry, Schemas schemas, int eventSchemaId) {
    // By the clock, to any task: one cannot tell whether its partition has nothing or waits for the fetches of the others.
    AtomicLong newestAtMs = new AtomicLong();
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], Fact, byte[], byte[]> get() {
        return new Windows(registry, schemas, eventSchemaId, newestAtMs);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(Sessions.store(), Ledgers.store());
      }
    };
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    sessions = new Sessions(context.getStateStore(Sessions.STORE), this::settle);
    ledgers = new Ledgers(context.getStateStore(Ledgers.STORE), schemas.orderEvent());
    newestAtMs.set(context.currentSystemTimeMs());
    context.schedule(CLOCK, PunctuationType.WALL_CLOCK_TIME, this::closeWhenIdle);
  }

  @Override
  public void process(Record<byte[], Fact> record) {
    Fact fact = record.value();
    if (fact == null) return;
    newestAtMs.lazySet(context.currentSystemTimeMs());
    sessions.advance(context.currentStreamTimeMs());
    try {
      fact.check(record.timestamp());
      sessions.gather(record.key(), record.timestamp(), fact.bytes());
    } catch (Rejected rejected) {
      context.forward(rejected.failure(record.withValue(fact.bytes())), Peer.FAILURES);
    }
  }

  private void closeWhenIdle(long now) {
    if (now - newestAtMs.get() >= IDLE_MS) sessions.closeByClock(now);
  }

  private record Purchase(long occurredAt, GenericRecord event, byte[] fact) {}

  private void settle(byte[] order, byte[] gathered, long end) {
    List<Purchase> purchases = new ArrayList<>(1);
    for (byte[] fact : Gathered.facts(gathered)) {
      try {
        GenericRecord event = toEvent.apply(reader.read(fact), end);
        purchases.add(new Purchase(toEvent.occurredAt(event), event, fact));
      } catch (Rejected rejected) {
        fail(order, fact, end, rejected);
      }
    }
    purchases.sort(Comparator.comparingLong(Purchase::occurredAt));
    for (Purchase purchase : purchases) {
      try {
        if (ledgers.take(order, purchase.event, context.currentStreamTimeMs()))
          context.forward(new Record<>(order, writer.write(purchase.event), purchase.occurredAt), Peer.EVENTS);
      } catch (Rejected rejected) {
        fail(order, purchase.fact, end, rejected);
      }
    }
  }

  private void fail(byte[] order, byte[] fact, long end, Rejected rejected) {
    context.forward(rejected.failure(new Record<>(order, fact, end)), Peer.FAILURES);
  }
}
