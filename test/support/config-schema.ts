import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { configuration } from '../../src/cli/config/config.js';

/** What the checks mean that valibot does not name. */
const RULES: Readonly<Record<string, JsonSchema>> = {
  port: { type: 'integer', minimum: 0, maximum: 65_535 },
  url: { type: 'string', pattern: String.raw`^([wW][sS]{1,2}://|[wW][sS]\+[uU][nN][iI][xX]:)[^#]+$` },
};

/**
 * The JSON schema of a configuration file, made from the definition that checks it. Two rules are functions there, and
 * have a counterpart here: ports, and URLs of dialers. What spans several entries is not in it: that there is one at
 * least, and that paths are distinct.
 */
export function configSchema(): JsonSchema {
  const schema = toJsonSchema(configuration, {
    target: 'draft-07',
    typeMode: 'output',
    // The checks are `RULES`; the pipes of objects check for lists first, which `type: object` says.
    ignoreActions: ['check'],
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'custom' ? {} : undefined),
  });
  return { ...withRules(schema), title: 'The configuration of wirekeeper serve --config' };
}

/** Puts the rules where properties of their names are. */
function withRules(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: JsonSchema) => {
    const rule = RULES[key];
    return rule !== undefined && value.type === (key === 'port' ? 'number' : 'string') ? rule : value;
  }) as JsonSchema;
}
