/**
 * zlib's `Z_SYNC_FLUSH`, with which a compressed message ends (RFC 7692 section 7.2.1). To read it from `node:zlib`
 * would load that before there is a message.
 */
export const Z_SYNC_FLUSH = 2;
