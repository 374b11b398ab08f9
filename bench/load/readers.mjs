/** Reads at most `bytesPerSecond`: pauses after each read for as long as that read would have taken. */
export function readSlowly(connection, bytesPerSecond) {
  connection.onRead = (length) => {
    setTimeout(() => connection.resume(), (length * 1000) / bytesPerSecond);
    return false;
  };
}

/** Never reads again after what is being read now. */
export function readNothing(connection) {
  connection.onRead = () => false;
}
