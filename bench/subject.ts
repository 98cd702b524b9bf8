/** What is measured: programs that read the orders of one topic and write ODP order events, exactly once, until stopped. */

/** One run of one subject. All names are new: nothing is left of earlier runs. */
export interface Run {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  /** Consumer group, by whose committed offsets the work is observed. */
  readonly group: string;
  readonly source: string;
  readonly events: string;
  readonly failures: string;
  readonly compression: string;
  /** The run's own. Nothing in it when the run starts. */
  readonly directory: string;
}

export interface Subject {
  readonly name: string;
  /** Its last outputs come some seconds after its last commit of the source. */
  readonly holdsBack?: boolean;
  start(run: Run): Promise<Running>;
}

export interface Running {
  /** Undefined once it has ended. */
  pid(): number | undefined;
  /** File of all it said. */
  readonly log: string;
  /** SIGTERM, by force after a while. Resolves when the process is gone. */
  stop(): Promise<void>;
}
