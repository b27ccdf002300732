// What the server's query page is given: its elements, and what kg/server/exploring.py answers.

interface ServerElements {
  'as-of': HTMLInputElement;
  from: HTMLInputElement;
  to: HTMLInputElement;
  surely: HTMLInputElement;
  copy: HTMLButtonElement;
  dates: HTMLElement;
  downloads: HTMLElement;
  drawing: HTMLElement;
  editor: HTMLElement;
  fields: HTMLElement;
  form: HTMLFormElement;
  'known-by': HTMLInputElement;
  language: HTMLSelectElement;
  languages: HTMLElement;
  parameters: HTMLElement;
  problem: HTMLElement;
  'question-list': HTMLElement;
  'question-text': HTMLElement;
  questions: HTMLElement;
  search: HTMLInputElement;
  table: HTMLElement;
  told: HTMLElement;
}

/** Labels by language; '' for those without one. */
type Labels = Record<string, string>;

interface Named {
  name: string;
  labels: Labels;
}

interface ServerQuestion {
  name: string;
  text: string;
  query: string;
  parameters: { name: string; types: string[]; is_required: boolean; text: string; options: string[] }[];
}

interface Vocabulary {
  prefixes: Record<string, string>;
  classes: (Named & { count: number })[];
  properties: (Named & { classes: string[] })[];
  names: Named[];
  questions: ServerQuestion[];
  languages: string[];
  issued: string;
}
