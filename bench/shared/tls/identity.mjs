import { fileURLToPath } from 'node:url';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

/** A certificate for loopback with its key, which is no secret: files, since not every server here is JavaScript. */
export const TLS_FILES = Object.freeze({ cert: pathOf('cert.pem'), key: pathOf('key.pem') });
