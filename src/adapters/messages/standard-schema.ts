/**
 * What a schema library has to have to be used here: version 1 of Standard Schema (https://standardschema.dev), which
 * zod, valibot, arktype, and others have. The specification asks those who take schemas to copy these types: so no
 * package is needed.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** What the schema takes and makes of it, for the compiler only. */
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value: the value that it makes of it, or why it refuses it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One reason why a message is not valid. The message may repeat what the peer has sent. */
export interface SchemaIssue {
  readonly message: string;
  /** Where in the value it is. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type of the messages that a schema lets through: what it makes of them, defaults and transforms included. */
export type MessageOf<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];
