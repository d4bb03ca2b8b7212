/** A product of the shop. Prices are in cents. */
export interface Goods {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly cents: number;
}

export const GOODS: readonly Goods[] = [
  {id: 'morning', name: 'Morning Light', note: 'Ethiopia, washed. Jasmine, peach, honey.', cents: 1450},
  {id: 'harbour', name: 'Harbour Blend', note: 'Brazil and Guatemala. Cocoa, hazelnut.', cents: 1190},
  {id: 'night', name: 'Night Train', note: 'Sumatra, dark roast. Cedar, dark chocolate.', cents: 1290},
  {id: 'dripper', name: 'Paper Dripper', note: 'Stoneware, for one or two cups.', cents: 2400},
];

export function goodsOf(id: string): Goods | undefined {
  return GOODS.find((goods) => goods.id === id);
}

export function price(cents: number): string {
  return `€${(cents / 100).toFixed(2)}`;
}
