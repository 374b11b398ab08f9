/** The names of the parameters in a path. */
type NameIn<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? NameOf<Segment> | NameIn<Rest>
  : NameOf<Path>;

type NameOf<Segment extends string> = Segment extends `:${infer Name}` ? Name : never;

/** Segments that `*` stood for, by number. */
type Numbered<Path extends string> = Path extends `${string}*${string}`
  ? { readonly [index: number]: string }
  : unknown;

/**
 * The parameters of a path: `:name` by its name, each `*` by its number, from 0. The compiler knows the names
 * of a literal path; of a list of paths or a computed path any name is allowed, and its value may be `undefined`.
 */
export type PathParams<Path = string> = Path extends string
  ? string extends Path
    ? Readonly<Record<string, string | undefined>>
    : { readonly [Name in NameIn<Path>]: string } & Numbered<Path>
  : Readonly<Record<string, string | undefined>>;
