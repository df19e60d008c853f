// SPDX-License-Identifier: GPL-3.0-or-later
// Runs an ONNX model in ONNX Runtime on a float32 NPY [N,C,H,W] and writes every output as NPY [exits,N,classes], so
// that our engine is compared with something we did not write.
//   npm install --ignore-scripts onnxruntime-node
//   node onnxruntime.js MODEL.onnx INPUT.npy OUTPUT.npy [BATCH]
'use strict';
const fs = require('fs');

function loadRuntime() {
  try {
    return require(require.resolve('onnxruntime-node', { paths: [process.cwd(), process.env.EXITSCOPE_ORT || '.', __dirname] }));
  } catch (error) {
    console.error('onnxruntime-node is not installed: npm install --ignore-scripts onnxruntime-node');
    process.exit(77);
  }
}

function readNpy(path) {
  const bytes = fs.readFileSync(path);
  const wide = bytes[6] >= 2;
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const start = (wide ? 12 : 10) + length;
  const header = bytes.toString('latin1', wide ? 12 : 10, start);
  if (!header.includes("'<f4'") || header.includes("'fortran_order': True")) throw new Error(path + ': need C-order float32');
  const shape = header.match(/\(([^)]*)\)/)[1].split(',').map((s) => s.trim()).filter(Boolean).map(Number);
  const copy = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length);
  return { shape, data: new Float32Array(copy) };
}

function writeNpy(path, shape, data) {
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  header += ' '.repeat(63 - ((10 + header.length) % 64)) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(header.length, 8);
  fs.writeFileSync(path, Buffer.concat([head, Buffer.from(header, 'latin1'), Buffer.from(data.buffer, 0, data.byteLength)]));
}

async function main() {
  const [model, input, output, batchText] = process.argv.slice(2);
  if (!output) {
    console.error('usage: node onnxruntime.js MODEL.onnx INPUT.npy OUTPUT.npy [BATCH]');
    process.exit(1);
  }
  const ort = loadRuntime();
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 2 });
  const { shape, data } = readNpy(input);
  const [samples, ...image] = shape;
  const per = image.reduce((a, b) => a * b, 1);
  const batch = Number(batchText || 100);
  const names = session.outputNames;
  let classes = 0;
  let logits = null;
  for (let first = 0; first < samples; first += batch) {
    const count = Math.min(batch, samples - first);
    const tensor = new ort.Tensor('float32', data.slice(first * per, (first + count) * per), [count, ...image]);
    const results = await session.run({ [session.inputNames[0]]: tensor });
    names.forEach((name, exit) => {
      const values = results[name].data;
      classes = values.length / count;
      logits = logits || new Float32Array(names.length * samples * classes);
      logits.set(values, (exit * samples + first) * classes);
    });
  }
  writeNpy(output, [names.length, samples, classes], logits);
}

main().catch((error) => {
  console.error(String(error));
  process.exit(2);
});
