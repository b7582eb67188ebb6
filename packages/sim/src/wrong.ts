/** What a simulation finds: the law that was broken, and how it showed. */

export class Wrong extends Error {
  readonly law: string;

  constructor(law: string, what: string) {
    super(`${law}: ${what}`);
    this.name = 'Wrong';
    this.law = law;
  }
}

export function must(holds: boolean, law: string, what: () => string): void {
  if (!holds) throw new Wrong(law, what());
}
