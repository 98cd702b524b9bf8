import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Avro into the registry's frame. One per thread. */
final class FramedWriter {
  private final GenericDatumWriter<GenericRecord> writer;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
  private final byte[] frame;
  private BinaryEncoder encoder;

  FramedWriter(Schema schema, int schemaId) {
    this.writer = new GenericDatumWriter<>(schema);
    this.frame = ByteBuffer.allocate(FramedReader.FRAME).put((byte) 0).putInt(schemaId).array();
  }

  byte[] write(GenericRecord value) {
    try {
      out.reset();
      out.write(frame, 0, frame.length);
      encoder = EncoderFactory.get().binaryEncoder(out, encoder);
      writer.write(value, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
