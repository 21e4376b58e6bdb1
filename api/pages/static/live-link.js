// The connection to the server: hello, one picture in flight, and coming back after it was lost. See docs/live-protocol.md.

const PROTOCOL = "formcheck.live/1";
const KEPT = "formcheck.live";
const UNANSWERED_MS = 3000;
const SILENT_TIMES = 3;
const AGAIN_MS = [300, 1000, 2000, 4000];
const HEADER_BYTES = 16;
const FASTEST = 900; // ms between messages, times the server's most a second

// What a reload needs to take the set up again; null when there is none.
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch (error) {
    return null;
  }
}

export function forget() {
  sessionStorage.removeItem(KEPT);
}

export class Link {
  // told: {welcome, update, summary, refused, lost, free}; before: what `kept` gave, to take that set up.
  constructor(hello, told, before = null) {
    this.hello = hello;
    this.told = told;
    this.resume = before ? before.resume : null;
    this.session = before ? before.session : null;
    this.over = false;
    this.tries = 0;
    this.trouble = "";
    window.addEventListener("online", this.online = () => !this.over && !this.socket && this.open());
    this.open();
  }

  open() {
    clearTimeout(this.again);
    this.flying = null;
    this.seq = 0;
    this.sent_ms = 0;
    this.ready = false;
    this.silent_ms = 30000;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = this.socket = new WebSocket(`${scheme}://${location.host}/v1/live`);
    socket.binaryType = "arraybuffer";
    const { tagged, ...wanted } = this.hello; // the size of the pictures is the page's own matter
    socket.onopen = () => this.say({ kind: "hello", protocol: PROTOCOL, ...wanted, ...(this.resume ? { resume: this.resume } : {}) });
    socket.onmessage = (message) => socket === this.socket && this.heard(JSON.parse(message.data));
    socket.onclose = (event) => socket === this.socket && this.closed(event);
    this.listen();
  }

  // Nothing for long is a connection that is dead without having been closed.
  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket && this.drop(), this.silent_ms);
  }

  drop() {
    const socket = this.socket;
    socket.onclose = null;
    socket.close();
    this.closed({});
  }

  heard(message) {
    this.listen();
    if (message.kind === "welcome") this.welcomed(message);
    else if (message.kind === "update" || message.kind === "skipped") this.answered(message);
    else if (message.kind === "summary") this.finish(() => this.told.summary(message));
    else if (message.kind === "full" || message.kind === "taken_over") this.finish(() => this.told.refused(message));
    else if (message.kind === "error" && message.fatal) this.failed(message);
  }

  welcomed(message) {
    const asked = this.resume !== null;
    const again = this.session === message.session;
    this.resume = message.resume;
    this.session = message.session;
    this.limits = message.limits;
    this.silent_ms = SILENT_TIMES * message.limits.heartbeat_s * 1000;
    this.tries = 0;
    this.trouble = "";
    this.ready = true;
    sessionStorage.setItem(KEPT, JSON.stringify({ hello: this.hello, resume: this.resume, session: this.session }));
    this.told.welcome(message, asked && !message.resumed && !again);
    this.told.free();
  }

  answered(message) {
    if (message.kind === "update") this.told.update(message);
    if (message.seq !== null && message.seq === this.flying) {
      this.flying = null;
      clearTimeout(this.unanswered);
      this.told.free();
    }
  }

  get free() {
    const rested = performance.now() - this.sent_ms >= FASTEST / this.limits?.max_rate_hz;
    return this.ready && rested && this.flying === null && this.socket.readyState === WebSocket.OPEN;
  }

  takeOff() {
    this.flying = this.seq++;
    this.sent_ms = performance.now();
    clearTimeout(this.unanswered);
    this.unanswered = setTimeout(() => { this.flying = null; this.told.free(); }, UNANSWERED_MS);
    return this.flying;
  }

  // picture: ArrayBuffer of a JPEG or WebP.
  sendPicture(stamp_ms, picture) {
    if (!this.free) return;
    const message = new Uint8Array(HEADER_BYTES + picture.byteLength);
    const header = new DataView(message.buffer);
    header.setUint8(0, 1);
    header.setUint8(1, 1);
    header.setUint32(4, this.takeOff());
    header.setFloat64(8, stamp_ms);
    message.set(new Uint8Array(picture), HEADER_BYTES);
    this.socket.send(message);
  }

  sendLandmarks(stamp_ms, found) {
    if (this.free) this.say({ kind: "landmarks", seq: this.takeOff(), t_ms: stamp_ms, ...found });
  }

  say(message) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  leave() {
    this.say({ kind: "bye" });
    this.finish(() => {});
  }

  // What may pass leaves the set waiting on the server; anything else ends it.
  failed(message) {
    if (message.code === "server_error" || message.code === "server_stopping") this.trouble = message.detail;
    else this.finish(() => this.told.refused(message));
  }

  finish(tell) {
    this.stop();
    forget();
    tell();
  }

  stop() {
    this.over = true;
    this.ready = false;
    for (const timer of [this.silence, this.unanswered, this.again]) clearTimeout(timer);
    window.removeEventListener("online", this.online);
    if (this.socket) this.socket.onclose = null;
    if (this.socket) this.socket.close();
    this.socket = null;
  }

  closed() {
    clearTimeout(this.silence);
    clearTimeout(this.unanswered);
    this.socket = null;
    this.ready = false;
    if (this.over) return;
    this.told.lost(this.trouble);
    this.again = setTimeout(() => this.open(), AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]);
  }
}
