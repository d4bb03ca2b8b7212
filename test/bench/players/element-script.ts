// The script alone: what it takes to parse and evaluate is measured, and a view is not made yet.
import 'chaser-live-view/chaser-live-view.js';
