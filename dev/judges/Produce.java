import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Another client's records: commands on standard input, one byte each and then what it needs, by any number of named
 * producers and in their order. Answers partition and offset of each sent record, in the order sent. Transactions open at
 * the end stay open, as a crash would leave them. Argument: bootstrap addresses.
 */
public final class Produce {
  private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private final DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
  private final String brokers;

  private Produce(String brokers) {
    this.brokers = brokers;
  }

  public static void main(String[] arguments) throws Exception {
    Produce produce = new Produce(arguments[0]);
    for (int command = produce.in.read(); command >= 0; command = produce.in.read()) produce.obey((char) command);
    produce.producers.values().forEach(KafkaProducer::flush);
    produce.answer();
    // Not exit(), not close(): those would end the open transactions.
    Runtime.getRuntime().halt(0);
  }

  private void obey(char command) throws Exception {
    String name = Wire.readText(in);
    KafkaProducer<byte[], byte[]> producer = producers.get(name);
    switch (command) {
      case 'o' -> producers.put(name, open());
      case 's' -> sent.add(producer.send(record()));
      case 'f' -> producer.flush();
      case 'b' -> producer.beginTransaction();
      case 'c' -> producer.commitTransaction();
      case 'a' -> {
        // Otherwise what still waits here would never reach the broker, and there would be nothing to filter out.
        producer.flush();
        producer.abortTransaction();
      }
      default -> throw new IllegalArgumentException("unknown command " + command);
    }
  }

  private KafkaProducer<byte[], byte[]> open() throws IOException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", brokers);
    for (int left = in.readInt(); left > 0; left--) settings.put(Wire.readText(in), Wire.readText(in));
    ByteArraySerializer bytes = new ByteArraySerializer();
    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, bytes, bytes);
    if (settings.containsKey("transactional.id")) producer.initTransactions();
    return producer;
  }

  private ProducerRecord<byte[], byte[]> record() throws IOException {
    String topic = Wire.readText(in);
    int partition = in.readInt();
    long timestamp = in.readLong();
    byte[] key = Wire.readBytes(in);
    byte[] value = Wire.readBytes(in);
    List<Header> headers = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) headers.add(new RecordHeader(Wire.readText(in), Wire.readBytes(in)));
    return new ProducerRecord<>(topic, partition < 0 ? null : partition, timestamp < 0 ? null : timestamp, key, value, headers);
  }

  private void answer() throws Exception {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
    for (Future<RecordMetadata> future : sent) {
      out.writeInt(future.get().partition());
      out.writeLong(future.get().offset());
    }
    out.flush();
  }
}
