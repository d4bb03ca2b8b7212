/** How the picture fits its box, as CSS `object-fit`. */
export type LiveViewFit = 'contain' | 'cover' | 'fill' | 'none' | 'scale-down';
