import org.apache.avro.util.Utf8;

/** Which text ODP takes, as in pipeline/order/text.ts: at most 1,024 printable code points. ASCII is judged by its bytes. */
final class Texts {
  private static final int CHARACTERS_MAX = 1024;

  private Texts() {}

  /** Text that must be there, not blank. */
  static Utf8 required(Object value) {
    Utf8 text = optional(value);
    if (text == null) throw new Rejected("missing_field");
    return text;
  }

  /** The text, or null where it is absent or blank. */
  static Utf8 optional(Object value) {
    if (value == null) return null;
    Utf8 text = (Utf8) value;
    byte[] bytes = text.getBytes();
    boolean blank = true;
    for (int i = 0; i < text.getByteLength(); i++) {
      byte unit = bytes[i];
      if (unit < 0) return beyondAscii(text);
      if (unit < 0x20 || unit == 0x7f) {
        if (text.toString().isBlank()) return null;
        throw new Rejected("text_too_long");
      }
      if (unit != 0x20) blank = false;
    }
    if (blank) return null;
    if (text.getByteLength() > CHARACTERS_MAX) throw new Rejected("text_too_long");
    return text;
  }

  private static Utf8 beyondAscii(Utf8 text) {
    String string = text.toString();
    if (string.isBlank()) return null;
    if (string.codePointCount(0, string.length()) > CHARACTERS_MAX || string.codePoints().anyMatch(Character::isISOControl))
      throw new Rejected("text_too_long");
    return text;
  }

  static boolean isAscii(Utf8 text) {
    byte[] bytes = text.getBytes();
    for (int i = 0; i < text.getByteLength(); i++) if (bytes[i] < 0) return false;
    return true;
  }

  /** Whether ODP takes it as the name of a field: `^[a-z][a-z0-9_]{1,61}$`. */
  static boolean isFieldName(String name) {
    if (name.length() < 2 || name.length() > 62) return false;
    for (int i = 0; i < name.length(); i++) {
      char unit = name.charAt(i);
      boolean letter = unit >= 'a' && unit <= 'z';
      if (!letter && (i == 0 || unit != '_' && (unit < '0' || unit > '9'))) return false;
    }
    return true;
  }
}
