import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Judges whether the subjects wrote the same: all committed events of each topic, by key, against those of the first. Values
 * are compared without their frame, byte by byte, and decoded where the bytes differ. Prints one JSON object per topic.
 * Arguments: bootstrap addresses, directory of schemas, then the topics.
 */
public final class Outputs {
  private static final int FRAME = 5;
  private static final int EXAMPLES_MAX = 3;
  private final Map<String, byte[]> reference = new HashMap<>();
  private final String brokers;
  private final Schema schema;

  private Outputs(String brokers, Schema schema) {
    this.brokers = brokers;
    this.schema = schema;
  }

  public static void main(String[] arguments) throws IOException {
    Outputs outputs = new Outputs(arguments[0], Schemas.of(arguments[1]).orderEvent());
    for (String topic : Arrays.asList(arguments).subList(2, arguments.length))
      System.out.println(new ObjectMapper().writeValueAsString(outputs.judge(topic)));
  }

  /** The first topic becomes the reference. */
  private Map<String, Object> judge(String topic) {
    boolean first = reference.isEmpty();
    Set<String> seen = new HashSet<>();
    List<String> examples = new ArrayList<>();
    long[] counts = new long[5];
    int records = 0, repeated = 1, decodedEqual = 2, different = 3, unexpected = 4;
    read(
        topic,
        (key, value) -> {
          counts[records]++;
          if (!seen.add(key)) {
            counts[repeated]++;
            return;
          }
          if (first) {
            reference.put(key, value);
            return;
          }
          byte[] expected = reference.get(key);
          if (expected == null) counts[unexpected]++;
          else if (Arrays.equals(expected, value)) return;
          else if (decode(expected).equals(decode(value))) counts[decodedEqual]++;
          else {
            counts[different]++;
            if (examples.size() < EXAMPLES_MAX) examples.add(key + ": expected " + decode(expected) + " but was " + decode(value));
          }
        });
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("topic", topic);
    result.put("records", counts[records]);
    result.put("repeated", counts[repeated]);
    result.put("decodedEqual", counts[decodedEqual]);
    result.put("different", counts[different]);
    result.put("unexpected", counts[unexpected]);
    result.put("missing", reference.size() - (seen.size() - counts[unexpected]));
    result.put("examples", examples);
    return result;
  }

  private GenericRecord decode(byte[] value) {
    try {
      return new GenericDatumReader<GenericRecord>(schema).read(null, DecoderFactory.get().binaryDecoder(value, null));
    } catch (IOException corrupt) {
      throw new IllegalStateException("An event cannot be decoded", corrupt);
    }
  }

  /** All committed records, values without their frame. */
  private void read(String topic, BiConsumer<String, byte[]> each) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", brokers,
            "isolation.level", "read_committed",
            "enable.auto.commit", "false",
            "max.partition.fetch.bytes", "10000000",
            "max.poll.records", "20000");
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      Collection<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .collect(Collectors.toList());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition)))
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          byte[] value = record.value();
          if (value.length < FRAME || value[0] != 0) throw new IllegalStateException("An event is not framed, at " + record.offset());
          each.accept(new String(record.key(), StandardCharsets.UTF_8), Arrays.copyOfRange(value, FRAME, value.length));
        }
    }
  }
}
