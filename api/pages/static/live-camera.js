// The camera: which there are, opening one, opening it again when it was unplugged, and each new picture with its time.

const AGAIN_MS = 1000;
const LONGEST_WAY_MS = 1000;

// Named like the errors of getUserMedia, so that one list of words says what to do about each.
export class CameraError extends Error {
  constructor(name, reason = "") {
    super(reason || name);
    this.name = name;
  }
}

export async function camerasThere() {
  const devices = navigator.mediaDevices ? await navigator.mediaDevices.enumerateDevices() : [];
  return devices.filter((device) => device.kind === "videoinput" && device.deviceId);
}

export class Camera {
  // video: where the picture is shown; told: {picture(stamp_ms), lost(), back()}.
  constructor(video, told) {
    this.video = video;
    this.told = told;
    this.wanted = "";
    this.stream = null;
    this.lost = false;
    this.closed = true;
    this.follow = this.follow.bind(this);
    navigator.mediaDevices?.addEventListener("devicechange", () => this.lost && this.reopen());
  }

  get deviceId() {
    return this.stream ? this.stream.getVideoTracks()[0].getSettings().deviceId || "" : this.wanted;
  }

  // large: as large a picture as is worth sending.
  async open(deviceId = "", large = false) {
    if (!window.isSecureContext) throw new CameraError("insecure");
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("unsupported");
    this.wanted = deviceId;
    this.size = large ? [1920, 1080] : [1280, 720];
    this.closed = false;
    await this.take();
  }

  async take() {
    const which = this.wanted ? { deviceId: { exact: this.wanted } } : { facingMode: "user" };
    const [width, height] = this.size;
    const size = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: { ...which, ...size }, audio: false });
    if (this.closed) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.release();
    this.stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => this.gone(stream));
    this.video.srcObject = stream;
    await this.video.play();
    this.next();
  }

  close() {
    this.closed = true;
    this.lost = false;
    this.release();
  }

  release() {
    for (const track of this.stream ? this.stream.getTracks() : []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  gone(stream) {
    if (stream !== this.stream) return;
    this.lost = true;
    this.release();
    this.told.lost();
    setTimeout(() => this.reopen(), AGAIN_MS);
  }

  // A camera that is plugged in again may have a name of its own: any one will do when the chosen one does not come.
  async reopen() {
    if (!this.lost || this.closed || this.reopening) return;
    this.reopening = true;
    try {
      if (this.wanted && !(await camerasThere()).some((device) => device.deviceId === this.wanted)) this.wanted = "";
      await this.take();
      this.lost = false;
      this.told.back();
    } catch (error) {
      setTimeout(() => this.reopen(), AGAIN_MS);
    } finally {
      this.reopening = false;
    }
  }

  next() {
    if (this.video.requestVideoFrameCallback) {
      this.video.requestVideoFrameCallback(this.follow);
    } else {
      requestAnimationFrame((now) => this.follow(now, {}));
    }
  }

  follow(now, metadata) {
    if (!this.stream) return;
    if (this.video.videoWidth) this.told.picture(performance.timeOrigin + captured(now, metadata));
    this.next();
  }
}

// When the picture was taken. Some devices give times of another clock; theirs are passed over.
function captured(now, { captureTime }) {
  return captureTime > now - LONGEST_WAY_MS && captureTime <= now ? captureTime : now;
}
