/** The page of the twin test, with elements of each kind at known points. */
export const TWIN_HEAD = '<meta name="viewport" content="width=device-width, initial-scale=1">';
export const TWIN_BODY = `
  <style>
    body {margin: 0; height: 3000px; font: 20px monospace}
    body > * {position: absolute; left: 40px; margin: 0; box-sizing: border-box}
    #pad {top: 80px; width: 200px; height: 120px; background: silver; touch-action: none}
    #glass {top: 480px; width: 300px; height: 200px; background: wheat; touch-action: none}
    #list {top: 700px; width: 300px; height: 100px; overflow: auto; overscroll-behavior: contain; background: linen}
    #list p {margin: 0; height: 160px}
    #button {top: 20px; width: 120px; height: 40px}
    #area {top: 220px; width: 240px; height: 90px}
    #text {top: 330px}
    #range {top: 370px; width: 200px}
    #rich {top: 220px; left: 400px; width: 240px; height: 90px}
  </style>
  <button id="button">button</button><div id="pad"></div><div id="glass"></div><div id="list"><p>a list</p></div><textarea id="area"></textarea><p id="text">one two three</p>
  <input id="range" type="range" min="0" max="100" value="0"><div id="rich" contenteditable></div>`;
