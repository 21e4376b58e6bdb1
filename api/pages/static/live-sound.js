// Cues aloud: the browser's own speech, else tones. A newer cue ends the one before.

const LOUD = 0.4;
const FADE_S = 0.008;

export class Voice {
  // tones: by name, [frequency in Hz, seconds] one after the other.
  constructor(tones) {
    this.tones = tones;
    this.on = true;
    this.audio = null;
    this.speech = window.speechSynthesis || null;
    if (this.speech) this.speech.getVoices(); // the list comes only once it was asked for
  }

  // Browsers make no sound before the person has pressed or tapped something: to be called when that happens.
  unlock() {
    this.audio ||= new AudioContext();
    this.audio.resume();
    if (this.speech && !this.spoken) this.speech.speak(new SpeechSynthesisUtterance("")); // iPhones ask for one here
    this.spoken = true;
  }

  get locked() {
    return !this.audio || this.audio.state !== "running";
  }

  get hasVoice() {
    return Boolean(this.speech && this.speech.getVoices().length);
  }

  tell(cue) {
    if (!this.on) return;
    if (cue.say && this.hasVoice) {
      this.speak(cue.say);
    } else if (cue.beep !== "none") {
      this.sound(cue.beep);
    } else if (cue.kind in this.tones) {
      this.sound(cue.kind);
    }
  }

  speak(text) {
    this.speech.cancel();
    const words = new SpeechSynthesisUtterance(text);
    words.lang = document.documentElement.lang;
    this.speech.speak(words);
  }

  sound(name) {
    if (!this.audio) return;
    let at = this.audio.currentTime;
    for (const [frequency, seconds] of this.tones[name]) {
      this.note(frequency, at, seconds);
      at += seconds;
    }
  }

  note(frequency, at, seconds) {
    const tone = this.audio.createOscillator();
    const gain = this.audio.createGain();
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUD, at + FADE_S);
    gain.gain.setValueAtTime(LOUD, at + seconds - FADE_S);
    gain.gain.linearRampToValueAtTime(0, at + seconds);
    tone.connect(gain).connect(this.audio.destination);
    tone.start(at);
    tone.stop(at + seconds);
  }

  quiet() {
    if (this.speech) this.speech.cancel();
  }
}
