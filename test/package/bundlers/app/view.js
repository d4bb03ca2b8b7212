'use client';

import 'chaser-live-view';

export function View() {
  return <chaser-live-view />;
}
