import {randomInt} from 'node:crypto';
import Fastify, {type FastifyReply, type FastifyRequest} from 'fastify';
import {CAPTCHA_KINDS, type CaptchaKind, type CaptchaServer, type Site} from '../captchas/captcha-server.js';
import {Once} from '../captchas/once.js';
import {file, script} from '../page-scripts.js';
import {drawGoods} from './drawings.js';
import {type Goods, goodsOf} from './goods.js';
import {type Cart, type Order, checkoutPage, frontPage, orderPage, totalOf} from './pages.js';

const MAX_OF_EACH = 9;
const ORDER_TTL_MS = 60 * 60_000;

/** A small shop with a captcha before its checkout. It keeps visitors' carts in their cookies. */
export class ShopServer {
  readonly #app = Fastify();
  readonly #captchas: CaptchaServer;
  readonly #orders = new Once<Order>(ORDER_TTL_MS);
  #site: Site = {key: '', secret: ''};
  #origin = '';

  /** Starts on a free port of the loopback address. */
  static async start(captchas: CaptchaServer): Promise<ShopServer> {
    const shop = new ShopServer(captchas);
    shop.#origin = await shop.#app.listen({host: '127.0.0.1', port: 0});
    shop.#site = captchas.register(shop.#origin);
    return shop;
  }

  private constructor(captchas: CaptchaServer) {
    this.#captchas = captchas;
    this.#app.addContentTypeParser('application/x-www-form-urlencoded', {parseAs: 'string', bodyLimit: 16_384}, (_request, body, done) => {
      done(null, new URLSearchParams(body.toString()));
    });
    this.#app.addHook('onSend', async (_request, reply) => {
      reply.headers({
        'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
          + `frame-ancestors 'none'; frame-src ${captchas.origin}`,
        'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin',
      });
    });
    this.#servePages();
    this.#serveAssets();
  }

  get origin(): string {
    return this.#origin;
  }

  /** The address of the shop with this captcha before its checkout. */
  url(captcha: CaptchaKind): string {
    return `${this.#origin}/?captcha=${captcha}`;
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  #servePages(): void {
    this.#app.get('/', (request, reply) => {
      const kind = new URL(request.url, this.#origin).searchParams.get('captcha');
      const chosen = CAPTCHA_KINDS.find((one) => one === kind);
      if (chosen) setCookie(reply, 'captcha', chosen);
      return send(reply, frontPage(cartOf(request)));
    });
    this.#app.post('/cart', (request, reply) => {
      const goods = goodsOf(fieldOf(request, 'goods'));
      const cart = new Map(cartOf(request));
      if (goods) cart.set(goods, Math.min((cart.get(goods) ?? 0) + 1, MAX_OF_EACH));
      setCookie(reply, 'cart', [...cart].map(([{id}, count]) => `${id}.${count}`).join('~'));
      return reply.redirect('/', 303);
    });
    this.#app.get('/checkout', (request, reply) => send(reply, this.#checkout(request)));
    this.#app.post('/orders', async (request, reply) => {
      const cart = cartOf(request);
      const name = fieldOf(request, 'name').trim();
      if (cart.size === 0 || name === '') return send(reply.code(400), this.#checkout(request, 'Something is missing.'));
      if (!await this.#isPerson(fieldOf(request, 'token'))) return send(reply.code(403), this.#checkout(request, 'Please solve the captcha first.'));
      const id = this.#orders.put({number: `FB-${randomInt(10_000, 99_999)}`, name, totalCents: totalOf(cart)});
      setCookie(reply, 'cart', '');
      return reply.redirect(`/orders/${id}`, 303);
    });
    this.#app.get<{Params: {id: string}}>('/orders/:id', (request, reply) => {
      const order = this.#orders.see(request.params.id);
      return order ? send(reply, orderPage(order)) : reply.code(404).send('There is no such order.');
    });
  }

  #serveAssets(): void {
    this.#app.get('/shop.css', async (_request, reply) => {
      const {type, body} = await file(new URL('shop.css', import.meta.url));
      return reply.type(type).send(body);
    });
    const client = script(new URL('client.ts', import.meta.url));
    this.#app.get('/shop.js', async (_request, reply) => {
      const {type, body} = await client;
      return reply.type(type).send(body);
    });
    this.#app.get<{Params: {id: string}}>('/goods/:id.svg', (request, reply) => {
      const picture = drawGoods(request.params.id);
      return picture === undefined ? reply.code(404).send() : reply.type('image/svg+xml').send(picture);
    });
  }

  #checkout(request: FastifyRequest, problem?: string): string {
    const chosen = cookieOf(request, 'captcha');
    const kind = CAPTCHA_KINDS.find((one) => one === chosen) ?? 'altcha';
    return checkoutPage(cartOf(request), {kind, origin: this.#captchas.origin, siteKey: this.#site.key}, problem);
  }

  /** Verifies a token with the captcha's server, because a visitor can forge what the page sends. */
  async #isPerson(token: string): Promise<boolean> {
    const {port} = new URL(this.#captchas.origin);
    const response = await fetch(`http://127.0.0.1:${port}/siteverify`, {
      method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({...this.#site, token}),
    });
    const answer: unknown = response.ok ? await response.json() : undefined;
    return typeof answer === 'object' && answer !== null && 'success' in answer && answer.success === true;
  }
}

function send(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page);
}

function fieldOf({body}: FastifyRequest, name: string): string {
  return body instanceof URLSearchParams ? body.get(name) ?? '' : '';
}

function cookieOf({headers}: FastifyRequest, name: string): string {
  const cookies = new Map((headers.cookie ?? '').split('; ').map((pair) => [pair.split('=')[0], pair.split('=')[1]]));
  return cookies.get(name) ?? '';
}

function setCookie(reply: FastifyReply, name: string, value: string): void {
  reply.header('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`);
}

function cartOf(request: FastifyRequest): Cart {
  const cart = new Map<Goods, number>();
  for (const item of cookieOf(request, 'cart').split('~')) {
    const [id = '', count] = item.split('.');
    const goods = goodsOf(id);
    if (goods) cart.set(goods, Math.min(Math.max(Math.trunc(Number(count)) || 1, 1), MAX_OF_EACH));
  }
  return cart;
}
