// MediaPipe's pose landmarker in a thread of its own. Pictures come in and stay here; landmarks go out.

// Its video mode filters landmarks by their time stamps and low-passes visibility. Stamps far apart let everything
// through the first; the second is solved for what was seen. docs/live-protocol.md says the same.
const STEP_MS = 1000000;
const VISIBILITY_ALPHA = 0.1;
const THUMB = [32, 24];

let landmarker = null;
let frames = 0;
let before = null;
const thumb = new OffscreenCanvas(...THUMB).getContext("2d", { willReadFrequently: true });

self.onmessage = async ({ data }) => {
  try {
    if (data.files) await load(data.files);
    else look(data);
  } catch (error) {
    self.postMessage({ kind: "failed", reason: error.message || String(error) });
  }
};

async function load({ bundle, loader, binary, model }) {
  const { PoseLandmarker } = await import(bundle);
  const fileset = { wasmLoaderPath: new URL(loader, self.location).href, wasmBinaryPath: new URL(binary, self.location).href };
  landmarker = await PoseLandmarker.createFromOptions(fileset, {
    baseOptions: { modelAssetPath: new URL(model, self.location).href, delegate: "CPU" },
    runningMode: "VIDEO",
    numPoses: 1,
  });
  // The first look takes seconds: it is not one that counts.
  landmarker.detectForVideo(new ImageData(64, 64), ++frames * STEP_MS);
  self.postMessage({ kind: "ready" });
}

function look({ picture, stamp_ms }) {
  const size_px = [picture.width, picture.height];
  const found = landmarker.detectForVideo(picture, ++frames * STEP_MS);
  thumb.drawImage(picture, 0, 0, ...THUMB);
  picture.close();
  const body = found.landmarks.length ? bodyOf(found.landmarks[0], found.worldLandmarks[0]) : null;
  self.postMessage({ kind: "found", stamp_ms, size_px, brightness: greyLevel(), body });
}

function bodyOf(image, world) {
  const now = image.map((point) => point.visibility);
  const visibility = now.map((value, i) => (before ? clip((value - (1 - VISIBILITY_ALPHA) * before[i]) / VISIBILITY_ALPHA) : clip(value)));
  before = now;
  return { image: image.map(place), world: world.map(place), visibility, presence: null };
}

function place({ x, y, z }) {
  return [x, y, z];
}

function clip(value) {
  return Math.min(Math.max(value, 0), 1);
}

// As OpenCV and television reckon it.
function greyLevel() {
  const { data } = thumb.getImageData(0, 0, ...THUMB);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
  return Math.min(255, (4 * sum) / data.length);
}
