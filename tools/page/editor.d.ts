// What the page and the server's query page share: the editor (tools/editor), and what browsers offer.

interface Editor {
  text: string;
  focus(): void;
  mark(line: number, column: number, message: string): void;
}

declare function kgEditor(parent: HTMLElement, options: {
  text: string;
  label: string;
  complete: (context: any) => object | null;
  onRun: () => void;
  onChange: () => void;
}): Editor;

interface Window {
  kgEditor: typeof kgEditor;
}

// The page's elements are of HTML but for pictures, in which nothing is looked for.
interface ParentNode {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector(selectors: string): HTMLElement | null;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll(selectors: string): NodeListOf<HTMLElement>;
}

/** What is left when Boolean keeps what is there. */
interface Array<T> {
  filter(keep: BooleanConstructor): Exclude<T, null | undefined | false | '' | 0>[];
}
