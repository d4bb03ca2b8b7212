const frame = document.querySelector<HTMLIFrameElement>('#captcha');
const token = document.querySelector<HTMLInputElement>('input[name=token]');
const order = document.querySelector<HTMLButtonElement>('button.order');

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  // Any window may send a message. Only messages of the captcha's frame and origin count.
  if (!frame || event.source !== frame.contentWindow || event.origin !== frame.dataset['origin']) return;
  const {data} = event;
  if (typeof data !== 'object' || data === null || !('type' in data)) return;
  if (data.type === 'captcha-height' && 'height' in data && typeof data.height === 'number') frame.style.height = `${Math.min(data.height, 700)}px`;
  if (data.type === 'captcha' && 'token' in data && typeof data.token === 'string' && token && order) {
    token.value = data.token;
    order.disabled = false;
  }
});
