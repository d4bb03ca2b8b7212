import Guacamole from 'guacamole-common-js';
import {offer} from './player.js';

/** Guacamole's client and display, as they come; the feeder speaks its protocol and sends each frame as an `img`. */
let client: Guacamole.Client | undefined;
let tunnel: Guacamole.WebSocketTunnel | undefined;
let painted = 0;

offer({
  start(address) {
    tunnel = new Guacamole.WebSocketTunnel(address);
    client = new Guacamole.Client(tunnel);
    document.body.append(client.getDisplay().getElement());
    // A `sync` is reported when the display has flushed all that came before it.
    client.onsync = () => painted++;
    client.connect('');
  },
  get painted() {
    return painted;
  },
  get picture() {
    return client?.getDisplay().getDefaultLayer().getCanvas();
  },
  stop() {
    client?.disconnect();
  },
});
