/** Finds an element that the page must have. */
export function query<Found extends Element>(selector: string): Found {
  const found = document.querySelector<Found>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** Posts JSON to an endpoint of the demo. @throws {Error} with the server's message. */
export async function post(path: string, body: unknown = {}): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(path, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)});
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(errorMessage(answer) ?? `The server answered ${response.status}.`);
  if (!isRecord(answer)) throw new TypeError('The server answered something else than an object.');
  return answer;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function errorMessage(answer: unknown): string | undefined {
  const error = isRecord(answer) ? answer['error'] : undefined;
  return isRecord(error) && typeof error['message'] === 'string' ? error['message'] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
