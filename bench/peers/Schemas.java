import java.io.IOException;
import java.nio.file.Path;
import org.apache.avro.Schema;

/** Our reader schema of orders and the schema of events, from this repository's schemas/. */
record Schemas(Schema orderPlaced, Schema orderEvent) {
  static Schemas of(String directory) throws IOException {
    return new Schemas(parse(directory, "commerce/OrderPlaced.avsc"), parse(directory, "odp/OrderEvent.avsc"));
  }

  private static Schema parse(String directory, String file) throws IOException {
    return new Schema.Parser().parse(Path.of(directory, file).toFile());
  }
}
