/** A place in a picture, in its own units. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
