import '@angular/compiler';
import 'chaser-live-view';
import type {StateChangeEvent} from 'chaser-live-view';
import {CUSTOM_ELEMENTS_SCHEMA, Component, provideZonelessChangeDetection, signal} from '@angular/core';
import {bootstrapApplication} from '@angular/platform-browser';
import {note, previewToken} from '../shared.js';

@Component({
  selector: 'app-root',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <button type="button" (click)="isShown.set(false)">Close</button>
    @if (isShown()) {
      <chaser-live-view
        label="From Angular" fit="cover" [readOnly]="true" [previewToken]="previewToken" (statechange)="onStateChange($event)"
      ></chaser-live-view>
    }`,
})
class App {
  readonly isShown = signal(true);
  readonly previewToken = previewToken;

  onStateChange(event: StateChangeEvent): void {
    note(event);
  }
}

document.querySelector('#app')?.append(document.createElement('app-root'));
await bootstrapApplication(App, {providers: [provideZonelessChangeDetection()]});
