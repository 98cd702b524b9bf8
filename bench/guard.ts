/**
 * Loaded into a Node process before its program: ends it with the process that started it, whichever way that one ends. Its
 * standard input is a pipe that nobody writes to and the kernel closes. (dev/stack/launcher/Guarded.java does it for Java.)
 */
process.stdin.once('end', () => process.exit(129)).resume();
// It must not keep a program alive that has nothing left to do.
(process.stdin as NodeJS.ReadStream & { unref?(): void }).unref?.();
