import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.apache.avro.util.Utf8;

/** `idempotence_id`: UUID version 5, its name made of the parts as pipeline/order/identity.ts says. One per thread. */
final class Identity {
  private static final UUID NAMESPACE = UUID.fromString("5d0c7b0e-1f2a-4a56-9c43-7e8b60d1c2f4");
  private final MessageDigest sha1;

  Identity() {
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  String of(Utf8 orderId, Utf8 factId) {
    update(NAMESPACE.getMostSignificantBits());
    update(NAMESPACE.getLeastSignificantBits());
    part(orderId);
    part(factId);
    byte[] digest = sha1.digest();
    long high = (bits(digest, 0) & 0xffffffffffff0fffL) | 0x5000L;
    long low = (bits(digest, 8) & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  private void part(Utf8 text) {
    int units = Texts.isAscii(text) ? text.getByteLength() : text.toString().length();
    sha1.update(Integer.toString(units).getBytes(StandardCharsets.ISO_8859_1));
    sha1.update((byte) ':');
    sha1.update(text.getBytes(), 0, text.getByteLength());
  }

  private void update(long bits) {
    for (int shift = 56; shift >= 0; shift -= 8) sha1.update((byte) (bits >>> shift));
  }

  private static long bits(byte[] bytes, int from) {
    long bits = 0;
    for (int i = from; i < from + 8; i++) bits = bits << 8 | bytes[i] & 0xff;
    return bits;
  }
}
