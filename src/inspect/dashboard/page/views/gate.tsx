import { useEffect, useRef, useState } from 'preact/hooks';
import type { Link } from '../model/feed-client.js';
import { store } from '../store.js';

interface GateProps {
  readonly link: Extract<Link, { status: 'token' | 'refused' }>;
  readonly token: string | undefined;
}

/** What stands in place of the page when the server shows it to nobody, or only with a token. */
export function Gate({ link, token }: GateProps) {
  return (
    <section class="gate panel" aria-labelledby="view-title">
      <h1 id="view-title" tabIndex={-1}>
        {link.status === 'token' ? 'A token is needed' : 'Not shown here'}
      </h1>
      {link.status === 'token' ? (
        <TokenForm isWrong={link.isWrong} given={token} />
      ) : (
        <>
          <p>{link.why}</p>
          <button type="button" onClick={() => store.retry()}>
            Try again
          </button>
        </>
      )}
    </section>
  );
}

function TokenForm({ isWrong, given = '' }: { isWrong: boolean; given: string | undefined }) {
  const [token, setToken] = useState(isWrong ? '' : given);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [isWrong]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setToken('');
    void store.enter(token);
  };
  return (
    <form onSubmit={submit}>
      <label>
        Token of this dashboard
        <input
          ref={field}
          type="password"
          value={token}
          required
          autocomplete="off"
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      {isWrong ? (
        <p class="warning" role="alert">
          The server does not take this token.
        </p>
      ) : null}
      <button type="submit">Show the dashboard</button>
    </form>
  );
}
