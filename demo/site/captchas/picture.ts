/** A point in a picture, in the picture's units. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
