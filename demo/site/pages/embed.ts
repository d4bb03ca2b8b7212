import {html} from '../html.js';
import {layout} from './layout.js';

const TEN_LINES = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>My session</title>
  <link rel="stylesheet" href="/assets/embed.css">
  <script type="module" src="/assets/chaser-live-view.js"></script>
  <h1>My session</h1>
  <chaser-live-view token-endpoint="/demo/exhibits/0/preview-token" controls></chaser-live-view>
</html>
`;

/** A complete page with a live view, in ten lines. */
export function tenLines(): string {
  return TEN_LINES;
}

/** The page that shows these ten lines and their result. */
export function embedPage(): string {
  return layout({
    path: '/embed', title: 'Embed it in ten lines', script: '',
    content: html`
      <div class="head">
        <section class="intro">
          <h1>Embed it in ten lines</h1>
          <p>One script, one element, and an endpoint of yours that mints tokens. The key to the API stays on your server.
            <a href="/embed/ten-lines">Open the page below by itself.</a></p>
        </section>
      </div>
      <div class="embed">
        <section class="card" aria-label="The page's code">
          <pre tabindex="0"><code>${TEN_LINES.trim().split('\n').map((line) => html`<span class="line">${line}\n</span>`)}</code></pre>
          <p>The style sheet is the page's own. The endpoint gets <code>POST {}</code> with the page's cookies, and answers what
            <code>POST /v1/sessions/{id}/preview-token</code> answered your server.</p>
        </section>
        <section class="session" aria-label="What it looks like">
          <div class="bar"><i></i><i></i><i></i><output>/embed/ten-lines</output></div>
          <chaser-live-view token-endpoint="/demo/exhibits/0/preview-token" controls label="A session that the visitors of this page share"></chaser-live-view>
        </section>
      </div>`,
  });
}
