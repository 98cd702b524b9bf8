/** What is wrong with a mapping: where, which field, what, and what was meant. */
export interface MappingProblem {
  /** `mappings/shop.yaml:3:5`, or a file's name. */
  readonly source: string;
  /** Such as `items.price`. */
  readonly name?: string;
  /** A clause that follows the name. */
  readonly message: string;
  readonly hint?: string;
}
