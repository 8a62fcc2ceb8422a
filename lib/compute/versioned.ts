/** Numbers that can be told from others and from what they were before: with the same two, they are the same. */
export interface Versioned {
  readonly id: number;
  /** NaN, which equals nothing, where changes go unnoticed. */
  readonly version: number;
}
