import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What is known of each order, in its store: about what schemas/state/OrderState.avsc has, in Avro's encoding but without
 * generic records. As only purchases come, one fact is seen of an order, and nothing is given back. One per task.
 */
final class Ledgers {
  static final String STORE = "ledgers";
  private static final int PURCHASE = 0;
  private static final long ABSENT = -1;
  private static final int SUMS = 4;

  private final KeyValueStore<byte[], byte[]> store;
  private final int occurredAt, customFields, factIds;
  private final int[] sums;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
  private BinaryEncoder encoder;
  private BinaryDecoder decoder;

  Ledgers(KeyValueStore<byte[], byte[]> store, Schema event) {
    this.store = store;
    occurredAt = event.getField("occurred_at").pos();
    customFields = event.getField("custom_fields").pos();
    factIds = event.getField("fact_ids").pos();
    sums = List.of("total", "subtotal", "tax", "shipping").stream().mapToInt(name -> event.getField(name).pos()).toArray();
  }

  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray());
  }

  /**
   * Whether a purchase goes out, as the first of its order: then the ledger has it. One that was seen does not; for another
   * one this throws {@link Rejected}. `now` is stream time, epoch ms.
   */
  boolean take(byte[] order, GenericRecord purchase, long now) {
    Utf8 fact = (Utf8) ((List<?>) purchase.get(factIds)).get(0);
    byte[] ledger = store.get(order);
    try {
      if (ledger == null) store.put(order, begin(purchase, fact, now));
      else if (!hasSeen(ledger, fact)) throw new Rejected("purchase_changed");
      return ledger == null;
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private byte[] begin(GenericRecord purchase, Utf8 fact, long now) throws IOException {
    long time = (Long) purchase.get(occurredAt);
    out.reset();
    encoder = EncoderFactory.get().binaryEncoder(out, encoder);
    encoder.writeLong(Math.max(time, now)); // newest
    encoder.writeLong(now); // since
    encoder.writeString((Utf8) ((Map<?, ?>) purchase.get(customFields)).get(ToEvent.CURRENCY_FIELD));
    encoder.writeLong(time);
    for (int sum : sums) encoder.writeLong(purchase.get(sum) == null ? ABSENT : Amounts.read(purchase.get(sum)));
    for (int i = 0; i < SUMS; i++) encoder.writeLong(0); // given back
    encoder.writeBoolean(false); // cancelled
    encoder.writeInt(1); // seen
    encoder.writeString(fact);
    encoder.writeEnum(PURCHASE);
    encoder.writeLong(time);
    encoder.flush();
    return out.toByteArray();
  }

  private boolean hasSeen(byte[] ledger, Utf8 fact) throws IOException {
    decoder = DecoderFactory.get().binaryDecoder(ledger, decoder);
    for (int i = 0; i < 2; i++) decoder.readLong();
    decoder.skipString();
    for (int i = 0; i < 1 + 2 * SUMS; i++) decoder.readLong();
    decoder.readBoolean();
    for (int left = decoder.readInt(); left > 0; left--) {
      if (decoder.readString(null).equals(fact)) return true;
      decoder.readEnum();
      decoder.readLong();
    }
    return false;
  }
}
