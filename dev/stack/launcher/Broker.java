import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Formats a broker's data directory when it is new, then runs the broker: one JVM start instead of two.
 * Arguments: data directory, then the arguments of Kafka's `kafka-storage format`, of which the last is the properties file.
 */
public final class Broker {
  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    if (!Files.exists(data.resolve("meta.properties"))) {
      String[] format = arguments.clone();
      format[0] = "format";
      int code = kafka.tools.StorageTool.execute(format, System.out);
      if (code != 0) System.exit(code);
    }
    kafka.Kafka.main(new String[] {arguments[arguments.length - 1]});
  }
}
