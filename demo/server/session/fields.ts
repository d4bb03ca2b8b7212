/** The fields of what should be an object; none where it is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(Object(value)));
}
