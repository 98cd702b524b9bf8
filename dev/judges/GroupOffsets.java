import java.io.DataOutputStream;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What a group has committed, by Kafka's own admin client. Arguments: bootstrap addresses, group. */
public final class GroupOffsets {
  public static void main(String[] arguments) throws Exception {
    DataOutputStream out = new DataOutputStream(System.out);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", arguments[0]))) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(arguments[1]).partitionsToOffsetAndMetadata().get();
      for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
        if (entry.getValue() == null) continue;
        Wire.writeText(out, entry.getKey().topic());
        out.writeInt(entry.getKey().partition());
        out.writeLong(entry.getValue().offset());
        Wire.writeText(out, entry.getValue().metadata());
      }
    }
    out.flush();
  }
}
