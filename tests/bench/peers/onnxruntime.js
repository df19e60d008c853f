// SPDX-License-Identifier: GPL-3.0-or-later
// ONNX Runtime as a peer of bench.py: node onnxruntime.js MODEL.onnx BATCH THREADS SHAPE
// Prints "ready", then for every line of seconds on standard input the images a second over about that time.
'use strict';
const readline = require('readline');

async function main() {
  const [model, batch, threads, shape] = process.argv.slice(2).map((a, i) => (i === 0 ? a : JSON.parse(a)));
  let ort;
  try {
    ort = require(require.resolve('onnxruntime-node', { paths: [process.env.EXITSCOPE_ORT || '.', process.cwd()] }));
  } catch (error) {
    console.log('missing: npm package onnxruntime-node in $EXITSCOPE_ORT');
    return;
  }
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const size = shape.reduce((a, b) => a * b, batch);
  const data = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
  const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', data, [batch, ...shape]) };
  await session.run(feeds);
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const limit = Number(line);
    const start = process.hrtime.bigint();
    let images = 0;
    let seconds = 0;
    do {
      await session.run(feeds);
      images += batch;
      seconds = Number(process.hrtime.bigint() - start) / 1e9;
    } while (seconds < limit);
    console.log((images / seconds).toFixed(2));
  }
}

main().catch((error) => console.log('unsupported: ' + String(error.message || error).split('\n')[0]));
