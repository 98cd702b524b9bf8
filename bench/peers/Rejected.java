import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.Record;

/** A record that cannot be used; the message is the code of the failure. Without a stack trace, as it is no error. */
@SuppressWarnings("serial")
final class Rejected extends RuntimeException {
  Rejected(String code) {
    super(code, null, false, false);
  }

  /** The record with the reason in a header. */
  Record<byte[], byte[]> failure(Record<byte[], byte[]> record) {
    record.headers().add("__streams.errors.exception.message", getMessage().getBytes(StandardCharsets.UTF_8));
    return record;
  }
}
