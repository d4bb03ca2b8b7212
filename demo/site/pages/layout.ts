import {type Html, html} from '../html.js';

export interface Layout {
  readonly path: string;
  readonly title: string;
  /** The name of the page's script among the assets, without `.js`. Empty for none. */
  readonly script: string;
  readonly content: Html;
}

const PAGES = [
  {path: '/', name: 'Hand-over'},
  {path: '/gallery', name: 'Gallery'},
  {path: '/embed', name: 'Embed'},
  {path: '/wall', name: 'Wall'},
] as const;

/** A page of the demo. */
export function layout({path, title, script, content}: Layout): string {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} · chaser-live-view</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/assets/demo.css">
  <script type="module" src="/assets/chaser-live-view.js"></script>
  ${path === '/' ? html`<script type="module" src="/assets/chaser-live-tabs.js"></script>` : ''}
  ${script === '' ? '' : html`<script type="module" src="/assets/${script}.js"></script>`}
</head>
<body>
  <header class="top">
    <a class="brand" href="/"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><rect x="1.5" y="3.5" width="21" height="14" rx="3"/><path d="M10 7.5v6l5-3z"/><path d="M8 21h8"/></svg>chaser-live-view</a>
    <nav aria-label="Demo pages">${PAGES.map((page) => html`<a href="${page.path}"${page.path === path ? html` aria-current="page"` : ''}>${page.name}</a>`)}</nav>
  </header>
  <main>${content}</main>
</body>
</html>`.toString();
}
