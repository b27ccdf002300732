// What the search of a site is given: the names that kg/site/lookup.py writes, and how they fold.

interface NamedThing {
  text: string;
  language: string;
  kind: number;
  href: string;
  names: string[];
}

declare const NAMES: { kinds: { text: string; language: string }[]; things: NamedThing[] };
declare const folded: (value: string) => string;
