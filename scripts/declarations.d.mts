interface Doc {
  readonly text: string;
  readonly tags: readonly { readonly tag: string; readonly text: string }[];
}

interface Member {
  readonly name: string;
  readonly signature: string;
  readonly doc: Doc;
}

interface Declaration {
  readonly kind: 'interface' | 'type' | 'function' | 'const' | 'class';
  readonly name: string;
  readonly doc: Doc;
  readonly signature: string;
  readonly members?: readonly Member[];
  readonly alternatives?: readonly { readonly text: string; readonly doc: Doc }[];
}

export function declarationOf(source: string, name: string): Declaration | undefined;
