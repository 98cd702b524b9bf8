import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All committed records of a topic, by Kafka's own consumer: from the beginning to what was stable when it started.
 * Arguments: bootstrap addresses, topic, bytes a fetch.
 */
public final class ReadCommitted {
  public static void main(String[] arguments) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", arguments[0],
            "isolation.level", "read_committed",
            "enable.auto.commit", "false",
            "fetch.max.bytes", arguments[2],
            "max.partition.fetch.bytes", arguments[2],
            "max.poll.records", "10000");
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(arguments[1]).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .collect(Collectors.toList());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      // By position, not by the last record: a partition may end in markers and aborted records.
      while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition)))
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100)))
          if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) write(out, record);
    }
    out.flush();
  }

  private static void write(DataOutputStream out, ConsumerRecord<byte[], byte[]> record) throws Exception {
    out.writeInt(record.partition());
    out.writeLong(record.offset());
    out.writeLong(record.timestamp());
    Wire.writeBytes(out, record.key());
    Wire.writeBytes(out, record.value());
    Header[] headers = record.headers().toArray();
    out.writeInt(headers.length);
    for (Header header : headers) {
      Wire.writeText(out, header.key());
      Wire.writeBytes(out, header.value());
    }
  }
}
