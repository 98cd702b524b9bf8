import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Facts of an order, gathered in sessions of event time until those close, by the rules of docs/time.md: a session ends when
 * stream time less the grace is more than the gap behind its last fact. One per task.
 *
 * <p>By hand and not by the DSL, which closes nothing while no record comes, and looks for what has ended once a second of the
 * clock. In a backlog that is half an hour of event time, for which the store in memory would have to keep all.
 */
final class Sessions {
  static final String STORE = "sessions";
  static final long GAP_MS = 5_000;
  static final long GRACE_MS = 5_000;
  /** Of stream time: so often sessions that have ended are looked for. */
  private static final long CLOSING_MS = 1_000;
  /** So long the store remembers. Nothing is removed that closed, as that would be a record more in the changelog. */
  private static final Duration RETENTION = Duration.ofMillis(2 * (GAP_MS + GRACE_MS));

  /** Takes what was gathered ({@link Gathered}) in a session that has closed; `end` is its last event time. */
  interface Closed {
    void accept(byte[] order, byte[] gathered, long end);
  }

  private final SessionStore<byte[], byte[]> store;
  private final Closed closed;
  /** Stream time less the grace, epoch ms. An older fact is late. */
  private long watermark = 0;
  /** The sessions with an end up to this have closed. */
  private long closedTo = -1;

  Sessions(SessionStore<byte[], byte[]> store, Closed closed) {
    this.store = store;
    this.closed = closed;
  }

  /** A cache would save only what changes twice within a commit. */
  static StoreBuilder<?> store() {
    return Stores.sessionStoreBuilder(Stores.inMemorySessionStore(STORE, RETENTION), Serdes.ByteArray(), Serdes.ByteArray());
  }

  /** To be called before the fact is gathered that moved stream time: with that the store forgets, closed or not. */
  void advance(long streamTime) {
    watermark = Math.max(watermark, streamTime - GRACE_MS);
    long to = endedAt(watermark);
    if (to < closedTo + CLOSING_MS) return;
    close(to);
    closedTo = to;
  }

  /** All sessions that it touches become one. Throws {@link Rejected} for a late fact. */
  void gather(byte[] order, long time, byte[] fact) {
    if (time < watermark) throw new Rejected("late");
    byte[] gathered = Gathered.of(fact);
    long start = time;
    long end = time;
    List<Windowed<byte[]>> touched = new ArrayList<>(0);
    try (KeyValueIterator<Windowed<byte[]>, byte[]> found = store.findSessions(order, time - GAP_MS, time + GAP_MS)) {
      while (found.hasNext()) {
        KeyValue<Windowed<byte[]>, byte[]> session = found.next();
        touched.add(session.key);
        start = Math.min(start, session.key.window().start());
        end = Math.max(end, session.key.window().end());
        gathered = Gathered.join(session.value, gathered);
      }
    }
    SessionWindow joined = new SessionWindow(start, end);
    for (Windowed<byte[]> session : touched) if (!session.window().equals(joined)) store.remove(session);
    store.put(new Windowed<>(order, joined), gathered);
  }

  /** What has ended by the clock (epoch ms) closes, and time rises to the end of the last of them. */
  void closeByClock(long now) {
    long to = endedAt(now - GRACE_MS);
    if (to <= closedTo) return;
    closedTo = Math.max(closedTo, close(to));
    watermark = Math.max(watermark, closedTo + GAP_MS + 1);
  }

  /**
   * After a restart it begins with all that the store has: what had closed closes once more, and the ledger has seen it.
   * Returns the end of the last session, or -1.
   */
  private long close(long to) {
    long last = -1;
    try (KeyValueIterator<Windowed<byte[]>, byte[]> found = store.findSessions(closedTo + 1, to)) {
      while (found.hasNext()) {
        KeyValue<Windowed<byte[]>, byte[]> session = found.next();
        last = session.key.window().end();
        closed.accept(session.key.key(), session.value, last);
      }
    }
    return last;
  }

  /** The newest last fact of sessions that have ended at a time. */
  private static long endedAt(long time) {
    return time - GAP_MS - 1;
  }
}
