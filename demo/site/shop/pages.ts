import type {CaptchaKind} from '../captchas/captcha-server.js';
import {type Html, html} from '../html.js';
import {GOODS, type Goods, price} from './goods.js';

/** The content of a cart: how many of each product. */
export type Cart = ReadonlyMap<Goods, number>;

export interface CaptchaFrame {
  readonly kind: CaptchaKind;
  /** The origin of the captchas, the only one whose messages the page accepts. */
  readonly origin: string;
  readonly siteKey: string;
}

export interface Order {
  readonly number: string;
  readonly name: string;
  readonly totalCents: number;
}

export function frontPage(cart: Cart): string {
  return page('Coffee worth getting up for', cart, html`
    <h1>Coffee worth getting up for</h1>
    <p class="lead">Roasted on Tuesdays, at your door on Thursdays.</p>
    <ul class="goods">${GOODS.map((goods) => html`
      <li>
        <img src="/goods/${goods.id}.svg" alt="" width="220" height="150">
        <h2>${goods.name}</h2>
        <p>${goods.note}</p>
        <form method="post" action="/cart">
          <span class="price">${price(goods.cents)}</span>
          <button name="goods" value="${goods.id}" aria-label="Add ${goods.name} to the cart">Add to cart</button>
        </form>
      </li>`)}
    </ul>`);
}

export function checkoutPage(cart: Cart, captcha: CaptchaFrame, problem = ''): string {
  const {kind, origin, siteKey} = captcha;
  return page('Checkout', cart, html`
    <h1>Checkout</h1>
    <form class="checkout" method="post" action="/orders">
      <section class="fields">
        <label>Name <input name="name" autocomplete="name" required maxlength="80"></label>
        <label>E-mail <input name="email" type="email" autocomplete="email" required maxlength="120"></label>
        <label>Address <input name="address" autocomplete="street-address" required maxlength="200"></label>
        <table>
          <caption>Your order</caption>
          <tbody>${[...cart].map(([goods, count]) => html`<tr><td>${count} × ${goods.name}</td><td>${price(goods.cents * count)}</td></tr>`)}</tbody>
          <tfoot><tr><th>Total</th><th>${price(totalOf(cart))}</th></tr></tfoot>
        </table>
      </section>
      <section class="check">
        <p class="ask">One last thing: are you a person?</p>
        <iframe id="captcha" class="${kind}" title="Captcha" data-origin="${origin}" src="${origin}/frames/${kind}?site=${siteKey}"></iframe>
        <input type="hidden" name="token">
        <p class="problem" role="alert">${problem}</p>
        <button class="order" disabled>Place order</button>
      </section>
    </form>
    <script type="module" src="/shop.js"></script>`);
}

export function orderPage(order: Order): string {
  return page('Thank you', new Map(), html`
    <section class="thanks">
      <p class="tick" aria-hidden="true">✓</p>
      <h1>Thank you, ${order.name}!</h1>
      <p>Your order <strong id="order-number">${order.number}</strong> over ${price(order.totalCents)} is placed.</p>
      <p class="quiet">The roaster is warming up. You will hear from us.</p>
    </section>`);
}

export function totalOf(cart: Cart): number {
  return [...cart].reduce((sum, [goods, count]) => sum + goods.cents * count, 0);
}

function page(title: string, cart: Cart, content: Html): string {
  const count = [...cart.values()].reduce((sum, number) => sum + number, 0);
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Field &amp; Bean</title>
  <link rel="stylesheet" href="/shop.css">
  <link rel="icon" href="data:,">
</head>
<body>
  <header>
    <a class="name" href="/">Field &amp; Bean</a>
    <nav><a class="cart" href="/checkout">Cart <b>${count}</b></a></nav>
  </header>
  <main>${content}</main>
</body>
</html>`.toString();
}
