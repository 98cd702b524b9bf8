import java.nio.charset.StandardCharsets;
import org.apache.kafka.tools.AclCommand;

/**
 * Kafka's own kafka-acls.sh, for many calls in one process: a call a line on standard input, its words parted by tabs. Ends with
 * an error at the first call that fails.
 */
public final class Acls {
  public static void main(String[] arguments) throws Exception {
    String calls = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    for (String call : calls.split("\n")) AclCommand.main(call.split("\t"));
  }
}
