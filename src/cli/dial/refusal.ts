import type { CloseReport } from '../../index.js';
import type { Masking } from '../../inspect/redaction/masked.js';

/** One header field, its credentials hidden. */
function maskedField(name: string, value: string, masking: Masking): string {
  const field = masking.text(`${name}: ${value}`);
  return field.startsWith(`${name}: `) ? field.slice(name.length + 2) : field;
}

/**
 * The response of a refusal as it may be shown: `response` with its header fields and its body; nothing without one.
 */
export function maskedResponse({ httpResponse }: CloseReport, masking: Masking) {
  if (httpResponse === undefined) return {};
  const headers = Object.entries(httpResponse.headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? maskedField(name, value, masking) : value.map((one) => maskedField(name, one, masking)),
  ]);
  return {
    response: {
      headers: Object.fromEntries(headers) as Readonly<Record<string, string | readonly string[]>>,
      body: masking.text(httpResponse.body),
    },
  };
}

/** The same as lines for people: the header fields, then the body. */
export function responseLines(report: CloseReport, masking: Masking): readonly string[] {
  const { response } = maskedResponse(report, masking);
  if (response === undefined) return [];
  const fields = Object.entries(response.headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}`),
  );
  const body = response.body.trimEnd();
  return body === '' ? fields : [...fields, '', ...body.split(/\r?\n/)];
}
