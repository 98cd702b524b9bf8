import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The facts of a session as its store has them: source records as they came, each after its length. */
final class Gathered {
  private static final int LENGTH = Integer.BYTES;

  private Gathered() {}

  static byte[] of(byte[] fact) {
    return ByteBuffer.allocate(LENGTH + fact.length).putInt(fact.length).put(fact).array();
  }

  static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  static List<byte[]> facts(byte[] gathered) {
    List<byte[]> facts = new ArrayList<>(1);
    for (int at = 0; at < gathered.length; ) {
      int from = at + LENGTH;
      at = from + ByteBuffer.wrap(gathered, at, LENGTH).getInt();
      facts.add(Arrays.copyOfRange(gathered, from, at));
    }
    return facts;
  }
}
