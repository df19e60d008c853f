// SPDX-License-Identifier: GPL-3.0-or-later
// Images a second of ONNX Runtime in one thread, best of several repeats: node onnxruntime_speed.js MODEL.onnx BATCH
'use strict';

async function main() {
  const [model, batchText] = process.argv.slice(2);
  const batch = Number(batchText);
  let ort;
  try {
    ort = require(require.resolve('onnxruntime-node', { paths: [process.env.EXITSCOPE_ORT || '.', process.cwd()] }));
  } catch (error) {
    process.exit(77);
  }
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const shape = JSON.parse(process.argv[4] || '[1,28,28]');
  const size = shape.reduce((a, b) => a * b, batch);
  const data = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
  const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', data, [batch, ...shape]) };
  let best = Infinity;
  for (let repeat = 0; repeat < 7; ++repeat) {
    const start = process.hrtime.bigint();
    let passes = 0;
    let seconds = 0;
    do {
      await session.run(feeds);
      ++passes;
      seconds = Number(process.hrtime.bigint() - start) / 1e9;
    } while (seconds < 0.2);
    best = Math.min(best, seconds / passes);
  }
  console.log((batch / best).toFixed(0));
}

main();
