// Two ways to have a picture looked at: sent to the server, or by MediaPipe in this browser, which sends landmarks only.
// Both take the newest picture whenever the last one was answered.

const LONG_SIDE_PX = 640;
const FOR_TAG_PX = 1920; // what is printed on the tag has to be made out
const QUALITY = 0.75;

export class PicturesSent {
  // tagged: a tag is worn, and has to be read from the pictures.
  constructor(video, tagged) {
    this.video = video;
    this.longSide = tagged ? FOR_TAG_PX : LONG_SIDE_PX;
    this.canvas = document.createElement("canvas");
    this.busy = false;
  }

  async ready() {}

  // Send what the camera shows now.
  look(stamp_ms, link) {
    this.busy = true;
    const [width, height] = shrunk(this.video, this.longSide, link.limits);
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.canvas.getContext("2d", { alpha: false }).drawImage(this.video, 0, 0, width, height);
    this.canvas.toBlob(async (picture) => {
      const bytes = picture && (await picture.arrayBuffer());
      this.busy = false;
      if (bytes) link.sendPicture(stamp_ms, bytes);
    }, "image/jpeg", QUALITY);
  }

  close() {}
}

export class PoseHere {
  // onDevice: addresses of the worker, MediaPipe's files and the model; failed(reason) is told once.
  constructor(video, onDevice, failed) {
    this.video = video;
    this.onDevice = onDevice;
    this.failed = failed;
    this.busy = false;
  }

  ready() {
    this.worker = new Worker(this.onDevice.worker, { type: "module" });
    const { bundle, loader, binary, model } = this.onDevice;
    const done = new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => (data.kind === "ready" ? resolve() : reject(new Error(data.reason)));
      this.worker.onerror = (event) => reject(new Error(event.message || "its script cannot be loaded"));
    });
    this.worker.postMessage({ files: { bundle, loader, binary, model } });
    return done.then(() => {
      this.worker.onmessage = ({ data }) => this.heard(data);
      this.worker.onerror = (event) => this.failed(event.message);
    });
  }

  async look(stamp_ms, link) {
    this.busy = true;
    this.link = link;
    const [resizeWidth, resizeHeight] = shrunk(this.video, LONG_SIDE_PX, link.limits);
    try {
      const picture = await createImageBitmap(this.video, { resizeWidth, resizeHeight, resizeQuality: "medium" });
      this.worker.postMessage({ picture, stamp_ms }, [picture]);
    } catch (error) {
      this.busy = false; // between two cameras there is no picture
    }
  }

  heard({ kind, reason, stamp_ms, size_px, brightness, body }) {
    this.busy = false;
    if (kind === "failed") this.failed(reason);
    else this.link.sendLandmarks(stamp_ms, { size_px, brightness, body });
  }

  close() {
    if (this.worker) this.worker.terminate();
  }
}

function shrunk({ videoWidth, videoHeight }, longSide, { max_side_px }) {
  const scale = Math.min(1, Math.min(longSide, max_side_px) / Math.max(videoWidth, videoHeight));
  return [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
}
