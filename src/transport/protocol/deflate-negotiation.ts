/** The negotiation of permessage-deflate in the opening handshake (RFC 7692 sections 5 and 7.1). */
import { show, showName } from '../show.js';
import type { Extension } from './extension-field.js';

export const PERMESSAGE_DEFLATE = 'permessage-deflate';

/** A decimal number from 8 to 15 without leading zeros (section 7.1.2). */
const WINDOW_BITS = /^(?:[89]|1[0-5])$/;

/**
 * The offer of permessage-deflate that a server accepts: the first without a fault. The others are declined, as are
 * other extensions; a bad offer takes nothing from a good one behind it (section 7.1).
 *
 * @returns `undefined` if all are declined: messages are not compressed then.
 */
export function acceptableOffer(offers: readonly Extension[]): Extension | undefined {
  return offers.find((offer) => offer.name === PERMESSAGE_DEFLATE && faultInParams(offer, true) === undefined);
}

/**
 * What a server answers to an accepted offer: always without context takeover on its side. What the client offers to
 * bound its own window by, if the server wants that, needs no answer.
 */
export function choiceFor({ name, params }: Extension): Extension {
  const kept = params.filter(([param, value]) => param !== NO_TAKEOVER && (param !== CLIENT_BITS || value !== true));
  return { name, params: [[NO_TAKEOVER, true], ...kept] };
}

const NO_TAKEOVER = 'server_no_context_takeover';
const CLIENT_BITS = 'client_max_window_bits';

/**
 * What is wrong with the extensions that a server has chosen; the client fails the connection then (section 7.1).
 *
 * @param isOffered whether the client has offered permessage-deflate, which it does with `client_max_window_bits`.
 */
export function faultInChoice(chosen: readonly Extension[], isOffered: boolean): string | undefined {
  const foreign = chosen.find(({ name }) => name !== PERMESSAGE_DEFLATE || !isOffered);
  if (foreign !== undefined) return `the server chose the extension ${showName(foreign.name)}, which was not offered`;
  const [answer, second] = chosen;
  if (second !== undefined) return `the server chose ${PERMESSAGE_DEFLATE} twice`;
  const fault = answer && faultInParams(answer, false);
  return fault === undefined ? undefined : `the server answered ${PERMESSAGE_DEFLATE} with ${fault}`;
}

/** What is wrong with the parameters of an offer, or of the answer to one. */
function faultInParams({ params }: Extension, isOffer: boolean): string | undefined {
  const seen = new Set<string>();
  for (const [name, value] of params) {
    if (seen.has(name)) return `${showName(name)} twice; allowed is once`;
    seen.add(name);
    const fault = faultInParam(name, value, isOffer);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultInParam(name: string, value: string | true, isOffer: boolean): string | undefined {
  switch (name) {
    case NO_TAKEOVER:
    case 'client_no_context_takeover':
      return value === true ? undefined : `${name}=${show(value)}; it takes no value`;
    case CLIENT_BITS:
      if (isOffer && value === true) return undefined;
      break;
    case 'server_max_window_bits':
      break;
    default:
      return `the unknown parameter ${showName(name)}`;
  }
  if (value === true) return `${name} without a value; allowed are 8 to 15`;
  return WINDOW_BITS.test(value) ? undefined : `${name}=${show(value)}; allowed are 8 to 15, without leading zeros`;
}
