import { type Grant, type Refusal, refuse } from '../../index.js';
import { isPlain } from '../../transport/read-options.js';
import type { CapturedAnswer } from '../framework/captured-response.js';

/** Header fields as a reply has them. */
type ReplyFields = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Fields about the connection or the body as it would have been sent. */
const OWN_FIELDS = /^(?:connection|keep-alive|content-length|transfer-encoding|trailer|upgrade|sec-websocket-.*)$/i;
const BODY_FIELDS = /^content-(?:type|encoding|language|md5|range|disposition)$/i;

/** The answer of a framework to a client that it does not let in. A status that refuses nobody becomes 403. */
export function refusalOf({ status, headers, body }: CapturedAnswer): Refusal {
  const fields = fieldsOf(headers, (name) => OWN_FIELDS.test(name) || (body === undefined && BODY_FIELDS.test(name)));
  return refuse(status >= 300 && status <= 599 ? status : 403, {
    headers: fields,
    ...(body === undefined ? {} : { body }),
  });
}

/**
 * A grant with the header fields that hooks have given the reply, but for those about its body. Whatever is no grant
 * stays as it is: the listener refuses it.
 */
export function grantOf(decision: Grant<unknown> | Refusal, headers: ReplyFields): Grant<unknown> | Refusal {
  if (typeof decision !== 'object' || decision === null || !isPlain(decision) || 'answer' in decision) return decision;
  const { headers: own = {} } = decision;
  if (typeof own !== 'object' || own === null || !isPlain(own)) return decision;
  const given = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const isLeftOut = (name: string) => OWN_FIELDS.test(name) || BODY_FIELDS.test(name) || given.has(name);
  return { ...decision, headers: { ...fieldsOf(headers, isLeftOut), ...own } };
}

function fieldsOf(headers: ReplyFields, isLeftOut: (name: string) => boolean) {
  const fields: Record<string, string | number | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !isLeftOut(name)) fields[name] = value;
  return fields;
}
