import type {ComplexAttributeConverter} from 'lit';
import type {LiveViewFit} from './input/geometry.js';

export const TOKEN_ENDPOINT = 'token-endpoint';

const isTrue: (value?: unknown) => boolean = (value) => Boolean(value) && String(value).toLowerCase() !== 'false';

/** A boolean attribute for which `="false"` is false, because frameworks write that for an element that is not defined yet. */
export const flag: ComplexAttributeConverter<boolean> = {
  fromAttribute: (value) => value === '' || isTrue(value),
  toAttribute: (value) => value ? '' : null,
};

/** Converts what a page sets to the property's type. Without a value, returns the default. */
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
  // Like an enumerated attribute of HTML: case-insensitive, and unknown values mean the default.
  fit: (value) => FITS.find((fit) => fit === String(value).toLowerCase()) ?? 'contain',
  controls: isTrue,
  paused: isTrue,
  label: text('Live view'),
  thread: (value) => String(value).toLowerCase() === 'page' ? 'page' : 'auto',
};

/** Makes each property convert what is set to its type, like those of HTML's elements. Lit wraps these accessors. */
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
