import { errorFrom } from '../../transport/thrown.js';
import { wrongOption } from '../../transport/wrong-option.js';
import type { Dialer } from '../api/dialer.js';
import { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionParent } from '../connection/connection-parent.js';
import { failDial } from '../connection/connection-runner.js';
import type { Origins } from '../reporting/followers.js';
import { AttemptHistory } from './attempt-history.js';
import { DialPermit } from './dial-limiter.js';
import type { DialPriority } from './dial-priority.js';
import { dialRequestOf, hostOf } from './dial-request.js';
import type { DialerParent } from './dialer-parent.js';
import type { DialSettings } from './resolve-dial.js';

/** One attempt to come, as its dialer knows it. */
interface Attempt {
  readonly settings: DialSettings;
  /** Its number in the present outage, from 1. */
  readonly attempt: number;
  /** Whether the supervisor has room for its connection. */
  readonly hasRoom: boolean;
}

/** Where an attempt goes. */
interface Place {
  url: string | undefined;
}

/**
 * Makes the attempts of one dialer, one after the other: each waits for its turn at the dial limiter and then has its
 * own connection, whether that opens or not.
 */
export class DialAttempts {
  readonly history = new AttemptHistory();
  readonly #dialer: Dialer & ConnectionParent;
  readonly #parent: DialerParent;
  readonly #permit: DialPermit;
  #epoch = 0;
  /** Of the present attempt, and of the one beside the connection that is up. */
  #present: Place = { url: undefined };
  #next: Place | undefined;
  /** What followers of handshakes noted when the dialer was made. */
  readonly #origins: Origins | undefined;

  /** @param onTurn is called when a request has its turn; must not throw. */
  constructor(dialer: Dialer & ConnectionParent, parent: DialerParent, onTurn: () => void) {
    this.#dialer = dialer;
    this.#parent = parent;
    this.#permit = new DialPermit(onTurn);
    this.#origins = parent.registry.followers.planned();
  }

  /** The URL of the present attempt, as soon as it is known; in an overlap, of the connection that is up. */
  get url(): string | undefined {
    return this.#present.url;
  }

  /**
   * The present connection has ended or leaves, and the attempt beside it takes its place, if there is one; or it was
   * that attempt.
   */
  ended(wasBeside: boolean): void {
    if (!wasBeside) this.#present = this.#next ?? this.#present;
    this.#next = undefined;
  }

  /** Whether an attempt waits for its turn. */
  get isQueued(): boolean {
    return this.#permit.state === 'queued';
  }

  /** Asks the limiter for a turn, which may come within this call. */
  request({ url }: DialSettings, priority: DialPriority): void {
    this.#parent.dialLimiter.request(this.#permit, priority, hostOf(typeof url === 'string' ? url : this.url));
  }

  /** Gives the turn back, or gives up waiting for it. */
  release(): void {
    this.#parent.dialLimiter.release(this.#permit);
  }

  /**
   * Makes the connection of the next attempt. Nothing is dialed before `open`.
   *
   * @param attempt its number in the present outage, from 1.
   * @param isBeside whether it is made beside a connection that is up.
   */
  begin(attempt: number, isBeside = false): ConnectionActor {
    const { clock, followers } = this.#parent.registry;
    this.#epoch += 1;
    const connection = new ConnectionActor({
      id: this.#parent.registry.nextId(),
      parent: this.#dialer,
      role: 'dialed',
      epoch: this.#epoch,
    });
    if (followers.isFollowed)
      followers.began(connection, {
        role: 'dialed',
        childId: this.#dialer.id,
        clock,
        connection,
        attempt,
        origins: this.#origins,
      });
    this.#parent.registry.register(connection);
    connection.start();
    const place: Place = { url: undefined };
    this.#next = isBeside ? place : undefined;
    if (!isBeside) this.#present = place;
    return connection;
  }

  /**
   * Asks for the URL and the header fields, and dials. A failure of any of these ends the connection. Never rejects.
   */
  async open(connection: ConnectionActor, { settings, attempt, hasRoom }: Attempt): Promise<void> {
    const { signal } = connection;
    const { followers } = this.#parent.registry;
    const epoch = this.#epoch;
    const place = this.#next ?? this.#present;
    const past = this.history.begin(epoch);
    try {
      if (!hasRoom)
        throw wrongOption(
          'dial: limits.maxConnections',
          'is reached: the supervisor has as many connections as it allows',
        );
      const request = await followers.run(connection, () =>
        dialRequestOf(settings, { dialer: this.#dialer, epoch, attempt, ...past, signal }, (url) => {
          place.url = url;
          signal.throwIfAborted();
        }),
      );
      // While URL and header fields were asked for, it may have been called off, or its deadline may have passed.
      if (connection.state !== 'connecting') return;
      this.history.dialed(request.url, epoch);
      const headers = followers.fieldsFor(connection, request);
      followers.run(connection, () => connection.adopt(this.#parent.transport.dial({ ...request, headers })));
    } catch (error) {
      failDial(connection, errorFrom(error, "the dial's url, headers, protocols, or tls threw"));
    }
  }
}
