/** What the bench uses of two packages that have no types. */
declare module '@novnc/novnc' {
  export default class RFB {
    constructor(target: HTMLElement, url: string);
    scaleViewport: boolean;
    viewOnly: boolean;
    disconnect(): void;
  }
}

declare module 'guacamole-common-js' {
  namespace Guacamole {
    class WebSocketTunnel {
      constructor(url: string);
      onerror: ((status: object) => void) | null;
    }
    class Client {
      constructor(tunnel: WebSocketTunnel);
      onsync: ((timestamp: number) => void) | null;
      connect(data: string): void;
      disconnect(): void;
      getDisplay(): {getElement(): HTMLElement; getDefaultLayer(): {getCanvas(): HTMLCanvasElement}};
    }
  }
  export default Guacamole;
}
