/** What a measure found: ratios within one run on one machine, and nothing absolute. */
export interface Row {
  readonly measure: string;
  /** What is compared, in words: `the element ÷ a bare loop`. */
  readonly what: string;
  readonly value: number;
  /** `ratio` unless a count. */
  readonly unit?: string;
  /** The goal, where there is one. */
  readonly goal?: {readonly atMost?: number; readonly atLeast?: number};
  /** One of the few rows by which somebody chooses: the README has it too. */
  readonly isKey?: boolean;
}

export function isMet({value, goal}: Row): boolean | undefined {
  if (!goal) return undefined;
  return value <= (goal.atMost ?? Infinity) && value >= (goal.atLeast ?? -Infinity);
}

/** The rows as a Markdown table, the same measure's together. */
export function toMarkdown(rows: readonly Row[]): string {
  const lines = rows.map((row, index) => {
    const isFirst = rows[index - 1]?.measure !== row.measure;
    return `| ${isFirst ? row.measure : ''} | ${row.what} | ${format(row.value)}${row.unit ? ` ${row.unit}` : ''} | ${goalOf(row)} | ${markOf(row)} |`;
  });
  return ['| | measured | | goal | |', '| --- | --- | ---: | --- | --- |', ...lines].join('\n');
}

function goalOf({goal}: Row): string {
  if (goal?.atMost !== undefined) return `≤ ${format(goal.atMost)}`;
  if (goal?.atLeast !== undefined) return `≥ ${format(goal.atLeast)}`;
  return '';
}

function markOf(row: Row): string {
  const met = isMet(row);
  return met === undefined ? '' : met ? 'met' : '**not met**';
}

function format(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
