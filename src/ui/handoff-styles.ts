/** The strip of a hand-over. */
export const HANDOFF_STYLES = `
  /* Shown above the picture. In tab order it comes after the picture, from which the person comes. */
  [part=handoff] {
    flex: none;
    order: -1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: .5rem;
    min-height: 3.75rem;
    max-height: 50%;
    overflow: auto;
    padding: .5rem;
    border-bottom: 1px solid #8886;
    color: CanvasText;
    background: Canvas;
    animation: show .15s both;
  }
  .over { animation: hide 1s 4s both !important; }
  [part=handoff] p {
    flex: 99 1 12rem;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .time { font-variant-numeric: tabular-nums; }
  /* Stays visible however long the text is, and however small the element. */
  [part=handoff] :is(form, fieldset) {
    flex: 1 0 auto;
    display: flex;
    flex-wrap: wrap;
    gap: .25rem;
    position: sticky;
    bottom: 0;
    background: Canvas;
  }
  [part=handoff] button { flex: none; }
  [part=handoff] form { flex: 1 1 100%; }
  [part=handoff] input {
    flex: 1 1 20rem;
    width: 0;
    margin: 0;
  }
  /* The browsers' own gray has too little contrast on a dark background. */
  ::placeholder {
    color: inherit;
    opacity: .7;
  }
`;
