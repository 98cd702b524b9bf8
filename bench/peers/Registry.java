import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** Asks a Confluent-compatible registry for schemas, once per id. */
final class Registry {
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Integer, Schema> byId = new ConcurrentHashMap<>();
  private final String url;

  Registry(String url) {
    this.url = url;
  }

  Schema schema(int id) {
    return byId.computeIfAbsent(id, unknown -> new Schema.Parser().parse(get(unknown).get("schema").asText()));
  }

  /** The id of the schema in its subject, where it is added if it is new. */
  int register(String subject, Schema schema) throws IOException {
    String body = json.writeValueAsString(Map.of("schema", schema.toString()));
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/subjects/" + subject + "/versions"));
    request.header("content-type", "application/vnd.schemaregistry.v1+json");
    return ask(request.POST(HttpRequest.BodyPublishers.ofString(body)).build()).get("id").asInt();
  }

  private JsonNode get(int id) {
    try {
      return ask(HttpRequest.newBuilder(URI.create(url + "/schemas/ids/" + id)).build());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private JsonNode ask(HttpRequest request) throws IOException {
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200)
        throw new IOException("The registry answers " + request.uri() + " with " + answer.statusCode() + " " + answer.body());
      return json.readTree(answer.body());
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }
}
