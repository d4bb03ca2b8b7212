import {randomBytes, timingSafeEqual} from 'node:crypto';
import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import {SignJWT, jwtVerify} from 'jose';
import {Type} from 'typebox';
import {html} from '../html.js';
import {type Asset, file, script} from '../page-scripts.js';
import {Altcha} from './altcha.js';
import {EvidenceSchema} from './evidence.js';
import {GRID_TILES, type GridPuzzle, isRight, makeGrid} from './grid.js';
import {type Refusal, refusalOf, refusalOfDrag} from './judge.js';
import {Once} from './once.js';
import {BOARD, type SliderPuzzle, isSolved, makeSlider} from './slider.js';

export const CAPTCHA_KINDS = ['altcha', 'slider', 'grid'] as const;
export type CaptchaKind = (typeof CAPTCHA_KINDS)[number];

/** The server's reply to an answer from a captcha's frame. */
export type Verdict =
  | {readonly passed: true; readonly token: string}
  | {readonly passed: false; readonly reason: Refusal | 'wrong_answer' | 'expired'};

/** A registered site that shows captchas. */
export interface Site {
  readonly key: string;
  /** For `POST /siteverify`. Never sent to browsers. */
  readonly secret: string;
}

const PUZZLE_TTL_MS = 3 * 60_000;
const TOKEN_TTL_S = 5 * 60;
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
const ISSUER = 'doorbell';

/**
 * Three captchas, served as a captcha company does: in a frame from another site than the shop's. The server verifies each answer, and
 * each puzzle and each token is valid once.
 */
export class CaptchaServer {
  readonly #app = Fastify({bodyLimit: BODY_LIMIT_BYTES}).withTypeProvider<TypeBoxTypeProvider>();
  readonly #sites = new Map<string, {readonly origin: string; readonly secret: string}>();
  readonly #signingKey = randomBytes(32);
  readonly #tokens = new Once<CaptchaKind>(TOKEN_TTL_S * 1000);
  readonly #sliders = new Once<SliderPuzzle>(PUZZLE_TTL_MS);
  readonly #grids = new Once<GridPuzzle>(PUZZLE_TTL_MS);
  readonly #altcha = new Altcha();
  #port = '';

  /** Starts on a free port of the loopback address. */
  static async start(): Promise<CaptchaServer> {
    const server = new CaptchaServer();
    const address = await server.#app.listen({host: '127.0.0.1', port: 0});
    server.#port = new URL(address).port;
    return server;
  }

  private constructor() {
    this.#serveFrames();
    this.#serveAltcha();
    this.#serveSlider();
    this.#serveGrid();
    this.#serveVerification();
  }

  /** `http://localhost:…`, which is another site than 127.0.0.1, so that the captcha's frames run in a process of their own. */
  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Registers a site. Only its origin may frame its captchas and receive their tokens. */
  register(origin: string): Site {
    const key = randomBytes(12).toString('base64url');
    const secret = randomBytes(24).toString('base64url');
    this.#sites.set(key, {origin, secret});
    return {key, secret};
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  #serveFrames(): void {
    const client = (name: string) => script(new URL(`client/${name}.ts`, import.meta.url));
    const assets: Readonly<Record<string, () => Promise<Asset>>> = {
      'captcha.css': () => file(new URL('captcha.css', import.meta.url)),
      'altcha.css': () => file('altcha/altcha.css'),
      'pbkdf2.js': () => file('altcha/workers/pbkdf2'),
      'altcha.js': () => client('altcha'),
      'slider.js': () => client('slider'),
      'grid.js': () => client('grid'),
    };
    const made = new Map<string, Promise<Asset>>();
    this.#app.get('/assets/:name', {schema: {params: Type.Object({name: Type.String()})}}, async ({params: {name}}, reply) => {
      const make = Object.hasOwn(assets, name) ? assets[name] : undefined;
      if (!make) return reply.code(404).send();
      if (!made.has(name)) made.set(name, make());
      const asset = await made.get(name);
      return reply.type(asset?.type ?? '').send(asset?.body);
    });
    const schema = {
      params: Type.Object({kind: Type.Union(CAPTCHA_KINDS.map((kind) => Type.Literal(kind)))}),
      querystring: Type.Object({site: Type.String()}),
    };
    this.#app.get('/frames/:kind', {schema}, ({params, query}, reply) => {
      const site = this.#sites.get(query.site);
      if (!site) return reply.code(403).type('text/plain').send('Unknown site.');
      return reply.type('text/html; charset=utf-8').headers(frameHeaders(site.origin)).send(framePage(params.kind, site.origin));
    });
  }

  #serveAltcha(): void {
    this.#app.get('/altcha/challenge', (_request, reply) => this.#altcha.challenge().then((challenge) => reply.send(challenge)));
    const body = Type.Object({payload: Type.String({maxLength: 10_000}), evidence: EvidenceSchema});
    this.#app.post('/altcha/answer', {schema: {body}}, async ({body: {payload, evidence}}) => {
      const refusal = refusalOf(evidence);
      if (refusal) return refused(refusal);
      return await this.#altcha.isSolved(payload) ? this.#passed('altcha') : refused('wrong_answer');
    });
  }

  #serveSlider(): void {
    this.#app.post('/slider/puzzles', async () => {
      const puzzle = await makeSlider();
      return {id: this.#sliders.put(puzzle), y: puzzle.gap.y, ...BOARD};
    });
    const params = Type.Object({id: Type.String(), picture: Type.Union([Type.Literal('board'), Type.Literal('piece')])});
    this.#app.get('/slider/puzzles/:id/:picture', {schema: {params}}, ({params: {id, picture}}, reply) => {
      const puzzle = this.#sliders.see(id);
      return puzzle ? reply.type('image/png').header('cache-control', 'no-store').send(puzzle[picture]) : reply.code(404).send();
    });
    const body = Type.Object({id: Type.String(), x: Type.Number(), evidence: EvidenceSchema});
    this.#app.post('/slider/answer', {schema: {body}}, ({body: {id, x, evidence}}) => {
      const puzzle = this.#sliders.take(id);
      return puzzle
        ? this.#judge('slider', refusalOf(evidence) ?? refusalOfDrag(evidence), isSolved(puzzle, x))
        : refused('expired');
    });
  }

  #serveGrid(): void {
    this.#app.post('/grid/puzzles', async () => {
      const puzzle = await makeGrid();
      return {id: this.#grids.put(puzzle), thing: puzzle.thing};
    });
    const params = Type.Object({id: Type.String(), tile: Type.Union([Type.Literal('sample'), Type.Integer({minimum: 0, maximum: GRID_TILES - 1})])});
    this.#app.get('/grid/puzzles/:id/:tile', {schema: {params}}, ({params: {id, tile}}, reply) => {
      const puzzle = this.#grids.see(id);
      const picture = tile === 'sample' ? puzzle?.sample : puzzle?.tiles[tile];
      return picture ? reply.type('image/png').header('cache-control', 'no-store').send(picture) : reply.code(404).send();
    });
    const body = Type.Object({id: Type.String(), chosen: Type.Array(Type.Integer(), {maxItems: GRID_TILES}), evidence: EvidenceSchema});
    this.#app.post('/grid/answer', {schema: {body}}, ({body: {id, chosen, evidence}}) => {
      const puzzle = this.#grids.take(id);
      return puzzle ? this.#judge('grid', refusalOf(evidence), isRight(puzzle, chosen)) : refused('expired');
    });
  }

  #judge(kind: CaptchaKind, refusal: Refusal | undefined, isAnswerRight: boolean): Verdict | Promise<Verdict> {
    if (refusal) return refused(refusal);
    return isAnswerRight ? this.#passed(kind) : refused('wrong_answer');
  }

  async #passed(kind: CaptchaKind): Promise<Verdict> {
    const token = await new SignJWT({kind}).setProtectedHeader({alg: 'HS256'}).setIssuer(ISSUER)
      .setJti(this.#tokens.put(kind)).setExpirationTime(`${TOKEN_TTL_S}s`).sign(this.#signingKey);
    return {passed: true, token};
  }

  #serveVerification(): void {
    const body = Type.Object({key: Type.String(), secret: Type.String(), token: Type.String()});
    this.#app.post('/siteverify', {schema: {body}}, async ({body: {key, secret, token}}, reply) => {
      const site = this.#sites.get(key);
      if (!site || !isSame(site.secret, secret)) return reply.code(403).send({success: false});
      try {
        const {payload: {jti = ''}} = await jwtVerify(token, this.#signingKey, {issuer: ISSUER, algorithms: ['HS256']});
        return {success: this.#tokens.take(jti) !== undefined};
      } catch {
        return {success: false};
      }
    });
  }
}

function refused(reason: Extract<Verdict, {passed: false}>['reason']): Verdict {
  return {passed: false, reason};
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function frameHeaders(siteOrigin: string): Record<string, string> {
  return {
    'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; "
      + `form-action 'none'; base-uri 'none'; frame-ancestors ${siteOrigin}`,
    'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store',
  };
}

function framePage(kind: CaptchaKind, siteOrigin: string): string {
  return html`<!doctype html>
<html lang="en" data-site="${siteOrigin}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Captcha</title>
<link rel="stylesheet" href="/assets/altcha.css">
<link rel="stylesheet" href="/assets/captcha.css">
<main class="kind-${kind}"></main>
<script type="module" src="/assets/${kind}.js"></script>
</html>`.toString();
}
