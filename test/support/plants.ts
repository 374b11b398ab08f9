/** A secret that a test puts somewhere, and finds again in whatever form it may have been written. */
export interface Plant {
  /** Where it was put. */
  readonly place: string;
  readonly secret: string;
}

/** A secret for a place: letters and digits, since most places take no others, and one that no text has by chance. */
export function plant(place: string): Plant {
  const mark = Buffer.from(place).toString('hex').slice(0, 12);
  return { place, secret: `Kz7${mark}Qw9${Buffer.from(mark).reverse().toString()}Vx3` };
}

/**
 * The ways in which a text may be written: as it is; percent-encoded; as JSON, also JSON within JSON;
 * as base64 and base64url, whatever stands before it; as hexadecimal digits and as the numbers of its bytes, as buffers
 * are printed.
 */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    encodeURIComponent(secret),
    json,
    JSON.stringify(json).slice(1, -1),
    ...[0, 1, 2].flatMap((before) => [base64Of(bytes, before, 'base64'), base64Of(bytes, before, 'base64url')]),
    bytes.toString('hex'),
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
    [...bytes].join(','),
    [...bytes].join(', '),
  ];
}

/** The part of the base64 of a longer text that these bytes alone decide. */
function base64Of(bytes: Buffer, before: number, encoding: 'base64' | 'base64url'): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes])
    .toString(encoding)
    .replace(/=+$/, '');
  // Each character stands for six bits: those at the ends hold bits of the neighbours too.
  return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

/** The places whose secrets are found in a text, each with where it stands there. */
export function found(plants: readonly Plant[], text: string): readonly string[] {
  const lower = text.toLowerCase();
  return plants.flatMap(({ place, secret }) => {
    const at = formsOf(secret)
      .map((form) => (form === secret ? lower.indexOf(form.toLowerCase()) : text.indexOf(form)))
      .find((index) => index !== -1);
    return at === undefined ? [] : [`${place}: ${text.slice(Math.max(0, at - 120), at + 60)}`];
  });
}
