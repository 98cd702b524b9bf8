/** After the integration tests. Were this not reached, the stack would end with our process all the same. */
export default async (): Promise<void> => {
  await globalThis.testStack?.stop();
};
