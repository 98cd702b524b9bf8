import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.TimestampExtractor;

/** A source record as it comes: its bytes, and of what they say only when it happened (epoch ms), or why that is not known. */
record Fact(byte[] bytes, long occurredAt, Rejected rejected) {
  private static final String TIME = "occurred_at";

  /** Kafka Streams shares one among its threads. */
  static Deserializer<Fact> deserializer(Registry registry, Schemas schemas) {
    Schema schema = timeOf(schemas.orderPlaced());
    ThreadLocal<FramedReader> readers = ThreadLocal.withInitial(() -> new FramedReader(registry, schema));
    return (topic, bytes) -> {
      if (bytes == null || bytes.length == 0) return null;
      try {
        return new Fact(bytes, (Long) readers.get().read(bytes).get(0), null);
      } catch (Rejected rejected) {
        return new Fact(bytes, -1, rejected);
      }
    };
  }

  /** Event time. A record without a good one moves no time. */
  static final TimestampExtractor EVENT_TIME =
      (record, partitionTime) -> isTimely(record) ? ((Fact) record.value()).occurredAt : Math.max(0, partitionTime);

  private static boolean isTimely(ConsumerRecord<Object, Object> record) {
    return record.value() instanceof Fact fact && ToEvent.isTimely(fact.occurredAt, record.timestamp());
  }

  /** Throws {@link Rejected} where it cannot be used; `time` is what {@link #EVENT_TIME} made of it. */
  void check(long time) {
    if (rejected != null) throw rejected;
    if (time != occurredAt) throw new Rejected("invalid_timestamp");
  }

  /** The schema without all but the time: a reader skips the rest. */
  private static Schema timeOf(Schema placed) {
    Schema.Field time = placed.getField(TIME);
    Schema.Field copy = new Schema.Field(TIME, time.schema(), time.doc());
    return Schema.createRecord(placed.getName(), placed.getDoc(), placed.getNamespace(), false, List.of(copy));
  }
}
