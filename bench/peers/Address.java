import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/** An address as the one line of text that ODP keeps: its parts joined by ", ", blanks folded. */
final class Address {
  private static final int PARTS = 6;

  private Address() {}

  /** Null where there is none, or nothing in it. */
  static Utf8 line(GenericRecord address) {
    if (address == null) return null;
    StringBuilder line = new StringBuilder(80);
    for (int i = 0; i < PARTS; i++) {
      Object part = address.get(i);
      if (part == null) continue;
      String folded = fold(part.toString());
      if (folded.isEmpty()) continue;
      if (line.length() > 0) line.append(", ");
      line.append(folded);
    }
    return Texts.optional(new Utf8(line.toString()));
  }

  private static String fold(String text) {
    String stripped = text.strip();
    for (int i = 0; i < stripped.length(); i++)
      if (Character.isWhitespace(stripped.charAt(i)) && (stripped.charAt(i) != ' ' || stripped.charAt(i + 1) == ' '))
        return stripped.replaceAll("\\s+", " ");
    return stripped;
  }
}
