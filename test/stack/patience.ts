/** A project of jest cannot set its time-out in the configuration. Starting brokers, and rebalances, take their time. */
jest.setTimeout(120_000);
