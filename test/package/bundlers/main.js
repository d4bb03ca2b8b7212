import 'chaser-live-view';

document.body.append(document.createElement('chaser-live-view'));
