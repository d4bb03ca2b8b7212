import {SCRIPT} from '../automation.js';
import {CAPTCHA_KINDS, type CaptchaKind} from '../captchas/captcha-server.js';
import {type Html, html} from '../html.js';
import {layout} from './layout.js';

export interface HomeOptions {
  readonly captcha: CaptchaKind;
  readonly profile: 'desktop' | 'mobile';
}

const CAPTCHA_NAMES: Readonly<Record<CaptchaKind, string>> = {altcha: 'ALTCHA', slider: 'Slider', grid: 'Picture grid'};

/** The demo's main page: the live view of a session, and the script that runs in it. */
export function homePage({captcha, profile}: HomeOptions): string {
  const address = (change: Partial<HomeOptions>) => `/?${new URLSearchParams({captcha, profile, ...change}).toString()}`;
  return layout({
    path: '/', title: 'A person solves the captcha, the script goes on', script: 'home',
    content: html`
      <div class="head">
        <section class="intro">
          <h1>The script waits. You solve. It goes on.</h1>
          <p>A script buys coffee in a remote browser until a captcha asks for a person. That is you: click, drag and type in the picture.</p>
        </section>
        <div class="choices">
          <nav class="choice" aria-label="Captcha">${CAPTCHA_KINDS.map((kind) => html`<a href="${address({captcha: kind})}"${current(kind === captcha)}>${CAPTCHA_NAMES[kind]}</a>`)}</nav>
          <nav class="choice" aria-label="Device">
            <a href="${address({profile: 'desktop'})}"${current(profile === 'desktop')}>Desktop</a>
            <a href="${address({profile: 'mobile'})}"${current(profile === 'mobile')}>Phone</a>
          </nav>
        </div>
      </div>
      <div class="stage ${profile}" data-captcha="${captcha}" data-profile="${profile}">
        <section class="session" aria-label="The session">
          <chaser-live-tabs for="view"></chaser-live-tabs>
          <chaser-live-view id="view" controls label="The script's browser"></chaser-live-view>
        </section>
        <p id="status" class="status" role="status" data-state="starting">Starting a browser…</p>
        <section class="script" aria-labelledby="script-title">
          <h2 id="script-title">The script</h2>
          <ol id="steps">${SCRIPT.map(({title, code}) => html`<li><b>${title}</b><code>${breakable(code)}</code></li>`)}</ol>
          <button id="again" type="button" hidden>Run it again</button>
        </section>
      </div>`,
  });
}

/** Code with line breaks allowed where a person would break it. */
function breakable(code: string): Html[] {
  return code.split(/(?=\.\w+\()|(?<=[({] ?)/).map((part) => html`${part}<wbr>`);
}

function current(isCurrent: boolean): Html | string {
  return isCurrent ? html` aria-current="true"` : '';
}
