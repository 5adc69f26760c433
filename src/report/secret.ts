import { inspect } from 'node:util';

const MASK = '***';

/**
 * A value that cannot be printed: string conversion, JSON and inspection all give `***`.
 * `reveal()` is the only way out, so every use of a secret can be found by its name.
 */
export class Secret {
  readonly #value: string;
  /** Where it came from, in words fit for print ("PGPASSWORD", "/home/me/.pgpass line 3"). */
  readonly from: string;

  constructor(value: string, from: string) {
    this.#value = value;
    this.from = from;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
