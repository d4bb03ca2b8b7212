import type {Page} from 'playwright/test';

/**
 * Records each worker that a page starts, from its next navigation on. A connection waits for a worker only for a moment, so a test of the
 * thread that paints lets the worker start first.
 */
export function noteWorkers(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const answers: Promise<unknown>[] = [];
    Object.assign(window, {workerAnswers: answers, Worker: class extends Worker {
      constructor(...parameters: ConstructorParameters<typeof Worker>) {
        super(...parameters);
        answers.push(new Promise((resolve) => {
          this.addEventListener('message', resolve, {once: true});
          this.addEventListener('error', resolve, {once: true});
        }));
      }
    }});
  });
}

/** Resolves when the element is registered, and each worker has sent a message or failed. */
export function workersAnswered(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await customElements.whenDefined('chaser-live-view');
    // The worker is started one turn of the event loop later.
    await new Promise((resolve) => setTimeout(resolve));
    const answers: readonly Promise<unknown>[] = Reflect.get(window, 'workerAnswers');
    await Promise.all(answers);
  });
}
