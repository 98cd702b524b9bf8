import java.io.IOException;
import java.util.Arrays;

/**
 * Runs another main class in a process that cannot outlive the one that started it. Standard input is a pipe held by the
 * starter and never written to: whichever way the starter ends, kill -9 included, the kernel closes the pipe and we end too.
 * Arguments: the main class, then its arguments.
 */
public final class Guarded {
  public static void main(String[] arguments) throws Exception {
    Thread guard = new Thread(Guarded::endWithStandardInput, "guard");
    guard.setDaemon(true);
    guard.start();
    Class.forName(arguments[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
  }

  private static void endWithStandardInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException broken) {
      // As good as its end.
    }
    // Not exit(): shutdown hooks of a broker may wait for other brokers, which are ending as well.
    Runtime.getRuntime().halt(129);
  }
}
