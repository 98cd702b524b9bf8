/**
 * The Java side of the local stack: jars from Maven Central by dev/stack/pom.xml, and our few Java sources compiled
 * against them. All of it goes to one directory, `.cache/stack` or where ODP_STACK_CACHE says:
 *
 *   broker/lib  registry/  launcher/classes         --stack
 *   judges/lib  judges/classes                      --judges
 *   peers/lib   peers/classes                       --peers
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { program } from './prerequisites.mjs';
import { digest, files, root, run, say, stamp } from './run.mjs';

export const cache = resolve(root, process.env.ODP_STACK_CACHE || '.cache/stack');

/** A set: the Maven modules it copies, and the Java sources compiled to `<classes>/classes` against `<classpath>/lib`. */
export const sets = [
  {
    option: '--stack',
    name: 'broker and registry',
    modules: ['broker', 'registry'],
    sources: 'dev/stack/launcher',
    classes: 'launcher',
    classpath: 'broker',
  },
  {
    option: '--judges',
    name: 'Java judges',
    modules: ['judges'],
    sources: 'dev/judges',
    classes: 'judges',
    classpath: 'judges',
  },
  {
    option: '--peers',
    name: 'benchmark peers',
    modules: ['peers'],
    sources: 'bench/peers',
    classes: 'peers',
    classpath: 'peers',
  },
];

const jarsStamp = module => join(cache, module, '.stamp');
const jarsDigest = module => digest(['dev/stack/pom.xml', `dev/stack/${module}/pom.xml`]);
const jarsAreFresh = module => stamp(jarsStamp(module)) === jarsDigest(module);
const classesStamp = set => join(cache, set.classes, '.compiled-from');
const classesDigest = set =>
  digest([
    ...files(set.sources, '.java'),
    ...set.modules.map(module => `dev/stack/${module}/pom.xml`),
    'dev/stack/pom.xml',
  ]);
const classesAreFresh = set => stamp(classesStamp(set)) === classesDigest(set);

export const setIsFresh = set => set.modules.every(jarsAreFresh) && classesAreFresh(set);

export function getSets(wanted) {
  checkJava();
  const modules = wanted.flatMap(set => set.modules).filter(module => !jarsAreFresh(module));
  if (modules.length > 0) {
    say(`Getting ${wanted.map(set => set.name).join(', ')} from Maven Central (once) …`);
    for (const module of modules) rmSync(join(cache, module), { recursive: true, force: true });
    const pom = join(root, 'dev/stack/pom.xml');
    run(
      'get the jars of the local stack',
      program('mvn'),
      '-q',
      '-B',
      '-f',
      pom,
      '-pl',
      modules.join(','),
      `-Dstack.directory=${cache}`,
      'package',
    );
    for (const module of modules) writeFileSync(jarsStamp(module), jarsDigest(module));
  }
  for (const set of wanted) if (!classesAreFresh(set)) compile(set);
}

function compile(set) {
  const classes = join(cache, set.classes, 'classes');
  const sources = files(set.sources, '.java');
  rmSync(classes, { recursive: true, force: true });
  mkdirSync(classes, { recursive: true });
  if (sources.length > 0) {
    say(`Compiling ${set.sources} …`);
    run(
      `compile ${set.sources}`,
      program('javac'),
      '--release',
      '17',
      '-d',
      classes,
      '-cp',
      join(cache, set.classpath, 'lib', '*'),
      ...sources,
    );
  }
  writeFileSync(classesStamp(set), classesDigest(set));
}

/** Asked only when there is work: starting Java takes longer than everything else here. */
function checkJava() {
  const java = program('java');
  const said = spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr;
  const version = Number(/version "(\d+)/.exec(said)?.[1]);
  if (!(version >= 17))
    throw new Error(
      `Cannot set up the local stack with ${java} as Java 17 or newer is needed: it says ${said.split('\n')[0] || 'nothing'}. Install one, or set JAVA_HOME.`,
    );
}
