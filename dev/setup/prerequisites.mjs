/**
 * What must be on the machine before anything else. Looks at the path only (no process is started): cheap enough for
 * every run. Written in the syntax of old Nodes, since it has to tell them that they are old.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const nodeFloor = [20, 12];

/** All that is missing for these options: `{ what, debian, macos }` each. */
export function missing(options) {
  const found = [];
  if (!nodeIsNewEnough(process.versions.node))
    found.push({
      what: `Node.js ${nodeFloor.join('.')} or newer (this is ${process.versions.node})`,
      debian: 'curl -fsSL https://deb.nodesource.com/setup_22.x | sudo bash - && sudo apt-get install -y nodejs',
      macos: 'brew install node@22',
    });
  if (options.includes('--stack') || options.includes('--judges') || options.includes('--peers')) {
    if (!program('java') || !program('javac'))
      found.push({
        what: 'a Java development kit, 17 or newer (`java` and `javac`, in JAVA_HOME or on the path)',
        debian: 'sudo apt-get install -y openjdk-17-jdk-headless',
        macos: 'brew install openjdk@17 && export JAVA_HOME="$(brew --prefix openjdk@17)"',
      });
    if (!program('mvn'))
      found.push({ what: 'Maven (`mvn`)', debian: 'sudo apt-get install -y maven', macos: 'brew install maven' });
  }
  return found;
}

export function nodeIsNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > nodeFloor[0] || (major === nodeFloor[0] && minor >= nodeFloor[1]);
}

/** One message for all of it. */
export function explainMissing(found) {
  const lines = found.map(
    ({ what, debian, macos }) => `- ${what}\n    Debian, Ubuntu:  ${debian}\n    macOS:           ${macos}`,
  );
  return `Cannot set up as this is missing:\n\n${lines.join('\n')}\n`;
}

/** Where a program stands, JAVA_HOME first for Java's, or undefined. */
export function program(name) {
  const home = process.env.JAVA_HOME;
  const directories = (process.env.PATH || '').split(delimiter);
  if (home && (name === 'java' || name === 'javac')) directories.unshift(join(home, 'bin'));
  return directories.map(directory => join(directory, name)).find(path => existsSync(path));
}
