/** A record that cannot be used; the message is the code of the failure. Without a stack trace, as it is no error. */
@SuppressWarnings("serial")
final class Rejected extends RuntimeException {
  Rejected(String code) {
    super(code, null, false, false);
  }
}
