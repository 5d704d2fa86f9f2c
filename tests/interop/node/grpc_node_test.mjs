// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The stock gRPC client of Node.js calls our server. Run by grpc_node_test.py:
//   node --test grpc_node_test.mjs, with ADDRESS and MESSAGES in the environment.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const definition = loader.loadFileDescriptorSetFromBuffer(readFileSync(process.env.MESSAGES), {
  keepCase: true,
  longs: Number,
});
const services = grpc.loadPackageDefinition(definition);
const noLimit = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
const plain = grpc.credentials.createInsecure();
const Echo = services.bellrock.rpc.sample.v1.Echo;
const echo = new Echo(process.env.ADDRESS, plain, noLimit);
after(() => echo.close());

const soon = () => ({ deadline: Date.now() + 20_000 });

function say(request, { client = echo, metadata = new grpc.Metadata(), options = soon() } = {}) {
  return new Promise((resolve, reject) => {
    let trailers;
    const call = client.Say(request, metadata, options, (error, reply) =>
      error ? reject(error) : setImmediate(() => resolve({ reply, trailers })),
    );
    call.on('status', (status) => (trailers = status.metadata));
  });
}

async function all(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

test('unary', async () => {
  const { reply } = await say({ text: 'hi', numbers: [1, 2] });
  assert.equal(reply.text, 'hi');
  assert.deepEqual(reply.numbers, [1, 2]);
});

test('server streaming', async () => {
  const items = await all(echo.Count({ items: 200, item_bytes: 5000 }, soon()));
  assert.deepEqual(
    items.map((item) => item.text),
    Array.from({ length: 200 }, (_, i) => String(i)),
  );
});

test('client streaming', async () => {
  const sum = await new Promise((resolve, reject) => {
    const call = echo.Sum(soon(), (error, reply) => (error ? reject(error) : resolve(reply)));
    for (let i = 0; i < 1000; ++i) call.write({ text: 'x'.repeat(1000) });
    call.end();
  });
  assert.deepEqual([sum.requests, sum.bytes], [1000, 1_000_000]);
});

test('bidirectional streaming answers each before the next', async () => {
  const call = echo.Chat(soon());
  const texts = [];
  call.write({ text: '0' });
  for await (const reply of call) {
    texts.push(reply.text);
    if (texts.length === 20) call.end();
    else call.write({ text: String(texts.length) });
  }
  assert.deepEqual(
    texts,
    Array.from({ length: 20 }, (_, i) => String(i)),
  );
});

test('an error has code and any text', async () => {
  const text = '100 % wrong: ä\n你';
  await assert.rejects(say({ code: 5, text }), { code: grpc.status.NOT_FOUND, details: text });
});

test('an error after items of a stream', async () => {
  const call = echo.Count({ items: 2, code: 8 }, soon());
  const texts = [];
  await assert.rejects(
    async () => {
      for await (const item of call) texts.push(item.text);
    },
    { code: grpc.status.RESOURCE_EXHAUSTED, details: 'as asked' },
  );
  assert.deepEqual(texts, ['0', '1']);
});

test('a deadline ends the call', async () => {
  const options = { deadline: Date.now() + 200 };
  await assert.rejects(say({ sleep_ms: 60_000 }, { options }), {
    code: grpc.status.DEADLINE_EXCEEDED,
  });
});

test('metadata both ways', async () => {
  const metadata = new grpc.Metadata();
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  metadata.set('x-echo', 'plain text');
  metadata.set('x-echo-bin', bytes);
  const { trailers } = await say({}, { metadata });
  assert.deepEqual(trailers.get('x-echo'), ['plain text']);
  assert.deepEqual(trailers.get('x-echo-bin'), [bytes]);
});

test('ten megabytes both ways', async () => {
  const { reply } = await say({ text: 'x'.repeat(10_000_000), ratio: 10_000_000 });
  assert.equal(reply.text.length, 10_000_000);
  assert.equal(reply.filler.length, 10_000_000);
});

test('gzip both ways', async () => {
  const packing = { ...noLimit, 'grpc.default_compression_algorithm': 2 };
  const client = new Echo(process.env.ADDRESS, plain, packing);
  const { reply } = await say({ text: 'x'.repeat(1_000_000) }, { client });
  assert.equal(reply.text.length, 1_000_000);
  client.close();
});

test('cancelling cuts the handler short', async () => {
  const before = Number((await say({})).trailers.get('x-cut-short')[0]);
  const call = echo.Count({ items: 1_000_000, pause_ms: 10 });
  call.on('error', () => {});
  await new Promise((resolve) => call.once('data', resolve));
  call.cancel();
  let now = before;
  for (let tries = 0; now === before && tries < 500; ++tries) {
    now = Number((await say({})).trailers.get('x-cut-short')[0]);
  }
  assert.ok(now > before);
});

test('a thousand calls at once', async () => {
  const texts = Array.from({ length: 1000 }, (_, i) => String(i));
  const answers = await Promise.all(texts.map((text) => say({ text })));
  assert.deepEqual(
    answers.map((answer) => answer.reply.text),
    texts,
  );
});

test('health and reflection', async () => {
  const health = new services.grpc.health.v1.Health(process.env.ADDRESS, plain);
  const answer = await new Promise((resolve, reject) =>
    health.Check({ service: 'bellrock.rpc.sample.v1.Echo' }, soon(), (error, reply) =>
      error ? reject(error) : resolve(reply),
    ),
  );
  assert.equal(answer.status, 1);
  health.close();
  const Reflection = services.grpc.reflection.v1.ServerReflection;
  const reflection = new Reflection(process.env.ADDRESS, plain);
  const call = reflection.ServerReflectionInfo(soon());
  call.write({ list_services: '' });
  call.end();
  const [listed] = await all(call);
  const names = listed.list_services_response.service.map((service) => service.name);
  assert.ok(names.includes('bellrock.rpc.sample.v1.Echo'), names.join());
  reflection.close();
});
