const BLOCK_BYTES = 64 * 1024;

/**
 * Writes small messages on one connection as fast as the server takes them, and reads everything that comes back.
 *
 * @returns {() => { answered: number }} stops it
 */
export function startFlood(connection, message, messageBytes) {
  const block = message.many(Math.max(1, Math.floor(BLOCK_BYTES / messageBytes)));
  let answered = 0;
  let isOver = false;
  connection.onMessages = (count) => {
    answered += count;
  };
  const next = (error) => {
    if (!isOver && !error) connection.write(block, next);
  };
  next();
  return () => {
    isOver = true;
    return { answered };
  };
}
