import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Each order becomes its event; what cannot be used goes on as it is, with the reason in a header. */
final class Transform implements Processor<byte[], byte[], byte[], byte[]> {
  private final FramedReader reader;
  private final FramedWriter writer;
  private final ToEvent toEvent;
  private ProcessorContext<byte[], byte[]> context;

  Transform(Registry registry, Schemas schemas, int eventSchemaId) {
    this.reader = new FramedReader(registry, schemas.orderPlaced());
    this.writer = new FramedWriter(schemas.orderEvent(), eventSchemaId);
    this.toEvent = new ToEvent(schemas.orderPlaced(), schemas.orderEvent());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (record.value() == null || record.value().length == 0) return;
    byte[] event;
    try {
      event = writer.write(toEvent.apply(reader.read(record.value()), record.timestamp()));
    } catch (Rejected rejected) {
      context.forward(rejected.failure(record), Peer.FAILURES);
      return;
    }
    context.forward(record.withValue(event), Peer.EVENTS);
  }
}
