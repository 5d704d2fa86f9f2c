// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { Methods } from './generated';
import { replies } from './generated_shapes';
import { normalise } from './normalise';

export type Method = keyof Methods;
type Sparse<T> = { [K in keyof T]?: T[K] extends object[] | string[] ? T[K] : Sparse<T[K]> };

const kTimeoutMs = 5_000;

// Why a call failed: `code` is the server's canonical code; UNREACHABLE when there was no answer.
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'UNREACHABLE';
}

// The only fetch of the console. Fields left out of the request have their protobuf zero.
export async function call<M extends Method>(
  method: M,
  request: Sparse<Methods[M]['request']>,
  signal?: AbortSignal,
): Promise<Methods[M]['reply']> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), kTimeoutMs);
  const onAbort = (): void => stop.abort();
  signal?.addEventListener('abort', onAbort);
  try {
    const response = await fetch(`/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request),
      signal: stop.signal,
    });
    const text = await response.text();
    if (!response.ok) throw errorOf(response.status, text);
    return normalise(replies[method], parse(text)) as Methods[M]['reply'];
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ApiError('UNREACHABLE', stop.signal.aborted ? 'timeout' : 'network');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiError('UNREACHABLE', 'not JSON');
  }
}

// A proxy in front of a server that is gone answers 502..504 with a page of its own.
function errorOf(status: number, text: string): ApiError {
  let body: { code?: unknown; message?: unknown } | null = null;
  try {
    body = JSON.parse(text) as { code?: unknown; message?: unknown } | null;
  } catch {
    // Not ours; the status says enough.
  }
  if (body && typeof body.code === 'string') {
    return new ApiError(body.code, typeof body.message === 'string' ? body.message : '');
  }
  const gone = status === 502 || status === 503 || status === 504;
  return new ApiError(gone ? 'UNREACHABLE' : 'UNKNOWN', `HTTP ${status}`);
}
