import { describe, expect, test } from 'vitest';
import { compileHosts, defaultHosts, hostOf } from '../../../src/supervisor/listener/host.js';
import { OptionError } from '../../../src/transport/errors.js';
import { FakeUpgrade } from '../../support/fake-transport.js';

const requestTo = (host: string | readonly string[] | undefined, { url = '/', isSecure = false } = {}) =>
  new FakeUpgrade({ url, isSecure, headers: { host } }).request;

describe('the host of a request', () => {
  test.each([
    ['its Host header’s', requestTo('example.com:8080'), 'example.com:8080'],
    ['an address', requestTo('[::1]:80'), '[::1]:80'],
    [
      'that of an absolute target, whatever Host says',
      requestTo('other.example', { url: 'http://example.com/a' }),
      'example.com',
    ],
    ['none without Host', requestTo(undefined), undefined],
    ['none with an empty one', requestTo(''), undefined],
    ['none with several', requestTo(['a.example', 'a.example']), undefined],
    ['none with a list in one', requestTo('a.example, b.example'), undefined],
    ['none with a URL in it', requestTo('http://a.example'), undefined],
    ['none with a user name in it', requestTo('me@a.example'), undefined],
    ['none with a port that is none', requestTo('a.example:http'), undefined],
  ])('is %s', (_what, request, host) => {
    expect(hostOf(request)).toBe(host);
  });
});

describe('hosts', () => {
  test.each([
    // allowed                    asked for               let in
    [['localhost'], 'localhost', true],
    [['localhost'], 'LOCALHOST:8080', true],
    [['localhost'], 'localhost.', true],
    [['LocalHost.'], 'localhost', true],
    [['localhost'], 'evil.example', false],
    [['localhost'], 'localhost.evil.example', false],
    [['localhost'], 'notlocalhost', false],
    [['localhost'], '127.0.0.1', false],
    [['localhost', '127.0.0.1', '[::1]'], '127.0.0.1:4711', true],
    [['localhost', '127.0.0.1', '[::1]'], '[::1]:4711', true],
    [['[::1]'], '[0:0:0:0:0:0:0:1]', true],
    [['127.0.0.1'], '127x0x0x1', false],
    [['example.com:8080'], 'example.com:8080', true],
    [['example.com:8080'], 'example.com', false],
    [['example.com:80'], 'example.com', true],
    [['example.com:*'], 'example.com:1', true],
    [['*.example.com'], 'a.example.com', true],
    [['*.example.com'], 'a.b.example.com', false],
    [['*.example.com'], 'example.com', false],
    [['app-*.example.com'], 'app-7.example.com', true],
    [['localhost'], undefined, false],
  ])('%j and a request for %s: %j', (hosts, host, isLetIn) => {
    expect(compileHosts(hosts)(requestTo(host))).toBe(isLetIn);
  });

  test('443 is meant over TLS where no port is named', () => {
    const check = compileHosts(['example.com:443']);
    expect([check(requestTo('example.com', { isSecure: true })), check(requestTo('example.com'))]).toEqual([
      true,
      false,
    ]);
  });

  test('an absolute target counts, and not the Host header beside it', () => {
    const check = compileHosts(['localhost']);
    expect([
      check(requestTo('localhost', { url: 'http://evil.example/' })),
      check(requestTo('evil.example', { url: 'http://localhost/' })),
    ]).toEqual([false, true]);
  });

  test('may be any', () => {
    expect(compileHosts('any')(requestTo('anything.example'))).toBe(true);
  });

  test.each([
    // bound to          asked for             let in
    ['127.0.0.1', 'localhost:8080', true],
    ['127.0.0.1', 'app.localhost', true],
    ['127.0.0.1', '127.0.0.1:8080', true],
    ['127.0.0.1', 'evil.example:8080', false],
    ['127.0.0.2', '127.0.0.2', true],
    ['127.0.0.2', '127.0.0.3', false],
    ['localhost', '[::1]:8080', true],
    ['::1', 'evil.example', false],
    ['0.0.0.0', 'app.example', true],
    ['192.0.2.1', 'app.example', true],
    ['127.example', 'app.example', true],
    [undefined, 'app.example', true],
  ])('by default a listener on %s is meant by %s: %s', (address, host, isLetIn) => {
    const fromBrowser = new FakeUpgrade({ headers: { host, origin: `http://${host}` } }).request;
    expect(defaultHosts(address)(fromBrowser)).toBe(isLetIn);
    // What is no browser may send any Host.
    expect(defaultHosts(address)(requestTo(host))).toBe(true);
  });

  test.each([
    [[]],
    ['localhost'],
    [['']],
    [['http://localhost']],
    [['localhost/path']],
    [['a b']],
    [['::1']],
    [['.example.com']],
    [['localhost:70000']],
    [['localhost:0']],
    [['localhost:080']],
    [['[:::]']],
    [['[1.2.3.4]']],
    [[5]],
    [[Symbol('host')]],
    [5],
    [null],
  ])('%j is an OptionError that names hosts', (hosts) => {
    const compile = () => compileHosts(hosts as never);
    expect(compile).toThrow(OptionError);
    expect(compile).toThrow(/^listen: hosts/);
  });
});
