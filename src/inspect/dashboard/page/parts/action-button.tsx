import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Action } from '../../protocol.js';
import { store, useFeed } from '../store.js';
import { announce } from './announce.js';

/** What a button is for; numbers and texts that an action needs are asked for in its dialog. */
type ActionButtonProps =
  | { readonly kind: 'close' | 'terminate'; readonly connectionId: string }
  | { readonly kind: 'drain'; readonly supervisor: string; readonly name: string }
  | { readonly kind: 'redial'; readonly supervisor: string; readonly childId: string };

const LABELS = { close: 'Close…', terminate: 'Terminate…', drain: 'Drain a share…', redial: 'Redial…' } as const;

/** A button for an action, where the server says that actions are allowed. Each is confirmed in a dialog. */
export function ActionButton(props: ActionButtonProps) {
  const mayAct = useFeed((state) => state.welcome?.mayAct === true && state.link.status === 'up');
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (!mayAct) return null;
  const done = (): void => {
    setIsOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button ref={button} type="button" class={`action ${props.kind}`} onClick={() => setIsOpen(true)}>
        {LABELS[props.kind]}
      </button>
      {isOpen ? <ActionDialog {...props} onDone={done} /> : null}
    </>
  );
}

let requests = 0;

function ActionDialog(props: ActionButtonProps & { readonly onDone: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [request, setRequest] = useState<number>();
  const acted = useFeed((state) => state.acted);
  const answer = acted !== undefined && acted.request === request ? acted : undefined;
  // Before the next key is pressed: it belongs to the dialog.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    if (answer?.isDone !== true) return;
    announce('action', 'Done.');
    dialog.current?.close();
  }, [answer]);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    requests += 1;
    setRequest(requests);
    store.send({ type: 'act', request: requests, action: actionOf(props, form) });
  };
  const { title, warning, verb } = WORDS[props.kind];
  return (
    <dialog ref={dialog} aria-labelledby="action-title" onClose={props.onDone}>
      <form onSubmit={submit}>
        <h2 id="action-title">{title}</h2>
        <p>
          <code>{subjectOf(props)}</code>
        </p>
        <p>{warning}</p>
        {props.kind === 'close' ? <CloseFields /> : null}
        {props.kind === 'drain' ? <DrainFields /> : null}
        {answer?.error === undefined ? null : (
          <p class="warning" role="alert">
            {answer.error}
          </p>
        )}
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="danger" disabled={request !== undefined && answer === undefined}>
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}

const WORDS = {
  close: { title: 'Close this connection?', warning: 'The closing handshake begins with this code.', verb: 'Close it' },
  terminate: {
    title: 'Terminate this connection?',
    warning: 'TCP is dropped at once: messages on their way are lost, and the peer sees 1006.',
    verb: 'Terminate it',
  },
  drain: {
    title: 'Drain a share of the connections?',
    warning: 'So many of its accepted connections, picked at random, are closed with 1012, evenly over the time.',
    verb: 'Drain them',
  },
  redial: {
    title: 'Redial now?',
    warning: 'The connection that is up is retired, and another one is dialed at once.',
    verb: 'Redial',
  },
} as const;

function subjectOf(props: ActionButtonProps): string {
  switch (props.kind) {
    case 'close':
    case 'terminate':
      return props.connectionId;
    case 'drain':
      return props.name;
    case 'redial':
      return props.childId;
  }
}

function actionOf(props: ActionButtonProps, form: FormData): Action {
  switch (props.kind) {
    case 'close':
      return {
        kind: 'close',
        connectionId: props.connectionId,
        code: Number(form.get('code')),
        reason: textOf(form.get('reason')),
      };
    case 'terminate':
      return { kind: 'terminate', connectionId: props.connectionId };
    case 'drain':
      return {
        kind: 'drain',
        supervisor: props.supervisor,
        share: Number(form.get('percent')) / 100,
        spreadMs: Number(form.get('seconds')) * 1000,
      };
    case 'redial':
      return { kind: 'redial', supervisor: props.supervisor, childId: props.childId };
  }
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : '';
}

function CloseFields() {
  return (
    <div class="fields">
      <label>
        Code
        <input name="code" type="number" min="1000" max="4999" defaultValue="1000" required />
      </label>
      <label>
        Reason, which the peer sees
        <input name="reason" type="text" maxLength={123} autocomplete="off" />
      </label>
    </div>
  );
}

function DrainFields() {
  return (
    <div class="fields">
      <label>
        Share, in %
        <input name="percent" type="number" min="1" max="100" defaultValue="10" required />
      </label>
      <label>
        Over, in s
        <input name="seconds" type="number" min="0" max="3600" defaultValue="30" required />
      </label>
    </div>
  );
}
