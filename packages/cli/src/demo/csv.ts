/** A table is read whole or not at all: every complaint names the file, the line and the column. */

/** One row of a table, asked for its fields by column name. */
export class Row {
  readonly #where: string;
  readonly #fields: ReadonlyMap<string, string>;

  constructor(where: string, fields: ReadonlyMap<string, string>) {
    this.#where = where;
    this.#fields = fields;
  }

  /** The field, which may be empty. */
  maybe(column: string): string | undefined {
    const field = this.#fields.get(column);
    if (field === undefined) throw this.fault(`there is no column "${column}"`);
    return field === '' ? undefined : field;
  }

  text(column: string): string {
    const field = this.maybe(column);
    if (field === undefined) throw this.fault(`"${column}" is empty`);
    return field;
  }

  maybeWhole(column: string): number | undefined {
    const field = this.maybe(column);
    if (field === undefined) return undefined;
    if (!/^\d{1,9}$/.test(field)) throw this.fault(`"${column}" is not a whole number: "${field}"`);
    return Number(field);
  }

  whole(column: string): number {
    this.text(column);
    return this.maybeWhole(column) ?? 0;
  }

  oneOf<T extends string>(column: string, choices: readonly T[]): T {
    const field = this.text(column);
    const choice = choices.find((one) => one === field);
    if (choice === undefined) {
      throw this.fault(`"${column}" is none of ${choices.join(', ')}: "${field}"`);
    }
    return choice;
  }

  /** A moment as `2026-06-11T19:00:00Z`, in milliseconds since 1970. */
  instant(column: string): number {
    const field = this.text(column);
    const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(field)
      ? Date.parse(field)
      : Number.NaN;
    if (Number.isNaN(instant)) throw this.fault(`"${column}" is not a UTC time: "${field}"`);
    return instant;
  }

  fault(complaint: string): Error {
    return new Error(`${this.#where}: ${complaint}`);
  }
}

/** Reads comma-separated text with a header row. Quotes are refused: our tables have none. */
export function readTable(name: string, text: string): readonly Row[] {
  const [header, ...lines] = text.replace(/\r\n/g, '\n').trimEnd().split('\n');
  const columns = header?.split(',') ?? [];
  return lines.map((line, index) => {
    const where = `${name}, line ${index + 2}`;
    const fields = line.split(',');
    if (line.includes('"')) throw new Error(`${where}: quotes are not used in these tables`);
    if (fields.length !== columns.length) {
      throw new Error(`${where}: ${fields.length} fields instead of ${columns.length}`);
    }
    return new Row(where, new Map(columns.map((column, at) => [column, fields[at] ?? ''])));
  });
}
