// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the bundle in this directory with ONNX Runtime: node run.js IMAGES.npy [ANSWERS.csv]
'use strict';
const fs = require('fs');
const path = require('path');
const paths = [__dirname, process.cwd(), process.env.EXITSCOPE_ORT].filter(Boolean);
const ort = require(require.resolve('onnxruntime-node', { paths }));
const bundle = JSON.parse(fs.readFileSync(path.join(__dirname, 'policy.json'), 'utf8'));

// Uniform in [0, 1) from a seed and a sample's position, by SplitMix64.
const mix64 = (x) => {
  x = BigInt.asUintN(64, x + 0x9e3779b97f4a7c15n);
  x = BigInt.asUintN(64, (x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n);
  x = BigInt.asUintN(64, (x ^ (x >> 27n)) * 0x94d049bb133111ebn);
  return x ^ (x >> 31n);
};
const uniform = (seed, key) => Number(mix64(mix64(BigInt(seed)) ^ BigInt(key)) >> 11n) / 2 ** 53;

function readNpy(file) {
  const bytes = fs.readFileSync(file);
  const wide = bytes[6] >= 2;
  const start = (wide ? 12 : 10) + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', 10, start);
  const shape = header.match(/'shape': \(([^)]*)\)/)[1].split(',').map((s) => s.trim()).filter(Boolean).map(Number);
  const type = header.match(/'descr': '([^']*)'/)[1];
  if (!['<f4', '|u1'].includes(type) || shape.length !== 4 || header.includes("'fortran_order': True"))
    throw new Error(`${file}: need uint8 or float32 [images, channels, height, width]`);
  const data = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length);
  return { shape, values: type === '<f4' ? new Float32Array(data) : new Uint8Array(data) };
}

// What is fed for pixels in RGB order, or grey ones. Images are not scaled here: those that would be are refused.
const inRange = { '0..1': (v) => Math.fround(v / 255), '0..255': (v) => v,
  '-1..1': (v) => Math.fround(Math.fround(v / 127.5) - 1) };

function checkImages(values, [channels, height, width]) {
  const how = bundle.preprocessing;
  const scales = how.resize && how.resize !== true
    && (how.resize.width !== how.width || how.resize.height !== how.height);
  const bytes = values instanceof Uint8Array;
  if (height !== how.height || width !== how.width || (bytes ? ![1, 3].includes(channels) : channels !== how.channels)
    || (bytes && scales) || (bytes && ![1, 3].includes(how.channels)))
    throw new Error(`images are [${channels}, ${height}, ${width}]${scales ? ' and would be scaled' : ''}: make them `
      + `float32 [${how.channels}, ${how.height}, ${how.width}] as "preprocessing" in policy.json says, for instance with `
      + 'exitscope-cli preprocess');
}

function preprocess(values, channels) {
  if (values instanceof Float32Array) return values;
  const how = bundle.preprocessing;
  const plane = values.length / channels;
  const grey = channels === 3 && (how.channels === 1 || how.order === 'gray');
  const input = new Float32Array(how.channels * plane);
  for (let c = 0; c < how.channels; ++c) {
    const source = channels === 1 ? 0 : how.order === 'bgr' ? 2 - c : c;
    const [mean, std] = [Math.fround(how.mean[c] || 0), Math.fround(how.std[c] || 1)];
    for (let i = 0; i < plane; ++i) {
      const v = grey ? (values[i] * 19595 + values[plane + i] * 38470 + values[2 * plane + i] * 7471 + 32768) >> 16
        : values[source * plane + i];
      input[c * plane + i] = Math.fround(Math.fround(inRange[how.range](v) - mean) / std);
    }
  }
  return input;
}

const softmax = (z) => {
  const top = Math.max(...z);
  const e = Array.from(z, (v) => Math.exp(v - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => Math.fround(v / sum));
};

// An output that holds no logits: divided by its sum where that is not 1.
function distribution(row) {
  const sum = row.reduce((a, v) => a + Math.max(v, 0), 0);
  if (Math.abs(sum - 1) <= 1e-5 && row.every((v) => v >= 0)) return Array.from(row);
  return Array.from(row, (v) => Math.fround(sum > 0 ? Math.max(v, 0) / sum : 1 / row.length));
}

function statistics(p) {
  const [first, second] = [...p].sort((a, b) => b - a);
  const entropyOf = (q) => q.reduce((h, v) => (v > 0 ? h - v * Math.log(v) : h), 0);
  const squares = p.reduce((s, v) => s + v * v, 0);
  return [first, entropyOf(p), first - second, entropyOf(p.map((v) => (v * v) / squares)) / Math.log(p.length)];
}

// Answers of several heads: softmax(sum of weights * log p + bias).
const pooled = (pool, heads) => softmax(heads[0].map((_, c) => heads.reduce(
  (z, p, h) => z + pool.weights[h] * Math.log(Math.max(p[c], 1e-30)), pool.bias[c] || 0)));

function score(gate, s, agreeing, sample) {
  const { kind } = gate.score;
  if (kind === 'entropy') return -s[1];
  if (kind === 'margin') return s[2];
  if (kind === 'agreement') return agreeing;
  if (kind === 'table') return gate.score.values[gate.score.edges.filter((edge) => edge <= s[0]).length];
  if (kind === 'linear') {
    const { mean, scale, weights } = gate.score;
    return s.reduce((sum, v, d) => sum + weights[d] * (v - mean[d]) * scale[d], weights[4]);
  }
  return s[0] + (gate.score.tie_seed === undefined ? 0 : 1e-10 * uniform(gate.score.tie_seed, sample));
}

// The option of least predicted error + lambda * cost; errors are piecewise linear in the stretched confidence.
function cheapest({ basis, options }, confidence, lambda) {
  const z = (-Math.log(Math.max(0, 1 - confidence) + 1e-4) - basis.mean) * basis.scale;
  const values = [1, z, ...basis.kinks.map((kink) => Math.max(0, z - kink))];
  const paid = ({ weights, cost }) => weights.reduce((error, w, i) => error + w * values[i], 0) + lambda * cost;
  return options.map((o) => [paid(o), o.next]).reduce((a, b) => (b[0] < a[0] ? b : a))[1];
}

async function classify(image, sample, sessions) {
  const rule = bundle.rules[bundle.upper_share > 0 && uniform(bundle.seed, sample) < bundle.upper_share ? 1 : 0];
  const gates = new Map(rule.gates.map((gate) => [gate.state, gate]));
  const tensors = { [bundle.model.input]: image };
  const heads = [];
  let state = null;
  let agreeing = 0;
  let prediction = -1;
  for (let next = rule.start; next !== state;) {
    const way = [];  // states between here and the next one that is asked
    for (let s = next; s !== state; s = bundle.states[s].parent) way.unshift(s);
    for (const s of way) {
      for (const step of bundle.states[s].run) {
        const stage = bundle.stages[step.stage];
        const session = await sessions(stage.files[step.precision]);
        Object.assign(tensors, await session.run(Object.fromEntries(stage.inputs.map((name) => [name, tensors[name]]))));
      }
      const stage = bundle.stages[bundle.states[s].exit];
      if (bundle.states[s].asked)
        heads.push(stage.probabilities ? distribution(tensors[stage.exit].data) : softmax(tensors[stage.exit].data));
    }
    state = next;
    const { pool } = bundle.states[state];
    const p = pool ? pooled(pool, heads) : heads[heads.length - 1];
    const before = prediction;
    prediction = p.indexOf(Math.max(...p));
    agreeing = prediction === before ? agreeing + 1 : 1;
    const gate = gates.get(state);
    const s = statistics(p);
    if (gate && gate.options) next = cheapest(gate, s[0], rule.lambda);
    else if (gate) {
      const value = score(gate, s, agreeing, sample);
      if (!(value > gate.threshold || (gate.or_equal && value === gate.threshold))) next = gate.otherwise;
    }
  }
  return { prediction, ...bundle.states[state] };
}

async function main() {
  const [images, answers] = process.argv.slice(2);
  if (!images) throw new Error('usage: node run.js IMAGES.npy [ANSWERS.csv]');
  const { shape: [count, ...shape], values } = readNpy(images);
  checkImages(values, shape);
  const size = values.length / count;
  const loaded = new Map();
  const sessions = (file) => {
    if (!loaded.has(file)) loaded.set(file, ort.InferenceSession.create(path.join(__dirname, file)));
    return loaded.get(file);
  };
  const lines = ['sample,prediction,exit,path,relative_cost'];
  for (let i = 0; i < count; ++i) {
    const input = preprocess(values.slice(i * size, (i + 1) * size), shape[0]);
    const { channels, height, width } = bundle.preprocessing;
    const answer = await classify(new ort.Tensor('float32', input, [1, channels, height, width]), i, sessions);
    lines.push([i, answer.prediction, answer.exit, answer.name, answer.relative_cost].join(','));
  }
  const text = lines.join('\n') + '\n';
  if (answers) fs.writeFileSync(answers, text);
  else process.stdout.write(text);
}

main().catch((error) => {
  console.error(String(error.message || error));
  process.exit(2);
});
