import java.nio.ByteBuffer;

/** Money in whole ten-thousandths, which is what a decimal of scale 4 holds; at most 15 significant digits. */
final class Amounts {
  private static final long FIFTEEN_DIGITS = 1_000_000_000_000_000L;
  private static final long EXACT_MAX = (1L << 53) - 1;

  private Amounts() {}

  /** Of a decimal's bytes: big-endian, two's complement. A placed order has none below zero. */
  static long read(Object value) {
    if (value == null) throw new Rejected("missing_field");
    ByteBuffer bytes = (ByteBuffer) value;
    int from = bytes.position();
    int length = bytes.remaining();
    if (length > 8) throw new Rejected("invalid_amount");
    long amount = length > 0 && bytes.get(from) < 0 ? -1 : 0;
    for (int i = 0; i < length; i++) amount = amount << 8 | bytes.get(from + i) & 0xff;
    if (amount < 0) throw new Rejected("invalid_amount");
    return exact(amount);
  }

  static long exact(long amount) {
    if (amount < FIFTEEN_DIGITS || amount <= EXACT_MAX && amount % 10 == 0) return amount;
    throw new Rejected("invalid_amount");
  }

  /** Price × quantity − discount. */
  static long line(long price, int quantity, long discount) {
    long gross = exact(Math.multiplyHigh(price, quantity) == 0 ? price * quantity : Long.MAX_VALUE);
    if (gross < discount) throw new Rejected("invalid_amount");
    return exact(gross - discount);
  }

  /** In as few bytes as it needs. */
  static ByteBuffer write(long amount) {
    int length = (64 - Long.numberOfLeadingZeros(amount)) / 8 + 1;
    byte[] bytes = new byte[length];
    for (int i = length - 1; i >= 0; i--, amount >>= 8) bytes[i] = (byte) amount;
    return ByteBuffer.wrap(bytes);
  }
}
