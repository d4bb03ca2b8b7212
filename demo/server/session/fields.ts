/** The fields of a value that should be an object. Empty if the value is not an object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(Object(value)));
}
