import { BlockList, isIP } from 'node:net';
import { plainAddress } from './remote-block.js';

/** A set of IP addresses and ranges of them. */
export class AddressSet {
  readonly #list = new BlockList();

  /**
   * Adds an address, or a range such as `10.0.0.0/8`.
   *
   * @returns `false` for a text that is neither.
   */
  add(entry: string): boolean {
    const [, address = '', prefix] = ENTRY.exec(entry) ?? [];
    if (prefix === undefined) return this.#addAddress(plainAddress(address));
    const version = isIP(address);
    if (version === 0 || Number(prefix) > (version === 4 ? 32 : 128)) return false;
    this.#list.addSubnet(address, Number(prefix), familyOf(version));
    return true;
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, familyOf(version));
  }

  #addAddress(address: string): boolean {
    const version = isIP(address);
    if (version === 0) return false;
    this.#list.addAddress(address, familyOf(version));
    return true;
  }
}

/** An address, with the length of its prefix if it stands for a range. */
const ENTRY = /^([^/]+)(?:\/(\d{1,3}))?$/;

const familyOf = (version: number): 'ipv4' | 'ipv6' => (version === 4 ? 'ipv4' : 'ipv6');
