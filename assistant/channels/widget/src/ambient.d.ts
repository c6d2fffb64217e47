// What the build puts in place of a name, and the few words of Node's test runner that tests use.

/** The panel's file and its integrity: known only once the panel is built. */
declare const PANEL: { readonly name: string; readonly integrity: string };

declare module "*.css" {
  const text: string;
  export default text;
}

declare module "node:test" {
  export function test(name: string, body: () => void | Promise<void>): void;
}

declare module "node:http" {
  interface Incoming {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
    on(event: "data", listener: (chunk: Uint8Array) => void): void;
    on(event: "end" | "close", listener: () => void): void;
  }
  interface Outgoing {
    writeHead(status: number, headers?: Readonly<Record<string, string>>): Outgoing;
    write(text: string | Uint8Array): void;
    end(text?: string): void;
    destroy(): void;
  }
  interface Server {
    listen(port: number, host: string, ready: () => void): void;
    address(): { readonly port: number };
    close(): void;
    closeAllConnections(): void;
  }
  export function createServer(answer: (request: Incoming, response: Outgoing) => void): Server;
}

declare module "node:assert/strict" {
  export function equal(actual: unknown, expected: unknown, message?: string): void;
  export function deepEqual(actual: unknown, expected: unknown, message?: string): void;
  export function ok(value: unknown, message?: string): asserts value;
  export function throws(body: () => unknown, expected?: RegExp): void;
}
