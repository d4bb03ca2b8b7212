import type {ComplexAttributeConverter} from 'lit';
import type {LiveViewFit} from './input/geometry.js';

export const TOKEN_ENDPOINT = 'token-endpoint';

const isTrue: (value?: unknown) => boolean = (value) => Boolean(value) && String(value).toLowerCase() !== 'false';

/** A boolean whose attribute may say `false` in words: what a framework writes of a value, for an element that it does not know yet. */
export const flag: ComplexAttributeConverter<boolean> = {
  fromAttribute: (value) => value === '' || isTrue(value),
  toAttribute: (value) => value ? '' : null,
};

/** Makes what a page sets a value of the property's type; of nothing, its default. */
type Type = (value?: unknown) => unknown;

const FITS: readonly LiveViewFit[] = ['contain', 'cover', 'fill', 'none', 'scale-down'];

const text = (fallback = ''): Type => (value) => String(value ?? fallback);
const orNull: Type = (value) => value ?? null;

const TYPES: Readonly<Record<string, Type>> = {
  src: text(),
  previewToken: orNull,
  tokenEndpoint: text(),
  tokenProvider: orNull,
  readOnly: isTrue,
  // As an enumerated attribute of HTML: in capitals too, and what is not known is the default.
  fit: (value) => FITS.find((fit) => fit === String(value).toLowerCase()) ?? 'contain',
  controls: isTrue,
  paused: isTrue,
  label: text('Live view'),
  thread: (value) => String(value).toLowerCase() === 'page' ? 'page' : 'auto',
};

/** Has each property be of its type, whatever is set, as with HTML's own elements. Lit puts its accessors around these. */
export function conform(prototype: object): void {
  for (const [name, type] of Object.entries(TYPES)) {
    const key = Symbol(name);
    Object.defineProperty(prototype, name, {
      get(this: Record<symbol, unknown>) {
        return this[key] ?? type();
      },
      set(this: Record<symbol, unknown>, value: unknown) {
        this[key] = type(value);
      },
      configurable: true,
    });
  }
}
